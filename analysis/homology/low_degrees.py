"""Exact persistent H0 and H1 of a Rips filtration over the field of two elements.

General Rips programs list triangles: 10^5 for 100 points, and their reduction can take a second
on clouds as regular as group orbits. In degrees 0 and 1 the edges alone are enough.

Add the edges in order of length. When e = ab arrives at time t, its *link* is the graph on the
older common neighbours of a and b. All triangles that arrive with e have e as longest side and
an apex v in the link.

- Link empty: no triangle arrives. The edge joins two components, or a class of H1 is born at t.
- Link not empty: the triangle abv of one apex makes e homologous to the path av + vb, so e
  neither joins nor gives birth. Every other apex u adds the relation av + vb + bu + ua = 0.
  If u and v are adjacent in the link, the older triangles avu and bvu already say so: one
  relation for each further *component* of the link is enough.

Send every edge to the sum of births that it is homologous to: edges that join components to 0, a
birth to itself, any other edge to the sum for av + vb. A cycle goes to its class, the relations
become short bit vectors over the births, and the usual reduction (youngest birth as pivot) pairs
each with its death at t. Vertices, births and relations are processed in filtration order, so the
bars are those of the standard algorithm [1]_, in double precision.

Beyond the enclosing radius, or once every vertex misses fewer than a quarter of the others, the
filtration adds nothing: the complex is a cone; or any four vertices have a common neighbour,
which shortens every closed path to a boundary.

References
----------
.. [1] A. Zomorodian, G. Carlsson, Computing Persistent Homology, 2005,
   https://doi.org/10.1007/s00454-004-1146-y
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["low_degree_bars"]


def low_degree_bars(
    distances: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the finite bars of degree 0 and of degree 1.

    Parameters
    ----------
    distances : (n, n) float64
        Symmetric, zero on the diagonal, positive elsewhere.

    Returns
    -------
    tuple of two (k, 2) float64
        Births and deaths, in order of death; bars of length zero are left out. Degree 0 has n - 1
        finite bars and one that never dies; degree 1 has finite bars only.

    Examples
    --------
    >>> corners = np.array([0, 1, 1j, 1 + 1j])
    >>> joins, loops = low_degree_bars(abs(corners[:, None] - corners))
    >>> joins.tolist(), loops.round(3).tolist()
    ([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]], [[1.0, 1.414]])
    """
    n = len(distances)
    root = list(range(n))
    neighbors = [0] * n  # bit v of neighbors[a]: the edge av has arrived
    image = [[0] * n for _ in range(n)]  # bit k of image[a][b]: birth k is in the image of ab
    births: list[float] = []
    pivots: dict[int, int] = {}
    joins: list[float] = []
    loops: list[tuple[float, float]] = []
    for a, b, time in zip(*_sorted_edges(distances), strict=True):
        link = neighbors[a] & neighbors[b]
        if link:
            apices = _one_of_each_component(link, neighbors)
            path = image[a][apices[0]] ^ image[apices[0]][b]
            for apex in apices[1:]:
                relation = path ^ image[a][apex] ^ image[apex][b]
                while relation:
                    youngest = relation.bit_length() - 1
                    if youngest not in pivots:
                        pivots[youngest] = relation
                        if time > births[youngest]:
                            loops.append((births[youngest], time))
                        break
                    relation ^= pivots[youngest]
        elif _join(root, a, b):
            joins.append(time)
            path = 0
        else:
            path = 1 << len(births)
            births.append(time)
        image[a][b] = image[b][a] = path
        neighbors[a] |= 1 << b
        neighbors[b] |= 1 << a
    deaths = np.array(joins, dtype=np.float64)
    return (
        np.stack([np.zeros_like(deaths), deaths], axis=1),
        np.array(loops, dtype=np.float64).reshape(-1, 2),
    )


def _sorted_edges(
    distances: NDArray[np.float64],
) -> tuple[list[int], list[int], list[float]]:
    """Return the edges that can matter, shortest first: ends and lengths."""
    n = len(distances)
    rows, columns = np.triu_indices(n, k=1)
    lengths = distances[rows, columns]
    enclosing = distances.max(axis=1).min()
    # At this length each vertex misses at most (n - 1) // 4 vertices, itself among them.
    quarter = np.sort(distances, axis=1)[:, n - 1 - max((n - 1) // 4 - 1, 0)].max()
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] <= min(enclosing, quarter)]
    return rows[order].tolist(), columns[order].tolist(), lengths[order].tolist()


def _one_of_each_component(link: int, neighbors: list[int]) -> list[int]:
    """Return the lowest vertex of each component of the graph on the bits of ``link``."""
    lowest = []
    rest = link
    while rest:
        bit = rest & -rest
        vertex = bit.bit_length() - 1
        lowest.append(vertex)
        rest ^= bit
        fresh = neighbors[vertex] & rest
        while fresh:
            rest ^= fresh
            reach = 0
            while fresh and rest & ~reach:
                bit = fresh & -fresh
                fresh ^= bit
                reach |= neighbors[bit.bit_length() - 1]
            fresh = reach & rest
    return lowest


def _join(root: list[int], a: int, b: int) -> bool:
    """Unite the components of a and b; return whether they were two."""
    ends = []
    for vertex in (a, b):
        while root[vertex] != vertex:
            root[vertex] = root[root[vertex]]
            vertex = root[vertex]  # noqa: PLW2901
        ends.append(vertex)
    root[ends[0]] = ends[1]
    return ends[0] != ends[1]
