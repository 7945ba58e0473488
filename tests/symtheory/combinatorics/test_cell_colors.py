"""Colors of cells: autotopisms keep them, and they change no group of automorphisms."""

import math

import numpy as np
import pytest
from tables import Table, addition, disguised, not_groups, random_latin_square, with_intercalate

from symtheory.combinatorics import table_automorphisms as automorphisms
from symtheory.combinatorics.cell_colors import cell_colors, is_latin
from symtheory.combinatorics.table_automorphisms import swaps, table_automorphisms
from symtheory.groups.notation import parse_group


@pytest.mark.parametrize("name", ["Z12", "Z2^3", "S3", "Q8", "A4"])
def test_the_cells_of_a_group_have_one_color(name: str) -> None:
    square = disguised(parse_group(name).table, np.random.default_rng(0))
    assert len(np.unique(cell_colors(square))) == 1


@pytest.mark.parametrize("seed", range(5))
def test_colors_move_with_the_cells(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 16))
    square = random_latin_square(n, rng)
    x, y, z = (rng.permutation(n) for _ in range(3))
    moved = z[square[np.ix_(x, y)]]
    assert np.array_equal(cell_colors(moved), cell_colors(square)[np.ix_(x, y)])
    assert len(np.unique(cell_colors(square))) > 1


def test_colors_are_lengths_of_cycles() -> None:
    square = with_intercalate(8)
    lengths = {}
    for x, y in np.ndindex(8, 8):
        found = []
        for other in range(8):
            start, column = y, int(np.argmax(square[other] == square[x, y]))
            found.append(1)
            while column != start:
                column = int(np.argmax(square[other] == square[x, column]))
                found[-1] += 1
        lengths[x, y] = tuple(sorted(found))
    colors = cell_colors(square)
    joint = {(lengths[cell], int(colors[cell])) for cell in lengths}
    assert len(joint) == len(set(lengths.values())) == len(np.unique(colors)) > 1


# Without colors the random square of order 24 is out of reach.
@pytest.mark.parametrize("name", sorted(set(not_groups()) - {"random of order 24"}))
def test_colors_change_no_order(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    square = not_groups()[name]
    n = len(square)
    found = table_automorphisms(square, n), swaps(square, n)
    monkeypatch.setattr(automorphisms, "cell_colors", np.zeros_like)
    plain = table_automorphisms(square, n), swaps(square, n)
    assert [one.order for one in found] == [one.order for one in plain]


@pytest.mark.parametrize("n", [8, 12, 16, 30, 112])
def test_a_nearly_cyclic_table_is_not_out_of_reach(n: int) -> None:
    """The cells turned are left alone by two translations by n/2 and by the units, phi(n) many.

    Without colors the search on 112 operands did not end in its time.
    """
    square = with_intercalate(n)
    found = table_automorphisms(square, n)
    assert found.order == 4 * sum(math.gcd(u, n) == 1 for u in range(n))
    for alpha, beta, gamma in zip(found.alphas, found.betas, found.gammas, strict=True):
        assert np.array_equal(square[np.ix_(alpha, beta)], gamma[square])


def test_only_latin_squares_are_colored() -> None:
    squares: tuple[Table, ...] = (addition(5), np.minimum.outer(np.arange(5), np.arange(5)))
    assert [is_latin(square, 5) for square in squares] == [True, False]
    assert not is_latin(addition(5)[:4], 5)
    assert not is_latin(np.where(np.eye(5, dtype=bool), -1, addition(5)), 5)
