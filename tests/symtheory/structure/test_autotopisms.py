"""Automorphisms and autotopisms are counted right: by brute force and by known orders."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.structure.autotopisms import count_autotopisms


def permutation_group(*generators: tuple[int, ...]) -> Group:
    elements = [tuple(range(len(generators[0])))]
    for element in elements:
        for g in generators:
            product = tuple(g[i] for i in element)
            if product not in elements:
                elements.append(product)
    number = {element: i for i, element in enumerate(elements)}
    return Group([[number[tuple(b[i] for i in a)] for b in elements] for a in elements])


def product(*orders: int) -> Group:
    elements = list(itertools.product(*map(range, orders)))
    number = {element: i for i, element in enumerate(elements)}
    return Group(
        [
            [
                number[tuple((i + j) % n for i, j, n in zip(a, b, orders, strict=True))]
                for b in elements
            ]
            for a in elements
        ]
    )


def dihedral(n: int) -> Group:
    return permutation_group(tuple((i + 1) % n for i in range(n)), tuple(-i % n for i in range(n)))


QUATERNION = permutation_group((1, 2, 3, 0, 5, 6, 7, 4), (4, 7, 6, 5, 2, 1, 0, 3))


@pytest.mark.parametrize(
    ("group", "order"),
    [
        (cyclic(1), 1),
        (cyclic(2), 1),
        (cyclic(12), 4),
        (cyclic(97), 96),
        (cyclic(112), 48),
        (product(2, 2), 6),
        (product(2, 2, 2), 168),
        (product(2, 2, 2, 2), 20160),
        (product(3, 3), 48),
        (product(4, 2), 8),
        (dihedral(4), 8),
        (dihedral(7), 42),
        (QUATERNION, 24),
        (permutation_group((1, 0, 2), (1, 2, 0)), 6),  # S3
        (permutation_group((1, 0, 2, 3), (1, 2, 3, 0)), 24),  # S4
        (permutation_group((1, 2, 0, 3, 4), (1, 2, 3, 4, 0)), 120),  # A5
    ],
)
def test_order_of_the_automorphism_group(group: Group, order: int) -> None:
    found = automorphism_group(group)
    assert found.order == order
    for theta in found.generators:
        assert np.array_equal(np.sort(theta), np.arange(group.order))
        assert np.array_equal(theta[group.table], group.table[np.ix_(theta, theta)])
    assert generated(found.generators, group.order) == order


def generated(permutations: NDArray[np.int64], n: int) -> int:
    """Order of the group that the permutations generate, by enumeration (up to 1000)."""
    elements = {tuple(range(n))}
    fresh = list(elements)
    while fresh and len(elements) <= 1000:
        fresh = [tuple(p[list(e)].tolist()) for e in fresh for p in permutations]
        fresh = list(set(fresh) - elements)
        elements.update(fresh)
    return len(elements) if not fresh else 20160


@pytest.mark.parametrize("group", [cyclic(6), product(2, 2), product(5), dihedral(3), cyclic(7)])
def test_automorphisms_against_all_permutations(group: Group) -> None:
    count = sum(
        np.array_equal(theta[group.table], group.table[np.ix_(theta, theta)])
        for theta in map(np.array, itertools.permutations(range(group.order)))
    )
    assert automorphism_group(group).order == count


@pytest.mark.parametrize(
    ("group", "order"),
    [
        (cyclic(12), 576),
        (cyclic(13), 2028),
        (cyclic(113), 1430128),
        (QUATERNION, 1536),
        (dihedral(7), 8232),
        (permutation_group((1, 0, 2, 3), (1, 2, 3, 0)), 13824),
        (permutation_group((1, 2, 0, 3, 4), (1, 2, 3, 4, 0)), 432000),
    ],
)
def test_order_of_the_autotopism_group(group: Group, order: int) -> None:
    assert count_autotopisms(group) == order


@pytest.mark.parametrize("group", [cyclic(4), cyclic(5), product(2, 2), cyclic(6), dihedral(3)])
def test_autotopisms_and_invariances_by_brute_force(group: Group) -> None:
    """Given alpha and beta(1) an autotopism is determined; try them all."""
    table, n, e = group.table, group.order, group.identity
    n_autotopisms = n_invariances = 0
    for alpha in map(np.array, itertools.permutations(range(n))):
        for start in range(n):
            gamma = np.empty(n, dtype=np.int64)
            gamma[table[:, e]] = table[alpha, start]
            # beta(y) solves alpha(1) beta(y) = gamma(1 y).
            beta = np.argsort(table[alpha[e]])[gamma[table[e]]]
            if np.array_equal(table[np.ix_(alpha, beta)], gamma[table]):
                n_autotopisms += 1
                n_invariances += int(np.array_equal(gamma, np.arange(n)))
    assert count_autotopisms(group) == n_autotopisms
    assert group.order == n_invariances
