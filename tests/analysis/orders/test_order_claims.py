"""Arrangement, effect of distance, verdicts and figure of an order."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from claimed import evidence_of
from made_orders import (
    all_levels,
    chain_shape,
    geometry,
    noisy,
    right_answers,
    score_logits,
    simplex_levels,
)
from numpy.typing import NDArray

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge
from symtheory.analysis.figures.files import write_figure
from symtheory.analysis.figures.orders import OrderPicture, order_figure, order_table
from symtheory.analysis.orders.arrangement import (
    ADDITIVE_TEST,
    GRID_TEST,
    GridTest,
    check_additive,
    check_grid,
    check_line,
    horseshoe,
)
from symtheory.analysis.orders.axes import AXES_TEST, AxesTest, axis_angles
from symtheory.analysis.orders.distance_effect import (
    DISTANCE_EFFECT_TEST,
    check_distance_effect,
    level_margins,
)
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.claims.orders import (
    AXES,
    DISTANCE_EFFECT,
    GRID,
    GRID_FLOOR,
    LINE,
    LINE_FLOOR,
    order_claims,
)
from symtheory.errors import SpecError
from symtheory.geometry.orders import OrderGeometry, order_geometry
from symtheory.orders.order import Order
from symtheory.records import Outcome, Role, Verdict

Found = dict[Role, Evidence]


def collect(
    points: NDArray[np.float64],
    found: OrderGeometry,
    logits: NDArray[np.float64] | None = None,
    **more: object,
) -> Found:
    call = None if logits is None else (lambda _: logits)
    more = {"rng": np.random.default_rng(3), "n_permutations": 199, **more}
    return evidence_of({Role.SHARED: points}, order=found, logits=call, **more)  # type: ignore[arg-type]


def verdicts(found: OrderGeometry, evidence: Found) -> dict[str, Verdict]:
    claims = order_claims(found, Role.SHARED)
    return {v.prediction.level: v for v in judge(claims, evidence, generalized=True)}


def outcomes(found: OrderGeometry, evidence: Found) -> dict[str, Outcome]:
    return {level: verdict.outcome for level, verdict in verdicts(found, evidence).items()}


def axes_of(evidence: Found) -> AxesTest:
    axes = evidence[Role.SHARED].get(AXES_TEST)
    assert axes is not None
    return axes


def grid_of(evidence: Found) -> GridTest:
    grid = evidence[Role.SHARED].get(GRID_TEST)
    assert grid is not None
    return grid


def picture(found: OrderGeometry, evidence: Found) -> OrderPicture:
    return OrderPicture(found, axes_of(evidence), grid_of(evidence))


# Sum over attributes


def test_a_sum_over_attributes_is_additive_and_a_product_is_not() -> None:
    rng = np.random.default_rng(0)
    found = geometry(7, 7)
    permutations = label_permutations(49, 99, rng=rng)
    ranks = found.order.ranks - 3.0
    corners = simplex_levels(found.order)
    assert check_additive(corners, found, permutations=permutations).observed == pytest.approx(1)
    mixed = check_additive(ranks[:, :1] * ranks[:, 1:], found, permutations=permutations)
    assert mixed.observed == pytest.approx(-12 / 36)
    assert mixed.p_value > 0.5


def test_chance_of_main_effects_is_their_share_of_all_functions() -> None:
    rng = np.random.default_rng(0)
    found = geometry(4, 3)
    cloud = rng.standard_normal((12, 5)) * [3, 2, 1, 1, 1]
    permutations = label_permutations(12, 4000, rng=rng)
    null = check_additive(cloud, found, permutations=permutations)
    assert null.mean == pytest.approx(0, abs=0.01)


# Grid


def grid_share(points: NDArray[np.float64], *levels: int) -> float:
    permutations = np.arange(len(points))[None]
    return check_grid(points, geometry(*levels), permutations=permutations).null.observed


def test_the_floor_of_the_grid_excludes_oblique_and_unequal_axes() -> None:
    # Many levels, so that no function of the sample but the shape decides.
    ranks = all_levels(13, 13) * 1.0
    oblique = ranks @ np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]])
    assert grid_share(ranks, 13, 13) == pytest.approx(1)
    assert grid_share(oblique, 13, 13) == pytest.approx(0.933, abs=1e-3)
    assert grid_share(ranks * [1, 0.5], 13, 13) == pytest.approx(0.9)
    assert max(0.933, 0.9) < GRID_FLOOR


def test_a_line_of_the_grid_cannot_be_told_from_cosine_spacing() -> None:
    assert grid_share(horseshoe(64), 64) == pytest.approx(96 / np.pi**4, abs=2e-3)
    assert grid_share(chain_shape("ring", 64), 64) < 0.61


@pytest.mark.parametrize(
    ("levels", "mean", "quantile"), [((7, 7), 0.030, 0.072), ((3, 3, 3), 0.086, 0.153)]
)
def test_grids_fit_relabeled_clouds_as_the_note_says(levels, mean: float, quantile: float) -> None:
    rng = np.random.default_rng(0)
    found = geometry(*levels)
    cloud = rng.standard_normal((len(found.order), 64))
    permutations = label_permutations(len(found.order), 1999, rng=rng)
    null = check_grid(cloud, found, permutations=permutations).null
    assert null.mean == pytest.approx(mean, abs=0.01)
    assert null.critical_value == pytest.approx(quantile, abs=0.015)


# Line


@pytest.mark.parametrize(
    ("shape", "share"), [("line", 1.0), ("horseshoe", 6 / np.pi**2), ("ring", 0.44)]
)
def test_a_line_is_told_from_a_horseshoe_and_a_ring(shape: str, share: float) -> None:
    rng = np.random.default_rng(0)
    found = geometry(64)
    permutations = label_permutations(64, 99, rng=rng)
    line = check_line(noisy(chain_shape(shape, 64), 0, rng=rng), found, permutations=permutations)
    assert line.nearest == shape
    assert line.rivals[shape] == pytest.approx(1)
    if shape == "ring":  # which direction of the circle comes first is arbitrary
        assert line.null.observed <= share
    else:
        assert line.null.observed == pytest.approx(share, abs=0.01)
    assert (line.null.observed >= LINE_FLOOR) == (shape == "line")


def test_the_horseshoe_has_differences_of_rank_as_squared_distances() -> None:
    points = horseshoe(9)
    squared = ((points[:, None] - points) ** 2).sum(axis=2)
    assert np.allclose(squared, abs(np.subtract.outer(np.arange(9), np.arange(9))))


# Effect of distance


@pytest.mark.parametrize("levels", [(64,), (7, 7), (3, 3, 3)])
def test_differences_of_scores_show_the_effect(levels) -> None:
    rng = np.random.default_rng(0)
    order = geometry(*levels).order
    effect = check_distance_effect(
        score_logits(order, order.ranks * 2.0), order, rng=rng, n_draws=199
    )
    assert effect is not None
    assert effect.null.observed == pytest.approx(1)
    assert effect.null.p_value <= 0.05
    for margins, size in zip(effect.margins.values(), order.levels, strict=True):
        assert np.allclose(margins, 2.0 * np.arange(1, size))


def test_equal_confidence_shows_none() -> None:
    rng = np.random.default_rng(0)
    order = geometry(7, 7).order
    effect = check_distance_effect(right_answers(order, np.float64(3)), order, rng=rng, n_draws=99)
    assert effect is not None
    assert effect.null.observed == pytest.approx(0, abs=1e-9)
    assert effect.null.p_value == 1


def test_confidence_of_the_ends_alone_shows_none_inside() -> None:
    rng = np.random.default_rng(0)
    order = geometry(9).order
    is_end = np.isin(np.arange(9), [0, 8])
    margin = 1.0 + 5.0 * (is_end[:, None] | is_end[None])
    margin += rng.uniform(0, 1e-3, margin.shape)
    effect = check_distance_effect(
        right_answers(order, np.hstack([margin] * 3)), order, rng=rng, n_draws=99
    )
    assert effect is not None
    assert effect.null.observed > 0.3
    assert effect.interior is not None
    assert abs(effect.interior) < 0.4


def test_only_held_out_true_cells_are_read() -> None:
    rng = np.random.default_rng(0)
    order = geometry(6, 5).order
    logits = score_logits(order, order.ranks * 1.0)
    cells = rng.random(logits.shape[:2]) < 0.3
    changed = logits.copy()
    changed[~cells] += rng.standard_normal((*changed[~cells].shape,))
    own, other = (level_margins(array, order, cells=cells) for array in (logits, changed))
    assert own[1] == other[1]
    assert all(np.array_equal(own[0][k], other[0][k], equal_nan=True) for k in own[0])
    false_cells = right_answers(order, np.float64(1))[:, :, 1] < 0
    changed = logits.copy()
    changed[false_cells] += 7.0 * rng.standard_normal((*changed[false_cells].shape,))
    other = level_margins(changed, order, cells=cells)
    assert all(np.array_equal(own[0][k], other[0][k], equal_nan=True) for k in own[0])


def test_no_effect_without_cells() -> None:
    rng = np.random.default_rng(0)
    order = geometry(5).order
    logits = score_logits(order, order.ranks * 1.0)
    none = np.zeros(logits.shape[:2], dtype=bool)
    assert check_distance_effect(logits, order, rng=rng, n_draws=9, cells=none) is None


# Verdicts


def test_a_grid_holds_every_claim() -> None:
    rng = np.random.default_rng(0)
    found = geometry(7, 7)
    ranks = found.order.ranks * 1.0
    evidence = collect(noisy(ranks, 0.05, rng=rng), found, logits=score_logits(found.order, ranks))
    said = verdicts(found, evidence)
    assert {verdict.outcome for verdict in said.values()} == {Outcome.HELD}
    assert "trained ones too" in said[DISTANCE_EFFECT.level].note


def test_a_line_holds_every_claim_and_a_horseshoe_all_but_the_line() -> None:
    rng = np.random.default_rng(0)
    found = geometry(64)
    expected = {AXES.level: Outcome.HELD, GRID.level: Outcome.HELD}
    line = outcomes(found, collect(noisy(chain_shape("line", 64), 0.05, rng=rng), found))
    bent = collect(noisy(chain_shape("horseshoe", 64), 0.05, rng=rng, d=64), found)
    open_ = {DISTANCE_EFFECT.level: Outcome.INCONCLUSIVE}  # no logits
    assert line == expected | {LINE.level: Outcome.HELD} | open_
    assert outcomes(found, bent) == expected | {LINE.level: Outcome.REFUTED} | open_
    assert "a horseshoe fits better" in verdicts(found, bent)[LINE.level].note


@pytest.mark.parametrize("levels", [(7, 7), (64,), (3, 3, 3)])
@pytest.mark.parametrize("kind", ["noise", "permuted", "simplex"])
def test_clouds_without_order_hold_nothing(levels, kind: str) -> None:
    rng = np.random.default_rng(0)
    found = geometry(*levels)
    ranks = found.order.ranks * 1.0
    clouds = {
        "noise": rng.standard_normal((len(ranks), 32)),
        "permuted": noisy(rng.permutation(ranks), 0.05, rng=rng),
        "simplex": noisy(simplex_levels(found.order), 0.05, rng=rng, d=64),
    }
    said = outcomes(found, collect(clouds[kind], found))
    assert said[AXES.level] is Outcome.REFUTED
    if kind != "simplex":  # corners of simplices are a sum over attributes
        assert Outcome.HELD not in said.values()
    assert said[GRID.level] is Outcome.REFUTED


def test_a_ring_is_no_order() -> None:
    rng = np.random.default_rng(0)
    evidence = collect(noisy(chain_shape("ring", 64), 0.05, rng=rng), geometry(64))
    verdict = verdicts(geometry(64), evidence)[AXES.level]
    assert verdict.outcome is Outcome.REFUTED
    assert "below the floor" in verdict.note


def test_one_missing_attribute_refutes_the_axes_and_is_named() -> None:
    rng = np.random.default_rng(0)
    found = geometry(5, 5, 3)
    evidence = collect(noisy(found.order.ranks[:, [0, 2]] * 1.0, 0.05, rng=rng), found)
    verdict = verdicts(found, evidence)[AXES.level]
    assert verdict.outcome is Outcome.REFUTED
    assert "weakest: b" in verdict.note


def test_few_entities_give_no_power() -> None:
    rng = np.random.default_rng(0)
    for levels in [(2, 2), (2, 2, 2), (3,)]:
        found = geometry(*levels)
        evidence = collect(noisy(found.order.ranks * 1.0, 0.0, rng=rng), found)
        verdict = verdicts(found, evidence)[AXES.level]
        assert verdict.outcome is Outcome.INCONCLUSIVE
        assert "no power" in verdict.note


def test_a_joint_order_is_tested_on_its_extensions() -> None:
    rng = np.random.default_rng(0)
    ranks = np.stack([np.arange(30), rng.permutation(30)], axis=1)
    order = Order("made", list(map(str, range(30))), ranks, ("L", "M"), is_joint=True)
    found = order_geometry(order)
    n_cells = (30, 3 * 30, 2)
    evidence = collect(noisy(ranks * 1.0, 0.02, rng=rng), found, logits=np.zeros(n_cells))
    assert evidence[Role.NETWORK].get(DISTANCE_EFFECT_TEST) is None
    assert evidence[Role.SHARED].get(ADDITIVE_TEST) is None
    assert outcomes(found, evidence)[AXES.level] is Outcome.HELD
    permuted = collect(noisy(rng.permutation(ranks * 1.0), 0.02, rng=rng), found)
    assert outcomes(found, permuted)[AXES.level] is Outcome.REFUTED


def test_secondary_claims_are_corrected_and_primary_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    found = geometry(7, 7)
    evidence = collect(noisy(found.order.ranks * 1.0, 0.05, rng=rng), found)
    by_level = verdicts(found, evidence)
    assert by_level[AXES.level].p_value == pytest.approx(1 / 200)
    assert by_level[GRID.level].p_value == pytest.approx(2 / 200)
    for verdict in by_level.values():
        json.dumps(verdict.to_dict(), allow_nan=False)


def test_nothing_is_scaled_turned_or_moved() -> None:
    rng = np.random.default_rng(0)
    found = geometry(4, 4)
    points = noisy(found.order.ranks * 1.0, 0.1, rng=rng)
    turned = 1e-3 * points @ np.linalg.qr(rng.standard_normal((32, 32)))[0] + 5
    own, other = collect(points, found), collect(turned, found)
    assert axes_of(own).weakest.share == pytest.approx(axes_of(other).weakest.share)
    assert grid_of(own).null.observed == pytest.approx(grid_of(other).null.observed)
    angles = [axis_angles(axes_of(cloud).points, found.order) for cloud in (own, other)]
    assert np.allclose(*angles)


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(0)
    found = geometry(4, 4)
    points = rng.standard_normal((16, 3))
    with pytest.raises(SpecError, match="has 16 entities, got points"):
        collect(points[:-1], found)
    with pytest.raises(SpecError, match="coincide"):
        collect(np.ones((16, 3)), found)
    with pytest.raises(SpecError, match="not finite"):
        collect(np.where(np.eye(16, 3) > 0, np.nan, points), found)
    with pytest.raises(SpecError, match="got shape"):
        collect(points, found, logits=np.zeros((16, 16, 2)))
    with pytest.raises(SpecError, match="cells of"):
        collect(points, found, logits=np.zeros((16, 96, 2)), held_out=np.ones((2, 2), dtype=bool))
    with pytest.raises(SpecError, match="not finite"):
        collect(points, found, logits=np.full((16, 96, 2), np.nan))


# Figure


def test_the_figure_has_the_numbers_beside_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    found = geometry(3, 3, 3)
    evidence = collect(noisy(found.order.ranks * 1.0, 0.05, rng=rng), found)
    drawn = picture(found, evidence)
    write_figure(order_figure(drawn), tmp_path, "order", order_table(drawn))
    with (tmp_path / "order.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["entity"] for row in rows] == list(found.order.entities)
    assert [float(row["score_a"]) for row in rows] == drawn.axes.axes[0].scores.tolist()
    assert (tmp_path / "order.pdf").stat().st_size > 1000


@pytest.mark.parametrize("levels", [(6,), (7, 7), (2, 2, 2, 2)])
def test_every_order_can_be_drawn(levels) -> None:
    found = geometry(*levels)
    figure = order_figure(picture(found, collect(found.order.ranks * 1.0, found)))
    assert len(figure.axes) == min(len(levels), 3) + 1


def test_the_least_share_of_all_attributes_decides_and_the_largest_p_value() -> None:
    """One attribute is the least certain and another the least straight."""
    found = geometry(2, 2, 2, 2)
    n_low = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal((16, 4)) * [0.3, 0.3, 0.3, 0.33]
        evidence = collect(found.order.ranks * [6.0, 6.0, 6.0, 1.0] + noise, found)
        axes = axes_of(evidence).axes
        shares = [axis.share for axis in axes]
        verdict = verdicts(found, evidence)[AXES.level]
        assert verdict.effect == min(shares)
        assert verdict.p_value == max(axis.null.p_value for axis in axes)
        if min(shares) < 0.9:
            n_low += 1
            assert verdict.outcome is not Outcome.HELD
    assert n_low >= 4


def test_what_no_cloud_could_show_is_not_refuted() -> None:
    """Of 120 orders of five entities 2 keep all distances; three claims want p below .05 / 3."""
    found = geometry(5)
    for seed in range(4):
        evidence = collect(
            np.arange(5.0)[:, None] * [1.0, 0.0],
            found,
            rng=np.random.default_rng(seed),
            n_permutations=39,
        )
        said = verdicts(found, evidence)
        for verdict in (said[GRID.level], said[LINE.level]):
            assert verdict.effect == pytest.approx(1)
            assert verdict.outcome is not Outcome.REFUTED


def test_the_effect_is_the_correlation_of_known_pairs() -> None:
    from scipy.stats import spearmanr

    order = geometry(8).order
    rng = np.random.default_rng(0)
    logits = rng.standard_normal((8, 24, 2))
    for seed in range(5):
        # A pair is known from either side.
        cells = np.random.default_rng(seed).random((8, 24)) < 0.3
        effect = check_distance_effect(logits, order, rng=rng, n_draws=9, cells=cells)
        matrix = level_margins(logits, order, cells=cells)[0][order.attributes[0]]
        low, high = np.triu_indices(8, 1)
        known = np.isfinite(matrix[low, high])
        assert 3 <= known.sum() < 28
        expected = spearmanr(matrix[low, high][known], (high - low)[known]).statistic
        assert effect is not None
        assert effect.null.observed == pytest.approx(expected)


def test_missing_neighbors_are_said() -> None:
    found = geometry(8)
    ranks = found.order.ranks[:, 0]
    far = np.tile(abs(ranks[:, None] - ranks) > 1, (1, 3))
    logits = score_logits(found.order, 2.0 * ranks[:, None])
    evidence = collect(1.0 * found.order.ranks, found, logits=logits, held_out=far)
    assert "no neighbors are held out" in verdicts(found, evidence)[DISTANCE_EFFECT.level].note
