"""A finite order on entities, given by numeric attributes, and the questions asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.records import Json

__all__ = ["SIGNS", "Order"]

SIGNS = ("<", "=", ">")
"""What is asked of each attribute; question 3*i + s asks for sign s of attribute i."""

_LETTERS = "abcdefgh"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Order:
    """Entities with one rank for each of d attributes; every attribute is a chain.

    Questions are asked of one attribute at a time; or, in a *joint* order, of all of them at once:
    a < b if no rank of a is above that of b and one is below. Then entities may be incomparable,
    and the attributes are a means to write the order down, such as its two linear extensions.

    Parameters
    ----------
    name : str
        Such as ``"7 x 7"``.
    entities : tuple of str
        n names without repeats, n >= 2.
    ranks : (n, d) int64
        ``ranks[e, i]`` is the rank of entity e in attribute i, 0 the lowest; every rank up to the
        highest of an attribute occurs. Kept as a read-only copy.
    attributes : tuple of str
        d names.
    is_joint : bool
        Whether questions are about all attributes at once.

    Raises
    ------
    SpecError
        If entities, ranks and attributes are not as described.

    Examples
    --------
    >>> order = Order("2 x 2", ["00", "01", "10", "11"], [[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> order
    Order(2 x 2: 4 entities, attributes a, b of 2, 2 levels)
    >>> order.questions
    ('a <', 'a =', 'a >', 'b <', 'b =', 'b >')
    >>> Order("cup", "xyz", [[0, 1], [1, 0], [2, 2]], ["L", "M"], is_joint=True).questions
    ('<', '=', '>')
    """

    name: str
    entities: tuple[str, ...]
    ranks: NDArray[np.int64]
    attributes: tuple[str, ...]
    is_joint: bool

    def __init__(
        self,
        name: str,
        entities: Sequence[str],
        ranks: ArrayLike,
        attributes: Sequence[str] | None = None,
        *,
        is_joint: bool = False,
    ) -> None:
        names = tuple(entities)
        table = np.array(ranks)
        if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer):
            raise SpecError(f"ranks of an order are an (n, d) table of integers, got {table.shape}")
        if len(names) < 2 or len(names) != len(table):
            raise SpecError(f"{name!r} has {len(names)} entities and {len(table)} rows of ranks")
        if len(set(names)) != len(names):
            twice = next(e for e in names if names.count(e) > 1)
            raise SpecError(f"the entity {twice!r} of {name!r} occurs twice")
        letters = tuple(_LETTERS[: table.shape[1]] if attributes is None else attributes)
        if len(letters) != table.shape[1] or not letters:
            raise SpecError(f"{name!r} has {table.shape[1]} attributes and {len(letters)} names")
        for i, column in enumerate(table.T):
            if sorted(set(column.tolist())) != list(range(int(column.max()) + 1)):
                raise SpecError(f"attribute {letters[i]} of {name!r} does not use every rank")
            if column.max() < 1:
                raise SpecError(f"attribute {letters[i]} of {name!r} has one level; give 2 or more")
        table = table.astype(np.int64)
        table.setflags(write=False)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "entities", names)
        object.__setattr__(self, "ranks", table)
        object.__setattr__(self, "attributes", letters)
        object.__setattr__(self, "is_joint", bool(is_joint))

    def __repr__(self) -> str:
        levels = ", ".join(map(str, self.levels))
        return (
            f"Order({self.name}: {len(self.entities)} entities, attributes "
            f"{', '.join(self.attributes)} of {levels} levels)"
        )

    def __len__(self) -> int:
        return len(self.entities)

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of ranks of each attribute."""
        return tuple(int(column.max()) + 1 for column in self.ranks.T)

    @property
    def questions(self) -> tuple[str, ...]:
        """What may be asked of two entities, attribute by attribute unless the order is joint."""
        if self.is_joint:
            return SIGNS
        return tuple(f"{attribute} {sign}" for attribute in self.attributes for sign in SIGNS)

    def signs(self, question: int) -> NDArray[np.int64]:
        """Return how entities compare in what a question asks about, (n, n) int64.

        Entry (a, b) is the index in `SIGNS` of how a stands to b; -1 where they are incomparable,
        in a joint order.

        Examples
        --------
        >>> Order("chain", "xyz", [[0], [1], [2]]).signs(0).tolist()
        [[1, 0, 0], [2, 1, 0], [2, 2, 1]]
        """
        asked = self.ranks if self.is_joint else self.ranks[:, [question // len(SIGNS)]]
        steps = np.sign(asked[:, None] - asked[None])
        low, high = steps.min(axis=2), steps.max(axis=2)
        found = np.where(low < 0, np.where(high > 0, -1, 0), np.where(high > 0, 2, 1))
        return np.asarray(found, dtype=np.int64)

    def to_dict(self) -> dict[str, Json]:
        """Return the order as plain JSON values."""
        return {
            "name": self.name,
            "entities": list(self.entities),
            "ranks": self.ranks.tolist(),
            "attributes": list(self.attributes),
            "is_joint": self.is_joint,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> "Order":
        """Return the order that `to_dict` described.

        Raises
        ------
        SpecError
            If a key is missing or a value is not what it should be.
        """
        try:
            entities, attributes = data["entities"], data["attributes"]
            if not isinstance(entities, list) or not isinstance(attributes, list):
                raise SpecError("entities and attributes of an order are lists of names")
            return cls(
                str(data["name"]),
                [str(e) for e in entities],
                np.array(data["ranks"]),
                [str(a) for a in attributes],
                is_joint=bool(data.get("is_joint", False)),
            )
        except KeyError as error:
            raise SpecError(f"an order needs the key {error}, got {sorted(data)}") from None
