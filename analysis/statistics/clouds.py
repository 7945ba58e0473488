"""A learned embedding as a centered point cloud.

Convention: row i of an (n, d) float64 array is the vector of token i. Every test of this layer
sees the cloud up to translation, rotation and scale, so all of it is said by the centered Gram
matrix; `principal_coordinates` is the shortest array with that Gram matrix.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

__all__ = ["centered", "check_scale", "principal_coordinates", "unit_cloud"]

# Power below this share of the raw one is rounding, not structure.
_NO_POWER = 1e-24

_LARGEST, _SMALLEST = 1e140, 1e-140  # between them sums of squares neither overflow nor vanish


def check_scale(points: NDArray[np.float64]) -> None:
    """Refuse points whose squares are no numbers of double precision.

    Raises
    ------
    SpecError
        If the largest coordinate is beyond 1e140, or not zero and below 1e-140.
    """
    largest = np.abs(points).max(initial=0)
    if largest > _LARGEST or 0 < largest < _SMALLEST:
        raise SpecError(
            f"the largest coordinate of the points is {largest:.3g}, whose square is out of range; "
            "rescale them, no test depends on the scale"
        )


def centered(cloud: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move the centroid of a cloud to the origin.

    Parameters
    ----------
    cloud : (n, d) float64
        One point a row.

    Returns
    -------
    (n, d) float64

    Raises
    ------
    SpecError
        If the array is not two-dimensional, holds a value that is not finite or cannot be squared,
        or all its rows coincide: a single point has no geometry to test.

    Examples
    --------
    >>> centered(np.array([[0.0, 1.0], [2.0, 1.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    points = np.asarray(cloud, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape:
        raise SpecError(f"a cloud is (n_points, n_coordinates), got shape {points.shape}")
    if not np.isfinite(points).all():
        n_bad = int((~np.isfinite(points)).sum())
        raise SpecError(f"the cloud has {n_bad} values that are not finite; remove or repair them")
    check_scale(points)
    moved: NDArray[np.float64] = points - points.mean(axis=0)
    if not (moved**2).sum() > _NO_POWER * (points**2).sum():
        raise SpecError(f"all {len(points)} points of the cloud coincide: it has no geometry")
    return moved


def principal_coordinates(
    cloud: NDArray[np.float64], *, n_components: int | None = None
) -> NDArray[np.float64]:
    """Return the centered cloud in its own principal axes, U S of the singular value decomposition.

    The Gram matrix is that of the centered cloud, and the columns come in order of falling
    variance. Directions whose singular value is zero to rounding are left out, so the array has
    at most min(n - 1, d) columns.

    Parameters
    ----------
    cloud : (n, d) float64
    n_components : int, optional
        Keep only so many leading components (the best approximation of that rank).

    Returns
    -------
    (n, k) float64

    Examples
    --------
    >>> square = np.array([[1.0, 1.0, 5.0], [1.0, -1.0, 5.0], [-1.0, 1.0, 5.0], [-1.0, -1.0, 5.0]])
    >>> principal_coordinates(square).shape
    (4, 2)
    """
    left, singular, _ = np.linalg.svd(centered(cloud), full_matrices=False)
    tolerance = singular[0] * max(cloud.shape) * np.finfo(np.float64).eps
    rank = int((singular > tolerance).sum())
    if n_components is not None:
        if n_components < 1:
            raise SpecError(f"keep at least one component, {n_components} was asked for")
        rank = min(rank, n_components)
    return np.asarray(left[:, :rank] * singular[:rank])


def unit_cloud(cloud: NDArray[np.float64]) -> NDArray[np.float64]:
    """Center a cloud and scale it to root-mean-square radius 1.

    Examples
    --------
    >>> unit_cloud(np.array([[0.0], [4.0]])).tolist()
    [[-1.0], [1.0]]
    """
    moved = centered(cloud)
    return np.asarray(moved / np.sqrt((moved**2).sum() / len(moved)))
