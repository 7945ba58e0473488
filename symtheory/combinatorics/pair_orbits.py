"""Orbits of pairs of points under moves that permute both, a few points at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import components, join, numbered, renumbered

__all__ = ["pair_orbits"]

_FEW_ROWS = 16
_LEAST_ORBIT = 8  # points of an orbit, on average, that are worth one representative


def pair_orbits(alphas: NDArray[np.int64], betas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the orbits of the pairs (x, y) under moves to (alpha x, beta y).

    Method: every pair is carried to (r, w), r the first point of the orbit of x. What is left is
    to join pairs (r, w) and (r, w'), of which there are few, for every image of every pair.

    Parameters
    ----------
    alphas, betas : (k, nx), (k, ny) int64
        Permutations of left and of right points.

    Returns
    -------
    (nx, ny) int64
        Classes are numbered from 0 in the order in which the rows show them.

    Examples
    --------
    >>> turn = np.array([[1, 2, 0]])
    >>> pair_orbits(turn, np.argsort(turn, axis=1)).tolist()  # x + 1, y - 1 leave x + y
    [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    """
    labels = _first_places(alphas, betas)
    # A few rows join most classes; then all rows are asked, of fewer and shorter numbers.
    for n_rows in (_FEW_ROWS, len(labels)):
        is_closed = False
        while not is_closed:
            root = np.arange(int(labels.max()) + 1)
            for alpha, beta in zip(alphas, betas, strict=True):
                # A pair and its image are in one orbit, so their labels are joined.
                for own, images in _moved(labels, alpha[:n_rows], beta):
                    is_open = own != images
                    join(root, own[is_open], images[is_open])
            numbers = numbered(root)
            count = int(numbers.max()) + 1
            is_closed = count == len(root)
            if not is_closed:
                labels = numbers.astype(np.min_scalar_type(count))[labels]
    return renumbered(labels.astype(np.int64))


def _moved(
    labels: NDArray[np.int64], alpha: NDArray[np.int64], beta: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the labels of pairs of the first points that are moved, and those of their images.

    Rows that move are taken whole, and of the others the columns that move: often these are few.
    """
    is_moved = alpha != np.arange(len(alpha))
    rows, still = np.flatnonzero(is_moved), np.flatnonzero(~is_moved)
    columns = np.flatnonzero(beta != np.arange(len(beta)))
    yield labels[rows], labels.take(alpha[rows], axis=0).take(beta, axis=1)
    if len(columns) < len(beta):
        yield labels[np.ix_(still, columns)], labels[np.ix_(still, beta[columns])]
    else:
        yield labels[still], labels[still].take(beta, axis=1)


def _first_places(alphas: NDArray[np.int64], betas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ny k + w for every pair (x, y) that a product of moves carries to (r, w).

    r is the first point of the orbit of x, which is orbit number k; where orbits are small, which
    saves little, every x is taken for one.
    """
    nx, ny = alphas.shape[1], betas.shape[1]
    place = np.arange(nx * ny).reshape(nx, ny)
    orbits = components(nx, np.tile(np.arange(nx), len(alphas)), alphas.ravel())
    if _LEAST_ORBIT * (int(orbits.max()) + 1) > nx:
        return place
    inverses = np.argsort(betas, axis=1)
    is_reached = np.zeros(nx, dtype=np.bool_)
    k = 0
    for first in range(nx):
        if is_reached[first]:
            continue
        place[first] = ny * k + np.arange(ny)
        is_reached[first] = True
        queue = [first]
        for u in queue:
            images = alphas[:, u]
            for i in np.flatnonzero(~is_reached[images]).tolist():
                v = int(images[i])
                if not is_reached[v]:
                    is_reached[v] = True
                    # (v, w) is the image of (u, beta^-1 w), of which the place is known.
                    place[v] = place[u][inverses[i]]
                    queue.append(v)
        k += 1
    return place
