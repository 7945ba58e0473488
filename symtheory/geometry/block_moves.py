"""Action of the symmetries of a task on the isotypic blocks of an embedding.

Tokens that an autotopism carries into each other look the same to training, so the distribution of
trained networks over seeds is invariant under autotopisms: an embedding whose active blocks are A
is as likely as one whose active blocks are g A. For Z_n the units act on the frequencies, k -> u k.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.geometry.block_matching import block_orbits, block_permutations
from symtheory.geometry.shared import is_tied
from symtheory.records import Role

if TYPE_CHECKING:
    from symtheory.theory import Theory

__all__ = ["block_moves"]


def block_moves(theory: "Theory", role: Role) -> NDArray[np.int64]:
    """Return generators of the group that moves the blocks of an embedding.

    Parameters
    ----------
    theory : Theory
        From `symtheory.theory.predict`.
    role : Role
        The embedding. One table for both operands follows only what moves both alike.

    Returns
    -------
    (k, n_blocks) int64
        Each row carries block b of ``theory.geometries[role].blocks`` to another; the orbits are
        the ``equivalent_blocks`` of that geometry.

    Raises
    ------
    PredictionError
        If no geometry is predicted for the role, or its equivalent blocks cannot be traced to
        symmetries of the table.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> moves = block_moves(predict(named_task("modadd", p=12)), Role.X)
    >>> [move for move in moves.tolist() if move != sorted(move)]  # times 5 exchanges 1 and 5
    [[4, 1, 2, 3, 0, 5], [4, 1, 2, 3, 0, 5]]
    """
    if role not in theory.geometries:
        known = ", ".join(theory.geometries)
        raise PredictionError(f"no geometry is predicted for the {role} embedding, only {known}")
    geometry = theory.geometries[role]
    for permutations in _token_permutations(theory, role):
        moves = block_permutations(geometry.blocks, permutations)
        if block_orbits(moves) == geometry.equivalent_blocks:
            return moves
    raise PredictionError(
        f"the equivalent blocks of the {role} embedding cannot be traced to symmetries of the table"
    )


def _token_permutations(theory: "Theory", role: Role) -> Iterator[NDArray[np.int64]]:
    """Yield sets of permutations of the geometry's tokens, one of which moves the blocks."""
    found, task = theory.symmetries.generators, theory.task
    if role is Role.X:
        yield found.alphas
    elif role is Role.Y:
        yield found.betas
    elif role is Role.READOUT:
        rows = theory.geometries[role].rows
        place = np.full(len(task.z_labels), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        yield place[found.gammas[:, rows]]
    else:
        # A shared table can only move as both operands do at once: try those among the known
        # generators, then the group of all such autotopisms.
        factorization, table = theory.structure.factorization, task.table
        if factorization is not None:
            table = np.where(table < 0, factorization.table(), table)
        is_followed = np.array([is_tied(table, move) for move in found.alphas], dtype=bool)
        yield found.alphas[is_followed]
        from symtheory.combinatorics.table_automorphisms import table_automorphisms

        yield table_automorphisms(task.table, len(task.z_labels), shared_table=True).alphas
