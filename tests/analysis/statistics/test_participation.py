import numpy as np
import pytest
from synthetic import helix

from symtheory.analysis.statistics.dimension import participation_ratio


def test_equal_radii_give_two_dimensions_a_frequency() -> None:
    for frequencies in ((1,), (3, 17), (5, 23, 41)):
        cloud = helix(97, frequencies, rng=np.random.default_rng(0))
        assert participation_ratio(cloud) == pytest.approx(2 * len(frequencies))


def test_unequal_spread_lies_between() -> None:
    cloud = helix(97, [3, 17], radii=[2, 1], rng=np.random.default_rng(1))
    # Variances 4, 4, 1, 1 in some unit.
    assert participation_ratio(7 * cloud + 3) == pytest.approx(10**2 / 34)
