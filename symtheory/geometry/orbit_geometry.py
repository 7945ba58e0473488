"""Geometry of the orbits of permutations of the tokens.

The Gram matrix is constant on the orbitals, and the functions on the tokens split into the isotypic
components of the permutations. An irrep that occurs once has one weight; m copies share a positive
m x m matrix, so that only the subspace and the multiplicities of the eigenvalues are fixed.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import Side, orbitals, token_pairs
from symtheory.errors import BudgetError
from symtheory.geometry.block_matching import equivalent_blocks
from symtheory.geometry.operand import LEAST_SHARPNESS, Family, OperandGeometry
from symtheory.geometry.token_blocks import apex_block
from symtheory.groups.generation import generate
from symtheory.groups.group import Group
from symtheory.groups.recognition import recognize
from symtheory.records import Role
from symtheory.representations.character_table import character_table
from symtheory.representations.isotypic import IsotypicBlock, block_names
from symtheory.representations.permutation_components import (
    PermutationComponent,
    permutation_components,
)

__all__ = ["ORBIT_OFFSETS", "orbit_geometry"]

ORBIT_OFFSETS = "orbit offsets"

_NAMED_ORDER = 256  # acting groups up to this order are written down to name the components,
_NAMED_NON_ABELIAN = 120  # if they are not abelian only up to this one: it takes longer


def orbit_geometry(
    role: Role,
    acting: NDArray[np.int64],
    *,
    twins: NDArray[np.int64],
    tokens: tuple[str, ...],
    rows: NDArray[np.int64],
    moves: NDArray[np.int64],
    is_protected: bool,
) -> OperandGeometry:
    """Return the geometry of tokens whose twin classes are permuted.

    Parameters
    ----------
    role, tokens, rows, twins, is_protected
        As in `OperandGeometry`.
    acting : (k, m) int64
        Permutations of the m twin classes; each carries classes to classes of the same size.
    moves : (l, m) int64
        Further ones that carry the components of the first into each other: all autotopisms.

    Examples
    --------
    >>> import numpy as np
    >>> units = np.array([[i * u % 12 for i in range(12)] for u in (5, 7)])
    >>> labels, numbers = tuple(map(str, range(12))), np.arange(12)
    >>> mod12 = orbit_geometry(Role.X, units, twins=numbers, tokens=labels, rows=numbers,
    ...                        moves=units, is_protected=True)
    >>> mod12, [str(level) for level in mod12.levels]
    (OperandGeometry(x: orbits of Z2 x Z2, 12 tokens, 4 blocks, sharpness 0.603), ['L0', 'L1'])
    """
    n = len(twins)
    key = acting.shape, acting.astype(np.int64).tobytes()
    pairs = token_pairs(_orbitals(*key), twins, twins)
    pairs.setflags(write=False)
    n_parameters = int(pairs.max()) + 1
    group: Group | None = None
    blocks: tuple[IsotypicBlock, ...] = ()
    multiplicities: tuple[int, ...] = ()
    orbits: tuple[tuple[int, ...], ...] = ()
    is_sharp = 1 - n_parameters / (n * (n + 1) / 2) >= LEAST_SHARPNESS
    if is_sharp:
        found, group, names = _components(*key)
        sizes = np.bincount(twins)
        order = sorted(range(len(names)), key=lambda i: (names[i][0], i))
        blocks = tuple(
            IsotypicBlock(
                names[i][1],
                found[i + 1].degree,
                found[i + 1].indicator,
                (found[i + 1].basis / np.sqrt(sizes)[:, None])[twins],
                names[i][2],
            )
            for i in order
        )
        multiplicities = tuple(found[i + 1].multiplicity for i in order)
        orbits = equivalent_blocks(blocks, _on_tokens(moves, twins))
        orbit = np.unique(pairs.diagonal(), return_inverse=True)[1]
        offsets = apex_block(orbit, ORBIT_OFFSETS)
        if offsets is not None:
            orbits += ((len(blocks),),)
            blocks += (offsets,)
            multiplicities += (offsets.dimension,)
    return OperandGeometry(
        role=role,
        family=Family.PERMUTATION_ORBITS if is_sharp else Family.NONE,
        group=group,
        coordinate=np.full(n, -1, dtype=np.int64),
        tokens=tokens,
        rows=rows,
        orbitals=(pairs,),
        n_parameters=n_parameters,
        blocks=blocks,
        equivalent_blocks=orbits,
        twins=twins,
        block_dimensions={block.name: block.dimension for block in blocks},
        is_protected=is_protected and is_sharp,
        side=Side.BOTH,
        multiplicities=multiplicities,
    )


# The operands of a symmetric table, and a table that serves both, have the same permutations.


@lru_cache(maxsize=1)
def _orbitals(shape: tuple[int, ...], acting: bytes) -> NDArray[np.int64]:
    partition = orbitals(np.frombuffer(acting, dtype=np.int64).reshape(shape))
    partition.setflags(write=False)
    return partition


@lru_cache(maxsize=1)
def _components(
    shape: tuple[int, ...], acting: bytes
) -> tuple[tuple[PermutationComponent, ...], Group | None, list[tuple[int, str, tuple[int, ...]]]]:
    """Return the components, the acting group where that is small, and a name for each."""
    permutations = np.frombuffer(acting, dtype=np.int64).reshape(shape)
    found = permutation_components(permutations)
    group, names = _names(permutations, found[1:])
    return found, group, names


def _on_tokens(moves: NDArray[np.int64], twins: NDArray[np.int64]) -> NDArray[np.int64]:
    """For every token a token of the class that its own class moves to.

    No permutation, but as good as one for functions that are constant on the classes.
    """
    first = np.unique(twins, return_index=True)[1]
    return np.asarray(first[moves[:, twins]])


def _names(
    acting: NDArray[np.int64], found: tuple[PermutationComponent, ...]
) -> tuple[Group | None, list[tuple[int, str, tuple[int, ...]]]]:
    """Name each component by an irrep of the acting group, where that is small.

    Returns
    -------
    group : Group or None
        In standard form.
    names : list of (place in the group's list of real irreps, name, rows of the character table)
    """
    plain = [(i, f"component {i + 1}", ()) for i in range(len(found))]
    elements = _elements(acting)
    if elements is None:
        return None, list(plain)
    permutations, raw = elements
    known = recognize(raw)
    table = character_table(known.group)
    points = np.arange(permutations.shape[1])
    traces = np.empty((len(found), known.group.order))
    for row, one in zip(traces, found, strict=True):
        projection = one.basis @ one.basis.T
        row[known.isomorphism] = projection[points, permutations].sum(axis=1)
    overlap = np.abs(traces @ table.to_numeric()[:, table.classes.class_of].conj().T)
    block_of = {row: i for i, rows in enumerate(table.real_classes) for row in rows}
    places = [block_of[int(row)] for row in np.argmax(overlap > 0.5, axis=1)]
    names = block_names(table)
    return known.group, [(i, names[i], table.real_classes[i]) for i in places]


def _elements(acting: NDArray[np.int64]) -> tuple[NDArray[np.int64], Group] | None:
    """All elements of the acting group, (order, m), and the group; None if it is too large."""
    generators = [tuple(row) for row in acting.tolist()]
    identity = tuple(range(acting.shape[1]))
    seen = {identity}

    def multiply(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
        product = tuple(left[i] for i in right)
        seen.add(product)
        if len(seen) > _NAMED_ORDER:
            raise BudgetError("the acting group is too large to be written down")
        return product

    try:
        elements, table = generate(generators, identity, multiply=multiply, what="what acts")
    except BudgetError:
        return None
    group = Group(table)
    if not group.is_abelian and group.order > _NAMED_NON_ABELIAN:
        return None
    return np.array(elements, dtype=np.int64), group
