"""Isotypic decomposition of the real functions on a group.

R[G], the real functions on G, is the orthogonal sum of one block per real class of irreps
{rho, conj(rho)}. Its real dimension is d^2 where rho is of real or quaternionic type and 2 d^2
where it is of complex type (d the complex degree); its projection is convolution with
d/n * chi (plus the conjugate). Both left and right translation preserve every block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.representations.characters import linear_characters

__all__ = ["IsotypicBlock", "isotypic_blocks"]


@dataclass(frozen=True, slots=True, eq=False)
class IsotypicBlock:
    """One block of R[G].

    Parameters
    ----------
    name : str
        The field's name of the irrep, such as ``"frequency 3"`` or ``"trivial"``.
    degree : int
        Complex degree d of the irrep.
    indicator : int
        Frobenius-Schur indicator: 1 real, 0 complex (then the block holds rho and its conjugate),
        -1 quaternionic.
    basis : (n, dimension) float64
        Orthonormal columns that span the block as functions on the elements, in table order.
    """

    name: str
    degree: int
    indicator: int
    basis: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"IsotypicBlock({self.name}, dimension {self.dimension})"

    @property
    def dimension(self) -> int:
        """Real dimension of the block, and so the number of principal components it predicts."""
        return int(self.basis.shape[1])


def isotypic_blocks(group: Group) -> tuple[IsotypicBlock, ...]:
    """Return the isotypic blocks of R[G], the trivial one first.

    For a cyclic group with generator g the blocks are the constant functions, the planes of
    cos(2 pi k j / n) and sin(2 pi k j / n) on g^j ("frequency k", 0 < k < n/2), and for even n
    the alternating function ("frequency n/2", one real dimension).

    Raises
    ------
    PredictionError
        If the group is not cyclic.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> isotypic_blocks(cyclic(4))
    (IsotypicBlock(trivial, dimension 1), IsotypicBlock(frequency 1, dimension 2), \
IsotypicBlock(frequency 2, dimension 1))
    """
    n = group.order
    # Phases are reduced as integers, so high frequencies lose no accuracy.
    phases = linear_characters(group).phases
    blocks = [IsotypicBlock("trivial", 1, 1, np.full((n, 1), n**-0.5))]
    for k in range(1, n // 2 + 1):
        angle = 2 * np.pi * phases[k] / n
        if 2 * k == n:
            blocks.append(IsotypicBlock(f"frequency {k}", 1, 1, np.cos(angle)[:, None] * n**-0.5))
        else:
            plane = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (2 / n) ** 0.5
            blocks.append(IsotypicBlock(f"frequency {k}", 1, 0, plane))
    return tuple(blocks)
