"""Connected components of an undirected graph given by two arrays of end points."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["components"]


def components(
    n_nodes: int, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the component of every node, numbered in the order of their first nodes.

    Parameters
    ----------
    n_nodes : int
    left, right : (n_edges,) int64
        Edge i joins ``left[i]`` and ``right[i]``.

    Returns
    -------
    (n_nodes,) int64

    Examples
    --------
    >>> import numpy as np
    >>> components(5, np.array([4, 1]), np.array([0, 3])).tolist()
    [0, 1, 2, 1, 0]
    """
    # Here and not at the top: half the import time of a short command line.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(n_nodes, n_nodes))
    found = connected_components(edges, directed=False)[1]
    _, first, labels = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[labels].astype(np.int64)
