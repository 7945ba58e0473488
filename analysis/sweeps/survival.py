"""Survival analysis of times to generalization: Kaplan-Meier curve and log-rank test.

The share of runs that still have to generalize is estimated by Kaplan and Meier [1]_: a product
over the steps at which some run did of 1 - (those that did) / (those that still could be seen to).

Two sets of runs are compared by the log-rank test [2]_. Each run scores (1 if it was seen to
generalize, else 0) minus the hazard of all runs together summed up to its time; the sum of the
scores of one set is what it has seen minus what was expected. Its p-value comes from exchanging
runs between the sets [3]_, all ways or at random, and not from chi^2, which few seeds do not
follow. It is exact for independent runs, however they are censored, as long as both sets follow the
same rule (`Times.cut` sees to equal budgets). Seeds that two variants share couple them, and then
it errs on the safe side where the coupling is positive; `symtheory.analysis.sweeps.speedup` uses
the pairs.

References
----------
.. [1] E. L. Kaplan, P. Meier, Nonparametric Estimation from Incomplete Observations, 1958,
   https://doi.org/10.1080/01621459.1958.10501452
.. [2] R. Peto, J. Peto, Asymptotically Efficient Rank Invariant Test Procedures, 1972,
   https://doi.org/10.2307/2344317
.. [3] B. Phipson, G. K. Smyth, Permutation P-values Should Never Be Zero, 2010,
   https://doi.org/10.2202/1544-6115.1585
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.records import Json

from .time_to_generalization import Times, read_times

__all__ = ["LogRank", "SurvivalCurve", "Times", "kaplan_meier", "log_rank", "read_times"]

N_DRAWS = 9999
"""Random relabelings where there are too many to go through."""

_MOST_ENUMERATED = 20_000
_TAIL = 0.025
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share of runs that have not generalized, after each step at which one did.

    Parameters
    ----------
    steps : (n_steps,) float64
        Distinct steps of generalization, increasing.
    at_risk, events : (n_steps,) int64
        Runs not yet generalized or censored just before, and runs that generalize there.
    share : (n_steps,) float64
        Of runs that take longer than the step; 1 before the first.
    median : float or None
        First step at which the share is at most one half; None where it stays above.
    interval : tuple of float or None
        95 % interval of the median time: order statistics whose ranks a binomial variable of
        chance one half fixes. A censored run counts from its last step in the lower end and as
        infinite in the upper, so the interval holds however runs are censored. An end is None
        where the data give none: below six runs both are.
    """

    steps: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    share: NDArray[np.float64]
    median: float | None
    interval: tuple[float | None, float | None]

    def __repr__(self) -> str:
        return f"SurvivalCurve(median {self.median}, 95 % {self.interval})"


@dataclass(frozen=True, slots=True)
class LogRank:
    """Two sets of runs compared.

    Parameters
    ----------
    excess : float
        Runs of the first set seen to generalize minus those expected if both sets were alike;
        positive where the first is faster.
    statistic : float
        Square of the excess over its hypergeometric variance: chi^2 with one degree of freedom
        for many runs.
    p_value : float
        Two-sided, by exchanging runs.
    least_p_value : float
        Least that sets of this size with these times in any order can reach.
    n_relabelings : int
    is_exact : bool
        Whether all relabelings were gone through.
    """

    excess: float
    statistic: float
    p_value: float
    least_p_value: float
    n_relabelings: int
    is_exact: bool

    @property
    def note(self) -> str:
        """Say how the p-value came about, and where it could not have been small."""
        how = "all" if self.is_exact else "random"
        told = f"{self.n_relabelings} {how} relabelings"
        if self.least_p_value > 0.05:
            told += f"; so few runs cannot give p below {self.least_p_value:.2g}"
        return told

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "excess": self.excess,
            "statistic": self.statistic,
            "p_value": self.p_value,
            "least_p_value": self.least_p_value,
            "n_relabelings": self.n_relabelings,
            "is_exact": self.is_exact,
            "note": self.note,
        }


