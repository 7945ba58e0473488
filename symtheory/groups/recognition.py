"""Name an abstract group: find the standard group that it is isomorphic to, and the isomorphism."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group

__all__ = ["Recognition", "recognize"]


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """A group in its standard form.

    Parameters
    ----------
    group : Group
        The standard group.
    isomorphism : (n,) int64
        Element g of the recognised group corresponds to element ``isomorphism[g]`` of ``group``.
    """

    group: Group
    isomorphism: NDArray[np.int64]


def recognize(group: Group) -> Recognition:
    """Return the standard form of a group, with an isomorphism on to it.

    A cyclic group is mapped on to the residues mod n by sending its first element of order n to 1;
    the choice depends on the order of the elements and on nothing else.

    Raises
    ------
    PredictionError
        If the group is not cyclic; says what it is instead.

    Examples
    --------
    >>> shifted = Group([[2, 0, 1], [0, 1, 2], [1, 2, 0]])  # 1 is the identity
    >>> recognize(shifted).group, recognize(shifted).isomorphism.tolist()
    (Group(Z3, order 3, abelian), [1, 0, 2])
    """
    n = group.order
    generators = np.flatnonzero(group.element_orders == n)
    if not len(generators):
        orders, counts = np.unique(group.element_orders, return_counts=True)
        listed = ", ".join(
            f"{count} of order {order}" for order, count in zip(orders, counts, strict=True)
        )
        kind = "an abelian" if group.is_abelian else "a non-abelian"
        raise PredictionError(
            f"it is {kind} group of order {n} that is not cyclic (elements: {listed}); only "
            f"cyclic groups are recognized yet"
        )
    isomorphism = np.empty(n, dtype=np.int64)
    power = group.identity
    for exponent in range(n):
        isomorphism[power] = exponent
        power = int(group.table[power, generators[0]])
    isomorphism.setflags(write=False)
    return Recognition(cyclic(n), isomorphism)
