import numpy as np
import pytest
from synthetic import cyclic_blocks, gaussian, helix

from symtheory.analysis.statistics.clouds import centered, principal_coordinates
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.procrustes import align, check_procrustes, procrustes_share
from symtheory.analysis.symmetry.spectrum import active_blocks, white_power
from symtheory.analysis.symmetry.template import fit_template
from symtheory.errors import SpecError
from symtheory.geometry.statistics import block_power


def refit(cloud: np.ndarray, blocks: tuple) -> float:
    """R^2 of the template selected on this cloud."""
    active = active_blocks(block_power(cloud, blocks), white_power(blocks, n=len(cloud)))
    return procrustes_share(cloud, fit_template(cloud, blocks, active=active).points)


def test_noiseless_orbits_fit_exactly_with_their_radii() -> None:
    cloud = helix(96, [5, 7, 48], radii=[3, 2, 1], rng=np.random.default_rng(0))
    blocks = cyclic_blocks(96)
    permutations = label_permutations(96, 99, rng=np.random.default_rng(1))
    found = check_procrustes(cloud, blocks, permutations=permutations)
    assert found.template.active == (4, 6, 47)
    assert found.alignment.share == pytest.approx(1, abs=1e-12)
    assert found.alignment.scale == pytest.approx(1)
    assert found.null.p_value == 1 / 100
    assert found.adjusted_share == pytest.approx(1)
    # A circle of radius a has a sqrt(n/2) as its block radius, a pair of points a sqrt(n).
    radii = found.template.radii / found.template.radii[0] * 3
    assert radii == pytest.approx([3, 2, np.sqrt(2)])
    aligned = found.alignment.scale * found.template.points @ found.alignment.rotation
    assert np.allclose(aligned, centered(cloud), atol=1e-12)


def test_share_ignores_rotation_scale_and_place_of_either_cloud() -> None:
    rng = np.random.default_rng(2)
    cloud, template = rng.standard_normal((30, 5)), rng.standard_normal((30, 3))
    share = procrustes_share(cloud, template)
    assert 0 < share < 1
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    assert procrustes_share(4 * cloud @ turn + 1, template) == pytest.approx(share)
    spin = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    assert procrustes_share(cloud, -0.1 * template @ spin - 9) == pytest.approx(share)
    assert procrustes_share(template, cloud) == pytest.approx(share)


def test_one_minus_share_is_the_relative_residual() -> None:
    rng = np.random.default_rng(3)
    cloud, template = rng.standard_normal((30, 5)), rng.standard_normal((30, 3))
    found = align(cloud, template)
    residual = centered(cloud) - found.scale * centered(template) @ found.rotation
    assert (residual**2).sum() / (centered(cloud) ** 2).sum() == pytest.approx(1 - found.share)
    assert np.allclose(found.rotation @ found.rotation.T, np.eye(3))


def test_fitted_radii_maximize_the_share_on_orthogonal_images() -> None:
    rng = np.random.default_rng(4)
    blocks = cyclic_blocks(31)
    # Ellipses in orthogonal planes: radii are a real choice, images are orthogonal.
    cloud = np.concatenate(
        [blocks[1].basis * [3, 1], blocks[4].basis * [2, 2], blocks[8].basis * [1, 0.2]], axis=1
    )
    fitted = fit_template(cloud, blocks, active=[1, 4, 8])
    best = procrustes_share(cloud, fitted.points)
    bound = sum(a**2 * r for a, r in zip(fitted.radii, fitted.dimensions, strict=True))
    assert best == pytest.approx(bound / (cloud**2).sum())
    for _ in range(50):
        factors = np.repeat(np.exp(0.3 * rng.standard_normal(3)), 2)
        assert procrustes_share(cloud, fitted.points * factors) < best + 1e-12


@pytest.mark.parametrize("axis", [1.0, 0.5, 0.1])
def test_an_ellipse_loses_by_its_axes(axis: float) -> None:
    blocks = cyclic_blocks(29)
    ellipse = blocks[2].basis * [1, axis]
    expected = (1 + axis) ** 2 / (2 * (1 + axis**2))
    assert refit(ellipse, blocks) == pytest.approx(expected)


def test_oblique_planes_lose_though_their_spectrum_is_perfect() -> None:
    blocks = cyclic_blocks(29)
    a, b = blocks[2].basis, blocks[7].basis
    oblique = np.concatenate([a + np.cos(0.5) * b, np.sin(0.5) * b], axis=1)
    assert block_power(oblique, blocks)[[2, 7]].sum() == pytest.approx(1)
    assert refit(oblique, blocks) < 0.8


def test_the_engine_selects_again_for_every_relabeling() -> None:
    rng = np.random.default_rng(5)
    for n, deviations in ((14, [3, 1, 1, 0.5]), (15, np.ones(20))):
        blocks, cloud = cyclic_blocks(n), gaussian(n, deviations, rng=rng)
        permutations = label_permutations(n, 25, rng=rng)
        engine = check_procrustes(cloud, blocks, permutations=permutations).null.draws
        naive = [refit(cloud[permutation], blocks) for permutation in permutations]
        assert engine == pytest.approx(naive, abs=1e-6)


