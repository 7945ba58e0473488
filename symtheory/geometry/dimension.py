"""Effective dimension of a point cloud.

References
----------
Effective dimension as the number of principal components that explain more than a given share of
the variance: Y. Hwang, Y. Park, arXiv:2603.01968.
"""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["effective_dimension"]


def effective_dimension(points: ArrayLike, share: float = 0.01) -> int:
    """Count the principal components that explain more than ``share`` of the variance.

    Parameters
    ----------
    points : (n, d) float
    share : float
        Threshold on the share of the total variance.

    Examples
    --------
    >>> effective_dimension([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    2
    """
    cloud = np.asarray(points, dtype=np.float64)
    variance = np.linalg.svd(cloud - cloud.mean(axis=0), compute_uv=False) ** 2
    total = variance.sum()
    return int(np.count_nonzero(variance > share * total)) if total > 0 else 0
