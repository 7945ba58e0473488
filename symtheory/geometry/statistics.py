"""Statistics of an embedding as a point cloud: power per isotypic component, Gram matrix, share.

Pure functions of (n, d) arrays, row i the vector of token i, used by the training log and by the
tests. They read no label and refuse no cloud: where all points coincide there is no power, and
every share is 0.

Duplicate tokens are tokens that the task cannot tell apart. Training treats them alike, and
whether they coincide is no question of the group, so each class of them is one point, the mean of
its vectors, and functions on the tokens are read off at its first member.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.representations.isotypic import IsotypicBlock

__all__ = [
    "block_power",
    "block_starts",
    "centered_gram",
    "gram_share",
    "merge_duplicates",
    "restrict_blocks",
    "stacked_basis",
]


def block_power(cloud: NDArray[np.float64], blocks: Sequence[IsotypicBlock]) -> NDArray[np.float64]:
    """Return the share of the centered power of a cloud in each block.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
        Mutually orthogonal blocks of functions of mean zero on the n tokens.

    Returns
    -------
    (n_blocks,) float64
        ||B_b^T E||^2 / ||E||^2 for the centered cloud E. Sums to 1 where the blocks fill the
        functions of mean zero.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> angle = 2 * np.pi * 2 * np.arange(5) / 5
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    >>> block_power(circle, isotypic_blocks(cyclic(5))[1:]).round(6).tolist()
    [0.0, 1.0]
    """
    points = cloud - cloud.mean(axis=0)
    squares = ((stacked_basis(blocks, n=len(points)).T @ points) ** 2).sum(axis=1)
    total = float((points**2).sum())
    return np.asarray(np.add.reduceat(squares, block_starts(blocks)) / (total or 1.0))


def stacked_basis(blocks: Sequence[IsotypicBlock], *, n: int) -> NDArray[np.float64]:
    """Return the bases of the blocks side by side, (n, sum of dimensions) float64.

    Raises
    ------
    SpecError
        If there is no block, or a block lives on another number of tokens than n.
    """
    if not blocks:
        raise SpecError("no isotypic block was given: there is no predicted subspace to test")
    for block in blocks:
        if len(block.basis) != n:
            raise SpecError(
                f"the cloud has {n} tokens, but {block.name} is made of functions on "
                f"{len(block.basis)} tokens"
            )
    return np.concatenate([block.basis for block in blocks], axis=1)


def block_starts(blocks: Sequence[IsotypicBlock]) -> NDArray[np.int64]:
    """Return the first column of each block in the stacked basis, (n_blocks,) int64."""
    dimensions = [block.dimension for block in blocks]
    return np.concatenate([[0], np.cumsum(dimensions)[:-1]]).astype(np.int64)


def centered_gram(cloud: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Gram matrix of the centered cloud, (n, n) float64."""
    points = cloud - cloud.mean(axis=0)
    return np.asarray(points @ points.T)


def gram_share(cloud: NDArray[np.float64], orbitals: Sequence[NDArray[np.int64]]) -> float:
    """Return the share of the off-diagonal centered Gram matrix in the invariant space.

    Parameters
    ----------
    cloud : (n, d) float64
    orbitals : sequence of (n, n) int64
        One partition, or two for the sum of two invariant spaces.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(7) / 7
    >>> steps = abs(np.arange(7)[:, None] - np.arange(7))
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    >>> round(gram_share(circle, [np.minimum(steps, 7 - steps)]), 12)
    1.0
    """
    return InvariantSpace(orbitals).share(centered_gram(cloud))


def merge_duplicates(
    points: NDArray[np.float64], classes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean of the points of each class of duplicate tokens, in order of the classes.

    Parameters
    ----------
    points : (n, d) float64
    classes : (n,) int64
        Class of every point, 0, 1, ... without gaps.

    Examples
    --------
    >>> merge_duplicates(np.array([[0.0], [2.0], [5.0]]), np.array([0, 0, 1])).tolist()
    [[1.0], [5.0]]
    """
    means = np.zeros((int(classes.max()) + 1, points.shape[1]))
    np.add.at(means, classes, points)
    return means / np.bincount(classes)[:, None]


def restrict_blocks(
    blocks: Sequence[IsotypicBlock], first: NDArray[np.int64]
) -> tuple[IsotypicBlock, ...]:
    """Return blocks with their functions read off at some tokens, orthonormal and of mean zero.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
    first : (n_classes,) int64
        First member of each class of duplicates; where that is every token, blocks stay as they
        are.
    """
    if all(len(first) == len(block.basis) for block in blocks):
        return tuple(blocks)
    return tuple(_restricted(block, first) for block in blocks)


def _restricted(block: IsotypicBlock, first: NDArray[np.int64]) -> IsotypicBlock:
    basis = block.basis[first]
    basis = np.linalg.qr(basis - basis.mean(axis=0))[0]
    return IsotypicBlock(block.name, block.degree, block.indicator, basis, block.characters)
