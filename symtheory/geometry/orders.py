"""Geometry of the embedding of the entities of an order: one axis for each attribute.

A network that answers every question "is a_i < b_i?" has, for each attribute i, a *score*: a
function s_i of the embedding that increases strictly with a_i, and that is the same for equal
ranks where the answer is read off a difference of scores and "=" is asked too. That much is forced
by correctness. Not forced are the direction (the score need not be linear), the spacing of levels,
the angles between axes, their scales, and that nothing else is in the embedding.

What is predicted is more: a linear score for each attribute, an axis. It is a conjecture about
networks, not a theorem, and so are a sum over attributes, and the equally spaced grid.
"""

from dataclasses import dataclass
from functools import cached_property
from math import factorial

import numpy as np
from numpy.typing import NDArray

from symtheory.orders.order import Order
from symtheory.orders.realizers import is_rigid
from symtheory.records import Json

__all__ = ["OrderGeometry", "order_geometry"]

_LISTED = 12  # entities of which linear orders are written out


@dataclass(frozen=True, eq=False, repr=False)
class OrderGeometry:
    """The prediction for one embedding of an order's entities.

    Parameters
    ----------
    order : Order
    """

    order: Order

    def __repr__(self) -> str:
        return f"OrderGeometry({self.order.name}: {self.dimension} axes)"

    @property
    def dimension(self) -> int:
        """Number of axes: of attributes, or of linear extensions in a joint order."""
        return len(self.order.attributes)

    @property
    def is_chain(self) -> bool:
        """Whether there is one attribute, and every rank occurs once."""
        return self.dimension == 1 and self.order.levels[0] == len(self.order)

    @cached_property
    def is_product(self) -> bool:
        """Whether entities are all combinations of the levels, once each."""
        size = int(np.prod(self.order.levels))
        return len(self.order) == size == len(np.unique(self.order.ranks, axis=0))

    @cached_property
    def is_rigid(self) -> bool:
        """Whether the axes follow from the questions alone.

        So it is where questions are about attributes. A joint order is written as two linear
        extensions, which it determines or not.
        """
        return not self.order.is_joint or is_rigid(self.order)

    @property
    def n_symmetries(self) -> int | None:
        """Number of symmetries of the questions; None in a joint order, where it is not derived.

        Each attribute may be reversed if "<" and ">" of its questions trade places, and attributes
        with equally many levels may be permuted. Only a product of chains has entities for that.
        """
        if not self.is_product or self.order.is_joint:
            return None
        found = 1 << self.dimension
        for size in set(self.order.levels):
            found *= factorial(self.order.levels.count(size))
        return found

    @property
    def grid(self) -> NDArray[np.float64]:
        """The equally spaced grid: centered ranks, (n, d) float64."""
        return np.asarray(self.order.ranks - self.order.ranks.mean(axis=0), dtype=np.float64)

    @property
    def main_effects_numeric(self) -> NDArray[np.float64]:
        """Orthonormal functions that are sums over attributes, of mean zero, (n, k) float64.

        In a product of chains k is the sum of the levels less one each.
        """
        indicators = [
            (column[:, None] == np.arange(size)).astype(np.float64)
            for column, size in zip(self.order.ranks.T, self.order.levels, strict=True)
        ]
        columns = np.hstack(indicators)
        left, singular, _ = np.linalg.svd(columns - columns.mean(axis=0), full_matrices=False)
        return np.asarray(left[:, singular > 1e-9 * singular[0]])

    @property
    def has_main_effects(self) -> bool:
        """Whether being a sum over attributes says something: of a product of two or more."""
        return self.is_product and self.dimension > 1 and not self.order.is_joint

    @property
    def forced(self) -> tuple[str, ...]:
        """What follows from correct answers."""
        if self.order.is_joint:
            return ("whether one entity is above another is a function of the two points",)
        return (
            "for each attribute a score, a function of the points that increases with the rank",
            "equal scores for equal ranks, where answers are read off differences of scores",
        )

    @property
    def free(self) -> tuple[str, ...]:
        """What does not follow from correct answers."""
        axes = () if self.is_rigid else ("which two linear extensions are the axes",)
        return (
            "that a score is linear: a direction, the axis",
            *axes,
            "the spacing of levels, the scales of the axes, and the angles between them",
            "what else the points hold: interactions of attributes, horseshoes, memorized answers",
        )

    def text_lines(self) -> tuple[str, ...]:
        """Return the prediction as lines of text."""
        order = self.order
        sizes = " x ".join(map(str, order.levels))
        if order.is_joint:
            kind = "of dimension 2, on two linear extensions"
            kind += "" if self.is_rigid else ", one choice of several"
        elif self.is_chain:
            kind = f"a chain of {sizes}"
        else:
            kind = f"{'the product of' if self.is_product else 'part of'} chains {sizes}"
        lines = [f"order        {order.name}: {len(order)} entities, {kind}"]
        if self.n_symmetries is not None:
            lines.append(
                f"symmetries   {self.n_symmetries}: reversals of an attribute with < and > "
                "exchanged, permutations of attributes"
            )
        lines += [f"forced       {text}" for text in self.forced]
        lines += [f"not forced   {text}" for text in self.free]
        names = ", ".join(order.attributes)
        if self.dimension == 1:
            lines.append(f"predicted    an axis ({names}) along which ranks increase")
            lines.append("conjecture   a straight line with equal steps")
        else:
            lines.append(f"predicted    {self.dimension} axes ({names}) along which ranks increase")
            lines.append("conjecture   a grid with orthogonal axes and equal steps")
        if order.is_joint and len(order) <= _LISTED:
            for axis, ranks in zip(order.attributes, order.ranks.T, strict=True):
                chain = " < ".join(order.entities[i] for i in np.argsort(ranks))
                lines.append(f"             {axis}: {chain}")
        return tuple(lines)

    def to_dict(self) -> dict[str, Json]:
        """Return the prediction as plain JSON values."""
        return {
            "order": self.order.to_dict(),
            "dimension": self.dimension,
            "is_chain": self.is_chain,
            "is_product": self.is_product,
            "is_rigid": self.is_rigid,
            "n_symmetries": self.n_symmetries,
            "forced": list(self.forced),
            "not_forced": list(self.free),
        }


def order_geometry(order: Order) -> OrderGeometry:
    """Return what an order says of the embedding of its entities.

    Examples
    --------
    >>> geometry = order_geometry(Order("chain", "xyz", [[0], [1], [2]]))
    >>> geometry.is_chain, geometry.n_symmetries, geometry.grid.ravel().tolist()
    (True, 2, [-1.0, 0.0, 1.0])
    >>> print(geometry.text_lines()[0])
    order        chain: 3 entities, a chain of 3
    """
    return OrderGeometry(order)
