"""Claims over seeds: combination, intervals, outcomes, and the false positives of all together."""

import json
from dataclasses import replace

import numpy as np
import pytest
from binomial import binomial_bounds
from claimed import claim as made
from synthetic import circulant, gaussian

from symtheory.analysis.statistics.intervals import (
    clopper_pearson,
    fisher_combination,
    student_interval,
)
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.statistics.seeds import SeedSummary, joint_outcome, summarize_seeds
from symtheory.analysis.symmetry.gram import check_gram
from symtheory.errors import SpecError
from symtheory.records import Level, Outcome, Prediction, Role, Verdict


def claim(level: str = Level.GRAM, floor: float | None = 0.9) -> Prediction:
    return replace(made(level, Role.X, floor), primary=floor is not None)


def verdict(
    effect: float | None,
    p_value: float | None = 0.001,
    *,
    outcome: Outcome | None = None,
    prediction: Prediction | None = None,
) -> Verdict:
    about = prediction or claim()
    if outcome is None:
        is_large = effect is not None and about.floor is not None and effect >= about.floor
        is_held = is_large and p_value is not None and p_value <= 0.05
        outcome = Outcome.HELD if is_held else Outcome.REFUTED
    return Verdict(about, outcome, effect, p_value=p_value)


def over_seeds(*verdicts: Verdict) -> SeedSummary:
    return summarize_seeds([[one] for one in verdicts])[0]


