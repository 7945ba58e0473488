"""Relabelings of the entities of an order, from which a permutation test of an axis draws."""

from fractions import Fraction
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symtheory.orders.order import Order

__all__ = ["exchange_classes", "least_axis_p_value"]


def exchange_classes(order: Order, attribute: int) -> NDArray[np.int64]:
    """Return classes of entities that agree in all other attributes, (n,) int64.

    Where no two entities agree, as in a joint order, all are one class.

    Examples
    --------
    >>> square = Order("2 x 2", ["00", "01", "10", "11"], [[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> exchange_classes(square, 0).tolist()
    [0, 1, 0, 1]
    """
    others = np.delete(order.ranks, attribute, axis=1)
    classes = np.unique(others, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    if classes.max() + 1 == len(order):
        classes = np.zeros(len(order), dtype=np.int64)
    return classes


def least_axis_p_value(order: Order, attribute: int) -> Fraction:
    """Return the least p-value that a test for an axis can have, with all relabelings drawn.

    Ranks are permuted within each class of `exchange_classes`. A test that does not see in which
    direction an axis points takes all ranks reversed for the true ones.

    Examples
    --------
    >>> least_axis_p_value(Order("chain", "abcd", [[0], [1], [2], [3]]), 0)
    Fraction(1, 12)
    """
    ranks = order.ranks[:, attribute]
    classes = exchange_classes(order, attribute)
    counts = np.zeros((int(classes.max()) + 1, int(ranks.max()) + 1), dtype=np.int64)
    np.add.at(counts, (classes, ranks), 1)
    n_rankings = prod(
        factorial(sum(row)) // prod(factorial(count) for count in row) for row in counts.tolist()
    )
    is_reversible = np.array_equal(counts, counts[:, ::-1])
    return Fraction(2 if is_reversible else 1, n_rankings)
