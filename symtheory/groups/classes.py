"""Conjugacy classes of a finite group, their names and their power maps.

Convention: classes are ordered by element order, then size, then smallest element, so the class
of the identity comes first; they are named as in the ATLAS: ``1a``, ``2a``, ``2b``, ``3a``, ...
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.groups.primes import prime_divisors

__all__ = ["ConjugacyClasses", "conjugacy_classes"]


@dataclass(frozen=True, eq=False)
class ConjugacyClasses:
    """The conjugacy classes of a group.

    Parameters
    ----------
    group : Group
    class_of : (n,) int64
        Index of the class of every element.
    representatives : (r,) int64
        Smallest element of every class.
    sizes, element_orders : (r,) int64
        Number of elements in every class, and their common order.
    names : tuple of str
        ATLAS names such as ``"4b"``.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> classes = conjugacy_classes(symmetric(4))
    >>> classes.names, classes.sizes.tolist()
    (('1a', '2a', '2b', '3a', '4a'), [1, 3, 6, 8, 6])
    >>> classes.power(2).tolist()  # squares: only the 4-cycles leave for the double swaps
    [0, 0, 0, 3, 1]
    """

    group: Group
    class_of: NDArray[np.int64]
    representatives: NDArray[np.int64]
    sizes: NDArray[np.int64]
    element_orders: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number r of classes, and of irreducible characters."""
        return len(self.representatives)

    def power(self, exponent: int) -> NDArray[np.int64]:
        """Class of the ``exponent``-th powers of every class, (r,) int64."""
        powers = self.group.power(self.representatives, exponent)
        return np.asarray(self.class_of[powers])

    @cached_property
    def inverse(self) -> NDArray[np.int64]:
        """Class of the inverses of every class, (r,) int64."""
        return self.power(-1)

    @cached_property
    def power_table(self) -> NDArray[np.int64]:
        """Class of the l-th powers in row l = 0 .. exponent - 1, (exponent, r) int64."""
        rows = np.empty((self.group.exponent, self.count), dtype=np.int64)
        power = np.full(self.count, self.group.identity)
        for row in rows:
            row[:] = self.class_of[power]
            power = self.group.table[power, self.representatives]
        return rows

    @cached_property
    def power_maps(self) -> dict[int, tuple[int, ...]]:
        """Power map of every prime that divides the order."""
        return {p: tuple(self.power(p).tolist()) for p in prime_divisors(self.group.order)}

    def members(self, index: int) -> NDArray[np.int64]:
        """Elements of one class, ascending."""
        return np.flatnonzero(self.class_of == index)

    def constants(self, i: int) -> NDArray[np.int64]:
        """Class constants a[j, k] = #{(x, y) in C_i x C_j : x y = z_k}, (r, r) int64."""
        group, members = self.group, self.members(i)
        # x y = z_k exactly when y = x^-1 z_k.
        seconds = self.class_of[group.table[group.inverses[members]][:, self.representatives]]
        a = np.zeros((self.count, self.count), dtype=np.int64)
        np.add.at(a, (seconds, np.broadcast_to(np.arange(self.count), seconds.shape)), 1)
        return a


def conjugacy_classes(group: Group) -> ConjugacyClasses:
    """Return the conjugacy classes of the group, O(n r)."""
    n = group.order
    raw = np.full(n, -1, dtype=np.int64)
    if group.is_abelian:
        raw = np.arange(n)
    else:
        is_central = (group.table == group.table.T).all(axis=1)
        count = int(is_central.sum())
        raw[is_central] = np.arange(count)
        for x in np.flatnonzero(~is_central).tolist():
            if raw[x] < 0:
                raw[group.table[group.inverses, group.table[x]]] = count
                count += 1
    _, firsts, sizes = np.unique(raw, return_index=True, return_counts=True)
    orders = group.element_orders[firsts]
    order = np.lexsort((firsts, sizes, orders))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return ConjugacyClasses(
        group, rank[raw], firsts[order], sizes[order], orders[order], _names(orders[order])
    )


def _names(orders: NDArray[np.int64]) -> tuple[str, ...]:
    seen: Counter[int] = Counter()
    names = []
    for order in orders.tolist():
        names.append(f"{order}{_letters(seen[order])}")
        seen[order] += 1
    return tuple(names)


def _letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        text = chr(ord("a") + digit) + text
    return text
