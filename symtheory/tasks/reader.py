r"""Parser of expressions in x and y into syntax trees; nothing in them is ever evaluated.

The grammar (whitespace is free, ``^`` and ``**`` mean the same, so do ``=`` and ``==``)::

    expression = "if" condition "then" expression "else" expression | sum
    condition  = sum [ "is" ] ( "odd" | "even" )
               | sum ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) sum
    sum        = product { ("+" | "-") product }
    product    = factor { ("*" | "/") factor }
    factor     = "-" factor | power
    power      = atom [ ("^" | "**") [ "-" ] integer ]
    atom       = integer | "x" | "y" | "(" expression ")"

As in mathematics, ``-x^2`` is -(x^2), and ``x/y*z`` is (x/y)*z.
"""

import re

from symtheory.errors import SpecError
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

__all__ = ["MAX_DEPTH", "MAX_EXPONENT", "MAX_LENGTH", "Reader"]

MAX_LENGTH = 1000  # characters
MAX_DEPTH = 20  # brackets within brackets; keeps every walk over a tree far from Python's limit
MAX_EXPONENT = 10**6
_MAX_DIGITS = 100

_TOKEN = re.compile(
    r"\s*(?:(?P<integer>[0-9]+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|<=|>=|==|!=|[-+*/^()<>=]))"
)
_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "==": "=", "!=": "!="}
_KEYWORDS = {"if", "then", "else", "is", "odd", "even"}


class Reader:
    """Recursive descent over the tokens.

    Parameters
    ----------
    text : str
    what : str
        What the text should be, for messages.

    Raises
    ------
    SpecError
        Names the column, with a caret under it.
    """

    def __init__(self, text: str, what: str = "expression") -> None:
        if len(text) > MAX_LENGTH:
            raise SpecError(
                f"the {what} has {len(text)} characters, the limit is {MAX_LENGTH}; it begins "
                f"{text[:20]!r}"
            )
        self.text, self.what = text, what
        self.end = 0
        self.advance()

    def read(self) -> Node:
        """Return the tree of the whole text."""
        tree = self.expression(0)
        if self.kind == "end":
            return tree
        if self.word == ")":
            raise self.error("this ')' closes nothing")
        raise self.error(self.complaint("an operator"))

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
            raise self.error(f"{rest.lstrip()[0]!r} has no meaning here")
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

    def complaint(self, expected: str) -> str:
        """Say why the current token cannot follow what was read, where this was expected."""
        if self.word == "mod":
            return "the modulus is not part of the expression; give it apart"
        if self.word in _COMPARISONS:
            return f"{self.word!r} stands only between 'if' and 'then'"
        product = self.word not in _KEYWORDS and (self.kind != "sign" or self.word == "(")
        hint = "; write * for a product" if product else ""
        return f"expected {expected} before {self.shown}{hint}"

    @property
    def shown(self) -> str:
        """The current token, cut to a bearable length."""
        return repr(self.word if len(self.word) <= 30 else f"{self.word[:30]}…")

    def expression(self, depth: int) -> Node:
        """Read a sum or a piecewise definition."""
        branches: list[tuple[Condition, Node]] = []
        while self.word == "if":  # a loop, so that a chain of "else if" needs no recursion
            self.advance()
            condition = self.condition(depth)
            self.expect("then")
            branches.append((condition, self.deeper(depth)))
            self.expect("else")
        value = self.sum(depth)
        return Piecewise(tuple(branches), value) if branches else value

    def deeper(self, depth: int) -> Node:
        """Read an expression one level down."""
        if depth == MAX_DEPTH:
            raise self.error(f"brackets are nested more than {MAX_DEPTH} deep")
        return self.expression(depth + 1)

    def expect(self, word: str) -> None:
        """Take the word or fail."""
        if self.word != word:
            found = "the end" if self.kind == "end" else self.shown
            raise self.error(f"expected '{word}', found {found}")
        self.advance()

    def condition(self, depth: int) -> Condition:
        """Read what stands between "if" and "then"."""
        left = self.sum(depth)
        said_is = self.word == "is"
        if said_is:
            self.advance()
        if self.word in {"odd", "even"}:
            is_odd = self.word == "odd"
            self.advance()
            return Parity(left, is_odd)
        if said_is or self.word not in _COMPARISONS:
            raise self.error("a condition is such as 'x odd', 'y is even' or 'x < y'")
        sign = _COMPARISONS[self.word]
        self.advance()
        return Comparison(left, sign, self.sum(depth))

    def sum(self, depth: int) -> Node:
        """Read products joined by + and -."""
        first, rest = self.product(depth), []
        while self.word in {"+", "-"}:
            sign = self.word
            self.advance()
            rest.append((sign, self.product(depth)))
        return Sum(first, tuple(rest)) if rest else first

    def product(self, depth: int) -> Node:
        """Read factors joined by * and /."""
        first, rest = self.factor(depth), []
        while self.word in {"*", "/"}:
            sign = self.word
            self.advance()
            rest.append((sign, self.factor(depth)))
        return Product(first, tuple(rest)) if rest else first

    def factor(self, depth: int) -> Node:
        """Read a power with any number of signs before it."""
        is_negative = False
        while self.word == "-":  # a loop, so that a thousand signs need no recursion
            is_negative = not is_negative
            self.advance()
        power = self.power(depth)
        return Negation(power) if is_negative else power

    def power(self, depth: int) -> Node:
        """Read an atom and its exponent."""
        base = self.atom(depth)
        if self.word not in {"^", "**"}:
            return base
        self.advance()
        sign = 1
        if self.word == "-":
            sign = -1
            self.advance()
        if self.kind != "integer":
            raise self.error("an exponent is an integer literal, such as 2 or -1")
        if len(self.word) > _MAX_DIGITS or int(self.word) > MAX_EXPONENT:
            raise self.error(f"exponents go up to {MAX_EXPONENT}")
        exponent = sign * int(self.word)
        self.advance()
        if self.word in {"^", "**"}:
            raise self.error("a power of a power needs brackets")
        return Power(base, exponent)

    def atom(self, depth: int) -> Node:
        """Read a number, an operand or brackets."""
        node: Node
        if self.kind == "integer":
            node = self.integer()
        elif self.kind == "name":
            if self.word == "if":
                raise self.error("an 'if' inside a sum needs brackets around it")
            if self.word not in {"x", "y"}:
                raise self.error(self.stranger())
            node = Operand(self.word)
        elif self.word == "(":
            self.advance()
            node = self.deeper(depth)
            if self.word != ")":
                raise self.error(
                    "expected ')'" if self.kind == "end" else self.complaint("')' or an operator")
                )
        elif self.kind == "end":
            raise self.error(f"the {self.what} ends where a number, x, y or '(' should be")
        else:
            raise self.error(f"expected a number, x, y or '(' before {self.word!r}")
        self.advance()
        return node

    def integer(self) -> Node:
        """Return the literal of the current token."""
        if len(self.word) > _MAX_DIGITS:
            raise self.error(f"integers have up to {_MAX_DIGITS} digits")
        return Integer(int(self.word))

    def stranger(self) -> str:
        """Say why the current name means nothing."""
        is_product = set(self.word) <= {"x", "y"} and len(self.word) < 9
        hint = f"; write {'*'.join(self.word)} for a product" if is_product else ""
        return f"{self.shown} is not an operand; {self.what}s are in x and y{hint}"
