"""Orbitals: the orbits of a permutation group on pairs of points.

A symmetric matrix K is invariant, K(a x, a x') = K(x, x') for every a, exactly if it is constant on
the symmetrised orbitals. So their partition of the pairs is the prediction for a Gram matrix.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import PredictionError
from symtheory.symmetry.components import components

__all__ = ["SumSpace", "orbitals", "sum_space"]


def orbitals(generators: ArrayLike) -> NDArray[np.int64]:
    """Return the partition of all pairs of points into symmetrised orbitals.

    Parameters
    ----------
    generators : (k, n) integers
        Permutations of n points that generate the group.

    Returns
    -------
    (n, n) int64
        Class of each pair, (x, x') and (x', x) in one; classes are numbered from 0 in the order in
        which the rows show them, so a transitive group has the diagonal as class 0.

    Examples
    --------
    >>> orbitals([[1, 2, 3, 4, 0]]).tolist()[0]  # the rotations of a pentagon
    [0, 1, 2, 2, 1]
    """
    permutations = np.asarray(generators, dtype=np.int64)
    n = permutations.shape[1]
    pairs = np.arange(n * n).reshape(n, n)
    images = [pairs[np.ix_(permutation, permutation)] for permutation in permutations]
    ends = np.concatenate([image.ravel() for image in [pairs.T, *images]])
    return components(n * n, np.tile(pairs.ravel(), len(images) + 1), ends).reshape(n, n)


@dataclass(frozen=True, slots=True, eq=False)
class SumSpace:
    """The matrices that are a sum of one constant on each partition's classes.

    Parameters
    ----------
    partitions : tuple of (n, n) int64
        One partition, or two whose projections commute.
    dimension : int
        Dimension of the space.
    """

    partitions: tuple[NDArray[np.int64], ...]
    dimension: int


def sum_space(first: NDArray[np.int64], second: NDArray[np.int64]) -> SumSpace:
    """Return the sum of two invariant spaces of matrices, as one partition if they coincide.

    Averaging over the classes of a partition is an orthogonal projection. Two of them commute
    exactly if, within each class J of the finest common coarsening, the two partitions are
    independent: #(A and B) #J = #A #B for all classes A of one and B of the other inside J. Then
    their product is the average over the common coarsening, and the projection on the sum is
    P1 + P2 - P1 P2.

    Parameters
    ----------
    first, second : (n, n) int64
        Partitions as `orbitals` returns them.

    Raises
    ------
    PredictionError
        If the projections do not commute: then averaging cannot test the sum.

    Examples
    --------
    >>> import numpy as np
    >>> rows, columns = np.indices((3, 3))
    >>> sum_space(rows, columns).dimension  # row effects plus column effects
    5
    >>> len(sum_space(rows, rows).partitions)
    1
    """
    n_first, n_second = int(first.max()) + 1, int(second.max()) + 1
    a, b = first.ravel(), second.ravel()
    cells, counts = np.unique(a * n_second + b, return_counts=True)
    left, right = cells // n_second, cells % n_second
    joined = components(n_first + n_second, left, n_first + right)
    join_size = np.bincount(joined[a])[joined[left]]
    n_joined = int(joined.max()) + 1
    # A and B of one J that never meet are missing here; but then some A and B' that meet violate
    # the equation, because for each A the #(A and B) add up to #A and the #B to at most #J.
    if not np.array_equal(counts * join_size, np.bincount(a)[left] * np.bincount(b)[right]):
        raise PredictionError(
            "the invariances of the two operands do not fit on one table, their projections do not "
            "commute; give each operand its own embedding"
        )
    if n_joined == n_first == n_second:
        return SumSpace((first,), n_first)
    return SumSpace((first, second), n_first + n_second - n_joined)
