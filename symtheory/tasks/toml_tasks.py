"""Tasks that users define in a TOML file.

Each has a table of its own, which defines it in one of three ways::

    [quadratic]
    expression = "x^2 + 3*y"        # with mod
    mod = 31

    [twisted]
    word = "x*y^2"                  # with group: text in the notation of groups, or a file
    group = "D5"
    formula = "a twisted product"   # how to print it, if wanted

    [measured]
    table = "measured.csv"          # .csv or .npy, from the folder of this file
    shared = false                  # whether both operands share their tokens, if wanted
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from symtheory.errors import BudgetError, GroupAxiomError, SpecError
from symtheory.groups.group import Group
from symtheory.groups.specfile import read_group
from symtheory.tasks.group_words import group_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.tables import read_table_task
from symtheory.tasks.task import Task, file_name

__all__ = ["read_user_task"]

_COMPANION = {"expression": "mod", "word": "group", "table": None}
_KEYS: Mapping[str, type] = {
    "expression": str,
    "mod": int,
    "word": str,
    "group": str,
    "table": str,
    "formula": str,
    "shared": bool,
}
_KINDS = {str: "a text in quotes", int: "an integer", bool: "true or false"}
_MAX_BYTES = 1_000_000


def read_user_task(path: Path, name: str = "") -> Task:
    """Return a task that a TOML file defines.

    Parameters
    ----------
    path : Path
    name : str, optional
        Which one; needed if the file defines several.

    Raises
    ------
    SpecError, GroupAxiomError, BudgetError
        Names file, task and key.
    """
    tasks = _tasks(path)
    if not name and len(tasks) == 1:
        name = next(iter(tasks))
    if name not in tasks:
        known = ", ".join(tasks)
        problem = f"has no task {name!r:.60}; it has" if name else "holds several tasks, name one:"
        raise SpecError(f"{path} {problem} {known} (write {path}:{next(iter(tasks))})")
    definition, where = tasks[name], f"{path}, task {name}"
    source = _source(definition, where)
    short = file_name(name)
    makers: dict[str, Callable[[], Task]] = {
        "expression": lambda: modular_task(
            str(definition["expression"]), str(definition["mod"]), name=short
        ),
        "word": lambda: group_task(
            str(definition["word"]), _group(str(definition["group"]), path), name=short
        ),
        "table": lambda: read_table_task(_table_path(str(definition["table"]), path), name=short),
    }
    try:
        task = makers[source]()
        return replace(
            task,
            formula=" ".join(str(definition.get("formula", "")).split()) or task.formula,
            shared_tokens=bool(definition.get("shared", task.shared_tokens)),
        )
    except (SpecError, GroupAxiomError, BudgetError) as error:
        raise type(error)(f"{where}, key {source}: {error}") from None


def _tasks(path: Path) -> dict[str, dict[str, object]]:
    try:
        if not path.is_file():
            raise SpecError(f"there is no file {path}")
        if path.stat().st_size > _MAX_BYTES:
            raise SpecError(f"{path} is larger than {_MAX_BYTES} bytes; keep tables in CSV files")
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None
    except RecursionError:
        raise SpecError(f"{path} is nested too deep for a file of tasks") from None
    except SpecError:
        raise
    except ValueError as error:  # no UTF-8, no TOML, or an integer of thousands of digits
        raise SpecError(f"{path} is no TOML: {error}") from None
    if not data:
        raise SpecError(f"{path} defines no task; a task is a table such as [mine]")
    for key, value in data.items():
        if not isinstance(value, dict):
            raise SpecError(
                f"{path}: key {key!r:.60} stands outside of any task; write [name] above it"
            )
    return data


def _source(definition: Mapping[str, object], where: str) -> str:
    """Check keys and types; return the key that defines the task."""
    for key, value in definition.items():
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(_KEYS)}"
            raise SpecError(f"{where}: unknown key {key!r:.60}; {hint}")
        if type(value) is not _KEYS[key]:
            raise SpecError(f"{where}, key {key}: needs {_KINDS[_KEYS[key]]}, got {value!r:.60}")
    given = [key for key in _COMPANION if key in definition]
    if len(given) != 1:
        raise SpecError(
            f"{where}: exactly one of {', '.join(_COMPANION)} defines it, found "
            f"{' and '.join(given) or 'none'}"
        )
    for source, companion in _COMPANION.items():
        if companion is not None and (companion in definition) != (source in given):
            raise SpecError(f"{where}: {companion!r} goes with {source!r} and only with it")
    return given[0]


def _group(text: str, path: Path) -> Group:
    is_file = Path(text).suffix.lower() in {".csv", ".npy", ".toml"}
    return read_group(path.parent / text if is_file else text)


def _table_path(text: str, path: Path) -> Path:
    if Path(text).suffix.lower() not in {".csv", ".npy"}:
        raise SpecError(f"a table is a .csv or .npy file, got {text!r:.60}")
    return path.parent / text
