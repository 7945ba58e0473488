"""The answer kernel: exact counts, its symmetries, where it is flat, and what it predicts."""

import numpy as np
import pytest

from symtheory.errors import BudgetError, SpecError
from symtheory.records import Role
from symtheory.structure.answer_kernel import AnswerKernel, answer_kernel
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import find_symmetries
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task

CUBE = named_task("graph", graph="hypercube(5)")


def spectrum(kernel: AnswerKernel) -> list[tuple[float, int]]:
    return [(round(space.eigenvalue, 6), space.dimension) for space in kernel.eigenspaces]


def made(table: np.ndarray, **options: bool) -> Task:
    names = [[str(i) for i in range(n)] for n in (*table.shape, int(table.max()) + 1)]
    return Task("made", table, *names, formula="made", **options)


def one_hot(task: Task) -> np.ndarray:
    return (task.table[:, :, None] == np.arange(len(task.z_labels))).astype(np.int64)


@pytest.mark.parametrize("role", [Role.X, Role.Y, Role.SHARED, Role.READOUT])
def test_the_kernel_is_the_gram_matrix_of_the_one_hot_tensor(role: Role) -> None:
    table = np.random.default_rng(1).integers(0, 4, (9, 9))
    task = made(table, shared_tokens=True)
    tensor = one_hot(task)
    left, right = (np.moveaxis(tensor, i, 0).reshape(9, -1) for i in (0, 1))
    answers = tensor.reshape(-1, 4).T
    expected = {
        Role.X: left @ left.T,
        Role.Y: right @ right.T,
        Role.SHARED: left @ left.T + right @ right.T,
        Role.READOUT: answers @ answers.T,
    }
    assert np.array_equal(answer_kernel(task, role).matrix, expected[role])


@pytest.mark.parametrize(
    ("expression", "n"), [("x*y", 12), ("x^2+y^2", 13), ("x^2*y", 10), ("x^2+x*y+y^2", 11)]
)
def test_the_kernel_commutes_with_autotopisms(expression: str, n: int) -> None:
    task = modular_task(expression, n)
    moves = find_symmetries(find_structure(task)).generators
    kernels = {role: answer_kernel(task, role).matrix for role in (Role.X, Role.Y, Role.READOUT)}
    assert len(moves.alphas)
    for triple in zip(moves.alphas, moves.betas, moves.gammas, strict=True):
        for (role, matrix), move in zip(kernels.items(), triple, strict=True):
            assert np.array_equal(matrix[np.ix_(move, move)], matrix), role


def test_the_kernel_does_not_commute_with_other_permutations() -> None:
    matrix = answer_kernel(modular_task("x*y", 12), Role.X).matrix
    swapped = np.arange(12)
    swapped[[1, 2]] = 2, 1
    assert not np.array_equal(matrix[np.ix_(swapped, swapped)], matrix)


def test_eigenspaces_are_orthonormal_of_mean_zero_and_give_the_centered_kernel_back() -> None:
    kernel = answer_kernel(modular_task("x*y", 28), Role.SHARED)
    basis = np.hstack([space.basis for space in kernel.eigenspaces])
    assert np.allclose(basis.T @ basis, np.eye(27))
    assert np.allclose(basis.sum(axis=0), 0)
    centering = np.eye(28) - 1 / 28
    assert np.allclose(
        (basis * kernel.eigenvalues) @ basis.T, centering @ kernel.matrix @ centering
    )


def test_the_least_factors_of_the_tensor_have_the_root_of_the_kernel() -> None:
    """E E^T = (T T^T)^(1/2), and no other factorization E W = T is as small."""
    rng = np.random.default_rng(0)
    tensor = one_hot(modular_task("x*y", 12)).reshape(12, -1).astype(float)
    left, singular, right = np.linalg.svd(tensor, full_matrices=False)
    embedding = left * np.sqrt(singular)
    rest = np.sqrt(singular)[:, None] * right
    least = (embedding**2).sum() + (rest**2).sum()
    assert np.allclose(embedding @ rest, tensor)
    kernel = tensor @ tensor.T
    assert np.allclose(embedding @ embedding.T @ embedding @ embedding.T, kernel)
    for _ in range(20):
        mix = np.eye(12) + 0.1 * rng.standard_normal((12, 12))
        other = ((embedding @ mix) ** 2).sum() + (np.linalg.solve(mix, rest) ** 2).sum()
        assert other > least


@pytest.mark.parametrize(
    ("expression", "n"), [("x+y", 31), ("x-y", 12), ("x*y", 13), ("(x+y)^2", 13)]
)
def test_latin_squares_and_many_to_one_groups_are_flat(expression: str, n: int) -> None:
    kernel = answer_kernel(modular_task(expression, n), Role.X)
    assert kernel.is_flat
    assert not kernel.has_power
    assert kernel.shares.tolist() == [1.0]


