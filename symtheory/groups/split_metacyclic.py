"""Split extensions of two cyclic groups: find the two generators, and the standard form."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.constructions import homomorphism, semidirect_product
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.primes import prime_divisors

__all__ = ["as_split_metacyclic"]


def as_split_metacyclic(group: Group) -> tuple[Group, NDArray[np.int64]] | None:
    """Return Zm : Zk by 1 -> {1 -> u}, with m as large as possible, and an isomorphism on to it.

    None if the group has no cyclic normal subgroup with a cyclic complement.

    Examples
    --------
    >>> from symtheory.groups.families import alternating, dihedral
    >>> as_split_metacyclic(dihedral(5))[0].name
    'Z5 : Z2 by 1 -> {1 -> 4}'
    >>> as_split_metacyclic(alternating(4)) is None
    True
    """
    orders = group.element_orders
    is_open = np.ones(group.order, dtype=bool)
    for x in np.argsort(-orders, kind="stable").tolist():
        if not is_open[x]:
            continue
        m = int(orders[x])
        k = group.order // m
        powers = [group.identity]
        while len(powers) < m:
            powers.append(int(group.table[powers[-1], x]))
        # The other generators of <x> lead to the same subgroup, and to the same answer.
        is_open[[power for j, power in enumerate(powers) if gcd(j, m) == 1]] = False
        logarithm = np.full(group.order, -1, dtype=np.int64)
        logarithm[powers] = np.arange(m)
        conjugates = group.table[group.table[list(group.generators), x], _inverses(group)]
        if (logarithm[conjugates] < 0).any():
            continue
        candidates = np.flatnonzero(orders == k)
        for p in prime_divisors(k):
            candidates = candidates[logarithm[group.power(candidates, k // p)] < 0]
        if len(candidates):
            y = int(candidates[0])
            u = int(logarithm[group.table[group.table[y, x], group.inverses[y]]])
            standard = _standard_form(m, k, u)
            return standard, homomorphism(group, standard, {x: k, y: 1})
    return None


def _inverses(group: Group) -> NDArray[np.int64]:
    return group.inverses[list(group.generators)]


def _standard_form(m: int, k: int, u: int) -> Group:
    action = np.array([np.arange(m) * pow(u, b, m) % m for b in range(k)])
    name = f"Z{m} : Z{k} by 1 -> {{1 -> {u}}}"
    return semidirect_product(cyclic(m), cyclic(k), action=action, name=name)
