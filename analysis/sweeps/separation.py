"""Separation of solved checkpoints by one score: errors on left-out seeds, and a null.

The null gives each seed's solved curve the score curve of another seed; what it keeps is that
both change with the step. See `symtheory.analysis.sweeps.criterion`.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from symtheory.records import Json, finite

from .checkpoints import Checkpoints
from .roc import area_of_ranks, area_under_curve, best_threshold

__all__ = ["Separation", "seed_orders", "separate"]

_MOST_ENUMERATED = 7  # seeds; 5,040 orders
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Separation:
    """Separation of solved checkpoints from others by one score.

    Parameters
    ----------
    score : str
    n_rows : int
        Checkpoints that have the score.
    auc : float or None
        Area under the curve over all of them; None where all are solved, or none is.
    threshold : float or None
        Over all of them; None also where low scores do not speak for "solved" at all.
    error : float or None
        Share of checkpoints on the wrong side of it.
    left_out_error : float or None
        Mean over seeds of the share on the wrong side of the threshold of the other seeds.
    left_out_thresholds : tuple of float or None
        One for each seed.
    aligned_auc, null_auc : float or None
        The area on the common grid of steps, and its mean with curves of other seeds.
    p_value : float or None
        Of the aligned area among those.
    """

    score: str
    n_rows: int
    auc: float | None
    threshold: float | None
    error: float | None
    left_out_error: float | None
    left_out_thresholds: tuple[float | None, ...]
    aligned_auc: float | None
    null_auc: float | None
    p_value: float | None

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "score": self.score,
            "n_rows": self.n_rows,
            "auc": self.auc,
            "threshold": finite(self.threshold),
            "error": self.error,
            "left_out_error": self.left_out_error,
            "left_out_thresholds": [finite(value) for value in self.left_out_thresholds],
            "aligned_auc": self.aligned_auc,
            "null_auc": self.null_auc,
            "p_value": self.p_value,
        }


def separate(
    rows: Checkpoints,
    name: str,
    *,
    orders: NDArray[np.int64],
    is_drawn: bool,
    span: tuple[float, float],
) -> Separation:
    """Measure how a column of the checkpoints, or minus their step, separates the solved ones.

    Parameters
    ----------
    rows : Checkpoints
    name : str
        A column, or "step".
    orders : (n_orders, n_seeds) int64
        Whose curve of scores each seed gets under the null.
    is_drawn : bool
        Whether these are draws, or else all orders.
    span : tuple of two floats
        First and last step that count for the null.
    """
    values = -rows.step if name == "step" else rows.values[name]
    has = np.isfinite(values)
    scores, solved, seed = values[has], rows.is_solved[has], rows.seed[has]
    threshold = best_threshold(scores, solved)
    # The threshold for each seed, from all the others.
    limits = tuple(
        best_threshold(scores[seed != s], solved[seed != s]) for s in range(len(rows.seeds))
    )
    errors = [
        _error(scores[seed == s], solved[seed == s], limit)
        for s, limit in enumerate(limits)
        if limit is not None and (seed == s).any()
    ]
    aligned, null = _aligned(rows, name, orders, span)
    p_value = None
    if aligned is not None:
        extra = int(is_drawn)  # among all orders is the observed one
        extreme = int((null >= aligned - _ROUNDING).sum())
        p_value = (extra + extreme) / (extra + len(null))
    return Separation(
        score=name,
        n_rows=int(has.sum()),
        auc=area_under_curve(scores, solved),
        threshold=threshold,
        error=None if threshold is None else _error(scores, solved, threshold),
        left_out_error=float(np.mean(errors)) if errors else None,
        left_out_thresholds=limits,
        aligned_auc=aligned,
        null_auc=None if aligned is None else float(null.mean()),
        p_value=p_value,
    )


def _error(scores: NDArray[np.float64], solved: NDArray[np.bool_], limit: float) -> float:
    return float(((scores <= limit) != solved).mean())


def _aligned(
    rows: Checkpoints, name: str, orders: NDArray[np.int64], span: tuple[float, float]
) -> tuple[float | None, NDArray[np.float64]]:
    """Return the area on the common grid, and the areas with the scores of seeds exchanged."""
    from scipy.stats import rankdata  # takes half a second to import

    nothing = None, np.zeros(0)
    if not len(rows.step):
        return nothing
    steps, accuracy = rows.curves("test_accuracy")
    if name == "step":
        own_steps, scores = steps, np.broadcast_to(-steps, accuracy.shape)
    else:
        own_steps, scores = rows.curves(name)
    common = np.intersect1d(steps, own_steps)
    common = common[(common >= span[0]) & (common <= span[1])]
    solved = accuracy[:, np.isin(steps, common)] >= 1
    scores = scores[:, np.isin(own_steps, common)]
    counts = {"n_solved": int(solved.sum()), "n_unsolved": int((~solved).sum())}
    if not all(counts.values()):
        return nothing
    ranks = rankdata(scores).reshape(scores.shape)
    # Entry (s, t): ranks of the scores of seed t where seed s is unsolved. An order of the seeds
    # picks one entry of each row, so no area has to be computed anew.
    sums = (~solved).astype(np.float64) @ ranks.T
    picked = sums[np.arange(len(sums)), orders].sum(axis=1)
    return float(area_of_ranks(np.trace(sums), **counts)), area_of_ranks(picked, **counts)


def seed_orders(n: int, n_draws: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], bool]:
    """Return all orders of up to 7 seeds, or else draws, and whether they were drawn.

    Examples
    --------
    >>> orders, is_drawn = seed_orders(3, 9, np.random.default_rng(0))
    >>> len(orders), is_drawn
    (6, False)
    """
    if n <= _MOST_ENUMERATED:
        return np.array(list(permutations(range(n)))), False
    return rng.permuted(np.broadcast_to(np.arange(n), (n_draws, n)), axis=1), True
