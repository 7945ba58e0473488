import numpy as np
import pytest
from synthetic import cyclic_blocks, helix

from symtheory.analysis.homology.budget import RIPS_BUDGET, most_points, rips_bytes
from symtheory.analysis.homology.comparison import Protocol, compare_shape
from symtheory.analysis.homology.diagrams import distance_matrix, rips_diagrams
from symtheory.analysis.homology.distances import bottleneck_distance
from symtheory.analysis.homology.landmarks import maxmin_landmarks
from symtheory.analysis.homology.shape import check_shape
from symtheory.errors import SpecError


def test_landmarks_are_spread_and_cover() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((80, 3))
    distances = distance_matrix(points)
    radii = []
    for k in (1, 5, 20, 79):
        found = maxmin_landmarks(points, k)
        assert len(set(found.indices.tolist())) == k
        cover = distances[:, found.indices].min(axis=1).max()
        assert found.covering_radius == pytest.approx(cover)
        among = distances[np.ix_(found.indices, found.indices)] + 99 * np.eye(k)
        assert among.min() >= found.covering_radius - 1e-12
        radii.append(found.covering_radius)
    assert radii == sorted(radii, reverse=True)
    everything = maxmin_landmarks(points, 80)
    assert (everything.indices.tolist(), everything.covering_radius) == (list(range(80)), 0)


def test_fewer_landmarks_are_a_beginning_of_more() -> None:
    points = np.random.default_rng(1).standard_normal((50, 2))
    few, many = (maxmin_landmarks(points, k).indices for k in (7, 20))
    assert many[:7].tolist() == few.tolist()


def test_bars_move_by_no_more_than_twice_the_covering_radius() -> None:
    cloud = helix(200, [1, 9], d=4, rng=np.random.default_rng(2))
    whole = rips_diagrams(distance_matrix(cloud))
    for k in (40, 90):
        found = maxmin_landmarks(cloud, k)
        part = rips_diagrams(distance_matrix(cloud[found.indices]))
        for a, b in zip(whole.bars, part.bars, strict=True):
            assert bottleneck_distance(a, b) <= 2 * found.covering_radius


def test_no_landmark_is_refused() -> None:
    with pytest.raises(SpecError, match="at least one landmark"):
        maxmin_landmarks(np.eye(3), 0)


@pytest.mark.parametrize(("degree", "field"), [(0, 2), (1, 2), (1, 3), (2, 2), (3, 2)])
def test_most_points_is_the_largest_number_within_the_budget(degree: int, field: int) -> None:
    options = {"max_degree": degree, "field": field}
    n = most_points(RIPS_BUDGET, **options)
    assert rips_bytes(n, **options) <= RIPS_BUDGET < rips_bytes(n + 1, **options)


def test_512_tokens_need_no_landmarks() -> None:
    assert Protocol().most_points >= 512


def test_clouds_over_the_budget_are_thinned_and_it_is_said() -> None:
    cloud = helix(120, [1], noise=0.05, rng=np.random.default_rng(3))
    blocks = cyclic_blocks(120)
    whole = compare_shape(cloud, blocks, active=[0])
    assert whole.covering_radii == (0, 0)
    protocol = Protocol(budget_bytes=rips_bytes(40))
    assert protocol.most_points == 40
    part = compare_shape(cloud, blocks, active=[0], protocol=protocol)
    assert (part.learned.n_points, part.template.n_points) == (40, 40)
    assert all(0 < radius < 0.2 for radius in part.covering_radii)
    assert part.distance <= whole.distance + 4 * max(part.covering_radii)
    test = check_shape(
        cloud, blocks, active=[0], rng=np.random.default_rng(4), budget_bytes=rips_bytes(40)
    )
    assert test.compatible
    assert test.observations is not None
    assert test.observations.voids is None
    assert "landmarks" in test.observations.notes[0]
