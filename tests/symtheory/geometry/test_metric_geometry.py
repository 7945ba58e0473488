"""Closed forms, natural coordinates, straight geodesics and rival tails of graph metrics."""

import json

import networkx as nx
import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.claims.metric import metric_claims
from symtheory.errors import SpecError
from symtheory.geometry.metric.metric_geometry import metric_geometry
from symtheory.geometry.metric.natural import natural_block
from symtheory.geometry.metric.principles import (
    Principle,
    laplacian_inverse,
    predicted_gram,
)
from symtheory.geometry.metric.torgerson import (
    centered_spectrum,
    complete_spectrum,
    count_above,
    cycle_spectrum,
    double_centered,
    inertia,
    path_spectrum,
    product_spectrum,
)
from symtheory.graphs.graph import Graph
from symtheory.graphs.products import cartesian_factors
from symtheory.records import Level, Role


def of(graph: "nx.Graph[object]", name: str = "graph") -> Graph:
    plain = nx.convert_node_labels_to_integers(graph, ordering="sorted")
    edges = [[u, v] for u, v in plain.edges]
    return Graph(name, [str(v) for v in plain.nodes], edges)


def product(*factors: "nx.Graph[object]") -> Graph:
    found = factors[0]
    for factor in factors[1:]:
        found = nx.cartesian_product(found, factor)
    return of(found)


P7, C7 = nx.path_graph(7), nx.cycle_graph(7)
GRAPHS = {
    "path": of(nx.path_graph(64)),
    "cycle": of(nx.cycle_graph(64)),
    "lattice": product(P7, P7),
    "cube lattice": product(P7, P7, P7),
    "cylinder": product(C7, P7),
    "torus": product(C7, C7),
    "hypercube": product(*[nx.path_graph(2)] * 7),
}


def spectrum(graph: Graph, power: int) -> NDArray[np.float64]:
    return centered_spectrum(double_centered(graph.distances**power))


@pytest.mark.parametrize("n", [2, 3, 4, 5, 12, 13, 64])
def test_closed_forms_of_paths_and_cycles(n: int) -> None:
    path = of(nx.path_graph(n))
    assert np.allclose(spectrum(path, 1), path_spectrum(n), atol=1e-10)
    assert np.allclose(laplacian_inverse(path), double_centered(path.distances), atol=1e-10)
    if n > 2:
        cycle = of(nx.cycle_graph(n))
        assert np.allclose(spectrum(cycle, 1), cycle_spectrum(n), atol=1e-10)


@pytest.mark.parametrize("d", [1, 2, 3, 7])
def test_a_cube_has_its_bits_and_nothing_else(d: int) -> None:
    values = spectrum(product(*[nx.path_graph(2)] * d), 1)
    assert np.allclose(values, [2.0 ** (d - 2)] * d + [0] * (2**d - 1 - d), atol=1e-10)
    assert np.allclose(values, product_spectrum([path_spectrum(2)] * d), atol=1e-10)


def test_eigenvectors_of_a_path_are_cosines() -> None:
    gram = double_centered(GRAPHS["path"].distances)
    for k in (1, 2, 5):
        cosine = np.cos(np.pi * k * (np.arange(64) + 0.5) / 64)
        assert np.allclose(gram @ cosine, path_spectrum(64)[k - 1] * cosine, atol=1e-9)


def test_the_simplex() -> None:
    assert np.allclose(spectrum(of(nx.complete_graph(6)), 1), complete_spectrum(6), atol=1e-10)


