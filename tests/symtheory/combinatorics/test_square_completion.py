"""Completion of partial Latin squares: what it says follows, and it says when nothing can."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.combinatorics import square_completion
from symtheory.combinatorics.principal_loop import is_group_isotope
from symtheory.combinatorics.square_completion import complete_square
from symtheory.errors import PredictionError
from symtheory.groups.notation import parse_group


def isotope(name: str, rng: np.random.Generator) -> NDArray[np.int64]:
    """The table of a group with rows, columns and answers renamed at random."""
    table = parse_group(name).table
    x, y, z = (rng.permutation(len(table)) for _ in range(3))
    return np.asarray(z[table[np.ix_(x, y)]])


def part(table: NDArray[np.int64], share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.where(rng.uniform(size=table.shape) < share, table, -1)


@pytest.mark.parametrize("name", ["Z12", "S3", "D7", "Z2 x Z2 x Z2", "SL(2,3)", "Z31"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
def test_no_answer_but_a_forced_one_is_given(name: str, share: float) -> None:
    """Whatever is filled in is the answer of the table that the cells were taken of."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        table = isotope(name, rng)
        known = part(table, share, rng)
        found = complete_square(known)
        assert ((found == table) | (found == -1)).all()
        assert (found >= 0)[known >= 0].all()


@pytest.mark.parametrize(
    ("name", "share"), [("Z31", 0.3), ("D7", 0.5), ("SL(2,3)", 0.3), ("S4", 0.3), ("Z97", 0.15)]
)
def test_enough_cells_determine_the_table(name: str, share: float) -> None:
    rng = np.random.default_rng(1)
    table = isotope(name, rng)
    assert np.array_equal(complete_square(part(table, share, rng)), table)


def test_nothing_follows_from_the_first_row() -> None:
    known = np.where(np.arange(7)[:, None] == 0, np.arange(7), -1)
    assert np.array_equal(complete_square(known), known)


def test_all_completions_of_a_small_square_agree_where_something_follows() -> None:
    """The definition, by trying all: every isotope of Z5 with these cells has what is filled in."""
    x = np.arange(5)
    base = (x[:, None] + x) % 5
    isotopes = {
        np.array(z)[base[np.ix_((0, *r), c)]].tobytes()
        for r in itertools.permutations(range(1, 5))
        for c in itertools.permutations(range(5))
        for z in itertools.permutations(range(5))
    }
    tables = [np.frombuffer(entries, dtype=np.int64).reshape(5, 5) for entries in isotopes]
    n_filled = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        known = part(tables[int(rng.integers(len(tables)))], 0.5, rng)
        there = [t for t in tables if (t == known)[known >= 0].all()]
        found = complete_square(known)
        assert all((t == found)[found >= 0].all() for t in there)
        n_filled += int(((found >= 0) & (known < 0)).sum())
    assert n_filled > 12  # it does follow that something


def test_the_fullest_lines_serve_where_not_all_can(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    table = isotope("Z97", rng)
    known = part(table, 0.4, rng)
    monkeypatch.setattr(square_completion, "_MOST_JOINS", 100_000)  # a sixth of those there are
    assert np.array_equal(complete_square(known), table)


def test_cells_that_no_group_has_are_refused() -> None:
    rng = np.random.default_rng(3)
    table = isotope("Z31", rng)
    known = part(table, 0.3, rng)
    x, y = np.argwhere(known >= 0)[0]
    free = np.setdiff1d(np.arange(31), np.union1d(known[x], known[:, y]))
    known[x, y] = free[0]  # neither its row nor its column has it
    with pytest.raises(PredictionError):
        complete_square(known)
    known[x, y] = known[x, known[x] >= 0][-1]
    with pytest.raises(PredictionError, match="repeats an answer"):
        complete_square(known)


def test_a_latin_square_of_no_group_is_refused() -> None:
    x = np.arange(8)
    square = (x[:, None] + x) % 8
    square[np.ix_([0, 4], [0, 4])] = square[np.ix_([0, 4], [4, 0])]  # a subsquare turned
    assert not is_group_isotope(square)
    with pytest.raises(PredictionError, match="no group"):
        complete_square(square)
