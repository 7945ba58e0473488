"""Families of moves that people write with one letter: x + c for all c, u*x for all units u.

A scaling may have a center other than 0: x + x*y + y is symmetric under x -> u*(x + 1) - 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.groups.primes import is_prime
from symtheory.relations.wording.residues import Residues, signed_residue, units

__all__ = [
    "EXPONENTS",
    "MoveFamily",
    "answer_exponent",
    "candidate_families",
    "exponent_between",
    "find_steps",
]

EXPONENTS = (1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6)
"""Exponents that are tried, the simple ones first."""


@dataclass(frozen=True, slots=True)
class MoveFamily:
    """The moves v -> v + c, or v -> u*(v - center) + center for units u, of residues.

    Parameters
    ----------
    modulus : int
    center : int or None
        None for translations.
    """

    modulus: int
    center: int | None

    @property
    def parameters(self) -> NDArray[np.int64]:
        """All values of c, or of u."""
        n = self.modulus
        values = np.array(range(n) if self.center is None else units(n), dtype=np.int64)
        return np.remainder(values, n, dtype=np.int64)

    @property
    def condition(self) -> tuple[str, ...]:
        """What has to be said of the letter u, with ``{}`` in its place."""
        if self.center is None:
            return ()
        return ("{} ≠ 0",) if is_prime(self.modulus) else (f"{{}} a unit mod {self.modulus}",)

    def images(self, tokens: Residues) -> NDArray[np.int64]:
        """Return the tokens to which each move carries each token, (k, n), -1 where none is."""
        c = self.parameters[:, None]
        values = tokens.values
        moved = values + c if self.center is None else c * (values - self.center) + self.center
        images: NDArray[np.int64] = tokens.token_of[moved % self.modulus]
        return images

    def power(self, exponent: int) -> NDArray[np.int64]:
        """Return the positions, in `parameters`, of k*c, or of u^k."""
        n, values = self.modulus, self.parameters
        if self.center is None:
            return np.remainder(exponent * values, n, dtype=np.int64)
        position = {int(value): at for at, value in enumerate(values)}
        return np.array([position[pow(int(u), exponent, n)] for u in values], dtype=np.int64)

    def text(self, argument: str, *letters: tuple[str, int]) -> str:
        """Write the move of an argument by letters with multiples, or exponents.

        Examples
        --------
        >>> MoveFamily(7, None).text("x", ("a", 1), ("b", -2))
        'x + a - 2*b'
        >>> MoveFamily(7, 0).text("x", ("u", 2), ("v", -1))
        'u^2*v^-1*x'
        >>> MoveFamily(7, 6).text("x", ("u", 1))
        'u*(x + 1) - 1'
        """
        if self.center is None:
            terms = (_term(factor, letter) for letter, factor in letters)
            return argument + "".join(terms)
        factor = "*".join(_raised(letter, exponent) for letter, exponent in letters)
        offset = signed_residue(-self.center, self.modulus)
        if offset == 0:
            return f"{factor}*{argument}"
        sign, back = ("+", "-") if offset > 0 else ("-", "+")
        return f"{factor}*({argument} {sign} {abs(offset)}) {back} {abs(offset)}"


def candidate_families(
    tokens: Residues, elements: NDArray[np.int64], order: int
) -> tuple[MoveFamily, ...]:
    """Return the families worth trying: scalings about 0 or an operand outside, translations."""
    outside = tokens.values[(elements < 0) | (elements >= order)]
    centers = dict.fromkeys([0, *outside.tolist()])
    n = tokens.modulus
    return (MoveFamily(n, None), *(MoveFamily(n, center) for center in list(centers)[:4]))


def find_steps(
    images: NDArray[np.int64], elements: NDArray[np.int64], group: Group, *, from_left: bool
) -> NDArray[np.int64] | None:
    """Return the element by which each move multiplies, or None if one is no translation.

    Absorbed tokens must stay what they are; tokens of which nothing is known are passed over.

    Parameters
    ----------
    images : (k, n) int64
        Where each move carries each token, -1 where nowhere.
    elements : (n,) int64
        Element of each token, order + v for absorbed ones, -1 for none.
    group : Group
    from_left : bool
        Whether the move is g -> c*g; otherwise it is g -> g*c.

    Returns
    -------
    (k,) int64
    """
    inside = (elements >= 0) & (elements < group.order)
    absorbed = elements >= group.order
    if not inside.any() or (images[:, elements >= 0] < 0).any():
        return None
    moved = elements[images]
    if (moved[:, absorbed] != elements[absorbed]).any():
        return None
    own, target = elements[inside], moved[:, inside]
    if (target < 0).any() or (target >= group.order).any():
        return None
    inverse = group.inverses[own]
    steps = group.table[target, inverse] if from_left else group.table[inverse, target]
    return steps[:, 0] if (steps == steps[:, :1]).all() else None


def exponent_between(
    first: MoveFamily,
    first_steps: NDArray[np.int64],
    second: MoveFamily,
    second_steps: NDArray[np.int64],
) -> int | None:
    """Return k such that the second family's move by k*c, or u^k, steps as the first's by c or u.

    None if the families are not of one kind or there is no k; for powers only small ones are tried.
    """
    if (first.center is None) != (second.center is None) or first.modulus != second.modulus:
        return None
    for k in _exponents(first):
        if np.array_equal(second_steps[second.power(k)], first_steps):
            return k
    return None


def answer_exponent(
    family: MoveFamily,
    steps: NDArray[np.int64],
    answers: MoveFamily,
    *,
    tokens: Residues,
    elements: NDArray[np.int64],
    group: Group,
) -> int | None:
    """Return k such that answers moved by k*c, or u^k, step as the family's moves do, or None.

    Unlike in `exponent_between`, the answers need not be moved by all c or u: those of x^2*y^2 are
    squares, and only squares move them.
    """
    if (family.center is None) != (answers.center is None) or family.modulus != answers.modulus:
        return None
    images = answers.images(tokens)
    for k in _exponents(family):
        at = answers.power(k)
        # One move refuses most exponents.
        for some in (at[1:2], at):
            found = find_steps(images[some], elements, group, from_left=True)
            if found is None or not np.array_equal(found, steps[1:2] if some is not at else steps):
                break
        else:
            return k
    return None


def _exponents(family: MoveFamily) -> Iterable[int]:
    """Exponents to try, or all multiples, the simple ones first."""
    if family.center is not None:
        return EXPONENTS
    n = family.modulus
    return sorted((signed_residue(k, n) for k in range(1, n)), key=lambda k: (abs(k), -k))


def _term(factor: int, letter: str) -> str:
    if factor == 0:
        return ""
    size = "" if abs(factor) == 1 else f"{abs(factor)}*"
    return f" {'+' if factor > 0 else '-'} {size}{letter}"


def _raised(letter: str, exponent: int) -> str:
    return letter if exponent == 1 else f"{letter}^{exponent}"
