"""Tasks given by a word in x and y in a group, such as x*y or x*y*x^-1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.tasks import syntax
from symtheory.tasks.reader import Reader
from symtheory.tasks.syntax import Node, Operand, Power, Product
from symtheory.tasks.task import Task, check_size, file_name

__all__ = ["Word", "group_task", "parse_word"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word in x and y, ready to be evaluated in a group.

    Made by `parse_word`.

    Parameters
    ----------
    text : str
        What the user wrote, with single spaces.
    tree : Node
        Its syntax tree, of operands, products and powers.
    """

    text: str
    tree: Node

    def __repr__(self) -> str:
        return f"Word({self.text!r})"

    @property
    def latex(self) -> str:
        """The word in LaTeX, such as ``x y x^{-1}``."""
        return syntax.latex(self.tree)

    def evaluate(self, x: ArrayLike, y: ArrayLike, *, group: Group) -> NDArray[np.int64]:
        """Return the values, elementwise on broadcast arrays of elements."""
        operands = {"x": np.asarray(x, dtype=np.int64), "y": np.asarray(y, dtype=np.int64)}
        shape = np.broadcast_shapes(*(v.shape for v in operands.values()))
        return np.array(np.broadcast_to(_values(self.tree, operands, group), shape))


def parse_word(text: str) -> Word:
    """Return the word that ``text`` spells.

    The grammar is the part of `symtheory.tasks.reader` without sums, numbers, division and cases::

        word  = power { "*" power }
        power = atom [ ("^" | "**") [ "-" ] integer ]
        atom  = "x" | "y" | "(" word ")"

    Raises
    ------
    SpecError
        Names the column, with a caret under it.

    Examples
    --------
    >>> print(parse_word("x*y*x^-1").latex)
    x y x^{-1}
    >>> parse_word("x*y + 1")
    Traceback (most recent call last):
    ...
    symtheory.errors.SpecError: column 5: a group has one operation, written *; '+' is none
        x*y + 1
            ^
    """
    tree = _WordReader(text, "group word").read()
    return Word(" ".join(text.split()), tree)


def group_task(word: str, group: Group, *, name: str = "") -> Task:
    """Return the task f(x, y) = word in x and y on the elements of a group.

    Operands and answers are the elements, in the order and with the labels of the group; both
    operands share their tokens.

    Parameters
    ----------
    word : str
        Such as ``"x*y"``, ``"x*y*x^-1"`` or ``"(x*y)^2"``; see `parse_word`.
    group : Group
        With at most `symtheory.tasks.task.MAX_TOKENS` elements.
    name : str, optional
        Name of the task. Default: ``"word-<group>"``.

    Raises
    ------
    SpecError
        If the word cannot be read.
    BudgetError
        If the group is too large.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> group_task("x*y*x^-1", parse_group("S3"))
    Task(word-S3: x*y*x^-1 in S3, 6 x 6 -> 6, shared tokens)
    """
    parsed = parse_word(word)
    check_size(group.order, what=f"{parsed.text} in {group.name}")
    elements = np.arange(group.order)
    return Task(
        name or f"word-{file_name(group.name)}",
        parsed.evaluate(elements[:, None], elements, group=group),
        group.labels,
        group.labels,
        group.labels,
        formula=f"{parsed.text} in {group.name}",
        shared_tokens=True,
        latex=parsed.latex,
        has_definition=True,
    )


def _values(node: Node, operands: dict[str, NDArray[np.int64]], group: Group) -> NDArray[np.int64]:
    match node:
        case Operand(name):
            return operands[name]
        case Power(base, exponent):
            return group.power(_values(base, operands, group), exponent)
        case Product(first, rest):
            result = _values(first, operands, group)
            for _, factor in rest:
                result = group.multiply(result, _values(factor, operands, group))
            return result
        case _:
            raise SpecError(f"a group word has no {type(node).__name__.lower()}")


class _WordReader(Reader):
    """Reads the part of the grammar that has a meaning in every group."""

    def expression(self, depth: int) -> Node:
        word = self.product(depth)
        if self.word and self.word in "+-/":
            hint = "; write x*y^-1 for a quotient" if self.word == "/" else ""
            raise self.error(f"a group has one operation, written *; {self.word!r} is none{hint}")
        return word

    def product(self, depth: int) -> Node:
        first, rest = self.power(depth), []
        while self.word == "*":
            self.advance()
            rest.append(("*", self.power(depth)))
        return Product(first, tuple(rest)) if rest else first

    def integer(self) -> Node:
        raise self.error("a group word is in x and y; numbers stand only in exponents")
