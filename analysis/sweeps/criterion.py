"""Symmetry violation as a criterion of generalization, beside its rivals.

Is the violation low exactly where the task is solved? Checkpoints are log rows; a checkpoint is
solved where held-out accuracy is 1. Rows of one run are not independent, seeds are:

- the *error of a threshold* is measured on seeds that had no part in choosing it (leave one seed
  out), and compared with the error of calling all checkpoints what most of them are;
- the *null* gives each seed's solved curve the violation curve of another seed. Any quantity that
  drifts during training separates early from late checkpoints, so a high AUC is expected by
  chance; the null mean is that chance level. A small p-value says that the violation tells *which*
  seeds generalize sooner, beyond the step. Curves are compared on the steps that
  any seed logged, from the first step that all seeds have (after memorization: that all have
  memorized) to the last step of the first run that ended unsolved. A run that ended solved keeps
  its last row; to prolong an unsolved one would freeze a high violation together with an unsolved
  state and make the two agree by construction. With n seeds no p-value lies below 1 / n!: three
  seeds cannot be significant.

The same is asked of rivals: the step number (whose null is itself, so its p-value is 1), the
training loss and the effective dimension. A rival with the same area explains as much.

The *lead* of a seed is the first step from which it is solved minus the first step from which its
violation stays at or below the threshold of the other seeds; positive where the violation warns
early. This threshold is the one that tells solved from unsolved rows, so leads scatter around zero
where the two coincide, and where the violation has fallen long before, the threshold lies in the
noise at its floor. Their spread says how sharp the threshold is; whether the violation anticipates
is better read off the *lead of acquisition*, the same difference from the step of symmetry
acquisition, a rule of `symtheory.analysis.statistics.stages` that no held-out answer has tuned.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symtheory.errors import SpecError
from symtheory.records import Json

from ..statistics.stages import find_stages
from .checkpoints import read_checkpoints
from .separation import Separation, seed_orders, separate
from .time_to_generalization import Record, log_rows

__all__ = ["SCORES", "Criterion", "Separation", "find_criterion"]

SCORES = ("violation", "violation_max")
"""Mean violation of the worst relation, and the worst instance."""

_RIVALS = ("step", "train_loss", "effective_dimension")
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Criterion:
    """The violation as a criterion of generalization, beside its rivals.

    Parameters
    ----------
    measured : Separation
        By the violation.
    rivals : tuple of Separation
        By the step, the training loss and the effective dimension.
    seeds : tuple of int
    n_failed : int
    after_memorization : bool
        Whether rows before memorization were left out.
    share_solved : float or None
        Of the checkpoints.
    leads : tuple of float or None
        Steps, one for each seed; None where the seed never was solved, never stayed below, or has
        no threshold.
    acquisition_leads : tuple of float or None
        Steps from symmetry acquisition to solved, one for each seed.
    n_missed, n_false : int
        Seeds that were solved and never stayed below, and the reverse.
    least_p_value : float
        Least that so many seeds can reach.
    """

    measured: Separation
    rivals: tuple[Separation, ...]
    seeds: tuple[int, ...]
    n_failed: int
    after_memorization: bool
    share_solved: float | None
    leads: tuple[float | None, ...]
    acquisition_leads: tuple[float | None, ...]
    n_missed: int
    n_false: int
    least_p_value: float

    @property
    def majority_error(self) -> float | None:
        """Error of calling all checkpoints what most of them are."""
        return None if self.share_solved is None else min(self.share_solved, 1 - self.share_solved)

    @property
    def note(self) -> str:
        """Say what the numbers do and do not show."""
        told = [f"{self.measured.n_rows} checkpoints of {len(self.seeds)} seeds"]
        if self.n_failed:
            told.append(f"{self.n_failed} failed runs left out")
        if self.measured.auc is None:
            return "; ".join([*told, "all are solved or none is, so nothing can be separated"])
        better = [
            rival.score
            for rival in self.rivals
            if rival.auc is not None and rival.auc >= self.measured.auc - _ROUNDING
        ]
        if better:
            told.append(f"separated as well or better by {', '.join(better)}")
        if self.measured.null_auc is None:
            told.append("no steps common to all seeds have both, so there is no null")
        else:
            told.append(f"curves of other seeds give AUC {self.measured.null_auc:.3f}")
        if self.least_p_value > 0.05:
            told.append(f"so few seeds cannot give p below {self.least_p_value:.2g}")
        for count, what in (
            (self.n_missed, "solved but never stayed below the threshold"),
            (self.n_false, "stayed below the threshold but never were solved"),
        ):
            if count:
                told.append(f"{count} seeds {what}")
        return "; ".join(told)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "measured": self.measured.to_dict(),
            "rivals": [rival.to_dict() for rival in self.rivals],
            "seeds": list(self.seeds),
            "n_failed": self.n_failed,
            "after_memorization": self.after_memorization,
            "share_solved": self.share_solved,
            "majority_error": self.majority_error,
            "leads": list(self.leads),
            "acquisition_leads": list(self.acquisition_leads),
            "n_missed": self.n_missed,
            "n_false": self.n_false,
            "least_p_value": self.least_p_value,
            "note": self.note,
        }


def find_criterion(
    records: Sequence[Record],
    *,
    score: str = "violation",
    after_memorization: bool = False,
    rng: np.random.Generator,
    n_draws: int = 9999,
) -> Criterion:
    """Ask whether the violation is low exactly where the task is solved.

    Parameters
    ----------
    records : sequence of mappings
        Runs of one task and one variant, one of each seed; failed ones are counted and left out.
    score : {"violation", "violation_max"}
        Mean or worst-instance violation.
    after_memorization : bool
        Judge each run only from its memorization on. An untrained network violates little and
        solves nothing, so all rows together ask more.
    rng : numpy.random.Generator
        Draws orders of the seeds where there are more than 7 of these.
    n_draws : int

    Raises
    ------
    SpecError
        If the score is not one of `SCORES`, two runs share a seed, or all runs failed.
    """
    if score not in SCORES:
        raise SpecError(f"score is one of {', '.join(SCORES)}, not {score!r}")
    kept = [record for record in records if record.get("status") != "failed"]
    if not kept:
        raise SpecError("a criterion needs at least one run that did not fail")
    rows = read_checkpoints(kept, after_memorization=after_memorization)
    orders, is_drawn = seed_orders(len(rows.seeds), n_draws, rng)
    span = _common_span(kept, after_memorization)
    separations = [
        separate(rows, name, orders=orders, is_drawn=is_drawn, span=span)
        for name in (score, *_RIVALS)
    ]
    measured = separations[0]
    # Each seed by the threshold of the others, so that no seed helps to choose its own.
    entered = [
        None if limit is None else _entry(log_rows(record), score, limit)
        for record, limit in zip(kept, measured.left_out_thresholds, strict=True)
    ]
    stages = [find_stages(log_rows(record)) for record in kept]
    solved = [stage.generalization.step for stage in stages]
    judged = [
        (s, e)
        for s, e, limit in zip(solved, entered, measured.left_out_thresholds, strict=True)
        if limit is not None
    ]
    has = np.isfinite(rows.values[score])
    return Criterion(
        measured=measured,
        rivals=tuple(separations[1:]),
        seeds=rows.seeds,
        n_failed=len(records) - len(kept),
        after_memorization=after_memorization,
        share_solved=float(rows.is_solved[has].mean()) if has.any() else None,
        leads=_leads(solved, entered),
        acquisition_leads=_leads(solved, [stage.acquisition.step for stage in stages]),
        n_missed=sum(s is not None and e is None for s, e in judged),
        n_false=sum(s is None and e is not None for s, e in judged),
        least_p_value=1 / (1 + n_draws) if is_drawn else 1 / len(orders),
    )


def _common_span(records: Sequence[Record], after_memorization: bool) -> tuple[float, float]:
    """Return the first and the last step on which the null compares the curves of seeds."""
    stages = [(log_rows(record), find_stages(log_rows(record))) for record in records]
    # A solved run may be prolonged by its last row; an unsolved one must not be: its high violation
    # would be repeated together with its unsolved state, and agree with it by construction.
    begin, end = 0.0, math.inf
    for rows, stage in stages:
        if after_memorization:
            begin = max(begin, stage.memorization.until)
        if stage.generalization.step is None:
            end = min(end, float(rows[-1]["step"]))  # type: ignore[arg-type]
    return begin, end


def _leads(
    solved: Sequence[float | None], entered: Sequence[float | None]
) -> tuple[float | None, ...]:
    return tuple(
        None if s is None or e is None else float(s - e)
        for s, e in zip(solved, entered, strict=True)
    )


def _entry(rows: Sequence[Record], score: str, limit: float) -> float | None:
    """Return the first step from which every score is at or below the limit."""
    marks = [
        (float(step), value <= limit)
        for row in rows
        if isinstance(value := row.get(score), int | float)
        and isinstance(step := row.get("step"), int | float)
    ]
    # The last row above the limit: from the next one on the score stays at or below it.
    above = max((i for i, (_, is_low) in enumerate(marks) if not is_low), default=-1)
    return marks[above + 1][0] if above + 1 < len(marks) else None
