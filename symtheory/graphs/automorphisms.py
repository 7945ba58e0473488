"""Isometries of a graph, and whether it is distance-regular."""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.bliss import automorphisms
from symtheory.graphs.edge_classes import metric_edges
from symtheory.graphs.graph import Graph

__all__ = ["automorphism_group", "intersection_array"]


def automorphism_group(graph: Graph) -> tuple[NDArray[np.int64], int]:
    """Return generators and order of the group of permutations that keep all distances.

    For an unweighted graph these are its automorphisms. Of a weighted graph those edges count that
    the metric shows, with their lengths.

    Returns
    -------
    generators : (k, n) int64
        Images of the vertices; k may be 0.
    order : int

    Raises
    ------
    BudgetError
        If the search takes too long.

    Examples
    --------
    >>> automorphism_group(Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0]]))[1]
    8
    """
    n, lean = len(graph), metric_edges(graph)
    edges, colors = lean.edges, np.zeros(n, dtype=np.int64)
    lengths, color = np.unique(lean.weights, return_inverse=True)
    if len(lengths) > 1:  # a vertex upon every edge, in the color of its length
        middle = n + np.arange(len(edges))
        edges = np.concatenate([np.stack([end, middle], axis=1) for end in lean.edges.T])
        colors = np.concatenate([colors, 1 + color])
    order, generators = automorphisms(edges, colors, n_kept=n)
    return generators, order


def intersection_array(graph: Graph) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return (b_0, ..., b_{D-1}) and (c_1, ..., c_D) of a distance-regular graph, else None.

    A graph is distance-regular if the number of neighbors of v at distance k + 1 from u, and that
    of those at distance k - 1, depend on k = d(u, v) alone: b_k and c_k [1]_.

    Examples
    --------
    >>> cube = [[x, x ^ bit] for x in range(8) for bit in (1, 2, 4) if not x & bit]
    >>> intersection_array(Graph("cube", "01234567", cube))
    ((3, 2, 1), (1, 2, 3))
    >>> intersection_array(Graph("path", "abc", [[0, 1], [1, 2]])) is None
    True

    References
    ----------
    .. [1] A. E. Brouwer, A. M. Cohen, A. Neumaier, Distance-Regular Graphs, 1989,
       doi:10.1007/978-3-642-74341-2.
    """
    degree = np.bincount(graph.edges.ravel(), minlength=len(graph))
    if not graph.is_unweighted or degree.min() < degree.max():
        return None
    both = np.concatenate([graph.edges, graph.edges[:, ::-1]])
    neighbors = both[np.argsort(both[:, 0], kind="stable"), 1].reshape(len(graph), -1)
    found: NDArray[np.int64] | None = None
    for row in graph.distances:
        step = row[neighbors] - row[:, None]
        counts = np.stack([(step == 1).sum(axis=1), (step == -1).sum(axis=1)], axis=1)
        if found is None:
            found = np.zeros((int(row.max()) + 1, 2), dtype=np.int64)
            found[row] = counts
        if row.max() >= len(found) or not np.array_equal(found[row], counts):
            return None
    if found is None:
        return None
    return tuple(found[:-1, 0].tolist()), tuple(found[1:, 1].tolist())
