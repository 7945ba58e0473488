"""Inequalities that every sum of cuts obeys, and their violations as certificates.

For integers b of sum 0 or 1 a sum of cuts has sum over pairs of b_i b_j d(i, j) <= 0: the
inequalities of negative type and the hypermetric ones, of which those with three coefficients 1 and
two -1 are called pentagonal [1]_. What is returned is checked in integers.

References
----------
.. [1] M. M. Deza, M. Laurent, Geometry of Cuts and Metrics, 1997, section 6.1,
   doi:10.1007/978-3-642-04295-9.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.graphs.graph import Graph

__all__ = ["violated_inequality"]

_MAX_WORK = 300_000_000
_MAX_SPECTRAL = 600


def violated_inequality(graph: Graph) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return vertices and coefficients of a violated inequality, or None if none was found.

    Examples
    --------
    >>> violated_inequality(Graph("K(2,3)", "abcde", [[u, v] for u in (0, 1) for v in (2, 3, 4)]))
    ((0, 1, 2, 3, 4), (-1, -1, 1, 1, 1))
    >>> violated_inequality(Graph("path", "abc", [[0, 1], [1, 2]])) is None
    True
    """
    found = _pentagonal(graph)
    if found is None and len(graph) <= _MAX_SPECTRAL:
        found = _of_negative_type(graph.distances)
    if found is None:
        return None
    vertices = np.flatnonzero(found)
    return tuple(vertices.tolist()), tuple(found[vertices].tolist())


def _pentagonal(graph: Graph) -> NDArray[np.int64] | None:
    """Look at edges ab for x, y nearer to a with some z between them that is nearer to b.

    The coefficients are 1 at x, y and b, and -1 at z and a. For bipartite graphs this finds a
    violation if there is one: the side of a must be convex in a partial cube.
    """
    d, n = graph.distances, len(graph)
    work = 0
    for u, v in graph.edges.tolist():
        for a, b in ((u, v), (v, u)):
            length = d[a, b]
            near = np.flatnonzero(d[b] - d[a] == length)
            far = np.flatnonzero(d[a] - d[b] == length)
            between = d[np.ix_(near, near)]
            work += len(far) * len(near) ** 2
            if work > _MAX_WORK:
                return None
            for z in far.tolist():
                legs = d[z, near]
                hit = np.argwhere(legs[:, None] + legs == between)
                if len(hit):
                    x, y = near[hit[0]]
                    return _checked(d, np.bincount([x, y, b], minlength=n), [z, a])
    return None


def _checked(
    d: NDArray[np.int64], plus: NDArray[np.int64], minus: list[int]
) -> NDArray[np.int64] | None:
    coefficients = plus.astype(np.int64)
    np.subtract.at(coefficients, minus, 1)
    return coefficients if int(coefficients @ d @ coefficients) > 0 else None


def _of_negative_type(d: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Round the direction in which the doubly centered metric is most negative."""
    n = len(d)
    center = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(center @ d @ center)
    if values[-1] < 1e-9 * n:
        return None
    for size in (1, 2, 3, 5, 10, 30, 100, 1000, 10**5):
        scaled = vectors[:, -1] * size / np.abs(vectors[:, -1]).max()
        rounded: NDArray[np.int64] = np.rint(scaled).astype(np.int64)
        # What rounding leaves is put where it changes the direction least.
        excess = int(rounded.sum())
        largest = np.argsort(-np.abs(rounded), kind="stable")[: abs(excess)]
        rounded[largest] -= np.sign(excess)
        if rounded.sum() == 0 and int(rounded @ d @ rounded) > 0:
            return np.asarray(rounded)
    return None
