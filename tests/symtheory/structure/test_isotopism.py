"""Latin squares are judged right: every one of a small order, and by name of the violation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import addition, as_task, disguised

from symtheory.structure.factorization import Factorization, FactorizationKind
from symtheory.structure.structure import find_structure
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def isotope(task: Task) -> Factorization:
    found = find_structure(task).factorization
    assert found.kind is FactorizationKind.ISOTOPE
    return found


@pytest.mark.parametrize("n", [5, 6, 12, 97])
def test_addition_is_its_own_group(n):
    found = isotope(modular_task("x + y", n))
    assert found.group.name == f"Z{n}"
    for coordinate in (found.phi, found.psi, found.h):
        assert np.array_equal(coordinate, np.arange(n))


def test_subtraction_inverts_the_right_operand():
    found = isotope(modular_task("x - y", 12))
    assert np.array_equal(found.phi, np.arange(12))
    assert np.array_equal(found.psi, -np.arange(12) % 12)
    assert np.array_equal(found.h, np.arange(12))


@settings(max_examples=60)
@given(n=st.integers(2, 30), seed=st.integers(0, 2**32 - 1))
def test_every_relabeling_of_a_cyclic_group_is_recognized(n, seed):
    table = disguised(addition(n), np.random.default_rng(seed))
    found = isotope(as_task(table))
    assert np.array_equal(found.group.table, addition(n))
    # By hand, not by Factorization.table: f(x, y) = h(phi(x) + psi(y)).
    assert np.array_equal(found.h[(found.phi[:, None] + found.psi) % n], table)
    assert found.phi[0] == found.psi[0] == 0


@settings(max_examples=40)
@given(n=st.integers(2, 40), a=st.integers(1, 40), b=st.integers(1, 40), c=st.integers(0, 40))
def test_affine_tables_are_groups_exactly_if_their_slopes_reach_equally_far(n, a, b, c):
    """Twins merge what a slope forgets; of unequal slopes one acts on several orbits alike."""
    x = np.arange(n)
    found = find_structure(as_task((a * x[:, None] + b * x + c) % n)).factorization
    left, right = n // np.gcd(a, n), n // np.gcd(b, n)
    if left == right > 1:
        assert found.kind is FactorizationKind.ISOTOPE
        assert found.group.name == f"Z{left}"
    else:
        assert found is None


def test_a_repeat_in_a_row_is_named():
    reason = find_structure(modular_task("x^2 + x*y + y^2", 7)).reason
    assert "with x = 0 fixed, the answer 1 comes from y = 1 and from y = 6" in reason


def test_a_repeat_in_a_column_is_named():
    table = np.array([[0, 1, 2], [2, 1, 0], [1, 2, 0]])
    reason = find_structure(as_task(table)).reason
    assert "with y = b1 fixed, the answer c1 comes from x = a0 and from x = a1" in reason


def test_a_rectangle_is_counted():
    reason = find_structure(as_task(np.array([[0, 1, 2], [1, 2, 0]]))).reason
    assert "2 left operands, 3 right operands and 3 answers" in reason


def test_all_latin_squares_of_order_four_are_judged_right():
    """Every one of the 576 is an isotope of Z4 (432) or of Z2 x Z2 (144)."""
    rows = list(itertools.permutations(range(4)))
    found = {"Z4": 0, "Z2 x Z2": 0}
    for square in itertools.product(rows, repeat=4):
        table = np.array(square)
        if any(len(set(column)) < 4 for column in table.T.tolist()):
            continue
        factorization = isotope(as_task(table))
        assert np.array_equal(factorization.table(), table)
        found[factorization.group.name] += 1
    assert found == {"Z4": 432, "Z2 x Z2": 144}
