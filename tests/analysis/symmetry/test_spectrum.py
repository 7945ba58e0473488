from itertools import combinations

import numpy as np
import pytest
from scipy.special import betaincinv
from synthetic import circulant, cyclic_blocks, gaussian, helix

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.spectrum import (
    active_blocks,
    check_spectrum,
    concentration,
    white_power,
)
from symtheory.errors import SpecError
from symtheory.geometry.statistics import block_power
from symtheory.representations.isotypic import IsotypicBlock


def test_shares_sum_to_one_and_ignore_rotation_scale_and_place() -> None:
    rng = np.random.default_rng(0)
    blocks = cyclic_blocks(24)
    cloud = gaussian(24, [3, 2, 1, 1], rng=rng)
    power = block_power(cloud, blocks)
    assert power.sum() == pytest.approx(1, abs=1e-12)
    turned = 7 * cloud @ np.linalg.qr(rng.standard_normal((4, 4)))[0] + rng.standard_normal(4)
    assert np.allclose(block_power(turned, blocks), power, atol=1e-12)


def test_translating_the_tokens_changes_no_share() -> None:
    cloud = gaussian(13, [1, 1, 1], rng=np.random.default_rng(1))
    blocks = cyclic_blocks(13)
    assert np.allclose(block_power(np.roll(cloud, 5, axis=0), blocks), block_power(cloud, blocks))


def test_an_orbit_has_its_power_where_it_was_put() -> None:
    cloud = helix(97, [3, 17], radii=[2, 1], rng=np.random.default_rng(2))
    power = block_power(cloud, cyclic_blocks(97))
    assert power[[2, 16]] == pytest.approx([0.8, 0.2], abs=1e-12)
    assert active_blocks(power, white_power(cyclic_blocks(97), n=97)) == (2, 16)


def test_concentration_is_the_largest_excess_of_any_set_of_blocks() -> None:
    blocks = cyclic_blocks(14)  # blocks of two and of one dimension
    power = block_power(gaussian(14, [2, 1], rng=np.random.default_rng(3)), blocks)
    white = white_power(blocks, n=14)
    excess = power - white
    largest = max(
        excess[list(chosen)].sum()
        for size in range(len(blocks) + 1)
        for chosen in combinations(range(len(blocks)), size)
    )
    assert float(concentration(power, white)) == pytest.approx(largest)
    assert float(concentration(power, white)) == pytest.approx(np.abs(excess).sum() / 2)


def test_an_irrep_of_one_function_is_in_use_by_its_power_per_function() -> None:
    """Nyquist of Z_14, one function: 7 % of the power of the largest frequency, 14 % of it per
    function. A frequency of two functions with the same 7 % is not in use."""
    blocks = cyclic_blocks(14)
    roots = {0: 1.0, 3: 0.07, 6: 0.07}
    rng = np.random.default_rng(4)
    cloud = (
        np.hstack(
            [np.sqrt(power / blocks[b].dimension) * blocks[b].basis for b, power in roots.items()]
        )
        @ np.linalg.qr(rng.standard_normal((8, 8)))[0][:5]
    )
    permutations = label_permutations(14, 19, rng=rng)
    assert blocks[6].dimension == 1
    assert check_spectrum(cloud, blocks, permutations=permutations).in_use == (0, 6)


def test_a_simplex_has_no_active_block_and_no_power() -> None:
    blocks = cyclic_blocks(20)
    permutations = label_permutations(20, 50, rng=np.random.default_rng(0))
    found = check_spectrum(np.eye(20), blocks, permutations=permutations)
    assert found.active == ()
    assert found.null.observed == pytest.approx(0, abs=1e-12)
    assert np.allclose(found.null_power, found.white)


def test_relabeled_spectra_are_those_of_the_relabeled_clouds() -> None:
    rng = np.random.default_rng(4)
    blocks, cloud = cyclic_blocks(15), gaussian(15, [3, 1, 1, 0.1], rng=rng)
    permutations = label_permutations(15, 40, rng=rng)
    found = check_spectrum(cloud, blocks, permutations=permutations)
    one_by_one = [block_power(cloud[permutation], blocks) for permutation in permutations]
    assert np.allclose(found.null_power, one_by_one, atol=1e-12)
    assert found.null_quantiles == pytest.approx(np.quantile(one_by_one, 0.95, axis=0))
    assert (found.null_maximum_quantiles >= found.null_quantiles).all()


def test_few_frequencies_are_significant_and_a_random_cloud_is_not() -> None:
    rng = np.random.default_rng(5)
    permutations = label_permutations(97, 199, rng=rng)
    blocks = cyclic_blocks(97)
    noisy = check_spectrum(
        helix(97, [5, 23, 41], noise=3.0, rng=rng), blocks, permutations=permutations
    )
    assert noisy.null.p_value == 1 / 200
    assert {4, 22, 40} <= set(noisy.active)
    random = check_spectrum(gaussian(97, np.ones(32), rng=rng), blocks, permutations=permutations)
    assert random.null.p_value > 0.05


def test_the_share_of_one_block_of_white_noise_follows_its_beta_law() -> None:
    rng = np.random.default_rng(6)
    blocks = cyclic_blocks(13)
    shares = np.array([block_power(rng.standard_normal((13, 6)), blocks)[2] for _ in range(2000)])
    for level in (0.05, 0.5, 0.95):
        above = np.mean(shares > betaincinv(2 * 6 / 2, (13 - 1 - 2) * 6 / 2, level))
        assert above == pytest.approx(1 - level, abs=0.025)


def test_permutation_sees_what_anisotropy_gives_the_largest_frequencies() -> None:
    # Singular values 1/i: the largest frequency of a cloud without structure passes .09, in 128
    # isotropic coordinates it reaches .027.
    rng = np.random.default_rng(8)
    blocks = cyclic_blocks(97)
    cloud = gaussian(97, 1 / np.arange(1, 97), rng=rng)
    permutations = label_permutations(97, 400, rng=rng)
    null_power = check_spectrum(cloud, blocks, permutations=permutations).null_power
    largest = np.cumsum(np.sort(null_power, axis=1)[:, :-6:-1], axis=1)
    limits = np.quantile(largest, 0.95, axis=0)
    assert limits == pytest.approx([0.091, 0.150, 0.199, 0.243, 0.287], abs=0.015)


def test_blocks_on_other_tokens_are_refused() -> None:
    with pytest.raises(SpecError, match=r"12 tokens, but frequency 1 .* 13 tokens"):
        block_power(np.eye(12), cyclic_blocks(13))
    with pytest.raises(SpecError, match="no isotypic block"):
        block_power(np.eye(12), [])


@pytest.mark.parametrize(
    ("cloud", "message"),
    [
        (np.ones((13, 4)), "all 13 points of the cloud coincide"),
        (np.full((13, 4), np.nan), "52 values that are not finite"),
        (np.ones(13), r"got shape \(13,\)"),
    ],
)
def test_clouds_without_geometry_are_refused(cloud: np.ndarray, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        check_spectrum(cloud, cyclic_blocks(13), permutations=np.arange(13)[None])


def test_blocks_need_not_fill_the_space() -> None:
    blocks = cyclic_blocks(13)[:3]
    assert 0 < block_power(np.eye(13), blocks).sum() < 1
    wide = IsotypicBlock("both", 1, 0, np.concatenate([b.basis for b in blocks[:2]], axis=1))
    assert block_power(circulant(13) * 1.0, [wide])[0] == pytest.approx(
        block_power(circulant(13) * 1.0, blocks)[:2].sum()
    )
