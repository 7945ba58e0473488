"""Automorphisms of a table, by generators and exact order, with BLISS [1]_.

The table becomes a colored graph. Vertices are the left operands, the right operands, the answers
and the *entries*, the pairs (y, z) such that z occurs in column y; an entry is joined to its y, its
z, and every x with f(x, y) = z. Automorphisms of the graph that respect the colors are the
autotopisms (alpha, beta, gamma) with f(alpha x, beta y) = gamma f(x, y). Where answers stay fixed
the entries carry their color instead. Entries may be taken by row or by column; we take the smaller
set. One vertex for every cell would also be correct, but BLISS can then take hours instead of
milliseconds on tables whose columns repeat their answers (conjugation). Unknown cells (-1) belong
to no entry, and answers that never occur stay where they are. In a Latin square every cell is an
entry of its own and gets a color, see `symtheory.combinatorics.cell_colors`. A table of distances
in a graph needs none of this, see `symtheory.combinatorics.metric_automorphisms`.

Automorphisms that exchange the operands are the isomorphisms from the graph of the table to that
of its transpose.

References
----------
.. [1] T. Junttila, P. Kaski, Engineering an efficient canonical labeling tool for large and sparse
   graphs, ALENEX 2007, 135-149, doi:10.1137/1.9781611972870.13
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.bliss import automorphisms, isomorphism
from symtheory.combinatorics.cell_colors import cell_colors, is_latin
from symtheory.combinatorics.metric_automorphisms import (
    MetricAutomorphisms,
    Triple,
    metric_automorphisms,
)
from symtheory.errors import SpecError

__all__ = ["Swaps", "TableAutomorphisms", "swaps", "table_automorphisms"]


@dataclass(frozen=True, slots=True, eq=False)
class TableAutomorphisms:
    """A group of triples (alpha, beta, gamma) with f(alpha x, beta y) = gamma f(x, y).

    Parameters
    ----------
    order : int
        Number of triples, exactly; 0 if they were not counted.
    alphas, betas, gammas : (k, nx), (k, ny), (k, nz) int64
        Generators: the i-th sends x to ``alphas[i, x]``, y to ``betas[i, y]`` and the answer z to
        ``gammas[i, z]``.
    """

    order: int
    alphas: NDArray[np.int64]
    betas: NDArray[np.int64]
    gammas: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Freeze the generators."""
        for name in ("alphas", "betas", "gammas"):
            array = np.array(getattr(self, name), dtype=np.int64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        return f"TableAutomorphisms(order {self.order}, {len(self.alphas)} generators)"


@dataclass(frozen=True, slots=True, eq=False)
class Swaps:
    """Automorphisms that may exchange the operands.

    Parameters
    ----------
    order : int
        Number of all, those that exchange the operands included.
    straight : TableAutomorphisms
        Those that do not.
    swap : triple of arrays or None
        Left operands to right ones (nx,), right operands to left ones (ny,) and answers to answers
        (nz,): (sigma, tau, gamma) with f(tau(y), sigma(x)) = gamma f(x, y).
    """

    order: int
    straight: TableAutomorphisms
    swap: Triple | None

    def __repr__(self) -> str:
        return f"Swaps(order {self.order}, {self.straight.order} of them straight)"


def table_automorphisms(
    table: NDArray[np.int64],
    n_answers: int,
    *,
    fix_x: bool = False,
    fix_y: bool = False,
    fix_answers: bool = False,
    shared_table: bool = False,
    x_colors: NDArray[np.int64] | None = None,
    y_colors: NDArray[np.int64] | None = None,
    is_counted: bool = True,
) -> TableAutomorphisms:
    """Return the automorphisms of a table.

    Parameters
    ----------
    table : (nx, ny) int64
        Answers 0..n_answers-1, -1 where unknown.
    n_answers : int
    fix_x, fix_y, fix_answers : bool
        Only triples with alpha, beta, gamma the identity. With answers fixed these are the
        invariances Sym_f; with y fixed, the left nucleus.
    shared_table : bool
        Only triples with alpha = beta, as permutations of tokens that both operands share.
    x_colors, y_colors : (nx,), (ny,) int64, optional
        Operands are only exchanged within a color.
    is_counted : bool
        Whether the order is wanted: it may take as long again.

    Raises
    ------
    SpecError
        If ``shared_table`` is asked of a table that is not square.
    BudgetError
        If a large table takes too long.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(13)
    >>> square = (x[:, None] + x) ** 2 % 13
    >>> table_automorphisms(square, 13, fix_answers=True).order
    26
    """
    nx, ny = table.shape
    if shared_table and nx != ny:
        raise SpecError(f"operands share their tokens only in a square table, this is {nx} x {ny}")
    sides = (_colors(nx, x_colors, is_fixed=fix_x), _colors(ny, y_colors, is_fixed=fix_y))
    if n_answers == table.max() + 1 and _is_plain(x_colors) and _is_plain(y_colors):
        found = metric_automorphisms(
            table, fix_x=fix_x, fix_y=fix_y, fix_answers=fix_answers, shared_table=shared_table
        )
        if found is not None:
            return _of_metric(found, nx, n_answers)
    by_rows = _n_entries(table.T) < _n_entries(table)
    edges, colors = _graph(
        table.T if by_rows else table,
        n_answers,
        *(sides[::-1] if by_rows else sides),
        fix_answers=fix_answers,
        shared_table=shared_table,
        is_rigid=fix_x or fix_y,
    )
    order, kept = automorphisms(edges, colors, n_kept=nx + ny + n_answers, is_counted=is_counted)
    left, right, answers = np.split(kept, [ny if by_rows else nx, nx + ny], axis=1)
    right, answers = right - (ny if by_rows else nx), answers - nx - ny
    alphas, betas = (right, left) if by_rows else (left, right)
    return TableAutomorphisms(order, alphas, betas, answers)


def swaps(
    table: NDArray[np.int64],
    n_answers: int,
    *,
    fix_answers: bool = False,
    x_colors: NDArray[np.int64] | None = None,
    y_colors: NDArray[np.int64] | None = None,
    known_swap: Triple | None = None,
) -> Swaps:
    """Return the automorphisms of a table when its operands may be exchanged too.

    Parameters
    ----------
    table, n_answers, fix_answers, x_colors, y_colors
        As in `table_automorphisms`; an exchange respects the colors too.
    known_swap : triple of arrays, optional
        An exchange as in `Swaps`, so that none need be sought.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(5)
    >>> swaps((x[:, None] - x) % 5, 5, fix_answers=True)
    Swaps(order 10, 5 of them straight)
    """
    straight = table_automorphisms(
        table, n_answers, fix_answers=fix_answers, x_colors=x_colors, y_colors=y_colors
    )
    if known_swap is not None:
        return Swaps(2 * straight.order, straight, known_swap)
    nx, ny = table.shape
    x_side = _colors(nx, x_colors, is_fixed=False)
    y_side = _colors(ny, y_colors, is_fixed=False)
    if np.array_equal(table, table.T) and np.array_equal(x_side, y_side):
        everyone = np.arange(nx)
        return Swaps(2 * straight.order, straight, (everyone, everyone, np.arange(n_answers)))
    if not np.array_equal(_lines(table, x_side), _lines(table.T, y_side)):
        return Swaps(straight.order, straight, None)
    edges, colors = _graph(table, n_answers, x_side, y_side, fix_answers=fix_answers)
    others, other_colors = _graph(table.T, n_answers, y_side, x_side, fix_answers=fix_answers)
    # The vertices of each kind stand in one place in both graphs; within it colors may be mixed.
    place = np.argsort(colors, kind="stable")
    other_place = np.argsort(other_colors, kind="stable")
    if not np.array_equal(colors[place], other_colors[other_place]):
        return Swaps(straight.order, straight, None)
    # Vertices of the second graph are renumbered so that one list of colors serves both.
    aligned = np.empty_like(place)
    aligned[other_place] = place
    image = isomorphism(edges, aligned[others], colors)
    if image is None:
        return Swaps(straight.order, straight, None)
    back = np.argsort(aligned)
    sigma, tau, gamma = np.split(back[image][: nx + ny + n_answers], [nx, nx + ny])
    return Swaps(2 * straight.order, straight, (sigma, tau - nx, gamma - nx - ny))


def _is_plain(colors: NDArray[np.int64] | None) -> bool:
    return colors is None or bool((np.asarray(colors) == colors[0]).all())


def _of_metric(found: MetricAutomorphisms, n: int, n_answers: int) -> TableAutomorphisms:
    sides = zip(*found.generators, strict=True) if found.generators else ([], [], [])
    widths = (n, n, n_answers)
    alphas, betas, gammas = (
        np.array(rows, dtype=np.int64).reshape(-1, width)
        for rows, width in zip(sides, widths, strict=True)
    )
    return TableAutomorphisms(found.order, alphas, betas, gammas)


def _n_entries(table: NDArray[np.int64]) -> int:
    """Return the number of pairs (y, z) such that the answer z occurs in column y."""
    return int(_n_distinct(table.T).sum())


def _n_distinct(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of different answers in every line."""
    ordered = np.sort(lines, axis=1)
    is_new = np.diff(ordered, axis=1, prepend=-1) != 0
    return np.asarray(is_new.sum(axis=1))


def _lines(table: NDArray[np.int64], colors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Color and number of answers of all rows, sorted: what an exchange keeps, soon compared."""
    pairs = np.stack([colors, _n_distinct(table)])
    return pairs[:, np.lexsort(pairs)]


def _graph(
    table: NDArray[np.int64],
    n_answers: int,
    x_colors: NDArray[np.int64],
    y_colors: NDArray[np.int64],
    *,
    fix_answers: bool,
    shared_table: bool = False,
    is_rigid: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return edges and colors; vertices are left operands, right operands, answers, entries."""
    nx, ny = table.shape
    x, y = np.nonzero(table >= 0)
    entries, of_cell = np.unique(y * n_answers + table[x, y], return_inverse=True)
    first = nx + ny + n_answers
    vertices = first + np.arange(len(entries))
    edges = [
        np.stack([x, first + of_cell.ravel()]),  # a left operand and the entries of its cells
        np.stack([nx + entries // n_answers, vertices]),  # an entry and its right operand
    ]
    answers = entries % n_answers
    is_live = np.isin(np.arange(n_answers), answers)
    answer_colors = np.arange(n_answers)
    if fix_answers:
        entry_colors = answers
    else:
        edges.append(np.stack([nx + ny + answers, vertices]))
        # Answers that occur have one color, the others each their own, so that they stay.
        answer_colors = np.where(is_live, n_answers, answer_colors)
        entry_colors = np.zeros_like(answers)
        if not is_rigid and is_latin(table, n_answers):
            entry_colors[of_cell.ravel()] = cell_colors(table).ravel()
    if shared_table:
        edges.append(np.stack([np.arange(nx), nx + np.arange(nx)]))
    families = [x_colors, y_colors, answer_colors, entry_colors]
    return np.concatenate(edges, axis=1).T, _joined(families)


def _joined(families: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Colors 0, 1, ... such that different families share none."""
    total, parts = 0, []
    for family in families:
        values, numbers = np.unique(family, return_inverse=True)
        parts.append(total + numbers)
        total += len(values)
    return np.concatenate(parts)


def _colors(n: int, colors: NDArray[np.int64] | None, *, is_fixed: bool) -> NDArray[np.int64]:
    if is_fixed:
        return np.arange(n)
    return np.zeros(n, dtype=np.int64) if colors is None else np.asarray(colors, dtype=np.int64)
