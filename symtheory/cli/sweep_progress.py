"""Progress of a sweep on stderr: a line for each sweep point, and a bar on a terminal."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from symtheory.layout import duration
from symtheory.records import Json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from symtheory.experiments.sweeps.run import PointReport
    from symtheory.experiments.sweeps.sweep import SweepPoint

__all__ = ["SweepProgress", "sweep_progress"]


class SweepProgress:
    """Receives what happens in a sweep and says it in plain lines."""

    def __init__(self) -> None:
        self._n_points = self._n_done = 0
        self._left = self._spent = 0  # in steps of runs, at most
        self._began = time.monotonic()

    def on_start(self, points: "tuple[SweepPoint, ...]") -> None:
        """Learn what will be trained."""
        self._began = time.monotonic()
        self._n_points = len(points)
        self._left = sum(map(_weight, points))
        if not points:
            self._say("everything is trained already")

    def on_point(self, report: "PointReport") -> None:
        """Show that a point ended, how long it took, and how long the rest may take."""
        self._n_done += 1
        self._left -= _weight(report.point)
        self._spent += _weight(report.point)
        n, errors = len(report.point.seeds), report.errors
        rest = (time.monotonic() - self._began) * self._left / max(1, self._spent)
        width = len(str(self._n_points))
        self._say(
            f"[{self._n_done:>{width}}/{self._n_points}] {report.point.task.text}, "
            f"{report.point.variant}: {n} run{'s' * (n > 1)} in {duration(report.seconds)}"
            + f", {len(errors)} failed ({'; '.join(errors[:1]):.200})" * bool(errors)
            + f"; about {duration(rest)} left" * (self._left > 0)
        )

    def on_rows(self, point: "SweepPoint", rows: Sequence[Mapping[str, Json]]) -> None:
        """Learn of the rows that the runs of a point in this process have logged at a step."""

    def _say(self, line: str) -> None:
        if sys.stderr is not None:
            with suppress(OSError):  # a log that nobody reads must not end the sweep
                print(line, file=sys.stderr, flush=True)


class _Bar(SweepProgress):
    """The same on a terminal, above a bar that counts points and shows the step."""

    def __init__(self, progress: "Progress", bar: "TaskID") -> None:
        super().__init__()
        self._progress, self._bar = progress, bar

    def on_start(self, points: "tuple[SweepPoint, ...]") -> None:
        super().on_start(points)
        self._progress.update(self._bar, total=len(points))

    def on_point(self, report: "PointReport") -> None:
        super().on_point(report)
        self._progress.update(self._bar, completed=self._n_done, now="")

    def on_rows(self, point: "SweepPoint", rows: Sequence[Mapping[str, Json]]) -> None:
        now = f"{point.task.text}, {point.variant}: step {rows[0].get('step')}"
        self._progress.update(self._bar, now=now)

    def _say(self, line: str) -> None:
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def sweep_progress() -> Iterator[SweepProgress]:
    """Show the progress of a sweep as long as the context lasts."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield SweepProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    with Progress(
        TextColumn("sweep"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        Elapsed(),
        TextColumn("{task.fields[now]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        yield _Bar(progress, progress.add_task("sweep", total=None, now=""))


def _weight(point: "SweepPoint") -> int:
    return point.config.steps * len(point.seeds)
