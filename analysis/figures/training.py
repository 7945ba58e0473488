"""Training curves with the stages marked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from symtheory.records import Json

from ..stages import Stages
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PANELS", "draw_training", "training_table"]

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

    def series(key: str) -> tuple[list[Json], list[Json]]:
        seen = [row for row in rows if row.get(key) is not None]
        return [row["step"] for row in seen], [row[key] for row in seen]

    top.plot(*series("train_accuracy"), color=COLORS["gray"], label="training cells")
    top.plot(*series("test_accuracy"), color=COLORS["black"], label="held-out cells")
    top.set(ylabel="accuracy", ylim=(-0.03, 1.05))
    middle.plot(*series("violation"), color=COLORS["purple"])
    middle.set(ylabel="symmetry\nviolation (nats)", yscale="log")
    bottom.plot(*series("effective_dimension"), color=COLORS["red"])
    bottom.set(ylabel="effective\ndimension", xlabel="optimizer step")
    bottom.set_ylim(bottom=0)
    for attribute, name, color, dashes in _STAGES:
        step = getattr(stages, attribute).step
        if step is not None:
            for ax in axes:
                ax.axvline(step, color=COLORS[color], linestyle=dashes, linewidth=1, zorder=0)
            top.plot([], [], color=COLORS[color], linestyle=dashes, label=f"{name}: {step}")
    top.legend(loc="lower right", handlelength=2.2)
    return axes
