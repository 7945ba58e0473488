"""Curves of several seeds of one task and variant, with the stages marked."""

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from ..statistics.stages import Stages, find_stages
from ..sweeps.checkpoints import read_checkpoints
from ..sweeps.time_to_generalization import Record, log_rows
from .files import Table
from .logarithmic import log_steps, log_values
from .style import COLORS
from .training import PANELS, without_relations

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_seeds", "seeds_table"]

_CURVES = (
    (0, "train_accuracy", "training cells", "sky"),
    (0, "test_accuracy", "held-out cells", "black"),
    (1, "violation", "", "purple"),
    (2, "effective_dimension", "", "red"),
)

_STAGES = (
    ("memorization", "memorization", "orange", ":"),
    ("acquisition", "symmetry acquisition", "blue", "--"),
    ("organization", "geometric organization", "green", "-."),
)


def seeds_table(records: Sequence[Record]) -> Table:
    """Return the curves as rows: seed, step and what is drawn."""
    rows = read_checkpoints(records)
    columns = [column for _, column, _, _ in _CURVES]
    values = np.column_stack([rows.values[column] for column in columns]).tolist()
    header = ("seed", "step", *columns)
    return header, (
        (rows.seeds[seed], int(step), *("" if value != value else value for value in numbers))  # noqa: PLR0124 - not a number
        for seed, step, numbers in zip(rows.seed, rows.step, values, strict=True)
    )


def draw_seeds(records: Sequence[Record], axes: Sequence["Axes"]) -> Sequence["Axes"]:
    """Draw accuracy, violation and effective dimension of every seed, and their medians.

    A seed is a thin line; the thick one is the median over seeds, where a seed keeps its last
    value once its run has ended. Vertical lines are the median steps of the stages, with the
    seeds that never reached one counted as later than all others.

    Parameters
    ----------
    records : sequence of mappings
        Runs of one task and variant, failed ones left out.
    axes : sequence of Axes
        `PANELS` axes that share the abscissa.
    """
    rows = read_checkpoints(records)
    several = len(rows.seeds) > 1
    for panel, column, label, color in _CURVES:
        ax = axes[panel]
        values = rows.values[column]
        for index in range(len(rows.seeds)) if several else ():
            own = (rows.seed == index) & np.isfinite(values)
            ax.plot(rows.step[own], values[own], color=COLORS[color], linewidth=0.5, alpha=0.5)
        steps, curves = rows.curves(column)
        if len(steps):
            width = 2.6 if column == "train_accuracy" else 1.6
            ax.plot(
                steps, np.median(curves, axis=0), color=COLORS[color], label=label, linewidth=width
            )
    top, middle, bottom = axes[:PANELS]
    top.set(ylabel="accuracy", ylim=(-0.03, 1.05))
    middle.set(ylabel="largest mean\nviolation (nats)")
    if (rows.values["violation"] > 0).any():
        log_values(middle, "y")
    else:
        without_relations(middle)
    bottom.set(ylabel="effective\ndimension")
    bottom.set_ylim(bottom=0)
    log_steps(bottom, rows.step.max(initial=1.0))
    stages = [find_stages(log_rows(r)) for r in records if r.get("status") != "failed"]
    _mark(stages, axes)
    return axes


def _mark(stages: Sequence[Stages], axes: Sequence["Axes"]) -> None:
    for attribute, name, color, dashes in _STAGES:
        step = median(getattr(stage, attribute).until for stage in stages)
        if not np.isfinite(step):
            continue
        for ax in axes:
            ax.axvline(step, color=COLORS[color], linestyle=dashes, linewidth=1, zorder=0)
        label = f"{name}: step {step:,g}"
        axes[0].plot([], [], color=COLORS[color], linestyle=dashes, label=label)
    axes[0].legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=3, handlelength=2.2)
