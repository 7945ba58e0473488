"""The persistence diagram of the leading components against that of the natural coordinates.

The cloud is projected on as many principal components as there are natural coordinates; diagrams,
distances and nulls are those of `symtheory.analysis.homology.shape`, for a template without choice.
Clouds of more than 160 points are thinned to as many landmarks, templates and nulls too: the grids
of a lattice have loops by the hundred, which take the square of the time.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.geometry.metric.natural import NaturalBlock

from ..clouds import principal_coordinates
from ..homology.budget import rips_bytes
from ..homology.comparison import LEAST_POINTS, Comparison, Protocol
from ..homology.null_clouds import haar_clouds, residual_clouds
from ..homology.shape import ShapeTest
from ..nulls import NullTest, Tail
from ..procrustes import align
from ..template import Template

__all__ = ["check_diagram"]

_MOST_POINTS = 160


def check_diagram(
    cloud: NDArray[np.float64],
    natural: NaturalBlock,
    *,
    rng: np.random.Generator,
    n_haar: int = 39,
    n_bootstrap: int = 19,
) -> ShapeTest:
    """Test the diagrams of the leading components against those of natural coordinates.

    Parameters
    ----------
    cloud : (n, d) float64
        At least 20 points.
    natural : NaturalBlock
    rng : numpy.random.Generator
    n_haar, n_bootstrap : int
        Number of draws of the two nulls, see `symtheory.analysis.homology.shape`.

    Raises
    ------
    PredictionError
        If there are fewer than 20 points.
    """
    if len(cloud) < LEAST_POINTS:
        raise PredictionError(
            f"persistent homology of {len(cloud)} points has no power; it needs {LEAST_POINTS}"
        )
    m = natural.dimension
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
    return ShapeTest(
        comparison=comparison,
        null=NullTest(comparison.distance, np.array(haar), Tail.LOWER),
        fit=NullTest(comparison.distance, np.array([distance(p) for p in noisy]), Tail.UPPER),
        share=alignment.share,
    )
