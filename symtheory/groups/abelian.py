"""Abelian groups as products of cyclic ones: a basis, coordinates, invariants.

Convention: invariant factors d_1 | d_2 | ... | d_k, each at least 2; the primary decomposition
lists prime powers ascending by prime, then power. The trivial group has neither.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.groups.primes import prime_divisors

__all__ = ["AbelianBasis", "abelian_basis", "invariant_factors", "primary_decomposition"]


@dataclass(frozen=True, eq=False)
class AbelianBasis:
    """An isomorphism of an abelian group with Z_d1 x ... x Z_dk.

    Parameters
    ----------
    elements : tuple of int
        Basis elements b_1..b_k.
    orders : tuple of int
        Their orders, the invariant factors d_1 | ... | d_k.
    coordinates : (n, k) int64
        Row g holds x with g = b_1^x_1 ... b_k^x_k and 0 <= x_i < d_i.
    """

    elements: tuple[int, ...]
    orders: tuple[int, ...]
    coordinates: NDArray[np.int64]


def abelian_basis(group: Group) -> AbelianBasis:
    """Return a basis whose orders are the invariant factors.

    In every Sylow subgroup an element of the largest order whose powers meet the span so far
    only in 1 spans a further direct factor; the largest prime-power factors of all primes
    multiply to the largest invariant factor, and so on. For a cyclic group the basis is its
    first generator in table order.

    Raises
    ------
    SpecError
        If the group is not abelian.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> abelian_basis(cyclic(12)).elements
    (1,)
    """
    if not group.is_abelian:
        raise SpecError(f"{group.name} is not abelian, so it has no basis")
    full = np.flatnonzero(group.element_orders == group.order)
    if group.order == 1:
        elements: list[int] = []
    elif len(full):
        elements = [int(full[0])]
    else:
        sylow = [_sylow_basis(group, p) for p in prime_divisors(group.order)]
        elements = []
        for level in range(max(map(len, sylow))):
            product = group.identity
            for basis in sylow:
                if level < len(basis):
                    product = int(group.table[product, basis[level]])
            elements.insert(0, product)
    orders = tuple(int(group.element_orders[b]) for b in elements)
    coordinates = np.zeros((group.order, len(orders)), dtype=np.int64)
    reached = np.array([group.identity])
    exponents = np.zeros((1, len(orders)), dtype=np.int64)
    for i, (b, d) in enumerate(zip(elements, orders, strict=True)):
        powers = group.power(np.full(d, b), 0)
        for j in range(1, d):
            powers[j] = group.table[powers[j - 1], b]
        reached = group.table[reached[:, None], powers[None, :]].ravel()
        exponents = np.repeat(exponents, d, axis=0)
        exponents[:, i] = np.tile(np.arange(d), len(exponents) // d)
    coordinates[reached] = exponents
    return AbelianBasis(tuple(elements), orders, coordinates)


def invariant_factors(group: Group) -> tuple[int, ...]:
    """Return d_1 | d_2 | ... | d_k with the abelian group isomorphic to Z_d1 x ... x Z_dk.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> invariant_factors(parse_group("Z4 x Z6"))
    (2, 12)
    """
    return abelian_basis(group).orders


def primary_decomposition(group: Group) -> tuple[int, ...]:
    """Return the prime powers of the primary decomposition of an abelian group.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> primary_decomposition(parse_group("Z4 x Z6"))
    (2, 4, 3)
    """
    powers = []
    for d in invariant_factors(group):
        for p in prime_divisors(d):
            power = p
            while d % (power * p) == 0:
                power *= p
            powers.append((p, power))
    return tuple(power for _, power in sorted(powers))


def _sylow_basis(group: Group, p: int) -> list[int]:
    """Basis of the p-part, orders descending."""
    orders = group.element_orders
    part = np.array([g for g in range(group.order) if _is_power(int(orders[g]), p)])
    part = part[np.argsort(-orders[part], kind="stable")]
    span = np.zeros(group.order, dtype=bool)
    span[group.identity] = True
    basis: list[int] = []
    size = 1
    while size < len(part):
        for x in part:
            # <x> meets the span trivially exactly when its subgroup of order p does.
            if x != group.identity and not span[group.power(x, int(orders[x]) // p)]:
                break
        powers = [group.identity]
        while len(powers) < orders[x]:
            powers.append(int(group.table[powers[-1], x]))
        span[group.table[np.ix_(np.flatnonzero(span), np.array(powers))]] = True
        basis.append(int(x))
        size *= int(orders[x])
    return basis


def _is_power(value: int, p: int) -> bool:
    while value % p == 0:
        value //= p
    return value == 1
