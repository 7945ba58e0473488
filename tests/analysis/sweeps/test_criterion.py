"""The soft threshold: hand-made rows, oracles for every number, and calibration of the null."""

import itertools
import json
from collections.abc import Sequence

import numpy as np
import pytest
from binomial import binomial_bounds
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import auc as trapezoids
from sklearn.metrics import roc_auc_score, roc_curve
from sweep_records import failed, record, row, three_stages

from symtheory.analysis.sweeps.checkpoints import read_checkpoints
from symtheory.analysis.sweeps.criterion import find_criterion
from symtheory.analysis.sweeps.roc import (
    area_under_curve,
    best_threshold,
    operating_curve,
)
from symtheory.errors import SpecError
from symtheory.records import Json


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def run(
    seed: int, violation: Sequence[float], solved: Sequence[bool], **named: Sequence[float]
) -> dict[str, Json]:
    rows = [
        row(
            10 * i,
            test=float(s),
            violation=v,
            **{key: values[i] for key, values in named.items()},
        )
        for i, (v, s) in enumerate(zip(violation, solved, strict=True))
    ]
    return record(rows, seed=seed)


def grokking(seed: int, solved: float, *, lag: float = 1.0, **named: object) -> dict[str, Json]:
    """The violation falls in proportion to the step at which the seed is solved."""
    return three_stages(seed, acquired=solved * lag, solved=solved, **named)  # type: ignore[arg-type]


# area, ranks, threshold

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=30).filter(
    lambda pairs: len({solved for _, solved in pairs}) == 2
)


@settings(deadline=None)
@given(PAIRS)
def test_areas_against_oracles(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in pairs])
    solved = np.array([s for _, s in pairs])
    by_pairs = np.mean([(u > s) + (u == s) / 2 for u in scores[~solved] for s in scores[solved]])
    auc = area_under_curve(scores, solved)
    assert auc == pytest.approx(by_pairs)
    assert auc == pytest.approx(roc_auc_score(~solved, scores))
    _, false_share, true_share = operating_curve(scores, solved)
    assert trapezoids(false_share, true_share) == pytest.approx(auc)
    best = max(true_share - false_share)
    limit = best_threshold(scores, solved)
    if limit is None:
        assert best <= 1e-12
    else:
        reached = (scores[solved] <= limit).mean() - (scores[~solved] <= limit).mean()
        assert reached == pytest.approx(best)
    false_oracle, true_oracle, _ = roc_curve(solved, -scores, drop_intermediate=False)
    assert np.allclose(false_share, false_oracle)
    assert np.allclose(true_share, true_oracle)


