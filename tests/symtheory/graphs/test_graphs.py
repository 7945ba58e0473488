"""Graphs as metric spaces: factors, cuts and isometries, on graphs whose answers are known."""

import networkx as nx
import numpy as np
import pytest

from symtheory.graphs.automorphisms import automorphism_group, intersection_array
from symtheory.graphs.cuts import (
    CutEmbedding,
    NotL1,
    Undecided,
    cut_embedding,
    is_partial_cube,
)
from symtheory.graphs.edge_classes import edge_classes, edge_relation, quotients
from symtheory.graphs.graph import Graph
from symtheory.graphs.notation import read_graph
from symtheory.graphs.products import Kind, arrangement, cartesian_factors


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


PARTIAL_CUBES = {  # and the number of cuts: the dimension of the cube
    "path(64)": 63,
    "cycle(4)": 2,
    "cycle(6)": 3,
    "cycle(64)": 32,
    "star(6)": 6,
    "tree(2,4)": 30,
    "tree(3,3)": 39,
    "lattice(7,7)": 12,
    "lattice(3,4,5)": 9,
    "hypercube(5)": 5,
    "hypercube(7)": 7,
    "cylinder(8,7)": 10,
    "torus(6,8)": 7,
    "cube": 3,
    "desargues": 5,
    "cayley(S3; (1 2), (2 3))": 3,
    "cayley(S4; (1 2), (2 3), (3 4))": 6,  # the permutahedron: an edge for every inversion
    "complete(2)": 1,
}
NO_PARTIAL_CUBES = (
    "cycle(5)",
    "cycle(7)",
    "complete(4)",
    "bipartite(2,3)",
    "bipartite(3,3)",
    "petersen",
    "heawood",
    "pappus",
    "moebius_kantor",
    "dodecahedron",
    "icosahedron",
    "octahedron",
    "tutte",
    "cylinder(7,7)",
    "torus(7,7)",
    "frucht",
    "karate_club",
    "diamond",
)


@pytest.mark.parametrize("text", PARTIAL_CUBES)
def test_partial_cubes_are_recognized_with_their_dimension(text: str) -> None:
    graph = shuffled(read_graph(text))
    found = cut_embedding(graph)
    assert is_partial_cube(graph)
    assert isinstance(found, CutEmbedding)
    assert (found.scale, len(found.cuts)) == (1, PARTIAL_CUBES[text])
    np.testing.assert_array_equal(found.distances, graph.distances)


@pytest.mark.parametrize("text", NO_PARTIAL_CUBES)
def test_others_are_no_partial_cubes(text: str) -> None:
    assert not is_partial_cube(read_graph(text))


@pytest.mark.parametrize("text", ["lattice(3,3)", "cycle(8)", "desargues", "petersen", "heawood"])
def test_a_bipartite_graph_is_a_partial_cube_if_and_only_if_the_relation_is_transitive(
    text: str,
) -> None:
    graph = read_graph(text)
    relation = edge_relation(graph).astype(int)
    is_transitive = np.array_equal(relation @ relation > 0, relation > 0)
    is_bipartite = nx.is_bipartite(nx.Graph(graph.edges.tolist()))
    assert is_partial_cube(graph) == (is_bipartite and is_transitive)


@pytest.mark.parametrize("seed", range(20))
def test_a_spanning_tree_is_enough_for_the_closure_of_the_relation(seed: int) -> None:
    graph = random_graph(14, 0.02 * (seed % 6), seed)
    reached = edge_relation(graph)
    while not np.array_equal(further := (reached.astype(int) @ reached) > 0, reached):
        reached = further
    label = edge_classes(graph)
    np.testing.assert_array_equal(reached, label[:, None] == label)


@pytest.mark.parametrize("seed", range(10))
def test_distances_of_the_quotients_add_up(seed: int) -> None:
    graph = random_graph(15, 0.05, seed)
    total = sum(quotient.distances[np.ix_(of, of)] for quotient, of in quotients(graph))
    np.testing.assert_array_equal(total, graph.distances)


EMBEDDED = {  # scale and number of cuts, where rigid: chapter 21 of Deza and Laurent
    "cycle(5)": (2, 5),
    "cycle(7)": (2, 7),
    "complete(6)": (2, 6),
    "petersen": (2, 6),
    "icosahedron": (2, 6),
    "dodecahedron": (2, 10),
    "cylinder(7,7)": (2, 13),
    "torus(7,7)": (2, 14),
    "lattice(3,3) x complete(3)": (2, 7),
    "octahedron": (2, None),
    "bull": (2, 5),
    "house": (2, 4),
}


@pytest.mark.parametrize("text", EMBEDDED)
def test_embeddings_at_scale_two(text: str) -> None:
    graph = shuffled(read_graph(text), seed=1)
    found = cut_embedding(graph)
    assert isinstance(found, CutEmbedding)
    scale, n_cuts = EMBEDDED[text]
    assert found.scale == scale
    assert n_cuts is None or len(found.cuts) == n_cuts
    assert not found.cuts[:, 0].any()
    assert (found.weights > 0).all()
    np.testing.assert_array_equal(found.distances, graph.distances)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 9])
