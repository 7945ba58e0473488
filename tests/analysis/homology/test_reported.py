"""Ripser beside the exact program: equal diagrams, and one program for the statistic."""

import numpy as np
import pytest
from synthetic import cyclic_blocks, gaussian, helix

from symtheory.analysis.homology.comparison import Protocol
from symtheory.analysis.homology.diagrams import distance_matrix, rips_diagrams
from symtheory.analysis.homology.distances import bottleneck_distance
from symtheory.analysis.homology.low_degrees import low_degree_bars
from symtheory.analysis.homology.reported import MOST_POINTS
from symtheory.analysis.homology.shape import ShapeTest, check_shape
from symtheory.analysis.statistics.clouds import unit_cloud

SINGLE = 2.0**-23  # a rounding of both ends of a bar, in units of the longest distance


def assert_equal_diagrams(distances: np.ndarray) -> None:
    ours, theirs = (rips_diagrams(distances, homology=name) for name in ("exact", "ripser"))
    assert ours.n_essential == theirs.n_essential
    for a, b in zip(ours.bars, theirs.bars, strict=True):
        assert len(a) == len(b)
        assert bottleneck_distance(a, b) <= SINGLE * distances.max()


@pytest.mark.parametrize("seed", range(6))
def test_both_programs_find_the_same_bars(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noisy = helix(61, [3, 17, 20][: 1 + seed % 3], noise=0.1, d=8, rng=rng)
    for cloud in (noisy, gaussian(50, [3, 2, 1, 1], rng=rng)):
        assert_equal_diagrams(distance_matrix(unit_cloud(cloud)))


@pytest.mark.parametrize("frequencies", [(1,), (5, 23), (5, 23, 41)])
def test_both_programs_find_the_same_bars_of_an_orbit(frequencies: tuple[int, ...]) -> None:
    blocks = cyclic_blocks(113)
    orbit = np.concatenate([blocks[k - 1].basis for k in frequencies], axis=1)
    assert_equal_diagrams(distance_matrix(unit_cloud(orbit)))


def test_rounding_of_equal_distances_makes_bars_that_are_left_out() -> None:
    """Double precision tells equal distances of an orbit apart, single precision does not."""
    orbit = unit_cloud(helix(113, [5, 23, 41], d=6, rng=np.random.default_rng(0)))
    distances = distance_matrix(orbit)
    lengths = np.diff(low_degree_bars(distances)[1], axis=1)[:, 0]
    assert (lengths < 1e-14).any()
    assert len(rips_diagrams(distances).bars[1]) == (lengths > 1e-14).sum() == 115


def shape(cloud: np.ndarray, homology: str, *frequencies: int) -> ShapeTest:
    return check_shape(
        cloud,
        cyclic_blocks(len(cloud)),
        active=[k - 1 for k in frequencies],
        rng=np.random.default_rng(1),
        rivals=False,
        observations=False,
        homology=homology,
    )


def test_the_program_that_is_shown_changes_no_p_value() -> None:
    cloud = helix(41, [3, 17], noise=0.1, rng=np.random.default_rng(2))
    exact, ripser = (shape(cloud, name, 3, 17) for name in ("exact", "ripser"))
    assert (exact.reported.homology, ripser.reported.homology) == ("exact", "ripser")
    assert exact.comparison.distances == ripser.comparison.distances
    assert exact.null.p_value == ripser.null.p_value
    assert exact.fit.p_value == ripser.fit.p_value
    assert exact.reported.gap == 0 < ripser.reported.gap < 1e-6


def test_an_orbit_in_single_precision_would_be_refuted_now_and_then_by_two_programs() -> None:
    """All distances are rounding: ripser's distance must not be held against exact draws."""
    is_refuted = []
    for seed in range(8):
        orbit = helix(41, [3, 17], rng=np.random.default_rng(seed)).astype(np.float32)
        found = shape(orbit.astype(np.float64), "ripser", 3, 17)
        assert found.compatible
        shown = found.reported
        distance = max(Protocol().distances(shown.learned, shown.template))
        is_refuted.append(distance > found.fit.draws.max())
    assert any(is_refuted)


def test_large_clouds_are_shown_by_the_exact_program() -> None:
    n = MOST_POINTS + 1
    cloud = helix(n, [3], noise=0.1, rng=np.random.default_rng(4))
    blocks, rng = cyclic_blocks(n), np.random.default_rng(5)
    found = check_shape(cloud, blocks, active=[2], rng=rng, n_haar=1, n_bootstrap=1, rivals=False)
    assert found.reported.homology == "exact"
    assert found.reported.learned is found.comparison.learned
