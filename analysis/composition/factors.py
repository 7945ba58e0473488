"""Factors of an embedding in an irrep: the two matrices whose product its Gram matrix is.

Of points E = a^½ rho(g) b^½ with positive a and b the centered Gram matrix, pulled back by the
matrix coefficients, is a (x) b, rows times columns of rho. Here a and b are read off as the nearest
such product: the leading singular pair of K[(i, j), (i', j')] rearranged to [(i, i'), (j, j')]
[1]_, among symmetric matrices that commute with all that rho commutes with.

References
----------
.. [1] C. F. Van Loan, N. Pitsianis, Approximation with Kronecker products, 1993,
   https://doi.org/10.1007/978-94-015-8196-7_17
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.composition import Composition
from symtheory.records import Embedding, Role
from symtheory.representations.irreps import RealIrrep

from .coefficients import coefficients, irreps_of

__all__ = ["Factors", "embedding_factors", "nearest_product"]


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Which translation a network broke in one irrep, (D, D) float64 each of trace D.

    ``left`` is 1 where (ax, y, az) is unbroken, ``inner`` where (xb, b^-1 y, z) is, and ``right``
    where (x, yc, zc) is.
    """

    left: NDArray[np.float64]
    inner: NDArray[np.float64]
    right: NDArray[np.float64]


def embedding_factors(
    embeddings: Mapping[Role, Embedding], task: Composition
) -> tuple[Factors, ...] | None:
    """Return the factors of every irrep but the trivial one, read off x, y and the readout.

    Each is the mean of what the two embeddings say that see it. Irreps of degree 1 have none but 1.
    None where there are others, and not all three embeddings are known.
    """
    irreps = irreps_of(task.group)
    tokens = {Role.X: task.x, Role.Y: task.y, Role.READOUT: task.z}
    is_free = {role: role in embeddings for role in tokens}
    if not all(is_free.values()) and any(irrep.degree > 1 for irrep in irreps):
        return None
    found = []
    for irrep in irreps:
        if irrep.degree == 1:
            one = np.eye(irrep.dimension)
            found.append(Factors(one, one, one))
            continue
        (ax, bx), (by, cy), (az, cz) = (
            nearest_product(embeddings[role].points[rows], irrep) for role, rows in tokens.items()
        )
        found.append(Factors((ax + az) / 2, (bx + by) / 2, (cy + cz) / 2))
    return tuple(found)


def nearest_product(
    points: NDArray[np.float64], irrep: RealIrrep
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of rows and of columns of points by element, each of trace D.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> plane = irreps_of(symmetric(3))[1]
    >>> rows, columns = nearest_product(plane.matrices[:, :, 0], plane)
    >>> np.allclose(rows, np.eye(2)), np.allclose(columns, [[2, 0], [0, 0]])
    (True, True)
    """
    dimension = irrep.dimension
    flat = coefficients(np.asarray(points.T), irrep).reshape(-1, dimension**2)
    gram = (flat.T @ flat).reshape((dimension,) * 4)
    rearranged = gram.transpose(0, 2, 1, 3).reshape(dimension**2, dimension**2)
    basis = _commuting_symmetric(irrep)
    u, sizes, v = np.linalg.svd(basis @ rearranged @ basis.T)
    found = [(vector @ basis).reshape(dimension, dimension) for vector in (u[:, 0], v[0])]
    # A singular pair has a sign, which the traces undo; where there is no power, the factor is 1.
    traces = [np.trace(each) for each in found]
    if sizes[0] <= 0 or min(abs(trace) for trace in traces) < 1e-9:
        return np.eye(dimension), np.eye(dimension)
    rows, columns = (each * (dimension / trace) for each, trace in zip(found, traces, strict=True))
    return rows, columns


def _commuting_symmetric(irrep: RealIrrep) -> NDArray[np.float64]:
    """Orthonormal symmetric matrices that commute with what the irrep commutes with, flat rows."""
    dimension = irrep.dimension
    pairs = [(i, j) for i in range(dimension) for j in range(i, dimension)]
    symmetric = np.zeros((len(pairs), dimension, dimension))
    for row, (i, j) in enumerate(pairs):
        symmetric[row, i, j] = symmetric[row, j, i] = 1 if i == j else 0.5**0.5
    flat = symmetric.reshape(len(pairs), -1)
    if irrep.commutant == 1:
        return flat
    moved = irrep.matrices
    mean = np.einsum("gij,gkl->ikjl", moved, moved).reshape(dimension**2, -1) / len(moved)
    values, vectors = np.linalg.eigh((mean + mean.T) / 2)
    units = vectors[:, values > 0.5].T.reshape(-1, dimension, dimension) * dimension**0.5
    # Conjugation by an orthonormal basis of a division algebra averages over all of it.
    average = sum(np.kron(unit, unit) for unit in units) / len(units)
    kept = flat @ average @ flat.T
    values, vectors = np.linalg.eigh((kept + kept.T) / 2)
    return np.asarray(vectors[:, values > 0.5].T @ flat)
