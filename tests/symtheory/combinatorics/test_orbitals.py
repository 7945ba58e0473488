"""Orbital partitions, and when two of them can be tested on one table."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from symtheory.combinatorics.orbitals import orbitals, sum_space
from symtheory.combinatorics.pair_orbits import pair_orbits
from symtheory.combinatorics.partitions import components, stable_order
from symtheory.errors import PredictionError

S3 = [list(p) for p in itertools.permutations(range(3))]
S3_TABLE = np.array([[S3.index([b[i] for i in a]) for b in S3] for a in S3])
LEFT, RIGHT = orbitals(S3_TABLE), orbitals(S3_TABLE.T)


def projection(partition: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average over the classes, as a matrix on flattened matrices."""
    flat = partition.ravel()
    same = (flat[:, None] == flat).astype(float)
    return np.asarray(same / same.sum(axis=1, keepdims=True))


def test_components_of_nothing_are_the_nodes() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert components(3, nothing, nothing).tolist() == [0, 1, 2]


@settings(max_examples=60)
@given(n=st.integers(1, 60), m=st.integers(0, 80), seed=st.integers(0, 2**32 - 1))
def test_components_agree_with_scipy(n: int, m: int, seed: int) -> None:
    left, right = np.random.default_rng(seed).integers(n, size=(2, m))
    found = components(n, left, right)
    edges = coo_array((np.ones(m, dtype=bool), (left, right)), shape=(n, n))
    n_parts, expected = connected_components(edges, directed=False)
    assert len(set(zip(found.tolist(), expected.tolist(), strict=True))) == n_parts
    # Numbered in the order of their first nodes.
    first = np.unique(found, return_index=True)[1]
    assert np.array_equal(first, np.sort(first))
    assert found.max() + 1 == n_parts


