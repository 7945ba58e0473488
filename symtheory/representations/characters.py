"""The one-dimensional characters of a group, exactly.

A one-dimensional character is a homomorphism chi : G -> C^x; its values are roots of unity, so it
is a row of integer phases: chi(g) = exp(2 pi i phase(g) / m) with m the exponent of G.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.groups.group import Group

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
    """Return the characters chi_k(g^j) = exp(2 pi i k j / n) of a cyclic group, k = 0..n-1.

    The generator g is the first element of order n.

    Raises
    ------
    PredictionError
        If the group is not cyclic.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> linear_characters(cyclic(4)).phases.tolist()
    [[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 0, 2], [0, 3, 2, 1]]
    """
    n = group.order
    generators = np.flatnonzero(group.element_orders == n)
    if not len(generators):
        raise PredictionError(f"{group.name} is not cyclic; only cyclic groups are handled yet")
    logarithm = np.empty(n, dtype=np.int64)
    power = group.identity
    for j in range(n):
        logarithm[power] = j
        power = int(group.table[power, generators[0]])
    phases = np.outer(np.arange(n), logarithm) % n
    phases.setflags(write=False)
    return LinearCharacters(n, phases)
