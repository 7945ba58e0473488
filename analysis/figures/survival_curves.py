"""Share of runs that have not generalized yet, variant by variant."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..survival import kaplan_meier
from ..times import Times
from .files import Table
from .logarithmic import log_steps
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_survival", "survival_table"]

_LOOKS = [
    (color, dashes)
    for dashes in ("-", "--", ":", "-.")
    for color in ("black", "blue", "red", "green", "orange", "purple", "sky")
]


def survival_table(times: Mapping[str, Times]) -> Table:
    """Return the steps of every curve."""
    header = ("variant", "step", "at_risk", "generalized", "share_unsolved")

    def rows() -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for name, own in times.items():
            if not own.n_runs:
                continue
            curve = kaplan_meier(own)
            columns = (curve.steps, curve.at_risk, curve.events, curve.share)
            found += [
                (name, *numbers)
                for numbers in zip(*(column.tolist() for column in columns), strict=True)
            ]
        return found

    return header, rows()


def draw_survival(times: Mapping[str, Times], ax: "Axes") -> "Axes":
    """Draw the estimate of Kaplan and Meier for each variant; ticks are censored runs.

    Parameters
    ----------
    times : mapping of str to Times
        One entry for each variant; those without a run are left out.
    ax : Axes
    """
    kept = {name: own for name, own in times.items() if own.n_runs}
    last = max((float(own.steps.max()) for own in kept.values()), default=1.0)
    for i, (name, own) in enumerate(kept.items()):
        color, dashes = _LOOKS[i % len(_LOOKS)]
        curve = kaplan_meier(own)
        steps = np.concatenate([[0.0], curve.steps, [own.steps.max()]])
        share = np.concatenate([[1.0], curve.share, curve.share[-1:] if len(curve.share) else [1]])
        ax.step(
            steps,
            share,
            where="post",
            color=COLORS[color],
            linestyle=dashes,
            label=f"{name}: {own.n_solved} of {own.n_runs}",
        )
        ends = np.unique(own.steps[~own.observed])
        height = share[np.searchsorted(curve.steps, ends, side="right")]
        ax.plot(ends, height, linestyle="", marker="|", markersize=6, color=COLORS[color])
    ax.set(ylabel="share not yet solved", ylim=(-0.03, 1.05))
    log_steps(ax, max(last, 1.0) * 1.05)
    first = min((float(own.steps.min()) for own in kept.values()), default=1.0)
    if first > 1:  # nothing happens before: begin at the decade of the first time
        ax.set_xlim(left=10 ** np.floor(np.log10(first)))
    if kept:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=2.4)
    return ax
