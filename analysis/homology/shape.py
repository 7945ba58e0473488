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
  Where the tokens fall into several orbits, only what varies within orbits is turned at random.
- *goodness of fit*: bootstrap clouds, the fitted template plus the residual of the fit with its
  left singular vectors made Haar: the same energy in the same directions of space, but noise as a
  function of the token. They go through the same fit and projection, and the distance must not
  exceed their 95 % quantile. This refuses one true template in twenty. Isotropic noise of the
  same energy would be the wrong comparison for a learned cloud: its residual lies largely inside
  the template's own span, where projection does not remove it.

A template that explains less than half of the cloud is no fit, whatever the bootstrap says: noise
larger than the signal would excuse any diagram.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.representations.isotypic import IsotypicBlock

from ..clouds import principal_coordinates, unit_cloud
from ..nulls import NullTest, Tail, class_means, haar_frame
from ..procrustes import Template, align, fit_template
from .diagrams import Diagrams, distance_matrix, rips_diagrams
from .distances import graded_bottleneck

__all__ = [
    "LEAST_POINTS",
    "LEAST_SHARE",
    "N_BARS",
    "Comparison",
    "ShapeTest",
    "check_shape",
    "compare_shape",
]

LEAST_POINTS = 20
LEAST_SHARE = 0.5
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
        The distance against templates with scrambled residual; large values speak against the
        template.
    share : float
        R^2 of the template; below one half it is no fit.
    """

    comparison: Comparison
    null: NullTest
    fit: NullTest
    share: float


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
    orbits: NDArray[np.int64] | None = None,
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
    orbits : (n,) int64, optional
        Orbit of each token; by default there is one.
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

    coordinates = principal_coordinates(cloud)
    haar = [distance(points) for points in _haar_clouds(coordinates, n_haar, orbits, rng=rng)]

    alignment = align(coordinates, comparison.fitted.points)
    signal = alignment.scale * comparison.fitted.points @ alignment.rotation
    _, singular, axes = np.linalg.svd(coordinates - signal, full_matrices=False)
    singular *= _freedom_correction(coordinates.shape, comparison.fitted)
    bootstrap = [
        distance(signal + _scrambled(singular, len(cloud), rng=rng) @ axes)
        for _ in range(n_bootstrap)
    ]
    return ShapeTest(
        comparison=comparison,
        null=NullTest(comparison.distance, np.array(haar), Tail.LOWER),
        fit=NullTest(comparison.distance, np.array(bootstrap), Tail.UPPER),
        share=alignment.share,
    )


def _haar_clouds(
    coordinates: NDArray[np.float64],
    n_draws: int,
    orbits: NDArray[np.int64] | None,
    *,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.float64]]:
    """Yield clouds without structure within orbits, from principal coordinates."""
    n = len(coordinates)
    if orbits is None or (orbits == orbits[0]).all():
        spread = np.sqrt((coordinates**2).sum(axis=0))
        for _ in range(n_draws):
            yield _scrambled(spread, n, rng=rng)
        return
    fixed = class_means(coordinates, orbits)
    _, singular, axes = np.linalg.svd(coordinates - fixed, full_matrices=False)
    k = min(len(singular), n - len(np.unique(orbits)))  # the rest is zero
    for _ in range(n_draws):
        frame = haar_frame(n, k, rng=rng, orbits=orbits)
        yield fixed + (frame * singular[:k]) @ axes[:k]


def _freedom_correction(shape: tuple[int, ...], fitted: Template) -> float:
    """Return the factor that gives a residual the size of the noise it is left from.

    Of the (n - 1) k degrees of freedom of the noise, the fit of r template coordinates to k
    absorbs r k - r (r + 1) / 2 by its rotation and one by each radius.
    """
    n, k = shape
    r = fitted.points.shape[1]
    total = (n - 1) * k
    absorbed = r * k - min(r, k) * (min(r, k) + 1) / 2 + len(fitted.radii)
    return float(np.sqrt(total / max(total - absorbed, 1)))


def _scrambled(
    singular: NDArray[np.float64], n: int, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a cloud with these singular values and Haar left singular vectors, U S."""
    k = min(len(singular), n - 1)  # the rest is zero: a centered cloud has rank n - 1 at most
    scrambled = np.zeros((n, len(singular)))
    scrambled[:, :k] = haar_frame(n, k, rng=rng) * singular[:k]
    return scrambled
