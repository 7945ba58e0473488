"""Isometries of a graph: the permutations of its vertices that keep all distances."""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.bliss import automorphisms
from symtheory.graphs.edge_classes import metric_edges
from symtheory.graphs.graph import Graph

__all__ = ["automorphism_group", "isometry_group"]


def isometry_group(graph: Graph) -> tuple[NDArray[np.int64], int]:
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
    >>> isometry_group(Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0]]))[1]
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


automorphism_group = isometry_group  # its name in version 0.1
