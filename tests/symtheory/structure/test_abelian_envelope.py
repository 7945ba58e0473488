"""The abelian envelope: known groups, the defining equation, partial tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import ZZ, Matrix
from sympy.matrices.normalforms import smith_normal_form
from tables import Table, addition, disguised, with_intercalate

from symtheory.combinatorics.integer_lattice import IntegerLattice, distinct_rows
from symtheory.groups.notation import parse_group
from symtheory.groups.series import abelianization
from symtheory.structure.abelian_envelope import Envelope, abelian_envelope
from symtheory.tasks.modular import modular_task


def envelope_of(table: Table) -> Envelope:
    return abelian_envelope(table, int(table.max()) + 1)


def closes(envelope: Envelope, table: Table) -> bool:
    """a(x) + b(y) = c(f(x, y)) on every known cell."""
    x, y = np.nonzero(table >= 0)
    defects = envelope.a[x] + envelope.b[y] - envelope.c[table[x, y]]
    return not (defects % np.array(envelope.torsion, dtype=np.int64)).any()


@pytest.mark.parametrize("p", [13, 31])
@pytest.mark.parametrize(
    ("expression", "is_cyclic"),
    [
        ("x + y", True),
        ("x^2 + y^2", True),
        ("x^2 + y", True),
        ("(x+y)^2", False),
        ("(x+y)^3", False),
        ("x*y", False),
        ("x^2 + x*y + y^2", False),
        ("x^3 + x*y^2", False),
    ],
)
def test_expressions(expression, is_cyclic, p):
    table = modular_task(expression, p).table
    envelope = envelope_of(table)
    assert envelope.torsion == ((p,) if is_cyclic else ())
    assert closes(envelope, table)


def test_products_of_units():
    table = modular_task("x*y", 13).table[1:, 1:]
    assert envelope_of(table).torsion == (12,)


@pytest.mark.parametrize(
    "text", ["Z4 x Z6", "S4", "Q8", "D7", "D8", "A4", "A5", "Heis(3)", "F(13,4)", "Z2^5"]
)
def test_the_envelope_of_a_group_is_its_abelianization(text):
    group = parse_group(text)
    table = disguised(group.table, np.random.default_rng(0))
    envelope = envelope_of(table)
    assert envelope.torsion == tuple(abelianization(group).orders)
    assert envelope.free_rank == 1
    assert closes(envelope, table)


@pytest.mark.parametrize(("text", "torsion"), [("Z4 x Z6", (2, 12)), ("S4", (2,)), ("Q8", (2, 2))])
def test_known_abelianizations(text, torsion):
    assert envelope_of(parse_group(text).table).torsion == torsion


def test_an_intercalate_leaves_half():
    assert envelope_of(with_intercalate(12)).torsion == (6,)


def test_addition_of_integers_is_free():
    x = np.arange(20)
    assert repr(envelope_of(x[:, None] + x)) == "Envelope(trivial, free rank 2)"


def test_symbol_components_are_free_of_each_other():
    """Two separate additions on one set of rows' worth of answers each."""
    table = np.full((10, 10), -1)
    table[:5, :5] = addition(5)
    table[5:, 5:] = 5 + addition(5)
    envelope = abelian_envelope(table, 10)
    assert envelope.torsion == (5, 5)
    assert envelope.free_rank == 3
    assert closes(envelope, table)


def test_what_never_occurs_has_no_coordinates():
    table = addition(7)
    table[2] = -1
    envelope = abelian_envelope(table, 9)
    assert envelope.torsion == (7,)
    assert envelope.a[2].tolist() == [-1]
    assert envelope.c[7:].tolist() == [[-1], [-1]]


def test_a_table_of_holes():
    envelope = abelian_envelope(np.full((2, 3), -1), 2)
    assert envelope.torsion == ()


@settings(max_examples=60)
@given(
    nx=st.integers(2, 6),
    ny=st.integers(2, 6),
    nz=st.integers(2, 7),
    hole=st.sampled_from([0.0, 0.3, 0.6]),
    seed=st.integers(0, 2**32 - 1),
)
def test_against_the_smith_form_of_all_relations(nx, ny, nz, hole, seed):
    """U(f) as it is defined, on all generators at once, by sympy."""
    rng = np.random.default_rng(seed)
    # A few answers in structured places, so that torsion is not rare.
    table = (rng.integers(1, 4, nx)[:, None] * rng.integers(0, 3, ny)) % nz
    table = np.where(rng.random((nx, ny)) < hole, -1, table)
    if (table < 0).all():
        return
    x, y = np.nonzero(table >= 0)
    relations = np.zeros((len(x), nx + ny + nz), dtype=int)
    rows = np.arange(len(x))
    relations[rows, x] += 1
    relations[rows, nx + y] += 1
    relations[rows, nx + ny + table[x, y]] -= 1
    occurs = (relations != 0).any(axis=0)
    form = smith_normal_form(Matrix(relations[:, occurs].tolist()), domain=ZZ)
    diagonal = [abs(int(form[i, i])) for i in range(min(form.shape))]
    envelope = abelian_envelope(table, nz)
    assert envelope.torsion == tuple(sorted(d for d in diagonal if d > 1))
    assert envelope.free_rank == int(occurs.sum()) - sum(d > 0 for d in diagonal) - 1
    assert closes(envelope, table)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(st.integers(-30, 30), min_size=3, max_size=3), min_size=1, max_size=6)
)
def test_lattices_against_sympy(rows):
    lattice = IntegerLattice(3)
    lattice.extend(np.array(rows))
    quotient = lattice.quotient()
    form = smith_normal_form(Matrix(rows), domain=ZZ)
    diagonal = [abs(int(form[i, i])) for i in range(min(form.shape))]
    assert quotient.torsion == tuple(sorted(d for d in diagonal if d > 1))
    assert quotient.rank == 3 - sum(d > 0 for d in diagonal)
    assert not quotient.coordinates(np.array(rows)).any()  # relations are zero
    assert lattice.is_everything == (quotient.rank == 0 and not quotient.torsion)


def test_large_numbers_stay_exact():
    lattice = IntegerLattice(2)
    lattice.extend(np.array([[10**30, 1], [0, 10**30]], dtype=object))
    assert lattice.quotient().torsion == (10**60,)


def test_as_many_rounds_as_operands() -> None:
    """max(x, y) settles one answer after the other; integers added never close."""
    x = np.arange(200)
    assert repr(envelope_of(np.maximum.outer(x, x))) == "Envelope(trivial, free rank 1)"
    assert repr(envelope_of(np.add.outer(x, x))) == "Envelope(trivial, free rank 2)"


@settings(max_examples=60)
@given(n=st.integers(0, 40), k=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_distinct_rows_are_those_of_numpy(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.choice([-(1 << 62), -1, 0, 1, 1 << 62], size=(n, k))
    assert np.array_equal(distinct_rows(rows), np.unique(rows, axis=0))
