"""Classes of edges under the Djoković–Winkler relation.

Two edges uv and xy are in relation Θ if d(u, x) + d(v, y) != d(u, y) + d(v, x): seen from xy, the
two ends of uv do not look alike. The classes of its transitive closure Θ* are the canonical
coordinates of the metric [1]_; `symtheory.graphs.products` joins them to prime factors.

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

from symtheory.graphs.graph import Graph

__all__ = ["edge_classes", "metric_edges"]


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
        # All classes with an edge in relation to e become one, under the smallest label.
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
        # Only u and v themselves lie between u and v.
        [w == d[u, v] and (d[u] + d[v] == w).sum() == 2 for (u, v), w in _weighted_edges(graph)]
    )
    return Graph(graph.name, graph.vertices, graph.edges[is_shown], graph.weights[is_shown])


def _tree(graph: Graph) -> NDArray[np.int64]:
    """Return the numbers of the edges of a spanning tree of shortest paths from vertex 0."""
    d, (u, v) = graph.distances[0], graph.edges.T
    ends = np.concatenate([v, u])
    is_down = np.concatenate([d[v] - d[u], d[u] - d[v]]) == np.tile(graph.weights, 2)
    # For each vertex but 0 one edge by which a shortest path arrives.
    number = np.tile(np.arange(len(u)), 2)[is_down]
    return np.asarray(number[np.unique(ends[is_down], return_index=True)[1]])


def _weighted_edges(graph: Graph) -> list[tuple[list[int], int]]:
    return list(zip(graph.edges.tolist(), graph.weights.tolist(), strict=True))
