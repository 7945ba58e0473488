"""Memory of a Rips filtration, estimated before it is built.

The memory of persistent homology is decided by the number of simplices that are held at once:
edges for degrees 0 and 1 over F_2 (`low_degrees`), and one simplex of the top degree plus what
the reduction adds for ripser. The figures per simplex are rounded up from peak memory measured on
noisy orbits, orbits and Gaussian clouds of 60 to 1000 points. The top simplices grow like a power
of the number of points, so these few lines are all that is needed to choose between all points,
landmarks, and no diagram at all.
"""

from math import comb

__all__ = ["RIPS_BUDGET", "most_points", "rips_bytes"]

RIPS_BUDGET = 64 << 20
"""Bytes for one filtration: degree 1 of some 690 points, degree 2 of 138."""

_BYTES_PER_EDGE = 200
_BYTES_PER_TRIANGLE = 20  # ripser in degree 1
_BYTES_PER_SIMPLEX = 150  # ripser from degree 2 on, for each simplex of the top degree


def rips_bytes(n_points: int, *, max_degree: int = 1, field: int = 2) -> int:
    """Return how many bytes the diagrams of so many distinct points take, rounded up.

    Parameters
    ----------
    n_points : int
    max_degree : int
        Highest degree of homology.
    field : int
        A prime; other fields than F_2 list triangles already in degree 1.

    Examples
    --------
    >>> [rips_bytes(n) >> 20 for n in (113, 512, 1000)]
    [1, 32, 154]
    >>> rips_bytes(113, max_degree=2) >> 20, rips_bytes(512, max_degree=2) >> 20
    (34, 3214)
    """
    if field == 2 and max_degree <= 1:
        # Each edge holds a bit vector over the births, of which there are about n.
        return comb(n_points, 2) * (_BYTES_PER_EDGE + n_points // 8)
    if max_degree <= 1:
        return comb(n_points, 3) * _BYTES_PER_TRIANGLE + rips_bytes(n_points)
    return comb(n_points, max_degree + 1) * _BYTES_PER_SIMPLEX + rips_bytes(n_points)


def most_points(budget_bytes: int, *, max_degree: int = 1, field: int = 2) -> int:
    """Return the largest number of points whose diagrams stay within a budget; 2 at least.

    Examples
    --------
    >>> most_points(RIPS_BUDGET) >= 512, most_points(RIPS_BUDGET, max_degree=2)
    (True, 138)
    """
    low, high = 2, 4
    while rips_bytes(high, max_degree=max_degree, field=field) <= budget_bytes:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if rips_bytes(middle, max_degree=max_degree, field=field) <= budget_bytes:
            low = middle
        else:
            high = middle
    return low