def test_cocktail_party_graphs_embed_at_the_scale_of_their_sign_matrix(n: int) -> None:
    names = [str(v) for v in range(2 * n)]
    pairs = [(u, v) for v in range(2 * n) for u in range(v) if v != u + n]
    graph = Graph("cocktail party", names, pairs)
    found = cut_embedding(graph)
    assert isinstance(found, CutEmbedding)
    np.testing.assert_array_equal(found.distances, graph.distances)


NOT_L1 = (
    "bipartite(2,3)",
    "bipartite(3,3)",
    "heawood",
    "pappus",
    "moebius_kantor",
    "tutte",
    "chvatal",
    "frucht",
    "truncated_tetrahedron",  # this and the next: Deza, Grishukhin, Shtogrin 2004
    "truncated_cube",
    "hoffman_singleton",
    "bipartite(2,3) x path(4)",
)


@pytest.mark.parametrize("text", NOT_L1)
def test_what_is_not_l1_has_a_violated_inequality(text: str) -> None:
    graph = read_graph(text)
    found = cut_embedding(graph)
    assert isinstance(found, NotL1)
    b = np.array(found.coefficients)
    assert b.sum() in {0, 1}
    assert b @ graph.distances[np.ix_(found.vertices, found.vertices)] @ b > 0


@pytest.mark.parametrize("seed", range(30))
def test_every_answer_is_right_about_small_graphs(seed: int) -> None:
    """Against a linear program over all cuts."""
    from scipy.optimize import linprog

    graph = random_graph(6 + seed % 2, 0.05 * (seed % 9), seed)
    n = len(graph)
    rows, columns = np.triu_indices(n, 1)
    sides = (np.arange(1, 2 ** (n - 1))[:, None] >> np.arange(n)) & 1
    matrix = (sides[:, rows] != sides[:, columns]).T.astype(float)
    solved = linprog(
        np.ones(len(sides)), A_eq=matrix, b_eq=graph.distances[rows, columns], method="highs"
    )
    found = cut_embedding(graph)
    assert isinstance(found, CutEmbedding if solved.status == 0 else NotL1)
    if isinstance(found, CutEmbedding):
        np.testing.assert_array_equal(found.distances, graph.distances)


def test_weighted_graphs() -> None:
    tree = Graph("tree", "abcd", [[0, 1], [1, 2], [1, 3]], [100000, 7, 2])
    found = cut_embedding(tree)
    assert isinstance(found, CutEmbedding)
    assert sorted(found.weights.tolist()) == [2, 7, 100000]
    triangle = Graph("triangle", "abc", [[0, 1], [1, 2], [0, 2]], [2, 3, 4])
    found = cut_embedding(triangle)
    assert isinstance(found, CutEmbedding)
    np.testing.assert_array_equal(found.distances, triangle.distances)
    far = Graph("far", "abc", [[0, 1], [1, 2], [0, 2]], [2000, 3001, 4000])
    assert isinstance(cut_embedding(far), Undecided)
    even = Graph("even", "abcde", read_graph("bipartite(2,3)").edges, [3] * 6)
    assert isinstance(cut_embedding(even), NotL1)
    assert automorphism_group(even)[1] == 12
    assert automorphism_group(tree)[1] == 1
    assert automorphism_group(Graph("", "abc", [[0, 1], [1, 2], [0, 2]], [2, 2, 3]))[1] == 2
    detour = Graph("detour", "abcd", [[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]], [1, 1, 1, 1, 9])
    assert automorphism_group(detour)[1] == 8


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
    assert arrangement(square).kind is Kind.OTHER


@pytest.mark.parametrize(("text", "kind"), [("path(9)", Kind.PATH), ("cycle(9)", Kind.CYCLE)])
def test_arrangements_follow_the_edges(text: str, kind: Kind) -> None:
    graph = shuffled(read_graph(text), seed=3)
    found = arrangement(graph)
    assert found.kind is kind
    steps = np.abs(np.diff(found.order[graph.edges], axis=1).ravel())
    assert set(steps.tolist()) <= ({1} if kind is Kind.PATH else {1, 8})
    assert sorted(found.order.tolist()) == list(range(9))
    assert arrangement(read_graph("star(3)")).kind is Kind.OTHER


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
def test_automorphism_groups(text: str) -> None:
    graph = read_graph(text)
    generators, order = automorphism_group(graph)
    assert order == ISOMETRIES[text]
    for image in generators:
        np.testing.assert_array_equal(graph.distances[np.ix_(image, image)], graph.distances)


ARRAYS = {
    "petersen": ((3, 2), (1, 1)),
    "heawood": ((3, 2, 2), (1, 1, 3)),
    "pappus": ((3, 2, 2, 1), (1, 1, 2, 3)),
    "desargues": ((3, 2, 2, 1, 1), (1, 1, 2, 2, 3)),
    "icosahedron": ((5, 2, 1), (1, 2, 5)),
    "dodecahedron": ((3, 2, 1, 1, 1), (1, 1, 1, 2, 3)),
    "hoffman_singleton": ((7, 6), (1, 1)),
    "cycle(7)": ((2, 1, 1), (1, 1, 1)),
    "hypercube(4)": ((4, 3, 2, 1), (1, 2, 3, 4)),
    "complete(5)": ((4,), (1,)),
    "path(5)": None,
    "moebius_kantor": None,
    "torus(5,6)": None,
    "frucht": None,
}


@pytest.mark.parametrize("text", ARRAYS)
def test_intersection_arrays(text: str) -> None:
    assert intersection_array(read_graph(text)) == ARRAYS[text]
