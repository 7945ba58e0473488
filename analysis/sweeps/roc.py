"""How well one number tells solved checkpoints from others: area under the curve, threshold.

Low scores speak for "solved". The area under the receiver's operating curve is the chance that an
unsolved checkpoint scores above a solved one, ties counted half [1]_. The threshold is where the
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

__all__ = ["area_under_curve", "best_threshold", "midranks", "operating_curve"]


def midranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranks from 1 on; equal scores share the mean of theirs.

    Examples
    --------
    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place])


def area_under_curve(scores: NDArray[np.float64], solved: NDArray[np.bool_]) -> float | None:
    """Return the chance that an unsolved checkpoint scores higher; None if all are alike.

    Examples
    --------
    >>> area_under_curve(np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, True, False, False]))
    0.875
    """
    n_solved = int(solved.sum())
    n_pairs = n_solved * (len(solved) - n_solved)
    if not n_pairs:
        return None
    above = (
        midranks(scores)[~solved].sum()
        - (len(solved) - n_solved) * (len(solved) - n_solved + 1) / 2
    )
    return float(above / n_pairs)


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
