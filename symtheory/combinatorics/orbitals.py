"""Orbitals: the orbits of a permutation group on pairs of points.

A symmetric matrix K is invariant, K(a x, a x') = K(x, x') for every a, exactly if it is constant on
the symmetrised orbitals. So their partition of the pairs is the prediction for a Gram matrix.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.combinatorics.pair_orbits import pair_orbits
from symtheory.combinatorics.partitions import components, first_places, renumbered
from symtheory.errors import PredictionError
from symtheory.groups.classes import conjugacy_classes
from symtheory.groups.group import Group

__all__ = [
    "Side",
    "SumSpace",
    "is_closed_under_centering",
    "orbitals",
    "sum_space",
    "token_pairs",
    "translation_orbitals",
]


class Side(StrEnum):
    """From which side the elements of a group translate it."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


def orbitals(generators: ArrayLike, *, symmetric: bool = True) -> NDArray[np.int64]:
    """Return the partition of all pairs of points into orbitals, symmetrised unless told not to.

    Parameters
    ----------
    generators : (k, n) integers
        Permutations of n points that generate the group.
    symmetric : bool
        Whether (x, x') and (x', x) are put in one class.

    Returns
    -------
    (n, n) int64
        Class of each pair; classes are numbered from 0 in the order in which the rows show them,
        so a transitive group has the diagonal as class 0.

    Examples
    --------
    >>> orbitals([[1, 2, 3, 4, 0]]).tolist()[0]  # the rotations of a pentagon
    [0, 1, 2, 2, 1]
    """
    permutations = np.ascontiguousarray(generators, dtype=np.int64)
    classes = _orbitals(permutations.shape, permutations.tobytes())
    if not symmetric:
        return classes.copy()
    count = int(classes.max()) + 1
    x, y = np.divmod(first_places(classes.ravel()), len(classes))
    mirror = classes[y, x]  # the paired orbital of each, from its first pair
    return components(count, np.arange(count), mirror)[classes]


@lru_cache(maxsize=2)
def _orbitals(shape: tuple[int, ...], entries: bytes) -> NDArray[np.int64]:
    """Return the orbitals of a permutation group; one is asked for several times in turn."""
    permutations = np.frombuffer(entries, dtype=np.int64).reshape(shape)
    return pair_orbits(permutations, permutations)


def translation_orbitals(group: Group, side: Side) -> NDArray[np.int64]:
    """Return the symmetrised orbitals of the translations of a group, without walking the orbits.

    Left translations keep g^-1 h, right ones g h^-1, and both together the conjugacy class of
    g^-1 h; symmetrising joins each with its inverse.

    Returns
    -------
    (n, n) int64
        A number for every pair of elements, the same exactly on one orbital.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> [len(np.unique(translation_orbitals(symmetric(3), side))) for side in Side]
    [5, 5, 3]
    """
    inverses = group.inverses
    quotients = group.table[:, inverses] if side is Side.RIGHT else group.table[inverses]
    if side is Side.BOTH:
        classes = conjugacy_classes(group)
        quotients = classes.class_of[quotients]
        inverses = classes.inverse
    return np.asarray(np.minimum(quotients, inverses[quotients]))


def token_pairs(
    classes: NDArray[np.int64], coordinate: NDArray[np.int64], twins: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Carry a partition of pairs of points over to tokens that lie at these points.

    Diagonal pairs are kept apart from pairs of distinct tokens at one point. A token without a
    point is fixed by what acts on the points, so its pairs with all tokens of one orbit are
    equivalent; twins among such tokens are interchangeable.

    Parameters
    ----------
    classes : (m, m) integers
        Symmetric; the same number exactly on one class. Points p and q are in one orbit if
        ``classes[p, p]`` and ``classes[q, q]`` are equal.
    coordinate : (n,) int64
        Point of each token, -1 where it has none.
    twins : (n,) int64
        Twin class of each token.

    Returns
    -------
    (n, n) int64
        Class of each pair of tokens, numbered from 0 in the order in which the rows show them.

    Examples
    --------
    >>> token_pairs(np.array([[0, 1], [1, 0]]), np.array([-1, 0, 1]), np.arange(3)).tolist()
    [[0, 1, 1], [1, 2, 3], [1, 3, 2]]
    """
    n = len(coordinate)
    inside = coordinate >= 0
    points = coordinate[inside]
    if inside.all() and len(np.unique(points)) == n:
        return renumbered(classes.take(points, axis=0).take(points, axis=1))
    # Every token's orbit: that of its point, or its own twin class.
    orbit = np.empty(n, dtype=np.int64)
    orbit[inside] = classes[points, points]
    orbit[~inside] = twins[~inside]
    orbit = np.unique(np.stack([~inside, orbit]), axis=1, return_inverse=True)[1].ravel()
    low, high = np.minimum(orbit[:, None], orbit), np.maximum(orbit[:, None], orbit)
    keys = n + n * low + high  # one class for each pair of orbits, unless told otherwise below
    # Pairs of tokens with points have the class of their points; negative numbers are free for it.
    keys[np.ix_(inside, inside)] = -1 - classes[np.ix_(points, points)]
    np.fill_diagonal(keys, orbit)
    return renumbered(keys - keys.min())


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


def is_closed_under_centering(partition: NDArray[np.int64]) -> bool:
    """Whether a matrix that is constant on the classes is so too after centering.

    That is whether its row sums are constant on the classes: a class with rows r and columns r'
    adds a term for r and one for r' to the centered matrix.

    Parameters
    ----------
    partition : (n, n) int64
        A symmetric partition of the pairs, as `orbitals` returns it.

    Examples
    --------
    >>> is_closed_under_centering(orbitals([[1, 2, 3, 4, 0]]))
    True
    >>> i = np.arange(3)  # three points of a line
    >>> is_closed_under_centering(abs(i[:, None] - i))
    False
    """
    n, count = len(partition), int(partition.max()) + 1
    kinds = np.unique(partition.diagonal(), return_inverse=True)[1]
    row_counts = np.zeros((n, count), dtype=np.int64)
    np.add.at(row_counts, (np.repeat(np.arange(n), n), partition.ravel()), 1)
    first = np.unique(kinds, return_index=True)[1]
    if not np.array_equal(row_counts, row_counts[first][kinds]):
        return False
    # Every class joins one kind of row with one kind.
    ends = np.minimum(kinds[:, None], kinds) * n + np.maximum(kinds[:, None], kinds)
    return len(np.unique(partition.ravel() * n * n + ends.ravel())) == count
