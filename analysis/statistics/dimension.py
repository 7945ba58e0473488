"""Dimension of a point cloud: participation ratio, and the estimate from two neighbors.

The count of principal components above 1 % of the variance is
`symtheory.geometry.dimension.effective_dimension`; this module adds the measure without a
threshold, and one that follows a curved cloud: a circle fills two dimensions and is of dimension 1.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import components
from symtheory.errors import SpecError

from .clouds import principal_coordinates, unit_cloud

__all__ = ["isotropy", "participation_ratio", "two_nn"]

_DISCARDED = 0.1  # share of the largest ratios that the fit leaves out, as in the paper
_SAME = 1e-9  # points nearer than this share of the radius of the cloud are one
_TIED = 1e-9  # neighbors whose distances differ by less than this share are equally far
_LEAST_POINTS = 10


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


def isotropy(cloud: NDArray[np.float64]) -> float:
    """Return how near a cloud is to filling all n - 1 dimensions alike, about 1 for white noise.

    The participation ratio over that of white noise, which is (n - 1) d / (n - 1 + d) up to
    fluctuations [1]_; times d / (n - 1) where the cloud has too few dimensions to fill them.

    Parameters
    ----------
    cloud : (n, d) float64

    Examples
    --------
    >>> round(isotropy(np.random.default_rng(0).standard_normal((97, 128))), 2)
    0.99

    References
    ----------
    .. [1] V. A. Marchenko, L. A. Pastur, Distribution of eigenvalues for some sets of random
       matrices, 1967, https://doi.org/10.1070/SM1967v001n04ABEH001994
    """
    n, d = cloud.shape
    of_noise = (n - 1) * d / (n - 1 + d)
    return float(participation_ratio(cloud) / of_noise * min(1.0, d / (n - 1)))


def two_nn(cloud: NDArray[np.float64]) -> float | None:
    """Return the intrinsic dimension from the two nearest neighbors of each point.

    Where points are drawn at random and their density is constant on the scale of two neighbors,
    the ratio mu = r2 / r1 of the distances to them has P(mu <= m) = 1 - m^-d in dimension d [1]_.
    This is the linear fit of the paper: the line through the origin of -log(1 - F(mu)) on log mu,
    F the empirical distribution, without the largest tenth of the ratios; its slope is d.

    *Regular clouds have no such dimension.* In an orbit every point has its nearest neighbors
    equally far in pairs, mu = 1, and the slope is infinite; under weak noise it is large without
    meaning. So the number says something of scattered points, and of an embedding that follows a
    group law nothing.

    Parameters
    ----------
    cloud : (n, d) float64
        Equal points are merged first.

    Returns
    -------
    float or None
        None where half of the points or more have two nearest neighbors equally far.

    Raises
    ------
    SpecError
        If fewer than 10 distinct points are left.

    Examples
    --------
    >>> angles = np.random.default_rng(0).uniform(0, 2 * np.pi, 500)
    >>> round(two_nn(np.stack([np.cos(angles), np.sin(angles)], axis=1)), 1)
    1.0
    >>> angles = 2 * np.pi * np.arange(97) / 97
    >>> two_nn(np.stack([np.cos(angles), np.sin(angles)], axis=1)) is None
    True

    References
    ----------
    .. [1] E. Facco, M. d'Errico, A. Rodriguez, A. Laio, Estimating the intrinsic dimension of
       datasets by a minimal neighborhood information, 2017,
       https://doi.org/10.1038/s41598-017-11873-y
    """
    from scipy.spatial import KDTree

    points = principal_coordinates(unit_cloud(cloud))
    left, right = KDTree(points).query_pairs(_SAME, output_type="ndarray").T
    same = components(len(points), left, right)
    points = points[np.unique(same, return_index=True)[1]]
    n = len(points)
    if n < _LEAST_POINTS:
        raise SpecError(
            f"the dimension near the points needs at least {_LEAST_POINTS} distinct ones, the "
            f"cloud has {n}"
        )
    distances = KDTree(points).query(points, k=3)[0]
    ratios = np.sort(distances[:, 2] / distances[:, 1])
    if np.median(ratios) <= 1 + _TIED:
        return None
    kept = int(n * (1 - _DISCARDED))
    logs = np.log(ratios[:kept])
    heights = -np.log1p(-np.arange(1, kept + 1) / n)
    return float(logs @ heights / (logs @ logs))
