"""The coordinate of a token, written in its label where a short formula gives it.

Known forms, on tokens that are residues: a t^k + b mod n with k up to 3, and a discrete logarithm
ind_g(t + s) + b to a primitive root g modulo a prime.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.wording.residues import signed_residue

__all__ = ["coordinate_form"]

_GREATEST_POWER = 3


def coordinate_form(
    coordinate: NDArray[np.int64], labels: Sequence[str], order: int
) -> tuple[str, str] | None:
    r"""Return a formula in t for residues mod ``order`` as text and as LaTeX, or None.

    Parameters
    ----------
    coordinate : (n,) int64
        Residue of each token, -1 where it has none.
    labels : sequence of str
        Names of the tokens.
    order : int

    Examples
    --------
    >>> coordinate_form(np.array([0, 4, 3, 2, 1]), "01234", 5)
    ('-t', '-t')
    >>> coordinate_form(np.array([-1, 0, 1, 3, 2]), "01234", 4)  # 2^0, 2^1, 2^3, 2^2 mod 5
    ('ind_2(t)', '\\operatorname{ind}_{2}(t)')
    """
    inside = coordinate >= 0
    if not inside.any() or not all(label.isdecimal() and len(label) < 10 for label in labels):
        return None
    values = np.array([int(label) for label in labels], dtype=np.int64)
    return _power(coordinate[inside], values[inside], order) or _logarithm(
        coordinate, values, order
    )


def _power(
    coordinate: NDArray[np.int64], values: NDArray[np.int64], n: int
) -> tuple[str, str] | None:
    """Match a t^k + b mod n, with b and a read off at t = 0 and t = 1."""
    zero, one = np.flatnonzero(values == 0), np.flatnonzero(values == 1)
    if not (len(zero) and len(one)) or values.max() >= n:
        return None
    b = int(coordinate[zero[0]])
    a = int(coordinate[one[0]] - b) % n
    powers = np.ones_like(values)
    for k in range(1, _GREATEST_POWER + 1):
        powers = powers * values % n
        if a and np.array_equal((a * powers + b) % n, coordinate):
            a, b = signed_residue(a, n), signed_residue(b, n)
            base = "t" if k == 1 else f"t^{k}"
            factor = {1: "", -1: "-"}.get(a)
            text = f"{a}*{base}" if factor is None else f"{factor}{base}"
            return text + _signed(b), text.replace("*", "") + _signed(b)
    return None


def _logarithm(
    coordinate: NDArray[np.int64], values: NDArray[np.int64], n: int
) -> tuple[str, str] | None:
    """Match ind_g(t + s) + b modulo the prime p = n + 1; the token without element is t = -s."""
    p = n + 1
    outside = values[coordinate < 0]
    if values.max() >= p or len(outside) > 1 or any(p % q == 0 for q in range(2, int(p**0.5) + 1)):
        return None
    s = -int(outside[0]) % p if len(outside) else 0
    shifted = (values + s) % p
    element_of = np.full(p, -1, dtype=np.int64)
    element_of[shifted] = coordinate
    b = int(element_of[1])
    if b < 0:
        return None
    candidates = np.flatnonzero((element_of - b) % n == 1 % n)
    for root in candidates:
        power = 1
        for exponent in range(n):
            if element_of[power] >= 0 and element_of[power] != (exponent + b) % n:
                break
            power = power * int(root) % p
        else:
            if power == 1 and len(set(element_of[element_of >= 0].tolist())) > n // 2:
                shift = _signed(signed_residue(s, p))
                end = _signed(signed_residue(b, n))
                return (
                    f"ind_{root}(t{shift}){end}",
                    rf"\operatorname{{ind}}_{{{root}}}(t{shift}){end}",
                )
    return None


def _signed(value: int) -> str:
    return "" if value == 0 else f" {'+' if value > 0 else '-'} {abs(value)}"