def test_a_permuted_latin_square_stays_flat_and_a_changed_one_does_not() -> None:
    rng = np.random.default_rng(2)
    table = np.add.outer(rng.permutation(11), rng.permutation(11)) % 11
    assert answer_kernel(made(table), Role.Y).is_flat
    table = table.copy()
    table[0, 0] = table[1, 0]
    assert not answer_kernel(made(table), Role.X).is_flat


def test_the_hypercube() -> None:
    kernel = answer_kernel(CUBE, Role.X)
    assert spectrum(kernel) == [(252, 1), (28, 10), (12, 20)]
    assert kernel.shares.round(3).tolist() == [0.115, 0.383, 0.502]
    assert kernel.has_power
    parity = np.array([(-1) ** i.bit_count() for i in range(32)]) / np.sqrt(32)
    assert abs(abs(kernel.eigenspaces[0].basis[:, 0] @ parity) - 1) < 1e-9


@pytest.mark.parametrize(("graph", "rest"), [("path(40)", 39), ("cycle(32)", 30)])
def test_paths_and_cycles_are_flat_but_for_parity(graph: str, rest: int) -> None:
    kernel = answer_kernel(named_task("graph", graph=graph), Role.X)
    leading, other = kernel.eigenspaces
    assert (leading.dimension, round(other.eigenvalue, 6)) == (1, rest)
    parity = (-1.0) ** np.arange(len(kernel.matrix))
    assert abs(leading.basis[:, 0] @ parity) > 0.99 * np.sqrt(len(parity))
    assert not kernel.is_flat
    assert not kernel.has_power


def test_a_star_has_one_leading_dimension_which_is_no_order() -> None:
    kernel = answer_kernel(named_task("graph", graph="star(12)"), Role.X)
    assert kernel.spread > 0.1
    assert not kernel.has_power


def test_duplicate_tokens_differ_by_functions_of_eigenvalue_zero() -> None:
    kernel = answer_kernel(modular_task("x^2+y^2", 31), Role.X)
    last = kernel.eigenspaces[-1]
    assert (round(last.eigenvalue, 6), last.dimension) == (0, 15)
    odd = np.zeros(31)
    odd[3], odd[28] = 1, -1
    assert np.allclose(last.basis @ (last.basis.T @ odd), odd)


def test_the_axes_of_a_comparison_lead() -> None:
    task = named_task("comparison", levels="7,7")
    kernel = answer_kernel(task, Role.SHARED)
    axes = np.array([divmod(i, 7) for i in range(49)], dtype=float) - 3
    leading = kernel.eigenspaces[0].basis
    assert leading.shape == (49, 2)
    inside = ((leading.T @ axes) ** 2).sum() / (axes**2).sum()
    assert inside > 0.95
    # The entity in the question counts as the one on the left does: a < b exactly if b > a.
    assert np.array_equal(kernel.matrix, 2 * answer_kernel(task, Role.X).matrix)


def test_training_cells_alone() -> None:
    known = np.zeros((32, 32), dtype=np.bool_)
    known[:, :16] = True
    part = answer_kernel(CUBE, Role.X, known=known)
    table = CUBE.table[:, :16]
    assert np.array_equal(part.matrix, (table[:, None] == table[None]).sum(axis=2))
    whole = answer_kernel(CUBE, Role.X, known=np.ones((32, 32), dtype=np.bool_))
    assert np.array_equal(whole.matrix, answer_kernel(CUBE, Role.X).matrix)
    nothing = answer_kernel(CUBE, Role.X, known=np.zeros((32, 32), dtype=np.bool_))
    assert nothing.is_flat
    assert nothing.shares.tolist() == [1.0]


def test_unknown_cells_of_a_partial_table_agree_with_nothing() -> None:
    kernel = answer_kernel(made(np.array([[0, -1], [0, -1], [1, 0]])), Role.X)
    assert kernel.matrix.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 2]]


def test_one_token_has_no_functions_of_mean_zero() -> None:
    kernel = answer_kernel(made(np.array([[0, 1]])), Role.X)
    assert kernel.is_flat
    assert not kernel.has_power
    assert kernel.to_dict()["dimensions"] == []


def test_refusals() -> None:
    with pytest.raises(SpecError, match="known marks cells"):
        answer_kernel(CUBE, Role.X, known=np.ones((2, 2), dtype=np.bool_))
    with pytest.raises(SpecError, match="no kernel"):
        answer_kernel(CUBE, Role.NETWORK)
    with pytest.raises(SpecError, match="share no tokens"):
        answer_kernel(made(np.array([[0, 1], [1, 0]])), Role.SHARED)
    with pytest.raises(BudgetError, match="the limit is 512"):
        answer_kernel(named_task("graph", graph="path(513)"), Role.X)
