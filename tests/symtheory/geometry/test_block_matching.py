"""Blocks as subspaces: where permutations carry them, checked with all overlaps of their bases."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.geometry.block_matching import (
    are_same_blocks,
    block_orbits,
    block_permutations,
    equivalent_blocks,
)
from symtheory.geometry.operand import overlaps
from symtheory.geometry.token_blocks import blocks_on_tokens
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.families import cyclic, dihedral, quaternion, symmetric
from symtheory.groups.group import Group
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks

GROUPS = [cyclic(12), cyclic(13), dihedral(6), symmetric(4), quaternion(8)]


def by_overlaps(
    blocks: tuple[IsotypicBlock, ...], permutation: NDArray[np.int64]
) -> list[int] | None:
    """Where the permutation carries the blocks, from the products of all bases; None if nowhere."""
    bases = [block.basis for block in blocks]
    shared = overlaps(bases, [basis[permutation] for basis in bases])
    ranks = np.array([block.dimension for block in blocks])
    is_same = np.abs(shared - ranks) < 1e-6
    return np.argmax(is_same, axis=0).tolist() if is_same.any(axis=0).all() else None


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_blocks_go_where_all_overlaps_say(group: Group) -> None:
    rng = np.random.default_rng(0)
    blocks = isotypic_blocks(group)[1:]
    moves = [*automorphism_group(group).generators, *group.table, *group.table.T]
    moves += [rng.permutation(group.order) for _ in range(20)]
    for move in moves:
        found = block_permutations(blocks, np.array(move)[None]).tolist()
        expected = by_overlaps(blocks, np.array(move))
        assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize("error", [1e-8, 3e-6])
def test_blocks_need_not_be_exact(error: float) -> None:
    """Bases from eigenvectors mix a little where eigenvalues are close."""
    n, rng = 443, np.random.default_rng(0)
    exact = isotypic_blocks(cyclic(n))[1:]
    whole = np.concatenate([block.basis for block in exact], axis=1)
    whole = np.linalg.qr(whole + error * rng.standard_normal(whole.shape) / n**0.5)[0]
    blocks = tuple(
        IsotypicBlock(block.name, 1, 1, whole[:, 2 * k : 2 * k + 2])
        for k, block in enumerate(exact)
    )
    found = block_permutations(blocks, 2 * np.arange(n)[None] % n)
    k = np.arange(1, n // 2 + 1)
    assert found.tolist() == [(np.minimum(2 * k % n, -2 * k % n) - 1).tolist()]


def test_a_permutation_of_two_tokens_carries_no_blocks() -> None:
    blocks = isotypic_blocks(cyclic(97))[1:]
    swapped = np.arange(97)
    swapped[[3, 5]] = 5, 3
    assert block_permutations(blocks, swapped[None]).shape == (0, 48)
    assert equivalent_blocks(blocks, swapped[None]) == tuple((k,) for k in range(48))


def test_maps_of_twins_carry_blocks_as_permutations_of_the_classes_do() -> None:
    coordinate = np.repeat(np.arange(7), 3)
    blocks = blocks_on_tokens(isotypic_blocks(cyclic(7))[1:], coordinate)
    first = 3 * (3 * coordinate % 7)  # the first twin of the class that the class goes to
    shuffled = first + np.tile([2, 0, 1], 7)
    found = block_permutations(blocks, np.stack([first, shuffled]))
    assert found.tolist() == [[2, 0, 1]] * 2


def test_without_blocks_there_is_nothing_to_permute() -> None:
    assert block_permutations((), np.arange(3)[None]).shape == (0, 0)
    assert equivalent_blocks((), np.arange(3)[None]) == ()


def test_orbits_need_no_moves() -> None:
    assert block_orbits(np.empty((0, 3), dtype=np.int64)) == ((0,), (1,), (2,))


def test_blocks_agree_under_automorphisms_and_under_nothing_else_here() -> None:
    blocks, tokens = isotypic_blocks(cyclic(7))[1:], np.arange(7)
    for images in itertools.permutations(range(1, 7)):
        second = np.array([0, *images])
        is_automorphism = np.array_equal(second, second[1] * tokens % 7)
        moved = blocks_on_tokens(blocks, second)
        assert are_same_blocks(blocks, moved) == is_automorphism


def test_blocks_do_not_agree_with_their_sums() -> None:
    blocks = isotypic_blocks(cyclic(9))[1:]
    joined = np.concatenate([blocks[0].basis, blocks[1].basis], axis=1)
    coarse = (IsotypicBlock("both", 1, 1, joined), *blocks[2:])
    assert not are_same_blocks(blocks, coarse)
    assert not are_same_blocks(coarse, blocks)
    assert not are_same_blocks((), ())
