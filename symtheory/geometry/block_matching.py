"""Equality of isotypic blocks, and their images under permutations of the tokens.

The squared norm of the part of a function v that lies in a block is a quadratic form in v, and two
blocks are one subspace exactly if their forms are equal. Different forms agree only on a null set,
so that random functions tell, in n^2 operations for all blocks together; the products of all bases
with each other take n^3, and are only asked where random functions say no. Bases from eigenvectors
are not exact, and of hundreds of blocks two may have nearly the same norm.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import components
from symtheory.representations.isotypic import IsotypicBlock

__all__ = ["are_same_blocks", "block_orbits", "block_permutations", "equivalent_blocks"]

_SEED = 20261
_N_PROBES = 2  # the first puts the blocks in order, the second confirms
_SAME = 1e-6  # norms of bases from eigenvectors are off by 1e-9 and more
_WHOLE = 1e-9  # squared, in products of bases, such an error does not show


def are_same_blocks(first: Sequence[IsotypicBlock], second: Sequence[IsotypicBlock]) -> bool:
    """Whether two decompositions of the functions on the same tokens have the same subspaces.

    Parameters
    ----------
    first, second : sequence of IsotypicBlock
        Orthonormal, mutually orthogonal bases on n tokens.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks
    >>> blocks, tokens = isotypic_blocks(cyclic(7)), np.arange(7)
    >>> def moved(images):
    ...     return tuple(IsotypicBlock(b.name, 1, b.indicator, b.basis[images]) for b in blocks)
    >>> are_same_blocks(blocks, moved(3 * tokens % 7))
    True
    >>> are_same_blocks(blocks, moved([0, 2, 1, 3, 4, 5, 6]))
    False
    """
    if not first or len(first) != len(second):
        return False
    probes = _probes(len(first[0].basis))
    squares = []
    for blocks in (first, second):
        products = np.concatenate([block.basis.T @ probes for block in blocks])
        squares.append(_squares(products, _starts(blocks)))
    images = _matched(*squares)
    if images is None:
        return False
    dimensions = [block.dimension for block in first]
    return dimensions == [second[i].dimension for i in images.tolist()]


def equivalent_blocks(
    blocks: Sequence[IsotypicBlock], permutations: NDArray[np.int64]
) -> tuple[tuple[int, ...], ...]:
    """Return the orbits of blocks, by index, under permutations of the tokens.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        Orthonormal, mutually orthogonal bases.
    permutations : (k, n) int64
        Token t goes to ``permutations[i, t]``; permutations that normalize what the blocks belong
        to, and so permute them.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks = isotypic_blocks(cyclic(12))[1:]
    >>> equivalent_blocks(blocks, np.arange(12)[None] * [[5], [7]] % 12)
    ((0, 4), (1,), (2,), (3,), (5,))
    """
    return block_orbits(block_permutations(blocks, permutations))


def block_permutations(
    blocks: Sequence[IsotypicBlock], permutations: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return where permutations of the tokens carry the blocks.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        Orthonormal, mutually orthogonal bases.
    permutations : (k, n) int64
        As in `equivalent_blocks`; one that does not carry blocks to blocks is left out. Maps of the
        tokens that are no permutations will do, where they are some on all classes of tokens on
        which the functions of the blocks are constant.

    Returns
    -------
    (at most k, n_blocks) int64
        Each row is a permutation of the blocks, by index: block b composed with the permutation is
        the block in its place.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks = isotypic_blocks(cyclic(7))[1:]
    >>> block_permutations(blocks, np.arange(7)[None] * 2 % 7).tolist()
    [[1, 2, 0]]
    """
    images = [np.empty((0, len(blocks)), dtype=np.int64)]
    if not blocks:
        return images[0]
    bases = np.concatenate([block.basis for block in blocks], axis=1)
    starts = _starts(blocks)
    probes = _probes(len(bases))
    still = bases.T @ probes
    own = _squares(still, starts)
    for permutation in permutations:
        # The sum of b(pi t) v(t) over all t is that of b(s) times what v adds up to over pi t = s.
        change = np.zeros_like(probes)
        np.add.at(change, permutation, probes)
        change -= probes
        tokens = np.flatnonzero(change.any(axis=1))  # often few
        products = still + bases[tokens].T @ change[tokens]
        image = _matched(_squares(products, starts), own)
        if image is None:
            image = _by_products(bases, starts, permutation)
        if image is not None:
            images.append(image[None])
    return np.concatenate(images)


def block_orbits(moves: NDArray[np.int64]) -> tuple[tuple[int, ...], ...]:
    """Return the orbits of (k, n_blocks) permutations of the blocks, in the order of first members.

    Examples
    --------
    >>> import numpy as np
    >>> block_orbits(np.array([[2, 1, 0]]))
    ((0, 2), (1,))
    """
    n = moves.shape[1]
    if not n:
        return ()
    orbit = components(n, np.tile(np.arange(n), len(moves)), moves.ravel())
    return tuple(tuple(np.flatnonzero(orbit == k).tolist()) for k in range(int(orbit.max()) + 1))


def _probes(n: int) -> NDArray[np.float64]:
    return np.random.default_rng(_SEED).standard_normal((n, _N_PROBES))


def _starts(blocks: Sequence[IsotypicBlock]) -> NDArray[np.int64]:
    """Return the number of basis functions before each block."""
    return np.cumsum([0, *(block.dimension for block in blocks[:-1])])


def _squares(products: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the squared norms of the parts of functions in the blocks, (n_blocks, k)."""
    return np.asarray(np.add.reduceat(products**2, starts, axis=0))


def _by_products(
    bases: NDArray[np.float64], starts: NDArray[np.int64], permutation: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return in which block the first function of each goes; None unless each goes in another."""
    shares = _squares(bases.T @ bases[:, starts][permutation], starts)
    image = np.argmax(shares, axis=0)
    is_whole = (shares.max(axis=0) > 1 - _WHOLE).all()
    return image if is_whole and len(np.unique(image)) == len(image) else None


def _matched(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return for each row of the first the equal row of the second; None if one has none."""
    image = np.empty(len(first), dtype=np.int64)
    # Rows are paired by rank in the first column; the comparison below confirms all columns.
    image[np.argsort(first[:, 0])] = np.argsort(second[:, 0])
    is_same = np.allclose(first, second[image], rtol=_SAME, atol=_SAME)
    return image if is_same else None
