"""Which triangle equalities a Euclidean space can hold.

Let v lie between u and w: d(u, v) + d(v, w) = d(u, w). If ||f(u) - f(w)|| is the sum of
||f(u) - f(v)|| and ||f(v) - f(w)|| for all such triples, and edges keep their lengths, then every
geodesic becomes a straight segment, and f is an isometry. A straight line is prolonged in one way
only, so two vertices that both prolong an edge must coincide; and a cycle, straight at every
vertex, does not close. Among unweighted graphs with a geodesic of two edges only paths escape. What
remains possible is the equality of *squared* distances:

    ||f(u) - f(w)||^2 = ||f(u) - f(v)||^2 + ||f(v) - f(w)||^2,

a right angle at v. It holds at every v of every geodesic where squared distances are d, and d can
be a squared distance exactly if it is of negative type [1]_.

References
----------
.. [1] I. J. Schoenberg, Metric spaces and positive definite functions, 1938,
   https://doi.org/10.1090/S0002-9947-1938-1501980-0
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from symtheory.graphs.graph import Graph

__all__ = ["Obstruction", "straight_obstruction"]


@dataclass(frozen=True, slots=True)
class Obstruction:
    """Vertices that show why geodesics cannot all be straight.

    Parameters
    ----------
    kind : {"branch", "bend"}
        *branch*: two vertices that are both placed where one line goes on. *bend*: a walk that is
        straight at each inner vertex, though its ends are nearer to each other than it is long.
    vertices : tuple of int
    sentence : str
    """

    kind: str
    vertices: tuple[int, ...]
    sentence: str


def straight_obstruction(graph: Graph) -> Obstruction | None:
    """Return why no Euclidean map keeps edges and makes all geodesics straight; None for paths.

    None also where no geodesic has two edges, as in a complete graph: there is nothing to keep. Of
    an unweighted graph the answer is exact; of a weighted one None says that neither kind of
    obstruction was found. Such a map is an isometry, so that there is one exactly if
    -1/2 J d^2 J has no negative eigenvalue.

    Parameters
    ----------
    graph : Graph
        Edges that are longer than another way between their ends are not geodesics and are left
        out.

    Examples
    --------
    >>> square = Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [0, 3]])
    >>> print(straight_obstruction(square).sentence)
    a and c both lie midway between b and d, so their points coincide
    >>> star = Graph("star", "oabc", [[0, 1], [0, 2], [0, 3]])
    >>> print(straight_obstruction(star).sentence)
    b and c both prolong the segment from a to o by 1, so their points coincide
    >>> straight_obstruction(Graph("path", "abc", [[0, 1], [1, 2]])) is None
    True
    """
    distances = graph.distances
    neighbors: dict[int, list[int]] = defaultdict(list)
    for (u, v), length in zip(graph.edges.tolist(), graph.weights.tolist(), strict=True):
        if distances[u, v] == length:
            neighbors[u].append(v)
            neighbors[v].append(u)
    prolong: dict[tuple[int, int], int] = {}
    for v in range(len(graph)):
        for u in neighbors[v]:
            beyond = [
                w
                for w in neighbors[v]
                if w != u and distances[u, w] == distances[u, v] + distances[v, w]
            ]
            beyond.sort(key=lambda w: int(distances[v, w]))
            for near, far in pairwise(beyond):
                if distances[near, far] != distances[v, far] - distances[v, near]:
                    return _branch(graph, u, v, near, far)
            if beyond:
                prolong[u, v] = beyond[0]
            middle = _midway(graph, neighbors, u, v)
            if middle is not None:
                return middle
    return _bend(graph, prolong)


def _midway(graph: Graph, neighbors: dict[int, list[int]], u: int, v: int) -> Obstruction | None:
    """Return a square on the edge uv: two vertices midway between two others."""
    d = graph.distances
    for w in neighbors[v]:
        if d[u, w] != d[u, v] + d[v, w]:
            continue
        for other in neighbors[u]:
            if other != v and d[u, other] == d[u, v] and d[other, w] == d[v, w]:
                name = graph.vertices
                first, second = sorted((v, other))
                where = "midway" if d[u, v] == d[v, w] else f"at {d[u, v]} of {d[u, w]}"
                return Obstruction(
                    "branch",
                    (u, first, second, w),
                    f"{name[first]} and {name[second]} both lie {where} between "
                    f"{name[min(u, w)]} and {name[max(u, w)]}, so their points coincide",
                )
    return None


def _branch(graph: Graph, u: int, v: int, w: int, other: int) -> Obstruction:
    name, lengths = graph.vertices, graph.distances[v, [w, other]].tolist()
    apart = lengths[1] - lengths[0]
    by = f"by {lengths[0]}, so their points coincide"
    if apart:
        by = f"by {lengths[0]} and {lengths[1]}, so their points are {apart} apart"
    return Obstruction(
        "branch",
        (u, v, w, other),
        f"{name[w]} and {name[other]} both prolong the segment from {name[u]} to {name[v]} {by}",
    )


def _bend(graph: Graph, prolong: dict[tuple[int, int], int]) -> Obstruction | None:
    """Follow straight walks until their ends come too near; unique where nothing branches."""
    distances = graph.distances
    seen: set[tuple[int, int]] = set()
    # A bend shortens every walk that it is part of, so that whole walks tell; then closed ones.
    inner = {(v, w) for (_, v), w in prolong.items()}
    for start in [*(step for step in prolong if step not in inner), *prolong]:
        if start in seen:
            continue
        walk, length = list(start), int(distances[start])
        while (step := (walk[-2], walk[-1])) in prolong:
            seen.add(step)
            walk.append(prolong[step])
            length += int(distances[walk[-2], walk[-1]])
            apart = int(distances[walk[0], walk[-1]])
            if apart < length:
                name = graph.vertices
                return Obstruction(
                    "bend",
                    tuple(walk),
                    f"the walk from {name[walk[0]]} by {name[walk[1]]} to {name[walk[-1]]} is a "
                    f"geodesic around every inner vertex, so it is straight and {length} long, but "
                    f"its ends are at distance {apart}",
                )
    return None
