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
    "predicted_tail",
    "tail_basis",
    "tail_rivals",
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


def predicted_tail(
    principle: Principle, graph: Graph, natural: NaturalBlock
) -> NDArray[np.float64]:
    """Return what a principle predicts beyond the natural coordinates, (n, n) float64.

    The predicted Gram matrix of trace n between functions that are orthogonal to the constants and
    to the natural coordinates; zero where the principle predicts nothing there.

    Examples
    --------
    >>> from symtheory.geometry.metric.natural import natural_block
    >>> from symtheory.graphs.products import cartesian_factors
    >>> square = Graph("square", "0123", [[0, 1], [1, 2], [2, 3], [0, 3]])
    >>> block = natural_block(cartesian_factors(square))
    >>> [round(float(np.trace(predicted_tail(p, square, block))), 9) for p in Principle]
    [0.0, 0.0, 0.8]
    """
    if principle is Principle.LOW_RANK:
        return np.zeros((len(graph), len(graph)))
    gram = predicted_gram(principle, graph, natural)
    frame = np.linalg.qr(natural.points)[0]
    inside = frame @ (frame.T @ gram)
    tail = gram - inside - inside.T + frame @ (frame.T @ inside.T)
    # What is left by rounding is no tail.
    if np.trace(tail) < _ZERO * len(tail):
        return np.zeros_like(tail)
    return np.asarray((tail + tail.T) / 2)


def tail_rivals(graph: Graph, natural: NaturalBlock) -> tuple[tuple[Principle, ...], ...]:
    """Return the principles in groups whose tails are proportional: no embedding tells them apart.

    Examples
    --------
    >>> from symtheory.geometry.metric.natural import natural_block
    >>> from symtheory.graphs.products import cartesian_factors
    >>> path = Graph("path(5)", "01234", [[0, 1], [1, 2], [2, 3], [3, 4]])
    >>> groups = tail_rivals(path, natural_block(cartesian_factors(path)))
    >>> [[str(p) for p in group] for group in groups]
    [['low rank'], ['square root', 'Laplacian']]
    """
    groups: list[list[Principle]] = []
    shapes: list[NDArray[np.float64]] = []
    for principle in Principle:
        tail = predicted_tail(principle, graph, natural)
        norm = float(np.linalg.norm(tail))
        shape = tail / norm if norm else tail
        for group, known in zip(groups, shapes, strict=True):
            if np.abs(known - shape).max() < _ZERO:
                group.append(principle)
                break
        else:
            groups.append([principle])
            shapes.append(shape)
    return tuple(tuple(group) for group in groups)


def tail_basis(natural: NaturalBlock) -> NDArray[np.float64]:
    """Return orthonormal functions orthogonal to the constants and the natural coordinates.

    Returns
    -------
    (n, n - 1 - m) float64
        Without columns where the block has all n - 1 dimensions, as for a complete graph.
    """
    n, m = natural.points.shape
    spanned = np.concatenate([np.ones((n, 1)), natural.points], axis=1)
    complete = np.linalg.qr(spanned, mode="complete")[0]
    return np.asarray(complete[:, 1 + m :])
