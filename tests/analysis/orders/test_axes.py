"""Held-out axes: found where they are, and not found in simplices, rings and noise."""

import numpy as np
import pytest
from made_orders import chain_shape, geometry, noisy, simplex_levels
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import rankdata, spearmanr

from symtheory.analysis.orders.axes import (
    axis_angles,
    check_axes,
    held_out_scores,
)
from symtheory.analysis.orders.isotonic import isotonic_share
from symtheory.claims.orders import AXES_FLOOR

# The identity for what is left out


def plain_scores(
    points: NDArray[np.float64], targets: NDArray[np.int64], penalty: float
) -> NDArray[np.float64]:
    """Ridge regressions fitted one by one, without the identity for what is left out."""
    strongest = np.linalg.svd(points - points.mean(axis=0))[1][0] ** 2
    scores = np.empty(len(points))
    for level in np.unique(targets):
        out = targets == level
        x, y = points[~out], targets[~out].astype(float)
        centered = x - x.mean(axis=0)
        gram = centered.T @ centered + penalty * strongest * np.eye(x.shape[1])
        weights = np.linalg.solve(gram, centered.T @ (y - y.mean()))
        scores[out] = y.mean() + (points[out] - x.mean(axis=0)) @ weights
    return scores


def test_levels_left_out_are_predicted_as_by_fits_without_them() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((20, 6))
    labelings = rng.permuted(np.tile(np.arange(20) % 5, (4, 1)), axis=1)
    scores, penalties = held_out_scores(points, labelings, by_level=True)
    for found, targets, penalty in zip(scores, labelings, penalties, strict=True):
        assert np.allclose(found, plain_scores(points, targets, penalty))
        errors = {
            p: ((plain_scores(points, targets, p) - targets) ** 2).sum()
            for p in (1.0, 0.1, 0.01, 1e-3, 1e-4)
        }
        assert min(errors, key=errors.__getitem__) == penalty


def test_single_entities_left_out_are_levels_of_their_own() -> None:
    rng = np.random.default_rng(1)
    points, ranks = rng.standard_normal((15, 4)), rng.permutation(15)[None]
    by_level, _ = held_out_scores(points, ranks, by_level=True)
    by_entity, _ = held_out_scores(points, ranks, by_level=False)
    assert np.allclose(by_level, by_entity)


def test_the_isotonic_share_is_that_of_the_best_monotone_fit() -> None:
    rng = np.random.default_rng(2)
    ranks = np.repeat(np.arange(6), 4)
    for _ in range(5):
        scores = ranks * 0.3 + rng.standard_normal(24)
        # Pooling entity by entity, tied ranks first made equal, is the definition.
        means = np.bincount(ranks, weights=scores) / 4
        fitted = isotonic_regression(means).x[ranks]
        expected = ((fitted - scores.mean()) ** 2).sum() / ((scores - scores.mean()) ** 2).sum()
        assert isotonic_share(scores[None], ranks[None])[0] == pytest.approx(expected)
    assert isotonic_share(np.exp(ranks / 2)[None], ranks[None])[0] == pytest.approx(1)


# Positives and negatives


@pytest.mark.parametrize("levels", [(7, 7), (3, 3, 3), (64,), (4, 4)])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_axes_of_noisy_grids_are_found(levels, noise: float) -> None:
    rng = np.random.default_rng(0)
    order = geometry(*levels).order
    axes = check_axes(noisy(order.ranks * 1.0, noise, rng=rng), order, rng=rng, n_draws=99)
    assert all(axis.null.p_value <= 0.05 and axis.share >= AXES_FLOOR for axis in axes)


@pytest.mark.parametrize("levels", [(7, 7), (64,)])
def test_more_levels_bear_more_noise(levels) -> None:
    # Of three levels two are left to find the axis with: half of the 3 x 3 x 3 grids fall below the
    # floor at this noise.
    rng = np.random.default_rng(0)
    order = geometry(*levels).order
    axes = check_axes(noisy(order.ranks * 1.0, 1.0, rng=rng), order, rng=rng, n_draws=99)
    assert all(axis.null.p_value <= 0.05 and axis.share >= AXES_FLOOR for axis in axes)


def test_any_increasing_spacing_and_any_angle_is_an_axis() -> None:
    rng = np.random.default_rng(0)
    order = geometry(7, 7).order
    spaced = np.exp(order.ranks / 2.0) @ np.array([[1.0, 0.0], [0.7, 0.5]])
    axes = check_axes(noisy(spaced, 0.01, rng=rng), order, rng=rng, n_draws=99)
    assert all(axis.null.p_value <= 0.05 and axis.share >= AXES_FLOOR for axis in axes)


