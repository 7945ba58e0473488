"""Times to generalization against hand computations and scipy's survival functions."""

import itertools
import math

import numpy as np
import pytest
from binomial import binomial_bounds
from scipy import stats
from sweep_records import failed, record, row, solved_at

from symtheory.analysis.sweeps.speedup import Bound, sign_flip, speedup
from symtheory.analysis.sweeps.survival import Times, kaplan_meier, log_rank, read_times
from symtheory.errors import SpecError


def times(*steps: float) -> Times:
    """Negative steps are censored."""
    values = np.array(steps, dtype=float)
    return Times(np.abs(values), values > 0)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def drawn(
    generator: np.random.Generator, n: int, *, scale: float = 100, horizon: float = 150
) -> Times:
    values = np.ceil(generator.exponential(scale, n) / 10) * 10
    return Times(np.minimum(values, horizon), values <= horizon)


# times


def test_the_time_is_the_first_step_at_which_accuracy_is_one() -> None:
    rows = [row(s, test=a) for s, a in [(0, 0.0), (10, 1.0), (20, 0.9), (30, 1.0), (40, 1.0)]]
    found = read_times([record(rows, seed=4, seconds=8.0, budget=100)])
    assert found.steps.tolist() == [10]
    assert found.observed.tolist() == [True]
    assert found.seeds == (4,)
    assert found.seconds.tolist() == [2.0]  # 10 of 40 steps
    assert found.costs.tolist() == [8.0]


def test_a_run_that_never_gets_there_is_censored_and_a_failed_one_is_counted() -> None:
    found = read_times([solved_at(None, last=200, seed=1), failed(seed=2), solved_at(50, seed=3)])
    assert repr(found) == "Times(>200, 50)"
    assert found.n_failed == 1
    assert found.seeds == (1, 3)
    assert found.n_early == 1  # 200 of 300 allowed steps
    assert read_times([solved_at(None, last=300)]).n_early == 0


def test_a_shorter_budget_would_have_shown_what_a_cut_shows() -> None:
    """Also where accuracy is lost again; that it comes back for good is told by the stages."""
    rows = [row(0), row(10, test=1.0), row(20, test=0.999), row(30, test=1.0)]
    whole, short = read_times([record(rows, budget=30)]), read_times([record(rows[:3], budget=20)])
    assert repr(whole.cut(20)) == repr(short) == "Times(10)"
    assert not read_times([record([row(0), row(10, test=0.999)])]).observed.any()


def test_a_cut_shows_what_a_lower_budget_would_have() -> None:
    cut = times(100, 300, -200).cut(250)
    assert repr(cut) == "Times(100, >250, >200)"
    assert repr(times(100).cut(100)) == "Times(100)"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"steps": [1.0, 2.0], "observed": [True]}, "one step and one bool"),
        ({"steps": [1.0], "observed": [1.0]}, "one step and one bool"),
        ({"steps": [np.inf], "observed": [True]}, "finite"),
        ({"steps": [1.0, 2.0], "observed": [True, True], "seeds": (3, 3)}, "seed 3 has two"),
        ({"steps": [1.0, 2.0], "observed": [True, True], "seeds": (3,)}, "2 runs have 1 seeds"),
        ({"steps": [5.0], "observed": [True], "budgets": [4.0]}, "budget"),
        ({"steps": [5.0], "observed": [True], "costs": [4.0, 5.0]}, "2 costs"),
    ],
)
def test_malformed_times_are_refused(arguments: dict[str, object], said: str) -> None:
    arrays = {k: v if k == "seeds" else np.array(v) for k, v in arguments.items()}
    with pytest.raises(SpecError, match=said):
        Times(**arrays)  # type: ignore[arg-type]


def test_records_that_are_not_failed_need_rows() -> None:
    with pytest.raises(SpecError, match="no log rows"):
        read_times([record([])])


# Kaplan-Meier


def test_a_curve_by_hand() -> None:
    # At 2 one of five, at 4 one of three that remain (3 was censored), at 5 one of two.
    curve = kaplan_meier(times(2, -3, 4, 5, -6))
    assert curve.steps.tolist() == [2, 4, 5]
    assert curve.at_risk.tolist() == [5, 3, 2]
    assert curve.events.tolist() == [1, 1, 1]
    assert np.allclose(curve.share, [4 / 5, 8 / 15, 4 / 15])
    assert curve.median == 5


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_that_of_scipy(seed: int) -> None:
    found = drawn(np.random.default_rng(seed), 25)
    data = stats.CensoredData(
        uncensored=found.steps[found.observed], right=found.steps[~found.observed]
    )
    curve = kaplan_meier(found)
    assert np.allclose(curve.share, stats.ecdf(data).sf.evaluate(curve.steps))


