"""Training of all runs of a sweep into one folder.

    spec.toml        the file that describes the sweep
    results.jsonl    a record of each run that has ended (`symtheory.experiments.sweeps.results`)
    runs/VARIANT/TASK-sSEED/     the run folders

The seeds of a sweep point, one task with one variant, are trained as one program. A sweep that was
stopped, by whatever, goes on where it was: runs with a record are skipped, and a run without one
continues from its last state.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias

from symtheory.errors import RunError
from symtheory.files import write_atomic
from symtheory.records import Json
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict

from ..config.training import TrainingConfig
from ..data import split_task
from ..objectives.selection import prompting_relations
from ..prompting import prompting
from ..training.runs import Run
from .processes import in_processes
from .results import Record, Results, failed_record, run_record
from .sweep import Sweep, SweepPoint, TaskArguments

__all__ = ["Examine", "PointReport", "run_sweep"]

Examine: TypeAlias = Callable[[Theory, TrainingConfig, Run], Mapping[str, Json]]
"""Tests a trained network; what it returns is added to the record of the run."""

_OnRows: TypeAlias = Callable[[SweepPoint, Sequence[Mapping[str, Json]]], None]


def _ignore(*_: object) -> None:
    """Be told something and do nothing."""


@dataclass(frozen=True, slots=True)
class PointReport:
    """Outcome of the training of a point.

    Parameters
    ----------
    point : SweepPoint
        With the seeds that were still to be trained.
    records : tuple of dict
        One for each of them; none where the training was interrupted.
    seconds : float
        Wall time.
    """

    point: SweepPoint
    records: tuple[Record, ...]
    seconds: float

    @property
    def errors(self) -> list[str]:
        """What went wrong in the runs that failed."""
        return [str(record["error"]) for record in self.records if record["status"] == "failed"]


@dataclass(frozen=True, slots=True)
class _Work:
    """Everything that training a point needs, here or in another process."""

    sweep: Sweep  # without points and source: they would travel with every point
    point: SweepPoint
    folder: Path
    device: str
    examine: Examine | None

    @property
    def configs(self) -> list[TrainingConfig]:
        return [replace(self.point.config, seed=s, device=self.device) for s in self.point.seeds]

    @property
    def runs(self) -> list[Run]:
        return [Run(self.folder / self.point.run_folder(seed)) for seed in self.point.seeds]


def run_sweep(
    sweep: Sweep,
    folder: Path,
    *,
    device: str = "cpu",
    jobs: int = 1,
    examine: Examine | None = None,
    on_start: Callable[[tuple[SweepPoint, ...]], None] = _ignore,
    on_point: Callable[[PointReport], None] = _ignore,
    on_rows: _OnRows = _ignore,
    interrupted: Callable[[], bool] = lambda: False,
) -> list[Record]:
    """Train what has not been trained yet and return the records of all runs.

    A run that fails gets a record that says why, the others go on; it is tried again when the
    sweep is. Where a batch fails, each of its runs gets a second chance alone.

    Parameters
    ----------
    sweep : Sweep
    folder : Path
        Of this sweep, or of none.
    device : str
        Where every run is trained.
    jobs : int
        Points at a time, each in a process with one thread; one point is trained in this process.
    examine : callable, optional
        Called with theory, configuration and run after the training of a point, in its process;
        the theory of each run is then written down before its training.
    on_start, on_point, on_rows : callable
        Called with the points to train, with each one done, and, where they are trained in this
        process, with (point, rows) of each logged step.
    interrupted : callable
        Asked before every step; when it says yes, states are written and KeyboardInterrupt raised.

    Raises
    ------
    RunError
        If the folder is not of this sweep, is in use, cannot be written, or holds a run with other
        settings.
    """
    _open(folder, sweep)
    with Run(folder).locked():
        results = Results(folder / "results.jsonl")
        done = results.repair(sweep)
        slim = replace(sweep, points=(), source="")
        works = [
            _Work(slim, point, folder, device, examine) for point in _remaining(sweep.points, done)
        ]
        for work in works:
            _check_folders(work)
        write_atomic(folder / "spec.toml", sweep.source.encode())
        on_start(tuple(work.point for work in works))
        reports = (
            (_train_point(work, interrupted, on_rows) for work in works)
            if jobs == 1
            else in_processes(
                works, _train_point, jobs=jobs, folder=folder, interrupted=interrupted
            )
        )
        is_whole = True
        for report in reports:
            results.append(report.records)
            is_whole &= bool(report.records)
            if report.records:
                on_point(report)
            elif jobs == 1:
                break
        if not is_whole:
            raise KeyboardInterrupt
        return results.of(sweep)


def _open(folder: Path, sweep: Sweep) -> None:
    """Make the folder, or see that it is one of a sweep."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if names and "spec.toml" not in names:
            raise RunError(
                f"{folder} is not the folder of a sweep and not empty (it holds {min(names)}); "
                "choose another --out"
            )
        (folder / ".lock").touch()
    except OSError as error:
        raise RunError(
            f"cannot write the folder {folder} of the sweep {sweep.name}: {error.strerror}; "
            "choose another --out"
        ) from error


