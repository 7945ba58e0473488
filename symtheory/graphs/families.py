"""Families of graphs, each given by its edges on vertices 0, 1, ..., and Cartesian products.

Edges are pairs of vertex numbers; sizes are checked before anything is built.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType

import numpy as np

from symtheory.errors import SpecError
from symtheory.graphs.graph import Graph
from symtheory.graphs.limits import MAX_VERTICES, check_graph_size

__all__ = ["FAMILIES", "Family", "cartesian_product"]

Sizes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """A family of graphs, or of products of graphs, with whole numbers as parameters.

    Parameters
    ----------
    build : function of the parameters to the factors of the graph
    n_parameters : tuple of (int, int)
        The fewest and the most.
    example : str
    """

    build: Callable[[Sizes], list[Graph]]
    n_parameters: tuple[int, int]
    example: str


def cartesian_product(factors: Sequence[Graph], name: str) -> Graph:
    """Return the product of graphs: a step moves one coordinate along an edge of its factor.

    Vertices are numbered row by row, the first factor slowest, and named ``(i,j,...)`` after those
    of the factors; a single factor keeps its own names.

    Raises
    ------
    BudgetError
        If the product is too large.

    Examples
    --------
    >>> edge = Graph("edge", "01", [[0, 1]])
    >>> square = cartesian_product([edge, edge], "square")
    >>> square.vertices, square.edges.tolist()
    (('(0,0)', '(0,1)', '(1,0)', '(1,1)'), [[0, 1], [0, 2], [1, 3], [2, 3]])
    """
    if len(factors) == 1:
        only = factors[0]
        return Graph(name, only.vertices, only.edges, only.weights)
    shape = tuple(len(factor) for factor in factors)
    n = prod(shape)
    n_edges = sum(n // len(factor) * len(factor.edges) for factor in factors)
    check_graph_size(name, n_vertices=n, n_edges=n_edges)
    place = np.arange(n).reshape(shape)
    edges, weights = [], []
    for axis, factor in enumerate(factors):
        ends = [np.take(place, end, axis=axis).ravel() for end in factor.edges.T]
        edges.append(np.stack(ends, axis=1))
        along = [1] * len(shape)
        along[axis] = len(factor.edges)
        full = [*shape[:axis], len(factor.edges), *shape[axis + 1 :]]
        weights.append(np.broadcast_to(factor.weights.reshape(along), full).ravel())
    labels = ["("]
    for i, factor in enumerate(factors):
        end = ")" if i == len(factors) - 1 else ","
        labels = [f"{label}{vertex}{end}" for label in labels for vertex in factor.vertices]
    return Graph(name, labels, np.concatenate(edges), np.concatenate(weights))


def _plain(name: str, n: int, edges: Callable[[], object], n_edges: int = 0) -> Graph:
    check_graph_size(name, n_vertices=n, n_edges=n_edges)
    return Graph(name, tuple(map(str, range(n))), np.array(edges(), dtype=np.int64).reshape(-1, 2))


def _at_least(least: int, name: str, sizes: Sizes, why: str = "") -> None:
    for size in sizes:
        if size < least:
            raise SpecError(f"{name} needs numbers of at least {least}{why}, got {size}")


def _path(n: int) -> Graph:
    _at_least(2, "path", (n,))
    return _plain(f"path({n})", n, lambda: [(i, i + 1) for i in range(n - 1)])


def _cycle(n: int) -> Graph:
    _at_least(3, "cycle", (n,))
    return _plain(f"cycle({n})", n, lambda: [(i, (i + 1) % n) for i in range(n)])


def _complete(n: int) -> Graph:
    _at_least(2, "complete", (n,))
    return _plain(
        f"complete({n})", n, lambda: np.stack(np.triu_indices(n, 1), axis=1), n * (n - 1) // 2
    )


def _star(n: int) -> Graph:
    _at_least(1, "star", (n,))
    return _plain(f"star({n})", n + 1, lambda: [(0, i + 1) for i in range(n)])


def _bipartite(a: int, b: int) -> Graph:
    _at_least(1, "bipartite", (a, b))
    pairs = ((i, a + j) for i in range(a) for j in range(b))
    return _plain(f"bipartite({a},{b})", a + b, lambda: list(pairs), a * b)


def _tree(branching: int, depth: int) -> Graph:
    _at_least(1, "tree", (branching, depth))
    n, level = 1, 1
    for _ in range(depth):
        level *= branching
        n += level
        if n > MAX_VERTICES:
            break
    parents = ((child, (child - 1) // branching) for child in range(1, n))
    return _plain(f"tree({branching},{depth})", n, lambda: list(parents))


def _lattice(sizes: Sizes) -> list[Graph]:
    return [_path(n) for n in sizes]


def _torus(sizes: Sizes) -> list[Graph]:
    return [_cycle(n) for n in sizes]


def _hypercube(d: int) -> list[Graph]:
    _at_least(1, "hypercube", (d,))
    check_graph_size(f"hypercube({d})", n_vertices=2 ** min(d, 1000))
    return [_path(2)] * d


_MANY = 12
"""More factors than this exceed the limit of vertices."""

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "path": Family(lambda s: [_path(*s)], (1, 1), "path(64)"),
        "cycle": Family(lambda s: [_cycle(*s)], (1, 1), "cycle(64)"),
        "complete": Family(lambda s: [_complete(*s)], (1, 1), "complete(5)"),
        "star": Family(lambda s: [_star(*s)], (1, 1), "star(6)"),
        "bipartite": Family(lambda s: [_bipartite(*s)], (2, 2), "bipartite(2,3)"),
        "tree": Family(lambda s: [_tree(*s)], (2, 2), "tree(2,5)"),
        "lattice": Family(_lattice, (1, _MANY), "lattice(7,7)"),
        "cylinder": Family(lambda s: [_cycle(s[0]), _path(s[1])], (2, 2), "cylinder(7,7)"),
        "torus": Family(_torus, (1, _MANY), "torus(7,7)"),
        "hypercube": Family(lambda s: _hypercube(*s), (1, 1), "hypercube(7)"),
    }
)
"""Graphs by the names of the notation; tree(b,d) has b children everywhere and d levels of them."""
