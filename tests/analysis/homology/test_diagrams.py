import numpy as np
import pytest
from synthetic import helix

from symtheory.analysis.homology.diagrams import (
    Diagrams,
    distance_matrix,
    distinct_points,
    rips_diagrams,
    top_bars,
)
from symtheory.analysis.homology.distances import bottleneck_distance
from symtheory.analysis.homology.low_degrees import low_degree_bars
from symtheory.analysis.statistics.clouds import unit_cloud
from symtheory.errors import SpecError


def diagrams(cloud: np.ndarray, **options: int) -> Diagrams:
    return rips_diagrams(distance_matrix(cloud), **options)


def torus(m: int, n: int) -> np.ndarray:
    angles = 2 * np.pi * np.stack(np.divmod(np.arange(m * n), n), axis=1) / [m, n]
    return unit_cloud(np.concatenate([np.cos(angles), np.sin(angles)], axis=1))


def icosahedral_rotations() -> np.ndarray:
    """The 60 rotation matrices, as points of R^9."""
    golden = (1 + np.sqrt(5)) / 2

    def rotation(axis: list[float], angle: float) -> np.ndarray:
        x, y, z = np.array(axis) / np.linalg.norm(axis)
        cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
        return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross

    generators = rotation([0, 1, golden], 2 * np.pi / 5), rotation([1, 1, 1], 2 * np.pi / 3)
    found = [np.eye(3)]
    for element in found:
        for generator in generators:
            product = element @ generator
            if not any(np.allclose(product, other) for other in found):
                found.append(product)
    assert len(found) == 60
    return unit_cloud(np.array(found).reshape(60, 9))


# Longest bars in H1 of noiseless orbits of Z_97 with equal radii.
ORBITS = {
    (1,): [(0.065, 1.753)],
    (40,): [(0.065, 1.753)],
    (3, 17): [(0.292, 1.344), (0.682, 1.290)],
    (5, 23): [(0.188, 1.417), (0.985, 1.362)],
    (1, 2): [(0.102, 1.415), (1.415, 1.603)],
    (1, 10): [(0.452, 1.351), (0.471, 1.345)],
    (5, 23, 41): [(0.271, 1.162), (1.125, 1.364), (1.162, 1.333)],
    (3, 17, 30, 44): [(0.628, 1.315), (0.806, 1.307), (1.114, 1.266)],
}


@pytest.mark.parametrize(("frequencies", "expected"), ORBITS.items())
def test_longest_bars_of_orbits(
    frequencies: tuple[int, ...], expected: list[tuple[float, float]]
) -> None:
    cloud = helix(97, frequencies, rng=np.random.default_rng(0))
    loops = diagrams(cloud).bars[1]
    assert loops[: len(expected)] == pytest.approx(np.array(expected), abs=0.01)
    if len(frequencies) == 2 and frequencies != (1, 2):
        # A torus, and nothing else of comparable length.
        assert np.diff(loops[2:], axis=1).max() <= 0.05


def test_equivalent_frequencies_give_the_same_diagrams() -> None:
    rng = np.random.default_rng(1)
    first, second = (diagrams(helix(97, ks, rng=rng)) for ks in ((5, 23, 41), (10, 46, 82)))
    for a, b in zip(first.bars, second.bars, strict=True):
        assert a == pytest.approx(b, abs=1e-9)


