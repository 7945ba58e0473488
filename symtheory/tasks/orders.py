"""Comparison of entities by the order of their attributes.

The left operand is an entity a; the right operand ``y = q * n + b`` is question q about entity b,
"does a stand so to b?"; the answer is "false" or "true". A network that answers must learn where
every entity stands in every attribute, from truths alone.
"""

from collections.abc import Sequence
from numbers import Integral
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError, SpecError
from symtheory.orders.files import read_poset
from symtheory.orders.order import SIGNS, Order
from symtheory.orders.poset import poset_order
from symtheory.tasks.task import MAX_TOKENS, Task, file_name

__all__ = [
    "MAX_ATTRIBUTES",
    "adjacent_cells",
    "comparison_table",
    "comparison_task",
    "order_task",
    "poset_task",
]

MAX_ATTRIBUTES = 8
"""Most attributes of a comparison; two levels of each make 256 entities."""


def comparison_task(levels: Sequence[int]) -> Task:
    """Return the comparison of entities that are all combinations of some attributes' levels.

    Parameters
    ----------
    levels : sequence of int
        Number of levels of each attribute, 2 or more; one number is a chain.

    Returns
    -------
    Task
        Entities are named by their ranks, the last attribute running fastest, and questions by
        attribute (a, b, ...), sign and entity.

    Raises
    ------
    SpecError
        If there is no attribute, or too many, or a number of levels is no integer from 2 up.
    BudgetError
        If there are more than `symtheory.tasks.task.MAX_TOKENS` questions about an entity.

    Examples
    --------
    >>> task = comparison_task((7, 7))
    >>> task
    Task(comparison-7-7: comparisons in 7 x 7, 49 x 294 -> 2)
    >>> task.x_labels[9], task.y_labels[9], task.z_labels[task.table[9, 9]]
    ('(1,2)', 'a < (1,2)', 'false')
    """
    if isinstance(levels, str) or not isinstance(levels, Sequence) or not levels:
        raise SpecError(f"levels are a list of integers such as (7, 7), got {levels!r:.60}")
    for count in levels:
        if not isinstance(count, Integral) or isinstance(count, bool) or count < 2:
            raise SpecError(f"an attribute has 2 levels or more, an integer; got {count!r:.60}")
    sizes = tuple(int(count) for count in levels)
    if len(sizes) > MAX_ATTRIBUTES:
        raise SpecError(f"{len(sizes)} attributes are given; the most are {MAX_ATTRIBUTES}")
    n_entities = 1
    for size in sizes:
        n_entities *= size
    _check_budget(n_entities, len(SIGNS) * len(sizes))
    ranks = np.indices(sizes).reshape(len(sizes), -1).T
    rows = [list(map(str, row)) for row in ranks.tolist()]
    names = [row[0] if len(row) == 1 else f"({','.join(row)})" for row in rows]
    return order_task(
        Order(" x ".join(map(str, sizes)), names, ranks), f"comparison-{'-'.join(map(str, sizes))}"
    )


def poset_task(path: Path | str) -> Task:
    """Return the comparison of the entities of a poset that a file holds.

    A chain or a product of chains is asked about attribute by attribute, any other order of
    dimension 2 as a whole; see `symtheory.orders.files` for the format.

    Raises
    ------
    SpecError
        If the file cannot be read as an order, or the order is none of these.
    BudgetError
        If there are more than `symtheory.tasks.task.MAX_TOKENS` questions about an entity.
    """
    poset = read_poset(Path(path))
    _check_budget(len(poset.entities), len(SIGNS))
    return order_task(poset_order(poset))


def order_task(order: Order, name: str = "") -> Task:
    """Return the comparison of an order's entities.

    Parameters
    ----------
    order : Order
    name : str, optional
        Default: from the name of the order.

    Raises
    ------
    BudgetError
        If there are more than `symtheory.tasks.task.MAX_TOKENS` questions about an entity.

    Examples
    --------
    >>> order_task(Order("vee", "xyz", [[0, 0], [1, 2], [2, 1]], is_joint=True)).y_labels[:3]
    ('< x', '< y', '< z')
    """
    _check_budget(len(order), len(order.questions))
    return Task(
        file_name(name or f"comparison-{order.name}"),
        comparison_table(order),
        order.entities,
        [f"{question} {entity}" for question in order.questions for entity in order.entities],
        ("false", "true"),
        formula=f"comparisons in {order.name}",
        answer_structure=order,
    )


def comparison_table(order: Order) -> NDArray[np.int64]:
    """Return what is true of an order's entities, (n, n_questions * n) int64.

    Entry ``(a, q * n + b)`` is 1 if question q, asked of a and b, has the answer "true", else 0.

    Examples
    --------
    >>> comparison_table(Order("chain", "xyz", [[0], [1], [2]]))[0].tolist()
    [0, 1, 1, 1, 0, 0, 0, 0, 0]
    """
    n_signs = len(SIGNS)
    asked = range(len(order.questions))
    return np.hstack([order.signs(q) == q % n_signs for q in asked]).astype(np.int64)


def adjacent_cells(order: Order) -> NDArray[np.bool_]:
    """Return the cells that compare neighbors, (n, n_questions * n) bool.

    A question compares neighbors if nothing lies strictly between the two entities in what it asks
    about. For an attribute: their ranks differ by at most 1, whatever the other attributes are.
    For a joint order: no third entity is above one and below the other (so that incomparable
    entities are neighbors: no comparison of others decides theirs). These cells decide the rest by
    transitivity; trained on them alone, a network infers it or does not [1]_.

    References
    ----------
    .. [1] P. E. Bryant, T. Trabasso, Transitive inferences and memory in young children, 1971,
       https://doi.org/10.1038/232456a0

    Examples
    --------
    >>> adjacent_cells(Order("chain", "wxyz", [[0], [1], [2], [3]]))[0].astype(int).tolist()
    [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    """
    if order.is_joint:
        below = (order.signs(0) == 0).astype(np.float32)
        between = below @ below
        near = [(between + between.T) == 0] * len(SIGNS)
    else:
        near = [np.abs(column[:, None] - column) <= 1 for column in order.ranks.T for _ in SIGNS]
    return np.hstack(near)


def _check_budget(n_entities: int, n_questions: int) -> None:
    """Refuse more questions than the budget allows, before anything is allocated."""
    if n_entities * n_questions > MAX_TOKENS:
        raise BudgetError(
            f"{n_entities} entities and {n_questions} questions make {n_entities * n_questions} "
            f"questions about an entity; the limit is {MAX_TOKENS}, choose fewer levels or "
            "attributes"
        )
