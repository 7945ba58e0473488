"""Speed-up of one variant over another, paired by seed, with a sign-flip test.

Two runs of one seed share split and initial parameters. Their ratio, baseline over variant, is
above 1 where the variant is faster. Where one of the two was censored the ratio has a bound only:
at least that of the logged steps where the baseline was, at most that where the variant was. Where
both were, the pair says nothing and is left out. The geometric mean of bounds in one direction is
such a bound; of bounds in both directions there is none.

The p-value flips signs of the logarithms of the ratios, all ways: under the hypothesis that the
variant changes nothing, the two runs of a seed could trade places. A censored pair enters with the
least log ratio that its steps show: log(last step of the censored run / step of the other), and
with zero if the censored run ended before the other generalized, for then the order is open.
Trading the runs turns each of these into its negative, so the p-value stays exact; what censoring
costs is power. Budgets are cut to the lower one of the pair, since runs with different budgets
cannot be traded.

With n pairs that say something no two-sided p-value lies below 2 / 2^n: three seeds give .25 at
least, and six are needed for less than .05.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from symtheory.errors import SpecError
from symtheory.records import Json, finite

from .time_to_generalization import Times

__all__ = ["Bound", "Speedup", "sign_flip", "speedup"]

_MOST_ENUMERATED = 20  # pairs; 2^20 sums are 8 MB
_N_DRAWS = 9999
_ROUNDING = 1e-9


class Bound(StrEnum):
    """Relation of the true ratio to the one that is given."""

    EXACT = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Speedup:
    """Ratios of times, baseline over variant.

    Parameters
    ----------
    seeds : tuple of int
        Of the pairs that say something.
    ratios : tuple of float
    bounds : tuple of Bound
        Whether each ratio is exact or a bound of the true one.
    mean : float or None
        Geometric mean; None without pairs, or where bounds go both ways.
    mean_bound : Bound or None
    n_silent : int
        Pairs of which both runs were censored.
    n_unpaired : int
        Runs without a partner of the same seed.
    p_value : float or None
        Two-sided sign-flip test; None where no pair shows an order.
    least_p_value : float or None
        Least that so many pairs can reach.
    """

    seeds: tuple[int, ...]
    ratios: tuple[float, ...]
    bounds: tuple[Bound, ...]
    mean: float | None
    mean_bound: Bound | None
    n_silent: int
    n_unpaired: int
    p_value: float | None
    least_p_value: float | None

    @property
    def note(self) -> str:
        """Say what the numbers rest on, and whether they could have been significant."""
        told = [f"{len(self.ratios)} pairs of runs"]
        n_bounds = sum(bound is not Bound.EXACT for bound in self.bounds)
        if n_bounds:
            told.append(f"{n_bounds} ratios are bounds")
        if self.n_silent:
            told.append(f"{self.n_silent} pairs censored on both sides say nothing")
        if self.n_unpaired:
            told.append(f"{self.n_unpaired} runs without a partner left out")
        if self.least_p_value is None:
            told.append("no pair shows an order")
        elif self.least_p_value > 0.05:
            told.append(
                f"so few pairs cannot give p below {self.least_p_value:.2g}, so nothing is "
                "claimed to be significant"
            )
        return "; ".join(told)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "seeds": list(self.seeds),
            "ratios": list(self.ratios),
            "bounds": [str(bound) for bound in self.bounds],
            "mean": finite(self.mean),
            "mean_bound": None if self.mean_bound is None else str(self.mean_bound),
            "n_silent": self.n_silent,
            "n_unpaired": self.n_unpaired,
            "p_value": self.p_value,
            "least_p_value": self.least_p_value,
            "note": self.note,
        }


def speedup(baseline: Times, variant: Times, *, rng: np.random.Generator) -> Speedup:
    """Compare two variants seed by seed.

    Parameters
    ----------
    baseline, variant : Times
        Runs are paired by seed. A run that generalized before step 1 counts as step 1.
    rng : numpy.random.Generator
        Draws signs where there are more than 20 pairs.

    Raises
    ------
    SpecError
        If no seed occurs on both sides.

    Examples
    --------
    >>> slow = Times(np.array([800, 900, 3000]), np.array([True, True, False]))
    >>> fast = Times(np.array([100, 300, 300]), np.array([True, True, True]))
    >>> found = speedup(slow, fast, rng=np.random.default_rng(0))
    >>> [f"{bound} {ratio:.1f}" for bound, ratio in zip(found.bounds, found.ratios)]
    ['= 8.0', '= 3.0', '≥ 10.0']
    >>> str(found.mean_bound), round(found.mean, 2), found.p_value
    ('≥', 6.21, 0.25)
    """
    shared = sorted(set(baseline.seeds) & set(variant.seeds))
    if not shared:
        raise SpecError("baseline and variant share no seed, so their runs cannot be paired")
    seeds, ratios, bounds, scores = [], [], [], []
    for seed in shared:
        i, j = baseline.seeds.index(seed), variant.seeds.index(seed)
        bound = _bound(bool(baseline.observed[i]), bool(variant.observed[j]))
        if bound is None:
            continue
        seeds.append(seed)
        bounds.append(bound)
        ratios.append(max(baseline.steps[i], 1.0) / max(variant.steps[j], 1.0))
        scores.append(_score(baseline, i, variant, j))
    n_shown = sum(abs(score) > _ROUNDING for score in scores)
    mean_bound = _joined(bounds)
    return Speedup(
        seeds=tuple(seeds),
        ratios=tuple(float(ratio) for ratio in ratios),
        bounds=tuple(bounds),
        mean=None if mean_bound is None else math.exp(float(np.mean(np.log(ratios)))),
        mean_bound=mean_bound,
        n_silent=len(shared) - len(seeds),
        n_unpaired=baseline.n_runs + variant.n_runs - 2 * len(shared),
        p_value=sign_flip(scores, rng=rng) if n_shown else None,
        least_p_value=min(1.0, 2.0 ** (1 - n_shown)) if n_shown else None,
    )


def sign_flip(values: Sequence[float], *, rng: np.random.Generator) -> float:
    """Return the two-sided p-value of a sum of values whose signs could as well be others.

    All signs are gone through for up to 20 values that are not zero, else 9,999 are drawn.

    Examples
    --------
    >>> sign_flip([1.0, 2.0, 0.5], rng=np.random.default_rng(0))
    0.25
    >>> sign_flip([1.0, -1.0], rng=np.random.default_rng(0))
    1.0
    """
    # Zeros change no sum, and would only double the number of signs to go through.
    sizes = np.array([value for value in values if abs(value) > _ROUNDING])
    if len(sizes) <= _MOST_ENUMERATED:
        sums, extra = np.zeros(1), 0
        for size in sizes:
            sums = np.concatenate([sums + size, sums - size])
    else:
        # The observed signs are among all signs, but not among the drawn: they count as one more.
        sums, extra = rng.choice([-1.0, 1.0], (_N_DRAWS, len(sizes))) @ sizes, 1
    extreme = int((np.abs(sums) >= abs(sizes.sum()) - _ROUNDING).sum())
    return (extra + extreme) / (extra + len(sums))


def _bound(is_baseline_seen: bool, is_variant_seen: bool) -> Bound | None:
    if is_baseline_seen and is_variant_seen:
        return Bound.EXACT
    if is_variant_seen:
        return Bound.AT_LEAST
    return Bound.AT_MOST if is_baseline_seen else None


def _score(baseline: Times, i: int, variant: Times, j: int) -> float:
    """Return the log ratio, or the least in size that a censored pair shows."""
    horizon = min(float(baseline.budgets[i]), float(variant.budgets[j]))
    a, b = (min(float(t.steps[k]), horizon) for t, k in ((baseline, i), (variant, j)))
    seen = _bound(
        bool(baseline.observed[i] and baseline.steps[i] <= horizon),
        bool(variant.observed[j] and variant.steps[j] <= horizon),
    )
    log_ratio = math.log(max(a, 1.0) / max(b, 1.0))
    match seen:
        case Bound.EXACT:
            return log_ratio
        # A bound shows an order only where it lies on its own side of 1; else the order is open.
        case Bound.AT_LEAST:
            return max(0.0, log_ratio)
        case Bound.AT_MOST:
            return min(0.0, log_ratio)
    return 0.0


def _joined(bounds: Sequence[Bound]) -> Bound | None:
    kinds = set(bounds) - {Bound.EXACT}
    if not bounds or len(kinds) > 1:
        return None
    return kinds.pop() if kinds else Bound.EXACT
