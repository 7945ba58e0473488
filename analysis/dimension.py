"""How many dimensions a cloud fills, by the spread of its variance.

The count of principal components above 1 % of the variance is
`symtheory.geometry.dimension.effective_dimension`; this module adds the measure without a
threshold.
"""

import numpy as np
from numpy.typing import NDArray

from .clouds import principal_coordinates

__all__ = ["participation_ratio"]


def participation_ratio(cloud: NDArray[np.float64]) -> float:
    """Return (sum of variances)^2 / (sum of squared variances) over principal components.

    It is k for a cloud spread evenly over k dimensions, and falls smoothly with unequal spread.

    Parameters
    ----------
    cloud : (n, d) float64

    Examples
    --------
    >>> round(participation_ratio(np.array([[1.0, 0], [0, 1.0], [-1.0, 0], [0, -1.0]])), 12)
    2.0
    """
    variances = (principal_coordinates(cloud) ** 2).sum(axis=0)
    return float(variances.sum() ** 2 / (variances**2).sum())
