"""Double centering of a metric, and the spectra that graphs have in closed form.

For a symmetric matrix S of squared dissimilarities, B = -1/2 J S J with J = I - 11^T/n is the
Gram matrix of the centered points whose squared distances are S, if there are such points [1]_
[2]_. Two choices of S for a graph metric d: S = d^2 asks for points at distance d, S = d for points
whose *squared* distance is d. The second exists for every metric of negative type, those that
embed in l1 among them.

The constant vector is always in the kernel; spectra here are those on its complement, n - 1
values, in falling order.

References
----------
.. [1] I. J. Schoenberg, Remarks to Maurice Fréchet's article, 1935,
   https://doi.org/10.2307/1968654
.. [2] W. S. Torgerson, Multidimensional scaling: I. Theory and method, 1952,
   https://doi.org/10.1007/BF02288916
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError

__all__ = [
    "centered_spectrum",
    "complete_spectrum",
    "count_above",
    "cycle_spectrum",
    "double_centered",
    "inertia",
    "path_spectrum",
    "product_spectrum",
]

_ZERO = 1e-9  # eigenvalues below this share of the largest are rounding


def double_centered(dissimilarities: ArrayLike) -> NDArray[np.float64]:
    """Return B = -1/2 J S J.

    Parameters
    ----------
    dissimilarities : (n, n) int64 or float64
        S, symmetric.

    Returns
    -------
    (n, n) float64

    Examples
    --------
    >>> double_centered([[0, 4], [4, 0]]).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    squares = np.asarray(dissimilarities, dtype=np.float64)
    if squares.ndim != 2 or squares.shape[0] != squares.shape[1]:
        raise SpecError(f"dissimilarities are (n, n), got shape {squares.shape}")
    means = squares.mean(axis=0)
    return np.asarray(-0.5 * (squares - means - means[:, None] + means.mean()))


def centered_spectrum(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the n - 1 eigenvalues of a centered matrix beside the one of the constants.

    Parameters
    ----------
    gram : (n, n) float64
        Symmetric, rows of sum zero.

    Returns
    -------
    (n - 1,) float64
        Falling; one eigenvalue of least modulus, that of the constants, is left out, and what is
        zero up to rounding is zero.

    Examples
    --------
    >>> centered_spectrum(double_centered([[0, 1, 2], [1, 0, 1], [2, 1, 0]])).round(9).tolist()
    [1.0, 0.333333333]
    """
    values = np.linalg.eigvalsh(gram)
    values[np.abs(values) < _ZERO * np.abs(values).max()] = 0
    return np.asarray(np.delete(values, np.abs(values).argmin())[::-1])


def inertia(spectrum: NDArray[np.float64]) -> tuple[int, int]:
    """Return how many eigenvalues are positive, and how many negative, up to rounding.

    Examples
    --------
    >>> inertia(np.array([2.0, 2.0, -1.0]))
    (2, 1)
    """
    least = _ZERO * float(np.abs(spectrum).max(initial=0))
    return int((spectrum > least).sum()), int((spectrum < -least).sum())


def count_above(spectrum: NDArray[np.float64], *, share: float = 0.01) -> int:
    """Count the eigenvalues above a share of the sum of the positive ones.

    Examples
    --------
    >>> count_above(path_spectrum(64))
    7
    """
    total = float(spectrum[spectrum > 0].sum())
    return int((spectrum > share * total).sum())


def path_spectrum(n: int) -> NDArray[np.float64]:
    """Return the spectrum of B for S = d on the path of n vertices: 1 / (4 sin^2(pi k / 2n)).

    Here B is the pseudo-inverse of the Laplacian, as on every tree, with the eigenvectors
    cos(pi k (j + 1/2) / n), k = 1..n-1.

    Examples
    --------
    >>> path_spectrum(3).round(9).tolist()
    [1.0, 0.333333333]
    """
    k = np.arange(1, n)
    return np.asarray(1 / (4 * np.sin(np.pi * k / (2 * n)) ** 2))


def cycle_spectrum(n: int) -> NDArray[np.float64]:
    """Return the spectrum of B for S = d on the cycle of n vertices.

    At frequency k = 1..n-1: for even n, 1 / (2 sin^2(pi k / n)) where k is odd and 0 where it is
    even; for odd n, 1 / (8 sin^2(pi k / 2n)) where k is odd and 1 / (8 cos^2(pi k / 2n)) where it
    is even.

    Examples
    --------
    >>> cycle_spectrum(4).round(9).tolist(), cycle_spectrum(3).round(9).tolist()
    ([1.0, 1.0, 0.0], [0.5, 0.5])
    """
    k = np.arange(1, n)
    if n % 2 == 0:
        values = np.where(k % 2 == 1, 1 / (2 * np.sin(np.pi * k / n) ** 2), 0.0)
    else:
        half = np.pi * k / (2 * n)
        values = 1 / (8 * np.where(k % 2 == 1, np.sin(half), np.cos(half)) ** 2)
    return np.sort(values)[::-1]


def complete_spectrum(n: int) -> NDArray[np.float64]:
    """Return the spectrum on the complete graph, 1/2 throughout: d^2 = d, a simplex.

    Examples
    --------
    >>> complete_spectrum(3).tolist()
    [0.5, 0.5]
    """
    return np.full(n - 1, 0.5)


def product_spectrum(spectra: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the spectrum for S = d on a Cartesian product, from those of the factors.

    The metric is the sum of the metrics of the factors, and B the sum of their B times blocks of
    ones: an eigenvalue of a factor with n_i vertices is multiplied by N / n_i, all others are 0.

    Parameters
    ----------
    spectra : sequence of (n_i - 1,) float64

    Returns
    -------
    (N - 1,) float64
        Falling; N is the product of the n_i.

    Examples
    --------
    >>> product_spectrum([path_spectrum(2), path_spectrum(2)]).round(9).tolist()
    [1.0, 1.0, 0.0]
    """
    sizes = [len(values) + 1 for values in spectra]
    total = int(np.prod(sizes))
    scaled = [values * (total // n) for values, n in zip(spectra, sizes, strict=True)]
    found = np.zeros(total - 1)
    joined = np.concatenate(scaled)
    found[: len(joined)] = joined
    return np.sort(found)[::-1]
