"""False-positive rates and power of the label tests, with fixed seeds and binomial bounds."""

from collections.abc import Callable

import numpy as np
import pytest
from binomial import binomial_bounds
from numpy.typing import NDArray
from synthetic import circulant, cyclic_blocks, gaussian, helix

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.gram import check_gram
from symtheory.analysis.symmetry.procrustes import check_procrustes
from symtheory.analysis.symmetry.spectrum import check_spectrum

Cloud = Callable[[np.random.Generator], NDArray[np.float64]]


def p_values(
    cloud: NDArray[np.float64], *, n_permutations: int, rng: np.random.Generator
) -> list[float]:
    """p-values of L0, L1 and L2."""
    n = len(cloud)
    permutations = label_permutations(n, n_permutations, rng=rng)
    blocks = cyclic_blocks(n)
    return [
        check_spectrum(cloud, blocks, permutations=permutations).null.p_value,
        check_gram(cloud, [circulant(n)], permutations=permutations).null.p_value,
        check_procrustes(cloud, blocks, permutations=permutations).null.p_value,
    ]


def rejections(draw: Cloud, *, n_clouds: int, n_permutations: int, seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    p = [p_values(draw(rng), n_permutations=n_permutations, rng=rng) for _ in range(n_clouds)]
    return (np.array(p) <= 0.05).sum(axis=0).tolist()


def permuted_helix(n: int) -> Cloud:
    def draw(rng: np.random.Generator) -> NDArray[np.float64]:
        return helix(n, [1, 2], noise=0.1, d=8, rng=rng)[rng.permutation(n)]

    return draw


def anisotropic(n: int, power: float) -> Cloud:
    def draw(rng: np.random.Generator) -> NDArray[np.float64]:
        return gaussian(n, np.arange(1.0, 17.0) ** -power, rng=rng)

    return draw


NULLS = {
    "permuted orbit": permuted_helix,
    "flat spectrum": lambda n: anisotropic(n, 0),
    "spectrum 1/i": lambda n: anisotropic(n, 1),
    "spectrum 1/i^2": lambda n: anisotropic(n, 2),
}


@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("n", [12, 24])
def test_false_positive_rates_at_five_percent(null: str, n: int) -> None:
    n_clouds = 120
    counts = rejections(NULLS[null](n), n_clouds=n_clouds, n_permutations=39, seed=n)
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    assert all(low <= count <= high for count in counts), counts


@pytest.mark.slow
@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("n", [12, 49, 97])
def test_false_positive_rates_on_a_thousand_clouds(null: str, n: int) -> None:
    n_clouds = 1000
    counts = rejections(NULLS[null](n), n_clouds=n_clouds, n_permutations=99, seed=n + 1)
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    assert all(low <= count <= high for count in counts), counts


def found_at(noise: float, *, n_clouds: int) -> NDArray[np.bool_]:
    """Which of L0, L1 and L2 reject, for orbits under noise of this energy ratio."""
    rng = np.random.default_rng(int(10 * noise))
    clouds = [helix(49, [3, 10, 17], noise=noise, d=64, rng=rng) for _ in range(n_clouds)]
    return np.array([p_values(cloud, n_permutations=39, rng=rng) for cloud in clouds]) <= 0.05


@pytest.mark.parametrize("noise", [0.02, 0.3, 1.0])
def test_every_level_finds_noisy_orbits(noise: float) -> None:
    assert found_at(noise, n_clouds=10).all()


def test_under_strong_noise_the_template_gives_up_first() -> None:
    # A template of half of all blocks fits white noise better than three frequencies do, so at
    # noise ratio 3 the fit is no evidence; spectrum and Gram law still see the orbit.
    found = found_at(3.0, n_clouds=10)
    assert found[:, :2].all()
    assert not found[:, 2].any()


def test_power_fades_where_noise_drowns_the_orbit() -> None:
    assert (found_at(300.0, n_clouds=30).mean(axis=0) < 0.5).all()
