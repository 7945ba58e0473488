"""Survival curves: the share of runs of each variant that have not generalized yet."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..sweeps.survival import kaplan_meier
from ..sweeps.time_to_generalization import Times
from .files import Table
from .logarithmic import log_steps
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SURVIVAL_PANELS", "draw_survival", "survival_table"]

SURVIVAL_PANELS = 2
"""Axes that `draw_survival` fills, from top to bottom."""

_LOOKS = [
    (COLORS[color], dashes)
    for dashes in ("-", "--", ":", "-.")
    for color in ("black", "blue", "red", "green", "orange", "purple", "sky")
]

_SOLVED: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 4, "markeredgewidth": 0.8}
_CENSORED: dict[str, Any] = {**_SOLVED, "marker": ">", "markerfacecolor": "white"}
_MEDIAN: dict[str, Any] = {"linestyle": "", "marker": "|", "markersize": 10, "markeredgewidth": 1.6}
_BASELINE: dict[str, Any] = {"color": COLORS["gray"], "linewidth": 0.8}


def survival_table(times: Mapping[str, Times]) -> Table:
    """Return the steps of every curve."""
    header = ("variant", "step", "at_risk", "generalized", "share_unsolved")

    def rows() -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for name, own in times.items():
            if not own.n_runs:
                continue
            curve = kaplan_meier(own)
            columns = (curve.steps.astype(int), curve.at_risk, curve.events, curve.share)
            found += [
                (name, *numbers)
                for numbers in zip(*(column.tolist() for column in columns), strict=True)
            ]
        return found

    return header, rows()


def draw_survival(
    times: Mapping[str, Times], axes: Sequence["Axes"], *, baseline: str = "baseline"
) -> Sequence["Axes"]:
    """Draw the runs of each variant in a row of its own, and below the share not yet solved.

    A row names its variant and shows how its curve looks; its median is that of Kaplan and Meier.
    Ticks on a curve are censored runs.

    Parameters
    ----------
    times : mapping of str to Times
        One entry for each variant; those without a run are left out, but keep their look.
    axes : sequence of Axes
        `SURVIVAL_PANELS` axes that share the abscissa.
    baseline : str
    """
    rows, curves = axes
    shown = [
        (name, own, _LOOKS[i % len(_LOOKS)])
        for i, (name, own) in enumerate(times.items())
        if own.n_runs
    ]
    for place, (_, own, look) in enumerate(shown):
        _draw_row(own, look, rows, place)
        _draw_curve(own, look, curves)
    labels = [f"{name}: {own.n_solved} of {own.n_runs} solved" for name, own, _ in shown]
    rows.set_yticks(range(len(shown)), labels)
    rows.set_ylim(len(shown) - 0.4, -0.6)
    rows.tick_params(axis="y", length=0)
    base = times.get(baseline)
    median = kaplan_meier(base).median if base is not None and base.n_runs else None
    if median is not None:
        for ax in axes:
            ax.axvline(median, **_BASELINE, zorder=0)
    curves.set(ylabel="share of runs\nnot yet solved", ylim=(-0.03, 1.05))
    steps = np.concatenate([[], *(own.steps for _, own, _ in shown)])
    # Before the first time nothing happens: half of it is margin enough.
    log_steps(curves, 1.15 * steps.max(initial=1.0), first=0.5 * steps.min() if len(steps) else 0.0)
    _explain(rows, baseline if median is not None else None)
    return axes


def _draw_row(own: Times, look: tuple[str, str], ax: "Axes", place: int) -> None:
    color, dashes = look
    ends = [own.steps.min(), own.steps.max()]
    ax.plot(ends, [place, place], color=color, linestyle=dashes, linewidth=1, zorder=1)
    for mask, style in ((own.observed, _SOLVED), (~own.observed, _CENSORED)):
        ax.plot(own.steps[mask], np.full(mask.sum(), place), **style, color=color)
    median = kaplan_meier(own).median
    if median is not None:
        ax.plot([median], [place], **_MEDIAN, color=color)


def _explain(ax: "Axes", baseline: str | None) -> None:
    from matplotlib.lines import Line2D

    marks = {"solved": _SOLVED, "not solved until there": _CENSORED, "median": _MEDIAN}
    handles = [Line2D([], [], **style, color="black", label=name) for name, style in marks.items()]
    if baseline is not None:
        handles.append(Line2D([], [], **_BASELINE, label=f"median of {baseline}"))
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handlelength=1.6)


def _draw_curve(own: Times, look: tuple[str, str], ax: "Axes") -> None:
    color, dashes = look
    curve = kaplan_meier(own)
    steps = np.concatenate([[0.0], curve.steps, [own.steps.max()]])
    share = np.concatenate([[1.0], curve.share, curve.share[-1:] if len(curve.share) else [1]])
    ax.step(steps, share, where="post", color=color, linestyle=dashes)
    ends = np.unique(own.steps[~own.observed])
    height = share[np.searchsorted(curve.steps, ends, side="right")]
    ax.plot(ends, height, linestyle="", marker="|", markersize=6, color=color)
