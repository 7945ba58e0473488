import numpy as np
import pytest
from synthetic import cyclic_blocks, gaussian, helix

from symtheory.analysis.homology.shape import LEAST_SHARE, check_shape, compare_shape
from symtheory.errors import PredictionError

N = 41
BLOCKS = cyclic_blocks(N)


def indices(frequencies: tuple[int, ...]) -> list[int]:
    return [k - 1 for k in frequencies]


def test_a_noiseless_orbit_has_the_diagrams_of_its_template() -> None:
    cloud = helix(N, [3, 17], radii=[2, 1], rng=np.random.default_rng(0))
    found = compare_shape(cloud, BLOCKS, active=indices((3, 17)))
    assert found.distances == pytest.approx((0, 0), abs=1e-9)
    assert found.fitted.radii[0] == pytest.approx(2 * found.fitted.radii[1])


def test_comparison_ignores_rotation_scale_and_place() -> None:
    rng = np.random.default_rng(1)
    cloud = helix(N, [3, 17], d=8, noise=0.1, rng=rng)
    turned = 5 * cloud @ np.linalg.qr(rng.standard_normal((8, 8)))[0] + 2
    first, second = (
        compare_shape(points, BLOCKS, active=indices((3, 17))).distances
        for points in (cloud, turned)
    )
    assert first == pytest.approx(second)


@pytest.mark.parametrize("frequencies", [(1,), (3, 17), (5, 12, 19)])
def test_noisy_templates_are_near_and_fit(frequencies: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    cloud = helix(N, frequencies, noise=0.05, rng=rng)
    found = check_shape(cloud, BLOCKS, active=indices(frequencies), rng=rng)
    assert found.null.p_value == 1 / 40
    assert found.fit.p_value > 0.05
    assert found.share > 0.9


def test_a_cloud_without_structure_is_not_nearer_than_haar_clouds() -> None:
    rng = np.random.default_rng(3)
    p_values = [
        check_shape(
            gaussian(N, [3, 2, 2, 1, 1, 1], rng=rng),
            BLOCKS,
            active=indices((3, 17)),
            rng=rng,
            n_haar=19,
            n_bootstrap=1,
        ).null.p_value
        for _ in range(6)
    ]
    assert min(p_values) > 1 / 20
    assert np.mean(p_values) > 0.25


def test_a_wrong_template_of_equal_dimension_is_no_fit() -> None:
    rng = np.random.default_rng(4)
    cloud = helix(N, [3, 17], noise=0.05, rng=rng)
    found = check_shape(cloud, BLOCKS, active=indices((5, 19)), rng=rng, n_haar=1, n_bootstrap=1)
    assert found.share < LEAST_SHARE


def test_a_wrong_frequency_beside_a_right_one_is_farther_than_noise_explains() -> None:
    rng = np.random.default_rng(5)
    cloud = helix(N, [3, 17], radii=[1, 0.8], noise=0.02, rng=rng)
    right = check_shape(cloud, BLOCKS, active=indices((3, 17)), rng=rng, n_haar=1)
    wrong = check_shape(cloud, BLOCKS, active=indices((3, 9)), rng=rng, n_haar=1, n_bootstrap=1)
    assert right.fit.p_value > 0.05
    assert wrong.comparison.distance > 2 * right.comparison.distance


def test_labels_do_not_matter_to_diagrams_so_a_relabeled_orbit_keeps_them() -> None:
    rng = np.random.default_rng(6)
    cloud = helix(N, [3, 17], rng=rng)
    relabeled = cloud[rng.permutation(N)]
    first, second = (
        compare_shape(points, BLOCKS, active=indices((3, 17))) for points in (cloud, relabeled)
    )
    for a, b in zip(first.learned.bars, second.learned.bars, strict=True):
        assert a == pytest.approx(b)


def test_few_points_are_refused() -> None:
    with pytest.raises(PredictionError, match="19 points has no power; it needs 20"):
        compare_shape(np.eye(19), cyclic_blocks(19), active=[0])


def test_same_generator_same_verdict() -> None:
    cloud = helix(23, [1], noise=0.1, rng=np.random.default_rng(7))
    first, second = (
        check_shape(cloud, cyclic_blocks(23), active=[0], rng=np.random.default_rng(8))
        for _ in range(2)
    )
    assert np.array_equal(first.null.draws, second.null.draws)
    assert np.array_equal(first.fit.draws, second.fit.draws)