def test_without_censoring_the_curve_is_the_share_above() -> None:
    found = times(5, 1, 3, 3)
    assert np.allclose(kaplan_meier(found).share, [3 / 4, 1 / 4, 0])
    assert kaplan_meier(found).median == 3


def test_a_median_that_is_not_reached_is_none() -> None:
    assert kaplan_meier(times(1, -2, -2)).median is None
    assert kaplan_meier(times(-1)).median is None
    assert kaplan_meier(times(1, -2)).median == 1  # exactly one half
    with pytest.raises(SpecError, match="at least one run"):
        kaplan_meier(times())


def test_fewer_than_six_runs_give_no_interval_of_the_median() -> None:
    assert kaplan_meier(times(1, 2, 3, 4, 5)).interval == (None, None)
    # 1 - 2 / 2^6 = .969 is the chance that the median lies between least and largest.
    assert kaplan_meier(times(1, 2, 3, 4, 5, 6)).interval == (1, 6)
    assert kaplan_meier(times(1, 2, 3, 4, 5, -6)).interval == (1, None)
    assert kaplan_meier(times(-1, 2, 3, 4, 5, 6)).interval == (1, None)


def test_the_interval_covers_the_median_under_censoring() -> None:
    generator = np.random.default_rng(1)
    truth, missed = 100 * math.log(2), 0
    for _ in range(300):
        values = generator.exponential(100, 12)
        ends = generator.uniform(40, 300, 12)
        low, high = kaplan_meier(Times(np.minimum(values, ends), values <= ends)).interval
        missed += not ((low or 0) <= truth <= (high or math.inf))
    assert missed <= binomial_bounds(300, 0.05)[1]


# log-rank


def test_a_log_rank_statistic_by_hand() -> None:
    # Steps 1 (4 at risk, 2 of the first) and 2 (3, 1) and 4 (1, 0): expected 1/2 + 1/3 + 0.
    test = log_rank(times(1, -3), times(2, 4), rng=rng())
    assert test.excess == pytest.approx(1 - 5 / 6)
    assert test.statistic == pytest.approx((1 / 6) ** 2 / (1 / 4 + 2 / 9))
    assert test.n_relabelings == math.comb(4, 2)


@pytest.mark.parametrize("seed", range(5))
def test_the_statistic_is_that_of_scipy(seed: int) -> None:
    generator = np.random.default_rng(seed)
    a, b = drawn(generator, 14), drawn(generator, 11, scale=60)
    data = [
        stats.CensoredData(uncensored=t.steps[t.observed], right=t.steps[~t.observed])
        for t in (a, b)
    ]
    test = log_rank(a, b, rng=generator)
    assert test.statistic == pytest.approx(stats.logrank(*data).statistic ** 2)
    assert not test.is_exact
    # chi^2 is near for 25 runs, and far from it for six.
    assert test.p_value == pytest.approx(stats.logrank(*data).pvalue, abs=0.05)


def test_the_p_value_by_going_through_all_relabelings() -> None:
    a, b = times(1, 4, -5), times(3, 6, -6, 2)
    steps = np.concatenate([a.steps, b.steps])
    observed = np.concatenate([a.observed, b.observed])

    def excess(chosen: tuple[int, ...]) -> float:
        rest = [i for i in range(7) if i not in chosen]
        sides = [Times(steps[list(side)], observed[list(side)]) for side in (chosen, rest)]
        return log_rank(*sides, rng=rng()).excess

    sums = np.array([excess(chosen) for chosen in itertools.combinations(range(7), 3)])
    expected = (np.abs(sums) >= abs(sums[0]) - 1e-9).mean()
    assert log_rank(a, b, rng=rng()).p_value == pytest.approx(expected)


