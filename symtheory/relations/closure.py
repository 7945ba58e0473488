"""Closure: how many held-out answers a relation determines from the training answers.

Even an identity that reads no label transports labels: with f(x, y) = f(y, x) a training cell
settles its mirror image. The closure fraction says how much extra supervision a relation is worth
at most; every accelerated training has to publish it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.records import Json

__all__ = ["Closure", "closure"]


class Spreads(Protocol):
    """Anything that determines further answers from known ones."""

    @property
    def is_idempotent(self) -> bool:
        """Whether spreading what was spread tells nothing new."""

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with more answers filled in."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Share of the held-out cells whose answers follow from the training answers.

    Parameters
    ----------
    fraction_one_round : float
        Share that a single instance of the relation joins to a training cell.
    fraction : float
        Share determined when determined answers are used again, until nothing more follows.
    rounds : int
        Rounds until then.
    """

    fraction_one_round: float
    fraction: float
    rounds: int

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "fraction_one_round": self.fraction_one_round,
            "fraction": self.fraction,
            "rounds": self.rounds,
        }


def closure(relations: Sequence[Spreads], known: NDArray[np.int64]) -> Closure:
    """Return the closure of several relations together; in a round each spreads once, in order.

    A split without held-out cells is closed: fraction 1 after no round.

    Parameters
    ----------
    relations : sequence of Relation
    known : (nx, ny) int64
        Training answers, -1 where the cell is held out.
    """
    n_unknown = int((known < 0).sum())
    fractions: list[float] = []
    table = known
    while (table < 0).any():
        before = table
        for relation in relations:
            table = relation.spread(table)
        if np.array_equal(table, before):
            break
        fractions.append((n_unknown - int((table < 0).sum())) / n_unknown)
        if len(relations) == 1 and relations[0].is_idempotent:
            break
    if not fractions:
        nothing = 0.0 if n_unknown else 1.0
        return Closure(nothing, nothing, 0)
    return Closure(fractions[0], fractions[-1], len(fractions))
