"""Graphs with a name of their own, from networkx, and Cayley graphs of groups."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from symtheory.errors import SpecError
from symtheory.graphs.graph import Graph
from symtheory.graphs.limits import check_graph_size
from symtheory.groups.group import Group

__all__ = ["NAMED_GRAPHS", "cayley_graph", "named_graph"]

_SOLIDS = {
    "tetrahedron": "tetrahedral",
    "cube": "cubical",
    "octahedron": "octahedral",
    "dodecahedron": "dodecahedral",
    "icosahedron": "icosahedral",
}
_OWN = [
    "bull",
    "chvatal",
    "cubical",
    "davis_southern_women",
    "desargues",
    "diamond",
    "dodecahedral",
    "florentine_families",
    "frucht",
    "heawood",
    "hoffman_singleton",
    "house",
    "house_x",
    "icosahedral",
    "karate_club",
    "krackhardt_kite",
    "les_miserables",
    "moebius_kantor",
    "octahedral",
    "pappus",
    "petersen",
    "sedgewick_maze",
    "tetrahedral",
    "truncated_cube",
    "truncated_tetrahedron",
    "tutte",
]

NAMED_GRAPHS: Mapping[str, str] = MappingProxyType({**_SOLIDS, **{name: name for name in _OWN}})
"""Names, and the networkx generator ``<name>_graph`` behind each; lengths of edges are all 1."""


def named_graph(name: str) -> Graph:
    """Return the graph of a name in `NAMED_GRAPHS`.

    Raises
    ------
    SpecError
        If there is none of that name.

    Examples
    --------
    >>> named_graph("petersen")
    Graph(petersen: 10 vertices, 15 edges, diameter 2)
    """
    import networkx as nx

    if name not in NAMED_GRAPHS:
        raise SpecError(f"no graph is called {name!r:.60}; known are {', '.join(NAMED_GRAPHS)}")
    found = getattr(nx, f"{NAMED_GRAPHS[name]}_graph")()
    number = {vertex: i for i, vertex in enumerate(found)}
    edges = [(number[u], number[v]) for u, v in found.edges]
    return Graph(name, tuple(str(vertex) for vertex in found), np.array(edges))


def cayley_graph(group: Group, generators: Sequence[int], name: str) -> Graph:
    """Return the graph with an edge from every g to g*s, for each s among the generators.

    The left translations of the group are automorphisms of it.

    Raises
    ------
    SpecError
        If the identity is among the generators, or they do not generate the group.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> cayley_graph(cyclic(6), [1], "cayley(Z6)")
    Graph(cayley(Z6): 6 vertices, 6 edges, diameter 3)
    """
    if group.order < 2:
        raise SpecError(f"{name}: the group {group.name} has one element; a graph needs two")
    if group.identity in generators:
        raise SpecError(
            f"{name}: {group.labels[group.identity]} is the identity, which would make loops; "
            "leave it out"
        )
    check_graph_size(name, n_vertices=group.order)
    elements = np.arange(group.order)
    pairs = [np.stack([elements, group.table[:, s]], axis=1) for s in generators]
    edges = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    check_graph_size(name, n_vertices=group.order, n_edges=len(edges))
    return Graph(name, group.labels, edges)
