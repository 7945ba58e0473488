"""L3, the shape: the persistence diagrams of a cloud are those of its template.

The learned cloud and its template are compared by their persistence diagrams, never with a fixed
picture: an orbit of several frequencies need not show one loop, nor one a frequency.

Which blocks are active must come from *other evidence* (the other embedding of the network).
Radii are fitted on the tested cloud itself, and again on every null cloud. The cloud is projected
on as many principal components as the template has dimensions, and both are scaled to
root-mean-square radius 1. The statistic is the largest of the bottleneck distances in H0 and H1
on the 12 longest bars.

Two nulls, because small is good:

- *no structure*: Haar clouds, with the singular values of the learned one but left singular
  vectors uniform among frames orthogonal to the constants. The distance must be small among them.
- *goodness of fit*: parametric bootstrap, the fitted template plus isotropic noise in the full
  ambient dimension with the energy of the residual, treated in the same way. The distance must
  not exceed their 95 % quantile. By construction this refuses one true template in twenty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.representations.isotypic import IsotypicBlock

from ..clouds import centered, principal_coordinates, unit_cloud
from ..nulls import NullTest, Tail, haar_frame
from ..procrustes import Template, align, fit_template
from .diagrams import Diagrams, distance_matrix, rips_diagrams
from .distances import graded_bottleneck

__all__ = ["LEAST_POINTS", "N_BARS", "Comparison", "ShapeTest", "check_shape", "compare_shape"]

LEAST_POINTS = 20
N_BARS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A cloud beside its fitted template.

    Parameters
    ----------
    learned, template : Diagrams
        Of the projected cloud and of the template, both of root-mean-square radius 1.
    fitted : Template
        In the units of the cloud.
    distances : tuple of float
        Bottleneck distance in H0, H1, ...
    """

    learned: Diagrams
    template: Diagrams
    fitted: Template
    distances: tuple[float, ...]

    @property
    def distance(self) -> float:
        """The largest of the distances."""
        return max(self.distances)


@dataclass(frozen=True, slots=True, eq=False)
class ShapeTest:
    """What the diagrams of one cloud say.

    Parameters
    ----------
    comparison : Comparison
    null : NullTest
        The distance against Haar clouds; small values speak for the template.
    fit : NullTest
        The distance against noisy templates; large values speak against the template.
    noise_ratio : float
        Energy of the residual over that of the fitted template.
    """

    comparison: Comparison
    null: NullTest
    fit: NullTest
    noise_ratio: float


def compare_shape(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int],
    max_degree: int = 1,
    n_bars: int = N_BARS,
) -> Comparison:
    """Fit the template of the active blocks to a cloud and compare their diagrams.

    Raises
    ------
    PredictionError
        If the cloud has fewer than 20 points: no bar of so small a cloud is significant.
    """
    if len(cloud) < LEAST_POINTS:
        raise PredictionError(
            f"persistent homology of {len(cloud)} points has no power; it needs {LEAST_POINTS}"
        )
    fitted = fit_template(cloud, blocks, active=active)
    projected = principal_coordinates(cloud, n_components=fitted.points.shape[1])
    learned, template = (
        rips_diagrams(distance_matrix(unit_cloud(points)), max_degree=max_degree)
        for points in (projected, fitted.points)
    )
    distances = graded_bottleneck(learned, template, n_bars=n_bars)
    return Comparison(learned, template, fitted, distances)


def check_shape(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int],
    rng: np.random.Generator,
    n_haar: int = 39,
    n_bootstrap: int = 19,
    max_degree: int = 1,
    n_bars: int = N_BARS,
) -> ShapeTest:
    """Test the diagrams of a cloud against those of its template.

    Parameters
    ----------
    cloud : (n, d) float64
        At least 20 points.
    blocks : sequence of IsotypicBlock
    active : sequence of int
        Indices of the active blocks, chosen without looking at this cloud.
    n_haar, n_bootstrap : int
        Number of draws. The defaults are the fewest that two embeddings need at 5 % (the least
        Haar p-value is 1/40, which Holm doubles; the bootstrap limit is the largest of 19
        draws), because each draw costs two Rips filtrations.

    Raises
    ------
    PredictionError
        If the cloud has fewer than 20 points.
    """
    comparison = compare_shape(cloud, blocks, active=active, max_degree=max_degree, n_bars=n_bars)

    def distance(points: NDArray[np.float64]) -> float:
        return compare_shape(
            points, blocks, active=active, max_degree=max_degree, n_bars=n_bars
        ).distance

    points = centered(cloud)
    n, d = points.shape
    coordinates = principal_coordinates(points)
    singular = np.sqrt((coordinates**2).sum(axis=0))
    haar = [distance(haar_frame(n, len(singular), rng=rng) * singular) for _ in range(n_haar)]

    shape = comparison.fitted.points
    alignment = align(coordinates, shape)
    signal = alignment.scale * shape
    total = float((points**2).sum())
    # Centering takes one of n degrees of freedom per coordinate from the noise.
    deviation = np.sqrt((1 - alignment.share) * total / ((n - 1) * d))
    padding = np.zeros((n, max(d - shape.shape[1], 0)))
    bootstrap = []
    for _ in range(n_bootstrap):
        noise = deviation * rng.standard_normal((n, padding.shape[1] + shape.shape[1]))
        bootstrap.append(distance(np.concatenate([signal, padding], axis=1) + noise))
    return ShapeTest(
        comparison=comparison,
        null=NullTest(comparison.distance, np.array(haar), Tail.LOWER),
        fit=NullTest(comparison.distance, np.array(bootstrap), Tail.UPPER),
        noise_ratio=(1 - alignment.share) / alignment.share,
    )
