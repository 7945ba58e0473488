"""The Djoković–Winkler relation on edges, and what its classes make of a graph.

Two edges uv and xy are in relation Θ if d(u, x) + d(v, y) != d(u, y) + d(v, x): seen from xy, the
two ends of uv do not look alike. The classes of its transitive closure Θ* are the canonical
coordinates of the metric: leave out one class, contract what stays connected, and the distances of
these quotients add up to the distances of the graph [1]_.

An edge that is longer than the distance of its ends says nothing about the metric; such edges, and
those with a vertex halfway, are left aside by `metric_edges`.

References
----------
.. [1] R. L. Graham, P. M. Winkler, On isometric embeddings of graphs, Trans. Amer. Math. Soc. 288,
   1985, doi:10.1090/S0002-9947-1985-0776391-5.
.. [2] T. Feder, Product graph representations, J. Graph Theory 16, 1992,
   doi:10.1002/jgt.3190160508.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from symtheory.graphs.graph import Graph

_EDGE = Graph("path(2)", ("0", "1"), np.array([[0, 1]]))

__all__ = ["components", "edge_classes", "edge_relation", "metric_edges", "quotients"]


def edge_relation(graph: Graph) -> NDArray[np.bool_]:
    """Return the Djoković–Winkler relation Θ on the edges.

    Returns
    -------
    (m, m) bool
        Reflexive and symmetric; transitive if, and for a bipartite graph only if, the graph is a
        partial cube.

    Examples
    --------
    >>> square = Graph("square", "abcd", [[0, 1], [0, 3], [1, 2], [2, 3]])
    >>> edge_relation(square).astype(int)
    array([[1, 0, 0, 1],
           [0, 1, 1, 0],
           [0, 1, 1, 0],
           [1, 0, 0, 1]])
    """
    d, (u, v) = graph.distances, graph.edges.T
    difference = d[u] - d[v]
    return np.asarray(difference[:, u] != difference[:, v])


def edge_classes(graph: Graph) -> NDArray[np.int64]:
    """Return the classes of Θ*, the transitive closure of Θ.

    Every edge is in relation with an edge of a spanning tree, and the pairs that hold an edge of
    the tree have the same closure as all pairs ([2]_): O(n m) instead of O(m^2).

    Returns
    -------
    (m,) int64
        Class of each edge, numbered from 0 in the order of their first edges.

    Examples
    --------
    >>> square = Graph("square", "abcd", [[0, 1], [0, 3], [1, 2], [2, 3]])
    >>> edge_classes(square).tolist()
    [0, 1, 1, 0]
    """
    d, (u, v) = graph.distances, graph.edges.T
    label = np.arange(len(u))
    for e in _tree(graph).tolist():
        difference = d[u[e]] - d[v[e]]
        merged = label[difference[u] != difference[v]]
        least = int(merged.min())
        if (merged == least).all():
            continue
        is_merged = np.zeros(len(u), dtype=np.bool_)
        is_merged[merged] = True
        label[is_merged[label]] = least
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def metric_edges(graph: Graph) -> Graph:
    """Return the graph with those edges alone that the metric shows.

    These are the pairs of vertices without a third one between them; the distances stay.

    Examples
    --------
    >>> metric_edges(Graph("detour", "abc", [[0, 1], [1, 2], [0, 2]], [1, 1, 2]))
    Graph(detour: 3 vertices, 2 edges, diameter 2)
    """
    if graph.is_unweighted:
        return graph
    d = graph.distances
    is_shown = np.array(
        [w == d[u, v] and (d[u] + d[v] == w).sum() == 2 for (u, v), w in _weighted_edges(graph)]
    )
    return Graph(graph.name, graph.vertices, graph.edges[is_shown], graph.weights[is_shown])


def quotients(graph: Graph) -> list[tuple[Graph, NDArray[np.int64]]]:
    """Return the irreducible quotients whose distances add up to those of the graph.

    Returns
    -------
    list of (Graph, (n,) int64)
        For each class of Θ* the graph of the pieces that stay connected without it, and the piece
        of every vertex: d(u, v) is the sum over quotients Q of d_Q(piece of u, piece of v). A
        weighted graph whose distances its classes do not split is its own only quotient.

    Examples
    --------
    >>> house = Graph("house", "abcde", [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [1, 4]])
    >>> [len(quotient) for quotient, _ in quotients(house)]
    [3, 2]
    """
    lean = metric_edges(graph)
    label = edge_classes(lean)
    found: list[tuple[Graph, NDArray[np.int64]]] = []
    for k in range(int(label.max()) + 1):
        inside = label == k
        side = _halves(lean, inside) if lean.is_unweighted else None
        if side is not None:
            found.append((_EDGE, side))
            continue
        _, piece = components(len(lean), lean.edges[~inside])
        pairs = np.sort(piece[lean.edges[inside]], axis=1)
        edges, first = np.unique(pairs, axis=0, return_index=True)
        if (edges[:, 0] == edges[:, 1]).any():  # cannot be in an unweighted graph
            return [(lean, np.arange(len(lean)))]
        name = lean.name if len(np.unique(label)) == 1 else f"quotient {k + 1} of {lean.name}"
        names = tuple(map(str, range(int(piece.max()) + 1)))
        found.append((Graph(name, names, edges, lean.weights[inside][first]), piece))
    if not lean.is_unweighted and not _add_up(lean, found):
        return [(lean, np.arange(len(lean)))]
    return found


def _halves(graph: Graph, inside: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """Return the two pieces that a class of edges separates, or None if there are more.

    If no vertex is as far from one end of an edge as from the other, and the class is all that
    crosses between, each half is connected by shortest paths to its end.
    """
    first, second = graph.edges[int(np.argmax(inside))]
    difference = graph.distances[first] - graph.distances[second]
    if not difference.all():
        return None
    side = difference > 0
    u, v = graph.edges.T
    if not np.array_equal(side[u] != side[v], inside):
        return None
    return np.asarray((side ^ side[0]).astype(np.int64))


def components(n: int, edges: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """Return the number of components of a graph on n vertices, and the component of each.

    Components are numbered in the order of their first vertices.
    """
    matrix = csr_array((np.ones(len(edges), np.int8), edges.T), shape=(n, n))
    count, part = connected_components(matrix, directed=False)
    _, first = np.unique(part, return_index=True)
    place = np.argsort(np.argsort(first))
    return int(count), place[part].astype(np.int64)


def _tree(graph: Graph) -> NDArray[np.int64]:
    """Return the numbers of the edges of a spanning tree of shortest paths from vertex 0."""
    d, (u, v) = graph.distances[0], graph.edges.T
    ends = np.concatenate([v, u])
    is_down = np.concatenate([d[v] - d[u], d[u] - d[v]]) == np.tile(graph.weights, 2)
    number = np.tile(np.arange(len(u)), 2)[is_down]
    return np.asarray(number[np.unique(ends[is_down], return_index=True)[1]])


def _weighted_edges(graph: Graph) -> list[tuple[list[int], int]]:
    return list(zip(graph.edges.tolist(), graph.weights.tolist(), strict=True))


def _add_up(graph: Graph, parts: list[tuple[Graph, NDArray[np.int64]]]) -> bool:
    total = np.zeros_like(graph.distances)
    for quotient, piece in parts:
        total += quotient.distances[np.ix_(piece, piece)]
    return bool(np.array_equal(total, graph.distances))
