"""Bottleneck distance between persistence diagrams, exact.

A partial matching pairs points of two diagrams; it costs the largest sup-norm distance between
paired points and half the length of every bar left unpaired. The distance is the least cost [1]_.
It is one of finitely many candidates (a distance between two points or half a length), so a binary
search over the sorted candidates with a matching at each step is exact.

At threshold t only the bars longer than 2t must be paired. By the theorem of Mendelsohn and
Dulmage [2]_ one matching covers those of both diagrams iff one matching covers those of the first
and another those of the second, so two small assignment problems decide.

References
----------
.. [1] D. Cohen-Steiner, H. Edelsbrunner, J. Harer, Stability of Persistence Diagrams, 2007,
   https://doi.org/10.1007/s00454-006-1276-5
.. [2] N. S. Mendelsohn, A. L. Dulmage, Some generalizations of the problem of distinct
   representatives, 1958, https://doi.org/10.4153/CJM-1958-027-8
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from symtheory.errors import SpecError

from .diagrams import Diagrams, top_bars

__all__ = ["bottleneck_distance", "graded_bottleneck"]


def bottleneck_distance(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the bottleneck distance between two finite diagrams.

    Parameters
    ----------
    first, second : (k, 2) float64
        Births and deaths; repeated points count as often as they occur.

    Raises
    ------
    SpecError
        If a birth or a death is not finite: compare numbers of essential bars instead.

    Examples
    --------
    >>> bottleneck_distance(np.array([[0.0, 2.0]]), np.array([[0.25, 2.0], [1.0, 1.5]]))
    0.25
    >>> bottleneck_distance(np.array([[0.0, 2.0]]), np.empty((0, 2)))
    1.0
    """
    a, b = (np.asarray(bars, dtype=np.float64).reshape(-1, 2) for bars in (first, second))
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise SpecError("a diagram holds an infinite bar; pass finite bars and count the others")
    half_a, half_b = (a[:, 1] - a[:, 0]) / 2, (b[:, 1] - b[:, 0]) / 2
    apart = np.abs(a[:, None] - b[None]).max(axis=2)
    candidates = np.unique(np.concatenate([[0.0], half_a, half_b, apart.ravel()]))
    low, high = 0, len(candidates) - 1  # the largest candidate is always enough
    while low < high:
        middle = (low + high) // 2
        limit = candidates[middle]
        near = apart <= limit
        # Bars longer than twice the limit cannot be left unpaired: each needs a partner of its own.
        if _covers(near[half_a > limit]) and _covers(near.T[half_b > limit]):
            high = middle
        else:
            low = middle + 1
    return float(candidates[low])


def graded_bottleneck(
    first: Diagrams, second: Diagrams, *, n_bars: int | None = None
) -> tuple[float, ...]:
    """Return the bottleneck distance in each degree, on the longest bars only if asked.

    Parameters
    ----------
    first, second : Diagrams
    n_bars : int, optional
        Compare only so many longest bars of each degree.

    Returns
    -------
    tuple of float
        One distance a degree; infinite where the numbers of essential bars differ.
    """
    if len(first.bars) != len(second.bars):
        raise SpecError(
            f"diagrams up to degree {len(first.bars) - 1} and up to degree "
            f"{len(second.bars) - 1} cannot be compared"
        )
    distances = []
    for degree, (a, b) in enumerate(zip(first.bars, second.bars, strict=True)):
        if first.n_essential[degree] != second.n_essential[degree]:
            distances.append(float("inf"))
        else:
            distances.append(bottleneck_distance(top_bars(a, n_bars), top_bars(b, n_bars)))
    return tuple(distances)


def _covers(allowed: NDArray[np.bool_]) -> bool:
    """Return whether every row can be paired with an allowed column of its own."""
    if allowed.shape[0] > allowed.shape[1] or not allowed.any(axis=1).all():
        return False
    # A largest assignment; where it must use an entry that is not allowed, a row stays unpaired.
    rows, columns = linear_sum_assignment(allowed, maximize=True)
    return bool(allowed[rows, columns].all())
