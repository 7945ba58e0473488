"""Binomial limits on the count of rejections, for tests of false-positive rates."""

import numpy as np
from scipy.special import bdtr


def binomial_bounds(n_trials: int, rate: float, *, confidence: float = 0.999) -> tuple[int, int]:
    """Return the counts that a binomial variable lies between with at least this confidence.

    A test of level ``rate`` run on ``n_trials`` true nulls rejects a number of them within these
    bounds.

    Examples
    --------
    >>> binomial_bounds(400, 0.05)
    (7, 36)
    """
    below = bdtr(np.arange(n_trials + 1), n_trials, rate)  # P(count <= k)
    tail = (1 - confidence) / 2
    return int(np.argmax(below >= tail)), int(np.argmax(below >= 1 - tail))
