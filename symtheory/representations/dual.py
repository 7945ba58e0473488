"""The dual of an abelian group: its characters, exactly, as a group.

Convention: character k takes the value exp(2 pi i phases[k, g] / exponent) on g; characters run
over Z_d1 x ... x Z_dk (invariant factors), last coordinate fastest, as the rows of the character
table do.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.groups.constructions import direct_product
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.series import abelianization
from symtheory.representations.characters import linear_characters

__all__ = ["DualGroup", "dual_group"]


@dataclass(frozen=True, eq=False)
class DualGroup:
    """The characters of an abelian group G.

    Parameters
    ----------
    base : Group
        G.
    group : Group
        The dual under pointwise multiplication; element k is character k.
    exponent : int
        Exponent e of G.
    phases : (n, n) int64
        ``phases[k, g]`` mod e, exactly.
    isomorphism : (n,) int64
        An isomorphism G -> dual; it depends on the choice of a basis of G.
    """

    base: Group
    group: Group
    exponent: int
    phases: NDArray[np.int64]
    isomorphism: NDArray[np.int64]

    @cached_property
    def evaluation(self) -> NDArray[np.int64]:
        """Pontryagin's isomorphism of G with the dual of its dual, free of choices, (n,) int64.

        Element g goes to the character chi -> chi(g) of the dual; it is given by its row in
        ``dual_group(self.group).phases``.
        """
        second = dual_group(self.group)
        rows = {row.tobytes(): k for k, row in enumerate(second.phases)}
        return np.array(
            [rows[np.ascontiguousarray(column).tobytes()] for column in self.phases.T],
            dtype=np.int64,
        )

    def to_numeric(self) -> NDArray[np.complex128]:
        """Values of all characters, (n, n) complex128."""
        return np.asarray(np.exp(2j * np.pi * self.phases / self.exponent))


def dual_group(group: Group) -> DualGroup:
    """Return the dual group of an abelian group.

    Raises
    ------
    SpecError
        If the group is not abelian.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> dual = dual_group(parse_group("Z2 x Z4"))
    >>> dual.group, dual.exponent
    (Group(dual of Z2 x Z4, order 8, abelian), 4)
    """
    if not group.is_abelian:
        raise SpecError(
            f"{group.name} is not abelian: its irreps do not form a group; see character_table"
        )
    quotient = abelianization(group)
    characters = linear_characters(group)
    factors = [cyclic(d) for d in quotient.orders] or [cyclic(1)]
    product = direct_product(*factors)
    labels = tuple(
        f"χ{label}" if label.startswith("(") else f"χ({label})" for label in product.labels
    )
    dual = Group(product.table, labels, f"dual of {group.name}")
    isomorphism = np.zeros(group.order, dtype=np.int64)
    for i, d in enumerate(quotient.orders):
        isomorphism = isomorphism * d + quotient.coordinates[:, i]
    return DualGroup(group, dual, characters.modulus, characters.phases, isomorphism)
