"""Quadrangle criterion: the distance of a Latin square from a group.

A quadrangle is the four cells of two rows and two columns. In the table of a group, two
quadrangles with three equal answers have the fourth in common, and a Latin square in which this
always holds is a group isotope [1]_. The share of quadrangles for which it does is 1 for a group
isotope, near 1 for a damaged one and about 1/n for a random square.

References
----------
.. [1] J. Dénes, A. D. Keedwell, Latin Squares and their Applications, 1974, section 1.2.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["quadrangle_rate"]

_DRAWS = 2000
_SEED = 20260


def quadrangle_rate(square: NDArray[np.int64]) -> float:
    """Return the share of random pairs of quadrangles with three equal answers that close.

    Parameters
    ----------
    square : (n, n) int64
        A Latin square on 0..n-1 with n at least 2. 2000 pairs are drawn, always the same ones.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(7)
    >>> quadrangle_rate((x[:, None] - x) % 7)
    1.0
    """
    n = len(square)
    rng = np.random.default_rng(_SEED)
    column_of, row_of = np.argsort(square, axis=1), np.argsort(square, axis=0)
    x, y = rng.integers(n, size=(2, _DRAWS))
    # Two different rows and columns, and a second quadrangle that starts in another row.
    x2, y2, start = ((base + 1 + rng.integers(n - 1, size=_DRAWS)) % n for base in (x, y, x))
    first, second = column_of[start, square[x, y]], column_of[start, square[x, y2]]
    below = row_of[square[x2, y], first]
    return float((square[below, second] == square[x2, y2]).mean())
