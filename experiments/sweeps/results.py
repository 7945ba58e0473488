"""Results file of a sweep: one JSON object for each trained run, line by line.

A line is added when its run has ended; a last line that was cut off while it was written counts as
not written. The key of a line is (task, variant, seed).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from symtheory.errors import RunError
from symtheory.files import write_atomic
from symtheory.records import SCHEMA, Json
from symtheory.theory import Theory

from ..config.tables import plain_settings
from ..config.training import TrainingConfig
from ..data import split_task
from ..objectives.selection import closure_fraction
from ..training.log import parse_json
from ..training.runs import Run
from .sweep import Sweep, SweepPoint

__all__ = ["Record", "Results", "failed_record", "run_record"]

Record = dict[str, Json]
Key = tuple[str, str, int]

_DROPPED = frozenset({"irreps", "norms"})  # columns of the log that stay in the run folder
_KINDS: Mapping[str, type] = {
    "sweep": str, "size": str, "task": str, "variant": str, "seed": int, "settings": dict,
    "status": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Results:
    """The file of records in a sweep's folder.

    Parameters
    ----------
    path : Path
    """

    path: Path

    def records(self) -> Iterator[Record]:
        """Yield the records of all whole lines, in the order of the file.

        Raises
        ------
        RunError
            Where the file or a line cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if line.endswith(b"\n"):
                        yield self._record(line, number)
        except FileNotFoundError:
            return
        except OSError as error:
            raise RunError(f"{self.path} cannot be read: {error.strerror}") from error

    def append(self, records: Sequence[Record]) -> None:
        """Add a line for each record."""
        lines = "".join(json.dumps(record, allow_nan=False) + "\n" for record in records)
        try:
            with self.path.open("ab") as file:
                file.write(lines.encode())
        except OSError as error:
            raise RunError(
                f"cannot write {self.path}: {error.strerror}; mend that, then give the same "
                "command again"
            ) from error

    def repair(self, sweep: Sweep) -> set[Key]:
        """Make the file ready for more lines, and return which runs are done.

        A cut last line goes, and so do records of failed runs of this sweep, which are tried again.

        Raises
        ------
        RunError
            If the file is of another sweep or size, or has a run with other settings.
        """
        points = {(point.task.text, point.variant): point for point in sweep.points}
        done: set[Key] = set()
        failed = False
        for record in self.records():
            key = _key(record)
            point = points.get(key[:2])
            self._check(record, sweep, point)
            failed |= point is not None and record["status"] == "failed"
            if record["status"] == "done":
                done.add(key)
        # Failed runs are tried again, so their lines go, and the file is written anew; runs that
        # are no longer in the sweep keep theirs.
        if failed:
            kept = (r for r in self.records() if r["status"] == "done" or _key(r)[:2] not in points)
            text = "".join(json.dumps(record, allow_nan=False) + "\n" for record in kept)
            write_atomic(self.path, text.encode())
        else:
            self._cut()
        return done

    def of(self, sweep: Sweep) -> list[Record]:
        """Return the records of the sweep's runs, in the order of its points and seeds."""
        places = {
            (point.task.text, point.variant, seed): place
            for place, (point, seed) in enumerate(
                (point, seed) for point in sweep.points for seed in point.seeds
            )
        }
        found = {places[key]: r for r in self.records() if (key := _key(r)) in places}
        return [found[place] for place in sorted(found)]

    def _record(self, line: bytes, number: int) -> Record:
        record = parse_json(line.decode(errors="replace"))
        if not (
            isinstance(record, dict)
            and record.get("schema") == SCHEMA
            and all(type(record.get(key)) is kind for key, kind in _KINDS.items())
        ):
            raise RunError(
                f"{self.path} line {number} is no record of a run under the schema {SCHEMA!r}; "
                "delete the line to train that run again, or choose another --out"
            )
        return record

    def _check(self, record: Record, sweep: Sweep, point: SweepPoint | None) -> None:
        found, wanted = (record["sweep"], record["size"]), (sweep.name, sweep.size)
        if found != wanted:
            raise RunError(
                f"{self.path.parent} holds the sweep {found[0]} in its {found[1]} size, not "
                f"{wanted[0]} in its {wanted[1]} size; choose another --out"
            )
        if point is None:
            return
        different = _differences(record["settings"], plain_settings(point.config))
        if different:
            raise RunError(
                f"{self.path.parent} holds {record['task']}, {record['variant']}, seed "
                f"{record['seed']} with other settings: {'; '.join(different)}; choose another "
                "--out"
            )

    def _cut(self) -> None:
        """Remove what stands behind the last whole line."""
        try:
            if not self.path.exists():
                return
            with self.path.open("rb+") as file:
                whole = sum(len(line) for line in file if line.endswith(b"\n"))
                file.truncate(whole)
        except OSError as error:
            raise RunError(
                f"cannot write {self.path}: {error.strerror}; choose another --out"
            ) from error


def _key(record: Record) -> Key:
    seed = record["seed"]
    assert isinstance(seed, int)  # noqa: S101 - `Results` has seen to it
    return str(record["task"]), str(record["variant"]), seed


def run_record(
    sweep: Sweep,
    point: SweepPoint,
    config: TrainingConfig,
    *,
    theory: Theory,
    run: Run,
    seconds: float,
) -> Record:
    """Return the record of a run whose training has ended, from what its folder holds.

    Raises
    ------
    RunError
        If the folder holds no finished training.
    """
    finished, rows = run.finished, run.metrics
    if finished is None or not rows:
        raise RunError(f"{run.folder} holds no finished training")
    split = split_task(theory, config)
    n_train = len(split.train_cells)
    return {
        **_head(sweep, point, config.seed, run.folder),
        "status": "done",
        "error": None,
        "step": finished["step"],
        "reason": finished["reason"],
        "n_train": n_train,
        "n_cells": n_train + int(split.held_out.sum()),
        "closure": closure_fraction(theory, config, split.known),
        "seconds": seconds,
        "rows": _kept(rows),
    }


def failed_record(sweep: Sweep, point: SweepPoint, seed: int, *, run: Run, error: str) -> Record:
    """Return the record of a run that ended in an error, with the rows that it has."""
    try:
        rows = run.metrics
    except RunError:
        rows = []
    unknown = dict.fromkeys(("reason", "n_train", "n_cells", "closure", "seconds"))
    return {
        **_head(sweep, point, seed, run.folder),
        **unknown,
        "status": "failed",
        "error": error,
        "step": rows[-1]["step"] if rows else None,
        "rows": _kept(rows),
    }


def _head(sweep: Sweep, point: SweepPoint, seed: int, folder: Path) -> Record:
    return {
        "schema": SCHEMA,
        "sweep": sweep.name,
        "size": sweep.size,
        "task": point.task.text,
        "variant": point.variant,
        "seed": seed,
        "settings": plain_settings(point.config),
        "budget": point.config.steps,
        "folder": str(folder),
    }


def _kept(rows: Sequence[Mapping[str, Json]]) -> list[Json]:
    return [{key: row[key] for key in row if key not in _DROPPED} for row in rows]


def _differences(found: object, wanted: object, path: str = "") -> list[str]:
    """Name the settings in which two tables differ, with both values; absent is the default."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = sorted({*found, *wanted})
        inner = ((found.get(k), wanted.get(k), f"{path}.{k}".lstrip(".")) for k in keys)
        return [text for a, b, name in inner for text in _differences(a, b, name)]
    if found == wanted:
        return []
    before, after = ("the default" if v is None else json.dumps(v) for v in (found, wanted))
    return [f"{path} was {before}, is {after}"]
