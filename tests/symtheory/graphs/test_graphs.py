"""Edge classes, factors and isometries, on graphs whose answers are known."""

import numpy as np
import pytest

from symtheory.graphs.automorphisms import isometry_group
from symtheory.graphs.edge_classes import edge_classes
from symtheory.graphs.graph import Graph
from symtheory.graphs.notation import read_graph
from symtheory.graphs.products import GraphShape, arrangement, cartesian_factors


def shuffled(graph: Graph, seed: int = 0) -> Graph:
    """The same graph with its vertices in another order."""
    place = np.random.default_rng(seed).permutation(len(graph))
    names = [""] * len(graph)
    for v, name in enumerate(graph.vertices):
        names[place[v]] = name
    return Graph(graph.name, names, place[graph.edges], graph.weights)


def random_graph(n: int, density: float, seed: int) -> Graph:
    """A connected random graph: a random tree and random edges more."""
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(v)), v) for v in range(1, n)}
    edges |= {(u, v) for v in range(n) for u in range(v) if rng.random() < density}
    return Graph(f"random {seed}", [str(v) for v in range(n)], sorted(edges))


@pytest.mark.parametrize("seed", range(20))
def test_a_spanning_tree_is_enough_for_the_closure_of_the_relation(seed: int) -> None:
    graph = random_graph(14, 0.02 * (seed % 6), seed)
    d, (u, v) = graph.distances, graph.edges.T
    difference = d[u] - d[v]
    reached = difference[:, u] != difference[:, v]
    while not np.array_equal(further := (reached.astype(int) @ reached) > 0, reached):
        reached = further
    label = edge_classes(graph)
    np.testing.assert_array_equal(reached, label[:, None] == label)


def test_isometries_of_weighted_graphs() -> None:
    tree = Graph("tree", "abcd", [[0, 1], [1, 2], [1, 3]], [100000, 7, 2])
    even = Graph("even", "abcde", read_graph("bipartite(2,3)").edges, [3] * 6)
    assert isometry_group(even)[1] == 12
    assert isometry_group(tree)[1] == 1
    assert isometry_group(Graph("", "abc", [[0, 1], [1, 2], [0, 2]], [2, 2, 3]))[1] == 2
    detour = Graph("detour", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]], [1, 1, 1, 1, 9])
    assert isometry_group(detour)[1] == 8


FACTORS = {
    "lattice(4,5,6)": ["path(4)", "path(5)", "path(6)"],
    "cycle(7) x path(7)": ["cycle(7)", "path(7)"],
    "torus(5,6,3)": ["cycle(5)", "cycle(6)", "cycle(3)"],
    "hypercube(6)": ["path(2)"] * 6,
    "cycle(4) x complete(5)": ["path(2)", "path(2)", "complete(5)"],
    "petersen x path(3)": ["factor 1 of petersen x path(3)", "path(3)"],
    "petersen": ["petersen"],
    "bipartite(3,3)": ["bipartite(3,3)"],
    "cayley(Z4 x Z6)": None,
    "bipartite(2,3) x bipartite(2,3)": None,
}


@pytest.mark.parametrize("text", FACTORS)
def test_factors_multiply_to_the_graph(text: str) -> None:
    graph = read_graph(text)
    found = cartesian_factors(graph)
    if FACTORS[text] is not None:
        assert [factor.name for factor in found.factors] == FACTORS[text]
    for one in (found, cartesian_factors(shuffled(graph))):
        assert sorted(map(len, one.factors)) == sorted(map(len, found.factors))
        total = sum(
            factor.distances[np.ix_(place, place)]
            for factor, place in zip(one.factors, one.coordinates.T, strict=True)
        )
        np.testing.assert_array_equal(total, one.graph.distances)
        assert len(np.unique(one.coordinates, axis=0)) == len(graph)
        assert len(graph) == np.prod([len(factor) for factor in one.factors])


@pytest.mark.parametrize("seed", range(8))
def test_products_of_random_graphs_come_apart(seed: int) -> None:
    parts = [random_graph(n, 0.2, seed + i) for i, n in enumerate((5, 4, 3))]
    from symtheory.graphs.families import cartesian_product

    product = shuffled(cartesian_product(parts, "product"), seed)
    expected = [factor for part in parts for factor in cartesian_factors(part).factors]
    found = cartesian_factors(product).factors
    assert sorted((len(f), len(f.edges)) for f in found) == sorted(
        (len(f), len(f.edges)) for f in expected
    )


def test_weighted_graphs_stay_whole() -> None:
    square = Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0]], [2, 2, 2, 2])
    assert cartesian_factors(square).factors == (square,)
    assert arrangement(square).kind is GraphShape.OTHER


@pytest.mark.parametrize(
    ("text", "kind"), [("path(9)", GraphShape.PATH), ("cycle(9)", GraphShape.CYCLE)]
)
def test_arrangements_follow_the_edges(text: str, kind: GraphShape) -> None:
    graph = shuffled(read_graph(text), seed=3)
    found = arrangement(graph)
    assert found.kind is kind
    steps = np.abs(np.diff(found.order[graph.edges], axis=1).ravel())
    assert set(steps.tolist()) <= ({1} if kind is GraphShape.PATH else {1, 8})
    assert sorted(found.order.tolist()) == list(range(9))
    assert arrangement(read_graph("star(3)")).kind is GraphShape.OTHER


ISOMETRIES = {
    "path(64)": 2,
    "cycle(64)": 128,
    "lattice(7,7)": 8,
    "lattice(7,7,7)": 48,
    "cylinder(7,7)": 28,
    "torus(7,7)": 392,
    "hypercube(7)": 645120,
    "petersen": 120,
    "heawood": 336,
    "dodecahedron": 120,
    "frucht": 1,
    "hoffman_singleton": 252000,
}


@pytest.mark.parametrize("text", ISOMETRIES)
def test_isometry_groups(text: str) -> None:
    graph = read_graph(text)
    generators, order = isometry_group(graph)
    assert order == ISOMETRIES[text]
    for image in generators:
        np.testing.assert_array_equal(graph.distances[np.ix_(image, image)], graph.distances)