PRODUCTS = {
    "lattice": [path_spectrum(7)] * 2,
    "cube lattice": [path_spectrum(7)] * 3,
    "cylinder": [cycle_spectrum(7), path_spectrum(7)],
    "torus": [cycle_spectrum(7)] * 2,
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_blocks_of_products_add(name: str) -> None:
    assert np.allclose(spectrum(GRAPHS[name], 1), product_spectrum(PRODUCTS[name]), atol=1e-10)


@pytest.mark.parametrize(
    ("name", "power", "counts", "n_large", "ratios"),
    [
        ("path", 1, (63, 0), 7, [1, 0.25, 0.111]),
        ("path", 2, (1, 0), 1, [1]),
        ("cycle", 2, (32, 31), 6, [1, 1, 0.112, 0.112, 0.041, 0.041]),
        ("cycle", 1, (32, 0), 6, [1, 1, 0.112, 0.112]),
        ("hypercube", 1, (7, 0), 7, [1] * 7),
        ("hypercube", 2, (7, 21), 7, [1] * 7),
        ("lattice", 2, (12, 36), 10, [1, 1, 0.15, 0.10, 0.06, 0.06]),
        ("lattice", 1, (12, 0), 12, [1, 1, 0.26, 0.26, 0.13, 0.13]),
        ("cube lattice", 2, (18, 108), 12, [1, 1, 1, 0.19, 0.19, 0.13]),
        ("cube lattice", 1, (18, 0), 18, [1, 1, 1, 0.26, 0.26, 0.26]),
        ("cylinder", 2, (10, 38), 9, [1, 0.45, 0.45, 0.10]),
        ("cylinder", 1, (12, 0), 12, [1, 0.5, 0.5, 0.26]),
        ("torus", 2, (8, 40), 8, [1] * 4 + [0.09] * 4),
        ("torus", 1, (12, 0), 12, [1] * 4 + [0.13] * 4),
    ],
)
def test_inertia_and_large_components(
    name: str, power: int, counts: tuple[int, int], n_large: int, ratios: list[float]
) -> None:
    values = spectrum(GRAPHS[name], power)
    assert inertia(values) == counts
    assert count_above(values) == n_large
    assert values[: len(ratios)] / values[0] == pytest.approx(ratios, abs=0.006)


def test_only_square_matrices_are_centered() -> None:
    with pytest.raises(SpecError, match="shape"):
        double_centered(np.zeros((2, 3)))


NATURAL = {
    "path": ("line of 64", 1),
    "cycle": ("circle of 64", 2),
    "lattice": ("2 x line of 7", 2),
    "cube lattice": ("3 x line of 7", 3),
    "cylinder": ("circle of 7 + line of 7", 3),
    "torus": ("2 x circle of 7", 4),
    "hypercube": ("7 x bit", 7),
}


@pytest.mark.parametrize("name", NATURAL)
def test_natural_coordinates_of_the_six_graphs(name: str) -> None:
    block = natural_block(cartesian_factors(GRAPHS[name]))
    assert (block.name, block.dimension) == NATURAL[name]
    assert block.is_leading
    assert np.allclose(block.points.sum(axis=0), 0, atol=1e-9)
    gram = block.points.T @ block.points
    powers = [piece.power for piece in block.pieces for _ in piece.columns]
    assert np.allclose(gram, np.diag(powers), atol=1e-9)
    assert np.allclose(np.sort(powers)[::-1], block.spectrum[: block.dimension], atol=1e-9)
    assert np.allclose(block.spectrum, spectrum(GRAPHS[name], 1), atol=1e-9)


def test_a_line_is_equally_spaced_and_a_circle_is_round() -> None:
    line = natural_block(cartesian_factors(GRAPHS["path"])).points[:, 0]
    assert np.allclose(np.diff(line), line[1] - line[0])
    circle = natural_block(cartesian_factors(GRAPHS["cycle"])).points
    assert np.ptp(np.linalg.norm(circle, axis=1)) < 1e-12
    steps = np.linalg.norm(np.diff(circle, axis=0), axis=1)
    assert np.ptp(steps) < 1e-12


def test_coordinates_follow_a_relabeling() -> None:
    rng = np.random.default_rng(0)
    graph, image = GRAPHS["cylinder"], rng.permutation(49)
    moved = Graph("moved", [str(v) for v in range(49)], image[graph.edges])
    first, second = (natural_block(cartesian_factors(g)).points for g in (graph, moved))
    assert np.allclose(first @ first.T, (second @ second.T)[np.ix_(image, image)], atol=1e-9)


def test_other_graphs_have_their_leading_eigenspace() -> None:
    block = natural_block(cartesian_factors(of(nx.petersen_graph(), "petersen")))
    assert block.name == "5 leading components of petersen"
    assert block.share == 1
    simplex = natural_block(cartesian_factors(of(nx.complete_graph(5))))
    assert (simplex.name, simplex.dimension) == ("simplex of 5", 4)
    gram = double_centered(of(nx.complete_graph(5)).distances)
    assert np.allclose(simplex.points @ simplex.points.T, gram)


def test_a_weighted_path_is_a_line_at_its_distances() -> None:
    graph = Graph("weighted", "abcd", [[0, 2], [2, 1], [1, 3]], [3, 1, 2])
    block = natural_block(cartesian_factors(graph))
    assert block.name == "line of 4"
    apart = abs(block.points - block.points.T)
    assert np.allclose(apart * graph.distances.max() / apart.max(), graph.distances)
    assert np.allclose(block.spectrum, spectrum(graph, 1))


def test_a_long_lattice_does_not_lead() -> None:
    assert natural_block(cartesian_factors(product(nx.path_graph(14), P7))).is_leading
    assert not natural_block(
        cartesian_factors(product(nx.path_graph(20), nx.path_graph(3)))
    ).is_leading


def test_only_paths_have_straight_geodesics() -> None:
    assert metric_geometry(of(nx.complete_graph(5))).can_be_straight
    straight = [name for name, graph in GRAPHS.items() if metric_geometry(graph).can_be_straight]
    assert straight == ["path"]


def test_small_graphs_are_straight_exactly_if_they_are_euclidean() -> None:
    for graph in nx.graph_atlas_g()[3:210]:
        if not nx.is_connected(graph):
            continue
        degrees = sorted(degree for _, degree in graph.degree)
        is_path = degrees[-1] <= 2 and degrees[0] == 1
        is_complete = degrees[0] == len(graph) - 1
        found = metric_geometry(of(graph))
        assert found.can_be_straight == (is_path or is_complete), graph.edges
        assert found.can_be_straight == (inertia(spectrum(of(graph), 2))[1] == 0)


def test_large_graphs_need_no_spectrum() -> None:
    assert metric_geometry(of(nx.path_graph(520))).can_be_straight
    assert metric_geometry(of(nx.cycle_graph(520))).can_be_straight is False
    weighted = [[u, u + 1] for u in range(519)] + [[0, 519]]
    ring = Graph("ring", [str(v) for v in range(520)], weighted, [2] + [1] * 519)
    assert metric_geometry(ring).can_be_straight is None
    assert "is open" in " ".join(metric_geometry(ring).text_lines())


def test_weighted_graphs_that_are_euclidean_and_that_are_not() -> None:
    """In the first 0-1-2 is straight, and 3 too near to all of it; the second has no geodesic."""
    edges = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    graph = Graph("near", ("0", "1", "2", "3"), edges, [1, 3, 2, 2, 2, 3])
    assert graph.distances[0, 2] == graph.distances[0, 1] + graph.distances[1, 2]
    assert "cannot add up along geodesics" in " ".join(metric_geometry(graph).text_lines())
    tight = Graph("tight", ("0", "1", "2", "3"), edges, [2, 2, 3, 2, 2, 2])
    assert "can add up along geodesics" in " ".join(metric_geometry(tight).text_lines())
    line = Graph("line", "abcd", [[0, 1], [1, 2], [2, 3], [0, 3]], [1, 1, 1, 3])
    assert metric_geometry(line).can_be_straight  # the long edge only repeats the path
    kite = Graph("kite", "abcd", [[0, 1], [1, 2], [0, 3], [1, 3], [2, 3]], [3, 3, 5, 4, 5])
    assert metric_geometry(kite).can_be_straight  # two right triangles in the plane


def test_right_angles_where_squared_distances_are_those_of_the_graph() -> None:
    graph = GRAPHS["cylinder"]
    gram = double_centered(graph.distances)
    norms = np.diag(gram)
    assert np.allclose(norms[:, None] + norms - 2 * gram, graph.distances, atol=1e-9)
    assert metric_geometry(graph).has_negative_type
    assert not metric_geometry(of(nx.complete_bipartite_graph(2, 3))).has_negative_type


def test_resistance_is_distance_on_trees() -> None:
    tree = of(nx.balanced_tree(2, 3))
    assert np.allclose(laplacian_inverse(tree), double_centered(tree.distances), atol=1e-10)


@pytest.mark.parametrize("principle", Principle)
def test_predicted_matrices_are_gram_matrices(principle: Principle) -> None:
    graph = of(nx.complete_bipartite_graph(2, 3))  # not of negative type
    block = natural_block(cartesian_factors(graph))
    gram = predicted_gram(principle, graph, block)
    assert np.linalg.eigvalsh(gram)[0] > -1e-12
    assert np.trace(gram) == pytest.approx(5)
    assert np.allclose(gram.sum(axis=0), 0)


def test_printout_and_json() -> None:
    geometry = metric_geometry(GRAPHS["cylinder"])
    text = "\n".join(geometry.text_lines())
    assert "circle of 7 + line of 7: 3 dimensions" in text
    assert "28 isometries" in text
    assert "12 positive" in text
    assert max(map(len, text.splitlines())) <= 100
    plain = json.loads(json.dumps(geometry.to_dict(), allow_nan=False))
    assert plain["natural"]["dimension"] == 3
    assert plain["inertia_of_squares"] == [10, 38]


def levels(graph: Graph, *, primary: bool = True) -> dict[Level, bool]:
    claims = metric_claims(metric_geometry(graph), Role.SHARED, primary=primary)
    return {claim.level: claim.primary for claim in claims}


def test_claims() -> None:
    assert levels(GRAPHS["cycle"]) == {
        "natural": True,
        "monotone": False,
        "right-angles": False,
        "diagram": False,
    }
    assert not any(levels(GRAPHS["cycle"], primary=False).values())
    assert levels(of(nx.complete_graph(8))) == {}
    assert "right-angles" not in levels(of(nx.complete_bipartite_graph(2, 3)))
    long = product(nx.path_graph(20), nx.path_graph(3))
    assert levels(long)["natural"] is False
