"""Subgroups of a small group up to conjugacy.

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
from symtheory.groups.group import Group
from symtheory.groups.primes import prime_divisors
from symtheory.groups.series import derived_series

__all__ = ["SUBGROUP_ORDER_LIMIT", "SubgroupClass", "subgroup_classes"]

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
    if len(seen) > _MAX_SUBGROUPS:
        raise BudgetError(
            f"{group.name} has more than {_MAX_SUBGROUPS} subgroups, the bound of the listing; "
            "ask for a subgroup by its generators instead"
        )
    found.append(SubgroupClass(members, len(orbit)))
