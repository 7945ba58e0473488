"""Duplicate tokens as one point: tokens with the same answers are averaged before measuring.

Training treats such twins alike, so that the symmetry of the task says nothing of their distance.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.representations.isotypic import IsotypicBlock

__all__ = ["merge_twins", "restricted_block"]


def merge_twins(points: NDArray[np.float64], twins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of the points of each class of twins, in the order of the class numbers.

    Parameters
    ----------
    points : (n, d) float64
    twins : (n,) int64
        Class of every point, 0, 1, ... without gaps.

    Examples
    --------
    >>> merge_twins(np.array([[0.0], [2.0], [5.0]]), np.array([0, 0, 1])).tolist()
    [[1.0], [5.0]]
    """
    means = np.zeros((int(twins.max()) + 1, points.shape[1]))
    np.add.at(means, twins, points)
    return means / np.bincount(twins)[:, None]


def restricted_block(block: IsotypicBlock, first: NDArray[np.int64]) -> IsotypicBlock:
    """Return a block with its functions read off at some tokens, orthonormal and of mean zero."""
    basis = block.basis[first]
    basis = np.linalg.qr(basis - basis.mean(axis=0))[0]
    return IsotypicBlock(block.name, block.degree, block.indicator, basis, block.characters)
