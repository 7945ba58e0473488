"""From a theory and configurations to finished run folders, with progress and interruption."""

import argparse
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from symtheory.cli.progress import training_progress
from symtheory.errors import RunError, SpecError

if TYPE_CHECKING:
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run
    from symtheory.theory import Theory

__all__ = ["interruptible", "is_path", "open_runs", "train_runs"]


def open_runs(
    theory: "Theory", configs: "Sequence[TrainingConfig]", arguments: argparse.Namespace
) -> "list[Run]":
    """Make the run folders, or open those that hold these very runs.

    One run goes into the folder that ``--out`` names, several into folders s0, s1, ... in it.

    Raises
    ------
    RunError
        If a folder holds another run, or an unfinished one without ``--resume``.
    SpecError
        If a configuration does not fit the task; then no folder is made.
    """
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import auxiliary_terms
    from symtheory.experiments.training.budget import check_budget

    check_budget(theory, configs[0], len(configs))
    if arguments.out is not None and not is_path(arguments.out):
        raise SpecError(f"--out must name a folder, got {arguments.out!r}")
    # A folder of a run that cannot be would be in the way of the corrected command.
    for config in configs:
        auxiliary_terms(theory, config, split_task(theory, config).known)
    if arguments.out is not None and len(configs) > 1:
        _check_parent(Path(arguments.out))
    folders = []
    for config in configs:
        if arguments.out is None:
            task = theory.task.to_dict()
            name = f"{theory.task.name}-{config.model.kind}-s{config.seed}"
            folders.append(Path("runs", f"{name}-{config.fingerprint(task)}"))
        else:
            inner = [f"s{config.seed}"] if len(configs) > 1 else []
            folders.append(Path(arguments.out, *inner))
    # Of several runs some may never have begun.
    if arguments.resume and not any((folder / "config.json").is_file() for folder in folders):
        raise RunError(f"there is no run to resume in {folders[0]}; leave out --resume")
    return [
        _open_run(theory, config, folder, resume=arguments.resume)
        for config, folder in zip(configs, folders, strict=True)
    ]


def _check_parent(folder: Path) -> None:
    """Refuse a folder that is something else than one of runs s0, s1, ... or empty."""
    try:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError:  # not there yet; or making a run in it says why it cannot be
        return
    runs = {name for name in names if re.fullmatch("s[0-9]+", name)}
    foreign = names & {"config.json", "spec.toml"} if runs else names
    if foreign:
        raise RunError(
            f"{folder} is not a folder of several runs and not empty (it holds {min(foreign)}); "
            "choose another --out"
        )


def _open_run(theory: "Theory", config: "TrainingConfig", folder: Path, *, resume: bool) -> "Run":
    from symtheory.experiments.training.runs import Run

    run = Run.create(folder, theory.task, config)
    if resume:
        run.check()
    elif run.finished is None and run.metrics:
        raise RunError(
            f"{folder} holds an unfinished run, stopped at step {run.metrics[-1]['step']}; add "
            "--resume to continue it, or choose another --out"
        )
    return run


def train_runs(
    theory: "Theory", configs: "Sequence[TrainingConfig]", runs: "Sequence[Run]"
) -> None:
    """Train into the run folders; Ctrl-C writes resumable states first."""
    from symtheory.experiments.training.trainer import train_batch

    for run in runs:
        if run.finished is not None:
            print(f"{run.folder} is trained already", file=sys.stderr)
    going = [number for number, run in enumerate(runs) if run.finished is None]
    if not going:
        return
    first = runs[going[0]].folder
    into = str(first) if len(going) == 1 else f"{first} and {len(going) - 1} more"
    print(f"training on {configs[0].device} into {into}", file=sys.stderr)
    with (
        interruptible() as interrupted,
        training_progress(configs[0].steps) as on_rows,
    ):
        train_batch(theory, configs, runs, on_rows=on_rows, interrupted=interrupted)


def is_path(text: str) -> bool:
    """Whether a text can name a folder and stand in a result: no byte that is not UTF-8."""
    try:
        parts = Path(text).parts
        return bool(text) and "\0" not in text and all(len(p.encode()) <= 255 for p in parts)
    except ValueError:
        return False


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a wish that the trainer asks for; the second acts at once."""
    wished = False

    def remember(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        nonlocal wished
        if wished:
            raise KeyboardInterrupt
        wished = True

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: wished
    finally:
        signal.signal(signal.SIGINT, before)
