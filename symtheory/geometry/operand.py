"""What the theory says of one embedding: its invariant space and its isotypic blocks.

The prediction is not a picture but a column space and a block form of the Gram matrix: for an
active set R of non-trivial irreps and weights w > 0

    K(x, x') = sum over rho in R of  w_rho d_rho Re chi_rho(phi(x)^-1 phi(x')),

phi the token's group element. Fixed are the dimension, equal norms, orthogonal blocks and the
distances; free are R, the weights and one rotation of the whole cloud.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.records import Json, Role
from symtheory.representations.isotypic import IsotypicBlock
from symtheory.symmetry.orbitals import SumSpace

__all__ = ["OperandGeometry", "are_same_blocks", "describe_operand"]


@dataclass(frozen=True, slots=True, eq=False)
class OperandGeometry:
    """The predicted geometry of one embedding.

    Parameters
    ----------
    role : Role
        The operand, or operands, that the embedding serves.
    group : Group
        The group that its tokens carry.
    coordinate : (n,) int64
        Element of the group for each token.
    tokens : tuple of str
        Labels of the tokens.
    orbitals : tuple of (n, n) int64
        Symmetrised orbital partitions of the pairs of tokens. One: the Gram matrix is constant on
        its classes. Two: it is a sum of one constant on the first and one on the second, whose
        projections commute, so that P = P1 + P2 - P1 P2.
    n_parameters : int
        Dimension of that invariant space.
    blocks : tuple of IsotypicBlock
        The non-trivial blocks; bases are (n, dimension), rows in the tokens' order.
    equivalent_blocks : tuple of tuple of int
        Orbits of Aut(G) on the blocks, by index; equivalent blocks give congruent point clouds
        once the tokens' labels are forgotten, and are used equally often over seeds.
    """

    role: Role
    group: Group
    coordinate: NDArray[np.int64]
    tokens: tuple[str, ...]
    orbitals: tuple[NDArray[np.int64], ...]
    n_parameters: int
    blocks: tuple[IsotypicBlock, ...]
    equivalent_blocks: tuple[tuple[int, ...], ...]

    def __repr__(self) -> str:
        return (
            f"OperandGeometry({self.role}: {self.group.name}, {len(self.tokens)} tokens, "
            f"{len(self.blocks)} blocks, sharpness {self.sharpness:.3f})"
        )

    @property
    def sharpness(self) -> float:
        """Share of the n(n+1)/2 entries of a Gram matrix that the symmetry takes away."""
        n = len(self.tokens)
        return 1 - self.n_parameters / (n * (n + 1) / 2)

    def is_faithful(self, active: tuple[int, ...]) -> bool:
        """Whether the blocks with these indices give distinct tokens distinct points.

        The test is that the joint kernel of their irreps is trivial; for frequencies k of Z_n it
        reads gcd(k_1, ..., k_D, n) = 1.
        """
        start = int(np.argmax(self.coordinate == self.group.identity))
        in_kernel = np.ones(len(self.tokens), dtype=bool)
        for index in active:
            basis = self.blocks[index].basis
            in_kernel &= (np.abs(basis - basis[start]) < 1e-9).all(axis=1)
        return int(in_kernel.sum()) == 1

    def to_dict(self) -> dict[str, Json]:
        """Return the prediction as plain JSON values; matrices follow from the group."""
        return {
            "role": str(self.role),
            "group": self.group.name,
            "coordinate": self.coordinate.tolist(),
            "n_orbitals": [int(partition.max()) + 1 for partition in self.orbitals],
            "n_parameters": self.n_parameters,
            "sharpness": self.sharpness,
            "blocks": [
                {
                    "name": block.name,
                    "degree": block.degree,
                    "indicator": block.indicator,
                    "dimension": block.dimension,
                }
                for block in self.blocks
            ],
            "equivalent_blocks": [list(orbit) for orbit in self.equivalent_blocks],
        }


def describe_operand(
    role: Role,
    group: Group,
    *,
    coordinate: NDArray[np.int64],
    tokens: tuple[str, ...],
    space: SumSpace,
    blocks: tuple[IsotypicBlock, ...],
    equivalent: tuple[tuple[int, ...], ...],
) -> OperandGeometry:
    """Return the predicted geometry of tokens that carry the elements of a group.

    Parameters
    ----------
    role, group, coordinate, tokens
        As in `OperandGeometry`.
    space : SumSpace
        The invariant space of Gram matrices.
    blocks : tuple of IsotypicBlock
        The non-trivial blocks of the group, bases in the order of its elements.
    equivalent : tuple of tuple of int
        Their `equivalent_blocks`.
    """
    return OperandGeometry(
        role=role,
        group=group,
        coordinate=coordinate,
        tokens=tokens,
        orbitals=space.partitions,
        n_parameters=space.dimension,
        blocks=tuple(
            IsotypicBlock(block.name, block.degree, block.indicator, block.basis[coordinate])
            for block in blocks
        ),
        equivalent_blocks=equivalent,
    )


def are_same_blocks(
    blocks: tuple[IsotypicBlock, ...], first: NDArray[np.int64], second: NDArray[np.int64]
) -> bool:
    """Whether two coordinates of the same tokens split functions on them into the same subspaces.

    Parameters
    ----------
    blocks : tuple of IsotypicBlock
        Blocks of R[G].
    first, second : (n,) int64
        Element of G for each token, in two ways.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks, tokens = isotypic_blocks(cyclic(7)), np.arange(7)
    >>> are_same_blocks(blocks, tokens, 3 * tokens % 7)
    True
    >>> are_same_blocks(blocks, tokens, np.array([0, 2, 1, 3, 4, 5, 6]))
    False
    """
    basis = np.concatenate([block.basis for block in blocks], axis=1)
    starts = np.cumsum([0, *(block.dimension for block in blocks[:-1])])
    overlap = (basis[first].T @ basis[second]) ** 2
    # Entry (b, c): squared norm of the part of block c of one that lies in block b of the other.
    shared = np.add.reduceat(np.add.reduceat(overlap, starts, axis=0), starts, axis=1)
    is_match = shared > 1e-6
    return bool((is_match.sum(axis=0) == 1).all() and (is_match.sum(axis=1) == 1).all())
