"""Run folder: everything that a training produced.

    config.json              the task and the configuration; never changes
    theory.json              what was predicted before training
    metrics.jsonl            one JSON object a logged step
    snapshots/embedding-S.safetensors   the embeddings at each logged step S
    snapshots/state-S.safetensors       parameters and optimizer state: where a run resumes
    finished.json            present once training has ended: the last step and why
    result.json, report.html, figures/                  what testing wrote

Every file but the log is written under another name and renamed, so a killed process leaves whole
files; the log grows line by line, and a last line that was cut off counts as not written. Weights
are safetensors, never pickles.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from symtheory.errors import RunError
from symtheory.files import write_atomic
from symtheory.prompting import Symmetry
from symtheory.records import SCHEMA, Embedding, Json, Role
from symtheory.tasks.task import Task

from ..config.training import TrainingConfig
from ..prompting import symmetry_of
from .log import is_step, parse_json, read_row

try:
    import fcntl
except ImportError:  # pragma: no cover - not on every system
    fcntl = None  # type: ignore[assignment]

__all__ = ["Run"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run folder.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    @classmethod
    def create(cls, folder: Path, task: Task, config: TrainingConfig) -> "Run":
        """Make the folder, or open it where it already holds this very run.

        Raises
        ------
        RunError
            If the folder cannot be written, holds another run, or holds something else.
        """
        run = cls(folder)
        wanted = _identity(task, config)
        try:
            if not (folder / "config.json").exists():
                # Drafts of a process that was killed at its start are nobody's.
                there = folder.iterdir() if folder.is_dir() else ()
                foreign = sorted(
                    path.name
                    for path in there
                    if path.name != "snapshots" and not path.name.endswith(".draft")
                )
                if foreign:
                    raise RunError(
                        f"{folder} is not a run folder and not empty (it holds {foreign[0]}); "
                        "choose another --out"
                    )
                (folder / "snapshots").mkdir(parents=True, exist_ok=True)
                run.write_json("config.json", {"schema": SCHEMA, **wanted})
                return run
            (folder / "snapshots").mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(
                f"cannot write the run folder {folder}: {error.strerror}; choose another --out"
            ) from error
        run.check_identity(task, config)
        return run

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """Open an existing run folder."""
        if not (folder / "config.json").is_file():
            raise RunError(f"{folder} is not a run folder: it has no config.json")
        return cls(folder)

    @property
    def config(self) -> dict[str, Json]:
        """Task and configuration, as written before training."""
        return self.read_json("config.json")

    def check_identity(self, task: Task, config: TrainingConfig) -> None:
        """Refuse a task or a configuration that is not the one of this run.

        The device may differ: it is where a run is computed, not what.
        """
        found = self.config
        if found.get("schema") != SCHEMA:
            raise RunError(
                f"{self.folder} was written under the schema {found.get('schema')!r}, this "
                f"version reads {SCHEMA!r}; choose another --out"
            )
        found = {"symmetry": str(Symmetry.KNOWN), **found}  # the only one of version 0.1
        wanted = _identity(task, config)
        different = sorted(
            key
            for key in {*wanted, *found} - {"schema", "device"}
            if found.get(key) != wanted.get(key)
        )
        if different:
            raise RunError(
                f"{self.folder} holds a different run (it differs in "
                f"{', '.join(map(repr, different))}); choose another --out"
            )

    @property
    def finished(self) -> dict[str, Json] | None:
        """Last step and the reason why training ended, or None if it has not."""
        if not (self.folder / "finished.json").exists():
            return None
        found = self.read_json("finished.json")
        if not (is_step(found.get("step")) and isinstance(found.get("reason"), str)):
            raise RunError(
                f"{self.folder / 'finished.json'} is damaged: it should hold a step and a reason; "
                "delete it and continue with --resume"
            )
        return found

    @property
    def metrics(self) -> list[dict[str, Json]]:
        """The logged rows, in order of steps.

        A last line that was cut off while it was written counts as not written.
        """
        path = self.folder / "metrics.jsonl"
        if not path.exists():
            return []
        text = _read_text(path)
        whole = text[: text.rfind("\n") + 1]
        rows: list[dict[str, Json]] = []
        steps = [-1]
        for number, line in enumerate(whole.splitlines(), start=1):
            row = read_row(line)
            step = row["step"] if row else None
            if row is None or not isinstance(step, int) or step <= steps[-1]:
                raise RunError(
                    f"{path} line {number} is no row of this log; the run is damaged there: delete "
                    "the line and those after it to resume from the last whole state"
                )
            rows.append(row)
            steps.append(step)
        return rows

    def check_history(self, *, last: int, log_every: int) -> None:
        """Refuse a log or embeddings with gaps before step ``last``."""
        expected = set(range(0, last + 1, log_every))
        rows = {row["step"] for row in self.metrics}
        missing = sorted(expected - (rows & set(self.embedding_steps)))
        if missing:
            raise RunError(
                f"{self.folder} lacks the row or the embeddings of step {missing[0]}; the run is "
                "damaged: choose another --out"
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from training into the folder.

        Raises
        ------
        RunError
            If one is training there.
        """
        if fcntl is None:  # no such locks on this system
            yield
            return
        try:
            file = (self.folder / ".lock").open("w")
        except OSError as error:
            raise RunError(
                f"cannot write the run folder {self.folder}: {error.strerror}; mend that, or "
                "choose another --out"
            ) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RunError(
                    f"another process is training into {self.folder}; wait for it, or choose "
                    "another --out"
                ) from error
            yield

    def check(self) -> None:
        """Read everything that resuming needs; RunError where it is damaged."""
        _ = self.config, self.metrics, self.finished, self.last_state()

    @property
    def embedding_steps(self) -> list[int]:
        """Steps whose embeddings were kept, ascending."""
        return self._steps("embedding")

    def embeddings(self, step: int | None = None) -> dict[Role, Embedding]:
        """Return the embeddings at one step, by default the last one."""
        steps = self.embedding_steps
        if not steps:
            raise RunError(f"{self.folder} holds no embeddings yet")
        arrays = self._load("embedding", steps[-1] if step is None else step)
        return {
            role: Embedding(arrays[role].astype(np.float64), role)
            for role in Role
            if role in arrays
        }

    def write_embeddings(self, step: int, arrays: Mapping[Role, NDArray[np.floating]]) -> None:
        """Keep the embeddings of one step."""
        self._save("embedding", step, {str(role): points for role, points in arrays.items()})

    def write_state(self, step: int, arrays: Mapping[str, NDArray[np.floating]]) -> None:
        """Keep a resumable state, and of the older ones only the latest."""
        self._save("state", step, arrays)
        for old in self.state_steps[:-2]:
            self._path("state", old).unlink()

    @property
    def state_steps(self) -> list[int]:
        """Steps whose resumable states are kept, ascending."""
        return self._steps("state")

    def state(self, step: int) -> dict[str, NDArray[np.floating]]:
        """Return the resumable state of a step.

        Raises
        ------
        RunError
            If there is none, or it cannot be read.
        """
        if step not in self.state_steps:
            raise RunError(
                f"{self.folder} keeps no state of step {step}, from which the runs of its batch "
                "would go on; train it by itself with --resume"
            )
        return self._load("state", step)

    def last_state(self) -> tuple[int, dict[str, NDArray[np.floating]]] | None:
        """Return (step, arrays) of the latest resumable state, or None."""
        steps = self.state_steps
        return (steps[-1], self._load("state", steps[-1])) if steps else None

    def rewind(self, step: int) -> None:
        """Forget what was logged after ``step``, so that a resumed run writes it again."""
        rows = [row for row in self.metrics if isinstance(row["step"], int) and row["step"] <= step]
        text = "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)
        # States first: one that outlived its rows would be resumed from, with a gap in the log.
        for kind in ("state", "embedding"):
            for later in self._steps(kind):
                if later > step:
                    self._path(kind, later).unlink()
        write_atomic(self.folder / "metrics.jsonl", text.encode())

    def append_metrics(self, row: Mapping[str, Json]) -> None:
        """Add one row to the log."""
        try:
            with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(dict(row), allow_nan=False) + "\n")
        except OSError as error:
            raise RunError(
                f"cannot write {self.folder}/metrics.jsonl: {error.strerror}; mend that, then "
                "continue with --resume"
            ) from error

    def write_json(self, name: str, value: Mapping[str, Json]) -> None:
        """Write a JSON file of the run; NaN is refused."""
        text = json.dumps(dict(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        write_atomic(self.folder / name, text.encode())

    def read_json(self, name: str) -> dict[str, Json]:
        """Read a JSON file of the run."""
        value = parse_json(_read_text(self.folder / name))
        if not isinstance(value, dict):
            raise RunError(
                f"{self.folder / name} is damaged: it should hold one JSON object; restore it or "
                "choose another --out"
            )
        return value

    def _steps(self, kind: str) -> list[int]:
        names = (self.folder / "snapshots").glob(f"{kind}-*.safetensors")
        stems = [path.stem.removeprefix(f"{kind}-") for path in names]
        return sorted(int(stem) for stem in stems if re.fullmatch("[0-9]{6,9}", stem))

    def _path(self, kind: str, step: int) -> Path:
        return self.folder / "snapshots" / f"{kind}-{step:06d}.safetensors"

    def _save(self, kind: str, step: int, arrays: Mapping[str, NDArray[np.floating]]) -> None:
        whole = {name: np.array(array, order="C") for name, array in arrays.items()}
        write_atomic(self._path(kind, step), save(whole))

    def _load(self, kind: str, step: int) -> dict[str, NDArray[np.floating]]:
        path = self._path(kind, step)
        try:
            arrays: dict[str, NDArray[np.floating]] = load_file(path)
        except (OSError, SafetensorError, ValueError) as error:
            raise RunError(
                f"{path} cannot be read ({error}); delete it to fall back on an earlier one, "
                "or choose another --out"
            ) from error
        return arrays


def _identity(task: Task, config: TrainingConfig) -> dict[str, Json]:
    """Return task and configuration, with the symmetry that they come to."""
    symmetry = str(symmetry_of(task, config))
    return {"task": task.to_dict(), **config.to_dict(), "symmetry": symmetry}


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{path} cannot be read: {error}") from error
