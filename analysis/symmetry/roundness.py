"""Roundness and mutual orthogonality of the active isotypic blocks (how conformal they are).

Where every block has one weight, the orbit of a vector maps each block by a *conformal* map, a
rotation times a scale: the singular values of M_b = B_b^T E are equal (a frequency is a circle, not
an ellipse), and the images of different blocks, the row spaces of the M_b, are orthogonal. Power
per block sees neither. Three numbers tell what is amiss:

- *energy*, the share of the centered cloud in the active blocks: are these the right functions?
- *defect*, ||K - Pi K||^2 / ||K||^2 of the whole centered Gram matrix: how much of it breaks the
  law, for whatever reason; for a cyclic group 1 less its circulant share;
- *roundness* of every block and the largest *cosine* between the images of two: which reason.

These are descriptions, without a null; L1 tests the law, and L2 the template. Where the theory
leaves a block a matrix of weights (one-sided translations of a non-abelian group) nothing says
that it is round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.geometry.statistics import stacked_basis
from symtheory.records import Json, finite
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import principal_coordinates
from .gram import invariance_defect

__all__ = ["BlockRoundness", "block_roundness"]

_RANK = 1e-6  # directions whose singular value is below this share of the block's largest are flat


@dataclass(frozen=True, slots=True, eq=False)
class BlockRoundness:
    """Roundness and orthogonality of the active blocks of one cloud.

    Parameters
    ----------
    block_names : tuple of str
        The active blocks.
    energy : float
        Share of the centered power in them, 0 to 1.
    defect : float or None
        Share of the Gram matrix that breaks the law; None where no single partition states it.
    roundness : (n_active,) float64
        Smallest over largest singular value of each M_b, 1 for a round block.
    cosines : (n_active, n_active) float64
        Largest cosine between the images of two blocks, that of the smallest principal angle; 1 on
        the diagonal.
    """

    block_names: tuple[str, ...]
    energy: float
    defect: float | None
    roundness: NDArray[np.float64]
    cosines: NDArray[np.float64]

    def __repr__(self) -> str:
        return (
            f"BlockRoundness(energy {self.energy:.3f}, least roundness {self.roundness.min():.3f}, "
            f"largest cosine {self.largest_cosine:.3f})"
        )

    @property
    def largest_cosine(self) -> float:
        """Largest cosine between the images of different blocks; 0 for one block."""
        off = self.cosines[~np.eye(len(self.cosines), dtype=bool)]
        return float(off.max(initial=0.0))

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "energy": self.energy,
            "defect": finite(self.defect),
            "roundness": dict(zip(self.block_names, self.roundness.tolist(), strict=True)),
            "largest_cosine": self.largest_cosine,
        }


def block_roundness(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int],
    orbitals: Sequence[NDArray[np.int64]] = (),
) -> BlockRoundness:
    """Measure how round and how orthogonal the active blocks of a cloud are.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
        Mutually orthogonal blocks of functions of mean zero on the n tokens.
    active : sequence of int
        Indices into ``blocks``; at least one.
    orbitals : sequence of (n, n) int64
        The partition of pairs on whose classes the Gram matrix should be constant. The defect is
        left out where there is none, or two (a sum of two laws).

    Raises
    ------
    SpecError
        If no block is active, or one holds nothing of the cloud.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks = isotypic_blocks(cyclic(9))[1:]
    >>> ellipse = blocks[0].basis * [1.0, 0.5]
    >>> block_roundness(np.hstack([ellipse, blocks[1].basis]), blocks, active=[0, 1])
    BlockRoundness(energy 1.000, least roundness 0.500, largest cosine 0.000)
    """
    if not len(active):
        raise SpecError("roundness needs at least one active block, none was given")
    points = principal_coordinates(cloud)
    chosen = [blocks[b] for b in active]
    stacked_basis(chosen, n=len(points))  # refuses bases of another number of tokens
    power, roundness, images = 0.0, [], []
    for block in chosen:
        coefficients = block.basis.T @ points
        _, singular, rows = np.linalg.svd(coefficients, full_matrices=False)
        if not singular[0] > _RANK * np.linalg.norm(points):
            raise SpecError(f"{block.name} holds nothing of the cloud, so that it has no shape")
        power += float(singular @ singular)
        is_flat = len(singular) < block.dimension  # the cloud has fewer dimensions than the block
        roundness.append(0.0 if is_flat else float(singular[-1] / singular[0]))
        images.append(rows[singular > _RANK * singular[0]])
    cosines = np.eye(len(images))
    for i, first in enumerate(images):
        for j, second in enumerate(images[:i]):
            cosine = np.linalg.svd(first @ second.T, compute_uv=False)[0]
            cosines[i, j] = cosines[j, i] = min(float(cosine), 1.0)
    return BlockRoundness(
        block_names=tuple(block.name for block in chosen),
        energy=power / float((points**2).sum()),
        defect=invariance_defect(points, orbitals[0]) if len(orbitals) == 1 else None,
        roundness=np.array(roundness),
        cosines=cosines,
    )
