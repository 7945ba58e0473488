"""Matrix coefficients of an irrep: the functions g -> rho_ij(g), and products of laws on them.

The coefficients of a real irrep rho of dimension D span its isotypic block; a unit
alpha^T rho(g) beta is a vector alpha (x) beta among them. Where rho commutes with more than the
real numbers (complex type: C, quaternionic type: H) different tensors give one function: the block
is the tensor product over that algebra.

Let alpha and beta be independent with second moments A and B. The Gram matrix of many units is
then A (x) B in the block. Written as a D^2 x D^2 matrix and rearranged, K[(i,j),(k,l)] to
R[(i,k),(j,l)], it is a product a b^T of two vectors [1]_: of rank one. Restricted to symmetric
matrices on both sides, R falls into two parts. In the matrices that commute with the algebra it has
rank one for all three types; in the others it has rank zero (real type), two (complex type), or
nine, three for each of i, j, k (quaternionic type). What the restriction
drops are copies of what it keeps, so that a part counts *weight* times.

References
----------
.. [1] C. F. Van Loan, N. Pitsianis, Approximation with Kronecker products, 1993,
   https://doi.org/10.1007/978-94-015-8196-7_17
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.representations.character_table import character_table
from symtheory.representations.irreps import RealIrrep, real_irreps

__all__ = ["MatrixCoefficients", "ProductPart", "coefficient_frame", "matrix_coefficients"]

_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ProductPart:
    """Part of the rearranged matrix on which a product law has small rank.

    Parameters
    ----------
    basis : (m, D^2) float64
        Orthonormal symmetric matrices, flattened.
    rank : int
        Rank of a product law there.
    weight : float
        How often the part counts in the law.
    """

    basis: NDArray[np.float64]
    rank: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class MatrixCoefficients:
    """The functions rho_ij of one real irrep, as a tight frame of its isotypic block.

    Parameters
    ----------
    irrep : RealIrrep
    frame : (n, D^2) float64
        Column (i, j) is a multiple of g -> rho_ij(g); frame frame^T is the projection on the block.
    parts : tuple of ProductPart
        First the matrices that commute with all that commutes with the irrep.
    units : (c, D, D) float64
        Orthogonal matrices that span what commutes with the irrep: 1, 2 or 4 of them.
    """

    irrep: RealIrrep
    frame: NDArray[np.float64]
    parts: tuple[ProductPart, ...]
    units: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"MatrixCoefficients({self.irrep.name}, dimension {self.irrep.dimension})"

    def turns(self, count: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return random changes of basis of alpha or beta, Haar-distributed, (count, D, D).

        Orthogonal, unitary or quaternionic matrices, by the type of the irrep: those that commute
        with the units.
        """
        size = self.irrep.dimension
        start = rng.standard_normal((count, size, size))
        start = np.mean([unit @ start @ unit.T for unit in self.units], axis=0)
        # The polar factor of a Gaussian matrix is Haar-distributed, and stays in the algebra.
        left, _, right = np.linalg.svd(start)
        return np.asarray(left @ right)

    @property
    def is_free(self) -> bool:
        """Whether every Gram matrix on the block is a product law: degree 1 over the algebra."""
        return self.irrep.dimension == self.irrep.commutant


@cache
def matrix_coefficients(group: Group) -> tuple[MatrixCoefficients, ...]:
    """Return the matrix coefficients of all real irreps of a group, the trivial one first.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import symmetric
    >>> found = matrix_coefficients(symmetric(3))
    >>> found
    (MatrixCoefficients(trivial, dimension 1), MatrixCoefficients(χ2, dimension 1), \
MatrixCoefficients(χ3, dimension 2))
    >>> projection = found[2].frame @ found[2].frame.T
    >>> bool(np.allclose(projection @ projection, projection)), round(np.trace(projection))
    (True, 4)
    """
    return tuple(_coefficients(irrep) for irrep in real_irreps(character_table(group)))


def coefficient_frame(irrep: RealIrrep) -> NDArray[np.float64]:
    """Return the functions g -> rho_ij(g), scaled to a tight frame of the block, (n, D^2)."""
    n, dimension, _ = irrep.matrices.shape
    scale = (dimension / (n * irrep.commutant)) ** 0.5
    return np.asarray(irrep.matrices.reshape(n, -1) * scale)


def _coefficients(irrep: RealIrrep) -> MatrixCoefficients:
    units = _commuting_matrices(irrep)
    return MatrixCoefficients(irrep, coefficient_frame(irrep), _parts(irrep, units), units)


def _parts(irrep: RealIrrep, units: NDArray[np.float64]) -> tuple[ProductPart, ...]:
    symmetric = _symmetric_matrices(irrep.dimension)
    if irrep.commutant == 1:
        return (ProductPart(symmetric, 1, 1.0),)
    # X commutes with the algebra iff averaging u X u^T over an orthonormal basis u of it, scaled to
    # u u^T = 1, leaves X as it is.
    average = np.zeros((len(symmetric), len(symmetric)))
    stack = symmetric.reshape(-1, irrep.dimension, irrep.dimension)
    for unit in units:
        moved = unit @ stack @ unit.T
        average += symmetric @ moved.reshape(len(symmetric), -1).T / len(units)
    values, vectors = np.linalg.eigh((average + average.T) / 2)
    kept = values > 1 - 1e-6
    commuting, others = vectors[:, kept].T @ symmetric, vectors[:, ~kept].T @ symmetric
    rank, weight = (2, 1.0) if irrep.commutant == 2 else (9, 4 / 3)
    return (
        ProductPart(commuting, 1, float(irrep.commutant)),
        ProductPart(others, min(rank, len(others)), weight),
    )


def _symmetric_matrices(dimension: int) -> NDArray[np.float64]:
    """Orthonormal basis of the symmetric matrices, flattened."""
    rows, columns = np.triu_indices(dimension)
    basis = np.zeros((len(rows), dimension, dimension))
    which = np.arange(len(rows))
    value = np.where(rows == columns, 1.0, np.sqrt(_HALF))
    basis[which, rows, columns] = basis[which, columns, rows] = value
    return basis.reshape(len(rows), -1)


def _commuting_matrices(irrep: RealIrrep) -> NDArray[np.float64]:
    """Basis of the matrices that commute with an irrep, orthonormal under tr(u v^T) / D."""
    n, dimension = len(irrep.matrices), irrep.dimension
    flat = irrep.matrices.reshape(n, -1)
    # sum_g rho(g) (x) rho(g) / n projects matrices, as vectors, on the commuting ones.
    products = (flat.T @ flat / n).reshape((dimension,) * 4).transpose(0, 2, 1, 3)
    values, vectors = np.linalg.eigh(products.reshape(dimension**2, dimension**2))
    found = vectors[:, values > _HALF].T.reshape(-1, dimension, dimension)
    return np.asarray(found * np.sqrt(dimension))
