"""A Cayley table from generators of any kind: permutations, matrices, cosets.

Only the right multiplications x -> x*s by the generators are worked out on the objects
themselves. Every element is then a word y*s, and x*(y*s) = (x*y)*s fills the column of y*s from
that of y by one gather: O(n |S|) products of objects and O(n^2) integer moves.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.limits import ORDER_LIMIT

__all__ = ["generate", "table_from_right_actions"]

Element = TypeVar("Element")


def generate(
    generators: Sequence[Element],
    identity: Element,
    *,
    multiply: Callable[[Element, Element], Element],
    what: str,
) -> tuple[list[Element], NDArray[np.int64]]:
    """Return all products of the generators, identity first, and their Cayley table.

    Parameters
    ----------
    generators : sequence of hashable objects of finite order
    identity : the neutral object
    multiply : product of two objects
    what : name of the group, for the error message

    Raises
    ------
    BudgetError
        As soon as more than `ORDER_LIMIT` elements appear.
    """
    position = {identity: 0}
    elements = [identity]
    right: list[list[int]] = [[] for _ in generators]
    for x in elements:
        for s, column in zip(generators, right, strict=True):
            product = multiply(x, s)
            index = position.setdefault(product, len(elements))
            if index == len(elements):
                if index == ORDER_LIMIT:
                    raise BudgetError(
                        f"{what} has more than {ORDER_LIMIT} elements, the limit; take fewer "
                        "generators or a quotient"
                    )
                elements.append(product)
            column.append(index)
    return elements, table_from_right_actions(
        np.array(right, dtype=np.int64).reshape(-1, len(elements))
    )


def table_from_right_actions(right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the Cayley table of the group that acts regularly.

    Parameters
    ----------
    right : (n_generators, n) int64
        ``right[s, x]`` is x times generator s; 0 is the identity and all is reached from it.
    """
    n = right.shape[1]
    columns = np.empty((n, n), dtype=np.int64)  # columns[y] is x -> x*y
    columns[0] = np.arange(n)
    done = np.zeros(n, dtype=bool)
    done[0] = True
    queue = [0]
    for y in queue:
        for action in right:
            product = int(action[y])
            if not done[product]:
                columns[product] = action[columns[y]]
                done[product] = True
                queue.append(product)
    return np.ascontiguousarray(columns.T)
