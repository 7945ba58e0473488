"""Linear algebra over a prime field F_q, on numpy arrays of residues 0..q-1."""

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.primes import is_prime, prime_divisors

__all__ = [
    "matmul_mod",
    "next_prime_in_progression",
    "primitive_root_of_unity",
    "roots_mod",
    "solve_mod",
]


def matmul_mod(a: NDArray[np.int64], b: NDArray[np.int64], q: int) -> NDArray[np.int64]:
    """Return a @ b mod q, exactly; needs a.shape[-1] * (q - 1)^2 < 2^63.

    Below 2^53 the sums are exact in float64, whose matrix product is much faster.
    """
    if a.shape[-1] * (q - 1) ** 2 < 2**53:
        product = a.astype(np.float64) @ b.astype(np.float64)
        return np.asarray(np.rint(product).astype(np.int64) % q)
    return np.asarray((a @ b) % q)


def next_prime_in_progression(step: int, above: int) -> int:
    """Return the least prime q = 1 mod step with q > above.

    Examples
    --------
    >>> next_prime_in_progression(60, 53)
    61
    """
    q = above + 1 + (-above) % step
    while not is_prime(q):
        q += step
    return q


def primitive_root_of_unity(e: int, q: int) -> int:
    """Return an element of order e of F_q, for a prime q = 1 mod e."""
    primes = prime_divisors(e)
    candidate = 1
    while True:
        root = pow(candidate, (q - 1) // e, q)
        if all(pow(root, e // p, q) != 1 for p in primes):
            return root
        candidate += 1


def solve_mod(
    rows: NDArray[np.int64], target: NDArray[np.int64], q: int
) -> NDArray[np.int64] | None:
    """Return c with c @ rows = target mod q, or None if the rows are linearly dependent.

    Parameters
    ----------
    rows : (m, r) int64
    target : (r,) int64, in the span of the rows when these are independent
    """
    m = len(rows)
    system = np.concatenate([rows, target[None]]).T % q  # (r, m + 1): columns are unknowns
    for column in range(m):
        pivots = np.flatnonzero(system[column:, column])
        if not len(pivots):
            return None
        pivot = column + int(pivots[0])
        system[[column, pivot]] = system[[pivot, column]]
        system[column] = system[column] * pow(int(system[column, column]), -1, q) % q
        below = np.flatnonzero(system[:, column])
        below = below[below != column]
        system[below] = (system[below] - system[below, column][:, None] * system[column]) % q
    return np.asarray(system[:m, m])


def roots_mod(coefficients: NDArray[np.int64], q: int) -> NDArray[np.int64]:
    """Return the roots in F_q of a polynomial, constant term first, by evaluating everywhere."""
    points = np.arange(q, dtype=np.int64)
    values = np.zeros(q, dtype=np.int64)
    for c in coefficients[::-1]:
        values = (values * points + int(c)) % q
    return np.flatnonzero(values == 0)