@settings(deadline=None)
@given(PAIRS)
def test_the_area_sees_the_order_only(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([float(score) for score, _ in pairs])
    solved = np.array([s for _, s in pairs])
    auc = area_under_curve(scores, solved)
    assert auc is not None
    assert area_under_curve(np.exp(scores), solved) == pytest.approx(auc)
    assert area_under_curve(-scores, solved) == pytest.approx(1 - auc)


def test_a_threshold_lies_between_the_two_sides() -> None:
    solved = np.array([True, True, False, False])
    assert best_threshold(np.array([0.01, 0.1, 10.0, 20.0]), solved) == pytest.approx(1)
    assert best_threshold(np.array([0.0, 0.0, 3.0, 4.0]), solved) == 1.5
    assert best_threshold(np.array([-9.0, -8.0, -6.0, -4.0]), solved) == -7
    assert best_threshold(np.array([5.0, 6.0, 1.0, 2.0]), solved) is None  # high means solved
    assert best_threshold(np.array([1.0, 1.0, 1.0, 1.0]), solved) is None
    assert best_threshold(np.array([1.0, 2.0]), np.array([True, True])) is None
    assert area_under_curve(np.array([1.0, 2.0]), np.array([False, False])) is None


# checkpoints


def test_rows_of_several_seeds_over_one_grid() -> None:
    a = record([row(0), row(10, dimension=None), row(30, test=1.0, dimension=5)], seed=3)
    b = record([row(10, dimension=7), row(20, dimension=6)], seed=1)
    rows = read_checkpoints([a, failed(seed=9), b])
    assert rows.seeds == (3, 1)
    assert rows.step.tolist() == [0, 10, 30, 10, 20]
    steps, curves = rows.curves("effective_dimension")
    assert steps.tolist() == [10, 20, 30]  # from where both have one
    assert curves.tolist() == [[10, 10, 5], [7, 6, 6]]
    assert rows.curves("test_accuracy")[1].tolist() == [[0, 0, 1], [0, 0, 0]]


def test_rows_before_memorization_can_be_left_out() -> None:
    rows = [row(0, train=0.0), row(10, train=1.0), row(20, train=0.9), row(30), row(40)]
    assert read_checkpoints([record(rows)], after_memorization=True).step.tolist() == [30, 40]
    never = record([row(0, train=0.5)])
    assert not len(read_checkpoints([never], after_memorization=True).step)


def test_two_runs_of_one_seed_are_refused() -> None:
    with pytest.raises(SpecError, match="one run of each seed"):
        find_criterion([grokking(0, 50), grokking(0, 60)], rng=rng())
    with pytest.raises(SpecError, match="score is one of"):
        find_criterion([grokking(0, 50)], score="loss", rng=rng())
    with pytest.raises(SpecError, match="did not fail"):
        find_criterion([failed()], rng=rng())


# the criterion


def test_numbers_by_hand() -> None:
    f, t = False, True
    found = find_criterion(
        [
            run(0, [8.0, 4.0, 1.0, 0.5], [f, f, t, t]),
            run(1, [8.0, 1.5, 1.0, 0.5], [f, f, f, t]),
        ],
        rng=rng(),
    )
    measured = found.measured
    # Solved 1, .5, .5; unsolved 8, 4, 8, 1.5, 1: of 15 pairs one ties.
    assert measured.auc == pytest.approx(14.5 / 15)
    # Up to 1 all three solved and one of five unsolved; up to .5 two of three and none.
    assert measured.threshold == pytest.approx(np.sqrt(1.5))
    assert measured.error == pytest.approx(1 / 8)
    # Seed 0 alone separates between 1 and 4, seed 1 alone between .5 and 1.
    assert measured.left_out_thresholds == pytest.approx((np.sqrt(0.5), 2))
    assert measured.left_out_error == pytest.approx((1 / 4 + 2 / 4) / 2)
    assert found.share_solved == pytest.approx(3 / 8)
    assert found.majority_error == pytest.approx(3 / 8)
    # Seed 0 solved at 20 and below at 30; seed 1 solved at 30 and below at 10.
    assert found.leads == (-10, 20)
    # Exchanged: unsolved 8, 1.5 | 8, 4, 1 and solved 1, .5 | .5: again one tie of 15.
    assert (measured.aligned_auc, measured.null_auc) == pytest.approx((14.5 / 15, 14.5 / 15))
    assert measured.p_value == 1
    assert found.least_p_value == 0.5


def seeds_apart(n: int, **named: object) -> list[dict[str, Json]]:
    return [grokking(seed, 40 * 1.25**seed, **named) for seed in range(n)]


def test_a_violation_that_knows_the_seed_is_found() -> None:
    found = find_criterion(seeds_apart(8), rng=rng(), after_memorization=True)
    assert found.measured.auc is not None
    assert found.measured.auc > 0.97
    assert found.measured.left_out_error is not None
    assert found.majority_error is not None
    assert found.measured.left_out_error < found.majority_error / 3
    assert found.measured.p_value is not None
    assert found.measured.p_value < 0.001
    step = found.rivals[0]
    assert step.score == "step"
    assert step.p_value == 1  # one curve for all seeds
    assert step.auc is not None
    assert step.auc < found.measured.auc
    assert found.n_missed == found.n_false == 0


def test_the_step_separates_as_well_where_all_seeds_go_alike() -> None:
    # Area near 1, and cheap: the null says so, and so does the step.
    runs = [three_stages(seed, acquired=60, solved=60, rng=rng(seed)) for seed in range(5)]
    found = find_criterion(runs, rng=rng(), after_memorization=True)
    assert found.measured.auc is not None
    assert found.measured.null_auc is not None
    assert found.measured.p_value is not None
    assert found.measured.auc > 0.97
    assert found.measured.null_auc > 0.97
    assert found.measured.p_value > 0.05
    assert found.rivals[0].auc == 1
    assert "separated as well or better by step" in found.note


def test_an_unrelated_violation_separates_nothing() -> None:
    generator = rng(4)
    runs = [
        run(seed, generator.exponential(size=200).tolist(), (generator.random(200) < 0.5).tolist())
        for seed in range(8)
    ]
    found = find_criterion(runs, rng=generator)
    assert found.measured.auc == pytest.approx(0.5, abs=0.04)
    assert found.measured.left_out_error == pytest.approx(0.5, abs=0.05)
    assert found.measured.p_value is not None
    assert found.measured.p_value > 0.05


def test_a_high_violation_where_solved_has_no_threshold() -> None:
    runs = [run(seed, [1.0, 2.0, 3.0, 4.0], [False, False, True, True]) for seed in range(3)]
    found = find_criterion(runs, rng=rng())
    assert (found.measured.auc, found.measured.threshold, found.measured.error) == (0, None, None)
    assert found.leads == (None, None, None)


def test_the_threshold_of_others_warns_seeds_that_are_slower_than_their_violation() -> None:
    # Violations fall alike, at 40; seeds are solved at 40, at 60 and at 200.
    runs = [three_stages(seed, acquired=40, solved=s) for seed, s in enumerate((40, 60, 200))]
    found = find_criterion(runs, rng=rng(), after_memorization=True)
    assert found.leads[2] is not None
    assert found.leads[2] > 50
    assert found.leads[0] is not None
    assert found.leads[0] <= 0  # judged by the thresholds of slower seeds
    # The lead of acquisition needs no threshold of other seeds.
    early = find_criterion(seeds_apart(3, lag=0.3), rng=rng()).acquisition_leads
    late = find_criterion(seeds_apart(3, lag=2.0), rng=rng()).acquisition_leads
    assert all(lead is not None and lead > 0 for lead in early)
    assert all(lead is not None and lead < 0 for lead in late)


def test_mean_and_worst_violation_are_two_scores() -> None:
    # The worst instance separates, the mean does not.
    runs = [
        run(seed, [1.0, 1.0, 1.0, 1.0], [False, False, True, True], worst=[9.0, 8.0, 2.0, 2.0])
        for seed in range(3)
    ]
    assert find_criterion(runs, rng=rng()).measured.auc == 0.5
    assert find_criterion(runs, score="violation_max", rng=rng()).measured.auc == 1


def test_seeds_on_the_wrong_side_are_counted() -> None:
    f, t = False, True
    runs = [
        run(0, [8.0, 8.0, 1.0], [f, f, t]),
        run(1, [8.0, 8.0, 1.0], [f, f, t]),
        run(2, [8.0, 8.0, 8.0], [f, f, t]),  # solved and never below
        run(3, [8.0, 8.0, 1.0], [f, f, f]),  # below and never solved
    ]
    found = find_criterion([*runs, failed(seed=7)], rng=rng())
    assert (found.n_missed, found.n_false, found.n_failed) == (1, 1, 1)
    assert found.leads == (0, 0, None, None)
    assert "1 failed runs left out" in found.note


def test_where_none_is_solved_nothing_is_said() -> None:
    found = find_criterion([run(s, [2.0, 1.0], [False, False]) for s in range(2)], rng=rng())
    assert found.measured.auc is None
    assert found.measured.p_value is None
    assert "nothing can be separated" in found.note
    json.loads(json.dumps(found.to_dict(), allow_nan=False))


def test_a_log_without_violations_is_no_error() -> None:
    rows = [row(0, violation=None), row(10, test=1.0, violation=None)]
    found = find_criterion([record(rows, seed=s) for s in range(2)], rng=rng())
    assert found.measured.n_rows == 0
    assert found.share_solved is None
    assert found.rivals[0].auc == 1
    json.loads(json.dumps(found.to_dict(), allow_nan=False))


def test_the_null_against_exchanging_logs_by_hand() -> None:
    """Move whole violation curves between records of one grid, and measure each anew."""
    runs = [
        three_stages(s, acquired=30 * 1.3**s, solved=35 * 1.3 ** (s % 3), rng=rng(s))
        for s in range(4)
    ]
    found = find_criterion(runs, rng=rng())
    areas = []
    for order in itertools.permutations(range(4)):
        moved = [
            {
                **mine,
                "rows": [
                    {**a, "violation": b["violation"]}
                    for a, b in zip(mine["rows"], runs[order[s]]["rows"], strict=True)
                ],
            }
            for s, mine in enumerate(runs)
        ]
        areas.append(find_criterion(moved, rng=rng()).measured.auc)
    assert found.measured.aligned_auc == pytest.approx(areas[0])
    assert found.measured.null_auc == pytest.approx(np.mean(areas))
    expected = np.mean([area >= areas[0] - 1e-9 for area in areas])
    assert found.measured.p_value == pytest.approx(expected)


def test_three_seeds_cannot_be_significant_and_it_is_said() -> None:
    found = find_criterion(seeds_apart(3), rng=rng(), after_memorization=True)
    assert found.least_p_value == pytest.approx(1 / 6)
    assert "cannot give p below 0.17" in found.note
    assert "cannot" not in find_criterion(seeds_apart(4), rng=rng()).note


def test_one_seed_has_neither_null_nor_left_out_error() -> None:
    found = find_criterion(seeds_apart(1), rng=rng())
    assert found.measured.left_out_error is None
    assert found.measured.p_value == 1
    assert found.leads == (None,)


def test_an_unsolved_run_is_not_prolonged() -> None:
    # Seed 1 ends at 10, unsolved: no later step says which of the two goes with which.
    f, t = False, True
    runs = [run(0, [9.0, 5.0, 1.0, 0.5], [f, t, t, t]), run(1, [8.0, 7.0], [f, f])]
    measured = find_criterion(runs, rng=rng()).measured
    # Steps 0 and 10: solved 5 against 9, 8, 7; exchanged 7 against 8, 9, 5.
    assert (measured.aligned_auc, measured.null_auc) == pytest.approx((1, (1 + 2 / 3) / 2))


GRID = (0, 10, *range(20, 201, 20))


def whole(log: dict[str, Json], generator: np.random.Generator) -> int:
    return len(GRID)


def interrupted(log: dict[str, Json], generator: np.random.Generator) -> int:
    return int(generator.integers(4, len(GRID) + 1)) if generator.random() < 0.6 else len(GRID)


def settled(log: dict[str, Json], generator: np.random.Generator) -> int:
    low = [i for i, row in enumerate(log["rows"]) if i > 4 and row["violation"] < 0.3]
    return min([*low, len(GRID) - 1]) + 1


@pytest.mark.parametrize("ending", [whole, interrupted, settled])
def test_false_positive_rate_of_the_null(ending) -> None:
    """Violations fall and seeds are solved at steps that know nothing of each other."""
    generator, n_sweeps, level = rng(5), 120, 0.1
    rejected = 0
    for _ in range(n_sweeps):
        runs = []
        for seed in range(8):
            acquired, solved = generator.uniform(30, 180), generator.uniform(30, 180)
            log = three_stages(seed, acquired=acquired, solved=solved, grid=GRID, rng=generator)
            runs.append({**log, "rows": log["rows"][: ending(log, generator)]})
        p_value = find_criterion(runs, rng=generator, n_draws=99).measured.p_value
        rejected += p_value is not None and p_value <= level
    low, high = binomial_bounds(n_sweeps, level, confidence=1 - 1e-4)
    assert rejected <= high
    # Where runs end by themselves a prolonged curve may cost power, never validity.
    assert rejected >= low or ending is not whole


def test_power_of_the_null_with_eight_seeds() -> None:
    generator, found = rng(6), 0
    for _ in range(20):
        solved = generator.uniform(30, 250, 8)
        runs = [
            three_stages(
                seed,
                acquired=float(s * generator.uniform(0.8, 1.25)),
                solved=float(s),
                rng=generator,
            )
            for seed, s in enumerate(solved)
        ]
        p_value = find_criterion(runs, rng=generator, n_draws=199).measured.p_value
        found += p_value is not None and p_value <= 0.05
    assert found >= 18
