"""Clouds on the vertices of graphs whose geometry is known, for the tests of metrics."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.metric.metric_geometry import MetricGeometry, metric_geometry
from symtheory.geometry.metric.principles import Principle, predicted_gram
from symtheory.graphs.graph import Graph


def path(n: int) -> Graph:
    return Graph(f"path({n})", [str(i) for i in range(n)], [[i, i + 1] for i in range(n - 1)])


def cycle(n: int) -> Graph:
    return Graph(f"cycle({n})", [str(i) for i in range(n)], [[i, (i + 1) % n] for i in range(n)])


def complete(n: int) -> Graph:
    edges = [[i, j] for i in range(n) for j in range(i + 1, n)]
    return Graph(f"complete({n})", [str(i) for i in range(n)], edges)


def product(*factors: Graph) -> Graph:
    found = factors[0]
    for factor in factors[1:]:
        m = len(factor)
        edges = [[u * m + j, v * m + j] for u, v in found.edges.tolist() for j in range(m)]
        edges += [
            [i * m + u, i * m + v] for u, v in factor.edges.tolist() for i in range(len(found))
        ]
        names = [f"{a},{b}" for a in found.vertices for b in factor.vertices]
        found = Graph(f"{found.name} x {factor.name}", names, edges)
    return found


GRAPHS = {
    "path": path(64),
    "cycle": cycle(64),
    "lattice": product(path(7), path(7)),
    "cylinder": product(cycle(7), path(7)),
    "torus": product(cycle(7), cycle(7)),
    "cube": product(*[path(2)] * 7),
}


@cache
def geometry_of(name: str) -> MetricGeometry:
    return metric_geometry(GRAPHS[name])


def embedded(
    gram: NDArray[np.float64], *, rng: np.random.Generator, noise: float = 0.0, d: int = 128
) -> NDArray[np.float64]:
    """Points of this Gram matrix, RMS radius 1, in a random frame, with noise of this power."""
    values, vectors = np.linalg.eigh(gram)
    kept = np.flatnonzero(values > 1e-9 * values[-1])[::-1][:d]
    points = vectors[:, kept] * np.sqrt(values[kept])
    points /= np.sqrt((points**2).sum() / len(gram))
    frame = np.linalg.qr(rng.standard_normal((d, len(kept))))[0].T
    return points @ frame + np.sqrt(noise / d) * rng.standard_normal((len(gram), d))


def principled(
    name: str,
    principle: Principle,
    *,
    rng: np.random.Generator,
    noise: float = 0.0,
) -> NDArray[np.float64]:
    """An embedding of a graph by one of the principles."""
    geometry = geometry_of(name)
    gram = predicted_gram(principle, geometry.graph, geometry.natural)
    return embedded(gram, rng=rng, noise=noise)
