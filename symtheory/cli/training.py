"""From a theory and a configuration to a finished run folder, with progress and interruption."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from symtheory.cli.progress import training_progress
from symtheory.errors import RunError, SpecError

if TYPE_CHECKING:
    from symtheory.experiments.config import TrainingConfig
    from symtheory.experiments.runs import Run
    from symtheory.theory import Theory

__all__ = ["open_run", "train_run"]


def open_run(theory: "Theory", config: "TrainingConfig", arguments: argparse.Namespace) -> "Run":
    """Make the run folder, or open the one that holds this very run.

    Raises
    ------
    RunError
        If the folder holds another run, or an unfinished one without ``--resume``.
    """
    from symtheory.experiments.budget import check_budget
    from symtheory.experiments.runs import Run

    check_budget(theory, config)
    task = theory.task.to_dict()
    if arguments.out is None:
        name = f"{theory.task.name}-transformer-s{config.seed}-{config.fingerprint(task)}"
        folder = Path("runs", name)
    elif is_path(arguments.out):
        folder = Path(arguments.out)
    else:
        raise SpecError(f"--out must name a folder, got {arguments.out!r}")
    if arguments.resume and not (folder / "config.json").is_file():
        raise RunError(f"there is no run to resume in {folder}; leave out --resume")
    run = Run.create(folder, theory.task, config)
    if arguments.resume:
        run.check()
    elif run.finished is None and run.metrics:
        raise RunError(
            f"{folder} holds an unfinished run, stopped at step {run.metrics[-1]['step']}; add "
            "--resume to continue it, or choose another --out"
        )
    return run


def train_run(theory: "Theory", config: "TrainingConfig", run: "Run") -> None:
    """Train into the run folder; Ctrl-C writes a resumable state first."""
    from symtheory.experiments.trainer import train

    if run.finished is not None:
        print(f"{run.folder} is trained already", file=sys.stderr)
        return
    print(f"training on {config.device} into {run.folder}", file=sys.stderr)
    with _interruptible() as interrupted, training_progress(config.steps) as on_row:
        train(theory, config, run, on_row=on_row, interrupted=interrupted)


def is_path(text: str) -> bool:
    """Whether a text can name a folder and stand in a result: no byte that is not UTF-8."""
    try:
        parts = Path(text).parts
        return bool(text) and all(len(part.encode()) <= 255 for part in parts)
    except ValueError:
        return False


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
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
