"""Template of a cloud: the predicted orbit of its active irreps, with fitted radii.

Block b of the template is a_b B_b Q_b: B_b the orthonormal (n, r_b) basis of the block, Q_b a
positive matrix with tr(Q_b^2) = r_b that says what shape the block has, a_b its radius.

- Where the law leaves one weight, Q_b is the unit matrix: a round circle for a frequency plane.
- Where it leaves more (an operand of a non-abelian group, on which translations act from one side
  only), Q_b^2 is the free shape nearest to M_b M_b^T, M_b = B_b^T E: what averaging the Gram
  matrix over the group leaves of the block.

Radii are free, and fitted as

    a_b = ||Q_b M_b||_* / r_b.

*They maximize R^2 where the images of the blocks are orthogonal.* Write T = [a_1 B_1 Q_1, ...] and
N_b = ||Q_b M_b||_*. T^T E stacks the a_b Q_b M_b, so ||T^T E||_* <= sum_b a_b N_b by the triangle
inequality, with equality where the row spaces of the M_b are orthogonal; and
||T||^2 = sum_b a_b^2 r_b. By Cauchy-Schwarz with u_b = a_b sqrt(r_b),

    (sum_b a_b N_b)^2 = (sum_b u_b N_b / sqrt(r_b))^2 <= ||T||^2 sum_b N_b^2 / r_b,

with equality iff u_b is proportional to N_b / sqrt(r_b), that is a_b proportional to N_b / r_b.
Hence R^2 <= sum_b N_b^2 / (r_b ||E||^2) for all radii, and the radii above reach the bound on
orthogonal images. Power in the blocks alone does not: for a round block N_b^2 / r_b is the whole
power only where all singular values of M_b are equal, so ellipses lose, and oblique planes lose by
the triangle inequality. Where M_b M_b^T is itself a free shape, no other one gives a larger R^2,
again by Cauchy-Schwarz.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.geometry.statistics import stacked_basis
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import centered
from .block_laws import BlockLaw, nearest_roots, round_law

__all__ = ["Template", "fit_template"]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A predicted cloud: one radius for each active block.

    Parameters
    ----------
    points : (n, r) float64
        The columns a_b B_b Q_b of the active blocks.
    active : tuple of int
        Indices of the active blocks.
    radii : (n_active,) float64
        a_b, so that the points of block b have root-mean-square radius a_b sqrt(r_b / n).
    dimensions : tuple of int
        Number of columns of each active block.
    """

    points: NDArray[np.float64]
    active: tuple[int, ...]
    radii: NDArray[np.float64]
    dimensions: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Template({len(self.active)} blocks, {self.points.shape[1]} dimensions)"


def fit_template(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int],
    laws: Sequence[BlockLaw] | None = None,
) -> Template:
    """Fit the radii, and the shapes where they are free, of the active blocks to a cloud.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    active : sequence of int
        Indices into ``blocks``; at least one.
    laws : sequence of BlockLaw, optional
        Of every block; by default all are round.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks = isotypic_blocks(cyclic(7))[1:]
    >>> fit_template(3 * blocks[1].basis, blocks, active=[1]).radii.round(9).tolist()
    [3.0]
    """
    if not len(active):
        raise SpecError("a template needs at least one active block, none was given")
    points = centered(cloud)
    stacked_basis([blocks[b] for b in active], n=len(points))  # refuses blocks on other tokens
    columns, radii = [], []
    for b in active:
        basis = blocks[b].basis
        law = round_law(blocks[b].dimension) if laws is None else laws[b]
        coefficients = basis.T @ points
        # Q_b and ||Q_b M_b||_* hang on M_b M_b^T alone, which is r_b x r_b however wide the cloud.
        root, nuclear = nearest_roots(coefficients @ coefficients.T, law)
        radii.append(float(nuclear) / blocks[b].dimension)
        columns.append(radii[-1] * basis @ root)
    return Template(
        points=np.concatenate(columns, axis=1),
        active=tuple(int(b) for b in active),
        radii=np.array(radii),
        dimensions=tuple(blocks[b].dimension for b in active),
    )
