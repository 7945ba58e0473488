"""Power per irrep against white noise and against relabeled clouds."""

from typing import TYPE_CHECKING

import numpy as np

from symtheory.errors import PredictionError

from ..claims.evidence import Evidence
from ..symmetry.spectrum import SPECTRUM_TEST, SpectrumTest
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MOST_NAMED", "draw_spectrum", "spectrum_table"]

MOST_NAMED = 20
"""Up to so many irreps have their names below the bars."""


def spectrum_table(evidence: Evidence) -> Table:
    """Return share, white share and null quantiles of every block."""
    spectrum, names = _tested(evidence)
    active = set(spectrum.active)
    header = ("irrep", "share", "white_share", "null_95", "null_maximum_95", "active")
    return header, (
        (
            name,
            repr(float(spectrum.power[b])),
            repr(float(spectrum.white[b])),
            repr(float(spectrum.null_quantiles[b])),
            repr(float(spectrum.null_maximum_quantiles[b])),
            b in active,
        )
        for b, name in enumerate(names)
    )


def draw_spectrum(evidence: Evidence, ax: "Axes") -> "Axes":
    """Draw the share of each irrep, the active ones dark and named.

    Where there are few irreps each has its name below its bar.

    Parameters
    ----------
    evidence : Evidence
        With a test of the spectrum.
    ax : Axes
    """
    spectrum, blocks = _tested(evidence)
    positions = np.arange(1, len(spectrum.power) + 1)
    active = np.isin(positions - 1, spectrum.active)
    for chosen, color, label in (
        (active, COLORS["blue"], "active irreps"),
        (~active, COLORS["sky"], "other irreps"),
    ):
        ax.bar(positions[chosen], spectrum.power[chosen], width=0.8, color=color, label=label)
    ax.step(
        positions,
        spectrum.null_maximum_quantiles,
        where="mid",
        color=COLORS["red"],
        linewidth=1,
        label="95 % quantile of the largest, labels permuted",
    )
    ax.step(
        positions,
        spectrum.white,
        where="mid",
        color=COLORS["black"],
        linestyle=":",
        linewidth=1,
        label="white noise",
    )
    cyclic = all(name.startswith("frequency ") for name in blocks)
    names = [_short(name) for name in blocks]
    if len(names) <= MOST_NAMED and not cyclic:
        ax.set_xticks(positions, names, rotation=30 if max(map(len, names)) > 8 else 0)
    else:
        for b in spectrum.active:
            ax.annotate(
                names[b],
                (positions[b], spectrum.power[b]),
                xytext=(0, 1.5),
                textcoords="offset points",
                ha="center",
                rotation=90 if len(names[b]) > 3 else 0,
                fontsize=7,
            )
    ax.set(xlabel="frequency" if cyclic else "irrep", ylabel="share of the power")
    ax.set_title(f"{evidence.role} embedding")
    ax.margins(x=0.01)
    ax.set_ylim(0, 1.55 * float(spectrum.power.max()))  # room for the legend above the bars
    ax.legend(loc="upper center", ncols=2)
    return ax


def _tested(evidence: Evidence) -> tuple[SpectrumTest, list[str]]:
    """Return the test and the names of its blocks."""
    test = evidence.get(SPECTRUM_TEST)
    if test is None or evidence.cloud is None:
        raise PredictionError(f"the spectrum of the {evidence.role} embedding was not tested")
    return test, [block.name for block in evidence.cloud.blocks]


def _short(name: str) -> str:
    """Leave out the kind of irrep, which the axis says."""
    return name.removeprefix("frequency ").removeprefix("character ")
