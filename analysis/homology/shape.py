"""L3, the shape: the persistence diagrams of a cloud are those of its template.

The learned cloud and its template are compared by their persistence diagrams, never with a fixed
picture: an orbit of several frequencies need not show one loop, nor one a frequency.

Which blocks are active comes from *other evidence* (the other embedding of the network) where there
is any. Otherwise they are chosen on the cloud itself, and chosen again on every null cloud: as many
blocks, those that exceed their white share most. Radii are fitted on the tested cloud, and again on
every null cloud. The cloud is projected on as many principal components as the template has
dimensions, and both are scaled to root-mean-square radius 1. The statistic is the largest of the
bottleneck distances in H0 and H1 on the 12 longest bars.

Two nulls, because small is good:

- *no structure*: Haar clouds, with the singular values of the learned one but left singular
  vectors uniform among frames orthogonal to the constants. The distance must be small among them.
  Where the tokens fall into several orbits, only what varies within orbits is turned at random.
- *goodness of fit*: bootstrap clouds, the fitted template plus the residual of the fit with its
  left singular vectors made Haar: the same energy in the same directions of space, but noise as a
  function of the token. They go through the same fit and projection, and the distance must not
  exceed their 95 % quantile. This refuses one true template in twenty. Isotropic noise of the
  same energy would be the wrong comparison for a learned cloud: its residual lies largely inside
  the template's own span, where projection does not remove it.

A template that explains less than half of the cloud is no fit, whatever the bootstrap says: noise
larger than the signal would excuse any diagram.

The shape is *compatible* with its template if both nulls and the share say so, and *identified* if
it is also nearer to the template than to every rival (`rivals`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import HOMOLOGY
from symtheory.errors import PredictionError
from symtheory.geometry.statistics import block_power
from symtheory.records import Json, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement
from ..statistics.nulls import NullTest, Tail
from ..symmetry.block_laws import BlockLaw, round_law
from ..symmetry.factors import Ellipse, fit_factors
from ..symmetry.procrustes import align
from ..symmetry.spectrum import active_blocks, white_power
from ..symmetry.token_cloud import TokenCloud
from .budget import RIPS_BUDGET
from .comparison import (
    LEAST_POINTS,
    N_BARS,
    Comparison,
    Protocol,
    compare_shape,
)
from .diagrams import Homology
from .null_clouds import haar_clouds, residual_clouds
from .observations import Observations, observe
from .reported import ReportedDiagrams, reported_diagrams
from .rivals import RivalTest, check_rivals

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "LEAST_POINTS",
    "LEAST_SHARE",
    "N_BARS",
    "SHAPE_TEST",
    "Comparison",
    "ShapeTest",
    "check_shape",
    "compare_shape",
]

LEAST_SHARE = 0.5
_ALPHA = 0.05
_LINE = 0.5  # of the contrast of the two powers of a plane, from 0 (circle) to 1 (line)


@dataclass(frozen=True, slots=True, eq=False)
class ShapeTest:
    """What the diagrams of one cloud say.

    Parameters
    ----------
    comparison : Comparison
    null : NullTest
        The distance against Haar clouds; small values speak for the template.
    fit : NullTest
        The distance against templates with scrambled residual; large values speak against the
        template.
    share : float
        R^2 of the template; below one half it is no fit.
    reported : ReportedDiagrams
        The diagrams that are printed and drawn; those of the comparison are the test's own.
    observations : Observations or None
        Voids and torsion, without p-value.
    rivals : RivalTest or None
        None where rivals were not asked for, or blocks have free weights.
    is_self_selected : bool
        Whether the active blocks were chosen on this cloud (and on every null cloud).
    """

    comparison: Comparison
    null: NullTest
    fit: NullTest
    share: float
    reported: ReportedDiagrams
    observations: Observations | None = None
    rivals: RivalTest | None = None
    is_self_selected: bool = False

    @property
    def compatible(self) -> bool:
        """Whether the cloud is near its template at 5 %, and no farther than noise explains.

        One cloud, one test: who judges several corrects `null` for their number.
        """
        return (
            self.null.p_value <= _ALPHA and self.fit.p_value > _ALPHA and self.share >= LEAST_SHARE
        )

    def to_dict(self) -> dict[str, Json]:
        """Return distances, fit, and the diagrams that are shown, as plain JSON values."""
        comparison, shown = self.comparison, self.reported
        bars: dict[str, Json] = {
            name: {f"H{k}": bars[:N_BARS].tolist() for k, bars in enumerate(cloud.bars)}
            for name, cloud in (("learned", shown.learned), ("template", shown.template))
        }
        return {
            "distances": {f"H{k}": d for k, d in enumerate(comparison.distances)},
            "fit_p_value": self.fit.p_value,
            "fit_quantile": self.fit.critical_value,
            "share": self.share,
            "covering_radii": list(comparison.covering_radii),
            "longest_bars": bars,
            "homology": shown.homology,
            "homology_gap": shown.gap,
        }

    @property
    def identified(self) -> bool:
        """Whether the cloud is compatible, and nearer to its template than to every rival."""
        return self.compatible and self.rivals is not None and self.rivals.all_farther


def check_shape(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int] | None,
    laws: Sequence[BlockLaw] | None = None,
    rng: np.random.Generator,
    orbits: NDArray[np.int64] | None = None,
    n_haar: int = 39,
    n_bootstrap: int = 19,
    max_degree: int = 1,
    n_bars: int = N_BARS,
    rivals: bool = True,
    observations: bool = True,
    budget_bytes: int = RIPS_BUDGET,
    homology: Homology = "ripser",
) -> ShapeTest:
    """Test the diagrams of a cloud against those of its template.

    Parameters
    ----------
    cloud : (n, d) float64
        At least 20 points.
    blocks : sequence of IsotypicBlock
    active : sequence of int or None
        Indices of the active blocks, chosen without looking at this cloud; None to choose the
        blocks above their white share here, and as many in every null cloud.
    laws : sequence of BlockLaw, optional
        Of each block, as `fit_template` takes them.
    orbits : (n,) int64, optional
        Orbit of each token; by default there is one.
    n_haar, n_bootstrap : int
        Number of draws. The defaults are the fewest that two embeddings need at 5 % (the least
        Haar p-value is 1/40, which Holm doubles; the bootstrap limit is the largest of 19
        draws), because each draw costs two Rips filtrations.
    max_degree, n_bars : int
        Degrees and bars that the distance sees.
    rivals : bool
        Whether to compare with rival templates. Those are round, so blocks with free weights have
        none.
    observations : bool
        Whether to look for voids and torsion.
    budget_bytes : int
        Memory of one filtration. Larger clouds are thinned to landmarks, nulls and templates too.
    homology : {"ripser", "exact"}
        Program for the diagrams that are shown; the statistic and its nulls are exact, see
        `symtheory.analysis.homology.reported`.

    Raises
    ------
    PredictionError
        If the cloud has fewer than 20 points, or ``active`` is None and no block of it exceeds its
        white share.
    """
    coordinates = principal_coordinates(cloud)
    is_self_selected = active is None
    chosen = _most_active(coordinates, blocks, None) if active is None else tuple(active)
    protocol = Protocol(max_degree, n_bars, budget_bytes)

    def compare(points: NDArray[np.float64]) -> Comparison:
        own = _most_active(points, blocks, len(chosen)) if is_self_selected else chosen
        return compare_shape(points, blocks, active=own, laws=laws, protocol=protocol)

    comparison = compare_shape(cloud, blocks, active=chosen, laws=laws, protocol=protocol)
    haar = [
        compare(points).distance for points in haar_clouds(coordinates, n_haar, orbits, rng=rng)
    ]
    fitted = comparison.fitted
    alignment = align(coordinates, fitted.points)
    is_round = laws is None or all(laws[b].n_parameters == 1 for b in chosen)
    n_radii = len(chosen) if laws is None else sum(laws[b].n_parameters for b in chosen)
    bootstrap = list(
        residual_clouds(
            coordinates, fitted.points, alignment, n_bootstrap, n_radii=n_radii, rng=rng
        )
    )
    fits = [compare(points) for points in bootstrap]
    return ShapeTest(
        comparison=comparison,
        null=NullTest(comparison.distance, np.array(haar), Tail.LOWER),
        fit=NullTest(comparison.distance, np.array([f.distance for f in fits]), Tail.UPPER),
        share=alignment.share,
        reported=reported_diagrams(cloud, comparison, protocol=protocol, homology=homology),
        observations=observe(cloud, comparison, budget_bytes=budget_bytes)
        if observations
        else None,
        rivals=check_rivals(cloud, bootstrap, comparison, fits, blocks, protocol=protocol, rng=rng)
        if rivals and is_round
        else None,
        is_self_selected=is_self_selected,
    )


def _most_active(
    points: NDArray[np.float64], blocks: Sequence[IsotypicBlock], n_active: int | None
) -> tuple[int, ...]:
    """Return so many blocks, those farthest above their white share; by default all above it."""
    power, white = block_power(points, blocks), white_power(blocks, n=len(points))
    if n_active is None:
        found = active_blocks(power, white)
        if not found:
            raise PredictionError(
                "every block has its white share of the power: no template can be fitted"
            )
        return found
    top = np.argsort(white - power, kind="stable")[:n_active]
    return tuple(sorted(int(b) for b in top))


def _shape_laws(cloud: TokenCloud) -> list[BlockLaw]:
    """Return the law of each block, of planes that are rather circles than lines a circle.

    A template that may be any ellipse comes near to clouds without structure, too.
    """
    lines = {found.name: found.line for found in fit_factors(cloud) if isinstance(found, Ellipse)}
    return [
        round_law(2) if lines.get(block.name, 1.0) < _LINE else law
        for block, law in zip(cloud.blocks, cloud.laws, strict=True)
    ]


def _measure(network: "Network", role: Role) -> Measurement[ShapeTest] | str:
    cloud = network.clouds[role]
    if len(cloud.points) < LEAST_POINTS:
        return f"a shape needs at least {LEAST_POINTS} tokens"
    active, source = _active_elsewhere(network, role)
    if active is None and not network.spectra[role].active:
        return "every irrep has its white share of the power: no template to compare"
    test = check_shape(
        cloud.points,
        cloud.blocks,
        active=active,
        laws=_shape_laws(cloud),
        rng=network.rng,
        orbits=cloud.orbits,
        n_haar=network.haar_draws,
        n_bootstrap=network.n_bootstrap,
        observations=network.observations,
        homology=network.homology,
    )
    return Measurement(
        test,
        test.null,
        least_p=1 / (1 + test.null.n_draws),  # nothing is relabeled: ties say nothing of the power
        n_tokens=len(cloud.points),
        details=_details(test, cloud),
        note=f"{source}; diagrams do not see labels",
    )


def _active_elsewhere(network: "Network", role: Role) -> tuple[tuple[int, ...] | None, str]:
    """Return the blocks that another embedding holds active, matched by name, and which one.

    None where no other embedding says, so that the test must choose them itself.
    """
    own = [block.name for block in network.clouds[role].blocks]
    for other, spectrum in network.spectra.items():
        names = [network.clouds[other].blocks[b].name for b in spectrum.active]
        active = tuple(own.index(name) for name in names if name in own)
        if other != role and active:
            return active, f"active irreps from the {other} embedding"
    return None, "active irreps chosen on this embedding, and on every null cloud"


def _decide(found: Measurement[ShapeTest], case: Case) -> Decision:
    shape = found.test
    if max(case.least_p_value, 1 / (1 + shape.fit.n_draws)) > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few null draws"
    if case.p_value > case.alpha:
        return Outcome.REFUTED, "no nearer to its template than a cloud without structure"
    if shape.share < LEAST_SHARE:
        note = f"the template explains {shape.share:.2f} of the cloud, less than half"
        return Outcome.REFUTED, note
    if shape.fit.p_value <= case.alpha:
        return Outcome.REFUTED, "farther from its template than its residual explains as noise"
    return Outcome.HELD, ""


def _details(shape: ShapeTest, cloud: TokenCloud) -> dict[str, Json]:
    names = [block.name for block in cloud.blocks]
    rivals = shape.rivals
    return {
        **shape.to_dict(),
        "active": [names[b] for b in shape.comparison.fitted.active],
        "active_chosen_on_this_embedding": shape.is_self_selected,
        "n_bootstrap": shape.fit.n_draws,
        "identified": shape.identified,
        "rivals": [] if rivals is None else rivals.to_json(names),
        **(shape.observations or Observations(None, None, ())).to_dict(),
    }


SHAPE_TEST = ClaimTest(HOMOLOGY, _measure, _decide)
