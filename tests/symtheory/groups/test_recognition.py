"""The parts of recognition: axioms, family candidates, direct splits, split extensions."""

from itertools import permutations
from math import isqrt, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import groups, named, relabeled

from symtheory.errors import BudgetError, GroupAxiomError
from symtheory.groups.axioms import check_axioms, find_identity, greedy_generators
from symtheory.groups.constructions import closure, direct_power, restriction
from symtheory.groups.direct_splits import direct_splits, small_normal_subgroups
from symtheory.groups.families import cyclic
from symtheory.groups.family_candidates import family_candidates
from symtheory.groups.group import Group
from symtheory.groups.permutations import permutation_group
from symtheory.groups.primes import prime_divisors, prime_powers
from symtheory.groups.recognition import recognize
from symtheory.groups.split_metacyclic import as_split_metacyclic
from symtheory.groups.subgroups import subgroup_classes

FAMILIES = (
    "S3", "S4", "S5", "A4", "A5", "D4", "D5", "D6", "D84", "Q8", "Q16", "Dic3", "Dic42", "SL(2,3)",
    "SL(2,5)", "GL(2,3)", "GL(2,5)", "PSL(2,7)", "PSL(2,11)", "PSL(2,13)", "Heis(3)", "Heis(5)",
    "F(5,4)", "F(7,3)", "F(7,6)", "F(13,4)",
)  # fmt: skip
ORDER_168 = (
    "Z168", "Z2 x Z84", "Z2 x Z2 x Z42", "PSL(2,7)", "D84", "Dic42", "D42 x Z2", "Dic21 x Z2",
    "D21 x Z4", "F(7,6) x Z4", "F(7,6) x Z2 x Z2", "F(7,3) x D4", "F(7,3) x Q8", "F(7,3) x Z8",
    "S4 x Z7", "SL(2,3) x Z7", "A4 x Z7 x Z2", "D7 x A4", "D7 x Dic3", "D7 x S3 x Z2", "D12 x Z7",
    "Z7 x S3 x Z4", "Z7 x S3 x Z2 x Z2", "D4 x Z7 x Z3", "(Z3 : Z8 by 1 -> {1 -> 2}) x Z7",
)  # fmt: skip


@settings(deadline=None)
@given(groups())
def test_what_is_built_satisfies_the_axioms(group: Group) -> None:
    assert check_axioms(group.table, group.labels) == group.generators
    assert greedy_generators(group.table, group.identity) == group.generators
    for g in range(group.order):
        assert group.power(g, int(group.element_orders[g])) == group.identity
        assert sum(group.power(g, k) == group.identity for k in range(group.exponent)) == (
            group.exponent // group.element_orders[g]
        )


@pytest.mark.parametrize("name", FAMILIES)
def test_families_satisfy_the_axioms_and_are_candidates(name: str) -> None:
    group = named(name)
    check_axioms(group.table, group.labels)
    candidates = [candidate.name for candidate in family_candidates(group)]
    assert name in candidates
    assert recognize(relabeled(group, np.arange(group.order)[::-1])).group.name == candidates[0]


@pytest.mark.parametrize("name", ["A4 x D7", "S4 x Z7", "S3 x S3", "F(7,6) x Z4", "D4 x Z3"])
def test_products_are_no_candidates(name: str) -> None:
    assert not list(family_candidates(named(name)))


def test_a_loop_that_is_not_associative_is_refused() -> None:
    # The smallest loop that is no group has order 5.
    table = np.array(
        [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]
    )
    assert find_identity(table) == 0
    with pytest.raises(GroupAxiomError, match="associativity fails"):
        check_axioms(table, tuple("eabcd"))
    with pytest.raises(GroupAxiomError, match="identity fails"):
        find_identity((np.arange(5)[:, None] - np.arange(5)) % 5)
    with pytest.raises(GroupAxiomError, match="distinct labels"):
        Group.by_construction(np.array([[0, 1], [1, 0]]), ("e", "e"))


