"""Figures of a sweep, written into one folder."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..sweeps.criterion import find_criterion
from ..sweeps.tables import Key, by_variant
from ..sweeps.time_to_generalization import Record, read_times
from .criterion_plot import criterion_rows, draw_criterion
from .files import Table, write_figure
from .style import FULL_WIDTH, styled
from .survival_curves import SURVIVAL_PANELS, draw_survival, survival_table
from .sweep_curves import draw_seeds, seeds_table
from .training import PANELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["SweepFigures"]

_Named = tuple[str, "Figure", Table]


@dataclass(frozen=True, slots=True, eq=False)
class SweepFigures:
    """Data of the figures of a sweep.

    Parameters
    ----------
    records : sequence of mappings
        Of a sweep; failed runs are left out.
    rng : numpy.random.Generator
        For the criterion's null, whose result the figures do not show.
    score : {"violation", "violation_max"}
    after_memorization : bool
        Which checkpoints the criterion is judged on.
    baseline : str
        Variant that comes first.
    """

    records: Sequence[Record]
    rng: np.random.Generator
    score: str = "violation"
    after_memorization: bool = True
    baseline: str = "baseline"

    def write(self, folder: Path) -> list[str]:
        """Draw every figure and write it as PDF, SVG, PNG and CSV.

        Returns
        -------
        list of str
            Names of the figures: for each task "survival-TASK", for each of its variants
            "stages-TASK-VARIANT" and, where there are both solved and unsolved checkpoints to be
            told apart, "criterion-TASK-VARIANT". None where every run failed.
        """
        names = []
        with styled():
            for name, figure, table in self._figures():
                write_figure(figure, folder, name, table)
                names.append(name)
        return names

    def _figures(self) -> Iterator[_Named]:
        done = [record for record in self.records if record.get("status") != "failed"]
        groups = by_variant(done, baseline=self.baseline)
        variants = sorted(dict.fromkeys(name for _, name in groups), key=self.baseline.__ne__)
        for task in dict.fromkeys(task for task, _ in groups):
            # A variant has one look in the figures of all tasks, also where it has no run.
            own = {variant: groups.get((task, variant), []) for variant in variants}
            yield self._survival(task, own)
            for variant, runs in own.items():
                if runs:
                    yield self._stages((task, variant), runs)
                    yield from self._criterion((task, variant), runs)

    def _survival(self, task: str, runs: dict[str, list[Record]]) -> _Named:
        times = {variant: read_times(own) for variant, own in runs.items()}
        n_rows = sum(own.n_runs > 0 for own in times.values())
        heights = (0.17 * n_rows + 0.1, 1.6)
        figure = _new_figure(sum(heights) + 0.9)
        axes = figure.subplots(SURVIVAL_PANELS, 1, sharex=True, height_ratios=heights)
        draw_survival(times, axes, baseline=self.baseline)
        figure.suptitle(f"{task}: steps until every held-out cell is answered", fontsize=8)
        return _file_name("survival", task), figure, survival_table(times)

    def _stages(self, key: Key, runs: Sequence[Record]) -> _Named:
        figure = _new_figure(4.4)
        draw_seeds(runs, figure.subplots(PANELS, 1, sharex=True))
        figure.suptitle(_title(key, runs), fontsize=8)
        return _file_name("stages", *key), figure, seeds_table(runs)

    def _criterion(self, key: Key, runs: Sequence[Record]) -> Iterator[_Named]:
        found = find_criterion(
            runs,
            score=self.score,
            after_memorization=self.after_memorization,
            rng=self.rng,
            n_draws=1,
        )
        if found.measured.auc is None:
            return
        figure = _new_figure(3.2)
        draw_criterion(runs, found, figure.subplots(1, 2))
        figure.suptitle(_title(key, runs), fontsize=8)
        yield _file_name("criterion", *key), figure, criterion_rows(runs, found)


def _title(key: Key, runs: Sequence[Record]) -> str:
    return f"{key[0]}, {key[1]}: {len(runs)} {'seed' if len(runs) == 1 else 'seeds'}"


def _file_name(*parts: str) -> str:
    """Return a file name: letters and digits, everything else as hyphens.

    Examples
    --------
    >>> _file_name("stages", "modadd p=59", "weight decay 0.1")
    'stages-modadd-p-59-weight-decay-0.1'
    """
    return "-".join(re.sub(r"[^\w.]+", "-", part).strip("-") for part in parts)


def _new_figure(height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(FULL_WIDTH, height), layout="constrained")
