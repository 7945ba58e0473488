"""The catalogue of named tasks: one line each over the general mechanism.

All operations of the original grokking study [1]_ are here. A task of one's own needs no entry; it
is one line of Python, or a table in a TOML file (see `symtheory.tasks.user_file`):

>>> from symtheory.tasks.modular import modular_task
>>> from symtheory.tasks.tables import table_task
>>> from symtheory.tasks.words import group_task
>>> mine = modular_task("x^2 + 3*y", 31)
>>> mine = group_task("x*y^2", named_group("D5"))
>>> mine = table_task([[max(x, y) for y in range(9)] for x in range(9)])

References
----------
.. [1] A. Power, Y. Burda, H. Edwards, I. Babuschkin, V. Misra, Grokking, 2022, arXiv:2201.02177,
   appendix A.1.1.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.groups.specfile import read_group
from symtheory.tasks.modular import MIN_MODULUS, modular_task, read_modulus
from symtheory.tasks.task import Task, file_name
from symtheory.tasks.words import group_task

__all__ = ["CATALOGUE", "Entry", "named_group", "named_task", "nearest_name"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A named family of tasks.

    Parameters
    ----------
    expression : str
        The operation: an expression on residues mod p, or a word in a group.
    parameter : str
        ``"p"``, the modulus, or ``"group"``.
    summary : str
        One line for the list of tasks.
    """

    expression: str
    parameter: str
    summary: str

    @property
    def operation(self) -> str:
        """The operation with its parameter, such as ``"x + y mod p"``."""
        return f"{self.expression} {'mod p' if self.parameter == 'p' else 'in the group'}"


CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        "modadd": Entry("x + y", "p", "addition mod p"),
        "modsub": Entry("x - y", "p", "subtraction mod p"),
        "modmul": Entry("x*y", "p", "multiplication mod p, with 0"),
        "moddiv": Entry("x/y", "p", "division mod p; y runs over the units"),
        "modsumsq": Entry("(x + y)^2", "p", "square of the sum"),
        "modsumcube": Entry("(x + y)^3", "p", "cube of the sum"),
        "modaffine": Entry("2*x + 3*y + 1", "p", "an affine map, addition in disguise"),
        "modcircle": Entry("x + x*y + y", "p", "the circle operation, multiplication shifted by 1"),
        "modsquares": Entry("x^2 + y^2", "p", "sum of squares"),
        "modpoly": Entry("x^2 + x*y + y^2", "p", "a symmetric quadratic form"),
        "modpolyx": Entry("x^2 + x*y + y^2 + x", "p", "the same with a linear term in x"),
        "modcubic": Entry("x^3 + x*y", "p", "a cubic"),
        "modcubicy": Entry("x^3 + x*y^2 + y", "p", "a cubic form with a linear term in y"),
        "modparity": Entry(
            "if y odd then x/y else x - y", "p", "division by odd y, else subtraction"
        ),
        "compose": Entry("x*y", "group", "composition"),
        "conjugate": Entry("x*y*x^-1", "group", "conjugation of y by x"),
        "sandwich": Entry("x*y*x", "group", "composition from both sides"),
    }
)


def named_task(name: str, **parameters: object) -> Task:
    """Return the task of that name in the catalogue.

    Parameters
    ----------
    name : str
        A key of `CATALOGUE`.
    **parameters
        The one that the entry takes: ``p``, the modulus, an integer or its decimal digits; or
        ``group``, a `Group`, or text that `symtheory.groups.specfile.read_group` reads.

    Raises
    ------
    SpecError
        If the name is unknown (the nearest is named), or a parameter is missing, unknown or
        cannot be read.
    GroupAxiomError
        If a table given for the group is no group.
    BudgetError
        If the task would be too large.

    Examples
    --------
    >>> named_task("modadd", p=97)
    Task(modadd-97: x + y mod 97, 97 x 97 -> 97, shared tokens)
    >>> named_task("compose", group="S4")
    Task(compose-S4: x*y in S4, 24 x 24 -> 24, shared tokens)
    """
    entry = CATALOGUE.get(name)
    if entry is None:
        near = nearest_name(name)
        hint = f"did you mean {near!r}?" if near else f"known are {', '.join(CATALOGUE)}"
        raise SpecError(f"there is no task named {name!r:.60}; {hint}")
    meaning = {"p": "p, the modulus", "group": "group"}[entry.parameter]
    unknown = sorted(key for key in set(parameters) - {entry.parameter})
    if unknown:
        raise SpecError(f"{name} has no parameter {unknown[0]!r}; it takes {meaning}")
    value = parameters.get(entry.parameter)
    if entry.parameter == "group":
        if value is None:
            raise SpecError(f"{name} needs a group, such as group = S5")
        group = named_group(value)
        return group_task(entry.expression, group, name=f"{name}-{file_name(group.name)}")
    if value is None:
        raise SpecError(f"{name} needs a modulus, such as p = 97")
    p = read_modulus("p", value)
    if p < MIN_MODULUS:
        raise SpecError(f"p, the modulus of {name}, must be at least {MIN_MODULUS}, got {p}")
    return modular_task(entry.expression, p, name=f"{name}-{p}")


def named_group(value: object) -> Group:
    """Return a group given as itself or as text in the notation of groups.

    Raises
    ------
    SpecError, GroupAxiomError, BudgetError
        As `symtheory.groups.specfile.read_group`.
    """
    if isinstance(value, Group):
        return value
    if isinstance(value, str):
        return read_group(value)
    raise SpecError(f"a group is given as a Group or as text such as 'S5', got {value!r:.60}")


def nearest_name(name: str) -> str | None:
    """Return the name in the catalogue that looks most like this one, if any does."""
    near = difflib.get_close_matches(name, CATALOGUE, n=1, cutoff=0.5)
    return near[0] if near else None
