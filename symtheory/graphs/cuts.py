"""Distances of a graph as weighted sums of cuts: exact embeddings into l1.

A metric is one of l1 if and only if it is a sum of cuts with weights >= 0. For an unweighted graph
this can be decided ([1]_, [2]_): each of its irreducible quotients (`edge_classes.quotients`) must
be a single edge, an isometric part of a cocktail-party graph, or one of a half-cube, where all
distances double. A graph whose quotients are all single edges is a partial cube.

The square root of such a metric is Euclidean: with the coordinates sqrt(weight / scale) on either
side of each cut, the squared distance of two vertices is their distance in the graph.

References
----------
.. [1] S. V. Shpectorov, On scale embeddings of graphs into hypercubes, European J. Combin. 14,
   1993, doi:10.1006/eujc.1993.1016.
.. [2] M. M. Deza, M. Laurent, Geometry of Cuts and Metrics, 1997, chapter 21,
   doi:10.1007/978-3-642-04295-9.
"""

from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from symtheory.graphs.edge_classes import quotients
from symtheory.graphs.graph import Graph
from symtheory.graphs.hypermetric import violated_inequality
from symtheory.graphs.products import Kind, arrangement
from symtheory.graphs.scale_embedding import doubled_embedding

__all__ = ["CutEmbedding", "NotL1", "Undecided", "cut_embedding", "is_partial_cube"]

