"""False-positive rates of the tests of metrics, with fixed seeds and binomial bounds.

At 5 %, on 24 vertices: natural coordinates .044 to .062, monotonicity .042 to .062, right angles
.040 to .062 (500 clouds a case, 39 relabelings); diagrams .040 to .045 (200 clouds, 19 Haar draws).
"""

from collections.abc import Callable

import numpy as np
import pytest
from binomial import binomial_bounds
from metric_clouds import cycle, embedded, product
from metric_clouds import path as path_graph
from numpy.typing import NDArray
from synthetic import gaussian

from symtheory.analysis.metric.diagram import check_diagram
from symtheory.analysis.metric.monotonicity import check_monotone
from symtheory.analysis.metric.natural_fit import check_natural
from symtheory.analysis.metric.right_angles import check_right_angles
from symtheory.analysis.statistics.nulls import haar_frame, label_permutations
from symtheory.geometry.metric.metric_geometry import MetricGeometry, metric_geometry
from symtheory.geometry.metric.principles import Principle, predicted_gram

Cloud = Callable[[MetricGeometry, np.random.Generator], NDArray[np.float64]]

SMALL = {
    "lattice": metric_geometry(product(path_graph(4), path_graph(6))),
    "cycle": metric_geometry(cycle(24)),
}


def permuted(geometry: MetricGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
    gram = predicted_gram(Principle.SQUARE_ROOT, geometry.graph, geometry.natural)
    return embedded(gram, rng=rng, noise=0.1, d=16)[rng.permutation(len(gram))]


def anisotropic(power: float) -> Cloud:
    def draw(geometry: MetricGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
        return gaussian(len(geometry.graph), np.arange(1.0, 17.0) ** -power, rng=rng)

    return draw


NULLS = {
    "permuted": permuted,
    "flat": anisotropic(0),
    "1/i": anisotropic(1),
    "1/i^2": anisotropic(2),
}


def label_p_values(
    geometry: MetricGeometry, cloud: NDArray[np.float64], n_draws: int, rng: np.random.Generator
) -> list[float]:
    """p-values of natural coordinates, monotonicity and right angles."""
    permutations = label_permutations(len(cloud), n_draws, rng=rng)
    distances = geometry.distances
    return [
        check_natural(cloud, geometry.natural, permutations=permutations).null.p_value,
        check_monotone(cloud, distances, permutations=permutations, rng=rng).p_value,
        check_right_angles(cloud, distances, permutations=permutations, rng=rng).null.p_value,
    ]


def label_counts(graph: str, null: str, *, n_clouds: int, n_draws: int) -> NDArray[np.int64]:
    geometry, rng = SMALL[graph], np.random.default_rng(n_draws)
    p_values = [
        label_p_values(geometry, NULLS[null](geometry, rng), n_draws, rng) for _ in range(n_clouds)
    ]
    return np.asarray((np.array(p_values) <= 0.05).sum(axis=0))


@pytest.mark.parametrize("null", ["permuted", "1/i"])
def test_false_positive_rates_of_label_tests(null: str) -> None:
    low, high = binomial_bounds(80, 0.05, confidence=1 - 1e-4)
    counts = label_counts("lattice", null, n_clouds=80, n_draws=39)
    assert ((low <= counts) & (counts <= high)).all(), counts


@pytest.mark.slow
@pytest.mark.parametrize("graph", SMALL)
@pytest.mark.parametrize("null", NULLS)
def test_false_positive_rates_on_a_thousand_clouds(graph: str, null: str) -> None:
    low, high = binomial_bounds(1000, 0.05, confidence=1 - 1e-4)
    counts = label_counts(graph, null, n_clouds=1000, n_draws=99)
    assert ((low <= counts) & (counts <= high)).all(), counts


def diagram_count(graph: str, null: str, *, n_clouds: int) -> int:
    """Haar clouds: a permuted template has the template's own diagram, labels or no labels."""
    geometry, rng = SMALL[graph], np.random.default_rng(n_clouds)
    spectrum = {"flat": np.ones(12), "1/i": 1 / np.arange(1.0, 13.0)}[null]
    count = 0
    for _ in range(n_clouds):
        cloud = haar_frame(len(geometry.graph), 12, rng=rng) * spectrum
        found = check_diagram(cloud, geometry, rng=rng, n_haar=19, n_bootstrap=1)
        count += found.shape.null.p_value <= 0.05
    return count


def test_diagrams_have_few_false_positives() -> None:
    low, high = binomial_bounds(30, 0.05, confidence=1 - 1e-4)
    assert low <= diagram_count("cycle", "1/i", n_clouds=30) <= high


@pytest.mark.slow
@pytest.mark.parametrize("graph", SMALL)
@pytest.mark.parametrize("null", ["flat", "1/i"])
def test_false_positive_rate_of_diagrams(graph: str, null: str) -> None:
    low, high = binomial_bounds(400, 0.05, confidence=1 - 1e-4)
    assert low <= diagram_count(graph, null, n_clouds=400) <= high
