"""Order dimension 2: two linear extensions whose common comparisons are the order.

A partial order has dimension at most 2 iff its incomparable pairs can be oriented transitively
[1]_: with such an orientation F, the order and F make one linear order, the order and F reversed
the other. Orientations are found by forcing [2]_: if a, b and a, c are incomparable pairs but b, c
is none, a -> b forces a -> c. A class of forced pairs that holds a pair in both directions has no
orientation; otherwise classes are oriented one after the other, each in what the earlier ones left.
The two extensions are determined by the order, up to their exchange, iff there is one class.

References
----------
.. [1] B. Dushnik, E. W. Miller, Partially Ordered Sets, 1941, https://doi.org/10.2307/2371374
.. [2] M. C. Golumbic, The complexity of comparability graph recognition and coloring, 1977,
   https://doi.org/10.1007/BF02253207
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.orders.order import Order

__all__ = ["find_realizer", "is_rigid"]


def find_realizer(below: NDArray[np.bool_]) -> NDArray[np.int64] | None:
    """Return the ranks in two linear extensions that realize an order, (n, 2) int64.

    Parameters
    ----------
    below : (n, n) bool
        A strict partial order: transitive, without cycles.

    Returns
    -------
    (n, 2) int64 or None
        a is below b iff both ranks of a are lower; None where the dimension is above 2.

    Examples
    --------
    >>> vee = np.array([[0, 1, 1], [0, 0, 0], [0, 0, 0]], dtype=bool)
    >>> find_realizer(vee).tolist()
    [[0, 0], [1, 2], [2, 1]]
    """
    remaining = _incomparable(below)
    orientation = np.zeros_like(below)
    for a, b in np.argwhere(np.triu(remaining)):
        if not remaining[a, b]:
            continue
        forced = _implied(remaining, int(a), int(b))
        if (forced & forced.T).any():
            return None
        orientation |= forced
        remaining &= ~(forced | forced.T)
    ranks = np.stack([(below | f).sum(axis=0) for f in (orientation, orientation.T)], axis=1)
    lower = (ranks[:, None] < ranks[None]).all(axis=2)
    is_linear = (np.sort(ranks, axis=0) == np.arange(len(below))[:, None]).all()
    if not is_linear or not np.array_equal(lower, below):
        raise AssertionError("a transitive orientation must realize its order")
    return np.asarray(ranks, dtype=np.int64)


def is_rigid(order: Order) -> bool:
    """Return whether a joint order of dimension 2 determines its two linear extensions.

    Examples
    --------
    >>> crown = Order("N", "wxyz", [[0, 1], [2, 0], [1, 3], [3, 2]], is_joint=True)
    >>> is_rigid(crown)
    True
    >>> is_rigid(Order("2 + 2", "wxyz", [[0, 2], [1, 3], [2, 0], [3, 1]], is_joint=True))
    True
    >>> is_rigid(Order("diamond of 5", "vwxyz",
    ...     [[0, 0], [1, 3], [2, 2], [3, 1], [4, 4]], is_joint=True))
    False
    """
    incomparable = _incomparable(order.signs(0) == 0)
    pairs = np.argwhere(np.triu(incomparable))
    if not len(pairs):
        return True
    forced = _implied(incomparable, *pairs[0].tolist())
    return bool(np.array_equal(forced | forced.T, incomparable))


def _incomparable(below: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(~(below | below.T | np.eye(len(below), dtype=bool)))


def _implied(graph: NDArray[np.bool_], a: int, b: int) -> NDArray[np.bool_]:
    """Return the directed edges of a graph that a -> b forces, (n, n) bool."""
    forced = np.zeros_like(graph)
    forced[a, b] = True
    waiting = [(a, b)]
    others = ~graph
    while waiting:
        u, v = waiting.pop()
        # u -> w where v and w are no edge; w -> v where u and w are none.
        heads = np.flatnonzero(graph[u] & others[v] & ~forced[u])
        tails = np.flatnonzero(graph[v] & others[u] & ~forced[:, v])
        forced[u, heads] = True
        forced[tails, v] = True
        waiting += [(u, w) for w in heads.tolist()]
        waiting += [(w, v) for w in tails.tolist()]
    return forced
