"""Real orthogonal irreducible representations as matrices.

Convention: (L(g) f)(x) = f(g^-1 x) on functions on G; rho(g) acts on columns and
rho(a) rho(b) = rho(a b). A complex irrep of degree d gives a real one of dimension d (real type)
or 2d (complex type, together with its conjugate, and quaternionic type). The algebra of matrices
that commute with it has real dimension 1, 2 or 4.

Method: convolution from the right with a symmetric function, A f(x) = sum_y c(x^-1 y) f(y),
commutes with L, so its eigenspaces are invariant. We take c = sum_i i e_i + s: e_i is the kernel of
the projection on the i-th isotypic block and s is random, symmetric and of norm below 1/2. Then
the eigenvalues of block i lie around i, apart from all others, and s splits the block into
irreducible eigenspaces; one eigendecomposition of an n x n matrix yields them all. With an
orthonormal basis B of one of them rho(g) = B^T L(g) B, and an error e in B enters as e^2 only,
because L(g) B = B rho(g).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.group import Group
from symtheory.representations.character_table import CharacterTable
from symtheory.representations.isotypic import block_names

__all__ = ["RealIrrep", "real_irreps"]

_CHUNK = 4_000_000  # floats gathered at a time
_ATTEMPTS = 20
_SUPPORT = 16  # elements, with their inverses, on which s is not zero
_NORM = 0.45
_LEAST_GAP = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class RealIrrep:
    """One irreducible representation over the reals, by orthogonal matrices.

    Parameters
    ----------
    name : str
        Name of its isotypic block.
    characters : tuple of int
        Rows of the character table: one, or a pair of complex conjugates.
    degree : int
        Degree of these complex characters.
    indicator : int
        Frobenius-Schur indicator.
    matrices : (n, dimension, dimension) float64
        ``matrices[g]`` is rho(g), in the group's element order.
    """

    name: str
    characters: tuple[int, ...]
    degree: int
    indicator: int
    matrices: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"RealIrrep({self.name}, dimension {self.dimension})"

    @property
    def dimension(self) -> int:
        """Real dimension of the representation."""
        return int(self.matrices.shape[1])

    @property
    def commutant(self) -> int:
        """Real dimension of the commuting matrices: 1, 2 or 4."""
        return {1: 1, 0: 2, -1: 4}[self.indicator]


def real_irreps(table: CharacterTable) -> tuple[RealIrrep, ...]:
    """Return all real irreps of a group, in the order of the character table.

    Parameters
    ----------
    table : CharacterTable

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> from symtheory.representations.character_table import character_table
    >>> real_irreps(character_table(symmetric(3)))
    (RealIrrep(trivial, dimension 1), RealIrrep(χ2, dimension 1), RealIrrep(χ3, dimension 2))
    """
    bases = _irreducible_subspaces(table)
    irreps = []
    for rows, name in zip(table.real_classes, block_names(table), strict=True):
        degree, indicator = int(table.degrees[rows[0]]), int(table.indicators[rows[0]])
        if degree == 1:
            values = table.numeric_row(rows[0])[table.classes.class_of]
            matrices = values.real[:, None, None] if len(rows) == 1 else _rotations(values)
        else:
            matrices = _matrices(table.group, bases[rows])
        matrices.setflags(write=False)
        irreps.append(RealIrrep(name, rows, degree, indicator, matrices))
    return tuple(irreps)


def _rotations(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    """2 x 2 matrices of multiplication by complex numbers."""
    a, b = values.real, values.imag
    return np.stack([np.stack([a, -b], axis=-1), np.stack([b, a], axis=-1)], axis=-2)


def _matrices(group: Group, basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """B^T L(g) B for every element g, (n, dimension, dimension)."""
    n, dimension = basis.shape
    matrices = np.empty((n, dimension, dimension))
    step = max(1, _CHUNK // (n * dimension))
    for start in range(0, n, step):
        stop = min(start + step, n)
        # moved[x, g] is row x of L(g) B; side by side for all g, one matrix product serves them.
        moved = np.take(basis, group.table[group.inverses[start:stop]].T, axis=0)
        products = basis.T @ moved.reshape(n, -1)
        matrices[start:stop] = products.reshape(dimension, -1, dimension).transpose(1, 0, 2)
    return matrices


def _irreducible_subspaces(
    table: CharacterTable,
) -> dict[tuple[int, ...], NDArray[np.float64]]:
    """Orthonormal basis of one irreducible subspace per block of degree > 1."""
    group, n = table.group, table.group.order
    blocks = [rows for rows in table.real_classes if table.degrees[rows[0]] > 1]
    if not blocks:
        return {}
    kernel = np.zeros(table.classes.count)
    for i, rows in enumerate(blocks):
        # The projection on a block has the kernel d/n Re chi, twice that for a conjugate pair.
        scale = (i + 1) * len(rows) * int(table.degrees[rows[0]]) / n
        kernel += scale * table.numeric_row(rows[0]).real
    quotients = group.table[group.inverses]  # x^-1 y
    central = np.take(kernel[table.classes.class_of], quotients)
    rng = np.random.default_rng(n)
    for _ in range(_ATTEMPTS):
        random = np.zeros(n)
        chosen = rng.choice(n, size=min(n, _SUPPORT), replace=False)
        random[chosen] = rng.standard_normal(len(chosen))
        # s(g) = s(g^-1) makes the convolution symmetric, and sum |s| bounds its norm.
        random += random[group.inverses]
        random *= _NORM / np.abs(random).sum()
        eigenvalues, vectors = np.linalg.eigh(central + np.take(random, quotients))
        bases = _isolated_eigenspaces(table, blocks, eigenvalues, vectors)
        if bases is not None:
            return bases
    raise BudgetError(f"no separating convolution found for {group.name}")


def _isolated_eigenspaces(
    table: CharacterTable,
    blocks: list[tuple[int, ...]],
    eigenvalues: NDArray[np.float64],
    vectors: NDArray[np.float64],
) -> dict[tuple[int, ...], NDArray[np.float64]] | None:
    """Pick the best separated eigenspace of every block; None where eigenvalues collide."""
    bases = {}
    start = int((table.degrees == 1).sum())  # the eigenvalues around 0
    for rows in blocks:
        degree = int(table.degrees[rows[0]])
        dimension = degree if table.indicators[rows[0]] == 1 else 2 * degree
        stop = start + len(rows) * degree**2
        # In ascending order each copy of the irrep is a run of equal eigenvalues.
        clusters = eigenvalues[start:stop].reshape(-1, dimension)
        between = clusters[1:, 0] - clusters[:-1, -1]
        gaps = np.minimum(np.append(np.inf, between), np.append(between, np.inf))
        best = int(np.argmax(gaps))
        if gaps[best] < _LEAST_GAP or np.ptp(clusters, axis=1).max() > _LEAST_GAP / 100:
            return None
        first = start + best * dimension
        bases[rows] = vectors[:, first : first + dimension]
        start = stop
    return bases
