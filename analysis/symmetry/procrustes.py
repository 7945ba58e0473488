"""L2, the template: the points lie where the orbit of the active irreps puts them.

A template T (n, r) fits a cloud E (n, d), both centered, up to rotation and scale with

    R^2 = ||T^T E||_*^2 / (||T||^2 ||E||^2),

the squared nuclear norm over the product of the powers: 1 - R^2 is the relative residual of the
best c T Q, Q with orthonormal rows (Schönemann [1]_).

`symtheory.analysis.symmetry.template` says what T is, and why its radii are the best.

The test uses the whole centered cloud (no projection chosen by us: what lies outside the template
counts against it) and selects active blocks, their free shapes and radii again for every
relabeling. A relabeled cloud that is nearly isotropic has about half of all blocks active, and a
template of that many dimensions reaches R^2 near .4 by chance; a template that explains less is
never significant here, though the spectrum and the Gram law may be.

References
----------
.. [1] P. H. Schönemann, A generalized solution of the orthogonal Procrustes problem, 1966,
   https://doi.org/10.1007/BF02289451
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import PROCRUSTES, PROCRUSTES_FLOOR
from symtheory.errors import SpecError
from symtheory.geometry.statistics import block_power, block_starts
from symtheory.records import Level, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import centered, principal_coordinates
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .block_laws import BlockLaw, alike, nearest_roots, round_law
from .coefficients import relabeled_coefficients
from .factor_law import solutions_of_the_law
from .offsets import offsets_condition, without_offsets
from .spectrum import active_blocks, is_active, white_power
from .template import Template, fit_template
from .token_cloud import TokenCloud

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "PROCRUSTES_TEST",
    "Alignment",
    "ProcrustesTest",
    "align",
    "check_procrustes",
    "procrustes_share",
]


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
    """Test of the fit of one cloud to its template.

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
    laws: Sequence[BlockLaw] | None = None,
) -> ProcrustesTest:
    """Test the fit of a cloud to the template of its active blocks against relabeled clouds.

    Active blocks are those above their white share; they, their free shapes and the radii are
    found anew for every relabeling.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    permutations : (n_draws, n) int64
        From `label_permutations`.
    laws : sequence of BlockLaw, optional
        Of every block; by default all are round.

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
    template = fit_template(cloud, blocks, active=active, laws=laws)
    own = [round_law(b.dimension) for b in blocks] if laws is None else laws
    total = float((coordinates**2).sum())
    chunks = relabeled_coefficients(coordinates, blocks, permutations=permutations)
    draws = np.concatenate([_best_shares(chunk, blocks, own, white * total) for chunk in chunks])
    alignment = align(cloud, template.points)
    return ProcrustesTest(template, alignment, NullTest(alignment.share, draws / total))


def _best_shares(
    coefficients: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    laws: Sequence[BlockLaw],
    white: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return R^2 ||E||^2 of the re-selected template for each of the (R, n_chunk, k) arrays."""
    n_draws = coefficients.shape[1]
    dimensions = np.array([block.dimension for block in blocks])
    starts = block_starts(blocks)
    radii = np.zeros((n_draws, len(blocks)))
    # Blocks of one law go through together, over all draws of the chunk.
    for members in alike(laws):
        r, law = dimensions[members[0]], laws[members[0]]
        rows = starts[members][:, None] + np.arange(r)
        stack = coefficients[rows].transpose(2, 0, 1, 3)  # (n_chunk, blocks, r, k)
        grams = stack @ stack.transpose(0, 1, 3, 2)
        chosen = is_active(np.trace(grams, axis1=2, axis2=3), white[members])
        roots, nuclear = nearest_roots(grams[chosen], law)
        # The best radii, a_b = ||Q_b M_b||_* / r_b: see `symtheory.analysis.symmetry.template`.
        part = radii[:, members]
        part[chosen] = nuclear / r
        radii[:, members] = part
        if law.n_parameters > 1:  # Q_b M_b in the place of M_b; the chunk is not used again
            shaped = stack.copy()
            shaped[chosen] = roots @ stack[chosen]
            coefficients[rows] = shaped.transpose(1, 2, 0, 3)
    template_power = (radii**2 * dimensions).sum(axis=1)
    row_radii = np.repeat(radii, dimensions, axis=1)
    best = np.zeros(n_draws)
    for draw in range(n_draws):
        kept = np.flatnonzero(row_radii[draw])
        if len(kept):
            # T^T E stacks the a_b Q_b M_b. Its nuclear norm, from the smaller of its two Gram
            # matrices: far cheaper than singular values.
            image = coefficients[kept, draw] * row_radii[draw, kept, None]
            small = image @ image.T if image.shape[0] <= image.shape[1] else image.T @ image
            singular = np.sqrt(np.linalg.eigvalsh(small).clip(min=0))
            best[draw] = singular.sum() ** 2 / template_power[draw]
    return best


def _measure(network: "Network", role: Role) -> Measurement[ProcrustesTest] | str:
    cloud = network.clouds[role]
    if not network.spectra[role].active:
        return "every irrep has its white share of the power: nothing to fit"
    power = network.spectra[role].power
    test = check_procrustes(
        cloud.points,
        cloud.blocks,
        permutations=network.permutations[role],
        laws=cloud.laws,
    )
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions={
            **_of_an_exact_solution(cloud, test, network.rng),
            "active power": float(power[list(network.spectra[role].active)].sum()),
            **offsets_condition(network, role, Level.PROCRUSTES),
        },
        details={
            "adjusted_share": test.adjusted_share,
            "active": [cloud.blocks[b].name for b in test.template.active],
            "radii": test.radii.tolist(),
        },
    )


def _decide(found: Measurement[ProcrustesTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    held = found.conditions["active power"]
    if outcome is Outcome.REFUTED and case.floor is not None and held < case.floor:
        return (
            Outcome.INCONCLUSIVE,
            f"no power: the active irreps hold {held:.2f} of the cloud, and no template of them "
            f"could reach the floor of {case.floor:g}",
        )
    if outcome is Outcome.REFUTED and found.effect >= found.conditions.get("exact", 1.0):
        return (
            Outcome.INCONCLUSIVE,
            f"no power: of exact solutions of this width one in twenty has at most "
            f"{found.conditions['exact']:.2f}",
        )
    return without_offsets(found, case, outcome, note)


def _of_an_exact_solution(
    cloud: TokenCloud, test: ProcrustesTest, rng: np.random.Generator
) -> dict[str, float]:
    """Return what 95 % of exact solutions of this width reach; only where the cloud does not."""
    if not cloud.obeys_products or test.null.observed >= PROCRUSTES_FLOOR:
        return {}
    shares = []
    for points in solutions_of_the_law(cloud, rng=rng):
        fit = fit_template(points, cloud.blocks, active=test.template.active, laws=cloud.laws)
        shares.append(align(points, fit.points).share)
    return {"exact": float(np.quantile(shares, 0.05))}


PROCRUSTES_TEST = ClaimTest(PROCRUSTES, _measure, _decide)
