"""Enumeration of the pairs of operands that a family of partial maps moves.

A family of maps (A_m, B_m) names instances (m, x, y): those with A_m(x) and B_m(y) defined, without
the trivial ones, where both stay in place. They are numbered without being listed: for each m the
moved operands are put before those that stay, and the instances are two rectangles, moved x with
any y and unmoved x with moved y.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NumberedInstances", "number_instances"]


@dataclass(frozen=True, slots=True, eq=False)
class NumberedInstances:
    """The numbered instances of a family of partial maps.

    Parameters
    ----------
    x_order, y_order : (k, nx), (k, ny) int64
        Operands of each map: the moved ones, those that stay, those where it is undefined.
    n_x_moved, n_x, n_y_moved, n_y : (k,) int64
        How many operands of either side are moved, and on how many the map is defined.
    up_to : (k,) int64
        Number of instances of the maps up to and including each.
    """

    x_order: NDArray[np.int64]
    y_order: NDArray[np.int64]
    n_x_moved: NDArray[np.int64]
    n_x: NDArray[np.int64]
    n_y_moved: NDArray[np.int64]
    n_y: NDArray[np.int64]
    up_to: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.up_to[-1]) if len(self.up_to) else 0

    def __getitem__(
        self, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the maps m and the operands x and y of instances, each of the shape of numbers."""
        m = np.searchsorted(self.up_to, numbers, side="right")
        n_moved = self.n_x_moved[m] * self.n_y[m]
        rest = numbers - self.up_to[m] + n_moved
        rest += (self.n_x[m] - self.n_x_moved[m]) * self.n_y_moved[m]
        is_moved = rest < n_moved
        width = np.where(is_moved, self.n_y[m], self.n_y_moved[m])
        i, j = np.divmod(np.where(is_moved, rest, rest - n_moved), width)
        i += np.where(is_moved, 0, self.n_x_moved[m])
        return m, self.x_order[m, i], self.y_order[m, j]


def number_instances(x_images: NDArray[np.int64], y_images: NDArray[np.int64]) -> NumberedInstances:
    """Return the instances of k pairs of maps, numbered map by map.

    Parameters
    ----------
    x_images, y_images : (k, nx), (k, ny) int64
        Image of every operand under each map, -1 where it is undefined.

    Examples
    --------
    >>> import numpy as np
    >>> found = number_instances(np.array([[1, 0, 2]]), np.array([[0, -1]]))
    >>> len(found), [part.tolist() for part in found[np.arange(2)]]
    (2, [[0, 0], [0, 1], [0, 0]])
    """
    x_order, n_x_moved, n_x = _sorted(x_images)
    y_order, n_y_moved, n_y = _sorted(y_images)
    counts = n_x_moved * n_y + (n_x - n_x_moved) * n_y_moved
    return NumberedInstances(x_order, y_order, n_x_moved, n_x, n_y_moved, n_y, np.cumsum(counts))


def _sorted(
    images: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the operands of each map, moved ones first, and the numbers of moved and defined."""
    is_defined = images >= 0
    is_moved = is_defined & (images != np.arange(images.shape[1]))
    order = np.argsort(2 - is_defined.astype(np.int8) - is_moved, axis=1, kind="stable")
    return order, is_moved.sum(axis=1), is_defined.sum(axis=1)
