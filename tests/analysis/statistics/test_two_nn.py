"""The dimension near the points: known clouds, and orbits, of which it knows nothing."""

import numpy as np
import pytest
from synthetic import helix

from symtheory.analysis.statistics.dimension import two_nn
from symtheory.errors import SpecError


@pytest.mark.parametrize("seed", range(3))
def test_dimensions_of_scattered_points(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * np.pi, (1000, 2))
    circles = [np.stack([np.cos(a), np.sin(a)], axis=1) for a in angles.T]
    assert two_nn(circles[0]) == pytest.approx(1, abs=0.1)
    assert two_nn(np.hstack(circles)) == pytest.approx(2, abs=0.2)
    assert two_nn(rng.standard_normal((2000, 5))) == pytest.approx(5, abs=0.4)
    # High dimensions need more points than there are.
    low = two_nn(rng.standard_normal((113, 128)))
    assert low is not None
    assert low < 60


def test_scale_and_place_do_not_matter_and_equal_points_count_once() -> None:
    cloud = np.random.default_rng(0).standard_normal((200, 3))
    expected = two_nn(cloud)
    assert two_nn(1e6 * cloud + 7) == pytest.approx(expected)
    assert two_nn(np.vstack([cloud, cloud[:50], cloud[:9]])) == pytest.approx(expected)


def test_an_exact_orbit_has_no_such_dimension() -> None:
    for frequencies in ((1,), (3, 17), (5, 23, 41)):
        assert two_nn(helix(97, frequencies, rng=np.random.default_rng(0))) is None


def test_a_noisy_orbit_gives_a_number_without_meaning() -> None:
    found = [
        two_nn(helix(97, [1], noise=noise, rng=np.random.default_rng(0)))
        for noise in (1e-6, 1e-4, 1e-2)
    ]
    assert all(value is not None and value > 10 for value in found)


def test_too_few_points() -> None:
    with pytest.raises(SpecError, match="at least 10 distinct ones, the cloud has 9"):
        two_nn(np.vstack([np.eye(9)] * 3))
    with pytest.raises(SpecError, match="coincide"):
        two_nn(np.ones((20, 3)))
