"""Claims over several training seeds: the unit of inference is the seed, not the token.

`verify --seeds`, `test` on several files and sweeps join networks by this one rule, claim by claim.

*Evidence.* Fisher's combination, -2 sum ln p_s against chi^2 with two degrees of freedom a
seed, tests that *no* seed shows what is claimed. It is valid here: the p-values of different seeds
are independent where their null draws are, and each is at least as large as a uniform variable in
law, P(p <= t) <= t, because it counts the observed value among the draws. So the statistic is at
most as large in law as chi^2, and the combination errs on the safe side. Holm's rule corrects it
for the number of claims.

*Size.* One strong seed can make the combination small. What is true of the population of seeds is
said by an interval: of the mean effect, 95 % by Student's t, and for a claim without a floor of the
share of seeds in which it held, 95 % by Clopper and Pearson, to be compared with one half.

A claim is **held** over seeds if the corrected p-value is at most alpha and the interval lies at or
above its floor; **refuted** if the p-value is larger or the interval lies below; **inconclusive**
where the floor lies inside: more seeds would tell. (By the mean alone, two seeds would hold a claim
that one of them misses by far.) Where the verdict on a seed went by more than the floor of the
claim (a lower one for few irreps; a Gram law that another group or the other side explains better),
the mean effect does not say what held, and the seeds that hold it are counted. Seeds whose verdict
is inconclusive say nothing either way and are left out; one seed has its own verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symtheory.errors import SpecError
from symtheory.records import Json, Outcome, Prediction, Verdict, finite

from .intervals import clopper_pearson, fisher_combination, student_interval
from .multiplicity import holm

__all__ = ["MOST_SEEDS", "SeedSummary", "joint_outcome", "summarize_seeds"]

MOST_SEEDS = 0.5
"""A claim without a floor of its own must hold in more than this share of the seeds."""


@dataclass(frozen=True, slots=True)
class SeedSummary:
    """Joint result of several seeds for one claim.

    Parameters
    ----------
    prediction : Prediction
    outcome : Outcome
    outcomes : tuple of Outcome
        One for each seed.
    effects : tuple of float or None
        One for each seed.
    mean : float or None
        Mean effect of the seeds that could be judged.
    interval : tuple of two floats, or None
        95 % interval of the mean effect; None for fewer than two seeds. Student's t does not know
        that an effect may be bounded, so the interval may pass 1.
    share_interval : tuple of two floats, or None
        95 % interval of the share of seeds that hold the claim; None where none was judged.
    p_value : float or None
        Fisher's combination.
    corrected_p_value : float or None
        The same after Holm's rule over all claims.
    note : str
    """

    prediction: Prediction
    outcome: Outcome
    outcomes: tuple[Outcome, ...]
    effects: tuple[float | None, ...]
    mean: float | None
    interval: tuple[float, float] | None
    share_interval: tuple[float, float] | None
    p_value: float | None
    corrected_p_value: float | None
    note: str

    def __repr__(self) -> str:
        return (
            f"SeedSummary({self.prediction.key}: {self.outcome}, held in {self.n_held} of "
            f"{self.n_judged} seeds)"
        )

    @property
    def n_seeds(self) -> int:
        """Number of seeds."""
        return len(self.outcomes)

    @property
    def n_judged(self) -> int:
        """Number of seeds whose verdict is not inconclusive."""
        return sum(outcome is not Outcome.INCONCLUSIVE for outcome in self.outcomes)

    @property
    def n_held(self) -> int:
        """Number of seeds that hold the claim."""
        return self.outcomes.count(Outcome.HELD)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            **self.prediction.to_dict(),
            "outcome": str(self.outcome),
            "n_seeds": self.n_seeds,
            "n_judged": self.n_judged,
            "n_held": self.n_held,
            "outcomes": [str(outcome) for outcome in self.outcomes],
            "effects": [finite(effect) for effect in self.effects],
            "mean": finite(self.mean),
            "interval": None if self.interval is None else [finite(v) for v in self.interval],
            "share_interval": None if self.share_interval is None else list(self.share_interval),
            "p_value": finite(self.p_value),
            "corrected_p_value": finite(self.corrected_p_value),
            "note": self.note,
        }


def summarize_seeds(
    verdicts_per_seed: Sequence[Sequence[Verdict]], *, alpha: float = 0.05
) -> tuple[SeedSummary, ...]:
    """Join the verdicts of several networks, trained on one task from different seeds.

    Parameters
    ----------
    verdicts_per_seed : sequence of sequence of Verdict
        For each seed the verdicts on the same claims; their null draws must be independent, so use
        one generator for all of them and not one seed of it again and again. Give networks that
        generalized: of one that did not, `judge` keeps refutations and withholds the rest.
    alpha : float

    Returns
    -------
    tuple of SeedSummary
        One for each claim, in the order of the first seed.

    Raises
    ------
    SpecError
        If there are no seeds, or not all have verdicts on the same claims with the same floors.
    """
    if not len(verdicts_per_seed):
        raise SpecError("a summary over seeds needs at least one seed, none was given")
    by_key = [{v.prediction.key: v for v in verdicts} for verdicts in verdicts_per_seed]
    floors = {key: verdict.prediction.floor for key, verdict in by_key[0].items()}
    for seed, (verdicts, found) in enumerate(zip(verdicts_per_seed, by_key, strict=True)):
        if len(found) < len(verdicts):
            raise SpecError(f"seed {seed} has two verdicts on one claim")
        own = {key: verdict.prediction.floor for key, verdict in found.items()}
        if own != floors:
            differing = sorted({key for key, _ in own.items() ^ floors.items()})
            raise SpecError(
                f"seed {seed} was not tested on the claims of seed 0: they differ in "
                f"{', '.join(differing)}"
            )
    columns = [[found[key] for found in by_key] for key in floors]
    p_values = [_combined(_judged(column)) for column in columns]
    tested = [i for i, p in enumerate(p_values) if p is not None]
    corrected = dict(zip(tested, holm([p for p in p_values if p is not None]), strict=True))
    return tuple(
        _summary(column, p, corrected.get(i), alpha)
        for i, (column, p) in enumerate(zip(columns, p_values, strict=True))
    )


def joint_outcome(outcomes: Sequence[Outcome], summaries: Sequence[SeedSummary]) -> Outcome:
    """Return what several networks say together of one theory: the rule wherever seeds are joined.

    What all say, if they agree. Where they differ, what holds of seeds in general: refuted if a
    primary claim is, held if all are, and inconclusive otherwise.

    Parameters
    ----------
    outcomes : sequence of Outcome
        One for each network.
    summaries : sequence of SeedSummary
        From `summarize_seeds`, of the networks that generalized; may be empty.

    Examples
    --------
    >>> joint_outcome([Outcome.HELD, Outcome.HELD], ())
    <Outcome.HELD: 'held'>
    >>> joint_outcome([Outcome.HELD, Outcome.INCONCLUSIVE], ())
    <Outcome.INCONCLUSIVE: 'inconclusive'>
    """
    if len(set(outcomes)) == 1:
        return outcomes[0]
    primary = {summary.outcome for summary in summaries if summary.prediction.primary}
    if Outcome.REFUTED in primary:
        return Outcome.REFUTED
    return Outcome.HELD if primary == {Outcome.HELD} else Outcome.INCONCLUSIVE


def _judged(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.outcome is not Outcome.INCONCLUSIVE]


def _combined(judged: Sequence[Verdict]) -> float | None:
    """Combine what was measured in each seed, before any correction within the seed."""
    p_values = []
    for verdict in judged:
        raw = verdict.details.get("uncorrected_p_value", verdict.p_value)
        if isinstance(raw, int | float):
            p_values.append(float(raw))
    return fisher_combination(p_values) if p_values else None


def _summary(
    verdicts: Sequence[Verdict], p_value: float | None, corrected: float | None, alpha: float
) -> SeedSummary:
    judged = _judged(verdicts)
    effects = [v.effect for v in judged if v.effect is not None]
    interval = student_interval(effects) if len(effects) > 1 else None
    n_held = sum(v.outcome is Outcome.HELD for v in judged)
    shares = clopper_pearson(n_held, len(judged)) if judged else None
    floor = verdicts[0].prediction.floor
    if not judged:
        outcome, note = Outcome.INCONCLUSIVE, "no seed could be judged"
    elif len(judged) == 1:
        outcome, note = judged[0].outcome, "one seed: its own verdict"
    elif corrected is not None and corrected > alpha:
        outcome, note = Outcome.REFUTED, "not significant over the seeds"
    elif floor is not None and interval is not None and _goes_by_floor(judged, floor, alpha):
        outcome, note = _against(floor, interval, "mean effect", "floor")
    elif shares is not None:
        outcome, note = _against(MOST_SEEDS, shares, "share of seeds that hold it", "mark")
    n_open = len(verdicts) - len(judged)
    if judged and n_open:
        note += f"; {n_open} of {len(verdicts)} seeds inconclusive and left out"
    return SeedSummary(
        prediction=verdicts[0].prediction,
        outcome=outcome,
        outcomes=tuple(v.outcome for v in verdicts),
        effects=tuple(v.effect for v in verdicts),
        mean=float(np.mean(effects)) if effects else None,
        interval=interval,
        share_interval=shares,
        p_value=p_value,
        corrected_p_value=corrected,
        note=note,
    )


def _goes_by_floor(judged: Sequence[Verdict], floor: float, alpha: float) -> bool:
    """Whether effect and p-value alone make the verdict on each seed what it is."""
    for verdict in judged:
        effect, p_value = verdict.effect, verdict.p_value
        if effect is None or p_value is None:
            return False
        is_held = verdict.outcome is Outcome.HELD
        if (is_held and effect < floor) or (not is_held and effect >= floor and p_value <= alpha):
            return False
    return True


def _against(
    mark: float, interval: tuple[float, float], what: str, name: str
) -> tuple[Outcome, str]:
    low, high = interval
    told = f"95 % interval of the {what} {low:.3f} to {high:.3f}"
    if low >= mark:
        return Outcome.HELD, f"{told}, not below the {name} of {mark:g}"
    if high < mark:
        return Outcome.REFUTED, f"{told}, below the {name} of {mark:g}"
    return (
        Outcome.INCONCLUSIVE,
        f"{told}, with the {name} of {mark:g} inside: more seeds would tell",
    )
