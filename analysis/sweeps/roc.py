"""Receiver operating characteristic of one score: area under the curve (AUC), best threshold.

Low scores speak for "solved". The area under the curve is the chance that an unsolved checkpoint
scores above a solved one, ties counted half [1]_. The threshold is where the
share of solved checkpoints at or below it exceeds that of unsolved ones most [2]_, put halfway (in
ratio, where scores are positive) to the next score above.

References
----------
.. [1] J. A. Hanley, B. J. McNeil, The meaning and use of the area under a receiver operating
   characteristic (ROC) curve, 1982, https://doi.org/10.1148/radiology.143.1.7063747
.. [2] W. J. Youden, Index for rating diagnostic tests, 1950,
   https://doi.org/10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3
"""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["area_of_ranks", "area_under_curve", "best_threshold", "operating_curve"]


def area_under_curve(scores: NDArray[np.float64], solved: NDArray[np.bool_]) -> float | None:
    """Return the chance that an unsolved checkpoint scores higher; None if all are alike.

    Examples
    --------
    >>> area_under_curve(np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, True, False, False]))
    0.875
    """
    from scipy.stats import rankdata  # takes half a second to import

    n_solved = int(solved.sum())
    n_unsolved = len(solved) - n_solved
    if not n_solved * n_unsolved:
        return None
    rank_sum = rankdata(scores)[~solved].sum()
    return float(area_of_ranks(rank_sum, n_solved=n_solved, n_unsolved=n_unsolved))


def area_of_ranks(
    rank_sum: NDArray[np.float64], *, n_solved: int, n_unsolved: int
) -> NDArray[np.float64]:
    """Return the area from the sum of the ranks of the unsolved: the U statistic of all pairs."""
    return (rank_sum - n_unsolved * (n_unsolved + 1) / 2) / (n_unsolved * n_solved)


def operating_curve(
    scores: NDArray[np.float64], solved: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what calling every score up to a threshold "solved" catches, for every threshold.

    Returns
    -------
    thresholds : (n,) float64
        The distinct scores, increasing, after minus infinity.
    false_share, true_share : (n,) float64
        Of the unsolved and of the solved checkpoints, those at or below.
    """
    thresholds, place = np.unique(scores, return_inverse=True)
    shares = [
        np.cumsum(np.bincount(place[mask], minlength=len(thresholds))) / max(1, mask.sum())
        for mask in (~solved, solved)
    ]
    false_share, true_share = (np.concatenate([[0.0], share]) for share in shares)
    return np.concatenate([[-np.inf], thresholds]), false_share, true_share


def best_threshold(scores: NDArray[np.float64], solved: NDArray[np.bool_]) -> float | None:
    """Return the threshold that separates best; None if all are alike, or none separates.

    Examples
    --------
    >>> best_threshold(np.array([1.0, 0.5, 4.0, 9.0]), np.array([True, True, False, False]))
    2.0
    """
    if solved.all() or not solved.any():
        return None
    thresholds, false_share, true_share = operating_curve(scores, solved)
    best = int(np.argmax(true_share - false_share))
    if best == 0:  # nothing is better than to call no checkpoint solved
        return None
    low = float(thresholds[best])
    if best + 1 == len(thresholds):
        return low
    high = float(thresholds[best + 1])
    middle = math.sqrt(low) * math.sqrt(high) if low > 0 else (low + high) / 2
    return middle if low <= middle < high else low