def test_seeds_that_agree_hold() -> None:
    found = over_seeds(*(verdict(effect) for effect in (0.95, 0.97, 0.99, 0.96)))
    assert found.outcome is Outcome.HELD
    assert found.mean == pytest.approx(0.9675)
    assert found.interval == pytest.approx(student_interval([0.95, 0.97, 0.99, 0.96]))
    assert (found.n_seeds, found.n_judged, found.n_held) == (4, 4, 4)
    assert found.p_value is not None
    assert found.p_value < 1e-8
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_seed_that_misses_by_far_leaves_it_open() -> None:
    found = over_seeds(*(verdict(effect) for effect in (0.99, 0.99, 0.99, 0.3)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "more seeds would tell" in found.note


def test_seeds_below_the_floor_refute() -> None:
    found = over_seeds(*(verdict(effect) for effect in (0.5, 0.52, 0.55)))
    assert found.outcome is Outcome.REFUTED
    assert "below the floor of 0.9" in found.note


def test_large_effects_that_are_not_significant_refute() -> None:
    found = over_seeds(*(verdict(0.95 + i / 100, p) for i, p in enumerate((0.6, 0.4, 0.5))))
    assert found.outcome is Outcome.REFUTED
    assert found.note == "not significant over the seeds"


def test_weak_seeds_are_significant_together() -> None:
    found = over_seeds(*(verdict(0.95 + i / 100, 0.06) for i in range(3)))
    assert found.outcome is Outcome.HELD
    assert found.n_held == 0


def test_one_seed_has_its_own_verdict() -> None:
    for effect, outcome in ((0.95, Outcome.HELD), (0.4, Outcome.REFUTED)):
        found = over_seeds(verdict(effect))
        assert (found.outcome, found.interval, found.mean) == (outcome, None, effect)
        assert found.p_value == pytest.approx(0.001)


@pytest.mark.parametrize(("effect", "own"), [(0.95, Outcome.REFUTED), (0.4, Outcome.HELD)])
@pytest.mark.parametrize(("n_seeds", "is_told"), [(3, False), (6, True)])
def test_seeds_judged_by_more_than_the_floor_are_counted(
    effect: float, own: Outcome, n_seeds: int, is_told: bool
) -> None:
    # A Gram law above its floor that another group explains; a spectrum under a floor lowered.
    found = over_seeds(*(verdict(effect, outcome=own) for _ in range(n_seeds)))
    assert found.outcome is (own if is_told else Outcome.INCONCLUSIVE)
    assert "share of seeds" in found.note


def test_inconclusive_seeds_are_left_out() -> None:
    lost = verdict(0.99, outcome=Outcome.INCONCLUSIVE)
    found = over_seeds(lost, lost)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.p_value is found.mean is found.share_interval is None
    found = over_seeds(lost, verdict(0.3), verdict(0.31))
    assert found.outcome is Outcome.REFUTED
    assert "1 of 3 seeds inconclusive" in found.note
    assert found.mean == pytest.approx(0.305)


@pytest.mark.parametrize(
    ("n_held", "n", "outcome"),
    [
        (6, 6, Outcome.HELD),
        (5, 5, Outcome.INCONCLUSIVE),
        (9, 10, Outcome.HELD),
        (5, 10, Outcome.INCONCLUSIVE),
        (1, 10, Outcome.REFUTED),
    ],
)
def test_claims_without_floor_go_by_the_share_of_seeds(
    n_held: int, n: int, outcome: Outcome
) -> None:
    shape = claim(Level.HOMOLOGY, None)
    seeds = [
        verdict(
            0.1, 0.025, outcome=Outcome.HELD if i < n_held else Outcome.REFUTED, prediction=shape
        )
        for i in range(n)
    ]
    assert over_seeds(*seeds).outcome is outcome


def test_a_correction_within_the_seed_is_undone_before_the_seeds_are_combined() -> None:
    shape = claim(Level.HOMOLOGY, None)
    one = Verdict(shape, Outcome.HELD, 0.1, p_value=0.05, details={"uncorrected_p_value": 0.025})
    assert over_seeds(one, one).p_value == pytest.approx(fisher_combination([0.025, 0.025]))


def test_holm_over_the_claims() -> None:
    def seed(p: float) -> list[Verdict]:
        spectrum = claim(Level.SPECTRUM, 0.5)
        return [verdict(0.95, 0.001), verdict(0.8, p, prediction=spectrum)]

    gram, spectrum = summarize_seeds([seed(0.03), seed(0.2)])
    assert spectrum.p_value == pytest.approx(fisher_combination([0.03, 0.2]))
    assert spectrum.corrected_p_value == spectrum.p_value
    assert gram.p_value is not None
    assert gram.corrected_p_value == pytest.approx(2 * gram.p_value)


def test_claims_must_be_the_same_in_all_seeds() -> None:
    with pytest.raises(SpecError, match="at least one seed"):
        summarize_seeds([])
    with pytest.raises(SpecError, match="seed 0 has two verdicts on one claim"):
        summarize_seeds([[verdict(0.9), verdict(0.9)]])
    other = verdict(0.9, prediction=claim(Level.SPECTRUM, 0.5))
    with pytest.raises(SpecError, match=r"seed 1 was not tested on the claims of .* x/L0, x/L1"):
        summarize_seeds([[verdict(0.9)], [other]])
    with pytest.raises(SpecError, match="x/L1"):
        summarize_seeds([[verdict(0.9)], [verdict(0.9, prediction=claim(floor=0.8))]])


def test_intervals() -> None:
    # Student's t for 4 degrees of freedom is 2.776, and both ends of an exact share are known.
    low, high = student_interval([1.0, 2, 3, 4, 5])
    assert (low, high) == pytest.approx((3 - 1.9634, 3 + 1.9634), abs=1e-3)
    assert clopper_pearson(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert clopper_pearson(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)
    with pytest.raises(SpecError, match="at least two values"):
        student_interval([1.0])
    with pytest.raises(SpecError, match="at least one p-value"):
        fisher_combination([])


@pytest.mark.parametrize(
    "n_trials", [60, pytest.param(1000, marks=pytest.mark.slow)], ids=["few", "thousand"]
)
@pytest.mark.parametrize("n_permutations", [19, 99])
def test_false_positives_of_five_seeds(n_trials: int, n_permutations: int) -> None:
    """Gaussian clouds that know nothing of Z_12, five to a trial."""
    rng, rejected = np.random.default_rng(n_permutations), 0
    law = [circulant(12)]
    for _ in range(n_trials):
        p_values = []
        for _ in range(5):
            permutations = label_permutations(12, n_permutations, rng=rng)
            cloud = gaussian(12, [1.0, 0.5, 0.3, 0.2], rng=rng)
            p_values.append(check_gram(cloud, law, permutations=permutations).null.p_value)
        found = over_seeds(*(verdict(0.2, p) for p in p_values))
        assert found.p_value is not None
        rejected += found.p_value <= 0.05
    print(n_permutations, rejected)
    # Discrete p-values make the combination reject less often, never more.
    assert rejected <= binomial_bounds(n_trials, 0.05, confidence=1 - 1e-4)[1]


def test_all_that_join_networks_go_by_one_rule() -> None:
    """One of twenty just below a floor that the mean effect is surely above: held together."""
    effects = [0.895, *np.linspace(0.93, 0.97, 19)]
    verdicts = [verdict(effect) for effect in effects]
    outcomes = [one.outcome for one in verdicts]
    assert outcomes.count(Outcome.REFUTED) == 1
    summary = over_seeds(*verdicts)
    assert joint_outcome(outcomes, [summary]) is Outcome.HELD
    # Two that differ, without a summary, leave it open; two that agree decide.
    assert joint_outcome(outcomes, []) is Outcome.INCONCLUSIVE
    assert joint_outcome([Outcome.REFUTED] * 2, []) is Outcome.REFUTED
    low = over_seeds(*(verdict(effect) for effect in [0.95, *np.linspace(0.5, 0.6, 19)]))
    assert joint_outcome(outcomes, [summary, low]) is Outcome.REFUTED
