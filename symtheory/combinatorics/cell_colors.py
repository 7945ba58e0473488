"""Cycle structure of a Latin square, as colors of its cells that every autotopism respects.

Two rows x and x' of a Latin square make a permutation of the columns: y goes to the column in which
row x' has the answer that row x has in y. An autotopism carries rows to rows and columns to
columns, so it carries the permutation of two rows to that of their images and keeps the lengths of
its cycles. A cell (x, y) is colored by the lengths of the cycles in which y lies, over all other
rows; a cycle of length 2 is a 2 x 2 subsquare. In the table of a group all cells have one color;
where a few cells are changed they tell what is near and what is far, which the search for
automorphisms cannot see in the bare graph and may look for without end.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.principal_loop import is_group_isotope

__all__ = ["cell_colors", "is_latin"]

_STEPS = 1 << 28
"""Steps along cycles, over all cells and pairs of rows: a second."""

_SEED = 20263


def is_latin(table: NDArray[np.int64], n_answers: int) -> bool:
    """Whether each of 0..n_answers-1 occurs once in every row and in every column.

    Examples
    --------
    >>> x = np.arange(5)
    >>> is_latin((x[:, None] + 2 * x) % 5, 5), is_latin((x[:, None] * x) % 5, 5)
    (True, False)
    """
    if table.shape != (n_answers, n_answers):
        return False
    answers = np.arange(n_answers)
    return bool(
        (np.sort(table, axis=1) == answers).all() and (np.sort(table.T, axis=1) == answers).all()
    )


def cell_colors(square: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return colors of the cells of a Latin square on 0..n-1, (n, n) int64.

    The same color in two squares means the same lengths of cycles, or that both are group
    isotopes. Of a large square only the shortest cycles are counted.

    Examples
    --------
    >>> x = np.arange(8)
    >>> square = (x[:, None] + x) % 8
    >>> len(np.unique(cell_colors(square)))
    1
    >>> square[np.ix_([0, 4], [1, 5])] = [[5, 1], [1, 5]]  # a 2 x 2 subsquare turned
    >>> len(np.unique(cell_colors(square)))
    5
    """
    n = len(square)
    if is_group_isotope(square):  # translations carry every cell to every other
        return np.zeros((n, n), dtype=np.int64)
    longest = min(n, max(2, _STEPS // n**3))
    # Different lengths weigh different random numbers: equal colors where the counts are equal.
    weights = np.random.default_rng(_SEED).integers(1 << 40, size=longest + 1)
    # Cells are numbered row by row, so that one index leads along the cycles of all rows.
    base = n * np.arange(n, dtype=np.int32)[:, None]
    column_of = np.argsort(square, axis=1).astype(np.int32) + base
    cells = np.arange(n * n, dtype=np.int32).reshape(n, n)
    colors = np.zeros((n, n), dtype=np.int64)
    for x in range(n - 1):
        # Row x with each row below it; the other way round the cycles are the same.
        step = np.take(column_of[x + 1 :], square[x], axis=1)
        start = cells[: n - 1 - x]
        place = step = step - n * (x + 1)  # rows are numbered from the first below row x
        is_open = np.ones(step.shape, dtype=bool)
        for length in range(2, longest + 1):
            place = np.take(step, place)
            is_closed = place == start
            is_closed &= is_open  # the first return alone: every multiple of a length is one too
            is_open ^= is_closed
            colors[x] += weights[length] * is_closed.sum(axis=0)
            colors[x + 1 :] += weights[length] * is_closed
    return colors
