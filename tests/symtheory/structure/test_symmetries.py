"""Symmetries: closed forms against BLISS, brute force and known orders."""

import itertools
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import Table, addition, as_task, disguised, random_latin_square

from symtheory.combinatorics import bliss
from symtheory.combinatorics.regular_subgroups import regular_subgroups
from symtheory.combinatorics.table_automorphisms import (
    TableAutomorphisms,
    swaps,
    table_automorphisms,
)
from symtheory.errors import BudgetError, SpecError
from symtheory.groups.notation import parse_group
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import Symmetries, find_symmetries
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def symmetries_of(task: Task) -> Symmetries:
    found = find_symmetries(find_structure(task))
    assert_are_symmetries(task.table, found)
    return found


def assert_are_symmetries(table: Table, found: Symmetries) -> None:
    """Every generator, swap and anti-swap maps the table as it should."""
    for group in (found.generators, found.invariance_generators):
        for alpha, beta, gamma in zip(group.alphas, group.betas, group.gammas, strict=True):
            assert np.array_equal(table[np.ix_(alpha, beta)], gamma[table])
    gammas = found.invariance_generators.gammas
    assert np.array_equal(gammas, np.broadcast_to(np.arange(gammas.shape[1]), gammas.shape))
    assert found.generators.order == found.n_autotopisms
    assert found.invariance_generators.order == found.n_invariances
    assert found.n_autotopisms % found.n_invariances == 0  # Sym_f is a subgroup of Atp
    assert (found.swap is not None) == (found.n_invariances_with_swap == 2 * found.n_invariances)
    assert (found.anti is not None) == (found.n_autotopisms_with_swap == 2 * found.n_autotopisms)
    if found.swap is not None:
        sigma, tau = found.swap
        assert np.array_equal(table[np.ix_(tau, sigma)].T, table)
    if found.anti is not None:
        sigma, tau, gamma = found.anti
        assert np.array_equal(table[np.ix_(tau, sigma)].T, gamma[table])


def generated(group: TableAutomorphisms, limit: int = 3000) -> int:
    """Order of the group that the generators generate, by enumeration."""
    widths = [part.shape[1] for part in (group.alphas, group.betas, group.gammas)]
    shifts = np.cumsum([0, *widths])
    letters = [
        np.concatenate([part + shift for part, shift in zip(triple, shifts, strict=False)]).tolist()
        for triple in zip(group.alphas, group.betas, group.gammas, strict=True)
    ]
    seen = {tuple(range(int(shifts[-1])))}
    fresh = list(seen)
    while fresh:
        products = {tuple(letter[i] for i in element) for element in fresh for letter in letters}
        fresh = list(products - seen)
        seen.update(fresh)
        assert len(seen) <= limit
    return len(seen)


def orbit(permutations: Table, point: int) -> set[int]:
    reached, queue = {point}, [point]
    for here in queue:
        for there in {int(p[here]) for p in permutations} - reached:
            reached.add(there)
            queue.append(there)
    return reached


@pytest.mark.parametrize(
    ("text", "order"),
    [("Z12", 576), ("Z13", 2028), ("Q8", 1536), ("D7", 8232), ("S4", 13824), ("A5", 432000)],
)
def test_group_tables_agree_with_bliss(text, order):
    group = parse_group(text)
    task = as_task(disguised(group.table, np.random.default_rng(0)))
    closed = symmetries_of(task)
    assert closed.n_autotopisms == order
    assert closed.n_invariances == group.order
    moving = swaps(task.table, group.order)
    fixing = swaps(task.table, group.order, fix_answers=True)
    assert (moving.order, moving.straight.order) == (2 * order, order)
    assert fixing.straight.order == group.order
    assert fixing.order == closed.n_invariances_with_swap
    assert closed.n_invariances_with_swap == group.order * (2 if group.is_abelian else 1)


def test_a_large_cyclic_table_agrees_with_bliss():
    assert table_automorphisms(addition(113), 113).order == 1430128
    assert symmetries_of(modular_task("x + y", 113)).n_autotopisms == 1430128


@pytest.mark.parametrize(
    ("expression", "n_invariances", "n_autotopisms", "twin_factor"),
    [
        ("(x+y)^2", 26, 156, 1),
        ("(x+y)^3", 39, 156, 1),
        ("x^2 + y^2", 1, 6, 2**12),
        ("x*y", 12, 576, 1),
        ("x^2 + x*y + y^2", 2, 12, 1),
        ("x^3 + x*y", 3, 12, 1),
        ("x + x*y + y", 12, 576, 1),
        ("(x*y)^2", 6, 72, 2**12),
    ],
)
def test_expressions_mod_13(expression, n_invariances, n_autotopisms, twin_factor):
    task = modular_task(expression, 13)
    found = symmetries_of(task)
    assert (found.n_invariances, found.n_autotopisms) == (n_invariances, n_autotopisms)
    assert found.twin_factor == twin_factor
    # On the table as it is, twins and absorbing tokens included.
    live, table = np.unique(task.table, return_inverse=True)
    whole = table_automorphisms(table.reshape(13, 13), len(live))
    assert whole.order == n_autotopisms * twin_factor