def test_drawn_relabelings_agree_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    from symtheory.analysis.sweeps import survival

    a, b = times(1, 4, -5, 7, 9), times(3, 6, -6, 2, -10, -10)
    exact = log_rank(a, b, rng=rng())
    monkeypatch.setattr(survival, "_MOST_ENUMERATED", 10)
    random = log_rank(a, b, rng=rng())
    assert exact.is_exact
    assert random.n_relabelings == 9999
    assert random.p_value == pytest.approx(exact.p_value, abs=0.03)
    assert "random" in random.note


def test_equal_sets_do_not_differ_and_sets_apart_do() -> None:
    same = log_rank(times(10, 20, -30), times(10, 20, -30), rng=rng())
    assert (same.excess, same.p_value) == (pytest.approx(0), 1)
    apart = log_rank(times(10, 20, 30, 40, 50), times(-60, -60, -60, -60, -60), rng=rng())
    assert apart.excess > 0
    assert apart.p_value == pytest.approx(2 / math.comb(10, 5))
    assert log_rank(times(-9, -9), times(-9, -9), rng=rng()).p_value == 1  # nothing was seen


def test_three_runs_a_side_cannot_be_significant_and_it_is_said() -> None:
    test = log_rank(times(10, 20, 30), times(400, 500, 600), rng=rng())
    assert test.p_value == test.least_p_value == pytest.approx(0.1)
    assert "cannot give p below 0.1" in test.note
    assert "cannot" not in log_rank(times(1, 2, 3, 4), times(5, 6, 7, 8), rng=rng()).note
    with pytest.raises(SpecError, match="both sides"):
        log_rank(times(), times(1), rng=rng())


# speed-up


def test_ratios_by_hand_and_what_censoring_makes_of_them() -> None:
    slow, fast = times(800, -3000, 500, -3000, 90), times(200, 300, -3000, -3000, 30)
    found = speedup(slow, fast, rng=rng())
    assert found.seeds == (0, 1, 2, 4)
    assert found.bounds == (Bound.EXACT, Bound.AT_LEAST, Bound.AT_MOST, Bound.EXACT)
    assert found.ratios == pytest.approx((4, 10, 1 / 6, 3))
    assert found.n_silent == 1
    assert (found.mean, found.mean_bound) == (None, None)  # bounds go both ways
    assert "say nothing" in found.note


def test_a_geometric_mean_of_lower_bounds_is_one() -> None:
    found = speedup(times(800, -3000), times(200, 300), rng=rng())
    assert found.mean == pytest.approx(math.sqrt(40))
    assert found.mean_bound is Bound.AT_LEAST
    exact = speedup(times(800, 300), times(200, 300), rng=rng())
    assert (exact.mean, exact.mean_bound) == (pytest.approx(2), Bound.EXACT)
    slower = speedup(times(200), times(-800), rng=rng())
    assert (slower.mean, slower.mean_bound) == (pytest.approx(1 / 4), Bound.AT_MOST)


def test_pairs_go_by_seed_and_not_by_place() -> None:
    a = Times(np.array([100.0, 900.0, 50.0]), np.ones(3, bool), (7, 3, 1))
    b = Times(np.array([300.0, 100.0, 50.0]), np.ones(3, bool), (3, 7, 2))
    found = speedup(a, b, rng=rng())
    assert dict(zip(found.seeds, found.ratios, strict=True)) == {3: 3, 7: 1}
    assert found.n_unpaired == 2
    with pytest.raises(SpecError, match="share no seed"):
        speedup(Times(np.array([1.0]), np.array([True]), (5,)), times(3), rng=rng())


def test_three_seeds_never_go_below_a_quarter_and_six_do() -> None:
    three = speedup(times(1000, 2000, 3000), times(1, 2, 3), rng=rng())
    assert three.p_value == three.least_p_value == 0.25
    assert "nothing is claimed to be significant" in three.note
    six = speedup(times(*range(1001, 1007)), times(*range(1, 7)), rng=rng())
    assert six.p_value == pytest.approx(2 / 2**6)
    assert "significant" not in six.note


def test_no_speed_up_gives_a_large_p() -> None:
    found = speedup(
        times(100, 200, 300, 400, 500, 600), times(200, 100, 310, 390, 600, 500), rng=rng()
    )
    assert found.p_value is not None
    assert found.p_value > 0.5
    equal = speedup(times(100, 200), times(100, 200), rng=rng())
    assert (equal.mean, equal.p_value, equal.least_p_value) == (pytest.approx(1), None, None)


