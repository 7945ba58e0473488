"""Right angles along geodesics: the triangle equality that a Euclidean space can hold.

Let v lie on a geodesic between u and w. Squared distances add up there,

    ||E(u) - E(w)||^2 = ||E(u) - E(v)||^2 + ||E(v) - E(w)||^2,

if and only if the angle at v is right. Points whose squared distances are those of the graph have
all these angles right; points of the natural coordinates alone have obtuse ones, a straight line
where the geodesic is straight; and three points without any order have an angle of 60 degrees on
average of the cosine. The statistic is 1 - mean |cos| over geodesic triples: 1 for right angles, 0
for straight lines, about 1/2 or below for a cloud without structure. The mean of the cosine itself
tells on which side the angles err.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.metric import RIGHT_ANGLES
from symtheory.errors import PredictionError
from symtheory.records import Role

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["RIGHT_ANGLES_TEST", "RightAngleTest", "check_right_angles", "geodesic_triples"]

_MOST_TRIPLES = 4000
_MOST_STARTS = 256


@dataclass(frozen=True, slots=True, eq=False)
class RightAngleTest:
    """Test for right angles along geodesics.

    Parameters
    ----------
    null : NullTest
        1 - mean |cos|, against relabeled clouds.
    mean_cosine : float
        Positive where the angles are acute, negative where they are obtuse.
    n_triples : int
        Triples that were looked at.
    """

    null: NullTest
    mean_cosine: float
    n_triples: int


def geodesic_triples(
    distances: NDArray[np.int64], *, rng: np.random.Generator, most: int = _MOST_TRIPLES
) -> NDArray[np.int64]:
    """Return triples u, v, w of distinct vertices with d(u, v) + d(v, w) = d(u, w).

    All of them, each in one direction, where vertices and triples are few; otherwise at most the
    same number from each start u, of 256 starts at most, drawn without looking at any embedding.

    Parameters
    ----------
    distances : (n, n) int64
    most : int

    Returns
    -------
    (n_triples, 3) int64

    Examples
    --------
    >>> steps = abs(np.arange(4)[:, None] - np.arange(4))
    >>> geodesic_triples(steps, rng=np.random.default_rng(0)).tolist()
    [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]
    """
    n = len(distances)
    starts = np.arange(n)
    if n > _MOST_STARTS:
        starts = np.sort(rng.choice(n, _MOST_STARTS, replace=False))
    found = []
    for u in starts.tolist():
        row = distances[u]
        between = row[:, None] + distances == row
        np.fill_diagonal(between, False)
        between[u] = False
        if n <= _MOST_STARTS:
            between[:, :u] = False  # w < u: the same triple from its other end
        v, w = np.nonzero(between)
        found.append(np.stack([np.full(len(v), u), v, w], axis=1))
    if sum(map(len, found)) > most:
        quota = -(-most // len(starts))
        found = [
            triples if len(triples) <= quota else triples[rng.permutation(len(triples))[:quota]]
            for triples in found
        ]
    return np.concatenate(found)


def check_right_angles(
    cloud: NDArray[np.float64],
    distances: NDArray[np.int64],
    *,
    permutations: NDArray[np.int64],
    rng: np.random.Generator,
) -> RightAngleTest:
    """Test the angles of a cloud along the geodesics of a graph.

    Parameters
    ----------
    cloud : (n, d) float64
    distances : (n, n) int64
        Of the graph.
    permutations : (n_draws, n) int64
        From `label_permutations`.
    rng : numpy.random.Generator
        Draws triples where there are many.

    Raises
    ------
    PredictionError
        If no vertex lies between two others, as in a complete graph.
    """
    triples = geodesic_triples(distances, rng=rng)
    if not len(triples):
        raise PredictionError("no vertex lies between two others: there is no angle to look at")
    points = principal_coordinates(cloud)
    gram = points @ points.T
    norms = np.diag(gram)
    squares = (norms[:, None] + norms - 2 * gram).clip(min=0)
    observed = _cosines(squares, triples)
    draws = [1 - np.abs(_cosines(squares, p[triples])).mean() for p in permutations]
    return RightAngleTest(
        null=NullTest(float(1 - np.abs(observed).mean()), np.array(draws)),
        mean_cosine=float(observed.mean()),
        n_triples=len(triples),
    )


def _cosines(squares: NDArray[np.float64], triples: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the cosine of each angle at v; 1 where two of the points coincide."""
    u, v, w = triples.T
    first, second = squares[u, v], squares[v, w]
    lengths = np.sqrt(first * second)
    is_angle = lengths > 1e-12 * squares.max()
    cosine = (first + second - squares[u, w]) / (2 * np.where(is_angle, lengths, 1))
    return np.where(is_angle, cosine.clip(-1, 1), 1.0)


def _measure(network: "Network", role: Role) -> Measurement[RightAngleTest] | str:
    cloud = network.centered_points(role)
    test = check_right_angles(
        cloud,
        network.metric_geometry.distances,
        permutations=network.relabelings[role],
        rng=network.rng,
    )
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud),
        details={"mean_cosine": test.mean_cosine, "n_triples": test.n_triples},
        summary={"mean_cosine_along_geodesics": test.mean_cosine},
    )


RIGHT_ANGLES_TEST = ClaimTest(RIGHT_ANGLES, _measure)
