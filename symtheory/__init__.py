"""Derive what a network that learns a task must look like inside, train it, and test it.

>>> import symtheory
>>> symtheory.predict(symtheory.named_task("modadd", p=97))
Theory(x + y mod 97: Z97)
"""

from importlib import import_module
from typing import TYPE_CHECKING

from symtheory import _checkout as _checkout

if TYPE_CHECKING:
    from symtheory.groups.group import Group as Group
    from symtheory.tasks.catalogue import named_task as named_task
    from symtheory.tasks.group_words import group_task as group_task
    from symtheory.tasks.modular import modular_task as modular_task
    from symtheory.tasks.read import read_task as read_task
    from symtheory.tasks.tables import table_task as table_task
    from symtheory.tasks.task import Task as Task
    from symtheory.theory import Theory as Theory
    from symtheory.theory import predict as predict

__version__ = "0.1.0"
__all__ = [
    "Group",
    "Task",
    "Theory",
    "__version__",
    "group_task",
    "modular_task",
    "named_task",
    "predict",
    "read_task",
    "table_task",
]

_HOMES = {
    "group_task": "symtheory.tasks.group_words",
    "read_task": "symtheory.tasks.read",
    "table_task": "symtheory.tasks.tables",
    "Group": "symtheory.groups.group",
    "Task": "symtheory.tasks.task",
    "Theory": "symtheory.theory",
    "predict": "symtheory.theory",
    "modular_task": "symtheory.tasks.modular",
    "named_task": "symtheory.tasks.catalogue",
}


def __getattr__(name: str) -> object:
    """Import a public name at its first use, so that the command line starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symtheory' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
