"""Prime factors of a graph under the Cartesian product, and graphs that are paths or cycles.

Every connected graph is a product of prime graphs in one way, up to order [1]_, and an isometry of
the product is made of isometries of the factors and exchanges of equal ones: the factors are the
coordinates that the metric has by itself.

Two edges belong to one factor if they are in the closure of Θ, see `symtheory.graphs.edge_classes`,
and τ, which joins two edges uv, uw with no common neighbor of v and w beside u, where v and w are
not joined ([2]_).

References
----------
.. [1] G. Sabidussi, Graph multiplication, Math. Z. 72, 1960, doi:10.1007/BF01162967.
.. [2] T. Feder, Product graph representations, J. Graph Theory 16, 1992,
   doi:10.1002/jgt.3190160508.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from symtheory.combinatorics.partitions import components
from symtheory.graphs.edge_classes import edge_classes
from symtheory.graphs.graph import Graph

__all__ = ["Arrangement", "Factorization", "GraphShape", "arrangement", "cartesian_factors"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Factorization:
    """A graph as the Cartesian product of prime graphs.

    Parameters
    ----------
    graph : Graph
    factors : tuple of Graph
        The k prime factors, those that vary slowest with the number of the vertex first.
    coordinates : (n, k) int64
        The vertex of every factor that makes up each vertex of the graph.
    """

    graph: Graph
    factors: tuple[Graph, ...]
    coordinates: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Factorization({self.graph.name}: {' x '.join(f.name for f in self.factors)})"


class GraphShape(StrEnum):
    """What a factor looks like."""

    PATH = "path"
    CYCLE = "cycle"
    OTHER = "other"


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """A graph along a line or around a circle, if it is a path or a cycle.

    Parameters
    ----------
    kind : GraphShape
    order : (n,) int64
        Position of each vertex along the path or around the cycle; its own number in other graphs.
    """

    kind: GraphShape
    order: NDArray[np.int64]


def cartesian_factors(graph: Graph) -> Factorization:
    """Return the prime factors of a graph, with the coordinates of every vertex.

    A weighted graph is left whole.

    Examples
    --------
    >>> edges = [[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]]
    >>> found = cartesian_factors(Graph("ladder", "abcdef", edges))
    >>> found
    Factorization(ladder: path(2) x path(3))
    >>> found.coordinates.T.tolist()
    [[0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]]
    """
    n = len(graph)
    label = _product_classes(graph) if graph.is_unweighted else np.zeros(1, dtype=np.int64)
    if label.max() == 0:
        return Factorization(graph, (graph,), np.arange(n)[:, None])
    found = []
    for k in range(int(label.max()) + 1):
        inside = label == k
        # The layer through vertex 0 is a copy of the factor. Every fibre meets it once, in the
        # vertex that is the coordinate of the whole fibre.
        layer = components(n, *graph.edges[inside].T)
        members = np.flatnonzero(layer == layer[0])
        fibre = components(n, *graph.edges[~inside].T)
        place = np.full(int(fibre.max()) + 1, -1)
        place[fibre[members]] = np.arange(len(members))
        is_own = inside & (layer[graph.edges[:, 0]] == layer[0])
        coordinate = place[fibre]
        found.append((int(members[1]), coordinate, coordinate[graph.edges[is_own]], len(members)))
    # In a product written out row by row the first factor has the longest stride.
    found.sort(key=lambda each: -each[0])
    factors = tuple(_factor(graph, i, edges, size) for i, (_, _, edges, size) in enumerate(found))
    return Factorization(graph, factors, np.stack([each[1] for each in found], axis=1))


def arrangement(graph: Graph) -> Arrangement:
    """Return whether a graph is a path or a cycle, and the order of its vertices along it.

    A path begins at the end with the smaller number; a cycle begins at vertex 0 and goes to the
    neighbor with the smaller number. A weighted graph is of the kind `GraphShape.OTHER`.

    Examples
    --------
    >>> found = arrangement(Graph("", "abcd", [[0, 2], [2, 1], [1, 3], [3, 0]]))
    >>> found.kind, found.order.tolist()
    (<GraphShape.CYCLE: 'cycle'>, [0, 2, 1, 3])
    """
    n, degree = len(graph), np.bincount(graph.edges.ravel(), minlength=len(graph))
    if not graph.is_unweighted or degree.max() > 2:
        return Arrangement(GraphShape.OTHER, np.arange(n))
    ends = np.flatnonzero(degree == 1)
    if len(ends):
        return Arrangement(GraphShape.PATH, graph.distances[ends[0]])
    near, far = sorted(np.flatnonzero(graph.distances[0] == 1).tolist())
    order = graph.distances[0].copy()
    # On the half of the cycle that begins with the other neighbor of vertex 0.
    is_beyond = graph.distances[near] > graph.distances[far]
    order[is_beyond] = n - order[is_beyond]
    return Arrangement(GraphShape.CYCLE, order)


def _product_classes(graph: Graph) -> NDArray[np.int64]:
    """Return the class of each edge under the closure of Θ and τ."""
    n, (u, v) = len(graph), graph.edges.T
    label = edge_classes(graph)
    if label.max() == 0:
        return label
    rows, columns = np.concatenate([u, v]), np.concatenate([v, u])
    # τ joins uv and uw where v and w are at distance 2 and u is their only common neighbor.
    ones = csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=(n, n))
    # The sum of the numbers of the common neighbors names the only one where there is one.
    numbered = csr_array((columns + 1, (rows, columns)), shape=(n, n))
    common, total = ones @ ones, numbered @ ones
    common.sort_indices()
    total.sort_indices()
    a, b = common.tocoo().row, common.tocoo().col
    is_single = (common.data == 1) & (graph.distances[a, b] == 2) & (a < b)
    center = total.data[is_single] - 1
    of_edge = [_labels_between(graph, label, center, ends[is_single]) for ends in (a, b)]
    return components(int(label.max()) + 1, *of_edge)[label]


def _labels_between(
    graph: Graph, label: NDArray[np.int64], u: NDArray[np.int64], v: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the classes of edges given by their ends."""
    n, ends = len(graph), graph.edges
    key = np.minimum(u, v).astype(np.int64) * n + np.maximum(u, v)
    return np.asarray(label[np.searchsorted(ends[:, 0] * n + ends[:, 1], key)])


def _factor(graph: Graph, i: int, edges: NDArray[np.int64], size: int) -> Graph:
    made = Graph(f"factor {i + 1} of {graph.name}", tuple(map(str, range(size))), edges)
    kind = arrangement(made).kind
    if kind is not GraphShape.OTHER:
        return Graph(f"{kind}({size})", made.vertices, edges)
    if 2 * len(edges) == size * (size - 1):
        return Graph(f"complete({size})", made.vertices, edges)
    return made
