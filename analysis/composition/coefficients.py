"""Coefficients of functions on a group, irrep by irrep, as matrices.

For a real irrep rho of dimension D whose commuting matrices have dimension c (1, 2 or 4),

    C = sqrt(D / (n c)) * sum_g f(g) rho(g),

so that ||C||^2 is the power of f in the isotypic block of rho. f is one matrix coefficient
g -> a^T rho(g) b there, of *rank one*, iff C has c equal singular values and no others: C commutes
with c dimensions of matrices, so its singular values come c at a time. Convolution multiplies the
coefficients, (u * v)^ = sqrt(n c / D) U V.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.representations.irreps import RealIrrep
from symtheory.representations.matrix_coefficients import coefficient_frame, matrix_coefficients

__all__ = ["coefficients", "irreps_of", "rank_one_shares"]


def irreps_of(group: Group) -> tuple[RealIrrep, ...]:
    """Return the real irreps of a group but the trivial one."""
    return tuple(found.irrep for found in matrix_coefficients(group)[1:])


def coefficients(functions: NDArray[np.float64], irrep: RealIrrep) -> NDArray[np.float64]:
    """Return the matrices C of functions.

    Parameters
    ----------
    functions : (m, n) float64
        Values on the elements of the group, in its order.
    irrep : RealIrrep

    Returns
    -------
    (m, D, D) float64

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> plane = irreps_of(symmetric(3))[1]
    >>> entry = plane.matrices[:, 0, 1]
    >>> found = coefficients(entry[None], plane)[0]
    >>> bool(np.isclose((found**2).sum(), (entry**2).sum()))
    True
    """
    return np.asarray(
        (functions @ coefficient_frame(irrep)).reshape(-1, irrep.dimension, irrep.dimension)
    )


def rank_one_shares(found: NDArray[np.float64], irrep: RealIrrep) -> NDArray[np.float64]:
    """Return the share of the power of each function that one matrix coefficient has, (m,)."""
    squares = np.linalg.svd(found, compute_uv=False) ** 2
    total = squares.sum(axis=1)
    leading = squares[:, : irrep.commutant].sum(axis=1)
    return np.asarray(np.divide(leading, total, out=np.zeros(len(total)), where=total > 0))