def _remaining(
    points: Iterable[SweepPoint], done: set[tuple[str, str, int]]
) -> Iterator[SweepPoint]:
    for point in points:
        seeds = [s for s in point.seeds if (point.task.text, point.variant, s) not in done]
        if seeds:
            yield replace(point, seeds=tuple(seeds))


def _check_folders(work: _Work) -> None:
    """Refuse a point whose runs were begun with other settings, before any is trained."""
    for config, run in zip(work.configs, work.runs, strict=True):
        if (run.folder / "config.json").exists():
            run.check_identity(_task(work.point.task), config)


@lru_cache(maxsize=4)
def _theory(arguments: TaskArguments) -> Theory:
    return predict(arguments.read())


@lru_cache(maxsize=4)
def _task(arguments: TaskArguments) -> Task:
    return arguments.read()


def _train_point(
    work: _Work, interrupted: Callable[[], bool], on_rows: _OnRows = _ignore
) -> PointReport:
    """Train the runs of a point and test them; no records where the training was interrupted."""
    began = time.perf_counter()
    point = work.point
    records: list[Record] = []
    try:
        errors = _train(work, partial(on_rows, point), interrupted)
        seconds = _seconds(work.runs) / len(point.seeds)
        for config, run in zip(work.configs, work.runs, strict=True):
            if interrupted():
                raise KeyboardInterrupt
            error = errors.get(config.seed)
            records.append(_record(work, config, run, error=error, seconds=seconds))
    except KeyboardInterrupt:
        records = []
    return PointReport(point, tuple(records), time.perf_counter() - began)


def _train(
    work: _Work,
    on_rows: Callable[[Sequence[Mapping[str, Json]]], None],
    interrupted: Callable[[], bool],
) -> dict[int, str]:
    """Train the runs of a point that are not finished; return what went wrong with which seed."""
    if interrupted():
        raise KeyboardInterrupt
    errors: dict[int, str] = {}
    try:
        theory = _theory(work.point.task)
    except Exception as error:
        return dict.fromkeys(work.point.seeds, _one_line(error))
    todo: dict[int, tuple[TrainingConfig, Run]] = {}
    for config, run in zip(work.configs, work.runs, strict=True):
        try:
            Run.create(run.folder, theory.task, config)
            if work.examine is not None:
                known = split_task(theory, config).known
                prompted = prompting_relations(theory, config, known)
                told = prompting(theory, config, known).to_dict()
                theory_of = theory.to_dict(known, prompted=prompted)
                run.write_json("theory.json", {**theory_of, "prompting": told})
            if run.finished is None:
                todo[config.seed] = config, run
        except Exception as error:
            errors[config.seed] = _one_line(error)
    batches = [todo] if todo else []
    while batches:
        batch = batches.pop()
        try:
            _train_batch(theory, batch, on_rows, interrupted)
        except Exception as error:
            # What ends one run ends its batch; the others can still do without it.
            if len(batch) == 1:
                errors |= dict.fromkeys(batch, _one_line(error))
            else:
                batches += [{seed: pair} for seed, pair in batch.items() if not _is_over(pair[1])]
    return errors


def _train_batch(
    theory: Theory,
    batch: Mapping[int, tuple[TrainingConfig, Run]],
    on_rows: Callable[[Sequence[Mapping[str, Json]]], None],
    interrupted: Callable[[], bool],
) -> None:
    from ..training.trainer import train_batch

    train_batch(
        theory,
        [config for config, _ in batch.values()],
        [run for _, run in batch.values()],
        on_rows=on_rows,
        interrupted=interrupted,
    )


def _record(
    work: _Work, config: TrainingConfig, run: Run, *, error: str | None, seconds: float
) -> Record:
    """Return the record of a run, with what examining it found."""
    sweep, point = work.sweep, work.point
    if error is None:
        try:
            theory = _theory(point.task)
            found = {} if work.examine is None else work.examine(theory, config, run)
            record = run_record(sweep, point, config, theory=theory, run=run, seconds=seconds)
        except Exception as problem:
            error = _one_line(problem)
        else:
            return {**record, **found}
    return failed_record(sweep, point, config.seed, run=run, error=error)


def _is_over(run: Run) -> bool:
    try:
        return run.finished is not None
    except RunError:
        return False


def _seconds(runs: Iterable[Run]) -> float:
    """Return the wall seconds that the longest log of a batch shows, earlier sessions included."""
    clocks = [0.0]
    for run in runs:
        try:
            rows = run.metrics
        except RunError:
            continue
        clock = rows[-1]["seconds"] if rows else None
        clocks += [float(clock)] if isinstance(clock, int | float) else []
    return max(clocks)


def _one_line(error: Exception) -> str:
    """Return an error in one line of bearable length."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:1000]
