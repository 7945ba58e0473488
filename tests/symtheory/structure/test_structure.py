"""The group behind a table is found from the table alone, and none where there is none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import (
    FORTY_GROUPS,
    Table,
    addition,
    as_task,
    disguised,
    not_groups,
    random_latin_square,
    with_intercalate,
)

from symtheory.groups.automorphisms import find_isomorphism
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.structure.factorization import FactorizationKind
from symtheory.structure.structure import Structure, find_structure
from symtheory.tasks.modular import modular_task

NOT_GROUPS = not_groups()


def structure_of(expression: str, n: int) -> Structure:
    return find_structure(modular_task(expression, n))


def rebuilt(structure: Structure) -> Table:
    """h(phi(x) * psi(y)), written out; only for tasks whose operands all carry elements."""
    found = structure.factorization
    return found.h[found.group.table[found.phi[:, None], found.psi]]


def test_the_forty_are_forty_different_groups():
    assert len(set(FORTY_GROUPS)) == 40
    assert max(parse_group(text).order for text in FORTY_GROUPS) == 168


@pytest.mark.parametrize("text", FORTY_GROUPS)
def test_disguised_groups_are_recovered(text):
    group = parse_group(text)
    table = disguised(group.table, np.random.default_rng(1))
    found = find_structure(as_task(table))
    assert found.factorization.kind is FactorizationKind.ISOTOPE
    assert found.reason == ""
    assert found.quadrangle_rate == 1
    assert np.array_equal(rebuilt(found), table)
    assert find_isomorphism(found.factorization.group, group) is not None
    assert found.factorization.phi[0] == found.factorization.psi[0]
    assert found.factorization.phi[0] == found.factorization.group.identity


@pytest.mark.parametrize("name", NOT_GROUPS)
def test_latin_squares_that_are_no_groups_are_rejected(name):
    square = NOT_GROUPS[name]
    everyone = np.arange(len(square))
    assert (np.sort(square, axis=0) == everyone[:, None]).all()
    assert (np.sort(square, axis=1) == everyone).all()
    found = find_structure(as_task(square))
    assert found.factorization is None
    assert "is a Latin square but no group in disguise" in found.reason
    assert "associativity fails: (a" in found.reason  # in the labels of the tokens
    assert found.quadrangle_rate < 1


def test_quadrangles_measure_the_distance_to_a_group():
    rate = find_structure(as_task(with_intercalate(12))).quadrangle_rate
    assert rate == pytest.approx(0.86, abs=0.02)
    square = random_latin_square(24, np.random.default_rng(0))
    assert find_structure(as_task(square)).quadrangle_rate < 0.1


@pytest.mark.parametrize("seed", range(5))
def test_a_random_table_has_no_structure(seed):
    table = np.random.default_rng(seed).integers(30, size=(30, 30))
    found = find_structure(as_task(table))
    assert found.factorization is None
    assert found.quadrangle_rate is None
    assert "not a Latin square" in found.reason
    assert "envelope is trivial" in found.reason
    assert "invariances show no group" in found.reason


@pytest.mark.parametrize(
    ("expression", "n", "kind", "group"),
    [
        ("x + y", 97, FactorizationKind.ISOTOPE, "Z97"),
        ("x*y", 13, FactorizationKind.ISOTOPE, "Z12"),
        ("x + x*y + y", 59, FactorizationKind.ISOTOPE, "Z58"),
        ("(x*y)^2", 13, FactorizationKind.ISOTOPE, "Z6"),
        ("(x+y)^3", 113, FactorizationKind.ISOTOPE, "Z113"),
        ("(x+y)^2", 13, FactorizationKind.MANY_TO_ONE, "Z13"),
        ("(x+y)^2", 97, FactorizationKind.MANY_TO_ONE, "Z97"),
        ("(x+y)^2", 113, FactorizationKind.MANY_TO_ONE, "Z113"),
        ("(x+y)^3", 13, FactorizationKind.MANY_TO_ONE, "Z13"),
        ("(x+y)^3", 97, FactorizationKind.MANY_TO_ONE, "Z97"),
        ("(x+y)^2", 15, FactorizationKind.MANY_TO_ONE, "Z15"),
        ("(x+y)^2", 21, FactorizationKind.MANY_TO_ONE, "Z21"),
        ("(2*x-3*y)^2", 31, FactorizationKind.MANY_TO_ONE, "Z31"),
        ("x^2 + y^2", 13, FactorizationKind.ENVELOPE, "Z13"),
        ("x^2 + y^2", 31, FactorizationKind.ENVELOPE, "Z31"),
        ("x^2 + y", 13, FactorizationKind.ENVELOPE, "Z13"),
    ],
)
def test_expressions(expression, n, kind, group):
    task = modular_task(expression, n)
    found = find_structure(task)
    assert (found.factorization.kind, found.factorization.group.name) == (kind, group)
    table = found.factorization.table()
    is_covered = table >= 0
    assert np.array_equal(table[is_covered], task.table[is_covered])
    # Only absorbing tokens carry no element.
    outside = np.flatnonzero(~is_covered.any(axis=1)).tolist()
    assert outside == list(found.reduction.x_absorbing)


@pytest.mark.parametrize(
    "expression", ["x^2 + x*y + y^2", "x^3 + x*y^2", "x^3 + x*y", "x^3 + x*y^2 + y"]
)
def test_polynomials_without_a_group(expression):
    found = structure_of(expression, 13)
    assert found.factorization is None
    assert "envelope is trivial" in found.reason


def test_coordinates_are_the_simplest():
    x = np.arange(13)
    readout = structure_of("(x+y)^2", 13).factorization
    assert np.array_equal(readout.phi, x)
    assert np.array_equal(readout.psi, x)
    envelope = structure_of("x^2 + y", 13).factorization
    assert np.array_equal(envelope.phi, x * x % 13)
    assert np.array_equal(envelope.psi, x)
    assert np.array_equal(envelope.h, x)
    # The discrete logarithm to the base 2, the smallest primitive root of 13.
    logarithm = structure_of("x*y", 13).factorization.phi
    assert logarithm[0] == -1
    assert [pow(2, k, 13) for k in logarithm[1:].tolist()] == list(range(1, 13))


@pytest.mark.parametrize("text", ["S3", "D5", "D7", "S4", "A5", "S5", "PSL(2,7)"])
def test_the_class_of_a_product_reads_out_a_group(text):
    """The conjugacy class of x y."""
    group = parse_group(text)
    table = conjugacy_classes(group).class_of[group.table]
    found = find_structure(as_task(disguised(table, np.random.default_rng(2))))
    factorization = found.factorization
    assert factorization.kind is FactorizationKind.MANY_TO_ONE
    assert np.array_equal(rebuilt(found), found.task.table)
    assert factorization.group.name == text
    assert "could serve as the group" in found.reason  # left translations or right ones


def test_a_product_modulo_the_center_is_the_quotient():
    quaternion = parse_group("Q8")
    center = np.flatnonzero(conjugacy_classes(quaternion).sizes == 1)
    members = np.concatenate([conjugacy_classes(quaternion).members(int(k)) for k in center])
    cosets = np.unique(np.sort(quaternion.table[:, members], axis=1), axis=0, return_inverse=True)
    found = find_structure(as_task(cosets[1].ravel()[quaternion.table]))
    assert found.factorization.kind is FactorizationKind.ISOTOPE
    assert found.factorization.group.name == "Z2 x Z2"


def test_several_groups_are_counted_and_the_cyclic_one_is_taken():
    """x + y mod 4 with 1 and 3 confused: Z4 and Z2 x Z2 both have this table."""
    table = np.array([0, 1, 2, 1])[addition(4)]
    found = find_structure(as_task(table))
    assert found.factorization.group.name == "Z4"
    assert "2 subgroups of the 8 invariances" in found.reason


def test_every_symmetry_at_once_names_no_group():
    """[x = y] has all n! invariances, and every group of order n among them."""
    found = find_structure(as_task(np.eye(20, dtype=np.int64)))
    assert found.factorization is None
    assert "too many" in found.reason


def test_unequal_operands_are_no_readout():
    found = structure_of("x^3 + x*y^2", 13)
    assert "12 left operands to tell apart and 7 right ones" in found.reason


@pytest.mark.parametrize("expression", ["x", "y", "0*x", "3"])
def test_degenerate_tables_have_no_structure(expression):
    found = structure_of(expression, 7)
    assert found.factorization is None
    assert "fewer than two operands" in found.reason


def hidden(table: Table, share: float, seed: int = 0) -> Table:
    """Forget cells of a table."""
    return np.where(np.random.default_rng(seed).random(table.shape) < share, -1, table)


@pytest.mark.parametrize(
    ("text", "share"), [("Z12", 0.4), ("Z97", 0.7), ("Z4 x Z6", 0.5), ("Z2^5", 0.5), ("Z31", 0.6)]
)
def test_partial_tables_of_abelian_groups_are_completed(text, share):
    group = parse_group(text)
    whole = disguised(group.table, np.random.default_rng(3))
    found = find_structure(as_task(hidden(whole, share), group.order))
    assert found.factorization.kind is FactorizationKind.ISOTOPE
    assert np.array_equal(found.factorization.table(), whole)
    assert find_isomorphism(found.factorization.group, group) is not None
    assert "answers of the table are known" in found.reason


def test_a_partial_sum_of_squares_is_completed():
    x = np.arange(31)
    whole = (x[:, None] ** 2 + x**2) % 31
    found = find_structure(as_task(hidden(whole, 0.5), 31))
    assert found.factorization.kind is FactorizationKind.ENVELOPE
    assert np.array_equal(found.factorization.table(), whole)


def test_an_operand_that_never_occurs_has_no_element():
    table = addition(11)
    table[4] = -1
    found = find_structure(as_task(table, 11)).factorization
    assert np.flatnonzero(found.phi < 0).tolist() == [4]
    assert found.kind is FactorizationKind.ENVELOPE


def test_too_few_cells_settle_nothing():
    found = find_structure(as_task(hidden(addition(7), 0.75), 7))
    assert found.factorization is None
    assert "free rank" in found.reason


@settings(max_examples=30)
@given(
    expression=st.sampled_from(
        [
            "x - y",
            "x*y",
            "(x+y)^2",
            "(x+y)^3",
            "x^2 + y^2",
            "x^2 + y",
            "x^2 + x*y + y^2",
            "x^3 + x*y",
        ]
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_relabeling_changes_nothing_but_labels(expression, seed):
    task = modular_task(expression, 13)
    plain = find_structure(task)
    table = disguised(task.table, np.random.default_rng(seed))
    found = find_structure(as_task(table, 13))
    assert (found.factorization is None) == (plain.factorization is None)
    assert found.envelope.torsion == plain.envelope.torsion
    assert found.envelope.free_rank == plain.envelope.free_rank
    assert found.quadrangle_rate == plain.quadrangle_rate
    if plain.factorization is not None:
        assert found.factorization.kind is plain.factorization.kind
        assert found.factorization.group.name == plain.factorization.group.name
        covered = found.factorization.table()
        assert np.array_equal(covered[covered >= 0], table[covered >= 0])


def test_a_group_without_a_name_stands_for_itself():
    """A group of order 32 that no family, product or split metacyclic extension names."""
    text = "<a, b, c | a^4, b^4, c^2, a*b = b*a, c*a*c = a*b^2, c*b*c = a^2*b>"
    group = parse_group(text)
    table = disguised(group.table, np.random.default_rng(0))
    found = find_structure(as_task(table))
    assert np.array_equal(rebuilt(found), table)
    assert find_isomorphism(found.factorization.group, Group(group.table)) is not None
    if found.factorization.group.name.startswith("group of order"):
        assert "element orders" in found.reason
