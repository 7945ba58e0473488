"""Laws of an isotypic block: what Gram matrix symmetry leaves a cloud inside it.

With B the (n, r) basis of a block, the cloud's Gram matrix is B S B^T inside the block. Two laws:

- *Linear*: S is one of a linear space, the invariant matrices. Where the irrep occurs once among
  what acts, that is the unit matrix, up to scale: the block is round. The space is spanned by
  B^T A B, A the indicator matrices of the orbitals, since an invariant matrix is constant on them.
- *Product*: the tokens are the elements of a group, and S is A (x) B on the matrix coefficients of
  the irrep, rows (x) columns, A and B positive matrices, the unit matrix where a translation is
  unbroken (`symtheory.analysis.symmetry.factor_law`). For one table of both operands it is a sum of
  two such products. Irreps of degree 1 (over the complex numbers, of degree 2 over quaternions)
  leave every symmetric S: a circle may become an ellipse or a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.representations.isotypic import IsotypicBlock
from symtheory.representations.matrix_coefficients import MatrixCoefficients, matrix_coefficients

__all__ = [
    "BlockLaw",
    "LinearLaw",
    "ProductLaw",
    "alike",
    "free_law",
    "invariant_laws",
    "nearest_roots",
    "product_laws",
    "round_law",
]

_RANK = 1e-9  # singular values below this share of the largest are zero


class BlockLaw(Protocol):
    """A set of Gram matrices of one block."""

    @property
    def n_parameters(self) -> int:
        """Real numbers that the law leaves free; 1 for a round block."""

    def nearest(self, grams: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the members of the law nearest to Gram matrices, (..., r, r)."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearLaw:
    """Gram matrices in a linear space.

    Parameters
    ----------
    shapes : (k, r, r) float64
        Symmetric matrices, orthonormal under tr(S S').
    """

    shapes: NDArray[np.float64]

    @property
    def n_parameters(self) -> int:
        """Dimension of the space."""
        return len(self.shapes)

    def nearest(self, grams: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project on the space."""
        r = grams.shape[-1]
        flat = self.shapes.reshape(-1, r * r)
        return np.asarray((grams.reshape(-1, r * r) @ flat.T @ flat).reshape(grams.shape))


@dataclass(frozen=True, slots=True, eq=False)
class ProductLaw:
    """Gram matrices that are Kronecker products on the matrix coefficients of an irrep.

    Parameters
    ----------
    coefficients : MatrixCoefficients
    frame : (r, D^2) float64
        The coefficients in the basis of the block.
    terms : int
        Number of products in the sum: 2 for one table of both operands.
    """

    coefficients: MatrixCoefficients
    frame: NDArray[np.float64]
    terms: int = 1

    @property
    def n_parameters(self) -> int:
        """Real numbers in the factors, their common scale once."""
        free = sum(
            self.terms * part.rank * (2 * len(part.basis) - self.terms * part.rank)
            for part in self.coefficients.parts
        )
        r = len(self.frame)
        return min(free, r * (r + 1) // 2)

    def nearest(self, grams: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest sums of products, part by part of the rearranged matrix."""
        found = np.zeros_like(grams)
        for left, singular, right, weight in self._parts(grams):
            # A part is a sum of s a b^T over flattened matrices: back in place, s a (x) b.
            kept = (left * (weight * singular[..., None, :])) @ right
            found = found + self.frame @ self._rearranged(kept) @ self.frame.T
        return found

    def factors(self, gram: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return A and B of the nearest product A (x) B, (D, D) each, of unit Frobenius norm."""
        left, _, right, _ = next(self._parts(gram))
        size = self.coefficients.irrep.dimension
        first = left[..., 0].reshape(size, size)
        second = right[..., 0, :].reshape(size, size)
        sign = np.sign(np.trace(first)) or 1.0
        return sign * first, sign * second

    def _parts(
        self, grams: NDArray[np.float64]
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]]:
        """Yield left vectors, singular values and right vectors of each part, and its weight."""
        rearranged = self._rearranged(self.frame.T @ grams @ self.frame)
        for part in self.coefficients.parts:
            left, singular, right = np.linalg.svd(part.basis @ rearranged @ part.basis.T)
            rank = min(self.terms * part.rank, len(part.basis))
            yield (
                part.basis.T @ left[..., :rank],
                singular[..., :rank],
                right[..., :rank, :] @ part.basis,
                part.weight,
            )

    def _rearranged(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Exchange the inner two of the four indices; its own inverse."""
        size = self.coefficients.irrep.dimension
        split = matrices.reshape(*matrices.shape[:-2], size, size, size, size)
        return np.asarray(np.swapaxes(split, -3, -2).reshape(matrices.shape))


@cache
def round_law(dimension: int) -> LinearLaw:
    """Return the multiples of the unit matrix.

    Examples
    --------
    >>> round_law(4).nearest(np.diag([4.0, 0, 0, 0])).diagonal().tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    return LinearLaw(np.eye(dimension)[None] / np.sqrt(dimension))


@cache
def free_law(dimension: int) -> LinearLaw:
    """Return all symmetric matrices."""
    rows, columns = np.triu_indices(dimension)
    shapes = np.zeros((len(rows), dimension, dimension))
    which = np.arange(len(rows))
    shapes[which, rows, columns] = shapes[which, columns, rows] = np.where(
        rows == columns, 1.0, 0.5**0.5
    )
    return LinearLaw(shapes)


def product_laws(
    group: Group,
    blocks: Sequence[IsotypicBlock],
    coordinate: NDArray[np.int64],
    *,
    terms: int = 1,
) -> tuple[BlockLaw, ...]:
    """Return the law of each block where tokens are the elements of a group.

    Blocks that are no irrep of the group (offsets of tokens that carry no element) are free.

    Parameters
    ----------
    group : Group
    blocks : sequence of IsotypicBlock
        Orthonormal bases on the tokens.
    coordinate : (n,) int64
        Element of each token, -1 where it has none.
    terms : int
        2 for one table of both operands.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> laws = product_laws(symmetric(3), isotypic_blocks(symmetric(3))[1:], np.arange(6))
    >>> [law.n_parameters for law in laws]
    [1, 5]
    """
    inside = coordinate >= 0
    found: list[BlockLaw] = []
    known = {} if group.is_abelian else {c.irrep.name: c for c in matrix_coefficients(group)}
    for block in blocks:
        coefficients = known.get(block.name)
        if coefficients is None or coefficients.is_free:
            found.append(free_law(block.dimension))
            continue
        frame = block.basis[inside].T @ coefficients.frame[coordinate[inside]]
        # Bases on tokens are orthonormal whatever the number of tokens at an element.
        frame /= np.linalg.norm(frame, axis=1).mean()
        found.append(ProductLaw(coefficients, frame, terms))
    return tuple(found)


def invariant_laws(
    blocks: Sequence[IsotypicBlock],
    orbitals: Sequence[NDArray[np.int64]],
    multiplicities: Sequence[int] = (),
) -> tuple[BlockLaw, ...]:
    """Return, for each block, the matrices S that invariance leaves.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        With r_b columns on n tokens.
    orbitals : sequence of (n, n) int64
        One partition, or two for the sum of two laws.
    multiplicities : sequence of int
        How often the irrep of each block occurs; empty where all occur once, which saves looking.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> from symtheory.combinatorics.orbitals import Side, translation_orbitals
    >>> blocks = isotypic_blocks(symmetric(3))[1:]
    >>> left = translation_orbitals(symmetric(3), Side.LEFT)
    >>> [law.n_parameters for law in invariant_laws(blocks, [left], [1, 2])]
    [1, 3]
    """
    known = multiplicities or (1,) * len(blocks)
    return tuple(
        round_law(block.dimension) if multiplicity == 1 else LinearLaw(_span(block.basis, orbitals))
        for block, multiplicity in zip(blocks, known, strict=True)
    )


def nearest_roots(
    grams: NDArray[np.float64], law: BlockLaw
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the root Q of the nearest shape Q^2, and how well the cloud fits it.

    Parameters
    ----------
    grams : (..., r, r) float64
        M M^T of the coefficients M of a cloud in the block.
    law : BlockLaw

    Returns
    -------
    roots : (..., r, r) float64
        Q, symmetric, with tr(Q^2) = r; the unit matrix for a round block and for grams of zero.
    nuclear : (...,) float64
        Nuclear norm of Q M, that is tr sqrt(Q M M^T Q).

    Examples
    --------
    >>> roots, nuclear = nearest_roots(np.diag([9.0, 1.0]), round_law(2))
    >>> roots.tolist(), nuclear.item()
    ([[1.0, 0.0], [0.0, 1.0]], 4.0)
    """
    r = grams.shape[-1]
    if law.n_parameters == 1:
        roots = np.broadcast_to(np.eye(r), grams.shape)
        return roots, np.sqrt(np.linalg.eigvalsh(grams).clip(min=0)).sum(axis=-1)
    values, vectors = np.linalg.eigh(law.nearest(grams))
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


def alike(laws: Sequence[BlockLaw]) -> list[NDArray[np.int64]]:
    """Return the blocks in groups that share one law, so that they can be handled together."""
    groups: dict[int, list[int]] = {}
    for b, law in enumerate(laws):
        groups.setdefault(id(law), []).append(b)
    return [np.array(group) for group in groups.values()]
