"""Combination of p-values, and confidence intervals of a mean and of a share.

References
----------
.. [1] R. A. Fisher, Statistical Methods for Research Workers, 4th edition, 1932, section 21.1.
.. [2] C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the
   case of the binomial, 1934, https://doi.org/10.1093/biomet/26.4.404
"""

import math
from collections.abc import Sequence

import numpy as np

from symtheory.errors import SpecError

__all__ = ["clopper_pearson", "fisher_combination", "student_interval"]

_CONFIDENCE = 0.95


def fisher_combination(p_values: Sequence[float]) -> float:
    """Return the p-value of independent p-values together: that all their nulls are true.

    Examples
    --------
    >>> round(fisher_combination([0.1, 0.1, 0.1]), 4), fisher_combination([0.3]).__round__(9)
    (0.0318, 0.3)
    """
    from scipy.special import chdtrc

    if not len(p_values):
        raise SpecError("a combination needs at least one p-value, none was given")
    statistic = -2 * sum(math.log(p) for p in p_values)
    return float(chdtrc(2 * len(p_values), statistic))


def student_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the mean of at least two independent values.

    Examples
    --------
    >>> [round(end, 3) for end in student_interval([0.9, 1.0, 1.1])]
    [0.752, 1.248]
    """
    from scipy.special import stdtrit

    n = len(values)
    if n < 2:
        raise SpecError(f"an interval of a mean needs at least two values, {n} given")
    mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    half = float(stdtrit(n - 1, (1 + _CONFIDENCE) / 2)) * deviation / math.sqrt(n)
    return mean - half, mean + half


def clopper_pearson(count: int, n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share of which ``count`` of n trials are seen.

    Examples
    --------
    >>> [round(end, 3) for end in clopper_pearson(6, 6)]
    [0.541, 1.0]
    """
    from scipy.special import betaincinv

    tail = (1 - _CONFIDENCE) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1 - tail))
    return low, high
