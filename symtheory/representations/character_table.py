"""The exact character table of a finite group.

Convention: rows are irreducible characters chi1, chi2, ... with chi1 trivial, columns are the
conjugacy classes in the order of `conjugacy_classes`. Rows ascend by degree; those of an abelian
group follow its dual group, so row k of a cyclic group is exp(2 pi i k j / n) on g^j. Every
distinct value is stored once, as an exact cyclotomic number.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.classes import ConjugacyClasses, conjugacy_classes
from symtheory.groups.group import Group
from symtheory.representations.characters import linear_characters
from symtheory.representations.cyclotomic import Cyclotomic
from symtheory.representations.dixon import ModularCharacters, nonlinear_characters
from symtheory.representations.lifting import Palette, lift_linear, lift_modular

__all__ = ["CharacterTable", "character_table"]


@dataclass(frozen=True, eq=False)
class CharacterTable:
    """All irreducible characters of a group, exactly.

    Parameters
    ----------
    classes : ConjugacyClasses
    palette : tuple of Cyclotomic
        The distinct values that occur.
    entries : (r, r) int64
        ``palette[entries[i, k]]`` is character i on class k.
    degrees : (r,) int64
        Character degrees chi(1).
    indicators : (r,) int64
        Frobenius-Schur indicators (1/n) sum_g chi(g^2): 1 real, 0 complex, -1 quaternionic type.

    Examples
    --------
    >>> from symtheory.groups.families import alternating
    >>> table = character_table(alternating(5))
    >>> table.degrees.tolist(), table.indicators.tolist()
    ([1, 3, 3, 4, 5], [1, 1, 1, 1, 1])
    >>> print(table.value(1, 3), table.value(1, 4))
    (1+√5)/2 (1-√5)/2
    """

    classes: ConjugacyClasses
    palette: tuple[Cyclotomic, ...]
    entries: NDArray[np.int64]
    degrees: NDArray[np.int64]
    indicators: NDArray[np.int64]

    @property
    def group(self) -> Group:
        """The group."""
        return self.classes.group

    @property
    def count(self) -> int:
        """Number of irreducible characters."""
        return len(self.degrees)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the characters: chi1 (trivial), chi2, ..."""
        return tuple(f"χ{i + 1}" for i in range(self.count))

    def value(self, character: int, class_index: int) -> Cyclotomic:
        """Exact value of a character on a class."""
        return self.palette[int(self.entries[character, class_index])]

    def row(self, character: int) -> tuple[Cyclotomic, ...]:
        """Exact values of a character on all classes."""
        return tuple(self.palette[e] for e in self.entries[character])

    @cached_property
    def _numeric(self) -> NDArray[np.complex128]:
        return np.array([complex(value) for value in self.palette])

    def to_numeric(self) -> NDArray[np.complex128]:
        """Return the table in floating point, (r, r) complex128."""
        return np.asarray(self._numeric[self.entries])

    def numeric_row(self, character: int) -> NDArray[np.complex128]:
        """Values of one character on all classes, (r,) complex128."""
        return np.asarray(self._numeric[self.entries[character]])

    @cached_property
    def conjugates(self) -> NDArray[np.int64]:
        """Row of the complex conjugate of every character, (r,) int64."""
        turned = self.entries[:, self.classes.inverse]
        rows = {row.tobytes(): i for i, row in enumerate(self.entries)}
        return np.array([rows[row.tobytes()] for row in turned], dtype=np.int64)

    @cached_property
    def real_classes(self) -> tuple[tuple[int, ...], ...]:
        """Characters grouped with their conjugates: one group per irrep over the reals."""
        pairs = enumerate(self.conjugates.tolist())
        return tuple((i,) if i == j else (i, j) for i, j in pairs if i <= j)

    def kernel_classes(self, character: int) -> tuple[int, ...]:
        """Classes on which the character takes its degree; their union is its kernel."""
        row = self.entries[character]
        return tuple(np.flatnonzero(row == row[0]).tolist())

    def kernel(self, character: int) -> NDArray[np.int64]:
        """Elements that the irrep maps to the unit matrix, ascending."""
        return np.flatnonzero(np.isin(self.classes.class_of, self.kernel_classes(character)))

    def is_faithful(self, character: int) -> bool:
        """Whether the kernel is trivial."""
        return len(self.kernel_classes(character)) == 1

    def type_of(self, character: int) -> str:
        """Return "real", "complex" or "quaternionic"."""
        return {1: "real", 0: "complex", -1: "quaternionic"}[int(self.indicators[character])]

    def _repr_html_(self) -> str:
        from symtheory.representations.rendering import table_html

        return table_html(self)


def character_table(group: Group) -> CharacterTable:
    """Return the exact character table of a group.

    Linear characters come from the abelianization, all others from Dixon's method modulo a prime
    (`nonlinear_characters`); the values are lifted to sums of roots of unity by their
    multiplicities as eigenvalues.

    Examples
    --------
    >>> from symtheory.groups.families import dicyclic
    >>> character_table(dicyclic(2)).indicators.tolist()  # the quaternion group
    [1, 1, 1, 1, -1]
    """
    classes = conjugacy_classes(group)
    linear = linear_characters(group)
    order_of_phases, phases = linear.modulus, linear.phases[:, classes.representatives]
    modular = nonlinear_characters(classes, phases, order_of_phases)
    palette = Palette()
    entries = np.concatenate(
        [lift_linear(palette, phases, order_of_phases), lift_modular(palette, classes, modular)]
    )
    degrees = np.concatenate([np.ones(len(phases), dtype=np.int64), modular.degrees])
    indicators = np.concatenate(
        [(2 * phases % order_of_phases == 0).all(axis=1), _indicators(classes, modular)]
    ).astype(np.int64)
    table = CharacterTable(classes, palette.values, entries, degrees, indicators)
    if group.is_abelian:
        return table
    order = _display_order(table)
    return CharacterTable(
        classes, palette.values, entries[order], degrees[order], indicators[order]
    )


def _indicators(classes: ConjugacyClasses, modular: ModularCharacters) -> NDArray[np.int64]:
    """Frobenius-Schur indicators mod q, which decide them: they are 1, 0 or -1."""
    q, n = modular.prime, classes.group.order
    sums = (modular.values[:, classes.power(2)] * classes.sizes % q).sum(axis=1)
    residues = sums % q * pow(n, -1, q) % q
    return np.where(residues == q - 1, -1, residues)


def _display_order(table: CharacterTable) -> NDArray[np.int64]:
    """Trivial first, then by degree, type and values, conjugates side by side."""
    numeric = np.round(table.to_numeric(), 9) + 0.0
    trivial = [bool((row == 1).all()) for row in numeric]
    keys = [
        (int(degree), not first, -indicator, (-row.real).tolist(), (-row.imag).tolist())
        for degree, first, indicator, row in zip(
            table.degrees, trivial, table.indicators.tolist(), numeric, strict=True
        )
    ]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
