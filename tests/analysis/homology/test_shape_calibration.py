"""False-positive rates and power of the shape test, blocks chosen on the tested cloud itself."""

import numpy as np
import pytest
from binomial import binomial_bounds
from numpy.typing import NDArray
from synthetic import cyclic_blocks, helix

from symtheory.analysis.homology.shape import ShapeTest, check_shape
from symtheory.analysis.statistics.nulls import haar_frame

SPECTRA = {
    "flat": np.ones(16),
    "1/i": 1 / np.arange(1.0, 17.0),
    "two dimensions": np.array([1.0, 0.9]),
}


def haar_cloud(n: int, spectrum: str, *, rng: np.random.Generator) -> NDArray[np.float64]:
    deviations = SPECTRA[spectrum]
    return haar_frame(n, len(deviations), rng=rng) * deviations


def quick(cloud: NDArray[np.float64], *, rng: np.random.Generator, n_haar: int) -> ShapeTest:
    return check_shape(
        cloud,
        cyclic_blocks(len(cloud)),
        active=None,
        rng=rng,
        n_haar=n_haar,
        n_bootstrap=1,
        rivals=False,
        observations=False,
        homology="exact",
    )


def n_false(n: int, spectrum: str, *, n_clouds: int, seed: int) -> int:
    rng = np.random.default_rng(seed)
    tests = [quick(haar_cloud(n, spectrum, rng=rng), rng=rng, n_haar=19) for _ in range(n_clouds)]
    return sum(test.null.p_value <= 0.05 for test in tests)


def test_self_selected_blocks_give_few_false_positives() -> None:
    low, high = binomial_bounds(60, 0.05, confidence=1 - 1e-4)
    assert low <= n_false(24, "1/i", n_clouds=60, seed=1) <= high


@pytest.mark.slow
@pytest.mark.parametrize("spectrum", SPECTRA)
@pytest.mark.parametrize(("n", "n_clouds"), [(24, 1000), (49, 300)])
def test_false_positive_rate_of_self_selected_blocks(n: int, n_clouds: int, spectrum: str) -> None:
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    assert low <= n_false(n, spectrum, n_clouds=n_clouds, seed=n) <= high


@pytest.mark.slow
@pytest.mark.parametrize(("n", "frequencies"), [(24, (1,)), (49, (3, 17)), (97, (5, 23, 41))])
@pytest.mark.parametrize("noise", [0.1, 0.3])
def test_power_of_self_selected_blocks(n: int, frequencies: tuple[int, ...], noise: float) -> None:
    rng = np.random.default_rng(n)
    tests = [
        quick(helix(n, frequencies, noise=noise, rng=rng), rng=rng, n_haar=19) for _ in range(20)
    ]
    assert sum(test.null.p_value <= 0.05 for test in tests) >= (15 if len(frequencies) > 2 else 19)


@pytest.mark.slow
def test_the_fit_refuses_one_true_template_in_twenty() -> None:
    rng = np.random.default_rng(5)
    n_clouds = 200
    n_refused = 0
    for _ in range(n_clouds):
        cloud = helix(41, [3, 17], noise=0.1, rng=rng)
        found = check_shape(
            cloud,
            cyclic_blocks(41),
            active=None,
            rng=rng,
            n_haar=1,
            rivals=False,
            observations=False,
            homology="exact",
        )
        n_refused += found.fit.p_value <= 0.05
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    assert low <= n_refused <= high


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
@pytest.mark.parametrize(
    ("frequencies", "haar_limit"), [((1,), 0.78), ((3, 17), 0.43), ((5, 23, 41), 0.45)]
)
def test_orbits_of_97_under_noise(
    frequencies: tuple[int, ...], haar_limit: float, noise: float
) -> None:
    """Observed distance and limits of both nulls, as tabulated for p = 97."""
    observed_at = {0.02: (0.03, 0.08), 0.1: (0.07, 0.15), 0.3: (0.1, 0.26)}[noise]
    fit_limit_at = {0.02: (0.05, 0.08), 0.1: (0.1, 0.18), 0.3: (0.15, 0.3)}[noise]
    rng = np.random.default_rng(7)
    tests = [
        check_shape(
            helix(97, frequencies, noise=noise, rng=rng),
            cyclic_blocks(97),
            active=[k - 1 for k in frequencies],
            rng=rng,
            observations=False,
            homology="exact",
        )
        for _ in range(3)
    ]
    assert all(test.null.p_value == 1 / 40 for test in tests)
    observed, haar, fit = (
        np.median(values)
        for values in zip(
            *[(t.null.observed, t.null.critical_value, t.fit.critical_value) for t in tests],
            strict=True,
        )
    )
    assert observed_at[0] < observed < observed_at[1]
    assert fit_limit_at[0] < fit < fit_limit_at[1]
    assert haar == pytest.approx(haar_limit, abs=0.08)
