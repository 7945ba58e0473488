import numpy as np
import pytest
from synthetic import cyclic_blocks, gaussian, helix

from symtheory.analysis.homology.shape import check_shape
from symtheory.analysis.symmetry.spectrum import active_blocks, white_power
from symtheory.errors import PredictionError
from symtheory.geometry.statistics import block_power
from symtheory.groups.notation import parse_group
from symtheory.representations.isotypic import isotypic_blocks

BLOCKS = cyclic_blocks(41)


def test_a_faint_noise_identifies_an_orbit() -> None:
    rng = np.random.default_rng(0)
    cloud = helix(41, [3, 17], radii=[1, 0.7], noise=0.005, rng=rng)
    found = check_shape(cloud, BLOCKS, active=[2, 16], rng=rng)
    assert found.compatible
    assert found.identified
    assert found.rivals is not None
    sizes = sorted(len(rival.active) for rival in found.rivals.rivals)
    assert sizes == [1, 2, 2, 2, 2, 2, 3]
    assert all(rival.margin > 0 for rival in found.rivals.rivals)


def test_strong_noise_leaves_an_orbit_compatible_but_not_identified() -> None:
    rng = np.random.default_rng(1)
    cloud = helix(41, [5, 12, 19], noise=0.4, rng=rng)
    found = check_shape(cloud, BLOCKS, active=[4, 11, 18], rng=rng)
    assert found.compatible
    assert not found.identified


def test_sets_that_an_automorphism_makes_equal_are_no_rivals() -> None:
    rng = np.random.default_rng(2)
    cloud = helix(41, [5], noise=0.01, rng=rng)
    found = check_shape(cloud, BLOCKS, active=[4], rng=rng, n_haar=1).rivals
    assert found is not None
    # All single frequencies of a prime are congruent: what is left is one frequency more.
    assert found.n_congruent > 0
    assert [len(rival.active) for rival in found.rivals] == [2]
    images = {
        tuple(sorted(min(u * k % 41, -u * k % 41) - 1 for k in (3, 17))) for u in range(1, 41)
    }
    cloud = helix(41, [3, 17], noise=0.01, rng=rng)
    found = check_shape(cloud, BLOCKS, active=[2, 16], rng=rng, n_haar=1).rivals
    assert found is not None
    assert not images & {tuple(sorted(rival.active)) for rival in found.rivals}


def test_a_truth_with_one_frequency_more_is_not_identified_as_less() -> None:
    rng = np.random.default_rng(3)
    cloud = helix(41, [3, 17, 8], radii=[1, 1, 0.9], noise=0.005, rng=rng)
    found = check_shape(cloud, BLOCKS, active=[2, 16], rng=rng)
    assert not found.identified


def test_rivals_of_a_group_that_is_not_abelian() -> None:
    blocks = isotypic_blocks(parse_group("S4"))[1:]
    rng = np.random.default_rng(4)
    three = next(b for b, block in enumerate(blocks) if block.degree == 3)
    cloud = blocks[three].basis + 0.005 * rng.standard_normal((24, 9))
    found = check_shape(cloud, blocks, active=[three], rng=rng)
    assert found.compatible
    assert found.rivals is not None
    assert len(found.rivals.rivals) >= 1


def test_blocks_chosen_on_the_cloud_are_chosen_again_on_every_null_cloud() -> None:
    rng = np.random.default_rng(5)
    cloud = helix(41, [3, 17], noise=0.05, rng=rng)
    found = check_shape(cloud, BLOCKS, active=None, rng=rng, rivals=False)
    assert found.is_self_selected
    own = active_blocks(block_power(cloud, BLOCKS), white_power(BLOCKS, n=41))
    assert found.comparison.fitted.active == own == (2, 16)
    assert found.compatible
    noise = gaussian(41, [3, 2, 2, 1], rng=rng)
    assert check_shape(noise, BLOCKS, active=None, rng=rng, rivals=False).null.p_value > 0.05


def test_a_simplex_has_no_active_block() -> None:
    with pytest.raises(PredictionError, match="white share"):
        check_shape(np.eye(41), BLOCKS, active=None, rng=np.random.default_rng(7))


def test_what_is_seen_beside_the_test() -> None:
    rng = np.random.default_rng(8)
    blocks = isotypic_blocks(parse_group("A5"))[1:]
    rotations = next(b for b, block in enumerate(blocks) if block.degree == 3)
    cloud = blocks[rotations].basis + 0.002 * rng.standard_normal((60, 9))
    seen = check_shape(
        cloud, blocks, active=[rotations], rng=rng, n_haar=1, n_bootstrap=1, rivals=False
    ).observations
    assert seen is not None
    assert seen.torsion is not None
    learned, template = seen.torsion
    assert len(template) == 0
    assert np.diff(learned, axis=1).max(initial=0) < 0.2
    assert seen.notes == ()
    torus = helix(41, [3, 17], noise=0.005, rng=rng)
    seen = check_shape(
        torus, BLOCKS, active=[2, 16], rng=rng, n_haar=1, n_bootstrap=1, rivals=False
    ).observations
    assert seen is not None
    assert seen.torsion is None
    assert seen.voids is not None
    assert seen.voids[0][0] == pytest.approx(seen.voids[1][0], abs=0.15)


def test_too_many_simplices_are_not_listed() -> None:
    rng = np.random.default_rng(9)
    cloud = helix(150, [1], noise=0.01, d=4, rng=rng)
    seen = check_shape(
        cloud, cyclic_blocks(150), active=[0], rng=rng, n_haar=1, n_bootstrap=1, rivals=False
    ).observations
    assert seen is not None
    assert seen.voids is None
    assert seen.notes == (
        "H2 of 150 points was not computed: it takes about 81 MiB, the budget is 64 MiB",
    )
