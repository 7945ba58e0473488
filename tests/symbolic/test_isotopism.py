"""Groups in disguise are found from the table alone, and nothing else is mistaken for one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from symtheory.errors import PredictionError
from symtheory.symmetry.isotopism import Isotopism, find_isotopism
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def as_task(table: NDArray[np.int64]) -> Task:
    nx, ny = table.shape
    labels = [tuple(f"{axis}{i}" for i in range(n)) for axis, n in (("a", nx), ("b", ny))]
    answers = tuple(f"c{i}" for i in range(int(table.max()) + 1))
    return Task("table", table, *labels, answers, formula="the table")


def addition(n: int) -> NDArray[np.int64]:
    return np.add.outer(np.arange(n), np.arange(n)) % n


def group_of_permutations(*generators: tuple[int, ...]) -> NDArray[np.int64]:
    """Cayley table of the group that the permutations generate."""
    elements = [tuple(range(len(generators[0])))]
    for element in elements:
        for g in generators:
            product = tuple(g[i] for i in element)
            if product not in elements:
                elements.append(product)
    number = {element: i for i, element in enumerate(elements)}
    return np.array([[number[tuple(b[i] for i in a)] for b in elements] for a in elements])


def random_latin_square(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Fill row by row; by Hall's theorem every Latin rectangle can be continued."""
    square = np.empty((n, n), dtype=np.int64)
    is_used = np.zeros((n, n), dtype=bool)  # (column, symbol)
    for row in range(n):
        columns, symbols = linear_sum_assignment(rng.random((n, n)) + n * is_used)
        square[row, columns] = symbols
        is_used[columns, symbols] = True
    return square


@pytest.mark.parametrize("n", [5, 6, 12, 97])
def test_addition_is_its_own_group(n: int) -> None:
    found = find_isotopism(modular_task("x + y", n))
    assert found.group.name == f"Z{n}"
    for coordinate in (found.phi, found.psi, found.h):
        assert np.array_equal(coordinate, np.arange(n))


def test_subtraction_inverts_the_right_operand() -> None:
    found = find_isotopism(modular_task("x - y", 12))
    assert np.array_equal(found.phi, np.arange(12))
    assert np.array_equal(found.psi, -np.arange(12) % 12)
    assert np.array_equal(found.h, np.arange(12))


@settings(deadline=None, max_examples=60)
@given(n=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
def test_every_relabeling_of_a_cyclic_group_is_recognized(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.permutation(n)[addition(n)[rng.permutation(n)][:, rng.permutation(n)]]
    found = find_isotopism(as_task(table))
    assert np.array_equal(found.group.table, addition(n))
    # By hand, not by Isotopism.table: f(x, y) = h(phi(x) + psi(y)).
    assert np.array_equal(found.h[(found.phi[:, None] + found.psi) % n], table)
    assert found.phi[0] == found.psi[0] == 0


@settings(deadline=None, max_examples=40)
@given(n=st.integers(2, 40), a=st.integers(1, 40), b=st.integers(1, 40), c=st.integers(0, 40))
def test_affine_tables_are_groups_exactly_if_both_slopes_are_units(
    n: int, a: int, b: int, c: int
) -> None:
    x = np.arange(n)
    task = as_task((a * x[:, None] + b * x + c) % n)
    if np.gcd(a, n) == 1 == np.gcd(b, n):
        assert find_isotopism(task).group.order == n
    else:
        with pytest.raises(PredictionError, match=r"not a Latin square|as many of each"):
            find_isotopism(task)


def test_an_intercalate_breaks_the_group() -> None:
    table = addition(12)
    rows, columns = np.ix_([0, 6], [3, 9])
    table[rows, columns] = table[rows, columns][:, ::-1]
    with pytest.raises(PredictionError, match="associativity fails") as caught:
        find_isotopism(as_task(table))
    assert "a0" in str(caught.value)  # in the labels of the tokens


@pytest.mark.parametrize("seed", range(5))
def test_a_random_latin_square_is_no_group(seed: int) -> None:
    square = random_latin_square(9, np.random.default_rng(seed))
    with pytest.raises(PredictionError, match="associativity fails"):
        find_isotopism(as_task(square))


def test_multiplication_is_refused_by_its_row_of_zeros() -> None:
    with pytest.raises(PredictionError, match=r"with x = 0 fixed.* y = 0 and from y = 1"):
        find_isotopism(modular_task("x*y", 7))


def test_a_repeat_in_a_column_is_named() -> None:
    with pytest.raises(PredictionError, match=r"with y = b1 fixed.*c1 comes from x = a0 and"):
        find_isotopism(as_task(np.array([[0, 1, 2], [2, 1, 0], [1, 2, 0]])[:, [0, 1, 2]]))


def test_a_rectangle_is_refused() -> None:
    with pytest.raises(PredictionError, match="2 left operands, 3 right operands"):
        find_isotopism(as_task(np.array([[0, 1, 2], [1, 2, 0]])))


@pytest.mark.parametrize(
    ("generators", "name"),
    [(((1, 0, 2), (1, 2, 0)), "S3"), (((1, 0, 2, 3), (0, 1, 3, 2)), "Z2 x Z2")],
)
def test_other_groups_are_called_by_what_they_are(
    generators: tuple[tuple[int, ...], ...], name: str
) -> None:
    rng = np.random.default_rng(0)
    table = group_of_permutations(*generators)
    n = len(table)
    disguised = rng.permutation(n)[table[rng.permutation(n)]]
    isotopism = find_isotopism(as_task(disguised))
    assert isotopism.group.name == name
    assert np.array_equal(isotopism.table(), disguised)


def test_all_latin_squares_of_order_four_are_judged_right() -> None:
    """Every one of the 576 is an isotope of Z4 (432) or of Z2 x Z2 (144)."""
    rows = list(itertools.permutations(range(4)))
    found = {"Z4": 0, "Z2 x Z2": 0}
    for square in itertools.product(rows, repeat=4):
        table = np.array(square)
        if any(len(set(column)) < 4 for column in table.T.tolist()):
            continue
        isotopism = find_isotopism(as_task(table))
        assert np.array_equal(isotopism.table(), table)
        found[isotopism.group.name] += 1
    assert found == {"Z4": 432, "Z2 x Z2": 144}


def test_a_map_that_is_no_bijection_is_refused() -> None:
    group = find_isotopism(modular_task("x + y", 5)).group
    with pytest.raises(PredictionError, match="psi is not a bijection"):
        Isotopism(group, np.arange(5), np.zeros(5, dtype=np.int64), np.arange(5))
