"""The catalogue of named tasks: one line each over the general mechanism."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from types import MappingProxyType

from symtheory.errors import SpecError
from symtheory.tasks.modular import MIN_MODULUS, modular_task
from symtheory.tasks.task import Task

__all__ = ["CATALOGUE", "Entry", "named_task"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A named family of tasks.

    Parameters
    ----------
    expression : str
        The operation on residues mod p.
    summary : str
        One line for the list of tasks.
    """

    expression: str
    summary: str


CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        "modadd": Entry("x + y", "addition mod p"),
        "modsub": Entry("x - y", "subtraction mod p"),
    }
)


def named_task(name: str, **parameters: object) -> Task:
    """Return the task of that name in the catalogue.

    Parameters
    ----------
    name : str
        A key of `CATALOGUE`.
    **parameters
        ``p``: the modulus, an integer or its decimal digits.

    Raises
    ------
    SpecError
        If the name is unknown (the nearest is named), or a parameter is missing, unknown or
        cannot be read.
    BudgetError
        If the task would be too large.

    Examples
    --------
    >>> named_task("modadd", p=97)
    Task(modadd-97: x + y mod 97, 97 x 97 -> 97, shared tokens)
    """
    entry = CATALOGUE.get(name)
    if entry is None:
        near = difflib.get_close_matches(name, CATALOGUE, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(CATALOGUE)}"
        raise SpecError(f"there is no task named {name!r}; {hint}")
    unknown = sorted(set(parameters) - {"p"})
    if unknown:
        raise SpecError(f"{name} has no parameter {unknown[0]!r}; it takes p, the modulus")
    if parameters.get("p") is None:
        raise SpecError(f"{name} needs a modulus, such as p = 97")
    p = _integer("p", parameters["p"])
    if p < MIN_MODULUS:
        raise SpecError(f"p, the modulus of {name}, must be at least {MIN_MODULUS}, got {p}")
    return modular_task(entry.expression, p, name=f"{name}-{p}")


def _integer(name: str, value: object) -> int:
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    # 30 digits are far beyond any budget, and Python refuses to read more than 4300.
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,30}\s*", value):
        return int(value)
    raise SpecError(f"{name} must be an integer, got {value!r}")