def test_one_loop_dies_near_the_square_root_of_three() -> None:
    for n in (12, 97, 100):
        bars = diagrams(helix(n, [1], d=3, rng=np.random.default_rng(0))).bars[1]
        assert len(bars) == 1
        assert bars[0] == pytest.approx([2 * np.sin(np.pi / n), 2 * np.sin(np.pi * -(-n // 3) / n)])


def test_gaussian_clouds_have_only_short_bars() -> None:
    rng = np.random.default_rng(2)
    for d, low, high in ((2, 0.15, 0.29), (6, 0.16, 0.25)):
        longest = []
        for _ in range(25):
            bars = diagrams(unit_cloud(rng.standard_normal((97, d)))).bars[1]
            longest.append(bars[0, 1] - bars[0, 0])
        assert low < np.median(longest) < high
        assert max(longest) < 0.6


def test_a_line_has_no_loop_and_a_lattice_many_small_ones() -> None:
    line = np.arange(64.0)[:, None]
    assert len(diagrams(line).bars[1]) == 0
    assert diagrams(line).bars[0] == pytest.approx(np.array([[0.0, 1.0]] * 63))
    lattice = np.stack(np.divmod(np.arange(49.0), 7), axis=1)
    squares = diagrams(lattice).bars[1]
    assert squares == pytest.approx(np.array([[1, np.sqrt(2)]] * 36))
    cube = np.array(np.unravel_index(np.arange(128), (2,) * 7)).T.astype(float)
    assert len(diagrams(cube).bars[1]) == 7 * 64 - 128 + 1


def test_a_torus_has_two_loops_and_a_void() -> None:
    found = diagrams(torus(8, 12), max_degree=2)
    assert found.bars[1][:2] == pytest.approx(np.array([[0.366, 1.225], [0.541, 1.307]]), abs=0.01)
    assert found.bars[2][0] == pytest.approx([0.653, 1.339], abs=0.01)
    assert found.n_essential == (1, 0, 0)


def test_coefficients_matter_for_rotation_matrices() -> None:
    # Rotations form a projective space: its loop is of order two, seen by F_2 and not by F_3.
    cloud = icosahedral_rotations()
    over_two = diagrams(cloud).bars[1]
    assert over_two == pytest.approx(np.array([[0.96, 1.41]]), abs=0.01)
    assert len(diagrams(cloud, field=3).bars[1]) == 0


def test_coinciding_points_count_once() -> None:
    cloud = helix(60, [6], d=2, rng=np.random.default_rng(3))  # 10 distinct points
    distances = distance_matrix(cloud)
    assert distinct_points(distances).tolist() == list(range(10))
    found = rips_diagrams(distances)
    assert (found.n_points, len(found.bars[0]), len(found.bars[1])) == (10, 9, 1)


@pytest.mark.parametrize("seed", range(12))
def test_low_degrees_agree_with_ripser(seed: int) -> None:
    """Random, clustered, symmetric and integer metrics, with and without ties."""
    from ripser import ripser

    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    clouds = [
        rng.standard_normal((n, 1 + seed % 4)),
        rng.integers(0, 5, size=(n, 3)).astype(float),
        helix(n, [1, 1 + seed % 5], d=6, rng=rng, noise=0.05 * (seed % 2)),
        np.repeat(rng.standard_normal((n, 2)), 2, axis=0) + 0.01 * rng.standard_normal((2 * n, 2)),
    ]
    for cloud in clouds:
        distances = distance_matrix(cloud)
        distances = distances[np.ix_(*[distinct_points(distances)] * 2)]
        joins, loops = low_degree_bars(distances)
        reference = ripser(distances, distance_matrix=True, maxdim=1)["dgms"]
        finite = reference[0][np.isfinite(reference[0][:, 1]), 1]
        assert np.sort(joins[:, 1]) == pytest.approx(np.sort(finite), abs=1e-5)
        ours, theirs = top_bars(loops), top_bars(reference[1].astype(float))
        ours = ours[np.diff(ours, axis=1)[:, 0] > 1e-5]
        theirs = theirs[np.diff(theirs, axis=1)[:, 0] > 1e-5]
        assert ours.shape == theirs.shape
        assert bottleneck_distance(ours, theirs) < 1e-5


@pytest.mark.parametrize(("n", "max_degree", "field"), [(2, 1, 2), (30, 1, 2), (25, 2, 3)])
def test_the_extension_of_ripser_gives_what_the_package_gives(
    n: int, max_degree: int, field: int
) -> None:
    from ripser import ripser

    distances = distance_matrix(np.random.default_rng(n).standard_normal((n, 3)))
    ours = rips_diagrams(distances, max_degree=max_degree, field=field, homology="ripser")
    theirs = ripser(distances, distance_matrix=True, maxdim=max_degree, coeff=field)["dgms"]
    for bars, reference in zip(ours.bars, theirs, strict=True):
        assert np.array_equal(bars, top_bars(reference[np.isfinite(reference[:, 1])]))


def test_a_filtration_that_stops_early_counts_later_bars_as_essential() -> None:
    distances = distance_matrix(helix(20, [1], d=2, rng=np.random.default_rng(3)))
    whole = rips_diagrams(distances, homology="ripser")
    assert whole.last_death == pytest.approx(max(b[:, 1].max() for b in whole.bars))
    same = rips_diagrams(distances, homology="ripser", until=1.001 * whole.last_death)
    assert all(np.array_equal(a, b) for a, b in zip(same.bars, whole.bars, strict=True))
    assert same.n_essential == whole.n_essential == (1, 0)
    stopped = rips_diagrams(distances, homology="ripser", until=0.9 * whole.last_death)
    assert stopped.n_essential == (1, 1)
    assert len(stopped.bars[1]) == len(whole.bars[1]) - 1


def test_bars_do_not_depend_on_the_order_of_points() -> None:
    rng = np.random.default_rng(4)
    cloud = helix(40, [3, 7], d=4, rng=rng, noise=0.1)
    first, second = diagrams(cloud), diagrams(cloud[rng.permutation(40)])
    for a, b in zip(first.bars, second.bars, strict=True):
        assert a == pytest.approx(b)


def test_malformed_distances_are_refused() -> None:
    with pytest.raises(SpecError, match=r"square, got shape \(3, 2\)"):
        rips_diagrams(np.zeros((3, 2)))
    with pytest.raises(SpecError, match="symmetric and non-negative"):
        rips_diagrams(np.array([[0.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(SpecError, match="symmetric and non-negative"):
        rips_diagrams(np.eye(3))


def test_top_bars_are_the_longest() -> None:
    bars = np.array([[0.0, 1.0], [0.0, 3.0], [1.0, 1.0], [2.0, 4.0]])
    assert top_bars(bars).tolist() == [[0.0, 3.0], [2.0, 4.0], [0.0, 1.0]]
    assert top_bars(bars, 1).tolist() == [[0.0, 3.0]]
    assert top_bars(np.empty((0, 2))).shape == (0, 2)
