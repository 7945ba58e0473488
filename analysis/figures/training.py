"""Training curves with the stages marked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from symtheory.records import Json

from ..statistics.stages import Stages
from .files import Table
from .logarithmic import log_values
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PANELS", "draw_training", "training_table", "without_relations"]

PANELS = 3
"""Axes that `draw_training` fills, from top to bottom."""

_STAGES = (
    ("memorization", "memorization", "orange", ":"),
    ("acquisition", "symmetry acquisition", "blue", "--"),
    ("organization", "geometric organization", "green", "-."),
)


def training_table(rows: Sequence[Mapping[str, Json]]) -> Table:
    """Return the logged rows as columns."""
    columns = list(rows[0]) if rows else []
    return columns, ([row.get(column) for column in columns] for row in rows)


def draw_training(
    rows: Sequence[Mapping[str, Json]], stages: Stages, axes: Sequence["Axes"]
) -> Sequence["Axes"]:
    """Draw accuracy, violation and effective dimension against the optimizer step.

    Parameters
    ----------
    rows : sequence of mappings
        Rows of a training log.
    stages : Stages
        Marked by a vertical line each, where they were seen.
    axes : sequence of Axes
        `PANELS` axes that share the abscissa.
    """
    top, middle, bottom = axes

    def plot(ax: "Axes", key: str, color: str, label: str = "", width: float = 1.2) -> None:
        points = [(row["step"], row[key]) for row in rows if row.get(key) is not None]
        ax.plot(
            *np.array(points, dtype=np.float64).reshape(-1, 2).T,
            color=color,
            label=label,
            linewidth=width,
        )

    plot(top, "train_accuracy", COLORS["sky"], "training cells", width=2.6)
    plot(top, "test_accuracy", COLORS["black"], "held-out cells")
    top.set(ylabel="accuracy", ylim=(-0.03, 1.05))
    plot(middle, "violation", COLORS["purple"])
    middle.set(ylabel="largest mean\nviolation (nats)")
    if any(row.get("violation") for row in rows):
        log_values(middle, "y")
    else:
        without_relations(middle)
    plot(bottom, "effective_dimension", COLORS["red"])
    bottom.set(ylabel="effective\ndimension", xlabel="optimizer step")
    bottom.set_ylim(bottom=0)
    for attribute, name, color, dashes in _STAGES:
        step = getattr(stages, attribute).step
        if step is not None:
            for ax in axes:
                ax.axvline(step, color=COLORS[color], linestyle=dashes, linewidth=1, zorder=0)
            top.plot([], [], color=COLORS[color], linestyle=dashes, label=f"{name}: step {step}")
    top.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=3, handlelength=2.2)
    return axes


def without_relations(ax: "Axes") -> None:
    """Say in place of a curve that the task has no relation whose violation could be drawn."""
    ax.set_yticks([])
    ax.text(0.5, 0.5, "no relation to measure", ha="center", va="center", transform=ax.transAxes)
