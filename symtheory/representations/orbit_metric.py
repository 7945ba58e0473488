"""Distances and spectrum of the orbit of one irrep.

The points E(g) = vec rho(g) have the Gram matrix d Re chi(g^-1 h): squared distances
2 d (d - Re chi(g^-1 h)), so 1 - Re chi/d in units of twice the squared radius, and one non-zero
eigenvalue: n with multiplicity d^2 for an irrep of real or quaternionic type, n/2 with multiplicity
2 d^2 for one of complex type.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from symtheory.representations.character_table import CharacterTable

__all__ = ["orbit_distances", "orbit_spectrum"]


def orbit_distances(table: CharacterTable, character: int) -> NDArray[np.float64]:
    """Return 1 - Re chi(C) / d for every conjugacy class C, (r,) float64.

    Zero on the classes of the kernel, and at most 2.

    Examples
    --------
    >>> from symtheory.groups.families import quaternion
    >>> from symtheory.representations.character_table import character_table
    >>> orbit_distances(character_table(quaternion()), 4).tolist()
    [0.0, 2.0, 1.0, 1.0, 1.0]
    """
    return np.asarray(1 - table.numeric_row(character).real / int(table.degrees[character]))


def orbit_spectrum(table: CharacterTable, character: int) -> tuple[Fraction, int]:
    """Return the non-zero eigenvalue of d Re chi(g^-1 h) and its multiplicity.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> from symtheory.representations.character_table import character_table
    >>> [str(value) for value in orbit_spectrum(character_table(parse_group("F(7,3)")), 3)]
    ['21/2', '18']
    """
    n, degree = table.group.order, int(table.degrees[character])
    if table.indicators[character] == 0:
        return Fraction(n, 2), 2 * degree**2
    return Fraction(n), degree**2