def test_orbits_of_multiplication():
    found = symmetries_of(modular_task("x*y", 13))
    for permutations in (found.generators.alphas, found.generators.gammas):
        assert orbit(permutations, 0) == {0}
        assert orbit(permutations, 1) == set(range(1, 13))


def test_a_random_table_has_none():
    table = np.random.default_rng(0).integers(59, size=(59, 59))
    found = symmetries_of(as_task(table))
    assert (found.n_invariances, found.n_autotopisms_with_swap) == (1, 1)
    assert found.generators.alphas.shape == (0, 59)
    assert found.swap is None
    assert found.anti is None


def test_wild_twins_are_counted_exactly():
    """The note's 8.1e18 = 112 * 2^56: beyond what a float keeps apart."""
    found = symmetries_of(modular_task("x^3 + x*y^2", 113))
    assert found.n_autotopisms * found.twin_factor == 112 * 2**56


def test_huge_orders_are_exact():
    found = table_automorphisms(np.eye(40, dtype=np.int64), 2, fix_answers=True)
    assert found.order == factorial(40)


@pytest.mark.parametrize("text", ["Z6", "S3", "Z2^3"])
def test_closed_forms_generate_the_whole_group(text):
    group = parse_group(text)
    found = symmetries_of(as_task(group.table))
    assert generated(found.invariance_generators) == found.n_invariances
    if found.n_autotopisms <= 3000:
        assert generated(found.generators) == found.n_autotopisms


