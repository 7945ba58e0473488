"""L2, the template: the points lie where the orbit of the active irreps puts them.

A template T (n, r) fits a cloud E (n, d), both centered, up to rotation and scale with

    R^2 = ||T^T E||_*^2 / (||T||^2 ||E||^2),

the squared nuclear norm over the product of the powers: 1 - R^2 is the relative residual of the
best c T Q, Q with orthonormal rows (Schönemann [1]_).

The template of an abelian orbit has one radius per active block, T = [a_1 B_1, a_2 B_2, ...]: a
round circle for a frequency plane, in orthogonal planes. Radii are free, and fitted as

    a_b = ||B_b^T E||_* / r_b.

*They maximize R^2 where the images of the blocks are orthogonal.* Write M_b = B_b^T E and
N_b = ||M_b||_*. T^T E stacks the a_b M_b, so ||T^T E||_* <= sum_b a_b N_b by the triangle
inequality, with equality where the row spaces of the M_b are orthogonal; and
||T||^2 = sum_b a_b^2 r_b. By Cauchy-Schwarz with u_b = a_b sqrt(r_b),

    (sum_b a_b N_b)^2 = (sum_b u_b N_b / sqrt(r_b))^2 <= ||T||^2 sum_b N_b^2 / r_b,

with equality iff u_b is proportional to N_b / sqrt(r_b), that is a_b proportional to N_b / r_b.
Hence R^2 <= sum_b N_b^2 / (r_b ||E||^2) for all radii, and the radii above reach the bound on
orthogonal images. Power in the blocks alone does not: N_b^2 / r_b is the whole power of block b
only where all singular values of M_b are equal, so ellipses lose, and oblique planes lose by the
triangle inequality.

The test uses the whole centered cloud (no projection chosen by us: what lies outside the template
counts against it) and selects active blocks and radii again for every relabeling. A relabeled
cloud that is nearly isotropic has about half of all blocks active, and a template of that many
dimensions reaches R^2 near .4 by chance; a template that explains less is never significant here,
though the spectrum and the Gram law may be.

References
----------
.. [1] P. H. Schönemann, A generalized solution of the orthogonal Procrustes problem, 1966,
   https://doi.org/10.1007/BF02289451
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.representations.isotypic import IsotypicBlock

from .clouds import centered, principal_coordinates
from .coefficients import block_starts, relabeled_coefficients, stacked_basis
from .nulls import NullTest
from .spectrum import active_blocks, block_power, is_active, white_power

__all__ = [
    "Alignment",
    "ProcrustesTest",
    "Template",
    "align",
    "check_procrustes",
    "fit_template",
    "procrustes_share",
]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A predicted cloud: one radius for each active block.

    Parameters
    ----------
    points : (n, r) float64
        The columns of the active bases, each times its radius.
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


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The best similarity transform from a template to a cloud.

    Parameters
    ----------
    share : float
        R^2 of the fit.
    scale : float
        c in E ~ c T Q.
    rotation : (r, d) float64
        Q, with orthonormal rows where d >= r.
    """

    share: float
    scale: float
    rotation: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ProcrustesTest:
    """What the fit of one cloud to its template says.

    Parameters
    ----------
    template : Template
    alignment : Alignment
        Of the template to the centered cloud; its ``share`` is the effect. The cloud in the axes
        of the template, one circle after the other, is ``centered(cloud) @ rotation.T``, to be
        compared with ``scale * template.points``.
    null : NullTest
        R^2 against relabeled clouds, each with its own active blocks and radii.
    """

    template: Template
    alignment: Alignment
    null: NullTest

    @property
    def radii(self) -> NDArray[np.float64]:
        """Root-mean-square radius of each active block as fitted to the cloud, in its units."""
        template = self.template
        columns = np.array(template.dimensions) / len(template.points)
        return np.asarray(self.alignment.scale * template.radii * np.sqrt(columns))

    @property
    def adjusted_share(self) -> float:
        """(R^2 - m) / (1 - m) with m the mean of the null: 0 is chance, 1 is exact."""
        return (self.null.observed - self.null.mean) / (1 - self.null.mean)


