"""Structure of groups: subgroups, series, automorphisms, recognition, abelian invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import groups, named, relabeled

from symtheory.errors import BudgetError, GroupAxiomError, SpecError
from symtheory.groups.abelian import abelian_basis, invariant_factors, primary_decomposition
from symtheory.groups.automorphisms import automorphism_group, find_isomorphism
from symtheory.groups.constructions import closure, quotient_map
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.recognition import fingerprint, recognize
from symtheory.groups.series import (
    abelianization,
    center,
    derived_series,
    derived_subgroup,
    is_nilpotent,
    is_simple,
    is_solvable,
    lower_central_series,
)
from symtheory.groups.subgroups import subgroup_classes

# |Aut(G)| from the literature; the first six are also |Atp| / n^2 of geometry section 2.1.
AUTOMORPHISMS = {
    "Z12": 4, "Z13": 12, "Q8": 24, "D7": 42, "S4": 24, "A5": 120, "Z113": 112, "Z2^4": 20160,
    "Z2^7": 163849992929280, "Z3^4": 24261120, "S5": 120, "SL(2,5)": 120, "PSL(2,7)": 336,
    "A6": 1440, "S6": 1440, "Heis(3)": 432, "Heis(5)": 12000, "D4": 8, "Dic3": 12,
    "Z4 x Z2": 8, "S3 x S3": 72, "F(13,4)": 156,
}  # fmt: skip


@pytest.mark.parametrize(("name", "order"), AUTOMORPHISMS.items())
def test_orders_of_automorphism_groups(name: str, order: int) -> None:
    group = named(name)
    automorphisms = automorphism_group(group)
    assert automorphisms.order == order
    for theta in automorphisms.generators:
        assert np.array_equal(theta[group.table], group.table[np.ix_(theta, theta)])
        assert sorted(theta.tolist()) == list(range(group.order))


def brute_force_automorphisms(group: Group) -> int:
    """Count the images of the generators that extend, without any invariant."""
    from itertools import product

    count = 0
    for images in product(range(group.order), repeat=len(group.generators)):
        mapped = {group.identity: group.identity}
        queue = [group.identity]
        for x in queue:
            for g, image in zip(group.generators, images, strict=True):
                y = int(group.table[x, g])
                if y not in mapped:
                    mapped[y] = int(group.table[mapped[x], image])
                    queue.append(y)
        theta = np.array([mapped[i] for i in range(group.order)])
        if len(set(mapped.values())) == group.order and np.array_equal(
            theta[group.table], group.table[np.ix_(theta, theta)]
        ):
            count += 1
    return count


@pytest.mark.parametrize(
    "name", ["Z8", "Z2^3", "Q8", "D4", "D6", "A4", "Dic3", "Z2 x Z4", "F(7,3)"]
)
def test_automorphisms_against_brute_force(name: str) -> None:
    assert automorphism_group(named(name)).order == brute_force_automorphisms(named(name))


@settings(deadline=None, max_examples=20)
@given(groups(max_order=60), st.integers(0, 2**32 - 1))
def test_relabeled_groups_are_isomorphic(group: Group, seed: int) -> None:
    other = relabeled(group, np.random.default_rng(seed).permutation(group.order))
    images = find_isomorphism(group, other)
    assert images is not None
    assert np.array_equal(images[group.table], other.table[np.ix_(images, images)])
    assert automorphism_group(group).order == automorphism_group(other).order
    assert fingerprint(group) == fingerprint(other)
    assert recognize(group).is_named == recognize(other).is_named


@settings(deadline=None, max_examples=25)
@given(groups())
def test_recognition_gives_an_isomorphism(group: Group) -> None:
    known = recognize(group)
    images = known.isomorphism
    assert sorted(images.tolist()) == list(range(group.order))
    assert np.array_equal(images[group.table], known.group.table[np.ix_(images, images)])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Z4 x Z6", "Z2 x Z12"), ("Z1", "Z1"), ("S3 x Z2", "D6"), ("AGL(1,5)", "F(5,4)"),
        ("SL(2,2)", "S3"), ("PSL(2,5)", "A5"), ("GL(3,2)", "PSL(2,7)"), ("Dic2", "Q8"),
        ("SL(2,3) x Z2^3", "SL(2,3) x Z2 x Z2 x Z2"), ("A5 x Z3", "A5 x Z3"),
        ("Z3 : Z8 by 1 -> {1 -> 2}", "Z3 : Z8 by 1 -> {1 -> 2}"), ("S5", "S5"),
    ],
)  # fmt: skip
def test_names(text: str, name: str) -> None:
    assert recognize(named(text)).group.name == name


def test_a_group_without_a_name_stands_for_itself() -> None:
    pauli = named("<a, b, c | a^4, b^2, c^2, [a,b], [a,c], [b,c] = a^2>")
    known = recognize(pauli)
    assert not known.is_named
    assert known.group is pauli
    assert "class sizes 1^4 2^6" in fingerprint(pauli)


def test_series_and_simplicity() -> None:
    assert [len(s) for s in derived_series(named("S4"))] == [24, 12, 4, 1]
    assert [len(s) for s in lower_central_series(named("D8"))] == [16, 4, 2, 1]
    assert [len(s) for s in lower_central_series(named("S3"))] == [6, 3]
    flags = {
        "S4": (False, True, False), "Q8": (True, True, False), "A5": (False, False, True),
        "S5": (False, False, False), "Z7": (True, True, True), "Z1": (True, True, False),
        "PSL(2,7)": (False, False, True), "SL(2,5)": (False, False, False),
    }  # fmt: skip
    for name, expected in flags.items():
        group = named(name)
        assert (is_nilpotent(group), is_solvable(group), is_simple(group)) == expected, name


@settings(deadline=None, max_examples=30)
@given(groups())
def test_laws_of_centre_and_commutators(group: Group) -> None:
    z = center(group)
    assert np.array_equal(closure(group, z), z)
    assert (group.table[z] == group.table[:, z].T).all()
    quotient, coset_of = quotient_map(group, derived_subgroup(group))
    assert quotient.is_abelian
    assert np.array_equal(
        coset_of[group.table], quotient.table[coset_of[:, None], coset_of[None, :]]
    )
    known = abelianization(group)
    assert known.order == quotient.order
    assert known.orders == invariant_factors(quotient)


@pytest.mark.parametrize("members", [[], [3], [0, 3], [0, 1, 3], [0, 2, 3]])
def test_cosets_of_no_subgroup_are_refused(members: list[int]) -> None:
    with pytest.raises(GroupAxiomError, match="are no subgroup of Z4"):
        quotient_map(cyclic(4), np.array(members, dtype=np.int64))


def test_abelian_invariants() -> None:
    cases = {
        "Z1": ((), ()), "Z12": ((12,), (4, 3)), "Z4 x Z6": ((2, 12), (2, 4, 3)),
        "Z2 x Z2 x Z4 x Z9 x Z3": ((2, 6, 36), (2, 2, 4, 3, 9)), "U(15)": ((2, 4), (2, 4)),
        "Z6 x Z10 x Z15": ((30, 30), (2, 2, 3, 3, 5, 5)),
    }  # fmt: skip
    for name, (factors, primary) in cases.items():
        assert invariant_factors(named(name)) == factors
        assert primary_decomposition(named(name)) == primary
    with pytest.raises(SpecError, match="not abelian"):
        abelian_basis(named("S3"))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 8), min_size=1, max_size=3), st.integers(0, 2**32 - 1))
def test_coordinates_are_an_isomorphism(orders: list[int], seed: int) -> None:
    group = named(" x ".join(f"Z{n}" for n in orders))
    group = relabeled(group, np.random.default_rng(seed).permutation(group.order))
    basis = abelian_basis(group)
    x = basis.coordinates
    assert len({tuple(row) for row in x.tolist()}) == group.order
    sums = (x[:, None] + x[None, :]) % np.array(basis.orders, dtype=np.int64)
    assert np.array_equal(x[group.table], sums)
    assert all(b % a == 0 for a, b in zip(basis.orders, basis.orders[1:], strict=False))


# Classes of subgroups, subgroups, normal subgroups.
SUBGROUPS = {
    "Z12": (6, 6, 6), "Q8": (6, 6, 6), "D4": (8, 10, 6), "A4": (5, 10, 3), "S4": (11, 30, 4),
    "A5": (9, 59, 2), "S5": (19, 156, 3), "PSL(2,7)": (15, 179, 2), "Z2^4": (67, 67, 67),
    "SL(2,5)": (12, 76, 3), "A5 x Z3": (21, 148, 4), "D6": (10, 16, 7), "Heis(3)": (11, 19, 7),
}  # fmt: skip


@pytest.mark.parametrize(("name", "counts"), SUBGROUPS.items())
def test_numbers_of_subgroups(name: str, counts: tuple[int, int, int]) -> None:
    group = named(name)
    classes = subgroup_classes(group)
    normal = [c for c in classes if c.is_normal]
    assert (len(classes), sum(c.n_conjugates for c in classes), len(normal)) == counts
    for c in classes:
        assert np.array_equal(closure(group, c.elements), c.elements)


@settings(deadline=None, max_examples=15)
@given(groups(max_order=24))
def test_subgroups_against_brute_force(group: Group) -> None:
    """Every subgroup is generated by at most log2 n elements: join cyclic ones until no more."""
    cyclic = {tuple(closure(group, [g]).tolist()) for g in range(group.order)}
    every = set(cyclic)
    while True:
        joins = {tuple(closure(group, [*a, *b]).tolist()) for a in every for b in cyclic}
        if joins <= every:
            break
        every |= joins
    assert sum(c.n_conjugates for c in subgroup_classes(group)) == len(every)


def test_lattices_that_are_too_large_are_refused() -> None:
    with pytest.raises(BudgetError, match="up to order 200, S6 has order 720"):
        subgroup_classes(named("S6"))
    with pytest.raises(BudgetError, match="more than 5000 subgroups"):
        subgroup_classes(named("Z2^7"))
