"""Character tables: the laws, exactly, on random groups; the values of the named ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SECTION_5_2, groups, named, relabeled

from symtheory.errors import SpecError
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.constructions import closure
from symtheory.groups.group import Group
from symtheory.representations.automorphism_orbits import block_orbits, character_orbits
from symtheory.representations.character_table import CharacterTable, character_table
from symtheory.representations.class_functions import ClassFunction, fusion
from symtheory.representations.cyclotomic import Cyclotomic
from symtheory.representations.orthogonality import (
    satisfies_column_orthogonality,
    satisfies_row_orthogonality,
)


@settings(deadline=None, max_examples=40)
@given(groups())
def test_orthogonality_and_degrees(group: Group) -> None:
    table = character_table(group)
    assert satisfies_row_orthogonality(table)
    assert satisfies_column_orthogonality(table)
    assert (table.degrees**2).sum() == group.order
    assert (group.order % table.degrees == 0).all()
    involutions = (group.power(np.arange(group.order), 2) == group.identity).sum()
    assert table.degrees @ table.indicators == involutions


@settings(deadline=None, max_examples=15)
@given(groups(max_order=30), st.data())
def test_central_characters_multiply_by_the_class_constants(
    group: Group, data: st.DataObject
) -> None:
    table = character_table(group)
    classes = table.classes
    i = data.draw(st.integers(0, classes.count - 1))
    row = data.draw(st.integers(0, table.count - 1))
    degree = int(table.degrees[row])
    omega = [int(h) * v / degree for h, v in zip(classes.sizes, table.row(row), strict=True)]
    constants = classes.constants(i)
    for j in range(classes.count):
        total = Cyclotomic.from_rational(0)
        for k in np.flatnonzero(constants[j]).tolist():
            total = total + int(constants[j, k]) * omega[k]
        assert total == omega[i] * omega[j]


@settings(deadline=None, max_examples=25)
@given(groups(max_order=60), st.integers(0, 2**32 - 1))
def test_relabeling_only_permutes_columns_and_rows(group: Group, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(group.order)
    first, second = character_table(group), character_table(relabeled(group, order))
    # Element i of the second group is element order[i] of the first.
    columns = first.classes.class_of[order[second.classes.representatives]]
    assert np.array_equal(first.classes.sizes[columns], second.classes.sizes)
    rows = {tuple(first.value(i, k) for k in columns.tolist()) for i in range(first.count)}
    assert rows == {second.row(i) for i in range(second.count)}


# Geometry notes: classes, degrees, number of characters of type +, 0, -.
SECTION_5_2_VALUES = {
    "Z12": (12, [1] * 12, (2, 10, 0)),
    "Z4 x Z6": (24, [1] * 24, (4, 20, 0)),
    "D7": (5, [1] * 2 + [2] * 3, (5, 0, 0)),
    "D8": (7, [1] * 4 + [2] * 3, (7, 0, 0)),
    "Q8": (5, [1] * 4 + [2], (4, 0, 1)),
    "Dic5": (8, [1] * 4 + [2] * 4, (4, 2, 2)),
    "A4": (4, [1] * 3 + [3], (2, 2, 0)),
    "S4": (5, [1, 1, 2, 3, 3], (5, 0, 0)),
    "A5": (5, [1, 3, 3, 4, 5], (5, 0, 0)),
    "S5": (7, [1, 1, 4, 4, 5, 5, 6], (7, 0, 0)),
    "SL(2,3)": (7, [1] * 3 + [2] * 3 + [3], (2, 4, 1)),
    "Heis(3)": (11, [1] * 9 + [3] * 2, (1, 10, 0)),
    "Heis(5)": (29, [1] * 25 + [5] * 4, (1, 28, 0)),
    "F(7,3)": (5, [1] * 3 + [3] * 2, (1, 4, 0)),
    "F(13,4)": (7, [1] * 4 + [4] * 3, (5, 2, 0)),
    "PSL(2,7)": (6, [1, 3, 3, 6, 7, 8], (4, 2, 0)),
}


@pytest.mark.parametrize("name", SECTION_5_2)
def test_named_groups(name: str) -> None:
    table = character_table(named(name))
    n_classes, degrees, types = SECTION_5_2_VALUES[name]
    assert table.count == n_classes
    assert table.degrees.tolist() == degrees
    assert tuple(int((table.indicators == v).sum()) for v in (1, 0, -1)) == types


def test_d4_and_q8_differ_only_in_their_indicators() -> None:
    first, second = character_table(named("D4")), character_table(named("Q8"))
    rows = [sorted(map(str, table.row(4))) for table in (first, second)]
    assert rows[0] == rows[1]
    assert first.indicators.tolist() == [1] * 5
    assert second.indicators.tolist() == [1] * 4 + [-1]
    assert [second.type_of(i) for i in (0, 4)] == ["real", "quaternionic"]


def test_a_wrong_table_is_not_orthogonal() -> None:
    table = character_table(named("A5"))
    entries = table.entries.copy()
    entries[[1, 2], 3] = entries[[2, 1], 3]  # the two golden values of one class exchanged
    wrong = CharacterTable(table.classes, table.palette, entries, table.degrees, table.indicators)
    assert not satisfies_row_orthogonality(wrong)
    assert not satisfies_column_orthogonality(wrong)


def test_kernels_and_faithful_characters() -> None:
    table = character_table(named("S4"))
    orders = [len(table.kernel(i)) for i in range(5)]
    assert orders == [24, 12, 4, 1, 1]
    assert [table.is_faithful(i) for i in range(5)] == [False, False, False, True, True]
    for i in range(5):
        assert np.array_equal(closure(table.group, table.kernel(i)), table.kernel(i))


def test_cyclic_rows_are_powers() -> None:
    table = character_table(named("Z7"))
    for k in range(7):
        for j in range(7):
            assert table.value(k, j) == Cyclotomic.from_powers(7, {k * j: 1})


def test_names_and_power_maps_of_classes() -> None:
    classes = conjugacy_classes(named("S5"))
    assert classes.names == ("1a", "2a", "2b", "3a", "4a", "5a", "6a")
    assert classes.power_maps == {
        2: (0, 0, 0, 3, 2, 5, 3),
        3: (0, 1, 2, 0, 4, 5, 1),
        5: (0, 1, 2, 3, 4, 0, 6),
    }
    assert classes.members(1).tolist() == sorted(classes.members(1).tolist())
    many = conjugacy_classes(named("Z60")).names
    assert len(set(many)) == 60


@settings(deadline=None, max_examples=20)
@given(groups(max_order=48), st.data())
def test_frobenius_reciprocity(group: Group, data: st.DataObject) -> None:
    table = character_table(group)
    generators = data.draw(st.lists(st.integers(0, group.order - 1), min_size=1, max_size=2))
    link = fusion(table, generators)
    i = data.draw(st.integers(0, table.count - 1))
    j = data.draw(st.integers(0, link.small.count - 1))
    whole, part = ClassFunction.irreducible(table, i), ClassFunction.irreducible(link.small, j)
    induced = link.induce(part)
    assert link.restrict(whole).inner(part) == whole.inner(induced)
    index = group.order // link.small.group.order
    degrees = sum(m * int(d) for m, d in zip(induced.multiplicities(), table.degrees, strict=True))
    assert degrees == index * int(link.small.degrees[j])


@pytest.mark.parametrize("name", ["Z5", "SL(2,3)", "F(7,3)"])
def test_irreducible_characters_are_orthonormal(name: str) -> None:
    table = character_table(named(name))
    for i in range(table.count):
        unit = tuple(int(i == j) for j in range(table.count))
        assert ClassFunction.irreducible(table, i).multiplicities() == unit


def test_products_and_permutation_characters() -> None:
    table = character_table(named("S5"))
    sign, standard = ClassFunction.irreducible(table, 1), ClassFunction.irreducible(table, 2)
    assert (sign * sign).multiplicities() == (1, 0, 0, 0, 0, 0, 0)
    assert (sign * standard).multiplicities() == (0, 0, 0, 1, 0, 0, 0)
    assert (sign + standard).conjugate() == sign + standard
    point_stabilizer = [table.group.element("(2 3 4 5)"), table.group.element("(2 3)")]
    on_points = ClassFunction.permutation_character(table, point_stabilizer)
    assert on_points.multiplicities() == (1, 0, 1, 0, 0, 0, 0)


def test_class_functions_of_other_tables_are_refused() -> None:
    first, second = character_table(named("S3")), character_table(named("S4"))
    phi, psi = ClassFunction.irreducible(first, 0), ClassFunction.irreducible(second, 0)
    with pytest.raises(SpecError, match="one character table"):
        phi.inner(psi)
    with pytest.raises(SpecError, match="values"):
        ClassFunction(first, psi.values)
    with pytest.raises(SpecError, match="no combination"):
        ClassFunction(first, tuple(v / 2 for v in phi.values)).multiplicities()
    link = fusion(second, [second.group.element("(1 2 3)")])
    with pytest.raises(SpecError, match="larger group"):
        link.restrict(phi)
    with pytest.raises(SpecError, match="subgroup"):
        link.induce(phi)


def test_automorphism_orbits_on_irreps() -> None:
    def orbits(name: str) -> list[tuple[int, ...]]:
        table = character_table(named(name))
        return list(character_orbits(table, automorphism_group(named(name))))

    assert orbits("Z12") == [(0,), (1, 5, 7, 11), (2, 10), (3, 9), (4, 8), (6,)]
    assert len(orbits("S5")) == 7  # the standard irrep and its sign twist are not equivalent
    assert (1, 2) in orbits("A5")  # the two icosahedral ones are, by conjugation in S5
    assert [len(orbit) for orbit in orbits("Q8")] == [1, 3, 1]
    # The outer automorphism of S6 exchanges irreps of degree 5, 5; 5', 5'; and 10, 10'.
    assert [len(orbit) for orbit in orbits("S6")] == [1, 1, 2, 2, 1, 1, 2, 1]
    g = named("Z113")
    assert [len(o) for o in block_orbits(character_table(g), automorphism_group(g))] == [1, 56]
