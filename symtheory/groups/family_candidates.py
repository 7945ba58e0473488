"""The members of named families that a non-abelian group may be.

A group is built and compared only if the order of its centre and its number of involutions are
right; both are known for every family without building anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import factorial

from symtheory.groups import families, linear_groups
from symtheory.groups.group import Group
from symtheory.groups.linear_groups import order_of_gl
from symtheory.groups.primes import prime_divisors
from symtheory.groups.series import center

__all__ = ["family_candidates"]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """How to build a group, and what is known of it before."""

    build: Callable[[], Group]
    center_order: int
    involutions: int


def family_candidates(group: Group) -> Iterator[Group]:
    """Yield members of the named families that a group may be, best-known name first.

    Parameters
    ----------
    group : Group
        Not abelian.

    Examples
    --------
    >>> from symtheory.groups.families import dihedral
    >>> list(family_candidates(dihedral(6)))
    [Group(D6, order 12, non-abelian)]
    """
    center_order = len(center(group))
    involutions = int((group.element_orders == 2).sum())
    for candidate in _candidates(group):
        if (candidate.center_order, candidate.involutions) == (center_order, involutions):
            yield candidate.build()


def _candidates(group: Group) -> Iterator[_Candidate]:
    n = group.order
    yield from _permutation_groups(n)
    if n // 2 in group.element_orders:  # all of these have a cyclic subgroup of index 2
        yield from _reversing_groups(n)
    yield from _matrix_groups(n)
    p = max(prime_divisors(n))
    q = n // p
    if p > 3 and q > 2 and (p - 1) % q == 0:
        # The maps -x + b are the involutions.
        yield _Candidate(partial(linear_groups.frobenius, p, q), 1, p if q % 2 == 0 else 0)


def _permutation_groups(n: int) -> Iterator[_Candidate]:
    for k in range(3, 8):
        # j swaps of points in k places, in any order
        swaps = [
            factorial(k) // (factorial(j) * 2**j * factorial(k - 2 * j))
            for j in range(1, k // 2 + 1)
        ]
        if factorial(k) == n:
            yield _Candidate(partial(families.symmetric, k), 1, sum(swaps))
        if factorial(k) == 2 * n and k > 3:
            yield _Candidate(partial(families.alternating, k), 1, sum(swaps[1::2]))


def _reversing_groups(n: int) -> Iterator[_Candidate]:
    if n >= 8 and n & (n - 1) == 0:
        yield _Candidate(partial(families.quaternion, n), 2, 1)
    if n % 2 == 0 and n >= 8:
        has_half_turn = n % 4 == 0
        yield _Candidate(
            partial(families.dihedral, n // 2), 1 + has_half_turn, n // 2 + has_half_turn
        )
    if n % 4 == 0 and n >= 12:
        yield _Candidate(partial(families.dicyclic, n // 4), 2, 1)


def _matrix_groups(n: int) -> Iterator[_Candidate]:
    for p in (3, 5, 7, 11, 13, 17):
        whole = order_of_gl(2, p)
        # diag(1, -1) has p (p + 1) conjugates; in PSL the involutions come from the elements of
        # order 4 in SL, one class of p (p + 1) or p (p - 1) of them.
        conjugates = p * (p + 1) if p % 4 == 1 else p * (p - 1)
        if n == whole // (p - 1):
            yield _Candidate(partial(linear_groups.special_linear, 2, p), 2, 1)
        if n == whole:
            yield _Candidate(partial(linear_groups.general_linear, 2, p), p - 1, p * (p + 1) + 1)
        if n == whole // (p - 1) // 2 and p > 5:
            yield _Candidate(
                partial(linear_groups.projective_special_linear, 2, p), 1, conjugates // 2
            )
        if p**3 == n:
            yield _Candidate(partial(linear_groups.heisenberg, p), p, 0)
