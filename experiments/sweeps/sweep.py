"""Sweep: tasks, variants of the training and seeds that together speak about one claim."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symtheory.records import Json
from symtheory.tasks.catalogue import CATALOGUE
from symtheory.tasks.read import read_task
from symtheory.tasks.task import Task, file_name

from ..config.tables import plain_settings
from ..config.training import TrainingConfig

__all__ = ["TASK_WORDS", "Sweep", "SweepPoint", "TaskArguments"]

TASK_WORDS: Mapping[str, Any] = {
    "task": str,
    "p": int,
    "mod": int,
    "group": str,
    "graph": str,
    "levels": str,
    "order": str,
}
"""The words that name a task, with their types."""


@dataclass(frozen=True, slots=True)
class TaskArguments:
    """The words that name a task, as on the command line.

    Parameters
    ----------
    task : str
    p, mod : int or None
    group, graph, levels, order : str or None
    """

    task: str
    p: int | None = None
    mod: int | None = None
    group: str | None = None
    graph: str | None = None
    levels: str | None = None
    order: str | None = None

    @property
    def text(self) -> str:
        """The words in one line, such as ``"modadd p=59"``."""
        given = [(key, getattr(self, key)) for key in TASK_WORDS if key != "task"]
        return " ".join([self.task, *(f"{key}={value}" for key, value in given if value)])

    @property
    def folder(self) -> str:
        """A name for folders; what a file name cannot hold is told apart by a hash."""
        parameter = str(self.p or self.group or self.graph or self.levels or self.order)
        if self.task in CATALOGUE and len(parameter) <= 40:
            return f"{self.task}-{file_name(parameter)}"
        return f"{file_name(self.task)}-{hashlib.sha256(self.text.encode()).hexdigest()[:6]}"

    def read(self) -> Task:
        """Return the task; the errors are those of `symtheory.tasks.read.read_task`."""
        given = {key: getattr(self, key) for key in TASK_WORDS if key != "task"}
        return read_task(self.task, **given)


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """A task with a variant of the training: its seeds are trained as one program.

    Parameters
    ----------
    task : TaskArguments
    variant : str
    config : TrainingConfig
        Seed and device are not those of any run.
    seeds : tuple of int
    """

    task: TaskArguments
    variant: str
    config: TrainingConfig
    seeds: tuple[int, ...]

    def run_folder(self, seed: int) -> Path:
        """Return where a run lies in the folder of the sweep."""
        return Path("runs", file_name(self.variant), f"{self.task.folder}-s{seed}")

    def to_dict(self) -> dict[str, Json]:
        """Return the point as plain JSON values, with the settings that are not the defaults."""
        return {
            "task": self.task.text,
            "variant": self.variant,
            "seeds": list(self.seeds),
            "budget": self.config.steps,
            "settings": plain_settings(self.config),
        }


@dataclass(frozen=True, slots=True)
class Sweep:
    """Many runs that together speak about one claim.

    Parameters
    ----------
    name, claim : str
    size : {"full", "quick"}
    points : tuple of SweepPoint
        Task by task, and for each in the order of the variants.
    verify : bool
        Whether every trained network is tested.
    source : str
        The file itself.
    """

    name: str
    claim: str
    size: str
    points: tuple[SweepPoint, ...]
    verify: bool = False
    source: str = field(default="", repr=False)

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return sum(len(point.seeds) for point in self.points)
