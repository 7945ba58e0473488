"""Real orthogonal irreducible representations as matrices.

Convention: (L(g) f)(x) = f(g^-1 x) on functions on G; rho(g) acts on columns and
rho(a) rho(b) = rho(a b). A complex irrep of degree d gives a real one of dimension d (real type)
or 2d (complex type, together with its conjugate, and quaternionic type). The algebra of matrices
that commute with it has real dimension 1, 2 or 4.

Method: a random symmetric right convolution A f(x) = sum_y c(x^-1 y) f(y) commutes with L, so on an
isotypic block its eigenspaces are irreducible. With an orthonormal basis B of one of them
rho(g) = B^T L(g) B, and an error e in B enters as e^2 only, because L(g) B = B rho(g).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.representations.character_table import CharacterTable
from symtheory.representations.isotypic import block_basis, block_names

__all__ = ["RealIrrep", "real_irreps"]

_CHUNK = 4_000_000  # floats gathered at a time
_ATTEMPTS = 20


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
    formula : str
        Closed form where the family has one.
    """

    name: str
    characters: tuple[int, ...]
    degree: int
    indicator: int
    matrices: NDArray[np.float64]
    formula: str = ""

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
    rng = np.random.default_rng(table.group.order)
    irreps = []
    for rows, name in zip(table.real_classes, block_names(table), strict=True):
        degree, indicator = int(table.degrees[rows[0]]), int(table.indicators[rows[0]])
        if degree == 1:
            values = table.numeric_row(rows[0])[table.classes.class_of]
            matrices = values.real[:, None, None] if len(rows) == 1 else _rotations(values)
        else:
            matrices = _matrices(table, rows, rng)
        matrices.setflags(write=False)
        irreps.append(RealIrrep(name, rows, degree, indicator, matrices))
    return tuple(irreps)


def _rotations(values: NDArray[np.complex128]) -> NDArray[np.float64]:
    """2 x 2 matrices of multiplication by complex numbers."""
    a, b = values.real, values.imag
    return np.stack([np.stack([a, -b], axis=-1), np.stack([b, a], axis=-1)], axis=-2)


def _matrices(
    table: CharacterTable, rows: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float64]:
    group = table.group
    degree, indicator = int(table.degrees[rows[0]]), int(table.indicators[rows[0]])
    dimension = degree if indicator == 1 else 2 * degree
    block = block_basis(table, rows)
    basis = _irreducible_subspace(table, block, dimension, rng)
    n = group.order
    matrices = np.empty((n, dimension, dimension))
    step = max(1, _CHUNK // (n * dimension))
    for start in range(0, n, step):
        stop = min(start + step, n)
        # moved[x, g] is row x of L(g) B; side by side for all g, one matrix product serves them.
        moved = np.take(basis, group.table[group.inverses[start:stop]].T, axis=0)
        products = basis.T @ moved.reshape(n, -1)
        matrices[start:stop] = products.reshape(dimension, -1, dimension).transpose(1, 0, 2)
    return matrices


def _irreducible_subspace(
    table: CharacterTable,
    block: NDArray[np.float64],
    dimension: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Orthonormal basis of one irreducible subspace of a block, (n, dimension)."""
    group = table.group
    if block.shape[1] == dimension:
        return block
    # An element and its inverse suffice to start with; a few more split what they leave together.
    for attempt in range(1, _ATTEMPTS):
        image, scale = np.zeros_like(block), 0.0
        for g in rng.integers(0, group.order, size=2 + attempt):
            weight = rng.standard_normal()
            scale += abs(weight)
            for step in (g, group.inverses[g]):
                image += weight * block[group.table[:, step]]
        eigenvalues, vectors = np.linalg.eigh(block.T @ image)
        clusters = eigenvalues.reshape(-1, dimension)
        between = np.diff(np.stack([clusters[:-1, -1], clusters[1:, 0]], axis=1), axis=1)[:, 0]
        gaps = np.minimum(np.append(np.inf, between), np.append(between, np.inf))
        inner = np.ptp(clusters, axis=1)
        best = int(np.argmax(gaps))
        if gaps[best] > 1e-3 * scale and inner[best] < 1e-9 * scale:
            chosen = vectors[:, best * dimension : (best + 1) * dimension]
            return np.asarray(block @ chosen)
    raise BudgetError(f"no separating convolution found for {group.name}")
