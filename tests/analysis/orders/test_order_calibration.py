"""False-positive rates of the tests of an order, with fixed seeds and binomial bounds.

A test that can find nothing in a kind of noise rejects less often than its level; none may reject
more often. "Axes" are judged by the largest p-value of all attributes, so that of a cloud with one
of two attributes the other decides.
"""

from collections.abc import Callable

import numpy as np
import pytest
from binomial import binomial_bounds
from made_orders import chain_shape, geometry, noisy, right_answers, score_logits
from numpy.typing import NDArray

from symtheory.analysis.orders.arrangement import check_additive, check_grid, check_line
from symtheory.analysis.orders.axes import check_axes
from symtheory.analysis.orders.distance_effect import check_distance_effect
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.claims.orders import order_claims
from symtheory.geometry.orders import OrderGeometry
from symtheory.records import Role

Cloud = Callable[[OrderGeometry, np.random.Generator], NDArray[np.float64]]


def anisotropic(power: float) -> Cloud:
    def draw(found: OrderGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
        return rng.standard_normal((len(found.order), 32)) * np.arange(1.0, 33.0) ** -power

    return draw


def permuted_grid(found: OrderGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
    return noisy(rng.permutation(found.order.ranks * 1.0), 0.1, rng=rng)


def permuted_horseshoe(found: OrderGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
    return noisy(rng.permutation(chain_shape("horseshoe", len(found.order))), 0.1, rng=rng, d=64)


def one_attribute(found: OrderGeometry, rng: np.random.Generator) -> NDArray[np.float64]:
    """The first attribute only: the others are no axes."""
    return noisy(found.order.ranks[:, :1] * 1.0, 0.3, rng=rng)


NULLS: dict[str, Cloud] = {
    "flat": anisotropic(0),
    "1/i": anisotropic(1),
    "1/i^2": anisotropic(2),
    "permuted grid": permuted_grid,
    "permuted horseshoe": permuted_horseshoe,
}


def p_values(
    cloud: NDArray[np.float64], found: OrderGeometry, *, n_draws: int, rng: np.random.Generator
) -> dict[str, float]:
    axes = check_axes(cloud, found.order, rng=rng, n_draws=n_draws)
    permutations = label_permutations(len(found.order), n_draws, rng=rng)
    p = {f"axis {axis.attribute}": axis.null.p_value for axis in axes}
    p["axes"] = max(p.values())
    p["grid"] = check_grid(cloud, found, permutations=permutations).null.p_value
    if found.has_main_effects:
        p["additive"] = check_additive(cloud, found, permutations=permutations).p_value
    if found.is_chain:
        p["line"] = check_line(cloud, found, permutations=permutations).null.p_value
    return p


def rejections(
    draw: Cloud, levels: tuple[int, ...], *, n_clouds: int, n_draws: int, seed: int
) -> dict[str, int]:
    rng = np.random.default_rng(seed)
    found = geometry(*levels)
    p = [p_values(draw(found, rng), found, n_draws=n_draws, rng=rng) for _ in range(n_clouds)]
    return {name: sum(one[name] <= 0.05 for one in p) for name in p[0]}


def distance_rejections(levels: tuple[int, ...], *, n_nets: int, n_draws: int, seed: int) -> int:
    """Confidence that is symmetric noise, with an offset of its own for every level."""
    rng = np.random.default_rng(seed)
    order = geometry(*levels).order
    count = 0
    for _ in range(n_nets):
        blocks = []
        for column, size in zip(order.ranks.T, order.levels, strict=True):
            offsets = rng.standard_normal(size)[column]
            noise = rng.standard_normal((len(column), len(column)))
            blocks += [offsets[:, None] + offsets + noise] * 3
        logits = right_answers(order, 10 + np.hstack(blocks))
        cells = rng.random(logits.shape[:2]) < 0.5
        effect = check_distance_effect(logits, order, rng=rng, n_draws=n_draws, cells=cells)
        assert effect is not None
        count += effect.null.p_value <= 0.05
    return count


@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("levels", [(4, 4), (12,)])
def test_no_test_rejects_noise_too_often(null: str, levels) -> None:
    n_clouds = 80
    counts = rejections(NULLS[null], levels, n_clouds=n_clouds, n_draws=19, seed=len(levels))
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    assert all(count <= high for count in counts.values()), counts
    exact = {"grid", "additive", "line"} & set(counts)  # continuous statistics
    assert all(low <= counts[name] for name in exact), counts


def test_a_present_attribute_does_not_make_the_other_one_found() -> None:
    n_clouds = 80
    counts = rejections(one_attribute, (4, 4), n_clouds=n_clouds, n_draws=19, seed=0)
    assert counts["axis a"] == n_clouds
    assert counts["axes"] <= counts["axis b"]
    assert counts["axis b"] <= binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)[1]


@pytest.mark.parametrize("levels", [(9,), (5, 5)])
def test_confidence_without_distance_is_rejected_at_its_level(levels) -> None:
    count = distance_rejections(levels, n_nets=150, n_draws=19, seed=0)
    low, high = binomial_bounds(150, 0.05, confidence=1 - 1e-4)
    assert low <= count <= high


def test_noisy_grids_and_scores_are_found() -> None:
    rng = np.random.default_rng(0)
    for levels in [(4, 4), (12,), (7, 7)]:
        found = geometry(*levels)
        for _ in range(5):
            cloud = noisy(found.order.ranks * 1.0, 0.3, rng=rng)
            assert max(p_values(cloud, found, n_draws=39, rng=rng).values()) <= 0.05
            scores = np.cumsum(rng.exponential(size=max(levels)))[found.order.ranks]
            effect = check_distance_effect(
                score_logits(found.order, scores), found.order, rng=rng, n_draws=39
            )
            assert effect is not None
            assert effect.null.p_value <= 0.05


def test_every_claim_has_its_rate_measured() -> None:
    measured = {"axes", "additive", "grid", "line", "distance-effect"}
    for levels in [(7, 7), (64,)]:
        claims = order_claims(geometry(*levels), Role.SHARED)
        assert {str(claim.level) for claim in claims} <= measured
    assert "axes" in [claim.level for claim in order_claims(geometry(12), Role.SHARED)]


@pytest.mark.slow
@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("levels", [(7, 7), (3, 3, 3), (64,), (2, 2, 2, 2)])
def test_rates_on_a_thousand_clouds(null: str, levels) -> None:
    counts = rejections(NULLS[null], levels, n_clouds=1000, n_draws=99, seed=7)
    low, high = binomial_bounds(1000, 0.05, confidence=1 - 1e-4)
    assert all(count <= high for count in counts.values()), counts
    exact = {"grid", "additive", "line"} & set(counts)
    assert all(low <= counts[name] for name in exact), counts


@pytest.mark.slow
@pytest.mark.parametrize("levels", [(7, 7), (3, 3, 3), (64,)])
def test_rates_of_the_effect_of_distance_on_a_thousand_networks(levels) -> None:
    count = distance_rejections(levels, n_nets=1000, n_draws=99, seed=7)
    assert count <= binomial_bounds(1000, 0.05, confidence=1 - 1e-4)[1]
