r"""Expressions in x and y, evaluated mod n exactly.

The grammar is that of `symtheory.tasks.reader`. Division is by units: ``x/y`` is x times the
inverse of y mod n, and has no value where y has none. Parity and comparison look at the
representatives 0..n-1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.tasks import syntax
from symtheory.tasks.reader import MAX_DEPTH, MAX_EXPONENT, MAX_LENGTH, Reader
from symtheory.tasks.syntax import (
    Comparison,
    Condition,
    Integer,
    Negation,
    Node,
    Operand,
    Parity,
    Piecewise,
    Power,
    Product,
    Sum,
)

__all__ = ["MAX_DEPTH", "MAX_EXPONENT", "MAX_LENGTH", "Expression", "parse_expression"]

_MAX_MODULUS = 2**31  # products of residues stay below 2^62

_COMBINE: dict[str, Callable[..., NDArray[np.int64]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.multiply,  # by the inverse
}
_COMPARE: dict[str, Callable[..., NDArray[np.bool_]]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in x and y, ready to be evaluated mod n.

    Made by `parse_expression`.

    Parameters
    ----------
    text : str
        What the user wrote, with single spaces.
    tree : Node
        Its syntax tree.
    """

    text: str
    tree: Node

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    @property
    def latex(self) -> str:
        r"""The expression in LaTeX, such as ``x^{2} + x y``."""
        return syntax.latex(self.tree)

    def evaluate(self, x: ArrayLike, y: ArrayLike, *, mod: int) -> NDArray[np.int64]:
        """Return the values mod ``mod``, exactly, elementwise on broadcast operands.

        Every intermediate result is reduced, so int64 never overflows. Where the expression has
        no value (division by a residue that is no unit, in the branch that is taken) it is -1.

        Raises
        ------
        SpecError
            If the modulus is not in 1..2^31.
        """
        ring = _Ring(x, y, mod)
        return np.array(np.broadcast_to(np.maximum(ring.values(self.tree), -1), ring.shape))

    def bad_divisor(self, x: int, y: int, *, mod: int) -> int | None:
        """Return the first divisor without inverse met at (x, y); None if there is a value.

        Examples
        --------
        >>> parse_expression("1/(x - y)").bad_divisor(5, 1, mod=6)
        4
        """
        value = int(_Ring(x, y, mod).values(self.tree))
        return None if value >= 0 else -1 - value


def parse_expression(text: str) -> Expression:
    """Return the expression that ``text`` spells.

    Raises
    ------
    SpecError
        Names the column, with a caret under it.

    Examples
    --------
    >>> square = parse_expression("(x + y)^2")
    >>> square.evaluate([1, 2], [3, 3], mod=7).tolist()
    [2, 4]
    >>> parse_expression("if y odd then x/y else x - y").evaluate(1, range(6), mod=6).tolist()
    [1, 1, 5, -1, 3, 5]
    >>> parse_expression("x + z")
    Traceback (most recent call last):
    ...
    symtheory.errors.SpecError: column 5: 'z' is not an operand; expressions are in x and y
        x + z
            ^
    """
    tree = Reader(text).read()
    return Expression(" ".join(text.split()), tree)


class _Ring:
    """Values of trees mod n at given operands.

    A cell without value holds -1 - d, where d is the first divisor met that is no unit.
    """

    def __init__(self, x: ArrayLike, y: ArrayLike, mod: int) -> None:
        if not 1 <= mod <= _MAX_MODULUS:
            raise SpecError(f"a modulus lies in 1..2^31, got {mod}")
        self.mod = mod
        self.operands = {
            name: np.asarray(values, dtype=np.int64) % mod for name, values in (("x", x), ("y", y))
        }
        self.shape = np.broadcast_shapes(*(v.shape for v in self.operands.values()))

    def values(self, node: Node) -> NDArray[np.int64]:
        match node:
            case Integer(value):
                return np.asarray(value % self.mod, dtype=np.int64)
            case Operand(name):
                return self.operands[name]
            case Negation(inner):
                return self.chain(Integer(0), (("-", inner),))
            case Power(base, exponent):
                bases = self.values(base)
                if exponent < 0:
                    bases = self.pointwise(self.inverse, bases)
                return self.pointwise(lambda a: self.power(a, abs(exponent)), bases)
            case Sum(first, rest) | Product(first, rest):
                return self.chain(first, rest)
            case Piecewise(branches, otherwise):
                result = self.values(otherwise)
                for condition, branch in reversed(branches):
                    holds, seen = self.condition(condition)
                    result = _known(np.where(holds, self.values(branch), result), *seen)
                return result

    def chain(self, first: Node, rest: tuple[tuple[str, Node], ...]) -> NDArray[np.int64]:
        """Combine from the left."""
        total = self.values(first)
        for sign, node in rest:
            value = self.values(node)
            if sign == "/":
                value = self.pointwise(self.inverse, value)
            result = _COMBINE[sign](total, value)
            total = _known(result % self.mod, total, value)
        return total

    def condition(
        self, condition: Condition
    ) -> tuple[NDArray[np.bool_], tuple[NDArray[np.int64], ...]]:
        """Return where the condition holds, and the values that it looks at."""
        match condition:
            case Parity(inner, is_odd):
                value = self.values(inner)
                return value % 2 == int(is_odd), (value,)
            case Comparison(left, sign, right):
                values = self.values(left), self.values(right)
                return _COMPARE[sign](*values), values

    def pointwise(
        self, function: Callable[[NDArray[np.int64]], NDArray[np.int64]], values: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Apply a function of one residue; on large tables by working out all residues once."""
        if values.size > self.mod:
            return _known(function(np.arange(self.mod))[values], values)
        return _known(function(np.maximum(values, 0)), values)

    def power(self, base: NDArray[np.int64], exponent: int) -> NDArray[np.int64]:
        """Raise by repeated squaring; x^0 is 1, also at x = 0."""
        result = np.full_like(base, 1 % self.mod)
        while exponent:
            if exponent & 1:
                result = result * base % self.mod
            base = base * base % self.mod
            exponent >>= 1
        return result

    def inverse(self, a: NDArray[np.int64]) -> NDArray[np.int64]:
        """Invert by Euclid's algorithm on all entries at once."""
        # In every step r = s a mod n for both pairs; the columns that are done stand still.
        r, next_r = np.full_like(a, self.mod), a
        s, next_s = np.zeros_like(a), np.ones_like(a)
        while (goes_on := next_r != 0).any():
            q = np.where(goes_on, r // np.maximum(next_r, 1), 0)
            r, next_r = np.where(goes_on, next_r, r), np.where(goes_on, r - q * next_r, 0)
            s, next_s = np.where(goes_on, next_s, s), np.where(goes_on, s - q * next_s, next_s)
        return np.asarray(np.where(r == 1, s % self.mod, -1 - a), dtype=np.int64)


def _known(result: NDArray[np.int64], *parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the result, but without value wherever a part has none; the first part counts."""
    for part in reversed(parts):
        if part.size and part.min() < 0:
            result = np.where(part < 0, part, result)
    return result