@settings(max_examples=40)
@given(
    shape=st.tuples(st.integers(2, 4), st.integers(2, 4)),
    n_answers=st.integers(2, 3),
    hole=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_small_tables_by_brute_force(shape, n_answers, hole, seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(-1 if hole else 0, n_answers, size=shape)
    nx, ny = shape
    live = np.isin(np.arange(n_answers), table)
    counts = {"all": 0, "fixed": 0, "swapping": 0, "swapping fixed": 0}
    extended = np.append(np.arange(n_answers), -1)
    for gamma in map(np.array, itertools.permutations(range(n_answers))):
        if (gamma != np.arange(n_answers))[~live].any():
            continue
        is_identity = bool((gamma == np.arange(n_answers)).all())
        image = np.append(gamma, -1)[table]
        for alpha in map(list, itertools.permutations(range(nx))):
            for beta in map(list, itertools.permutations(range(ny))):
                moved = table[np.ix_(alpha, beta)]
                counts["all"] += np.array_equal(moved, image)
                counts["fixed"] += is_identity and np.array_equal(moved, image)
                if nx == ny:
                    counts["swapping"] += np.array_equal(moved.T, image)
                    counts["swapping fixed"] += is_identity and np.array_equal(moved.T, image)
    assert len(extended) == n_answers + 1
    assert table_automorphisms(table, n_answers).order == counts["all"]
    assert table_automorphisms(table, n_answers, fix_answers=True).order == counts["fixed"]
    assert swaps(table, n_answers).order == counts["all"] + counts["swapping"]
    both = swaps(table, n_answers, fix_answers=True)
    assert both.order == counts["fixed"] + counts["swapping fixed"]
    assert generated(both.straight) == both.straight.order == counts["fixed"]


def test_nuclei_and_ties():
    """For x - y: the left nucleus translates x, a tie leaves x + c, y + c and x -> u x."""
    table = (np.arange(7)[:, None] - np.arange(7)) % 7
    assert table_automorphisms(table, 7, fix_y=True).order == 7
    assert table_automorphisms(table, 7, fix_x=True).order == 7
    assert table_automorphisms(table, 7, fix_x=True, fix_y=True).order == 1
    tied = table_automorphisms(table, 7, shared_table=True)
    assert tied.order == 42
    assert np.array_equal(tied.alphas, tied.betas)
    with pytest.raises(SpecError, match="2 x 3"):
        table_automorphisms(np.zeros((2, 3), dtype=np.int64), 1, shared_table=True)


def test_uneven_twins_are_not_exchanged():
    """x mod 5 for x = 0..5 has one class of two: only what keeps it is a symmetry of the tokens."""
    table = (np.arange(6)[:, None] % 5 + np.arange(5)) % 5
    found = symmetries_of(as_task(table))
    assert found.twin_factor == 2
    assert found.n_autotopisms * 2 == table_automorphisms(table, 5).order


@pytest.mark.parametrize("n_absorbing", [1, 2])
def test_absorbing_tokens_on_one_side_only(n_absorbing):
    table = np.concatenate([addition(5), 5 + np.repeat(np.arange(n_absorbing), 5).reshape(-1, 5)])
    found = symmetries_of(as_task(table))
    assert found.n_autotopisms == 100 * factorial(n_absorbing)
    assert found.n_autotopisms == table_automorphisms(table, 5 + n_absorbing).order
    assert found.anti is None


def test_an_absorbing_token_whose_answer_occurs_elsewhere():
    table = np.concatenate([addition(5), np.zeros((1, 5), dtype=np.int64)])
    found = symmetries_of(as_task(table))
    assert found.n_autotopisms == 20 == table_automorphisms(table, 5).order


@settings(max_examples=25)
@given(
    expression=st.sampled_from(
        ["x - y", "x*y", "(x+y)^2", "x^2 + y^2", "x^2 + y", "x^2 + x*y + y^2", "x^2*y", "x^3 + x*y"]
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_relabeling_changes_nothing_but_labels(expression, seed):
    task = modular_task(expression, 11)
    plain = symmetries_of(task)
    found = symmetries_of(as_task(disguised(task.table, np.random.default_rng(seed)), 11))
    for field in (
        "n_invariances",
        "n_invariances_with_swap",
        "n_autotopisms",
        "n_autotopisms_with_swap",
        "twin_factor",
    ):
        assert getattr(found, field) == getattr(plain, field)


@settings(max_examples=20)
@given(n=st.integers(4, 7), seed=st.integers(0, 2**32 - 1))
def test_orbit_and_stabilizer(n, seed):
    square = random_latin_square(n, np.random.default_rng(seed))
    whole = table_automorphisms(square, n)
    colors = np.zeros(n, dtype=np.int64)
    colors[0] = 1
    stabilizer = table_automorphisms(square, n, x_colors=colors)
    assert whole.order == len(orbit(whole.alphas, 0)) * stabilizer.order
    fixing = table_automorphisms(square, n, fix_answers=True)
    assert whole.order % fixing.order == 0


def test_regular_subgroups_of_the_dihedral_group_of_the_square():
    """Acting on four points: Z4 and one Z2 x Z2 are regular, and both are normal."""
    rotation, reflection = [1, 2, 3, 0], [0, 3, 2, 1]
    both = np.array([g + [4 + i for i in g] for g in (rotation, reflection)])
    found = regular_subgroups(both, 8, 4)
    assert found.n_conjugates == (1, 1)
    assert found.is_complete


def test_subgroups_with_many_conjugates_are_left_alone():
    """S4 on its four points: V4 is normal, the three Z4 are conjugates; S5: six conjugate Z5."""
    generators = np.array([[1, 0, 2, 3], [1, 2, 3, 0]])
    both = np.concatenate([generators, 4 + generators], axis=1)
    found = regular_subgroups(both, 24, 4)
    assert found.n_conjugates == (1,)
    assert (np.sort(found.subgroups[0][:, :4] == np.arange(4))[1:] == 0).all()
    generators = np.array([[1, 0, 2, 3, 4], [1, 2, 3, 4, 0]])
    both = np.concatenate([generators, 5 + generators], axis=1)
    assert regular_subgroups(both, 120, 5).subgroups == ()


def test_a_search_that_takes_too_long_is_given_up(monkeypatch):
    """Z112 with an intercalate turned keeps BLISS busy for far longer than the limit set here.

    A row is left out, for the cells of a square would get colors, which make it easy.
    """
    monkeypatch.setattr(bliss, "TIME_LIMIT", 0.05)
    table = addition(112)
    corner = np.ix_([0, 56], [0, 56])
    table[corner] = table[corner][::-1]
    labels = tuple(map(str, range(112)))
    task = Task("near", table[:-1], labels[:-1], labels, labels, formula="Z112, nearly")
    structure = find_structure(task)
    assert structure.factorization is None
    with pytest.raises(
        BudgetError, match=r"not found within 0\.05 s of work .* take a smaller one"
    ):
        find_symmetries(structure)
    # The next question goes to a new process, whose start may take longer than that.
    monkeypatch.undo()
    assert table_automorphisms(addition(5), 5).order == 100


def test_an_exchange_that_is_known_is_not_sought() -> None:
    x = np.arange(12)
    for table in (np.maximum.outer(x, x), abs(x[:, None] - x), x[:, None] * x % 12):
        found = swaps(table, 12)
        assert found.order == 2 * found.straight.order
        assert found.swap is not None
        assert all(np.array_equal(one, x) for one in found.swap)
        assert swaps(table, 12, known_swap=found.swap).order == found.order
    assert swaps(x[:, None] * x**2 % 12, 12).swap is None


def test_generators_need_no_count() -> None:
    table = np.arange(12)[:, None] * np.arange(12) % 12
    counted, plain = (table_automorphisms(table, 12, is_counted=wanted) for wanted in (True, False))
    assert plain.order == 0
    assert np.array_equal(plain.alphas, counted.alphas)
    assert generated(plain) == counted.order == generated(counted)


@pytest.mark.parametrize("n", [1, 2, 4, 9, 12])
def test_one_generator_tells_the_order(n: int) -> None:
    x = np.arange(n)[:, None]
    table = np.concatenate([(x + np.arange(n)) % n, n + x % (2 - n % 2)], axis=1)
    found = table_automorphisms(table, int(table.max()) + 1, fix_y=True)
    assert len(found.alphas) == (n > 1)
    assert found.order == n == generated(found)
