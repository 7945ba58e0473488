"""The persistence diagram of the leading components against that of the natural coordinates.

The cloud is projected on as many principal components as there are natural coordinates; diagrams,
distances and nulls are those of `symtheory.analysis.homology.shape`, for a template without choice.

The principles have the natural coordinates for leading components only up to a few per cent: those
of the square-root embedding of a lattice lie closer near its border. The diagram of a cloud may
therefore be farther from that of the natural coordinates than its residual explains, by as much
as the square root's diagram is: the distance is a metric.

Clouds of more than 160 points are thinned to as many landmarks, templates and nulls too: the grids
of a lattice have loops by the hundred, which take the square of the time.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from symtheory.claims.metric import DIAGRAM
from symtheory.errors import PredictionError
from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.geometry.metric.principles import Principle, predicted_gram
from symtheory.records import Outcome, Role

from ..homology.budget import rips_bytes
from ..homology.comparison import LEAST_POINTS, Comparison, Protocol
from ..homology.diagrams import Homology
from ..homology.null_clouds import haar_clouds, residual_clouds
from ..homology.reported import reported_diagrams
from ..homology.shape import LEAST_SHARE, ShapeTest
from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement
from ..statistics.nulls import NullTest, Tail
from ..symmetry.procrustes import align
from ..symmetry.template import Template

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["DIAGRAM_TEST", "DiagramTest", "check_diagram"]

_MOST_POINTS = 160


@dataclass(frozen=True, slots=True, eq=False)
class DiagramTest:
    """Test of the diagrams of the leading components.

    Parameters
    ----------
    shape : ShapeTest
        Its ``share`` is R^2 of the natural coordinates on the leading components.
    tolerance : float
        Distance of the diagrams of the natural coordinates and of the leading components of the
        square-root embedding.
    """

    shape: ShapeTest
    tolerance: float

    @property
    def is_near(self) -> bool:
        """Whether the distance is at most the tolerance above what the residual explains."""
        fit = self.shape.fit
        slack = 1e-9 + 1e-6 * fit.observed
        draws = fit.draws + self.tolerance
        return bool(1 + (draws >= fit.observed - slack).sum() > 0.05 * (1 + len(draws)))


def check_diagram(
    cloud: NDArray[np.float64],
    geometry: MetricGeometry,
    *,
    rng: np.random.Generator,
    n_haar: int = 39,
    n_bootstrap: int = 19,
    homology: Homology = "ripser",
) -> DiagramTest:
    """Test the diagrams of the leading components against those of natural coordinates.

    Parameters
    ----------
    cloud : (n, d) float64
        At least 20 points.
    geometry : MetricGeometry
    rng : numpy.random.Generator
    n_haar, n_bootstrap : int
        Number of draws of the two nulls, see `symtheory.analysis.homology.shape`.
    homology : {"ripser", "exact"}
        Program for the diagrams that are shown, see `symtheory.analysis.homology.reported`.

    Raises
    ------
    PredictionError
        If there are fewer than 20 points.
    """
    if len(cloud) < LEAST_POINTS:
        raise PredictionError(
            f"persistent homology of {len(cloud)} points has no power; it needs {LEAST_POINTS}"
        )
    natural = geometry.natural
    n, m = natural.points.shape
    protocol = Protocol(budget_bytes=rips_bytes(_MOST_POINTS))
    template, template_radius = protocol.diagrams(natural.points)
    leading = principal_coordinates(cloud, n_components=m)

    def distance(points: NDArray[np.float64]) -> float:
        return max(protocol.distances(protocol.diagrams(points)[0], template))

    learned, learned_radius = protocol.diagrams(leading)
    alignment = align(leading, natural.points)
    fitted = Template(
        points=alignment.scale * natural.points,
        active=(),
        radii=np.empty(0),
        dimensions=tuple(len(piece.columns) for piece in natural.pieces),
    )
    comparison = Comparison(
        learned=learned,
        template=template,
        fitted=fitted,
        distances=protocol.distances(learned, template),
        covering_radii=(learned_radius, template_radius),
    )
    haar = [distance(points) for points in haar_clouds(leading, n_haar, None, rng=rng)]
    noisy = residual_clouds(leading, natural.points, alignment, n_bootstrap, n_radii=1, rng=rng)
    shape = ShapeTest(
        comparison=comparison,
        null=NullTest(comparison.distance, np.array(haar), Tail.LOWER),
        fit=NullTest(comparison.distance, np.array([distance(p) for p in noisy]), Tail.UPPER),
        share=alignment.share,
        reported=reported_diagrams(leading, comparison, protocol=protocol, homology=homology),
    )
    gram = predicted_gram(Principle.SQUARE_ROOT, geometry.graph, natural)
    values, vectors = eigh(gram, subset_by_index=[n - m, n - 1])
    return DiagramTest(shape, tolerance=distance(vectors * np.sqrt(values)))


_HAAR_DRAWS = 99
"""Enough to pass Holm's correction for five claims at 5 %."""


def _measure(network: "Network", role: Role) -> Measurement[DiagramTest] | str:
    cloud = network.centered_points(role)
    test = check_diagram(
        cloud,
        network.metric_geometry,
        rng=network.rng,
        n_haar=_HAAR_DRAWS if network.n_haar is None else network.n_haar,
        n_bootstrap=network.n_bootstrap,
        homology=network.homology,
    )
    return Measurement(
        test,
        test.shape.null,
        least_p=1 / (1 + test.shape.null.n_draws),  # nothing is relabeled: ties mean nothing
        n_tokens=len(cloud),
        details={**test.shape.to_dict(), "tolerance": test.tolerance},
    )


def _decide(found: Measurement[DiagramTest], case: Case) -> Decision:
    """Ask that it is as near as residual and principles explain, and that the template fits."""
    test, shape = found.test, found.test.shape
    if max(case.least_p_value, 1 / (1 + shape.fit.n_draws)) > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few null draws"
    if case.p_value > case.alpha:
        return Outcome.REFUTED, "no nearer to the template than a cloud without structure"
    if shape.share < LEAST_SHARE:
        return Outcome.REFUTED, f"the template explains {shape.share:.2f} of the components"
    if not test.is_near:
        return Outcome.REFUTED, "farther from the template than residual and principles explain"
    return Outcome.HELD, "diagrams do not see labels"


DIAGRAM_TEST = ClaimTest(DIAGRAM, _measure, _decide)
