"""Completion of a partial Latin square to the group isotope that its known cells force.

In a group isotope f(x, y) = h(phi(x) psi(y)) the left translation that carries row x to row x' is a
permutation of the answers, and one of its values determines it. So pairs of rows (x, x') and pairs
of answers (a, b) fall into classes: (x, x') ~ (a, b) if f(x, y) = a and f(x', y) = b for some y.
Where f(x, y) = a is known and (x, x') ~ (a, b), f(x', y) = b follows. In one step this is the
quadrangle criterion [1]_; a class chains as many steps as there are known cells to join them. The
same is done for pairs of columns and answers, and of rows and columns, until nothing more follows;
and a line with one unknown cell has one answer left for it.

Every step holds in every group isotope with the known cells. If what comes out is one, it is
therefore the only one.

References
----------
.. [1] J. Dénes, A. D. Keedwell, Latin Squares and their Applications, 1974, section 1.2.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import components
from symtheory.combinatorics.principal_loop import is_group_isotope
from symtheory.errors import PredictionError

__all__ = ["complete_square"]

_MOST_JOINS = 1 << 22
"""Joins of pairs in one round, about 100 MB: of large squares the fullest lines serve."""


def complete_square(known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what a partial Latin square forces under the hypothesis that it is a group isotope.

    Parameters
    ----------
    known : (n, n) int64
        Answers 0..n-1, -1 where unknown.

    Returns
    -------
    (n, n) int64
        With -1 where nothing follows. If there is none, the only group isotope with these cells.

    Raises
    ------
    PredictionError
        If no group isotope has these cells.

    Examples
    --------
    >>> x = np.arange(7)
    >>> square = (x[:, None] - 3 * x) % 7
    >>> holes = (x[:, None] * 3 + x * x) % 5 < 2
    >>> int(holes.sum()), np.array_equal(complete_square(np.where(holes, -1, square)), square)
    (19, True)
    """
    table = np.array(known, dtype=np.int64)
    _check_lines(table)
    while (table < 0).any():
        before = table
        table = _spread(table)  # rows and answers, by columns
        table = _spread(table.T).T  # columns and answers, by rows
        table = _columns_of(_spread(_columns_of(table)))  # rows and columns, by answers
        if np.array_equal(table, before):
            return table
    if not is_group_isotope(table):
        raise PredictionError("what the known cells force is a Latin square, but no group's")
    return table


def _columns_of(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Exchange the parts of columns and answers: the column of each answer in each row."""
    columns = np.full_like(table, -1)
    rows, places = np.nonzero(table >= 0)
    columns[rows, table[rows, places]] = places
    return columns


def _check_lines(table: NDArray[np.int64]) -> None:
    """Refuse an answer that a row or a column repeats."""
    rows, columns = np.nonzero(table >= 0)
    answers = table[rows, columns]
    for lines, word in ((rows, "row"), (columns, "column")):
        if len(np.unique(lines * len(table) + answers)) < len(answers):
            raise PredictionError(f"a {word} of the known cells repeats an answer")


def _spread(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the table with the cells that classes of pairs of rows and pairs of answers give."""
    n = len(table)
    found = _with_last_cells(table)
    bases = _base_rows(table)
    classes = _classes(table, bases)
    # In one class, an answer goes to one answer.
    keys = classes[len(bases) * n :] * n + np.repeat(np.arange(n), n)
    order = np.argsort(keys, kind="stable")
    ordered, images = keys[order], order % n
    if (ordered[1:] == ordered[:-1]).any():
        raise PredictionError("by the quadrangle criterion the known cells contradict each other")
    for number, base in enumerate(bases.tolist()):
        is_base = table[base] >= 0
        rows, columns = np.nonzero((found < 0) & is_base)
        wanted = classes[number * n + rows] * n + table[base, columns]
        place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        is_told = ordered[place] == wanted
        found[rows[is_told], columns[is_told]] = images[place[is_told]]
    _check_lines(found)
    return found


def _with_last_cells(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a copy in which columns with one unknown cell have the one answer left for it."""
    found = table.copy()
    columns = np.flatnonzero((table < 0).sum(axis=0) == 1)
    missing = len(table) * (len(table) - 1) // 2 - (table[:, columns].sum(axis=0) + 1)
    found[(table[:, columns] < 0).argmax(axis=0), columns] = missing
    return found


def _base_rows(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows whose pairs are looked at: the fullest, as many as the budget allows."""
    is_known = table >= 0
    fullest = np.argsort(-is_known.sum(axis=1), kind="stable")
    joins = (is_known @ is_known.sum(axis=0))[fullest].cumsum()
    return np.asarray(fullest[: max(1, int(np.searchsorted(joins, _MOST_JOINS, side="right")))])


def _classes(table: NDArray[np.int64], bases: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the class of every pair (base, row), then of every pair of answers."""
    n = len(table)
    of_rows, of_answers = [], []
    for number, base in enumerate(bases.tolist()):
        columns = np.flatnonzero(table[base] >= 0)
        rows, places = np.nonzero(table[:, columns] >= 0)
        of_rows.append(number * n + rows)
        answers = table[base, columns[places]] * n + table[rows, columns[places]]
        of_answers.append(len(bases) * n + answers)
    size = len(bases) * n + n * n
    return components(size, np.concatenate(of_rows), np.concatenate(of_answers))
