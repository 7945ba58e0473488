"""Tasks given by an expression in x and y mod n."""

import re
from numbers import Integral

import numpy as np

from symtheory.errors import BudgetError, SpecError
from symtheory.tasks.expressions import parse_expression
from symtheory.tasks.task import MAX_TOKENS, Task, check_size

__all__ = ["MIN_MODULUS", "modular_task", "read_modulus"]

MIN_MODULUS = 5
"""Least modulus: with 4 tokens or fewer the 4! relabelings leave no test any power."""

_MAX_DIGITS = 30  # far beyond any budget; Python itself refuses to print more than 4300


def modular_task(expression: str, modulus: int | str, *, name: str = "") -> Task:
    """Return the task f(x, y) = expression mod n on the residues 0..n-1.

    An operand with which the expression has no value at all is left out: in ``x/y`` the right
    operand runs over the units. Any other cell without value is refused. The operands share their
    tokens if the same residues remain on both sides.

    Parameters
    ----------
    expression : str
        In x and y; see `symtheory.tasks.reader` for the grammar.
    modulus : int or its decimal digits
        The number n of residues, from `MIN_MODULUS` up to `symtheory.tasks.task.MAX_TOKENS`.
    name : str, optional
        Name of the task. Default: ``"expression-<n>"``.

    Raises
    ------
    SpecError
        If the expression cannot be read, the modulus is no integer or too small, or a cell has no
        value (the message names the cell, the divisor and the modulus).
    BudgetError
        If the modulus is too large.

    Examples
    --------
    >>> modular_task("x^2 + x*y", 31)
    Task(expression-31: x^2 + x*y mod 31, 31 x 31 -> 31, shared tokens)
    >>> modular_task("x/y", 12).y_labels
    ('1', '5', '7', '11')
    >>> modular_task("1/(x + y)", 5)
    Traceback (most recent call last):
    ...
    symtheory.errors.SpecError: 1/(x + y) mod 5 has no value at x = 0, y = 0: 0 is no unit mod 5
    """
    parsed = parse_expression(expression)
    n = read_modulus("the modulus", modulus)
    if n < MIN_MODULUS:
        raise SpecError(f"the modulus must be at least {MIN_MODULUS}, got {n}")
    formula = f"{parsed.text} mod {n}"
    check_size(n, what=formula)
    residues = np.arange(n)
    values = parsed.evaluate(residues[:, None], residues, mod=n)
    has_value = values >= 0
    xs, ys = np.flatnonzero(has_value.any(axis=1)), np.flatnonzero(has_value.any(axis=0))
    holes = np.argwhere(~has_value[np.ix_(xs, ys)]) if len(xs) else np.argwhere(~has_value)
    if len(holes):
        x, y = holes[0] if not len(xs) else (xs[holes[0][0]], ys[holes[0][1]])
        divisor = parsed.bad_divisor(x, y, mod=n)
        raise SpecError(f"{formula} has no value at x = {x}, y = {y}: {divisor} is no unit mod {n}")
    labels = tuple(map(str, range(n)))
    x_labels = tuple(labels[x] for x in xs)
    y_labels = tuple(labels[y] for y in ys)
    return Task(
        name or f"expression-{n}",
        values[np.ix_(xs, ys)],
        x_labels,
        y_labels,
        labels,
        formula=formula,
        shared_tokens=x_labels == y_labels,
        latex=rf"{parsed.latex} \pmod{{{n}}}",
        has_definition=True,
    )


def read_modulus(name: str, value: object) -> int:
    """Return a modulus given as an integer or as its decimal digits.

    Parameters
    ----------
    name : str
        What to call it in messages.
    value : object
        What was given.

    Raises
    ------
    SpecError
        If it is no integer.
    BudgetError
        If it has more digits than any budget allows.

    Examples
    --------
    >>> read_modulus("p", "97")
    97
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
        if abs(number) < 10**_MAX_DIGITS:
            return number
    elif isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]+\s*", value):
        if len(value.strip()) <= _MAX_DIGITS:
            return int(value)
    else:
        raise SpecError(f"{name} must be an integer, got {value!r:.60}")
    raise BudgetError(f"{name} has over {_MAX_DIGITS} digits; the limit is {MAX_TOKENS} tokens")
