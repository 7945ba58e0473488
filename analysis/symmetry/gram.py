"""Invariance: the Gram matrix of a cloud is constant on the orbits of pairs of tokens.

The group moves the tokens of an operand. The law says that the centered Gram matrix K is constant
on the orbits of pairs of tokens (`symtheory.geometry.invariant_space`). The statistic is the share

    R^2 = ||Pi K||^2 / ||K||^2,

K without its diagonal, Pi the projection on the invariant matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.invariant_space import InvariantSpace, checked_partition
from symtheory.geometry.statistics import centered_gram

from ..statistics.clouds import centered
from ..statistics.nulls import NullTest

__all__ = ["GramTest", "check_gram", "invariance_defect"]


@dataclass(frozen=True, slots=True, eq=False)
class GramTest:
    """Test of the Gram matrix of one cloud for invariance.

    Parameters
    ----------
    gram, projection : (n, n) float64
        The centered Gram matrix and its orbital average, both with zero diagonal.
    null : NullTest
        The invariant share against relabeled clouds.
    free_share : float
        Dimension of the invariant space over the number of pairs: 1 means that the law says
        nothing.
    """

    gram: NDArray[np.float64]
    projection: NDArray[np.float64]
    null: NullTest
    free_share: float


def invariance_defect(cloud: NDArray[np.float64], orbitals: NDArray[np.int64]) -> float:
    """Return ||K - Pi K||^2 / ||K||^2 for the whole centered Gram matrix, diagonal included.

    For a cyclic group this is the circulancy defect. It sees what power per frequency cannot:
    for several frequencies it is 0 only if their circles are round and in orthogonal planes.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(9) / 9
    >>> steps = abs(np.arange(9)[:, None] - np.arange(9))
    >>> ellipse = np.stack([np.cos(angle), 0.5 * np.sin(angle)], axis=1)
    >>> round(invariance_defect(ellipse, np.minimum(steps, 9 - steps)), 4)
    0.2647
    """
    centered(cloud)  # refuses a cloud without geometry
    gram = centered_gram(cloud)
    classes = checked_partition(orbitals).ravel()
    sums = np.bincount(classes, weights=gram.reshape(-1))
    invariant = float((sums * sums / np.bincount(classes)).sum())
    return 1 - invariant / float((gram**2).sum())


def check_gram(
    cloud: NDArray[np.float64],
    orbitals: Sequence[NDArray[np.int64]],
    *,
    permutations: NDArray[np.int64],
) -> GramTest:
    """Test the invariance of the off-diagonal Gram matrix against relabeled clouds.

    Parameters
    ----------
    cloud : (n, d) float64
    orbitals : sequence of (n, n) int64
        One partition, or two for the sum of two invariant spaces. Twins must have been merged, as
        `symtheory.analysis.symmetry.token_cloud` does: pairs of equal points alone would fill the
        law.
    permutations : (n_draws, n) int64
        From `label_permutations`.
    """
    space = InvariantSpace(orbitals)
    centered(cloud)  # refuses a cloud without geometry
    gram = centered_gram(cloud)
    null = NullTest(space.share(gram), space.relabeled_shares(gram, permutations))
    np.fill_diagonal(gram, 0)
    return GramTest(gram, space.project(gram), null, space.dimension / space.n_pairs)
