"""Associativity of a binary operation on one set, by Light's test.

The elements g with (u g) v = u (g v) for all u and v are closed under the operation,
so it is enough to try those of a generating set.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["is_associative"]

_SAMPLE = 16


def is_associative(table: NDArray[np.int64]) -> bool:
    """Whether (u v) w = u (v w) for all elements of a table, not necessarily Latin.

    Parameters
    ----------
    table : (n, n) int64
        ``table[u, v]`` is the element u v.

    Examples
    --------
    >>> everyone = np.arange(12)
    >>> is_associative(np.multiply.outer(everyone, everyone) % 12)
    True
    >>> is_associative(np.subtract.outer(everyone, everyone) % 12)
    False
    """
    n = len(table)
    some = np.unique(np.linspace(0, n - 1, _SAMPLE).astype(np.int64))
    corner = table[np.ix_(some, some)]
    # Refuses almost every operation that is not associative, before generators are looked for.
    if not np.array_equal(table[corner][:, :, some], table[some][:, corner]):
        return False
    return all(
        np.array_equal(table[table[:, g]], table[:, table[g]]) for g in _generating_set(table)
    )


def _generating_set(table: NDArray[np.int64]) -> list[int]:
    reached = np.zeros(len(table), dtype=bool)
    # Elements that are no product must be generators; start with them.
    chosen = np.setdiff1d(np.arange(len(table)), table).tolist()
    generators: list[int] = []
    while chosen or not reached.all():
        # Then any element that the closure of those so far does not reach.
        new = chosen or [int(np.argmin(reached))]
        chosen = []
        generators += new
        reached[new] = True
        while True:
            members = np.flatnonzero(reached)
            reached[table[np.ix_(members, members)]] = True
            if reached.sum() == len(members):
                break
    return generators
