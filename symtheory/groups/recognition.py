"""Recognition of an abstract group: the standard group isomorphic to it, with an isomorphism.

The name is always one that the text notation reads: a product of cyclic groups for an abelian
group, a named family, a direct product of such, or a split extension of two cyclic groups. Where
none fits, the group stands for itself and a fingerprint says what is known of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups import families
from symtheory.groups.abelian import abelian_basis
from symtheory.groups.automorphisms import find_isomorphism
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.constructions import direct_product, restriction
from symtheory.groups.direct_splits import direct_splits
from symtheory.groups.family_candidates import family_candidates
from symtheory.groups.group import Group
from symtheory.groups.series import abelianization, center
from symtheory.groups.split_metacyclic import as_split_metacyclic

__all__ = ["Recognition", "fingerprint", "recognize"]

_Factors = tuple[tuple[Group, ...], NDArray[np.int64]]


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
    found = _standard_factors(group)
    if found is None:
        return Recognition(group, np.arange(group.order), is_named=False)
    factors, isomorphism = found
    isomorphism.setflags(write=False)
    standard = factors[0] if len(factors) == 1 else direct_product(*factors)
    return Recognition(standard, isomorphism, factors=factors)


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


def _standard_factors(group: Group) -> _Factors | None:
    """Named direct factors, and an isomorphism on to their product; None if there are none."""
    if group.is_abelian:
        return _cyclic_factors(group)
    # Families come first: a test of isomorphism is cheaper than a search for direct factors.
    for candidate in family_candidates(group):
        isomorphism = find_isomorphism(group, candidate)
        if isomorphism is not None:
            return (candidate,), isomorphism
    split = _two_factors(group)
    if split is not None:
        return split
    extension = as_split_metacyclic(group)
    return None if extension is None else ((extension[0],), extension[1])


def _cyclic_factors(group: Group) -> _Factors:
    basis = abelian_basis(group)
    isomorphism = np.zeros(group.order, dtype=np.int64)
    for i, d in enumerate(basis.orders):
        isomorphism = isomorphism * d + basis.coordinates[:, i]
    return tuple(map(families.cyclic, basis.orders or (1,))), isomorphism


def _two_factors(group: Group) -> _Factors | None:
    """Split off the smallest direct factor such that both it and the rest have a name."""
    refused: set[tuple[str, ...]] = set()
    try:
        for first, second in direct_splits(group):
            smaller = _standard_factors(restriction(group, first))
            names = tuple(factor.name for factor in smaller[0]) if smaller else ()
            if smaller is None or names in refused:
                continue
            larger = _standard_factors(restriction(group, second))
            if larger is None:
                # A x B = A x C only if B and C are isomorphic, so they have no name either.
                refused.add(names)
                continue
            # The larger factor is written first, as in S3 x Z2. Pairs of elements are in
            # lexicographic order however the factors are bracketed.
            isomorphism = np.empty(group.order, dtype=np.int64)
            pairs = group.table[np.ix_(second, first)]
            isomorphism[pairs] = larger[1][:, None] * len(first) + smaller[1]
            return larger[0] + smaller[0], isomorphism
    except BudgetError:
        pass
    return None