def test_wrong_frequencies_do_not_fit() -> None:
    cloud = helix(97, [3, 17], noise=0.1, rng=np.random.default_rng(6))
    wrong = fit_template(cloud, cyclic_blocks(97), active=[4, 22])
    right = fit_template(cloud, cyclic_blocks(97), active=[2, 16])
    assert procrustes_share(cloud, right.points) > 0.85
    assert procrustes_share(cloud, wrong.points) < 0.1


def test_a_relabeled_orbit_is_not_significant() -> None:
    rng = np.random.default_rng(7)
    cloud = helix(97, [3, 17, 40], noise=0.1, rng=rng)
    permutations = label_permutations(97, 199, rng=rng)
    blocks = cyclic_blocks(97)
    true = check_procrustes(cloud, blocks, permutations=permutations)
    assert true.null.p_value == 1 / 200
    assert true.adjusted_share > 0.85
    scrambled = check_procrustes(cloud[permutations[3]], blocks, permutations=permutations)
    assert scrambled.alignment.share < 0.3
    assert scrambled.null.p_value > 0.01


# Null 95 % quantiles of circles against the two leading components of a Gaussian cloud, for one
# frequency and for the best of all, and how often the best passes the limit of one.
CIRCLES = {
    5: (0.76, 0.83, 0.11),
    7: (0.55, 0.66, 0.16),
    12: (0.30, 0.40, 0.29),
    24: (0.15, 0.25, 0.54),
    49: (0.07, 0.14, 0.82),
    97: (0.04, 0.08, 0.96),
}
SLOW = {97: pytest.mark.slow}


@pytest.mark.parametrize(
    ("n", "expected"),
    [pytest.param(n, row, marks=SLOW.get(n, ())) for n, row in CIRCLES.items()],
)
def test_null_quantiles_of_circles(n: int, expected: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(n)
    circles = np.stack([block.basis for block in cyclic_blocks(n) if block.dimension == 2])
    shares = np.empty((1500, len(circles)))
    for i in range(len(shares)):
        plane = principal_coordinates(rng.standard_normal((n, 64)), n_components=2)
        nuclear = np.linalg.svd(circles.transpose(0, 2, 1) @ plane, compute_uv=False).sum(axis=1)
        shares[i] = nuclear**2 / (2 * (plane**2).sum())
    assert procrustes_share(plane, circles[0], n_components=2) == pytest.approx(shares[-1, 0])
    best = shares.max(axis=1)
    fixed, best_limit = np.quantile(shares[:, 0], 0.95), np.quantile(best, 0.95)
    assert fixed == pytest.approx(expected[0], abs=0.03)
    assert best_limit == pytest.approx(expected[1], abs=0.03)
    # So the choice of the frequency must be made again in every draw of the null.
    assert np.mean(best > fixed) == pytest.approx(expected[2], abs=0.06)


def lattice(*sides: int) -> np.ndarray:
    axes = np.meshgrid(*(np.arange(float(side)) for side in sides), indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


@pytest.mark.parametrize(
    ("sides", "mean", "limit"),
    [
        ((64,), 1 / 63, 0.0605),  # exact: the share of one function is Beta(1/2, 31)
        ((7, 7), 0.030, 0.072),
        ((2,) * 7, 0.039, 0.053),
        ((3, 3, 3), 0.086, 0.153),
        pytest.param((7, 7, 7), 0.006, 0.012, marks=pytest.mark.slow),
    ],
    ids=["line", "grid", "7-cube", "3x3x3", "7x7x7"],
)
def test_null_quantiles_of_lattices(sides: tuple[int, ...], mean: float, limit: float) -> None:
    """A lattice against as many components of a Gaussian cloud of 64 dimensions as it has."""
    rng = np.random.default_rng(8)
    template = lattice(*sides)
    shares = [
        procrustes_share(
            rng.standard_normal((len(template), 64)), template, n_components=len(sides)
        )
        for _ in range(400)
    ]
    assert np.mean(shares) == pytest.approx(mean, rel=0.15)
    assert np.quantile(shares, 0.95) == pytest.approx(limit, rel=0.2)


def test_misuse_is_refused() -> None:
    blocks = cyclic_blocks(13)
    with pytest.raises(SpecError, match="at least one active block"):
        fit_template(np.eye(13), blocks, active=[])
    permutations = label_permutations(13, 9, rng=np.random.default_rng(0))
    with pytest.raises(SpecError, match="no template can be fitted"):
        check_procrustes(np.eye(13), blocks, permutations=permutations)
    with pytest.raises(SpecError, match="13 points and the template 12"):
        align(np.eye(13), np.eye(12))
    with pytest.raises(SpecError, match="at least one component"):
        procrustes_share(np.eye(13), np.eye(13), n_components=0)
