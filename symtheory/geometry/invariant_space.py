"""Linear space of the Gram matrices that a symmetry allows, and the projection on it.

The group moves the tokens of an operand; its orbits on pairs of tokens are the orbitals, an
integer matrix with equal entries on equivalent pairs. Invariant matrices are constant on every
orbital, and the projection on them averages over orbitals. The diagonal is left out: one value
on it would look invariant in any cloud. For one table that serves two operands the Gram matrix is
the sum of a left-invariant and a right-invariant matrix. The two averages commute, so the
projection on the sum of the two spaces is Pi_1 + Pi_2 - Pi_1 Pi_2, and Pi_1 Pi_2 averages over
the join of the two partitions (the finest partition that both refine).

A relabeling permutes the entries of K: ||K||^2 stays, and only the sums over orbitals change.

Where the tokens are only part of an orbit, centering at their mean leaves the classes: with C
constant on them and J = I - 1/n, the law says K = J C J. The space of these matrices takes the
place of the invariant one, and a projection on it that of the average.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import is_closed_under_centering, sum_space
from symtheory.combinatorics.partitions import components, renumbered
from symtheory.errors import PredictionError, SpecError

__all__ = ["InvariantSpace", "checked_partition", "join_partitions"]

_RANK = 1e-9  # singular values below this share of the largest are zero


class InvariantSpace:
    """The symmetric matrices of zero diagonal that are constant on orbitals.

    Parameters
    ----------
    orbitals : sequence of (n, n) int64
        One symmetric partition matrix for one invariant space, two for the sum of two.

    Attributes
    ----------
    n : int
        Number of tokens.
    dimension : int
        Dimension of the space.

    Raises
    ------
    SpecError
        If a matrix is not square or not symmetric, or sizes differ.
    PredictionError
        If an orbital holds both diagonal and off-diagonal pairs, if the averages over two
        partitions do not commute or one of them is not closed under centering, or if there are
        none or more than two.

    Examples
    --------
    >>> i = np.arange(5)
    >>> steps = abs(i[:, None] - i)
    >>> space = InvariantSpace([np.minimum(steps, 5 - steps)])
    >>> space.dimension, space.n_pairs
    (2, 10)
    """

    def __init__(self, orbitals: Sequence[NDArray[np.int64]]) -> None:
        if len(orbitals) not in (1, 2):
            raise PredictionError(
                f"an invariant space comes from one partition or two, not {len(orbitals)}"
            )
        partitions = [checked_partition(partition) for partition in orbitals]
        signs = [1.0]
        if len(partitions) == 2:
            partitions = list(sum_space(*partitions).partitions)  # one where they coincide
        if len(partitions) == 2:
            partitions.append(join_partitions(*partitions))
            signs = [1.0, 1.0, -1.0]
        self.n = len(partitions[0])
        self._rows, self._columns = np.triu_indices(self.n, k=1)
        # One entry per average: its sign, the class of every pair, the size of every class.
        self._averages: list[tuple[float, NDArray[np.int64], NDArray[np.int64]]] = []
        for sign, partition in zip(signs, partitions, strict=True):
            classes = renumbered(partition[self._rows, self._columns])
            self._averages.append((sign, classes, np.bincount(classes)))
        self.dimension = int(sum(sign * len(counts) for sign, _, counts in self._averages))
        self._basis = None
        if not all(is_closed_under_centering(partition) for partition in partitions):
            if len(partitions) > 1:
                raise PredictionError(
                    "the sum of two spaces of restricted orbits cannot be tested; give each "
                    "operand its own embedding"
                )
            self._basis = self._centered_basis(partitions[0])
            self.dimension = self._basis.shape[1]

    def __repr__(self) -> str:
        return f"InvariantSpace({self.n} tokens, {self.dimension} of {self.n_pairs} dimensions)"

    @property
    def n_pairs(self) -> int:
        """Number of unordered pairs of distinct tokens."""
        return len(self._rows)

    def project(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest matrix of the space to a symmetric matrix, its diagonal ignored."""
        values = self._pair_values(matrix)
        projected = np.zeros_like(values)
        if self._basis is not None:
            projected = self._basis @ (self._basis.T @ values)
        else:
            for sign, classes, counts in self._averages:
                means = np.bincount(classes, weights=values) / counts
                projected += sign * means[classes]
        result = np.zeros((self.n, self.n))
        result[self._rows, self._columns] = projected
        return result + result.T

    def share(self, matrix: NDArray[np.float64]) -> float:
        """Return ||Pi K||^2 / ||K||^2 off the diagonal; 0 for a matrix that is zero there."""
        values = self._pair_values(matrix)
        total = float(values @ values)
        return self._invariant_power(values) / total if total > 0 else 0.0

    def relabeled_shares(
        self, matrix: NDArray[np.float64], permutations: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of each relabeled matrix K[pi][:, pi], (n_draws,) float64."""
        values = self._pair_values(matrix)
        total = float(values @ values)
        flat = np.ascontiguousarray(matrix).reshape(-1)
        powers = np.empty(len(permutations))
        for draw, permutation in enumerate(permutations):
            places = permutation[self._rows] * self.n + permutation[self._columns]
            powers[draw] = self._invariant_power(flat[places])
        return powers / total if total > 0 else powers

    def _centered_basis(self, partition: NDArray[np.int64]) -> NDArray[np.float64]:
        """Orthonormal basis of the matrices J C J off the diagonal, (n_pairs, dimension)."""
        spanning = []
        for number in range(int(partition.max()) + 1):
            indicator = (partition == number).astype(np.float64)
            rows = indicator.mean(axis=1)
            matrix = indicator - rows[:, None] - rows + rows.mean()
            spanning.append(matrix[self._rows, self._columns])
        left, singular, _ = np.linalg.svd(np.stack(spanning, axis=1), full_matrices=False)
        return np.asarray(left[:, singular > _RANK * singular[0]])

    def _pair_values(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        if matrix.shape != (self.n, self.n):
            raise SpecError(
                f"the partition is over {self.n} tokens, but the matrix has shape {matrix.shape}"
            )
        return np.asarray(matrix[self._rows, self._columns])

    def _invariant_power(self, values: NDArray[np.float64]) -> float:
        """Return ||Pi K||^2 over unordered pairs: the sum over orbitals of sum^2 / size."""
        if self._basis is not None:
            return float(((self._basis.T @ values) ** 2).sum())
        power = 0.0
        for sign, classes, counts in self._averages:
            sums = np.bincount(classes, weights=values)
            power += sign * float((sums * sums / counts).sum())
        return power


def join_partitions(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the finest partition that is coarser than both, as an array of class numbers.

    Examples
    --------
    >>> join_partitions(np.array([0, 0, 1, 2]), np.array([5, 6, 6, 7])).tolist()
    [0, 0, 0, 1]
    """
    a, b = renumbered(first).ravel(), renumbered(second).ravel()
    n_first, n_second = int(a.max()) + 1, int(b.max()) + 1
    return components(n_first + n_second, a, n_first + b)[a].reshape(np.shape(first))


def checked_partition(partition: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a partition of unordered pairs with its classes numbered 0, 1, 2, ...

    Raises
    ------
    SpecError
        If the matrix is not square or not symmetric.
    PredictionError
        If a class holds pairs of equal and pairs of distinct tokens.
    """
    matrix = np.asarray(partition)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise SpecError(f"a partition of pairs is a square matrix, got shape {matrix.shape}")
    if not np.array_equal(matrix, matrix.T):
        raise SpecError("a partition of unordered pairs is a symmetric matrix, this one is not")
    diagonal = np.eye(len(matrix), dtype=bool)
    if np.isin(matrix[diagonal], matrix[~diagonal]).any():
        raise PredictionError(
            "an orbital holds pairs of equal and pairs of distinct tokens; no group action does"
        )
    return renumbered(matrix)
