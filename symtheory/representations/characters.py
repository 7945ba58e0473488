"""The one-dimensional characters of a group, exactly.

A one-dimensional character is a homomorphism chi : G -> C^x; its values are roots of unity, so it
is a row of integer phases: chi(g) = exp(2 pi i phase(g) / m) with m the exponent of G/G'.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.groups.series import abelianization

__all__ = ["LinearCharacters", "linear_characters"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearCharacters:
    """All one-dimensional characters of a group.

    Parameters
    ----------
    modulus : int
        The m of the phases.
    phases : (n_characters, n) int64
        ``chi_k(g) = exp(2 pi i phases[k, g] / modulus)``, 0 <= phase < modulus; row 0 is trivial.
    """

    modulus: int
    phases: NDArray[np.int64]


def linear_characters(group: Group) -> LinearCharacters:
    """Return the characters of degree 1.

    They are the characters of G/G' = Z_d1 x ... x Z_dk (invariant factors); k runs over the
    dual group in lexicographic order, last coordinate fastest. For a cyclic group whose first
    element of order n is g they are chi_k(g^j) = exp(2 pi i k j / n), k = 0..n-1.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic, symmetric
    >>> linear_characters(cyclic(4)).phases.tolist()
    [[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 0, 2], [0, 3, 2, 1]]
    >>> linear_characters(symmetric(3)).phases.tolist()  # trivial and sign
    [[0, 0, 0, 0, 0, 0], [0, 1, 1, 0, 0, 1]]
    """
    quotient = abelianization(group)
    if not quotient.orders:
        phases = np.zeros((1, group.order), dtype=np.int64)
        modulus = 1
    else:
        modulus = quotient.orders[-1]
        dual = np.indices(quotient.orders).reshape(len(quotient.orders), -1).T
        weights = np.array([modulus // d for d in quotient.orders], dtype=np.int64)
        phases = (dual * weights) @ quotient.coordinates.T % modulus
    phases.setflags(write=False)
    return LinearCharacters(modulus, phases)
