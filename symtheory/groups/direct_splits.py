"""Direct factors of a group, and their complements.

Method. G is A x B exactly when A and B are normal, meet in 1 and have |A| |B| = |G|. Then B lies in
the centralizer C of A, so A C = G, and C = Z x B with Z = A & C the centre of A. Conversely every
complement B of Z in C is normal in G. So a factor A is seen by the order of its centralizer,
and its complements are the kernels of the homomorphisms C -> Z that fix Z, which one reads off the
abelian group C / C'. The smaller factor has order at most sqrt |G|, so few subgroups are looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from heapq import heapify, heappop, heappush
from itertools import product
from math import gcd, isqrt, prod

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.abelian import abelian_basis
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.constructions import restriction
from symtheory.groups.group import Group
from symtheory.groups.series import Abelianization, abelianization

__all__ = ["direct_splits", "small_normal_subgroups"]

_MAX_SUBGROUPS = 5000


def direct_splits(group: Group) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield every direct factor A with 1 < |A|^2 <= |G|, ascending, with its first complement.

    All complements of A are isomorphic to G/A, so one is enough to know what the other factor is.

    Raises
    ------
    BudgetError
        If there are more than 5000 small normal subgroups, or complements of one A.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> [(a.tolist(), b.tolist()) for a, b in direct_splits(cyclic(6))]
    [([0, 3], [0, 2, 4])]
    >>> list(direct_splits(cyclic(4)))
    []
    """
    complements = _Complements(group)
    for factor in small_normal_subgroups(group, isqrt(group.order)):
        if len(factor) > 1:
            other = complements.first(factor)
            if other is not None:
                yield factor, other


def small_normal_subgroups(group: Group, limit: int) -> Iterator[NDArray[np.int64]]:
    """Yield the normal subgroups of order at most ``limit``, ascending by order, then elements.

    They are the joins of the normal closures of single classes. A join is larger than its parts,
    so it is formed when the first of them is yielded, and never if nobody asks for so large ones.

    Raises
    ------
    BudgetError
        If more than 5000 have been met.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> [len(n) for n in small_normal_subgroups(symmetric(4), 12)]
    [1, 4, 12]
    """
    closures = _small_closures(group, limit)
    queue = [(len(members), members.tolist()) for members in closures]
    heapify(queue)
    seen = {tuple(elements) for _, elements in queue}
    while queue:
        elements = heappop(queue)[1]
        normal = np.array(elements, dtype=np.int64)
        yield normal
        inside = np.zeros(group.order, dtype=bool)
        inside[normal] = True
        for other in closures:
            size = len(normal) * len(other) // int(np.count_nonzero(inside[other]))
            if len(normal) < size <= limit:
                join = np.unique(group.table[np.ix_(normal, other)]).tolist()
                if tuple(join) not in seen:
                    seen.add(tuple(join))
                    heappush(queue, (size, join))
        if len(seen) > _MAX_SUBGROUPS:
            raise BudgetError(f"{group.name} has more than {_MAX_SUBGROUPS} normal subgroups")


def _small_closures(group: Group, limit: int) -> list[NDArray[np.int64]]:
    """Find the normal closures of single elements that have at most ``limit`` elements."""
    classes = conjugacy_classes(group)
    found: dict[bytes, NDArray[np.int64]] = {}
    is_open = (classes.element_orders <= limit) & (classes.sizes < limit)
    is_open[0] = True  # 1 itself, even for a limit of 1
    for k, x in enumerate(classes.representatives.tolist()):
        if not is_open[k]:
            continue
        reached = np.zeros(group.order, dtype=bool)
        reached[group.identity] = True
        members = np.flatnonzero(reached | (classes.class_of == k))
        size = 0
        while size < len(members) <= limit:
            size = len(members)
            reached[group.table[members[:, None], members]] = True
            members = np.flatnonzero(reached)
        if len(members) <= limit:
            found.setdefault(members.tobytes(), members)
        # The other generators of <x> have the same closure.
        order = int(classes.element_orders[k])
        for j in range(2, order):
            if gcd(j, order) == 1:
                is_open[classes.class_of[group.power(x, j)]] = False
    return list(found.values())


@dataclass(frozen=True, eq=False)
class _Complements:
    """The complements of normal subgroups of one group."""

    group: Group

    @cached_property
    def quotient(self) -> Abelianization:
        return abelianization(self.group)

    def first(self, factor: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """First B with G = A x B for a normal subgroup A, or None if there is none."""
        group = self.group
        commutes = (group.table[factor] == group.table[:, factor].T).all(axis=0)
        centralizer, middle = np.flatnonzero(commutes), factor[commutes[factor]]
        # A C = G for the centralizer C of A, and A & C = Z.
        if len(centralizer) * len(factor) != group.order * len(middle):
            return None
        index = len(centralizer) // len(middle)
        if gcd(index, len(middle)) == 1:
            # By Schur and Zassenhaus; what has an order prime to |Z| lies in B.
            is_prime_to_it = index % group.element_orders[centralizer] == 0
            return np.asarray(centralizer[is_prime_to_it])
        if len(centralizer) == group.order:
            return _central_complement(group, middle, self.quotient)
        whole = restriction(group, centralizer)
        places = np.searchsorted(centralizer, middle)
        found = _central_complement(whole, places, abelianization(whole))
        return None if found is None else centralizer[found]


def _central_complement(
    group: Group, central: NDArray[np.int64], quotient: Abelianization
) -> NDArray[np.int64] | None:
    """First complement of a central subgroup Z: the kernels of the homomorphisms that fix Z."""
    basis = abelian_basis(restriction(group, central))
    kernels = []
    for e, wanted in zip(basis.orders, basis.coordinates.T, strict=True):
        # Homomorphisms to Z_e; a generator of order d goes to a multiple of e / gcd(d, e).
        images = [range(0, e, e // gcd(d, e)) for d in quotient.orders]
        if prod(map(len, images)) > _MAX_SUBGROUPS:
            raise BudgetError(f"{group.name} has too many homomorphisms to Z{e} to go through")
        choices = np.array(list(product(*images)), dtype=np.int64)
        fixes = (choices @ quotient.coordinates[central].T % e == wanted).all(axis=1)
        kernels.append(choices[fixes] @ quotient.coordinates.T % e == 0)
    if prod(map(len, kernels)) > _MAX_SUBGROUPS:
        raise BudgetError(f"a central subgroup of {group.name} has too many complements")
    intersections = [reduce(np.logical_and, chosen) for chosen in product(*kernels)]
    return min(map(np.flatnonzero, intersections), key=np.ndarray.tolist, default=None)
