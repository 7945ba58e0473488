"""The catalogue of named tasks: one line each over the general mechanism.

All operations of the original grokking study [1]_ are here. A task of one's own needs no entry; it
is one line of Python, or a table in a TOML file (see `symtheory.tasks.toml_tasks`):

>>> from symtheory.tasks.modular import modular_task
>>> from symtheory.tasks.tables import table_task
>>> from symtheory.tasks.group_words import group_task
>>> mine = modular_task("x^2 + 3*y", 31)
>>> mine = group_task("x*y^2", named_group("D5"))
>>> mine = table_task([[max(x, y) for y in range(9)] for x in range(9)])

References
----------
.. [1] A. Power, Y. Burda, H. Edwards, I. Babuschkin, V. Misra, Grokking, 2022, arXiv:2201.02177,
   appendix A.1.1.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from symtheory.errors import SpecError
from symtheory.graphs.graph import Graph
from symtheory.groups.group import Group
from symtheory.groups.specfile import read_group
from symtheory.tasks.graphs import graph_task
from symtheory.tasks.group_words import group_task
from symtheory.tasks.modular import MIN_MODULUS, modular_task, read_modulus
from symtheory.tasks.task import Task, file_name

__all__ = ["CATALOGUE", "Entry", "named_group", "named_task", "nearest_name"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A named family of tasks.

    Parameters
    ----------
    expression : str
        The operation: an expression on residues mod p, a word in a group, the distance in a graph,
        or a comparison in an order.
    parameters : tuple of str
        One of these is to be given: ``"p"``, the modulus; ``"group"``; ``"graph"``; ``"levels"`` of
        the attributes or ``"order"``, a file.
    summary : str
        One line for the list of tasks.
    """

    expression: str
    parameters: tuple[str, ...]
    summary: str

    @property
    def operation(self) -> str:
        """The operation with its parameter, such as ``"x + y mod p"``."""
        where = {"p": "mod p", "group": "in the group", "graph": "in the graph"}
        return f"{self.expression} {where.get(self.parameters[0], '')}".rstrip()


CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        "modadd": Entry("x + y", ("p",), "addition mod p"),
        "modsub": Entry("x - y", ("p",), "subtraction mod p"),
        "modmul": Entry("x*y", ("p",), "multiplication mod p, with 0"),
        "moddiv": Entry("x/y", ("p",), "division mod p; y runs over the units"),
        "modsumsq": Entry("(x + y)^2", ("p",), "square of the sum"),
        "modsumcube": Entry("(x + y)^3", ("p",), "cube of the sum"),
        "modaffine": Entry("2*x + 3*y + 1", ("p",), "an affine map, addition in disguise"),
        "modcircle": Entry(
            "x + x*y + y", ("p",), "the circle operation, multiplication shifted by 1"
        ),
        "modsquares": Entry("x^2 + y^2", ("p",), "sum of squares"),
        "modpoly": Entry("x^2 + x*y + y^2", ("p",), "a symmetric quadratic form"),
        "modpolyx": Entry("x^2 + x*y + y^2 + x", ("p",), "the same with a linear term in x"),
        "modcubic": Entry("x^3 + x*y", ("p",), "a cubic"),
        "modcubicy": Entry("x^3 + x*y^2 + y", ("p",), "a cubic form with a linear term in y"),
        "modparity": Entry(
            "if y odd then x/y else x - y", ("p",), "division by odd y, else subtraction"
        ),
        "compose": Entry("x*y", ("group",), "composition"),
        "conjugate": Entry("x*y*x^-1", ("group",), "conjugation of y by x"),
        "sandwich": Entry("x*y*x", ("group",), "composition from both sides"),
        "graph": Entry("d(x, y)", ("graph",), "distance of two vertices"),
        "comparison": Entry(
            "x ? y", ("levels", "order"), "whether x is less, equal or greater in an attribute"
        ),
    }
)


