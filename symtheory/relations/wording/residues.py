"""Operands and answers that are residues mod m, and the maps people write on residues."""

from dataclasses import dataclass
from functools import cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from symtheory.tasks.task import Task

__all__ = ["Residues", "common_modulus", "residues", "signed_residue", "unit_generators", "units"]


@dataclass(frozen=True, slots=True, eq=False)
class Residues:
    """Tokens named by residues.

    Parameters
    ----------
    modulus : int
    values : (n,) int64
        Residue of every token.
    token_of : (modulus,) int64
        Token of every residue, -1 where there is none.
    """

    modulus: int
    values: NDArray[np.int64]
    token_of: NDArray[np.int64]

    def affine(self, slope: int, constant: int) -> NDArray[np.int64]:
        """Return the token of slope * value + constant for every token, -1 where there is none."""
        return self.token_of[(slope * self.values + constant) % self.modulus]


def residues(labels: tuple[str, ...], modulus: int) -> Residues | None:
    """Read labels as residues, or None if one is not a number from 0 to modulus - 1."""
    number = {str(value): value for value in range(modulus)}
    if not all(label in number for label in labels):
        return None
    values = np.array([number[label] for label in labels], dtype=np.int64)
    token_of = np.full(modulus, -1, dtype=np.int64)
    token_of[values] = np.arange(len(values))
    return Residues(modulus, values, token_of)


def common_modulus(task: Task) -> int | None:
    """Return m if operands and answers are residues mod m and one of the three is all of them.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> common_modulus(modular_task("x*y", 7))
    7
    """
    sets = (task.x_labels, task.y_labels, task.z_labels)
    modulus = max(map(len, sets))
    return modulus if all(residues(labels, modulus) is not None for labels in sets) else None


def signed_residue(value: int, modulus: int) -> int:
    """Return the representative of least absolute value, positive in a tie.

    Examples
    --------
    >>> [signed_residue(v, 6) for v in range(6)]
    [0, 1, 2, 3, -2, -1]
    """
    value %= modulus
    return value - modulus if 2 * value > modulus else value


def units(modulus: int) -> tuple[int, ...]:
    """Return the residues prime to the modulus.

    Examples
    --------
    >>> units(12)
    (1, 5, 7, 11)
    """
    return tuple(value for value in range(1, modulus + 1) if gcd(value, modulus) == 1)


@cache
def unit_generators(modulus: int) -> tuple[int, ...]:
    """Return units that generate all of them, at most log2 of their number.

    Examples
    --------
    >>> unit_generators(7), unit_generators(8)
    ((2, 3), (3, 5))
    """
    reached = {1 % modulus}
    found: list[int] = []
    for unit in units(modulus):
        if unit % modulus not in reached:
            found.append(unit)
            power = unit
            powers = [1]
            while power != 1:
                powers.append(power)
                power = power * unit % modulus
            reached = {a * b % modulus for a in reached for b in powers}
    return tuple(found)
