"""Clouds and networks whose order is known, for the tests of this folder."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.orders.arrangement import horseshoe, ring
from symtheory.geometry.orders import OrderGeometry, order_geometry
from symtheory.orders.order import Order
from symtheory.tasks.orders import comparison_table, comparison_task


def geometry(*levels: int) -> OrderGeometry:
    order = comparison_task(levels).answer_structure
    assert isinstance(order, Order)
    return order_geometry(order)


def noisy(
    shape: NDArray[np.float64], noise: float, *, rng: np.random.Generator, d: int = 32
) -> NDArray[np.float64]:
    """A shape of RMS radius 1 in a random frame of R^d, plus noise of this energy ratio."""
    shape = shape - shape.mean(axis=0)
    shape = shape / np.sqrt((shape**2).sum() / len(shape))
    if shape.shape[1] > d:
        d = shape.shape[1]
    frame = np.linalg.qr(rng.standard_normal((d, d)))[0][: shape.shape[1]]
    return shape @ frame + np.sqrt(noise / d) * rng.standard_normal((len(shape), d))


def simplex_levels(order: Order) -> NDArray[np.float64]:
    """A sum over attributes whose levels are corners of simplices: no level is between others."""
    return np.hstack(
        [np.eye(size)[column] for column, size in zip(order.ranks.T, order.levels, strict=True)]
    )


def chain_shape(name: str, n: int) -> NDArray[np.float64]:
    return {"line": np.arange(n)[:, None] * 1.0, "horseshoe": horseshoe(n), "ring": ring(n)}[name]


def score_logits(order: Order, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Answers of a network that compares scores (n, d): margins are differences of scores."""
    columns = []
    for i in range(len(order.attributes)):
        gap = scores[:, [i]] - scores[:, i]
        columns += [-gap, 0.5 - abs(gap), gap]
    margins = np.hstack(columns)
    return np.stack([np.zeros_like(margins), margins], axis=2)


def right_answers(order: Order, margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Answers that are all right, with this margin (or one a cell)."""
    table = comparison_table(order)
    signed = np.broadcast_to(margin, table.shape) * (2 * table - 1)
    return np.stack([np.zeros(table.shape), signed], axis=2)


def all_levels(*sizes: int) -> NDArray[np.int64]:
    return np.array(list(product(*map(range, sizes))))
