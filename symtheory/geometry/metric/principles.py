"""Principles of metric embedding that share the natural coordinates and differ beyond them.

Each predicts a Gram matrix of the vertices, up to a factor:

- *low rank*: the natural coordinates and nothing else, as pressure on the rank would have it;
- *square root*: B = -1/2 J d J, points whose squared distances are d: what unconstrained least
  squares on all distances would have;
- *Laplacian*: the pseudo-inverse of the Laplacian, points whose squared distances are effective
  resistances [1]_: what is reported of networks that learn edges only [2]_.

On trees the last two coincide, because resistance is distance there; on cubes the first two do.

References
----------
.. [1] D. J. Klein, M. Randić, Resistance distance, 1993, https://doi.org/10.1007/BF01164627
.. [2] S. Noroozizadeh et al., Deep sequence models tend to memorize geometrically, 2025,
   https://arxiv.org/abs/2510.26745
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri

from symtheory.graphs.graph import Graph

from .natural import NaturalBlock
from .torgerson import double_centered

__all__ = [
    "Principle",
    "laplacian_inverse",
    "predicted_gram",
]

_ZERO = 1e-8


class Principle(StrEnum):
    """What the geometry beyond the natural coordinates follows."""

    LOW_RANK = "low rank"
    SQUARE_ROOT = "square root"
    LAPLACIAN = "Laplacian"


def laplacian_inverse(graph: Graph) -> NDArray[np.float64]:
    """Return the pseudo-inverse of the Laplacian, (n, n) float64.

    An edge of length w conducts 1 / w, so that resistances add along a path as lengths do.

    Examples
    --------
    >>> laplacian_inverse(Graph("path(2)", "01", [[0, 1]])).round(12).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    n = len(graph)
    laplacian = np.zeros((n, n))
    first, second = graph.edges.T
    laplacian[first, second] = laplacian[second, first] = -1 / graph.weights
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    # L + 11^T/n is positive definite and has the same inverse off the constants.
    factor, _ = dpotrf(laplacian + 1 / n, lower=True)
    below = np.tril(dpotri(factor, lower=True)[0])
    return np.asarray(below + np.tril(below, -1).T - 1 / n)


def predicted_gram(
    principle: Principle, graph: Graph, natural: NaturalBlock
) -> NDArray[np.float64]:
    """Return the Gram matrix that a principle predicts, (n, n) float64, of trace n.

    Where d is not of negative type, B has negative eigenvalues; they are set to zero, which gives
    the nearest Gram matrix.

    Examples
    --------
    >>> from symtheory.geometry.metric.natural import natural_block
    >>> from symtheory.graphs.products import cartesian_factors
    >>> path = Graph("path(5)", "01234", [[0, 1], [1, 2], [2, 3], [3, 4]])
    >>> block = natural_block(cartesian_factors(path))
    >>> root, inverse = (
    ...     predicted_gram(p, path, block) for p in (Principle.SQUARE_ROOT, Principle.LAPLACIAN)
    ... )
    >>> bool(abs(root - inverse).max() < 1e-12)
    True
    """
    if principle is Principle.LOW_RANK:
        gram = natural.points @ natural.points.T
    elif principle is Principle.LAPLACIAN:
        gram = laplacian_inverse(graph)
    else:
        gram = double_centered(graph.distances)
        if natural.spectrum[-1] < -_ZERO * natural.spectrum[0]:
            values, vectors = np.linalg.eigh(gram)
            gram = (vectors * values.clip(min=0)) @ vectors.T
    return np.asarray(gram * (len(gram) / np.trace(gram)))
