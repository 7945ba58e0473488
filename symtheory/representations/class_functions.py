"""Exact class functions: products and decompositions, restriction and induction.

Convention: <phi, psi> = (1/n) sum_g phi(g) conj(psi(g)), linear in the first argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.groups.constructions import closure, subgroup
from symtheory.representations.character_table import CharacterTable, character_table
from symtheory.representations.cyclotomic import Cyclotomic

__all__ = ["ClassFunction", "Fusion", "fusion"]


@dataclass(frozen=True, slots=True)
class ClassFunction:
    """A function on the conjugacy classes of a group with exact cyclotomic values.

    Parameters
    ----------
    table : CharacterTable
    values : tuple of Cyclotomic
        One value per class, in the order of ``table.classes``.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> table = character_table(symmetric(4))
    >>> standard = ClassFunction.irreducible(table, 4)
    >>> (standard * standard).multiplicities()  # 3 x 3 = 1 + 2 + 3 + 3'
    (1, 0, 1, 1, 1)
    """

    table: CharacterTable
    values: tuple[Cyclotomic, ...]

    def __post_init__(self) -> None:
        """Check the number of values."""
        if len(self.values) != self.table.classes.count:
            raise SpecError(
                f"a class function of {self.table.group.name} has "
                f"{self.table.classes.count} values, got {len(self.values)}"
            )

    @classmethod
    def irreducible(cls, table: CharacterTable, character: int) -> "ClassFunction":
        """Return one row of a character table."""
        return cls(table, table.row(character))

    @classmethod
    def permutation_character(
        cls, table: CharacterTable, members: Sequence[int]
    ) -> "ClassFunction":
        """Return the character of G on the cosets of a subgroup: its trivial character induced."""
        link = fusion(table, members)
        return link.induce(cls.irreducible(link.small, 0))

    def __add__(self, other: "ClassFunction") -> "ClassFunction":
        return self._combined(other, [a + b for a, b in self._pairs(other)])

    def __mul__(self, other: "ClassFunction") -> "ClassFunction":
        """Pointwise product: the character of the tensor product."""
        return self._combined(other, [a * b for a, b in self._pairs(other)])

    def conjugate(self) -> "ClassFunction":
        """Return the complex conjugate function."""
        return ClassFunction(self.table, tuple(value.conjugate() for value in self.values))

    def inner(self, other: "ClassFunction") -> Cyclotomic:
        """Return <self, other>, exactly."""
        total = Cyclotomic.from_rational(0)
        for size, (a, b) in zip(self.table.classes.sizes.tolist(), self._pairs(other), strict=True):
            total = total + size * (a * b.conjugate())
        return total / self.table.group.order

    def multiplicities(self) -> tuple[int, ...]:
        """Multiplicity of every irreducible character.

        Raises
        ------
        SpecError
            If the function is no integer combination of characters.
        """
        found = []
        for i in range(self.table.count):
            value = self.inner(ClassFunction.irreducible(self.table, i))
            if not value.is_rational or value.denominator != 1:
                raise SpecError(
                    f"no combination of characters: its product with {self.table.names[i]} is "
                    f"{value}"
                )
            found.append(int(value.to_fraction()))
        return tuple(found)

    def _pairs(self, other: "ClassFunction") -> list[tuple[Cyclotomic, Cyclotomic]]:
        if other.table is not self.table:
            raise SpecError("both class functions must belong to one character table")
        return list(zip(self.values, other.values, strict=True))

    def _combined(self, other: "ClassFunction", values: list[Cyclotomic]) -> "ClassFunction":
        return ClassFunction(other.table, tuple(values))


@dataclass(frozen=True, slots=True, eq=False)
class Fusion:
    """A subgroup H of G with both character tables, and the G-class of every H-class.

    Parameters
    ----------
    small, large : CharacterTable
        Of H and of G.
    classes : (r_H,) int64
        Class of G that holds each class of H.
    """

    small: CharacterTable
    large: CharacterTable
    classes: NDArray[np.int64]

    def restrict(self, function: ClassFunction) -> ClassFunction:
        """Return the restriction of a class function of G to H."""
        if function.table is not self.large:
            raise SpecError("only a class function of the larger group can be restricted")
        return ClassFunction(self.small, tuple(function.values[k] for k in self.classes.tolist()))

    def induce(self, function: ClassFunction) -> ClassFunction:
        """Return the class function of G induced from H.

        On a class C of G it is (n / |C|) times the sum of (|D| / |H|) psi(D) over the classes D
        of H inside C.
        """
        if function.table is not self.small:
            raise SpecError("only a class function of the subgroup can be induced")
        n, h = self.large.group.order, self.small.group.order
        values = [Cyclotomic.from_rational(0)] * self.large.classes.count
        sizes = zip(self.classes.tolist(), self.small.classes.sizes.tolist(), strict=True)
        for value, (k, size) in zip(function.values, sizes, strict=True):
            factor = Fraction(n * size, int(self.large.classes.sizes[k]) * h)
            values[k] = values[k] + value * factor
        return ClassFunction(self.large, tuple(values))


def fusion(table: CharacterTable, members: Sequence[int]) -> Fusion:
    """Return the fusion of the subgroup that some elements generate.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> table = character_table(symmetric(3))
    >>> link = fusion(table, [table.group.element("(1 2 3)")])
    >>> standard = ClassFunction.irreducible(table, 2)
    >>> link.restrict(standard).multiplicities()
    (0, 1, 1)
    """
    elements = closure(table.group, list(members))
    small = character_table(subgroup(table.group, elements.tolist()))
    classes = table.classes.class_of[elements[small.classes.representatives]]
    return Fusion(small, table, classes)
