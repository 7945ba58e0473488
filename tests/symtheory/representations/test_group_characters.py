"""Character tables: the laws, exactly, on random groups; the values of the named ones."""

from math import gcd

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SECTION_5_2, groups, named, relabeled

from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.constructions import closure, subgroup
from symtheory.groups.group import Group
from symtheory.representations.automorphism_orbits import block_orbits, character_orbits
from symtheory.representations.character_table import CharacterTable, character_table
from symtheory.representations.cyclotomic import Cyclotomic
from symtheory.representations.finite_field import (
    matmul_mod,
    next_prime_in_progression,
    primitive_root_of_unity,
)


def residues(table: CharacterTable) -> list[tuple[int, np.ndarray, np.ndarray]]:
    r"""The table and its complex conjugate modulo q, for every root of unity of F_q as zeta_e.

    An orthogonality relation says that some alpha in Z[zeta_e] is zero, and every conjugate of
    alpha has absolute value at most 2n. If alpha is zero modulo a prime q = 1 mod e above 2n under
    each of the phi(e) substitutions of an e-th root of unity of F_q for zeta, it lies in
    q Z[zeta_e]; a nonzero alpha would then have a norm of at least q^phi(e), but the norm is the
    product of phi(e) conjugates, each of size at most 2n < q. So residues decide.
    """
    e = table.group.exponent
    q = next_prime_in_progression(e, 2 * table.group.order + 1)
    root = primitive_root_of_unity(e, q)
    terms = [value.powers_in(e) for value in table.palette]
    found = []
    for k in filter(lambda k: gcd(k, e) == 1, range(1, e + 1)):
        powers = [pow(root, k * j, q) for j in range(e)]
        values, conjugates = (
            np.array([sum(c * powers[sign * j % e] for j, c in t.items()) % q for t in terms])
            for sign in (1, -1)
        )
        found.append((q, values[table.entries], conjugates[table.entries]))
    return found


def has_orthogonal_rows(table: CharacterTable) -> bool:
    """Whether sum_k |C_k| chi(k) conj(psi(k)) = n delta(chi, psi), exactly."""
    expected, sizes = table.group.order * np.eye(table.count, dtype=np.int64), table.classes.sizes
    return all(
        np.array_equal(matmul_mod(values * sizes % q, conjugates.T, q), expected % q)
        for q, values, conjugates in residues(table)
    )


def has_orthogonal_columns(table: CharacterTable) -> bool:
    """Whether sum_chi chi(k) conj(chi(l)) = (n / |C_k|) delta(k, l), exactly."""
    expected = np.diag(table.group.order // table.classes.sizes)
    return all(
        np.array_equal(matmul_mod(values.T.copy(), conjugates, q), expected % q)
        for q, values, conjugates in residues(table)
    )


@settings(deadline=None, max_examples=40)
@given(groups())
def test_orthogonality_and_degrees(group: Group) -> None:
    table = character_table(group)
    assert has_orthogonal_rows(table)
    assert has_orthogonal_columns(table)
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
    assert not has_orthogonal_rows(wrong)
    assert not has_orthogonal_columns(wrong)


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
def test_restrictions_to_subgroups_are_characters(group: Group, data: st.DataObject) -> None:
    table = character_table(group)
    generators = data.draw(st.lists(st.integers(0, group.order - 1), min_size=1, max_size=2))
    members = closure(group, generators)
    small = character_table(subgroup(group, members.tolist()))
    classes = table.classes.class_of[members[small.classes.representatives]]
    restricted = table.to_numeric()[:, classes] * small.classes.sizes / len(members)
    multiplicities = restricted @ small.to_numeric().conj().T
    assert np.allclose(multiplicities, multiplicities.real.round().clip(min=0), atol=1e-9)
    assert np.array_equal(multiplicities.real.round() @ small.degrees, table.degrees)


def test_products_of_characters() -> None:
    table = character_table(named("S5"))
    sign, standard = table.row(1), table.row(2)
    assert tuple(a * a for a in sign) == table.row(0)
    assert tuple(a * b for a, b in zip(sign, standard, strict=True)) == table.row(3)


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
