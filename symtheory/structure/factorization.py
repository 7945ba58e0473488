"""Factorization of a table through a group: f(x, y) = h(phi(x) * psi(y)).

How much of the group the table shows differs, and with it what may be claimed:

- *isotope*: phi and psi run through the whole group and h is one to one. A Latin square, the group
  with its elements renamed three times;
- *many to one* (printed as readout): phi and psi run through the whole group, but several elements
  have one answer: (x + y)^2;
- *envelope*: phi or psi reaches only part of the group: x^2 + y^2. The characters of the group
  still linearize f, but products leave the part that is reached.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.groups.group import Group

__all__ = ["Factorization", "FactorizationKind"]


class FactorizationKind(StrEnum):
    """How much of its group a table shows."""

    ISOTOPE = "isotope"
    MANY_TO_ONE = "readout"
    ENVELOPE = "envelope"


@dataclass(frozen=True, slots=True, eq=False)
class Factorization:
    """Maps that turn a task into a group: f(x, y) = h(phi(x) * psi(y)).

    Twins have one element. Operands that are outside (absorbing tokens) have none: there the
    factorization says nothing of f.

    Parameters
    ----------
    group : Group
    phi, psi : (nx,), (ny,) int64
        Element of the group for each left and each right operand, -1 where it carries none.
    h : (order,) int64
        Answer for each element of the group, -1 for elements that are no product of operands.

    Raises
    ------
    PredictionError
        If a map leaves the group.
    """

    group: Group
    phi: NDArray[np.int64]
    psi: NDArray[np.int64]
    h: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Freeze the three maps."""
        n = self.group.order
        for name in ("phi", "psi", "h"):
            array = np.array(getattr(self, name), dtype=np.int64)
            if name != "h" and (array.min() < -1 or array.max() >= n):
                raise PredictionError(f"{name} leaves {self.group.name}, which has {n} elements")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if len(self.h) != n:
            raise PredictionError(f"h has {len(self.h)} values for the {n} elements")

    def __repr__(self) -> str:
        return f"Factorization({self.kind} of {self.group.name})"

    @property
    def kind(self) -> FactorizationKind:
        """How much of the group the table shows."""
        everyone = np.arange(self.group.order)
        if not (np.isin(everyone, self.phi).all() and np.isin(everyone, self.psi).all()):
            return FactorizationKind.ENVELOPE
        # A partial table may never show the answer of an element: then it is no isotope either.
        is_one_to_one = self.h.min() >= 0 and len(np.unique(self.h)) == self.group.order
        return FactorizationKind.ISOTOPE if is_one_to_one else FactorizationKind.MANY_TO_ONE

    def table(self) -> NDArray[np.int64]:
        """Return h(phi(x) * psi(y)), (nx, ny) int64, -1 where an operand carries no element."""
        products = self.group.table[np.ix_(self.phi, self.psi)]
        is_outside = (self.phi < 0)[:, None] | (self.psi < 0)
        return np.where(is_outside, -1, self.h[products])