def fit_template(
    cloud: NDArray[np.float64], blocks: Sequence[IsotypicBlock], *, active: Sequence[int]
) -> Template:
    """Fit the radii of the active blocks to a cloud.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    active : sequence of int
        Indices into ``blocks``; at least one.

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
    chosen = [blocks[b] for b in active]
    stacked_basis(chosen, n=len(points))
    radii = np.array(
        [
            np.linalg.svd(block.basis.T @ points, compute_uv=False).sum() / block.dimension
            for block in chosen
        ]
    )
    columns = [radius * block.basis for radius, block in zip(radii, chosen, strict=True)]
    return Template(
        points=np.concatenate(columns, axis=1),
        active=tuple(int(b) for b in active),
        radii=radii,
        dimensions=tuple(block.dimension for block in chosen),
    )


def align(cloud: NDArray[np.float64], template: NDArray[np.float64]) -> Alignment:
    """Rotate and scale a template on to a cloud.

    Parameters
    ----------
    cloud : (n, d) float64
    template : (n, r) float64
        Both are centered first.

    Examples
    --------
    >>> line = np.array([[0.0], [1.0], [2.0]])
    >>> found = align(np.array([[5.0, 0.0], [5.0, 2.0], [5.0, 4.0]]), line)
    >>> found.share, found.scale, found.rotation.tolist()
    (1.0, 2.0, [[0.0, 1.0]])
    """
    points, shape = centered(cloud), centered(template)
    if len(points) != len(shape):
        raise SpecError(f"the cloud has {len(points)} points and the template {len(shape)}")
    left, singular, right = np.linalg.svd(shape.T @ points, full_matrices=False)
    nuclear, template_power = float(singular.sum()), float((shape**2).sum())
    share = nuclear**2 / (template_power * float((points**2).sum()))
    # Equal clouds may exceed 1 by rounding.
    return Alignment(min(share, 1.0), nuclear / template_power, left @ right)


def procrustes_share(
    cloud: NDArray[np.float64],
    template: NDArray[np.float64],
    *,
    n_components: int | None = None,
) -> float:
    """Return R^2 of a given template, optionally on the leading components of the cloud only.

    Parameters
    ----------
    cloud : (n, d) float64
    template : (n, r) float64
    n_components : int, optional
        Project the cloud on so many principal components first. This discards the rest of the
        cloud unseen; the default keeps everything.

    Examples
    --------
    >>> square = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    >>> round(procrustes_share(square @ [[0.0, 2.0], [2.0, 0.0]] + 7, square), 12)
    1.0
    """
    return align(principal_coordinates(cloud, n_components=n_components), template).share


def check_procrustes(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    permutations: NDArray[np.int64],
) -> ProcrustesTest:
    """Test the fit of a cloud to the template of its active blocks against relabeled clouds.

    Active blocks are those above their white share; they and the radii are found anew for every
    relabeling.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    permutations : (n_draws, n) int64
        From `label_permutations`.

    Raises
    ------
    SpecError
        If no block is above its white share (an exact simplex): there is nothing to fit.
    """
    # Only the Gram matrix of the cloud enters R^2, so the shortest array that has it will do.
    coordinates = principal_coordinates(cloud)
    white = white_power(blocks, n=len(coordinates))
    active = active_blocks(block_power(coordinates, blocks), white)
    if not active:
        raise SpecError("every block has its white share of the power: no template can be fitted")
    template = fit_template(cloud, blocks, active=active)
    total = float((coordinates**2).sum())
    chunks = relabeled_coefficients(coordinates, blocks, permutations=permutations)
    draws = np.concatenate([_best_shares(chunk, blocks, white * total) for chunk in chunks]) / total
    alignment = align(cloud, template.points)
    return ProcrustesTest(template, alignment, NullTest(alignment.share, draws))


def _best_shares(
    coefficients: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    white: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return R^2 ||E||^2 of the re-selected template for each of the (R, n_chunk, k) arrays."""
    n_draws = coefficients.shape[1]
    nuclear = np.empty((n_draws, len(blocks)))
    power = np.empty((n_draws, len(blocks)))
    dimensions = np.array([block.dimension for block in blocks])
    starts = block_starts(blocks)
    for r in np.unique(dimensions):
        alike = np.flatnonzero(dimensions == r)
        rows = starts[alike][:, None] + np.arange(r)
        stack = coefficients[rows].transpose(2, 0, 1, 3)  # (n_chunk, blocks, r, k)
        squares = np.linalg.eigvalsh(stack @ stack.transpose(0, 1, 3, 2)).clip(min=0)
        nuclear[:, alike] = np.sqrt(squares).sum(axis=2)
        power[:, alike] = squares.sum(axis=2)
    radii = np.where(is_active(power, white), nuclear / dimensions, 0.0)
    template_power = (radii**2 * dimensions).sum(axis=1)
    row_radii = np.repeat(radii, dimensions, axis=1)
    best = np.zeros(n_draws)
    for draw in range(n_draws):
        kept = np.flatnonzero(row_radii[draw])
        if len(kept):
            image = coefficients[kept, draw] * row_radii[draw, kept, None]
            small = image @ image.T if image.shape[0] <= image.shape[1] else image.T @ image
            singular = np.sqrt(np.linalg.eigvalsh(small).clip(min=0))
            best[draw] = singular.sum() ** 2 / template_power[draw]
    return best