@pytest.mark.parametrize("levels", [(7, 7), (3, 3, 3), (64,), (4, 4)])
def test_corners_of_a_simplex_fit_any_ranks_in_sample_and_none_left_out(levels) -> None:
    rng = np.random.default_rng(0)
    order = geometry(*levels).order
    corners = simplex_levels(order)
    targets = order.ranks[:, 0] - order.ranks[:, 0].mean()
    fitted = corners @ np.linalg.lstsq(corners, targets, rcond=None)[0]
    assert np.allclose(fitted, targets)
    axes = check_axes(noisy(corners, 0.0, rng=rng, d=64), order, rng=rng, n_draws=99)
    assert all(axis.share < 0.01 for axis in axes)


def test_one_attribute_is_no_axis_of_the_other() -> None:
    rng = np.random.default_rng(0)
    order = geometry(7, 7).order
    first, second = check_axes(
        noisy(order.ranks[:, :1] * 1.0, 0.1, rng=rng), order, rng=rng, n_draws=99
    )
    assert first.share >= AXES_FLOOR
    assert second.share < AXES_FLOOR
    assert second.null.p_value > 0.05


@pytest.mark.parametrize("n", [8, 16, 33, 64, 128])
def test_a_ring_stays_below_the_floor(n: int) -> None:
    rng = np.random.default_rng(0)
    order = geometry(n).order
    (axis,) = check_axes(noisy(chain_shape("ring", n), 0.0, rng=rng), order, rng=rng, n_draws=19)
    assert axis.share < AXES_FLOOR
    assert axis.rank_correlation < 0.8


def test_what_a_ring_has_of_an_order() -> None:
    n = 4096
    angles = 2 * np.pi * np.arange(n) / n
    ranks = np.arange(n)
    regression = -np.sin(angles + np.pi / n)
    assert np.corrcoef(regression, ranks)[0, 1] == pytest.approx(np.sqrt(6) / np.pi, abs=1e-4)
    # The violators of a sine are pooled up to the angle t with tan(t/2) = t.
    assert isotonic_share(regression[None], ranks[None])[0] == pytest.approx(0.8782, abs=1e-3)
    best = max(
        isotonic_share(np.cos(angles - shift)[None], ranks[None])[0]
        for shift in np.linspace(0, 2 * np.pi, 97)
    )
    assert best < 0.88


def test_a_horseshoe_has_an_axis() -> None:
    rng = np.random.default_rng(0)
    order = geometry(64).order
    (axis,) = check_axes(
        noisy(chain_shape("horseshoe", 64), 0.1, rng=rng, d=64), order, rng=rng, n_draws=99
    )
    assert axis.share >= AXES_FLOOR


def test_with_two_levels_entities_are_left_out() -> None:
    rng = np.random.default_rng(0)
    order = geometry(2, 2, 2, 2, 2).order
    axes = check_axes(noisy(order.ranks * 1.0, 0.1, rng=rng), order, rng=rng, n_draws=99)
    assert all(not axis.leaves_out_levels and axis.null.p_value <= 0.05 for axis in axes)


def test_angles_between_axes() -> None:
    order = geometry(5, 5).order
    oblique = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
    cosines = axis_angles(order.ranks @ oblique, order)
    assert np.allclose(cosines, [[1, 0.5], [0.5, 1]])
    assert np.allclose(axis_angles(order.ranks * [1.0, 3.0], order), np.eye(2))


# Why what is predicted is left out: the 95 % quantile of the rank correlation in sample


def rank_correlations(n: int, n_components: int, *, n_clouds: int) -> tuple[float, float]:
    """95 % quantiles in sample and, leaving out one entity at a time, held out."""
    rng = np.random.default_rng(0)
    ranks = np.arange(n, dtype=float)
    points = rng.standard_normal((n_clouds, n, n_components))
    frames = np.linalg.qr(points - points.mean(axis=1, keepdims=True))[0]
    fitted = ranks.mean() + np.einsum("cik,ck->ci", frames, ranks @ frames)
    left_out = ranks - (ranks - fitted) / (1 - 1 / n - (frames**2).sum(axis=2))
    found = []
    for scores in (fitted, left_out):
        order = rankdata(scores, axis=1) - (n + 1) / 2
        found.append(order @ (ranks - ranks.mean()) / ((order[0] ** 2).sum()))
    return float(np.quantile(found[0], 0.95)), float(np.quantile(found[1], 0.95))


@pytest.mark.parametrize(
    ("n_components", "in_sample", "left_out"),
    [(2, 0.35, 0.21), (5, 0.48, 0.25), (10, 0.60, 0.28), (32, 0.91, 0.33)],
)
def test_correlations_of_noise_with_ranks(
    n_components: int, in_sample: float, left_out: float
) -> None:
    found = rank_correlations(49, n_components, n_clouds=6000)
    assert found == pytest.approx((in_sample, left_out), abs=0.015)


def test_spearman_is_scipys() -> None:
    rng = np.random.default_rng(0)
    order = geometry(4, 4).order
    axes = check_axes(rng.standard_normal((16, 5)), order, rng=rng, n_draws=9)
    for axis, ranks in zip(axes, order.ranks.T, strict=True):
        assert axis.rank_correlation == pytest.approx(spearmanr(axis.scores, ranks).statistic)
