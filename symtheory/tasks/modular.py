"""Tasks given by an expression in x and y mod n."""

import numpy as np

from symtheory.errors import SpecError
from symtheory.tasks.expressions import parse_expression
from symtheory.tasks.task import Task, check_size

__all__ = ["MIN_MODULUS", "modular_task"]

MIN_MODULUS = 5
"""Least modulus: with 4 tokens or fewer the 4! relabelings leave no test any power."""


def modular_task(expression: str, modulus: int, *, name: str = "") -> Task:
    """Return the task f(x, y) = expression mod n on the residues 0..n-1.

    Both operands are residues, so they share their tokens.

    Parameters
    ----------
    expression : str
        In x and y; see `symtheory.tasks.expressions` for the grammar.
    modulus : int
        The number n of residues, from `MIN_MODULUS` up to `symtheory.tasks.task.MAX_TOKENS`.
    name : str, optional
        Name of the task. Default: ``"expression-<n>"``.

    Raises
    ------
    SpecError
        If the expression cannot be read or the modulus is too small.
    BudgetError
        If the modulus is too large.

    Examples
    --------
    >>> modular_task("x^2 + x*y", 31)
    Task(expression-31: x^2 + x*y mod 31, 31 x 31 -> 31, shared tokens)
    """
    parsed = parse_expression(expression)
    if modulus < MIN_MODULUS:
        raise SpecError(f"the modulus must be at least {MIN_MODULUS}, got {modulus}")
    check_size(modulus, what=f"{parsed.text} mod {modulus}")
    residues = np.arange(modulus)
    labels = tuple(map(str, range(modulus)))
    return Task(
        name or f"expression-{modulus}",
        parsed.evaluate(residues[:, None], residues, mod=modulus),
        labels,
        labels,
        labels,
        formula=f"{parsed.text} mod {modulus}",
        shared_tokens=True,
    )
