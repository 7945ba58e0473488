"""Principal loop isotope of a Latin square: the square with an identity put in.

With R(x) = f(x, y0) and L(y) = f(x0, y), x * x' = R^-1 f(x, L^-1 R x') makes the rows a loop with
identity x0. A loop that is isotopic to a group is isomorphic to it [1]_, so the square is a group
isotope exactly if this loop is associative.

References
----------
.. [1] A. A. Albert, Quasigroups I, Trans. Amer. Math. Soc. 54 (1943), 507-519,
   doi:10.1090/S0002-9947-1943-0009962-7.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import GroupAxiomError
from symtheory.groups.group import Group

__all__ = ["is_group_isotope", "principal_loop"]


def principal_loop(square: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the table of the loop at the first row and column, (n, n) int64.

    Parameters
    ----------
    square : (n, n) int64
        A Latin square on 0..n-1.

    Examples
    --------
    >>> x = np.arange(3)
    >>> principal_loop((x[:, None] - x + 1) % 3).tolist()
    [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    """
    column, row = square[:, 0], square[0]
    column_inverse, row_inverse = np.argsort(column), np.argsort(row)
    return np.asarray(column_inverse[square[:, row_inverse[column]]])


def is_group_isotope(square: NDArray[np.int64]) -> bool:
    """Whether a Latin square is a group isotope; Light's test, O(n^2 log n).

    Examples
    --------
    >>> x = np.arange(8)
    >>> square = (x[:, None] - 3 * x) % 8
    >>> is_group_isotope(square)
    True
    >>> square[np.ix_([0, 4], [0, 4])] = square[np.ix_([0, 4], [4, 0])]  # a 2 x 2 subsquare turned
    >>> is_group_isotope(square)
    False
    """
    try:
        Group(principal_loop(square))
    except GroupAxiomError:
        return False
    return True
