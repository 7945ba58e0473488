"""Isotonic share of a score: what a monotone function of the rank explains of it.

The best non-decreasing function of the rank, in least squares, is found by pooling adjacent
violators [1]_. The share of the variance that it explains is 1 for every strictly increasing
spacing of the levels, and 0 where the means of the levels fall.

References
----------
.. [1] R. E. Barlow, H. D. Brunk, The Isotonic Regression Problem and Its Dual, 1972,
   https://doi.org/10.1080/01621459.1972.10481216
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["isotonic_share"]


def isotonic_share(
    scores: NDArray[np.float64], labelings: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of variance of scores that a non-decreasing function of ranks explains.

    Parameters
    ----------
    scores : (m, n) float64
    labelings : (m, n) int64
        Ranks from 0 up, every row with the same counts.

    Returns
    -------
    (m,) float64

    Examples
    --------
    >>> scores = np.array([[0.0, 1.0, 9.0], [9.0, 1.0, 0.0]])
    >>> isotonic_share(scores, np.array([[0, 1, 2], [0, 1, 2]])).tolist()
    [1.0, 0.0]
    """
    from scipy.optimize import isotonic_regression

    counts = np.bincount(labelings[0])
    order = np.argsort(labelings, axis=1, kind="stable")
    in_order = np.take_along_axis(scores, order, axis=1)
    # A function of the rank has one value on each level, so only the means of the levels matter,
    # weighted by their counts. These are the same in all rows, and so is where levels start.
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    centers = np.add.reduceat(in_order, starts, axis=1) / counts
    means = scores.mean(axis=1)
    totals = ((scores - means[:, None]) ** 2).sum(axis=1)
    shares = np.zeros(len(scores))
    for i, (levels, mean, total) in enumerate(zip(centers, means, totals, strict=True)):
        if total > 0:
            fitted = isotonic_regression(levels, weights=counts).x
            shares[i] = (counts * (fitted - mean) ** 2).sum() / total
    return np.minimum(shares, 1.0)
