"""Rank correlation of the distances in a graph and in a cloud, under Mantel's null.

The statistic is Spearman's correlation, over pairs of vertices, of the distance in the graph and
the squared Euclidean distance of their points. Pairs that share a vertex hang together, so its null
is not that of independent pairs: labels are permuted, as in Mantel's test [1]_.

References
----------
.. [1] N. Mantel, The detection of disease clustering and a generalized regression approach, 1967,
   Cancer Research 27, 209-220, https://pubmed.ncbi.nlm.nih.gov/6018555/
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.metric import MONOTONE
from symtheory.records import Role

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["MONOTONE_TEST", "check_monotone"]

_MOST_PAIRS = 30_000


def check_monotone(
    cloud: NDArray[np.float64],
    distances: NDArray[np.int64],
    *,
    permutations: NDArray[np.int64],
    rng: np.random.Generator,
) -> NullTest:
    """Test whether distances grow with those of a graph.

    Parameters
    ----------
    cloud : (n, d) float64
    distances : (n, n) int64
        Of the graph.
    permutations : (n_draws, n) int64
        From `label_permutations`.
    rng : numpy.random.Generator
        Draws 30,000 pairs where there are more; the same ones for every relabeling.

    Examples
    --------
    >>> steps = abs(np.arange(5)[:, None] - np.arange(5))
    >>> line, rng = np.arange(5.0)[:, None], np.random.default_rng(0)
    >>> found = check_monotone(line, steps, permutations=np.array([[1, 0, 2, 4, 3]]), rng=rng)
    >>> round(found.observed, 9)
    1.0
    """
    from scipy.stats import rankdata  # takes half a second to import

    points = principal_coordinates(cloud)
    gram = points @ points.T
    norms = np.diag(gram)
    squares = norms[:, None] + norms - 2 * gram
    # Equal distances that differ by rounding are ties.
    u, v = np.triu_indices(len(points), 1)
    ranks = np.zeros(squares.shape)
    ranks[u, v] = ranks[v, u] = rankdata(np.round(squares / squares.max(), 9)[u, v])
    if len(u) > _MOST_PAIRS:
        chosen = np.sort(rng.choice(len(u), _MOST_PAIRS, replace=False))
        u, v = u[chosen], v[chosen]
    of_graph = _standard(rankdata(distances[u, v]))
    return NullTest(
        float(of_graph @ _standard(ranks[u, v])),
        np.array([of_graph @ _standard(ranks[p[u], p[v]]) for p in permutations]),
    )


def _standard(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Center and scale to norm 1; zero where all ranks are equal."""
    moved = ranks - ranks.mean()
    norm = float(np.linalg.norm(moved))
    return np.asarray(moved / norm if norm else moved)


def _measure(network: "Network", role: Role) -> Measurement[NullTest]:
    cloud = network.centered_points(role)
    test = check_monotone(
        cloud,
        network.metric_geometry.distances,
        permutations=network.relabelings[role],
        rng=network.rng,
    )
    return Measurement(test, test, n_tokens=len(cloud), summary={"monotone": test.observed})


MONOTONE_TEST = ClaimTest(MONOTONE, _measure)
