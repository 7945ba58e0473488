"""Text of the numbers in the tables of a sweep: sensible digits, ">" where runs were censored."""

from collections.abc import Callable, Sequence

import numpy as np

from symtheory.records import Outcome

from ..statistics.intervals import clopper_pearson
from .criterion import Criterion
from .separation import Separation
from .speedup import Speedup
from .survival import LogRank, kaplan_meier
from .time_to_generalization import Record, Times

__all__ = [
    "NONE",
    "closure_text",
    "criterion_columns",
    "number",
    "outcome_columns",
    "p_text",
    "speedup_text",
    "time_columns",
]

NONE = "–"
"""No value."""

_SCORES = {"violation": "mean violation", "violation_max": "worst violation"}


def time_columns(own: Times) -> tuple[str, str, str, str]:
    """Return median, its interval, range and seconds; ">" where the runs were censored."""
    if not own.n_runs:
        return NONE, NONE, NONE, NONE
    curve = kaplan_meier(own)
    low, high = curve.interval
    end = "∞" if high is None else f"{high:.0f}"
    seconds = kaplan_meier(Times(own.seconds, own.observed)).median
    return (
        _beyond(curve.median, own.steps.max()),
        NONE if low is None else f"{low:.0f}–{end}",
        _range(own),
        _beyond(seconds, own.seconds.max(), number),
    )


def _range(own: Times) -> str:
    seen, unseen = own.steps[own.observed], own.steps[~own.observed]
    if not len(seen):
        return f">{unseen.max():.0f}"
    if not len(unseen):
        return "–".join(f"{step:.0f}" for step in dict.fromkeys((seen.min(), seen.max())))
    if unseen.max() >= seen.max():
        return f"{seen.min():.0f}–>{unseen.max():.0f}"
    # The censored runs ended early, so the largest of all times is not known.
    return f"{seen.min():.0f}–{seen.max():.0f} and >{unseen.max():.0f}"


def _beyond(
    value: float | None, last: float, show: Callable[[float], str] = lambda v: f"{v:.0f}"
) -> str:
    return f">{show(last)}" if value is None else show(value)


def speedup_text(found: Speedup | None) -> str:
    """Return the geometric mean of the ratios and their range."""
    if found is None or not found.ratios:
        return NONE
    ends = [int(np.argmin(found.ratios)), int(np.argmax(found.ratios))]
    low, high = (
        f"{found.bounds[i] if found.bounds[i] != '=' else ''}{found.ratios[i]:.2g}" for i in ends
    )
    sign = "" if found.mean_bound is None or found.mean_bound == "=" else f"{found.mean_bound} "
    mean = "open" if found.mean is None else f"{sign}{found.mean:.2g}×"
    return mean if low == high else f"{mean} [{low}, {high}]"


def p_text(found: LogRank | Speedup | None) -> str:
    """Return a p-value, in brackets where it could not have been small."""
    if found is None or found.p_value is None or found.least_p_value is None:
        return NONE
    return _p(found.p_value, found.least_p_value)


def _p(value: float, least: float) -> str:
    return f"({value:.2g})" if least > 0.05 else f"{value:.2g}"


def number(value: float) -> str:
    """Return a number of seconds."""
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}"


def closure_text(runs: Sequence[Record]) -> str:
    """Return the share of held-out cells that relations determine, over the runs."""
    shares = [
        float(share)
        for run in runs
        if run.get("status") != "failed" and isinstance(share := run.get("closure"), int | float)
    ]
    if not shares:
        return NONE
    low, high = (f"{100 * end:.0f}" for end in (min(shares), max(shares)))
    return f"{low} %" if low == high else f"{low}–{high} %"


def outcome_columns(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return how many runs held, refuted, left open, and the share that held."""
    held, refuted = outcomes.count(Outcome.HELD), outcomes.count(Outcome.REFUTED)
    judged = held + refuted
    ends = clopper_pearson(held, judged) if judged else None
    return (
        str(held),
        str(refuted),
        str(len(outcomes) - judged),
        NONE if ends is None else f"{ends[0]:.2f}–{ends[1]:.2f}",
    )


def criterion_columns(found: Criterion, by: Separation) -> tuple[str, ...]:
    """Return what one score shows, a row of the table."""

    def show(value: float | None, digits: int = 3) -> str:
        return NONE if value is None else f"{value:.{digits}f}"

    is_rival = by is not found.measured
    threshold = None if by.threshold is None else abs(by.threshold)  # minus the step is a score
    return (
        _SCORES.get(by.score, by.score.replace("_", " ")),
        str(len(found.seeds)),
        str(by.n_rows),
        show(by.auc),
        show(by.null_auc),
        NONE if by.p_value is None else _p(by.p_value, found.least_p_value),
        NONE if threshold is None else f"{threshold:.3g}",
        show(by.error),
        show(by.left_out_error),
        show(found.majority_error),
        NONE if is_rival else _spread(found.leads),
        NONE if is_rival else _spread(found.acquisition_leads),
    )


def _spread(values: Sequence[float | None]) -> str:
    seen = [value for value in values if value is not None]
    if not seen:
        return NONE
    told = f"{np.median(seen):.0f} [{min(seen):.0f}, {max(seen):.0f}]"
    return told if len(seen) == len(values) else f"{told} in {len(seen)} of {len(values)}"
