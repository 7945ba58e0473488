"""Violation against held-out accuracy, with the threshold, and what a threshold catches."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..sweeps.checkpoints import Checkpoints, read_checkpoints
from ..sweeps.criterion import Criterion
from ..sweeps.roc import operating_curve
from ..sweeps.time_to_generalization import Record
from .files import Table
from .logarithmic import log_values
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["criterion_rows", "draw_criterion"]

_RIVALS = {
    "step": ("gray", ":"),
    "train_loss": ("orange", "--"),
    "effective_dimension": ("red", "-."),
}

_MOST_DRAWN_AS_SHAPES = 3000
"""More points than these are an image in PDF and SVG, which would grow to megabytes."""


def criterion_rows(records: Sequence[Record], found: Criterion) -> Table:
    """Return the checkpoints that the figure shows."""
    rows = read_checkpoints(records, after_memorization=found.after_memorization)
    columns = (found.measured.score, "test_accuracy", "train_loss", "effective_dimension")
    values = [[_blank(v) for v in rows.values[column].tolist()] for column in columns]
    seeds = [rows.seeds[index] for index in rows.seed]
    steps = rows.step.astype(int).tolist()
    return ("seed", "step", *columns), list(zip(seeds, steps, *values, strict=True))


def draw_criterion(
    records: Sequence[Record], found: Criterion, axes: Sequence["Axes"]
) -> Sequence["Axes"]:
    """Draw checkpoints as points on the left, operating curves of all scores on the right.

    Parameters
    ----------
    records : sequence of mappings
        Those that the criterion was found on.
    found : Criterion
    axes : sequence of two Axes
    """
    left, right = axes
    rows = read_checkpoints(records, after_memorization=found.after_memorization)
    measured = found.measured
    _draw_points(rows, found, left)
    looks = {measured.score: ("purple", "-"), **_RIVALS}
    for separation in (measured, *found.rivals):
        values = -rows.step if separation.score == "step" else rows.values[separation.score]
        has = np.isfinite(values)
        if separation.auc is None:
            continue
        _, false_share, true_share = operating_curve(values[has], rows.is_solved[has])
        color, dashes = looks[separation.score]
        right.plot(
            false_share,
            true_share,
            color=COLORS[color],
            linestyle=dashes,
            linewidth=1.8 if separation is measured else 1.0,
            label=f"{_name(separation.score)}: AUC {separation.auc:.3f}",
        )
    right.plot([0, 1], [0, 1], color=COLORS["gray"], linewidth=0.5, zorder=0)
    right.set(
        xlabel="share of unsolved checkpoints below",
        ylabel="share of solved checkpoints below",
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
    )
    if measured.auc is not None:
        right.legend(loc="lower left", bbox_to_anchor=(0, 1.02), handlelength=2.4)
    return axes


def _draw_points(rows: Checkpoints, found: Criterion, ax: "Axes") -> None:
    scores, accuracy = rows.values[found.measured.score], rows.values["test_accuracy"]
    has, solved = np.isfinite(scores), rows.is_solved
    for mask, color, marker, label in (
        (has & ~solved, "sky", "o", "not solved"),
        (has & solved, "blue", "D", "solved"),
    ):
        ax.scatter(
            scores[mask],
            accuracy[mask],
            s=9,
            color=COLORS[color],
            marker=marker,
            alpha=0.6,
            linewidths=0,
            rasterized=np.count_nonzero(has) > _MOST_DRAWN_AS_SHAPES,
            label=f"{label}: {int(mask.sum())} checkpoints",
        )
    if found.measured.threshold is not None:
        limits = [limit for limit in found.measured.left_out_thresholds if limit is not None]
        if limits:
            ax.axvspan(
                min(limits),
                max(limits),
                color=COLORS["gray"],
                alpha=0.25,
                linewidth=0,
                label="thresholds with one seed left out",
            )
        ax.axvline(
            found.measured.threshold,
            color=COLORS["black"],
            linestyle="--",
            linewidth=1,
            label=f"threshold {found.measured.threshold:.3g} nats",
        )
    if (scores[has] > 0).any():
        log_values(ax, "x")
    ax.set(xlabel=f"{_name(found.measured.score)} (nats)", ylabel="held-out accuracy")
    ax.set_ylim(-0.03, 1.05)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1.02), handletextpad=0.4)


def _name(score: str) -> str:
    names = {"violation": "mean violation", "violation_max": "worst violation"}
    return names.get(score, score.replace("_", " "))


def _blank(value: float) -> float | str:
    return value if np.isfinite(value) else ""
