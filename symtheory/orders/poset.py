"""A finite poset, given by some of its comparisons, and the order that a task can ask about."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.orders.order import Order
from symtheory.orders.realizers import find_realizer

__all__ = ["Poset", "chain_coordinates", "poset_order"]

_SHOWN = 12  # entities of a cycle that a message lists


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Poset:
    """Entities and which of them lie below which.

    Parameters
    ----------
    name : str
    entities : tuple of str
        n names without repeats, n >= 2.
    below : (n, n) bool
        ``below[a, b]`` if a lies strictly below b. Some of the comparisons are enough: what
        follows by transitivity is added. Kept as a read-only copy.

    Raises
    ------
    SpecError
        If the relation has a cycle, which the message shows.

    Examples
    --------
    >>> chain = Poset("chain", "abc", [[0, 1, 0], [0, 0, 1], [0, 0, 0]])
    >>> chain
    Poset(chain: 3 entities, 3 comparable pairs)
    >>> chain.covers.astype(int).tolist()
    [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    >>> Poset("ring", "ab", [[0, 1], [1, 0]])
    Traceback (most recent call last):
    ...
    symtheory.errors.SpecError: 'ring' is no order, it has the cycle a < b < a
    """

    name: str
    entities: tuple[str, ...]
    below: NDArray[np.bool_]

    def __init__(self, name: str, entities: Sequence[str], below: ArrayLike) -> None:
        names = tuple(entities)
        relation = np.array(below).astype(bool)
        if relation.shape != (len(names), len(names)) or len(names) < 2:
            raise SpecError(
                f"{name!r} has {len(names)} entities and a relation of shape {relation.shape}; "
                "an order has two entities or more"
            )
        closed = _closure(relation)
        if closed.diagonal().any():
            cycle = [names[e] for e in _shortest_cycle(relation, closed)]
            more = [*cycle[:_SHOWN], "…", cycle[-1]] if len(cycle) > _SHOWN + 1 else cycle
            raise SpecError(f"{name!r} is no order, it has the cycle {' < '.join(more)}")
        closed.setflags(write=False)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "entities", names)
        object.__setattr__(self, "below", closed)

    def __repr__(self) -> str:
        n_pairs = int(self.below.sum())
        return f"Poset({self.name}: {len(self.entities)} entities, {n_pairs} comparable pairs)"

    @property
    def covers(self) -> NDArray[np.bool_]:
        """Whether a lies below b with nothing between them, (n, n) bool: the Hasse diagram."""
        below = self.below.astype(np.float32)  # products of integers are slow
        return np.asarray(self.below & (below @ below == 0))


def poset_order(poset: Poset) -> Order:
    """Return the order by numeric attributes that a poset is.

    A chain has one attribute. A product of chains has them as its attributes. Any other poset of
    dimension 2 is written as two of its linear extensions, L and M, and is a joint order: it is
    asked about as a whole.

    Raises
    ------
    SpecError
        If no two entities are comparable, or the poset is none of these.

    Examples
    --------
    >>> poset_order(Poset("diamond", "abcd",
    ...     [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]))
    Order(diamond: 4 entities, attributes a, b of 2, 2 levels)
    >>> vee = poset_order(Poset("vee", "abc", [[0, 1, 1], [0, 0, 0], [0, 0, 0]]))
    >>> vee.is_joint, vee.questions
    (True, ('<', '=', '>'))
    """
    if not poset.below.any():
        raise SpecError(f"no two entities of {poset.name!r} are comparable; nothing can be asked")
    coordinates = chain_coordinates(poset)
    if coordinates is not None:
        return Order(poset.name, poset.entities, coordinates)
    realizer = find_realizer(poset.below)
    if realizer is None:
        raise SpecError(
            f"{poset.name!r} is no product of chains, and its order dimension is above 2: no two "
            "linear orders give its comparisons; give a chain, a product of chains, or an order "
            "of dimension 2"
        )
    return Order(poset.name, poset.entities, realizer, ("L", "M"), is_joint=True)


def chain_coordinates(poset: Poset) -> NDArray[np.int64] | None:
    """Return the ranks that make a poset a product of chains, (n, d) int64, or None.

    Entities with one lower cover are, in a product of chains, those above the bottom in one
    coordinate only, so that they form d chains without comparisons between them; an entity's
    coordinate is the number of members of a chain at or below it. Whether this reproduces the
    poset is checked.

    Examples
    --------
    >>> chain_coordinates(Poset("chain", "ab", [[0, 1], [0, 0]])).tolist()
    [[0], [1]]
    >>> chain_coordinates(Poset("vee", "abc", [[0, 1, 1], [0, 0, 0], [0, 0, 0]])) is None
    True
    """
    irreducible = np.flatnonzero(poset.covers.sum(axis=0) == 1)
    at_or_below = poset.below | np.eye(len(poset.entities), dtype=bool)
    chains: list[list[int]] = []
    for e in irreducible.tolist():
        comparable = [c for c in chains if any(poset.below[e, f] or poset.below[f, e] for f in c)]
        if len(comparable) > 1:
            return None
        if comparable:
            comparable[0].append(e)
        else:
            chains.append([e])
    size = 1
    for chain in chains:
        size *= len(chain) + 1
    if not chains or size != len(poset.entities):
        return None
    ranks = np.stack([at_or_below[chain].sum(axis=0) for chain in chains], axis=1)
    found = (ranks[:, None] <= ranks[None]).all(axis=2)
    return ranks.astype(np.int64) if np.array_equal(found, at_or_below) else None


def _closure(relation: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the transitive closure."""
    closed = relation.copy()
    for middle in range(len(closed)):
        closed |= closed[:, [middle]] & closed[middle]
    return closed


def _shortest_cycle(relation: NDArray[np.bool_], closed: NDArray[np.bool_]) -> list[int]:
    """Return a shortest cycle through the first entity that lies on one, first entity twice."""
    start = int(np.flatnonzero(closed.diagonal())[0])
    came_from: dict[int, int] = {}
    waiting = [start]
    for entity in waiting:
        for following in np.flatnonzero(relation[entity]).tolist():
            if following == start:
                path = [start, entity]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if following not in came_from:
                came_from[following] = entity
                waiting.append(following)
    raise AssertionError("an entity below itself lies on a cycle")
