"""All subgroups of a small group up to conjugacy, and its normal subgroups.

Method of cyclic extension: the last term P of the derived series of a subgroup K is perfect, and
K is reached from P by steps H < <H, z> where z normalizes H and a prime power z^p lies in H. So all
subgroups arise from the perfect ones. In a group of order at most 200 these are 1 and the last
term of its own derived series: a perfect group has order 60, 120, 168 or more, and the perfect
groups of these orders, A5, SL(2,5) and PSL(2,7), hold no smaller one but 1 [1]_.

References
----------
.. [1] D. F. Holt, B. Eick, E. A. O'Brien, Handbook of Computational Group Theory, 2005,
   sections 10.4 and 11.1, doi:10.1201/9781420035216
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.constructions import closure
from symtheory.groups.group import Group
from symtheory.groups.primes import prime_divisors
from symtheory.groups.series import derived_series

__all__ = ["SUBGROUP_ORDER_LIMIT", "SubgroupClass", "normal_subgroups", "subgroup_classes"]

SUBGROUP_ORDER_LIMIT = 200
_MAX_SUBGROUPS = 5000


@dataclass(frozen=True, slots=True, eq=False)
class SubgroupClass:
    """A subgroup and its conjugates.

    Parameters
    ----------
    elements : (order,) int64
        One subgroup of the class, ascending.
    n_conjugates : int
        Number of subgroups in the class; 1 for a normal subgroup.
    """

    elements: NDArray[np.int64]
    n_conjugates: int

    @property
    def order(self) -> int:
        """Number of elements."""
        return len(self.elements)

    @property
    def is_normal(self) -> bool:
        """Whether the subgroup is its only conjugate."""
        return self.n_conjugates == 1

    def __repr__(self) -> str:
        return f"SubgroupClass(order {self.order}, {self.n_conjugates} conjugates)"


def subgroup_classes(group: Group) -> tuple[SubgroupClass, ...]:
    """Return all subgroups up to conjugacy, ascending by order.

    Raises
    ------
    BudgetError
        For a group of order above 200, or with more than 5000 subgroups.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> [(c.order, c.n_conjugates) for c in subgroup_classes(symmetric(3))]
    [(1, 1), (2, 3), (3, 1), (6, 1)]
    """
    if group.order > SUBGROUP_ORDER_LIMIT:
        raise BudgetError(
            f"subgroups are listed up to order {SUBGROUP_ORDER_LIMIT}, {group.name} has order "
            f"{group.order}; ask for a subgroup by its generators instead"
        )
    conjugations = [group.table[group.table[g], group.inverses[g]] for g in group.generators]
    primes = prime_divisors(group.order)
    powers = {p: group.power(np.arange(group.order), p) for p in primes}
    seen: set[bytes] = set()
    found: list[SubgroupClass] = []
    trivial = np.array([group.identity])
    for seed in (trivial, derived_series(group)[-1]):
        _record(group, seed, conjugations, seen, found)
    for known in found:  # grows while we go
        for p in primes:
            for larger in _extensions(group, known.elements, p, powers[p]):
                _record(group, larger, conjugations, seen, found)
    return tuple(sorted(found, key=lambda c: (c.order, c.n_conjugates, c.elements.tolist())))


def normal_subgroups(group: Group) -> tuple[NDArray[np.int64], ...]:
    """Return all normal subgroups, ascending by order, each as an ascending array.

    They are the joins of the normal closures of single classes.

    Raises
    ------
    BudgetError
        If there are more than 5000.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> [len(n) for n in normal_subgroups(symmetric(4))]
    [1, 4, 12, 24]
    """
    classes = conjugacy_classes(group)
    seen: dict[bytes, NDArray[np.int64]] = {}
    closures, first_classes = [], []
    for k in range(classes.count):
        members = closure(group, classes.members(k))
        if members.tobytes() not in seen:
            seen[members.tobytes()] = members
            closures.append(members)
            first_classes.append(k)
    queue = list(closures)
    for normal in queue:
        open_elements = np.ones(group.order, dtype=bool)
        open_elements[normal] = False
        for k, other in enumerate(closures):
            if not open_elements[classes.representatives[first_classes[k]]]:
                continue
            join = np.unique(group.table[np.ix_(normal, other)])
            if _is_prime(len(join) // len(normal)):
                # Nothing lies between, so every further element gives the same join.
                open_elements[join] = False
            if join.tobytes() not in seen:
                seen[join.tobytes()] = join
                queue.append(join)
                _check_count(len(queue), group)
    return tuple(sorted(seen.values(), key=lambda members: (len(members), members.tolist())))


def _extensions(
    group: Group, members: NDArray[np.int64], p: int, powers: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """Subgroups that hold the given one as a normal subgroup of prime index p."""
    inside = np.zeros(group.order, dtype=bool)
    inside[members] = True
    # z normalizes H when z h z^-1 lies in H for all h.
    conjugates = group.table[group.table[:, members], group.inverses[:, None]]
    candidates = inside[conjugates].all(axis=1) & inside[powers] & ~inside
    larger = []
    while candidates.any():
        z = int(np.argmax(candidates))
        cosets = [members]
        for _ in range(p - 1):
            cosets.append(group.table[z, cosets[-1]])
        union = np.sort(np.concatenate(cosets))
        candidates[union] = False  # every z in the union but outside H gives the same subgroup
        larger.append(union)
    return larger


def _record(
    group: Group,
    members: NDArray[np.int64],
    conjugations: list[NDArray[np.int64]],
    seen: set[bytes],
    found: list[SubgroupClass],
) -> None:
    """Add the class of a subgroup unless it is known."""
    if members.tobytes() in seen:
        return
    orbit = {members.tobytes()}
    queue = [members]
    for current in queue:
        for conjugation in conjugations:
            image = np.sort(conjugation[current])
            if image.tobytes() not in orbit:
                orbit.add(image.tobytes())
                queue.append(image)
    seen |= orbit
    _check_count(len(seen), group)
    found.append(SubgroupClass(members, len(orbit)))


def _is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, n))


def _check_count(count: int, group: Group) -> None:
    if count > _MAX_SUBGROUPS:
        raise BudgetError(
            f"{group.name} has more than {_MAX_SUBGROUPS} subgroups, the bound of the listing; "
            "ask for a subgroup by its generators instead"
        )
