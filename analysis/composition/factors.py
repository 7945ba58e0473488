"""Factors of three embeddings in an irrep: A, B and C, which the logit law takes from them.

The Gram matrix of x is A (x) B on the irrep, that of y is B (x) C, that of the readout A (x) C
(`symtheory.analysis.symmetry.factor_law`), so each factor is the mean of two readings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.composition import Composition
from symtheory.records import Embedding, Role
from symtheory.representations.matrix_coefficients import MatrixCoefficients, matrix_coefficients

from ..symmetry.block_laws import ProductLaw

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
    known = matrix_coefficients(task.group)[1:]
    tokens = {Role.X: task.x, Role.Y: task.y, Role.READOUT: task.z}
    is_free = {role: role in embeddings for role in tokens}
    if not all(is_free.values()) and any(each.irrep.degree > 1 for each in known):
        return None
    found = []
    for each in known:
        if each.irrep.degree == 1:
            one = np.eye(each.irrep.dimension)
            found.append(Factors(one, one, one))
            continue
        (ax, bx), (by, cy), (az, cz) = (
            nearest_product(embeddings[role].points[rows], each) for role, rows in tokens.items()
        )
        found.append(Factors((ax + az) / 2, (bx + by) / 2, (cy + cz) / 2))
    return tuple(found)


def nearest_product(
    points: NDArray[np.float64], known: MatrixCoefficients
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the factors of rows and of columns of points by element, each of trace D.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> plane = matrix_coefficients(symmetric(3))[2]
    >>> rows, columns = nearest_product(plane.irrep.matrices[:, :, 0], plane)
    >>> np.allclose(rows, np.eye(2)), np.allclose(columns, [[2, 0], [0, 0]])
    (True, True)
    """
    dimension, coefficients = known.irrep.dimension, known.frame.T @ points
    law = ProductLaw(known, np.eye(dimension**2))
    found = law.factors(coefficients @ coefficients.T)
    # Where there is no power, the factor is 1.
    traces = [np.trace(each) for each in found]
    if not coefficients.any() or min(abs(trace) for trace in traces) < 1e-9:
        return np.eye(dimension), np.eye(dimension)
    rows, columns = (each * (dimension / trace) for each, trace in zip(found, traces, strict=True))
    return rows, columns