def test_an_open_order_says_nothing_in_the_test() -> None:
    # The baseline was stopped at 100, before the variant generalized: which is faster is open.
    found = speedup(times(-100), times(400), rng=rng())
    assert found.ratios == pytest.approx((0.25,))
    assert found.bounds == (Bound.AT_LEAST,)
    assert found.p_value is None
    assert "no pair shows an order" in found.note


def test_a_bound_only_weakens_the_evidence() -> None:
    # Longer budgets for the censored runs could only raise their ratios.
    fast = times(100, 110, 120, 130, 140, 300)
    known = speedup(times(900, 900, 900, 900, 900, 200), fast, rng=rng())
    barely = speedup(times(-150, -150, -150, -150, -150, 200), fast, rng=rng())
    assert known.p_value is not None
    assert barely.p_value is not None
    assert barely.p_value > known.p_value


def test_trading_sides_keeps_the_p_value() -> None:
    a, b = times(100, -300, 250, -80, 40, 70), times(-300, 30, 90, 60, 45, -300)
    there, back = speedup(a, b, rng=rng()), speedup(b, a, rng=rng())
    assert there.p_value == back.p_value


def test_budgets_are_cut_to_the_lower_one() -> None:
    # With 1,000 steps both would have been censored: the longer budget of one is no evidence.
    long = Times(np.array([1500.0]), np.array([True]), budgets=np.array([3000.0]))
    short = Times(np.array([1000.0]), np.array([False]), budgets=np.array([1000.0]))
    found = speedup(short, long, rng=rng())
    assert found.bounds == (Bound.AT_LEAST,)
    assert found.p_value is None


def test_sign_flips_by_going_through_them_and_by_drawing() -> None:
    values = [0.3, -0.1, 0.5, 0.4, 0.2, -0.6, 0.9]
    sums = [
        sum(s * v for s, v in zip(signs, values, strict=True))
        for signs in itertools.product([1, -1], repeat=7)
    ]
    expected = np.mean(np.abs(sums) >= abs(sum(values)) - 1e-9)
    assert sign_flip(values, rng=rng()) == pytest.approx(expected)
    assert sign_flip([*values, 0.0], rng=rng()) == pytest.approx(expected)
    many = [0.3, -0.2] * 11
    assert sign_flip(many, rng=rng()) == pytest.approx(
        2 * stats.norm.sf(sum(many) / math.sqrt(sum(v * v for v in many))), abs=0.15
    )


def test_the_records_are_plain() -> None:
    import json

    found = speedup(times(-100, 50, -20), times(400, -60, -20), rng=rng())
    assert "NaN" not in json.dumps(found.to_dict())
    assert json.loads(json.dumps(found.to_dict()))["bounds"] == ["≥", "≤"]
    assert json.dumps(log_rank(times(1), times(2), rng=rng()).to_dict())


# calibration


def test_false_positive_rates_of_the_permutation_tests() -> None:
    """Both variants are drawn alike, from few seeds with ties and censored runs."""
    generator, n_sweeps, level = np.random.default_rng(2), 500, 0.1
    by_rank, by_sign, by_pairs = 0, 0, 0
    for _ in range(n_sweeps):
        a, b = drawn(generator, 6), drawn(generator, 6)
        by_rank += log_rank(a, b, rng=generator).p_value <= level
        p_value = speedup(a, b, rng=generator).p_value
        by_sign += p_value is not None and p_value <= level
        # Runs of one seed are alike: the unpaired test may only become more careful.
        common = generator.exponential(100, 6)
        x, y = (np.ceil(common * generator.uniform(0.7, 1.4, 6) / 10) * 10 for _ in range(2))
        pairs = [Times(np.minimum(v, 150), v <= 150) for v in (x, y)]
        by_pairs += log_rank(*pairs, rng=generator).p_value <= level
    low, high = binomial_bounds(n_sweeps, level, confidence=1 - 1e-4)
    assert low <= by_rank <= high
    assert low <= by_sign <= high
    assert by_pairs <= high


def test_power_against_a_variant_three_times_as_fast() -> None:
    generator = np.random.default_rng(3)
    found = 0
    for _ in range(50):
        a, b = drawn(generator, 12), drawn(generator, 12, scale=20)
        found += log_rank(a, b, rng=generator).p_value <= 0.05
    assert found >= 45
