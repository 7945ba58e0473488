r"""The syntax tree of expressions and words in x and y, and how it is written in LaTeX.

A tree is data: it is made by `symtheory.tasks.reader`, and what it means mod n or in a group is
said where it is evaluated. Chains are flat (``x + y - 1`` is one `Sum`), so a tree is no deeper
than its brackets.
"""

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "Comparison",
    "Condition",
    "Integer",
    "Negation",
    "Node",
    "Operand",
    "Parity",
    "Piecewise",
    "Power",
    "Product",
    "Sum",
    "latex",
]


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer literal, 0 or more."""

    value: int


@dataclass(frozen=True, slots=True)
class Operand:
    """``x`` or ``y``."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation:
    """``-inner``."""

    inner: "Node"


@dataclass(frozen=True, slots=True)
class Sum:
    """``first ± term ± ...``, from the left; ``rest`` pairs ``"+"`` or ``"-"`` with each term."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """``first * factor / factor``, from the left; ``rest`` pairs ``"*"`` or ``"/"`` with each."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Power:
    """``base ^ exponent``; a negative exponent is a power of the inverse."""

    base: "Node"
    exponent: int


@dataclass(frozen=True, slots=True)
class Parity:
    """The condition that the representative of ``value`` in 0..n-1 is odd, or that it is even."""

    value: "Node"
    is_odd: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of representatives; ``sign`` is one of ``<  <=  >  >=  =  !=``."""

    left: "Node"
    sign: str
    right: "Node"


@dataclass(frozen=True, slots=True)
class Piecewise:
    """The value beside the first condition that holds, else ``otherwise``."""

    branches: tuple[tuple["Condition", "Node"], ...]
    otherwise: "Node"


Condition: TypeAlias = Parity | Comparison
Node: TypeAlias = Integer | Operand | Negation | Sum | Product | Power | Piecewise

_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "=": "=", "!=": r"\ne"}


def latex(node: Node) -> str:
    r"""Return the tree in LaTeX.

    Examples
    --------
    >>> print(latex(Sum(Power(Operand("x"), 2), (("+", Product(Operand("x"),
    ...                                                      (("*", Operand("y")),))),))))
    x^{2} + x y
    >>> print(latex(Product(Operand("x"), (("/", Operand("y")),))))
    \frac{x}{y}
    """
    match node:
        case Integer(leaf) | Operand(leaf):
            return str(leaf)
        case Negation(inner):
            return f"-{_bracketed(inner, Sum, Negation, Piecewise)}"
        case Power(base, exponent):
            inside = _bracketed(base, Sum, Negation, Piecewise, Product, Power)
            return f"{inside}^{{{exponent}}}"
        case Sum(first, rest):
            return _sum(first, rest)
        case Product(first, rest):
            return _product(first, rest)
        case Piecewise(branches, otherwise):
            rows = [
                rf"{_bracketed(value, Piecewise)} & \text{{if }} {_condition(condition)}"
                for condition, value in branches
            ]
            rows.append(rf"{_bracketed(otherwise, Piecewise)} & \text{{otherwise}}")
            return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _sum(first: Node, rest: tuple[tuple[str, Node], ...]) -> str:
    text = _bracketed(first, Sum, Piecewise)
    for sign, term in rest:
        shown = _bracketed(term, Sum, Piecewise)
        # A second sign in a row needs brackets, wherever it comes from.
        text += f" {sign} " + (_brackets(shown) if shown.startswith("-") else shown)
    return text


def _product(first: Node, rest: tuple[tuple[str, Node], ...]) -> str:
    text = latex(first)
    is_bare = isinstance(
        first, Sum | Piecewise
    )  # brackets are needed unless a fraction bar follows
    for sign, factor in rest:
        if sign == "/":
            text = rf"\frac{{{text}}}{{{latex(factor)}}}"
        else:
            shown = _bracketed(factor, Sum, Negation, Piecewise, Product)
            # Digits side by side, or before a fraction, would read as one number.
            dot = r" \cdot " if shown[0].isdigit() or shown.startswith(r"\frac") else " "
            text = (_brackets(text) if is_bare else text) + dot + shown
        is_bare = False
    return text


def _condition(condition: Condition) -> str:
    match condition:
        case Parity(value, is_odd):
            return rf"{latex(value)} \text{{ is {'odd' if is_odd else 'even'}}}"
        case Comparison(left, sign, right):
            return f"{latex(left)} {_SIGNS[sign]} {latex(right)}"


def _bracketed(node: Node, *kinds: type) -> str:
    """Return the node in LaTeX, in brackets if it is of one of the kinds."""
    text = latex(node)
    return _brackets(text) if isinstance(node, kinds) else text


def _brackets(text: str) -> str:
    return rf"\left({text}\right)"
