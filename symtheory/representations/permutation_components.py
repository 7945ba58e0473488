"""Isotypic decomposition of the functions on the points of a permutation group.

The matrices that commute with the group are those constant on its orbitals. A random symmetric one
splits the functions into irreducible subspaces, its eigenspaces: on m copies of an irrep it is a
random Hermitian m x m matrix over the reals, the complex numbers or the quaternions, whose m
eigenvalues differ. A second one links two of them exactly if they are isomorphic, and antisymmetric
ones tell the type: on one copy they vanish, commute, or do not.

The result is checked exactly: with k_i copies of irrep i the numbers of orbitals and of symmetrised
orbitals are sums of m^2, 2 m^2, 4 m^2 and of m(m+1)/2, m^2, m(2m-1) over the real, complex and
quaternionic ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.combinatorics.orbitals import orbitals
from symtheory.combinatorics.partitions import components
from symtheory.errors import BudgetError

__all__ = ["PermutationComponent", "permutation_components"]

_ATTEMPTS = 10
_SAME = 1e-9  # eigenvalues of one eigenspace agree to this, in units of the largest
_GAP = 1e-7  # and those of different ones differ by this
_LINK = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PermutationComponent:
    """All copies of one real irrep in the functions on the points.

    Parameters
    ----------
    basis : (n, multiplicity * dimension) float64
        Orthonormal.
    dimension : int
        Real dimension of the irrep.
    multiplicity : int
        Number of its copies.
    indicator : int
        Frobenius-Schur indicator of a complex irrep in it: 1 real, 0 complex, -1 quaternionic.
    """

    basis: NDArray[np.float64]
    dimension: int
    multiplicity: int
    indicator: int

    def __repr__(self) -> str:
        return f"PermutationComponent({self.multiplicity} x {self.dimension})"

    @property
    def degree(self) -> int:
        """Complex degree of the irrep."""
        return self.dimension if self.indicator == 1 else self.dimension // 2


def permutation_components(generators: ArrayLike) -> tuple[PermutationComponent, ...]:
    """Return the isotypic components of the functions on n points, the trivial one first.

    The trivial component holds the functions constant on orbits, constants included. The others
    come in the order of dimension, then of multiplicity.

    Parameters
    ----------
    generators : (k, n) integers
        Permutations of n points.

    Raises
    ------
    BudgetError
        If random matrices do not separate the components; ten are tried.

    Examples
    --------
    >>> permutation_components([[1, 2, 0, 3], [1, 0, 2, 3]])  # S3 and a fixed point
    (PermutationComponent(2 x 1), PermutationComponent(1 x 2))
    """
    permutations = np.asarray(generators, dtype=np.int64)
    n = permutations.shape[1]
    partition, oriented = orbitals(permutations), orbitals(permutations, symmetric=False)
    orbit = components(n, np.tile(np.arange(n), len(permutations)), permutations.ravel())
    counts = (int(partition.max()) + 1, int(oriented.max()) + 1)
    for seed in range(_ATTEMPTS):
        rng = np.random.default_rng([n, seed])
        found = _decompose(partition, oriented, orbit, rng)
        if found is not None and _orbital_counts(found) == counts:
            return found
    raise BudgetError(f"no random matrix separates the components of functions on {n} points")


def _decompose(
    partition: NDArray[np.int64],
    oriented: NDArray[np.int64],
    orbit: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[PermutationComponent, ...] | None:
    """One attempt; None where eigenvalues collide."""
    sizes = np.bincount(orbit)
    constant = (orbit[:, None] == np.arange(len(sizes))) / np.sqrt(sizes)
    trivial = PermutationComponent(constant, 1, len(sizes), 1)
    matrix = _commuting(partition, rng)
    moved = constant.T @ matrix
    matrix -= constant @ moved + moved.T @ constant.T - constant @ (moved @ constant) @ constant.T
    # Functions constant on orbits go to an eigenvalue above all others.
    scale = float(np.abs(matrix).sum(axis=1).max()) + 1
    values, vectors = np.linalg.eigh(matrix + 2 * scale * constant @ constant.T)
    rest = len(values) - len(sizes)
    values, vectors = values[:rest], vectors[:, :rest]
    if not rest:
        return (trivial,)
    gaps = np.diff(values) / max(float(np.abs(values).max()), 1e-300)
    if ((gaps > _SAME) & (gaps < _GAP)).any():
        return None
    parts = np.split(vectors, np.flatnonzero(gaps >= _GAP) + 1, axis=1)
    n_classes = int(partition.max()) + 1
    t = trivial.multiplicity
    copies = [[i] for i in range(len(parts))]
    # m copies of an irrep are m eigenspaces and at least m (m + 1) / 2 orbitals.
    if len(parts) + t * (t + 1) // 2 < n_classes:
        copies = _linked(parts, vectors.T @ _commuting(partition, rng) @ vectors)
    turns = []
    if int(oriented.max()) + 1 > n_classes:  # else nothing antisymmetric commutes
        turns = [matrix - matrix.T for matrix in (_commuting(oriented, rng) for _ in range(2))]
    found = []
    for same in copies:
        dimension = parts[same[0]].shape[1]
        if any(parts[i].shape[1] != dimension for i in same):
            return None
        basis = np.concatenate([parts[i] for i in same], axis=1)
        indicator = _indicator(parts[same[0]], turns)
        found.append(PermutationComponent(basis, dimension, len(same), indicator))
    found.sort(key=lambda one: (one.dimension, one.multiplicity))
    return (trivial, *found)


def _commuting(partition: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Random matrix that is constant on the classes, each with about the same weight."""
    sizes = np.bincount(partition.ravel())
    weights = rng.standard_normal(len(sizes)) / np.sqrt(sizes)
    return np.asarray(weights[partition])


def _linked(parts: list[NDArray[np.float64]], matrix: NDArray[np.float64]) -> list[list[int]]:
    """Group eigenspaces that a commuting matrix, in the basis of eigenvectors, links."""
    starts = np.cumsum([0, *(part.shape[1] for part in parts[:-1])])
    squares = np.add.reduceat(np.add.reduceat(matrix**2, starts, axis=0), starts, axis=1)
    left, right = np.nonzero(np.sqrt(squares) > _LINK * max(1.0, float(np.abs(matrix).max())))
    label = components(len(parts), left, right)
    return [np.flatnonzero(label == k).tolist() for k in range(int(label.max()) + 1)]


def _indicator(part: NDArray[np.float64], turns: list[NDArray[np.float64]]) -> int:
    """Type of an irreducible subspace from two commuting matrices that are antisymmetric."""
    if not turns:
        return 1
    first, second = (part.T @ turn @ part for turn in turns)
    if np.abs(first).max() < _LINK:
        return 1
    return 0 if np.abs(first @ second - second @ first).max() < _LINK else -1


def _orbital_counts(found: tuple[PermutationComponent, ...]) -> tuple[int, int]:
    """Numbers of symmetrised orbitals and of orbitals that the components imply."""
    symmetric = oriented = 0
    for one in found:
        m = one.multiplicity
        symmetric += {1: m * (m + 1) // 2, 0: m * m, -1: m * (2 * m - 1)}[one.indicator]
        oriented += {1: 1, 0: 2, -1: 4}[one.indicator] * m * m
    return symmetric, oriented
