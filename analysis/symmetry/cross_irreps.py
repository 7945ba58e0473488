"""Share of a Gram matrix between different irreps.

By Schur's lemma a Gram matrix that is invariant under a group joins no function of one isotypic
block with one of another, from whichever side the group acts, and neither does a sum of such
matrices. Of the two ways to break the Gram law this is the one that width does not excuse: neurons
that each compute with one irrep, however few they are and however unevenly they fill its block,
leave the blocks apart. The wrong group mixes them. Schur's lemma needs a translation that is not
broken: irreps on which both are, from the left and from the right, may be joined.
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.statistics import block_starts, stacked_basis
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import centered

__all__ = ["cross_share"]


def cross_share(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    excused: Collection[int] = (),
) -> float:
    """Return 1 - sum_b ||P_b K P_b||^2 / ||K||^2, K the centered Gram matrix, diagonal included.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
        That fill the functions of mean zero.
    excused : collection of int
        Blocks that may be joined with one another.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> first, second = (block.basis for block in isotypic_blocks(cyclic(9))[1:3])
    >>> blocks = isotypic_blocks(cyclic(9))[1:]
    >>> round(cross_share(np.hstack([first, 3 * second]), blocks), 9)
    0.0
    >>> round(cross_share(first + second, blocks), 9)
    0.5
    """
    points = centered(cloud)
    coefficients = stacked_basis(blocks, n=len(points)).T @ points
    gram = coefficients @ coefficients.T
    starts = block_starts(blocks)
    squares = np.add.reduceat(np.add.reduceat(gram**2, starts, axis=0), starts, axis=1)
    inside = float(np.trace(squares))
    free = list(excused)
    inside += float(squares[np.ix_(free, free)].sum() - squares[free, free].sum())
    return max(0.0, 1 - inside / float(((points @ points.T) ** 2).sum()))