def kaplan_meier(times: Times) -> SurvivalCurve:
    """Estimate the share of runs that take longer than each step.

    Raises
    ------
    SpecError
        If there is no run.

    Examples
    --------
    >>> curve = kaplan_meier(Times(np.array([1, 2, 3, 4]), np.array([True, False, True, True])))
    >>> curve.share.tolist(), curve.median
    ([0.75, 0.375, 0.0], 3.0)
    """
    if not times.n_runs:
        raise SpecError("a survival curve needs at least one run that did not fail")
    steps, at_risk, events = _risk_table(times.steps, times.observed)
    share = np.cumprod(1 - events / at_risk, dtype=np.float64)
    below = np.flatnonzero(share <= 0.5 + _ROUNDING)
    median = float(steps[below[0]]) if len(below) else None
    return SurvivalCurve(steps, at_risk, events, share, median, _median_interval(times))


def log_rank(first: Times, second: Times, *, rng: np.random.Generator) -> LogRank:
    """Test whether two sets of runs take equally long.

    Parameters
    ----------
    first, second : Times
        Of runs with equal budgets.
    rng : numpy.random.Generator
        Draws relabelings where there are more than 20,000.

    Raises
    ------
    SpecError
        If a set has no run.

    Examples
    --------
    >>> fast = Times(np.array([10, 20, 30]), np.array([True, True, True]))
    >>> slow = Times(np.array([40, 50, 50]), np.array([True, False, False]))
    >>> test = log_rank(fast, slow, rng=np.random.default_rng(0))
    >>> round(test.statistic, 3), test.p_value, test.least_p_value
    (5.052, 0.1, 0.1)
    """
    n = first.n_runs
    if not n or not second.n_runs:
        raise SpecError("a log-rank test needs runs that did not fail on both sides")
    steps = np.concatenate([first.steps, second.steps])
    observed = np.concatenate([first.observed, second.observed])
    times, at_risk, events = _risk_table(steps, observed)
    # Nelson-Aalen: the hazard of all runs together, summed up to each step of generalization.
    hazard = np.concatenate([[0.0], np.cumsum(events / at_risk)])
    scores = observed - hazard[np.searchsorted(times, steps, side="right")]
    excess = float(scores[:n].sum())
    # Given the runs at risk, the events of the first set at one step are hypergeometric.
    share = (first.steps[:, None] >= times).sum(axis=0) / at_risk
    spread = events * share * (1 - share) * (at_risk - events) / np.maximum(at_risk - 1, 1)
    variance = float(spread.sum())
    sums, is_exact = _relabeled(scores, n, rng)
    extreme = int((np.abs(sums) >= abs(excess) - _ROUNDING).sum())
    least = int((np.abs(sums) >= np.abs(sums).max() - _ROUNDING).sum()) if is_exact else 0
    extra = 0 if is_exact else 1  # the observed labels are among all, not among the drawn
    return LogRank(
        excess=excess,
        statistic=excess**2 / variance if variance > _ROUNDING else 0.0,
        p_value=(extra + extreme) / (extra + len(sums)),
        least_p_value=(extra + least) / (extra + len(sums)),
        n_relabelings=len(sums),
        is_exact=is_exact,
    )


def _risk_table(
    steps: NDArray[np.float64], observed: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the steps of generalization, the runs at risk and the events at each."""
    times, events = np.unique(steps[observed], return_counts=True)
    # A run censored at a step was still seen there, so it is at risk.
    at_risk = (steps[:, None] >= times).sum(axis=0)
    return times, at_risk, events


def _relabeled(
    scores: NDArray[np.float64], n: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], bool]:
    """Return the sum of scores of n runs, over relabelings, and whether these are all."""
    if math.comb(len(scores), n) <= _MOST_ENUMERATED:
        chosen = np.array(list(combinations(range(len(scores)), n)))
        return scores[chosen].sum(axis=1), True
    drawn = rng.permuted(np.broadcast_to(scores, (N_DRAWS, len(scores))), axis=1)
    return drawn[:, :n].sum(axis=1), False


def _median_interval(times: Times) -> tuple[float | None, float | None]:
    from scipy.special import bdtr

    n = times.n_runs
    below = bdtr(np.arange(n), n, 0.5)  # P(at most k of n runs lie below the median)
    # The interval from the rank-th smallest to the rank-th largest time misses the median with
    # probability at most 2 _TAIL.
    rank = int((below <= _TAIL).sum())
    if not rank:
        return None, None
    high = np.sort(np.where(times.observed, times.steps, np.inf))[n - rank]
    return float(np.sort(times.steps)[rank - 1]), float(high) if np.isfinite(high) else None