_MAX_SUBDIVIDED = 2000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CutEmbedding:
    """Cuts whose weighted sum is the metric.

    ``scale * d(u, v)`` is the sum of the weights of the cuts that separate u and v.

    Parameters
    ----------
    scale : int
    cuts : (k, n) bool
        The side of every vertex; vertex 0 is always on the side False. No cut occurs twice.
    weights : (k,) int64
        Positive.
    """

    scale: int
    cuts: NDArray[np.bool_]
    weights: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"CutEmbedding({len(self.cuts)} cuts, scale {self.scale})"

    @property
    def distances(self) -> NDArray[np.int64]:
        """The metric that the cuts add up to, (n, n) int64."""
        # Sums of integers below 2^53 are exact in float64, whose product is the fast one.
        sides = self.cuts.astype(np.float64)
        inside = sides.T @ (self.weights[:, None] * sides)
        own = inside.diagonal()
        total = np.rint(own[:, None] + own - 2 * inside).astype(np.int64)
        return np.asarray(total // self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class NotL1:
    """The metric is no sum of cuts.

    Parameters
    ----------
    reason : str
    vertices : tuple of int
        Vertices of a violated inequality, empty if the search for an embedding was exhausted
        instead.
    coefficients : tuple of int
        Their coefficients b, of sum 0 or 1: the sum of b_i b_j d(i, j) over pairs is positive,
        which no sum of cuts allows.
    """

    reason: str
    vertices: tuple[int, ...] = ()
    coefficients: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Undecided:
    """Neither an embedding nor an obstruction was found; `reason` says where the search ended."""

    reason: str


def is_partial_cube(graph: Graph) -> bool:
    """Return whether an unweighted graph is an isometric subgraph of a hypercube.

    Examples
    --------
    >>> is_partial_cube(Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0]]))
    True
    >>> is_partial_cube(Graph("triangle", "abc", [[0, 1], [1, 2], [2, 0]]))
    False
    """
    return graph.is_unweighted and all(len(quotient) == 2 for quotient, _ in quotients(graph))


def cut_embedding(graph: Graph) -> CutEmbedding | NotL1 | Undecided:
    """Return the metric of a graph as a sum of cuts, or why it is none.

    For unweighted graphs the answer is final, unless the search is given up. A quotient with
    different weights is embedded if it can be with its edges divided into unit steps, which need
    not be; such a metric may stay undecided.

    Examples
    --------
    >>> cut_embedding(Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0]]))
    CutEmbedding(2 cuts, scale 1)
    >>> cut_embedding(Graph("triangle", "abc", [[0, 1], [1, 2], [2, 0]]))
    CutEmbedding(3 cuts, scale 2)
    >>> cut_embedding(Graph("K(2,3)", "abcde", [[u, v] for u in (0, 1) for v in (2, 3, 4)])).reason
    'it violates a pentagonal inequality on a, b, c, d, e'
    """
    pieces: list[tuple[int, NDArray[np.bool_], NDArray[np.int64]]] = []
    for quotient, piece in quotients(graph):
        found = _irreducible(quotient)
        if isinstance(found, Undecided):
            return _obstruction(graph) or found
        if isinstance(found, NotL1):
            return _obstruction(graph) or found
        pieces.append((found.scale, found.cuts[:, piece], found.weights))
    scale = lcm(*(each[0] for each in pieces))
    cuts = np.concatenate([cuts for _, cuts, _ in pieces])
    weights = np.concatenate([scale // own * weights for own, _, weights in pieces])
    return _merged(scale, cuts, weights)


def _obstruction(graph: Graph) -> NotL1 | None:
    found = violated_inequality(graph)
    if found is None:
        return None
    vertices, coefficients = found
    kind = "the pentagonal" if sorted(coefficients) == [-1, -1, 1, 1, 1] else "a hypermetric"
    kind = "a negative-type" if sum(coefficients) == 0 else kind
    kind = kind.replace("the", "a")
    names = ", ".join(graph.vertices[v] for v in vertices[:12])
    more = ", …" if len(vertices) > 12 else ""
    return NotL1(f"it violates {kind} inequality on {names}{more}", vertices, coefficients)


def _irreducible(graph: Graph) -> CutEmbedding | NotL1 | Undecided:
    """Embed a graph that is its own only quotient."""
    if len(graph) == 2:
        return CutEmbedding(1, np.array([[False, True]]), graph.weights)
    unit = int(np.gcd.reduce(graph.weights))
    if (graph.weights == unit).all():
        found = _unweighted(Graph(graph.name, graph.vertices, graph.edges))
        if isinstance(found, CutEmbedding):
            return _merged(found.scale, found.cuts, unit * found.weights)
        return found
    n_vertices = len(graph) + int((graph.weights // unit - 1).sum())
    if n_vertices > _MAX_SUBDIVIDED:
        return Undecided(
            f"its weighted part of {len(graph)} vertices has {n_vertices} in unit steps, more than "
            f"the {_MAX_SUBDIVIDED} that are tried"
        )
    divided = cut_embedding(_subdivided(graph, unit))
    if isinstance(divided, CutEmbedding):
        return _merged(divided.scale, divided.cuts[:, : len(graph)], unit * divided.weights)
    return Undecided(
        f"its weighted part of {len(graph)} vertices is no sum of cuts with its edges in unit "
        "steps, and may be one without"
    )


def _unweighted(graph: Graph) -> CutEmbedding | NotL1 | Undecided:
    n, m = len(graph), len(graph.edges)
    if 2 * m == n * (n - 1):
        return CutEmbedding(2, np.eye(n, dtype=np.bool_), np.ones(n, dtype=np.int64))
    found = arrangement(graph)
    if found.kind is Kind.CYCLE:  # of odd length, for even ones are reducible
        ahead = (found.order - np.arange(n)[:, None]) % n
        return CutEmbedding(2, ahead < n // 2, np.ones(n, dtype=np.int64))
    if np.bincount(graph.edges.ravel()).min() >= n - 2:
        return _cocktail_party(graph)
    return _in_half_cube(graph)


def _in_half_cube(graph: Graph) -> CutEmbedding | NotL1 | Undecided:
    n = len(graph)
    signs, is_settled = doubled_embedding(graph)
    if signs is not None:
        return CutEmbedding(2, signs != signs[:, :1], np.ones(len(signs), dtype=np.int64))
    if not is_settled:
        return Undecided(
            f"the search for an embedding of its part of {n} vertices at scale 2 was given up"
        )
    return NotL1(
        f"its irreducible part of {n} vertices lies in no half-cube (the search was exhausted) and "
        "in no cocktail-party graph"
    )


def _cocktail_party(graph: Graph) -> CutEmbedding:
    """Embed a complete graph without some disjoint edges, by orthogonal rows of signs."""
    n = len(graph)
    partner = np.where((graph.distances == 2).any(axis=1), graph.distances.argmax(axis=1), -1)
    pair = np.where(partner < 0, np.arange(n), np.minimum(partner, np.arange(n)))
    number = np.unique(pair, return_inverse=True)[1]
    signs = np.ones((1, 1), dtype=np.int64)
    while len(signs) <= number.max():
        signs = np.block([[signs, signs], [signs, -signs]])
    # Different rows differ in half of all places, opposite ones in all of them.
    rows = signs[number] * np.where(np.arange(n) > pair, -1, 1)[:, None]
    return CutEmbedding(len(signs) // 2, rows.T > 0, np.ones(len(signs), dtype=np.int64))


def _subdivided(graph: Graph, unit: int) -> Graph:
    """Return the graph with every edge of length k units made a path of k edges."""
    edges: list[tuple[int, int]] = []
    n = len(graph)
    for (u, v), weight in zip(graph.edges.tolist(), graph.weights.tolist(), strict=True):
        inner = list(range(n, n + weight // unit - 1))
        n += len(inner)
        edges += zip([u, *inner], [*inner, v], strict=True)
    return Graph(f"{graph.name} in unit steps", tuple(map(str, range(n))), np.array(edges))


def _merged(scale: int, cuts: NDArray[np.bool_], weights: NDArray[np.int64]) -> CutEmbedding:
    """Join equal cuts, drop empty ones, and reduce the scale."""
    sides = cuts ^ cuts[:, :1]
    is_cut = sides.any(axis=1)
    packed, first, which = np.unique(
        np.packbits(sides[is_cut], axis=1), axis=0, return_index=True, return_inverse=True
    )
    total = np.zeros(len(packed), dtype=np.int64)
    np.add.at(total, which.ravel(), weights[is_cut])
    order = np.argsort(first)  # as they came, factor by factor
    common = reduce(gcd, total.tolist(), scale)
    return CutEmbedding(scale // common, sides[is_cut][first[order]], total[order] // common)
