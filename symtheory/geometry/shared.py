"""Geometry of one embedding table shared by both operands.

Its Gram matrix obeys the laws of both operands together: it is a sum of a matrix invariant under
the left operand's translations and one invariant under the right operand's. That is one law where
the two act alike, as for x + y; for a non-abelian group it is a sum of two.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import Side, sum_space
from symtheory.errors import PredictionError
from symtheory.geometry.block_matching import are_same_blocks, equivalent_blocks
from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.records import Role

__all__ = ["is_tied", "shared_geometry"]


def shared_geometry(
    table: NDArray[np.int64],
    x: OperandGeometry,
    y: OperandGeometry,
    moves: NDArray[np.int64],
) -> OperandGeometry:
    """Return the geometry of one table for the operands of a factorized task.

    Parameters
    ----------
    table : (n, n) int64
        Of a task with shared tokens, unknown cells filled in by its factorization.
    x, y : OperandGeometry
        Those of the operands.
    moves : (k, n) int64
        What autotopisms of the task do to the left operand; those that both operands can follow
        decide which blocks are equivalent.

    Raises
    ------
    PredictionError
        If the two operands' geometries do not fit on one table; says why.
    """
    if x.family is not y.family:
        raise PredictionError(
            f"the left operand's geometry is of the kind {x.family}, the right one's of the kind "
            f"{y.family}"
        )
    space = sum_space(x.orbitals[0], y.orbitals[0])
    if not np.array_equal(x.twins, y.twins):
        raise PredictionError("the operands do not have the same twins")
    if x.family is Family.RESTRICTED and len(space.partitions) == 2:
        raise PredictionError("the operands lie differently in their group")
    if (x.blocks or y.blocks) and not are_same_blocks(x.blocks, y.blocks):
        raise PredictionError("the operands see different irreps on the shared tokens")
    tied = np.array([is_tied(table, move) for move in moves], dtype=bool)
    is_protected = (
        x.is_protected
        and y.is_protected
        and len(space.partitions) == 1
        and all(is_tied(*moved) for moved in _translations(table, x))
    )
    return replace(
        x,
        role=Role.SHARED,
        orbitals=space.partitions,
        n_parameters=space.dimension,
        equivalent_blocks=(
            x.equivalent_blocks if tied.all() else equivalent_blocks(x.blocks, moves[tied])
        ),
        is_protected=is_protected,
    )


def is_tied(table: NDArray[np.int64], permutation: NDArray[np.int64]) -> bool:
    """Whether moving both operands by one permutation permutes the answers.

    Parameters
    ----------
    table : (n, n) int64
        Answers, -1 where unknown.
    permutation : (n,) int64

    Examples
    --------
    >>> import numpy as np
    >>> i = np.arange(5)
    >>> [is_tied((i[:, None] + i) % 5, move) for move in ((i + 1) % 5, np.array([1, 0, 2, 3, 4]))]
    [True, False]
    """
    is_moved = permutation != np.arange(len(table))
    rows, still = np.flatnonzero(is_moved), np.flatnonzero(~is_moved)
    images = permutation[rows]
    if np.array_equal(
        table.take(images, axis=0).take(permutation, axis=1), table[rows]
    ) and np.array_equal(table[np.ix_(still, images)], table[np.ix_(still, rows)]):
        return True  # no answer moves: found from the rows and columns that do, often few
    moved = table.take(permutation, axis=0).take(permutation, axis=1)
    # Unknown cells count as an answer that has to stay.
    answers = np.full(int(table.max()) + 2, -2, dtype=np.int64)
    answers[table + 1] = moved
    is_function = answers[0] in (-2, -1) and np.array_equal(answers[table + 1], moved)
    reached = answers[answers > -2]
    return is_function and len(np.unique(reached)) == len(reached)


def _translations(
    table: NDArray[np.int64], x: OperandGeometry
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the table with twins merged, and each generator's translation of its tokens."""
    if x.group is None:
        return []
    first = np.unique(x.twins, return_index=True)[1]
    core = table[np.ix_(first, first)]
    element = x.coordinate[first]
    inside = np.flatnonzero(element >= 0)
    place = np.full(x.group.order, -1, dtype=np.int64)
    place[element[inside]] = inside
    moves = []
    for g in x.group.generators:
        products = x.group.table[:, g] if x.side is Side.RIGHT else x.group.table[g]
        moved = np.arange(len(first))
        moved[inside] = place[products[element[inside]]]
        moves.append((core, moved))
    return moves
