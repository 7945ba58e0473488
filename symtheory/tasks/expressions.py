r"""Read a user's expression in x and y, and evaluate it mod n exactly.

The grammar (whitespace is free, ``^`` and ``**`` mean the same)::

    sum     = product { ("+" | "-") product }
    product = factor { "*" factor }
    factor  = "-" factor | power
    power   = atom [ ("^" | "**") integer ]
    atom    = integer | "x" | "y" | "(" sum ")"

As in mathematics, ``-x^2`` is -(x^2). Nothing is ever handed to Python's own evaluator: the text
becomes a short program for a stack of residues, and only the operations above exist.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError

__all__ = ["MAX_DEPTH", "MAX_EXPONENT", "MAX_LENGTH", "Expression", "parse_expression"]

MAX_LENGTH = 1000  # characters
MAX_DEPTH = 50  # brackets within brackets
MAX_EXPONENT = 10**6
_MAX_DIGITS = 100
_MAX_MODULUS = 2**31  # products of residues stay below 2^62

_TOKEN = re.compile(r"\s*(?:(?P<integer>[0-9]+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*^()]))")

# One instruction: push an integer, push an operand, apply "+", "-", "*" or "neg", raise to a power.
_Step: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A polynomial expression in x and y, ready to be evaluated mod n.

    Made by `parse_expression`.

    Parameters
    ----------
    text : str
        What the user wrote, without surrounding whitespace.
    """

    text: str
    _program: tuple[_Step, ...]

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, x: ArrayLike, y: ArrayLike, *, mod: int) -> NDArray[np.int64]:
        """Return the values mod ``mod``, exactly, elementwise on broadcast operands.

        Every intermediate result is reduced, so int64 never overflows.

        Raises
        ------
        SpecError
            If the modulus is not in 1..2^31.
        """
        if not 1 <= mod <= _MAX_MODULUS:
            raise SpecError(f"a modulus lies in 1..2^31, got {mod}")
        operands = [np.asarray(values, dtype=np.int64) % mod for values in (x, y)]
        stack: list[NDArray[np.int64]] = []
        for operation, value in self._program:
            if operation == "integer":
                stack.append(np.asarray(value % mod, dtype=np.int64))
            elif operation == "operand":
                stack.append(operands[value])
            elif operation == "neg":
                stack.append(-stack.pop() % mod)
            elif operation == "power":
                stack.append(_power(stack.pop(), value, mod))
            else:
                right, left = stack.pop(), stack.pop()
                if operation == "+":
                    stack.append((left + right) % mod)
                elif operation == "-":
                    stack.append((left - right) % mod)
                else:
                    stack.append(left * right % mod)
        shape = np.broadcast_shapes(operands[0].shape, operands[1].shape)
        return np.array(np.broadcast_to(stack.pop(), shape))


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
    >>> parse_expression("x + z")
    Traceback (most recent call last):
    ...
    symtheory.errors.SpecError: column 5: 'z' is not an operand; expressions are in x and y
        x + z
            ^
    """
    if len(text) > MAX_LENGTH:
        raise SpecError(
            f"the expression has {len(text)} characters, the limit is {MAX_LENGTH}; it begins "
            f"{text[:20]!r}"
        )
    reader = _Reader(text)
    reader.sum(depth=0)
    if reader.kind != "end":
        raise reader.error(
            "this ')' closes nothing"
            if reader.word == ")"
            else f"expected an operator before {reader.word!r}"
            + ("; write * for a product" if reader.kind != "sign" or reader.word == "(" else "")
        )
    return Expression(text.strip(), tuple(reader.program))


def _power(base: NDArray[np.int64], exponent: int, mod: int) -> NDArray[np.int64]:
    """Raise by repeated squaring; x^0 is 1, also at x = 0."""
    result = np.full_like(base, 1 % mod)
    while exponent:
        if exponent & 1:
            result = result * base % mod
        base = base * base % mod
        exponent >>= 1
    return result


class _Reader:
    """Recursive descent over the tokens; appends to ``program`` in postfix order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.program: list[_Step] = []
        self.end = 0
        self.advance()

    def advance(self) -> None:
        """Read the next token into ``kind``, ``word`` and ``start``."""
        match = _TOKEN.match(self.text, self.end)
        if match is not None and match.lastgroup is not None:
            self.kind, self.word = match.lastgroup, match[match.lastgroup]
            self.start, self.end = match.start(match.lastgroup), match.end()
            return
        rest = self.text[self.end :]
        self.start = self.end + len(rest) - len(rest.lstrip())
        if rest.strip():
            raise self.error(f"{rest.lstrip()[0]!r} has no meaning in an expression")
        # Past trailing blanks the caret belongs right behind what was read.
        self.kind, self.word, self.start = "end", "", self.end

    def error(self, message: str) -> SpecError:
        """Return the error with the column and a caret under the current token."""
        # A window keeps the caret visible under a long expression.
        first = max(0, self.start - 40)
        line = "".join(c if c.isprintable() else " " for c in self.text[first : self.start + 30])
        return SpecError(
            f"column {self.start + 1}: {message}\n    {line}\n    {' ' * (self.start - first)}^"
        )

    def sum(self, depth: int) -> None:
        self.product(depth)
        while self.word in {"+", "-"}:
            operation = self.word
            self.advance()
            self.product(depth)
            self.program.append((operation, 0))

    def product(self, depth: int) -> None:
        self.factor(depth)
        while self.word == "*":
            self.advance()
            self.factor(depth)
            self.program.append(("*", 0))

    def factor(self, depth: int) -> None:
        is_negative = False
        while self.word == "-":  # a loop, so that a thousand signs need no recursion
            is_negative = not is_negative
            self.advance()
        self.atom(depth)
        if self.word in {"^", "**"}:
            self.advance()
            self.exponent()
        if is_negative:
            self.program.append(("neg", 0))

    def exponent(self) -> None:
        if self.kind != "integer":
            raise self.error("an exponent is an integer literal, 0 or more")
        if len(self.word) > _MAX_DIGITS or int(self.word) > MAX_EXPONENT:
            raise self.error(f"exponents go up to {MAX_EXPONENT}")
        self.program.append(("power", int(self.word)))
        self.advance()
        if self.word in {"^", "**"}:
            raise self.error("a power of a power needs brackets")

    def atom(self, depth: int) -> None:
        if self.kind == "integer":
            if len(self.word) > _MAX_DIGITS:
                raise self.error(f"integers have up to {_MAX_DIGITS} digits")
            self.program.append(("integer", int(self.word)))
        elif self.kind == "name":
            if self.word not in {"x", "y"}:
                raise self.error(f"{self.word!r} is not an operand; expressions are in x and y")
            self.program.append(("operand", "xy".index(self.word)))
        elif self.word == "(":
            if depth == MAX_DEPTH:
                raise self.error(f"brackets are nested more than {MAX_DEPTH} deep")
            self.advance()
            self.sum(depth + 1)
            if self.word != ")":
                raise self.error("expected ')'")
        elif self.kind == "end":
            raise self.error("the expression ends where a number, x, y or '(' should be")
        else:
            raise self.error(f"expected a number, x, y or '(' before {self.word!r}")
        self.advance()
