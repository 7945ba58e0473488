"""Derive what a network that learns a task must look like inside, train it, and test it.

>>> import symtheory
>>> symtheory.predict(symtheory.named_task("modadd", p=97))
Theory(x + y mod 97: Z97)
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING

from symtheory import _checkout as _checkout

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination as Examination
    from symtheory.analysis.examination import examine as examine_embeddings
    from symtheory.experiments.training.runs import Run as Run
    from symtheory.groups.group import Group as Group
    from symtheory.pipeline import examine as examine
    from symtheory.pipeline import train as train
    from symtheory.pipeline import verify as verify
    from symtheory.records import Embedding as Embedding
    from symtheory.records import HiddenUnits as HiddenUnits
    from symtheory.records import Role as Role
    from symtheory.records import Verdict as Verdict
    from symtheory.tasks.catalogue import named_task as named_task
    from symtheory.tasks.group_words import group_task as group_task
    from symtheory.tasks.modular import modular_task as modular_task
    from symtheory.tasks.read import read_task as read_task
    from symtheory.tasks.tables import table_task as table_task
    from symtheory.tasks.task import Task as Task
    from symtheory.theory import Theory as Theory
    from symtheory.theory import predict as predict


class _OldNames:
    """Answer for the names that modules had in version 0.1, see `symtheory._renamed`."""

    @staticmethod
    def find_spec(
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG004
        target: ModuleType | None = None,  # noqa: ARG004
    ) -> ModuleSpec | None:
        if not fullname.startswith("symtheory."):
            return None
        from symtheory import _renamed

        return _renamed.find_spec(fullname)


sys.meta_path.append(_OldNames)

__version__ = "0.1.0"
__all__ = [
    "Embedding",
    "Examination",
    "Group",
    "HiddenUnits",
    "Role",
    "Run",
    "Task",
    "Theory",
    "Verdict",
    "__version__",
    "examine",
    "examine_embeddings",
    "group_task",
    "modular_task",
    "named_task",
    "predict",
    "read_task",
    "table_task",
    "train",
    "verify",
]

_HOMES = {
    "Embedding": "records",
    "HiddenUnits": "records",
    "Examination": "analysis.examination",
    "Group": "groups.group",
    "Role": "records",
    "Run": "experiments.training.runs",
    "Task": "tasks.task",
    "Theory": "theory",
    "Verdict": "records",
    "examine": "pipeline",
    "examine_embeddings": "analysis.examination:examine",
    "group_task": "tasks.group_words",
    "modular_task": "tasks.modular",
    "named_task": "tasks.catalogue",
    "predict": "theory",
    "read_task": "tasks.read",
    "table_task": "tasks.tables",
    "train": "pipeline",
    "verify": "pipeline",
}


def __getattr__(name: str) -> object:
    """Import a public name at its first use, so that the command line starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symtheory' has no attribute {name!r}")
    home, _, own = _HOMES[name].partition(":")
    return getattr(import_module(f"symtheory.{home}"), own or name)


def __dir__() -> list[str]:
    """Return the public names, imported or not, for completion."""
    return __all__
