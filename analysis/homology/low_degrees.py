"""Persistent homology in degrees 0 and 1, exact, from the edges of a Rips filtration over F_2.

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

Most links are connected, and mostly because one vertex is adjacent to all the others: the *apex*,
the vertex that is nearest to both ends. All apices are found beforehand in one pass over the
distances; a link that its apex covers costs a few operations on bit vectors, whatever its size.

Beyond the enclosing radius, or once every vertex misses fewer than a quarter of the others, the
filtration adds nothing: the complex is a cone; or any four vertices have a common neighbour,
which shortens every closed path to a boundary. Neither does it add anything after the last edge
with an empty link, once all births are paired: there the loop over edges ends, for an orbit at
little more than the half of them.

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
    rows, columns, times = _sorted_edges(distances)
    lengths = times.tolist()
    bits = [1 << v for v in range(n)]
    root = list(range(n))
    neighbors = bits.copy()  # bit v of neighbors[a]: a is v or the edge av is there
    image = [[0] * n for _ in range(n)]  # bit k of image[a][b]: birth k is in the image of ab
    births: list[int] = []
    pivots: dict[int, int] = {}
    joins: list[float] = []
    loops: list[tuple[float, float]] = []
    apices, last_empty = _apices(n, rows, columns)
    edges = zip(rows.tolist(), columns.tolist(), lengths, apices, strict=True)
    for number, (a, b, time, apex) in enumerate(edges):
        # No later edge joins or gives birth, and every birth has its death: nothing is left to do.
        if number > last_empty and len(pivots) == len(births):
            break
        link = neighbors[a] & neighbors[b]
        if link:
            # The triangle of the apex makes the edge homologous to the path over the apex.
            path = image[a][apex] ^ image[apex][b]
            # Vertices of the link that are not known to hang together with the apex. The highest
            # is tried until one has no neighbor among those known; mostly none is left then.
            rest = link ^ (link & neighbors[apex])
            while rest:
                around = neighbors[rest.bit_length() - 1]
                if not around & (link ^ rest):
                    break
                rest ^= rest & around
            # The path over a vertex of another component closes a cycle with that over the apex.
            for other in _one_of_each_component(link, rest, neighbors) if rest else ():
                relation = path ^ image[a][other] ^ image[other][b]
                # A void relation kills nothing: its "birth" is now, a bar of length zero.
                birth = births[youngest] if (youngest := _paired(relation, pivots)) >= 0 else number
                if time > lengths[birth]:
                    loops.append((lengths[birth], time))
        elif _join(root, a, b):
            joins.append(time)
            path = 0
        else:
            path = 1 << len(births)
            births.append(number)
        image[a][b] = image[b][a] = path
        neighbors[a] |= bits[b]
        neighbors[b] |= bits[a]
    deaths = np.array(joins, dtype=np.float64)
    return (
        np.stack([np.zeros_like(deaths), deaths], axis=1),
        np.array(loops, dtype=np.float64).reshape(-1, 2),
    )


def _sorted_edges(
    distances: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the edges that can matter, shortest first: ends and lengths."""
    n = len(distances)
    rows, columns = np.triu_indices(n, k=1)
    lengths = distances[rows, columns]
    enclosing = distances.max(axis=1).min()
    # At this length each vertex misses at most (n - 1) // 4 vertices, itself among them, so four
    # vertices together miss at most n - 1: one is adjacent to all four.
    quarter = np.sort(distances, axis=1)[:, n - 1 - max((n - 1) // 4 - 1, 0)].max()
    kept = np.flatnonzero(lengths <= min(enclosing, quarter))
    order = kept[np.argsort(lengths[kept], kind="stable")]
    return rows[order], columns[order], lengths[order]


def _apices(n: int, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> tuple[list[int], int]:
    """Return, for each edge in order, the vertex whose later edge to its ends comes first.

    It is in the link wherever the link has a vertex. Also the number of the last edge whose link
    has none.
    """
    n_edges = len(rows)
    rank = np.full((n, n), n_edges, dtype=np.int32)
    rank[rows, columns] = rank[columns, rows] = np.arange(n_edges)
    apices = np.empty((n, n), dtype=np.int32)
    arrivals = np.empty((n, n), dtype=np.int32)
    for a in range(n - 1):
        # A vertex by turns against all after it: what is gathered stays in the cache of a core.
        later = np.maximum(rank[a], rank[a + 1 :])
        nearest = later.argmin(axis=1)
        apices[a, a + 1 :] = nearest
        arrivals[a, a + 1 :] = later[np.arange(n - a - 1), nearest]
    empty = np.flatnonzero(arrivals[rows, columns] >= np.arange(n_edges))
    return apices[rows, columns].tolist(), int(empty.max(initial=-1))


def _one_of_each_component(link: int, rest: int, neighbors: list[int]) -> list[int]:
    """Return a vertex of each component of the graph on ``link`` that lies within ``rest``.

    The vertices of ``link`` outside ``rest`` are known to hang together.
    """
    found: list[int] = []
    fresh = link ^ rest
    while True:
        while fresh and rest:
            vertex = fresh.bit_length() - 1
            around = neighbors[vertex] & rest
            rest ^= around
            fresh = (fresh ^ (1 << vertex)) | around
        if not rest:
            return found
        vertex = rest.bit_length() - 1
        found.append(vertex)
        fresh = 1 << vertex
        rest ^= fresh


def _paired(relation: int, pivots: dict[int, int]) -> int:
    """Reduce a relation, enter it under its youngest birth and return that, or -1 if it is void."""
    while relation:
        youngest = relation.bit_length() - 1
        if youngest not in pivots:
            pivots[youngest] = relation
            return youngest
        relation ^= pivots[youngest]
    return -1


def _join(root: list[int], a: int, b: int) -> bool:
    """Unite the components of a and b; return whether they were two."""
    ends = []
    for vertex in (a, b):
        while root[vertex] != vertex:  # halves the path to the root on the way
            root[vertex] = root[root[vertex]]
            vertex = root[vertex]  # noqa: PLW2901
        ends.append(vertex)
    root[ends[0]] = ends[1]
    return ends[0] != ends[1]
