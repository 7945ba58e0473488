"""Orbits of the irreps of a group under its automorphisms.

An automorphism theta sends the character chi to chi o theta. Irreps in one orbit have the same
role in the group: no label-free statement about a task on G can tell them apart.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.automorphisms import AutomorphismGroup
from symtheory.representations.character_table import CharacterTable

__all__ = ["block_orbits", "character_orbits"]


def character_orbits(
    table: CharacterTable, automorphisms: AutomorphismGroup
) -> tuple[tuple[int, ...], ...]:
    """Return the orbits of Aut(G) on the rows of the character table.

    Examples
    --------
    >>> from symtheory.groups.automorphisms import automorphism_group
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.character_table import character_table
    >>> g = cyclic(12)
    >>> character_orbits(character_table(g), automorphism_group(g))
    ((0,), (1, 5, 7, 11), (2, 10), (3, 9), (4, 8), (6,))
    """
    return _orbits(_moves(table, automorphisms), table.count)


def block_orbits(
    table: CharacterTable, automorphisms: AutomorphismGroup
) -> tuple[tuple[int, ...], ...]:
    """Return the orbits of Aut(G) on the isotypic blocks of R[G], by block index.

    Examples
    --------
    >>> from symtheory.groups.automorphisms import automorphism_group
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.character_table import character_table
    >>> g = cyclic(7)
    >>> block_orbits(character_table(g), automorphism_group(g))
    ((0,), (1, 2, 3))
    """
    block_of = np.empty(table.count, dtype=np.int64)
    for index, rows in enumerate(table.real_classes):
        block_of[list(rows)] = index
    firsts = [rows[0] for rows in table.real_classes]
    moves = [block_of[move[firsts]] for move in _moves(table, automorphisms)]
    return _orbits(moves, len(firsts))


def _moves(table: CharacterTable, automorphisms: AutomorphismGroup) -> list[NDArray[np.int64]]:
    """Permutation of the rows by every generator of Aut(G)."""
    rows = {row.tobytes(): i for i, row in enumerate(table.entries)}
    moves = []
    for theta in automorphisms.generators:
        columns = table.classes.class_of[theta[table.classes.representatives]]
        moved = np.ascontiguousarray(table.entries[:, columns])
        moves.append(np.array([rows[row.tobytes()] for row in moved], dtype=np.int64))
    return moves


def _orbits(moves: list[NDArray[np.int64]], count: int) -> tuple[tuple[int, ...], ...]:
    seen: set[int] = set()
    orbits = []
    for start in range(count):
        if start in seen:
            continue
        orbit = [start]
        for x in orbit:
            orbit.extend(y for y in {int(move[x]) for move in moves} if y not in orbit)
        seen.update(orbit)
        orbits.append(tuple(sorted(orbit)))
    return tuple(orbits)