@settings(max_examples=50)
@given(n=st.integers(1, 12), seed=st.integers(0, 2**32 - 1), k=st.integers(1, 3))
def test_orbitals_are_the_orbits_on_unordered_pairs(n: int, seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    generators = np.stack([rng.permutation(n) for _ in range(k)])
    partition = orbitals(generators)
    # By hand: collect the orbit of each pair.
    expected = -np.ones((n, n), dtype=np.int64)
    label = 0
    for pair in itertools.product(range(n), repeat=2):
        if expected[pair] >= 0:
            continue
        pending = [pair]
        while pending:
            a, b = pending.pop()
            if expected[a, b] < 0:
                expected[a, b] = expected[b, a] = label
                pending += [(int(g[a]), int(g[b])) for g in generators]
        label += 1
    assert np.array_equal(partition, expected)


@pytest.mark.parametrize(("n", "classes"), [(5, 3), (6, 4), (13, 7), (96, 49), (97, 49)])
def test_translations_of_residues_give_circulant_classes(n: int, classes: int) -> None:
    partition = orbitals([np.roll(np.arange(n), -1)])
    difference = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    assert np.array_equal(partition, np.minimum(difference, n - difference))
    assert partition.max() + 1 == classes


def test_left_and_right_classes_of_a_non_abelian_group() -> None:
    inverse = np.argmin(S3_TABLE, axis=1)  # element 0 is the identity
    for partition, invariant in (
        (LEFT, S3_TABLE[inverse]),  # g^-1 h, as row g, column h
        (RIGHT, S3_TABLE[:, inverse]),  # g h^-1
    ):
        merged = np.minimum(invariant, inverse[invariant])
        assert len(set(zip(partition.ravel(), merged.ravel(), strict=True))) == 5
        assert partition.max() + 1 == len(np.unique(merged)) == 5


def test_left_and_right_averages_commute_and_add_up() -> None:
    space = sum_space(LEFT, RIGHT)
    first, second = map(projection, space.partitions)
    assert len(space.partitions) == 2
    assert np.allclose(first @ second, second @ first)
    total = first + second - first @ second
    assert np.allclose(total @ total, total)
    assert np.allclose(total, total.T)
    assert np.isclose(np.trace(total), space.dimension)
    # Dimension by rank of the indicator matrices of both partitions.
    indicators = [
        (partition == label).ravel().astype(float)
        for partition in (LEFT, RIGHT)
        for label in range(5)
    ]
    assert np.linalg.matrix_rank(np.array(indicators)) == space.dimension == 7


def test_equal_partitions_are_one() -> None:
    space = sum_space(LEFT, LEFT.copy())
    assert len(space.partitions) == 1
    assert space.dimension == 5


@settings(max_examples=60)
@given(n=st.integers(1, 5), k=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_commuting_is_decided_right_for_any_two_partitions(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pair = [
        np.unique(rng.integers(k, size=(n, n)), return_inverse=True)[1].reshape(n, n)
        for _ in range(2)
    ]
    first, second = map(projection, pair)
    if np.allclose(first @ second, second @ first):
        space = sum_space(*pair)
        assert np.isclose(np.trace(first + second - first @ second), space.dimension)
    else:
        with pytest.raises(PredictionError, match="do not commute"):
            sum_space(*pair)


def test_partitions_that_do_not_fit_are_refused() -> None:
    circulant = orbitals([np.roll(np.arange(7), -1)])
    shuffled = np.array([0, 2, 1, 3, 4, 5, 6])
    with pytest.raises(PredictionError, match="do not commute"):
        sum_space(circulant, circulant[np.ix_(shuffled, shuffled)])


@settings(max_examples=60)
@given(n=st.integers(1, 9), k=st.integers(0, 4), seed=st.integers(0, 2**32 - 1))
def test_orbitals_of_moves_that_move_little(n: int, k: int, seed: int) -> None:
    """Joined one after the other, and only where they move, all pairs come out as by all edges."""
    rng = np.random.default_rng(seed)
    generators = np.tile(np.arange(n), (k, 1))
    for one in generators:
        some = rng.choice(n, size=int(rng.integers(1, n + 1)), replace=False)
        one[some] = one[rng.permutation(some)]
    pairs = np.arange(n * n).reshape(n, n)
    images = [pairs[np.ix_(one, one)].ravel() for one in generators]
    for mirror in ([], [pairs.T.ravel()]):
        ends = np.array([*images, *mirror], dtype=np.int64).reshape(-1, n * n)
        edges = components(n * n, np.tile(pairs.ravel(), len(ends)), ends.ravel())
        found = orbitals(generators, symmetric=bool(mirror))
        assert np.array_equal(found, edges.reshape(n, n))


def test_orbits_of_pairs_are_the_components_of_all_moves():
    rng = np.random.default_rng(0)
    for _ in range(100):
        # From eight points an orbit on, one stands for all.
        nx, ny, k = rng.choice([1, 3, 7, 16, 30]), rng.integers(1, 8), rng.integers(0, 4)
        alphas, betas = (
            np.array(
                [rng.permutation(n) if rng.random() < 0.7 else np.arange(n) for _ in range(k)],
                dtype=np.int64,
            ).reshape(k, n)
            for n in (nx, ny)
        )
        moved = [(alphas[i][:, None] * ny + betas[i]).ravel() for i in range(k)]
        left = np.tile(np.arange(nx * ny), k)
        right = np.concatenate(moved) if k else left
        expected = components(nx * ny, left, right).reshape(nx, ny)
        np.testing.assert_array_equal(pair_orbits(alphas, betas), expected)


@pytest.mark.parametrize(("nx", "ny", "step"), [(12, 6, 1), (12, 6, 4), (30, 7, 3), (16, 16, 5)])
def test_orbits_of_one_move_of_pairs(nx, ny, step):
    """x + 1 and y + step, under other names: the move has lcm(nx, order of step) powers."""
    rng = np.random.default_rng(nx)
    p, q = rng.permutation(nx), rng.permutation(ny)
    alpha = p[(np.argsort(p) + 1) % nx]
    beta = q[(np.argsort(q) + step) % ny]
    classes = pair_orbits(alpha[None], beta[None])
    length = np.lcm(nx, ny // np.gcd(step, ny))
    np.testing.assert_array_equal(np.bincount(classes.ravel()), length)
    np.testing.assert_array_equal(classes[np.ix_(alpha, beta)], classes)


@settings(max_examples=60)
@given(labels=st.lists(st.sampled_from([0, 1, 2, 65_535, 65_536, 65_537, 1 << 33, (1 << 33) + 1])))
def test_the_stable_order_is_that_of_numpy(labels: list[int]) -> None:
    numbers = np.array(labels, dtype=np.int64)
    assert np.array_equal(stable_order(numbers), np.argsort(numbers, kind="stable"))