def named_task(name: str, **parameters: object) -> Task:
    """Return the task of that name in the catalogue.

    Parameters
    ----------
    name : str
        A key of `CATALOGUE`.
    **parameters
        The one that the entry takes: ``p``, the modulus, an integer or its decimal digits;
        ``group``, a `Group`, or text that `symtheory.groups.specfile.read_group` reads; ``graph``,
        a `Graph`, or text that `symtheory.graphs.notation.read_graph` reads; ``levels``, integers
        or their digits with commas between; ``order``, the path of a file.

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
    >>> named_task("graph", graph="cycle(64)")
    Task(graph-cycle-64: d(x, y) in cycle(64), 64 x 64 -> 33, shared tokens)
    """
    entry = CATALOGUE.get(name)
    if entry is None:
        near = nearest_name(name)
        hint = f"did you mean {near!r}?" if near else f"known are {', '.join(CATALOGUE)}"
        raise SpecError(f"there is no task named {name!r:.60}; {hint}")
    unknown = sorted(key for key in set(parameters) - set(entry.parameters))
    if unknown:
        taken = " or ".join(_MEANINGS[key] for key in entry.parameters)
        raise SpecError(f"{name} has no parameter {unknown[0]!r}; it takes {taken}")
    given = {key: value for key, value in parameters.items() if value is not None}
    if not given:
        wanted = " or ".join(_MEANINGS[key] for key in entry.parameters)
        raise SpecError(f"{name} needs {wanted}, such as {_EXAMPLES[entry.parameters[0]]}")
    if len(given) > 1:
        raise SpecError(f"{name} takes one of {' and '.join(given)}; leave the other out")
    ((key, value),) = given.items()
    return _BUILDERS[key](name, entry, value)


def _modular(name: str, entry: Entry, value: object) -> Task:
    p = read_modulus("p", value)
    if p < MIN_MODULUS:
        raise SpecError(f"p, the modulus of {name}, must be at least {MIN_MODULUS}, got {p}")
    return modular_task(entry.expression, p, name=f"{name}-{p}")


def _in_group(name: str, entry: Entry, value: object) -> Task:
    group = named_group(value)
    return group_task(entry.expression, group, name=f"{name}-{file_name(group.name)}")


def _on_graph(_name: str, _entry: Entry, value: object) -> Task:
    from symtheory.graphs.notation import read_graph

    if isinstance(value, Graph):
        return graph_task(value)
    if isinstance(value, str):
        return graph_task(read_graph(value))
    raise SpecError(
        f"a graph is given as a Graph or as text such as 'cycle(64)', got {value!r:.60}"
    )


def _with_levels(_name: str, _entry: Entry, value: object) -> Task:
    levels = _read_levels(value)
    from symtheory.tasks.orders import comparison_task

    return comparison_task(levels)


def _of_file(_name: str, _entry: Entry, value: object) -> Task:
    from symtheory.tasks.orders import poset_task

    return poset_task(Path(str(value)))


_MEANINGS = {
    "p": "a modulus p",
    "group": "a group",
    "graph": "a graph",
    "levels": "the levels of its attributes",
    "order": "the file of an order",
}
_EXAMPLES = {
    "p": "p = 97",
    "group": "group = S5",
    "graph": 'graph = "cycle(64)"',
    "levels": 'levels = "7,7"',
}
_BUILDERS: Mapping[str, Callable[[str, Entry, object], Task]] = {
    "p": _modular,
    "group": _in_group,
    "graph": _on_graph,
    "levels": _with_levels,
    "order": _of_file,
}


def _read_levels(value: object) -> tuple[int, ...]:
    """Read numbers of levels from a text such as "7,7", or from integers."""
    parts = value.split(",") if isinstance(value, str) else value
    if isinstance(parts, int) and not isinstance(parts, bool):
        parts = [parts]
    if not isinstance(parts, list | tuple):
        raise SpecError(f"levels are numbers such as 7,7, got {value!r:.60}")
    levels = []
    for part in parts:
        text = str(part).strip()
        if isinstance(part, bool) or not re.fullmatch("-?[0-9]{1,9}", text):
            raise SpecError(
                f"levels are whole numbers separated by commas, such as 7,7; got {text!r:.40}"
            )
        levels.append(int(text))
    return tuple(levels)


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
