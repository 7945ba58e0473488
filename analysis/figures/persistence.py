"""Persistence diagrams: learned against template."""

from typing import TYPE_CHECKING

from ..claims.evidence import Evidence
from ..homology.shape import N_BARS, SHAPE_TEST, ShapeTest
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_persistence", "persistence_table"]

_STYLES = {0: ("s", "orange"), 1: ("o", "blue"), 2: ("^", "green")}


def persistence_table(shape: ShapeTest) -> Table:
    """Return every finite bar of both diagrams, of voids also where they were only looked at."""
    pair = (("learned", shape.reported.learned), ("template", shape.reported.template))
    rows = [
        (cloud, degree, repr(birth), repr(death))
        for cloud, diagrams in pair
        for degree, bars in enumerate(diagrams.bars)
        for birth, death in bars.tolist()
    ]
    seen = shape.observations
    if seen is not None and seen.voids is not None and len(shape.comparison.distances) == 2:
        rows += [
            (cloud, 2, repr(birth), repr(death))
            for (cloud, _), bars in zip(pair, seen.voids, strict=True)
            for birth, death in bars.tolist()
        ]
    return ("cloud", "degree", "birth", "death"), iter(rows)


def draw_persistence(evidence: Evidence, ax: "Axes") -> "Axes":
    """Draw the longest bars that the test compares: learned filled, template open.

    Parameters
    ----------
    evidence : Evidence
        With a shape test.
    ax : Axes
    """
    shape = evidence.get(SHAPE_TEST)
    if shape is None:
        ax.text(0.5, 0.5, evidence.note(SHAPE_TEST.claim), ha="center", va="center", wrap=True)
        ax.set_axis_off()
        return ax
    comparison = shape.comparison
    largest = 0.0
    for cloud, diagrams in (
        ("learned", shape.reported.learned),
        ("template", shape.reported.template),
    ):
        for degree, bars in enumerate(diagrams.bars):
            marker, color = _STYLES[degree]
            top = bars[:N_BARS]
            if not len(top):
                continue
            largest = max(largest, float(top.max()))
            ax.plot(
                *top.T,
                linestyle="none",
                marker=marker,
                color=COLORS[color],
                markersize=4 if cloud == "learned" else 8,
                markerfacecolor=COLORS[color] if cloud == "learned" else "none",
                markeredgewidth=0.8,
                label=f"H{degree}, {cloud}",
                clip_on=False,
            )
    limit = 1.08 * (largest or 1.0)
    ax.plot([0, limit], [0, limit], color=COLORS["gray"], linewidth=0.6, zorder=0)
    ax.set(
        xlim=(-0.02 * limit, limit),
        ylim=(0, limit),
        xlabel="birth (RMS radii)",
        ylabel="death (RMS radii)",
    )
    ax.set_aspect("equal")
    covering = max(comparison.covering_radii)
    if covering > 0:
        n_landmarks = comparison.learned.n_points
        ax.text(
            0.98,
            0.3,
            f"{n_landmarks} landmarks,\nnone farther than {covering:.2f}",
            transform=ax.transAxes,
            ha="right",
        )
    limit_text = f"5 % of Haar clouds below {shape.null.critical_value:.3f}"
    ax.set_title(f"{evidence.role}: distance {comparison.distance:.3f}\n({limit_text})")
    ax.legend(loc="lower right")
    return ax
