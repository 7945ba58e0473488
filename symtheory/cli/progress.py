"""Progress on stderr: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from symtheory.records import Json

__all__ = ["training_progress", "waiting"]

_SECONDS_BETWEEN_LINES = 5.0
_PATIENCE = 2.0  # seconds after which a person wants to know what goes on


OnRows = Callable[[Sequence[Mapping[str, Json]]], None]
"""Receives the rows that all runs in training have logged at one step."""


def describe(rows: Sequence[Mapping[str, Json]]) -> str:
    """Return the numbers of logged rows as one line; of several runs the least and the largest."""

    def numbers(key: str, form: str) -> str:
        found = (row.get(key) for row in rows)
        values = [float(value) for value in found if isinstance(value, int | float)]
        ends = [format(end(values), form) for end in (min, max)] if values else ["-"]
        return " to ".join(dict.fromkeys(ends))

    return (
        f"loss {numbers('train_loss', '.3f')}  train {numbers('train_accuracy', '.3f')}  "
        f"test {numbers('test_accuracy', '.3f')}  violation {numbers('violation', '.2g')}"
    ) + (f"  {len(rows)} runs" if len(rows) > 1 else "")


@contextmanager
def training_progress(steps: int) -> Iterator[OnRows]:
    """Show the progress of a training of at most ``steps`` steps."""
    if sys.stderr is not None and sys.stderr.isatty():
        with _bar(steps) as on_rows:
            yield on_rows
    else:
        yield _PlainLines(steps)


class _PlainLines:
    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._began = self._printed = time.monotonic()
        self._first: int | None = None

    def __call__(self, rows: Sequence[Mapping[str, Json]]) -> None:
        now, step = time.monotonic(), rows[0]["step"]
        if not isinstance(step, int):
            return
        self._first = step if self._first is None else self._first
        if now - self._printed < _SECONDS_BETWEEN_LINES and step not in (0, self._steps):
            return
        self._printed = now
        rate = (step - self._first) / max(now - self._began, 1e-9)
        left = f"at most {(self._steps - step) / rate:.0f} s left" if rate > 0 else ""
        with suppress(OSError):  # a log that nobody reads must not end the training
            print(
                f"step {step:>5}  {describe(rows)}  {rate:.0f} steps/s  {left}".rstrip(),
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def _bar(steps: int) -> Iterator[OnRows]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    with Progress(
        TextColumn("training"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TextColumn("{task.fields[numbers]}"),
        TextColumn("{task.fields[rate]}"),
        TextColumn("at most"),
        Remaining(compact=True),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        bar = progress.add_task("training", total=steps, numbers="", rate="")

        def on_rows(rows: Sequence[Mapping[str, Json]]) -> None:
            step = rows[0]["step"]
            if isinstance(step, int):
                speed = progress.tasks[bar].speed
                progress.update(
                    bar,
                    completed=step,
                    numbers=describe(rows),
                    rate=f"{speed:.0f} steps/s" if speed else "",
                )

        yield on_rows


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say what is being done, and for how long, where it takes more than two seconds."""
    began, done = time.monotonic(), threading.Event()

    def speak() -> None:
        pause = _PATIENCE
        while not done.wait(pause):
            pause = _SECONDS_BETWEEN_LINES
            seconds = time.monotonic() - began
            with suppress(OSError):
                print(f"{what}: {seconds:.0f} s", file=sys.stderr, flush=True)

    if sys.stderr is None:
        yield
        return
    speaker: AbstractContextManager[object]
    if sys.stderr.isatty():
        speaker = _spinner(what)
    else:
        speaker = nullcontext()
        threading.Thread(target=speak, daemon=True).start()
    try:
        with speaker:
            yield
    finally:
        done.set()


def _spinner(what: str) -> "AbstractContextManager[object]":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.add_task(what, total=None)
    return progress