@given(st.integers(1, 3000))
def test_prime_powers_multiply_to_the_number(n: int) -> None:
    assert prod(power for _, power in prime_powers(n)) == n
    assert prime_divisors(n) == tuple(
        p for p in range(2, n + 1) if n % p == 0 and all(p % q for q in range(2, isqrt(p) + 1))
    )


def normal_subgroups(group: Group) -> list[list[int]]:
    return [found.elements.tolist() for found in subgroup_classes(group) if found.is_normal]


@settings(deadline=None)
@given(groups(max_order=60), st.integers(1, 60))
def test_small_normal_subgroups_are_those_of_the_lattice(group: Group, limit: int) -> None:
    expected = [n for n in normal_subgroups(group) if len(n) <= limit]
    assert [n.tolist() for n in small_normal_subgroups(group, limit)] == expected


@settings(deadline=None)
@given(groups(max_order=72))
def test_direct_splits_against_the_lattice(group: Group) -> None:
    """Every factor with its first complement, found by trying all pairs of normal subgroups."""
    normal = normal_subgroups(group)
    expected = []
    for a in normal:
        others = [b for b in normal if len(a) * len(b) == group.order and len(set(a) & set(b)) == 1]
        if 1 < len(a) <= isqrt(group.order) and others:
            expected.append((a, others[0]))
    assert [(a.tolist(), b.tolist()) for a, b in direct_splits(group)] == expected


def test_too_many_subgroups_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    power = direct_power(cyclic(2), 4)
    assert len(list(direct_splits(power))) == 15 + 35
    monkeypatch.setattr("symtheory.groups.direct_splits._MAX_SUBGROUPS", 15)
    with pytest.raises(BudgetError, match="normal subgroups"):
        list(direct_splits(power))
    with pytest.raises(BudgetError, match="homomorphisms"):
        list(direct_splits(direct_power(cyclic(7), 2)))


@settings(deadline=None)
@given(groups(max_order=60), st.data())
def test_restriction_keeps_products_and_labels(group: Group, data: st.DataObject) -> None:
    members = closure(group, [data.draw(st.integers(0, group.order - 1)) for _ in range(2)])
    part = restriction(group, members)
    assert np.array_equal(members[part.table], group.table[np.ix_(members, members)])
    assert part.labels == tuple(group.labels[g] for g in members)
    check_axioms(part.table, part.labels)


@pytest.mark.parametrize(("m", "k", "u"), [(7, 3, 2), (21, 8, 20), (5, 4, 2), (9, 6, 2), (8, 2, 3)])
def test_split_extensions_are_found_in_any_order(m: int, k: int, u: int) -> None:
    group = named(f"Z{m} : Z{k} by 1 -> {{1 -> {u}}}")
    for order in list(permutations(range(3))):
        shuffled = relabeled(group, np.random.default_rng(order).permutation(group.order))
        found = as_split_metacyclic(shuffled)
        assert found is not None
        standard, theta = found
        assert np.array_equal(theta[shuffled.table], standard.table[np.ix_(theta, theta)])
        assert len(set(theta.tolist())) == group.order


@pytest.mark.parametrize("name", ["Q8", "A4", "S4", "SL(2,3)", "S3 x S3"])
def test_groups_that_are_no_split_extension(name: str) -> None:
    assert as_split_metacyclic(named(name)) is None


@pytest.mark.parametrize("name", ORDER_168)
def test_names_of_order_168(name: str) -> None:
    group = named(name)
    shuffled = relabeled(group, np.random.default_rng(1).permutation(168))
    known = recognize(shuffled)
    theta = known.isomorphism
    assert known.group.name == name
    assert np.array_equal(theta[shuffled.table], known.group.table[np.ix_(theta, theta)])


def test_the_affine_semilinear_group_of_order_168_has_no_name() -> None:
    field = range(8)  # bits a, b, c stand for a + b t + c t^2 over two elements, t^3 = t + 1
    double = [(2 * x) ^ (0b1011 if x >= 4 else 0) for x in field]
    square = [0, 1, 4, 5, 6, 7, 2, 3]
    maps = [tuple(x ^ 1 for x in field), tuple(double), tuple(square)]
    group = permutation_group(maps, name="AGammaL(1,8)")
    assert group.order == 168
    assert not recognize(group).is_named
