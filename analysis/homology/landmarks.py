"""Landmarks of a point cloud, chosen by the greedy maxmin rule.

The greedy maxmin permutation begins with the first point and adds each time the point farthest
from all before it [1]_. The covering radius r of the landmarks is the distance of the farthest
point left out. The Hausdorff distance of landmarks and cloud is r, so that by stability [2]_ no
bar of the Rips diagrams moves by more than 2 r in birth or death (diameters, as here, count twice
the radius): differences between diagrams below that are not seen.

References
----------
.. [1] T. F. Gonzalez, Clustering to minimize the maximum intercluster distance, 1985,
   https://doi.org/10.1016/0304-3975(85)90224-5
.. [2] F. Chazal, V. de Silva, S. Oudot, Persistence stability for geometric complexes, 2014,
   https://doi.org/10.1007/s10711-013-9937-z
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

__all__ = ["Landmarks", "maxmin_landmarks"]


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Points chosen from a cloud.

    Parameters
    ----------
    indices : (n_landmarks,) int64
        In the order of choice.
    covering_radius : float
        Distance of the farthest point from its nearest landmark; 0 where all are landmarks.
    """

    indices: NDArray[np.int64]
    covering_radius: float


def maxmin_landmarks(points: NDArray[np.float64], n_landmarks: int) -> Landmarks:
    """Choose landmarks by the greedy maxmin rule, beginning with the first point.

    Parameters
    ----------
    points : (n, d) float64
    n_landmarks : int
        At least one; all points are returned, in their order, where there are no more than that.

    Raises
    ------
    SpecError
        If less than one landmark is asked for.

    Examples
    --------
    >>> found = maxmin_landmarks(np.array([[0.0], [1.0], [5.0], [9.0]]), 3)
    >>> found.indices.tolist(), found.covering_radius
    ([0, 3, 2], 1.0)
    """
    if n_landmarks < 1:
        raise SpecError(f"choose at least one landmark, {n_landmarks} were asked for")
    n = len(points)
    if n <= n_landmarks:
        return Landmarks(np.arange(n, dtype=np.int64), 0.0)
    chosen = [0]
    nearest = np.full(n, np.inf)
    while True:
        nearest = np.minimum(nearest, np.linalg.norm(points - points[chosen[-1]], axis=1))
        farthest = float(nearest.max())
        if len(chosen) == n_landmarks:
            return Landmarks(np.array(chosen, dtype=np.int64), farthest)
        # Orbits are full of ties; which of equal points comes first must not hang on rounding.
        chosen.append(int(np.argmax(nearest >= farthest * (1 - 1e-9))))
