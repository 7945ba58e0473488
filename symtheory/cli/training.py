"""Training from the command line: run folders, progress, interruption."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from symtheory.cli.progress import training_progress
from symtheory.errors import SpecError

if TYPE_CHECKING:
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run
    from symtheory.theory import Theory

__all__ = ["interruptible", "is_path", "open_runs", "train_runs"]


def open_runs(
    theory: "Theory", configs: "Sequence[TrainingConfig]", arguments: argparse.Namespace
) -> "list[Run]":
    """Make or open the run folders that the arguments name, see `symtheory.pipeline.open_runs`."""
    from symtheory import pipeline

    if arguments.out is not None and not is_path(arguments.out):
        raise SpecError(f"--out must name a folder, got {arguments.out!r}")
    return pipeline.open_runs(theory, configs, out=arguments.out, resume=arguments.resume)


def train_runs(
    theory: "Theory", configs: "Sequence[TrainingConfig]", runs: "Sequence[Run]"
) -> None:
    """Train into the run folders; Ctrl-C writes resumable states first."""
    from symtheory import pipeline

    for run in runs:
        if run.finished is not None:
            print(f"{run.folder} is trained already", file=sys.stderr)
    going = [number for number, run in enumerate(runs) if run.finished is None]
    if not going:
        pipeline.train(theory, configs, runs=runs)
        return
    first = runs[going[0]].folder
    into = str(first) if len(going) == 1 else f"{first} and {len(going) - 1} more"
    print(f"training on {configs[0].device} into {into}", file=sys.stderr)
    with (
        interruptible() as interrupted,
        training_progress(configs[0].steps) as on_rows,
    ):
        pipeline.train(theory, configs, runs=runs, on_rows=on_rows, interrupted=interrupted)


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
