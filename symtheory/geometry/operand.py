"""Predicted geometry of one embedding: the invariant Gram matrices and their isotypic blocks.

The prediction is a linear space of Gram matrices and their block form, not one point cloud. Where
the tokens are the elements of a group, phi(x) that of token x, and K is invariant under
translations from both sides,

    K(x, x') = sum over rho in R of  w_rho d_rho Re chi_rho(phi(x)^-1 phi(x'))

for a set R of active irreps with weights w > 0. Fixed are then the dimension, equal norms,
orthogonal blocks and the distances; free are R, the weights and one rotation of the whole cloud.
Under left translations alone the weight of rho is a positive matrix W_rho and the summand
d_rho Re tr(W_rho rho(phi(x)^-1 phi(x'))): the blocks stay, the distances in them are free. For an
abelian group, and for irreps of quaternionic type and degree 2, the two are the same.

That is the geometry of a network that keeps these translations. One network may break any of them,
and then obeys the factor law (docs/factor_law.md): on each irrep its Gram matrix is a Kronecker
product, of which the above is the case that one factor, or both, are the unit matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import Side
from symtheory.groups.group import Group
from symtheory.records import Json, Level, Role
from symtheory.representations.isotypic import IsotypicBlock

__all__ = ["LEAST_SHARPNESS", "Family", "OperandGeometry", "faithful_points"]

LEAST_SHARPNESS = 0.5
"""Least share of the Gram matrix that a symmetry must take away before anything is claimed."""

_CLOSE = 1e-9  # entries of exact points that differ by less are equal
_ZERO = 1e-9  # squared distances and overlaps of exact points below this are zero


FACTORS: Mapping[Role, tuple[str, str]] = {
    Role.X: ("A", "B"),
    Role.Y: ("B", "C"),
    Role.READOUT: ("A", "C"),
}
"""Factors of rows and of columns of the Gram matrix of each embedding, on an irrep of the group."""


class Family(StrEnum):
    """What kind of point cloud is predicted."""

    GROUP_ORBIT = "orbit"  # the tokens are all elements of a group
    ORBIT_WITH_FIXED_POINTS = "cone"  # the same, and further tokens that every translation fixes
    RESTRICTED = "restricted"  # the tokens are some of the elements
    COSET_SUMS = "folded"  # every token is a sum over several elements
    PERMUTATION_ORBITS = "orbits"  # a permutation group acts, the tokens are no group
    NONE = "none"  # too little is fixed to claim anything
    # Names of version 0.1.
    ORBIT = GROUP_ORBIT
    CONE = ORBIT_WITH_FIXED_POINTS
    FOLDED = COSET_SUMS
    ORBITS = PERMUTATION_ORBITS


@dataclass(frozen=True, slots=True, eq=False)
class OperandGeometry:
    """The predicted geometry of one embedding.

    It speaks of n rows of the embedding: all tokens of an operand, and of the readout the answers
    that occur.

    Parameters
    ----------
    role : Role
        The operand, or operands, that the embedding serves.
    family : Family
    group : Group or None
        The group that the tokens carry; for `Family.PERMUTATION_ORBITS` the group that acts on
        them, where it is small enough to be written down.
    coordinate : (n,) int64
        Element of the group for each row, -1 where it has none.
    tokens : tuple of str
        Labels of the n rows.
    rows : (n,) int64
        The rows of the embedding.
    orbitals : tuple of (n, n) int64
        Symmetric partitions of the pairs of tokens, diagonal pairs in classes of their own. One:
        the Gram matrix is constant on its classes. Two: it is a sum of one constant on the first
        and one on the second, whose projections commute, so that P = P1 + P2 - P1 P2. None for
        `Family.COSET_SUMS`.
    n_parameters : int
        Dimension of that space of matrices.
    blocks : tuple of IsotypicBlock
        The non-trivial blocks; bases are (n, dimension) with orthonormal columns, mutually
        orthogonal and orthogonal to the constants, rows in the order of the tokens.
    equivalent_blocks : tuple of tuple of int
        Blocks, by index, that autotopisms of the task carry into each other; they are used equally
        often over seeds.
    twins : (n,) int64
        Twin class of every row, numbered in the order of their first members; twins have one point.
    block_dimensions : mapping of str to int
        Real dimension that each block of the group has in this embedding, by name.
    is_protected : bool
        Whether the translations are autotopisms of the task, so that they leave the distribution of
        trained networks as it is. Otherwise the geometry is a conjecture.
    side : Side
        From which side the translations act.
    multiplicities : tuple of int
        How often the block's irrep occurs, over the reals, under what acts; the block's Gram matrix
        is one weight where it is 1 and a positive matrix of that size otherwise. Empty: all 1.
    coinciding : tuple of tuple of str
        `Family.COSET_SUMS`: names of blocks whose sums span one space.
    """

    role: Role
    family: Family
    group: Group | None
    coordinate: NDArray[np.int64]
    tokens: tuple[str, ...]
    rows: NDArray[np.int64]
    orbitals: tuple[NDArray[np.int64], ...]
    n_parameters: int
    blocks: tuple[IsotypicBlock, ...]
    equivalent_blocks: tuple[tuple[int, ...], ...]
    twins: NDArray[np.int64]
    block_dimensions: Mapping[str, int]
    is_protected: bool
    side: Side = Side.BOTH
    multiplicities: tuple[int, ...] = ()
    coinciding: tuple[tuple[str, ...], ...] = ()

    def __repr__(self) -> str:
        of = f" of {self.group.name}" if self.group is not None else ""
        return (
            f"OperandGeometry({self.role}: {self.family}{of}, {len(self.tokens)} tokens, "
            f"{len(self.blocks)} blocks, sharpness {self.sharpness:.3f})"
        )

    @property
    def sharpness(self) -> float:
        """Share of the n(n+1)/2 entries of a Gram matrix that the symmetry takes away."""
        n = len(self.tokens)
        return 1 - self.n_parameters / (n * (n + 1) / 2)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The claims about this embedding that can be tested.

        All four where the tokens are the elements of a group; a matrix of weights that a block
        may have is fitted in L2 and L3. For other permutations without those two if there is such
        a block, and L1 alone where there are no orthogonal blocks.
        """
        has_classes = self.family not in {Family.COSET_SUMS, Family.NONE}
        if not has_classes or self.sharpness < LEAST_SHARPNESS:
            return ()
        if not self.blocks:
            return (Level.GRAM,)
        if self.family is Family.PERMUTATION_ORBITS and self.has_matrices:
            return (Level.SPECTRUM, Level.GRAM)
        return (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)

    @property
    def is_group(self) -> bool:
        """Whether the tokens are the elements of a group, some fixed by all translations aside."""
        return self.group is not None and self.family in {
            Family.GROUP_ORBIT,
            Family.ORBIT_WITH_FIXED_POINTS,
        }

    def allows(self, level: str) -> bool:
        """Whether a claim can be tested: of the rungs of the ladder those in `levels`, all others.

        Examples
        --------
        >>> from symtheory.records import Role
        >>> from symtheory.tasks.catalogue import named_task
        >>> from symtheory.theory import predict
        >>> shared = predict(named_task("modadd", p=7)).geometries[Role.SHARED]
        >>> shared.allows("L1"), shared.allows("a claim of its own")
        (True, True)
        """
        return level in self.levels or level not in set(Level)

    @property
    def has_matrices(self) -> bool:
        """Whether some block has a matrix of weights, not one weight."""
        return any(multiplicity > 1 for multiplicity in self.multiplicities)

    @property
    def irrep_blocks(self) -> tuple[IsotypicBlock, ...]:
        """The blocks that are irreps of the group; not the offsets of tokens outside."""
        return tuple(block for block in self.blocks if block.characters)

    @property
    def n_points(self) -> int:
        """Number of distinct points: twins count once."""
        return int(self.twins.max()) + 1

    def is_faithful(self, active: tuple[int, ...]) -> bool:
        """Whether the blocks with these indices give distinct tokens, twins apart, distinct points.

        In an orbit the test is that the joint kernel of their irreps is trivial; for frequencies k
        of Z_n it reads gcd(k_1, ..., k_D, n) = 1.
        """
        first = np.unique(self.twins, return_index=True)[1]
        if self.family is Family.GROUP_ORBIT and active:
            # A group carries every point to the first, so only coincidences with that one count.
            bases = [self.blocks[index].basis[first] for index in active]
            is_same = [(abs(basis - basis[0]) < _CLOSE).all(axis=1) for basis in bases]
            return int(np.logical_and.reduce(is_same).sum()) == 1
        return faithful_points([self.blocks[index].basis[first] for index in active])

    def to_dict(self) -> dict[str, Json]:
        """Return the prediction as plain JSON values; matrices follow from the group."""
        multiplicities = self.multiplicities or (1,) * len(self.blocks)
        return {
            "role": str(self.role),
            "family": str(self.family),
            "group": None if self.group is None else self.group.name,
            "side": str(self.side),
            "is_protected": self.is_protected,
            "coordinate": self.coordinate.tolist(),
            "rows": self.rows.tolist(),
            "twins": self.twins.tolist(),
            "n_orbitals": [int(partition.max()) + 1 for partition in self.orbitals],
            "n_parameters": self.n_parameters,
            "sharpness": self.sharpness,
            "levels": [str(level) for level in self.levels],
            "blocks": [
                {
                    "name": block.name,
                    "degree": block.degree,
                    "indicator": block.indicator,
                    "dimension": block.dimension,
                    "multiplicity": multiplicity,
                }
                for block, multiplicity in zip(self.blocks, multiplicities, strict=True)
            ],
            "block_dimensions": dict(self.block_dimensions),
            "coinciding": [list(names) for names in self.coinciding],
            "equivalent_blocks": [list(orbit) for orbit in self.equivalent_blocks],
        }


def faithful_points(bases: list[NDArray[np.float64]]) -> bool:
    """Whether the rows of bases, put side by side, are all distinct.

    Examples
    --------
    >>> import numpy as np
    >>> faithful_points([np.array([[1.0], [-1.0], [1.0]])])
    False
    """
    if not bases:
        return False
    points = np.hstack(bases)
    gram = points @ points.T
    squares = np.diag(gram)
    distances = squares[:, None] + squares - 2 * gram
    np.fill_diagonal(distances, 1)
    return bool((distances > _ZERO).all())


def overlaps(
    first: list[NDArray[np.float64]], second: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the squared norm of the part of basis j of ``second`` that lies in i of ``first``."""
    squares = (np.concatenate(first, axis=1).T @ np.concatenate(second, axis=1)) ** 2
    for axis, bases in enumerate((first, second)):
        starts = np.cumsum([0, *(basis.shape[1] for basis in bases[:-1])])
        squares = np.add.reduceat(squares, starts, axis=axis)
    return np.asarray(squares)
