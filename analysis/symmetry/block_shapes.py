"""Free shapes of an isotypic block: what an invariant Gram matrix may be inside it.

With B the (n, r) basis of a block, an invariant Gram matrix is B S B^T inside the block, S a
symmetric r x r matrix that commutes with the group. Where the irrep occurs once, S is a multiple
of the unit matrix: the block is round. Where it occurs m times, under translations from one side
for an irrep of degree m, S is I (x) W with a positive m x m matrix W of free weights; under the
law of a table that serves both operands it is I (x) W + V (x) I.

None of this needs a case of its own. An invariant matrix is constant on orbitals, so the space of
all S is spanned by B^T A B, A the indicator matrices of the orbitals.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.representations.isotypic import IsotypicBlock

__all__ = ["free_shapes", "nearest_shapes", "round_shape"]

_RANK = 1e-9  # singular values below this share of the largest are zero


def round_shape(dimension: int) -> NDArray[np.float64]:
    """Return the basis of the multiples of the unit matrix, (1, r, r) float64.

    Examples
    --------
    >>> round_shape(4)[0, 0].tolist()
    [0.5, 0.0, 0.0, 0.0]
    """
    return np.asarray(np.eye(dimension)[None] / np.sqrt(dimension))


def free_shapes(
    blocks: Sequence[IsotypicBlock],
    orbitals: Sequence[NDArray[np.int64]],
    multiplicities: Sequence[int] = (),
) -> tuple[NDArray[np.float64], ...]:
    """Return, for each block, the matrices S that the law leaves free.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        With r_b columns on n tokens.
    orbitals : sequence of (n, n) int64
        One partition, or two for the sum of two laws.
    multiplicities : sequence of int
        How often the irrep of each block occurs; empty where all occur once, which saves looking.

    Returns
    -------
    tuple of (k_b, r_b, r_b) float64
        Symmetric matrices, orthonormal under tr(S S').

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> from symtheory.combinatorics.orbitals import Side, translation_orbitals
    >>> s3 = symmetric(3)
    >>> left, right = (translation_orbitals(s3, side) for side in (Side.LEFT, Side.RIGHT))
    >>> blocks = isotypic_blocks(s3)[1:]
    >>> [block.dimension for block in blocks]
    [1, 4]
    >>> [len(shapes) for shapes in free_shapes(blocks, [left], [1, 2])]
    [1, 3]
    >>> [len(shapes) for shapes in free_shapes(blocks, [left, right], [1, 2])]
    [1, 5]
    """
    occurrences = multiplicities or [1] * len(blocks)
    return tuple(
        round_shape(block.dimension) if times == 1 else _span(block.basis, orbitals)
        for block, times in zip(blocks, occurrences, strict=True)
    )


def nearest_shapes(
    grams: NDArray[np.float64], shapes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the positive square root of the free shape nearest to each matrix, scaled.

    Under one law that shape is an average over the group, and so positive. The nearest shape of a
    sum of two laws may have negative eigenvalues; they are set to zero, and what is left need not
    be of the sum any more.

    Parameters
    ----------
    grams : (..., r, r) float64
        Positive semidefinite: M M^T of the coefficients M of a cloud in the block.
    shapes : (k, r, r) float64
        From `free_shapes`.

    Returns
    -------
    roots : (..., r, r) float64
        Q, symmetric, with tr(Q^2) = r; the unit matrix for a round block and for grams of zero.
    nuclear : (...,) float64
        Nuclear norm of Q M, that is tr sqrt(Q M M^T Q).

    Examples
    --------
    >>> roots, nuclear = nearest_shapes(np.diag([9.0, 1.0]), round_shape(2))
    >>> roots.tolist(), nuclear.item()
    ([[1.0, 0.0], [0.0, 1.0]], 4.0)
    """
    r = grams.shape[-1]
    if len(shapes) == 1:
        roots = np.broadcast_to(np.eye(r), grams.shape)
        return roots, np.sqrt(np.linalg.eigvalsh(grams).clip(min=0)).sum(axis=-1)
    # Shapes are orthonormal, so inner products with them are the coordinates of the nearest one.
    weights = grams.reshape(-1, r * r) @ shapes.reshape(-1, r * r).T
    nearest = (weights @ shapes.reshape(-1, r * r)).reshape(grams.shape)
    values, vectors = np.linalg.eigh(nearest)
    values = values.clip(min=0)
    # Scaled to trace r; a matrix of zero has no direction and gets the unit matrix.
    total = values.sum(axis=-1, keepdims=True)
    values = np.where(total > 0, r * values / np.where(total > 0, total, 1), 1.0)
    roots = (vectors * np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    squares = np.linalg.eigvalsh(roots @ grams @ roots)
    return roots, np.sqrt(squares.clip(min=0)).sum(axis=-1)


def _span(basis: NDArray[np.float64], orbitals: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return an orthonormal basis of the matrices B^T A B, A constant on one of the partitions."""
    r = basis.shape[1]
    spanning = []
    for partition in orbitals:
        # Sorted by class, the pairs (i, j) of one orbital are a run, and B^T A B is the sum of
        # b_i b_j^T over them: no indicator matrix is built.
        order = np.argsort(partition, axis=None, kind="stable")
        ends = np.flatnonzero(np.diff(partition.ravel()[order])) + 1
        for members in np.split(order, ends):
            rows, columns = np.unravel_index(members, partition.shape)
            spanning.append((basis[rows].T @ basis[columns]).ravel())
    _, singular, right = np.linalg.svd(np.array(spanning), full_matrices=False)
    kept = right[singular > _RANK * singular[0]].reshape(-1, r, r)
    return np.asarray((kept + kept.transpose(0, 2, 1)) / 2)  # exactly symmetric
