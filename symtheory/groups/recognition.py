"""Name an abstract group: find the standard group that it is isomorphic to, and the isomorphism.

The name is always one that the text notation reads: a product of cyclic groups for an abelian
group, a named family, a direct product of such, or a split extension of two cyclic groups. Where
none fits, the group stands for itself and a fingerprint says what is known of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups import families, linear_groups
from symtheory.groups.abelian import abelian_basis
from symtheory.groups.automorphisms import find_isomorphism
from symtheory.groups.classes import conjugacy_classes, prime_divisors
from symtheory.groups.constructions import (
    direct_product,
    homomorphism,
    semidirect_product,
    subgroup,
)
from symtheory.groups.group import Group
from symtheory.groups.linear_groups import order_of_gl
from symtheory.groups.series import abelianization, center
from symtheory.groups.subgroups import normal_subgroups

__all__ = ["Recognition", "fingerprint", "recognize"]


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """A group in its standard form.

    Parameters
    ----------
    group : Group
        The standard group.
    isomorphism : (n,) int64
        Element g of the recognized group corresponds to element ``isomorphism[g]`` of ``group``.
    is_named : bool
        False where no standard group was found and ``group`` is the group itself.
    factors : tuple of Group
        The direct factors that ``group`` is made of.
    """

    group: Group
    isomorphism: NDArray[np.int64]
    is_named: bool = True
    factors: tuple[Group, ...] = ()


def recognize(group: Group) -> Recognition:
    """Return the standard form of a group, with an isomorphism on to it.

    A cyclic group is mapped on to the residues mod n by sending its first element of order n to 1;
    the choice depends on the order of the elements and on nothing else.

    Examples
    --------
    >>> shifted = Group([[2, 0, 1], [0, 1, 2], [1, 2, 0]])  # 1 is the identity
    >>> recognize(shifted).group, recognize(shifted).isomorphism.tolist()
    (Group(Z3, order 3, abelian), [1, 0, 2])
    >>> from symtheory.groups.notation import parse_group
    >>> recognize(parse_group("<a, b | a^7, b^3, b^-1*a*b = a^2>")).group.name
    'F(7,3)'
    """
    if group.is_abelian:
        return _as_cyclic_factors(group)
    for candidate in _family_members(group):
        isomorphism = find_isomorphism(group, candidate)
        if isomorphism is not None:
            return Recognition(candidate, isomorphism, factors=(candidate,))
    return (
        _as_direct_product(group)
        or _as_split_metacyclic(group)
        or Recognition(group, np.arange(group.order), is_named=False)
    )


def fingerprint(group: Group) -> str:
    """Say in one line what distinguishes a group that has no name here.

    Examples
    --------
    >>> from symtheory.groups.families import quaternion
    >>> fingerprint(quaternion())
    'order 8, element orders 1 2 4^6, class sizes 1^2 2^3, centre of order 2, abelianization \
Z2 x Z2'
    """
    classes = conjugacy_classes(group)
    quotient = " x ".join(f"Z{d}" for d in abelianization(group).orders) or "trivial"
    return (
        f"order {group.order}, element orders {counted(group.element_orders.tolist())}, class "
        f"sizes {counted(classes.sizes.tolist())}, centre of order {len(center(group))}, "
        f"abelianization {quotient}"
    )


def counted(values: list[int]) -> str:
    """Write a multiset of integers as "1^2 3 4^5".

    Examples
    --------
    >>> counted([1, 3, 1])
    '1^2 3'
    """
    pairs = zip(*np.unique(np.array(values, dtype=np.int64), return_counts=True), strict=True)
    return " ".join(f"{v}^{count}" if count > 1 else f"{v}" for v, count in pairs)


def _as_cyclic_factors(group: Group) -> Recognition:
    basis = abelian_basis(group)
    orders = basis.orders or (1,)
    isomorphism = np.zeros(group.order, dtype=np.int64)
    for i, d in enumerate(basis.orders):
        isomorphism = isomorphism * d + basis.coordinates[:, i]
    isomorphism.setflags(write=False)
    factors = tuple(map(families.cyclic, orders))
    return Recognition(direct_product(*factors), isomorphism, factors=factors)


def _family_members(group: Group) -> Iterator[Group]:
    """Members of the named families that a non-abelian group may be, best-known name first."""
    n = group.order
    yield from _permutation_groups(n)
    if n // 2 in group.element_orders:  # all of these have a cyclic subgroup of index 2
        yield from _reversing_groups(n)
    yield from _matrix_groups(n)
    p = max(prime_divisors(n))
    if p > 3 and n // p > 2 and (p - 1) % (n // p) == 0:
        yield linear_groups.frobenius(p, n // p)


def _permutation_groups(n: int) -> Iterator[Group]:
    for k in range(3, 8):
        if factorial(k) == n:
            yield families.symmetric(k)
        if factorial(k) == 2 * n and k > 3:
            yield families.alternating(k)


def _reversing_groups(n: int) -> Iterator[Group]:
    if n >= 8 and n & (n - 1) == 0:
        yield families.quaternion(n)
    if n % 2 == 0 and n >= 8:
        yield families.dihedral(n // 2)
    if n % 4 == 0 and n >= 12:
        yield families.dicyclic(n // 4)


def _matrix_groups(n: int) -> Iterator[Group]:
    for p in (3, 5, 7, 11, 13, 17):
        whole = order_of_gl(2, p)
        builders = {
            whole // (p - 1): linear_groups.special_linear,
            whole: linear_groups.general_linear,
        }
        if p > 5:
            builders[whole // (p - 1) // 2] = linear_groups.projective_special_linear
        if n in builders:
            yield builders[n](2, p)
        if p**3 == n:
            yield linear_groups.heisenberg(p)


def _as_direct_product(group: Group) -> Recognition | None:
    """Split off the smallest direct factor that has a complement."""
    try:
        normal = [m for m in normal_subgroups(group) if 1 < len(m) < group.order]
    except BudgetError:
        return None
    for i, first in enumerate(normal):
        for second in normal[i:]:
            if len(first) * len(second) != group.order or len(np.intersect1d(first, second)) > 1:
                continue
            # The larger factor is written first, as in S3 x Z2.
            halves = [recognize(subgroup(group, part.tolist())) for part in (second, first)]
            if not all(half.is_named for half in halves):
                continue
            # Pairs of elements are in lexicographic order however the factors are bracketed.
            factors = halves[0].factors + halves[1].factors
            isomorphism = np.empty(group.order, dtype=np.int64)
            pairs = group.table[np.ix_(second, first)]
            isomorphism[pairs] = halves[0].isomorphism[:, None] * len(first) + halves[1].isomorphism
            return Recognition(direct_product(*factors), isomorphism, factors=factors)
    return None


def _as_split_metacyclic(group: Group) -> Recognition | None:
    """Zm : Zk by 1 -> {1 -> u}, with m as large as possible."""
    for x in np.argsort(-group.element_orders, kind="stable").tolist():
        m = int(group.element_orders[x])
        k = group.order // m
        powers = group.power(np.full(m, x), 0)
        for j in range(1, m):
            powers[j] = group.table[powers[j - 1], x]
        logarithm = np.full(group.order, -1, dtype=np.int64)
        logarithm[powers] = np.arange(m)
        if (logarithm[group.table[group.table[:, x], group.inverses]] < 0).any():
            continue
        for y in np.flatnonzero(group.element_orders == k).tolist():
            if any(logarithm[group.power(y, k // p)] >= 0 for p in prime_divisors(k)):
                continue
            u = int(logarithm[group.table[group.table[y, x], group.inverses[y]]])
            action = np.array([np.arange(m) * pow(u, b, m) % m for b in range(k)])
            standard = semidirect_product(
                families.cyclic(m),
                families.cyclic(k),
                action=action,
                name=f"Z{m} : Z{k} by 1 -> {{1 -> {u}}}",
            )
            isomorphism = homomorphism(group, standard, {x: k, y: 1})
            return Recognition(standard, isomorphism, factors=(standard,))
    return None
