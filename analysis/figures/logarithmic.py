"""Logarithmic axes with plain numbers at their ticks.

Matplotlib writes powers as formulas. Those are typeset by a parser that takes longer than the rest
of a figure, from a second font that every PDF would have to embed.
"""

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["log_steps", "log_values"]

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def log_steps(ax: "Axes", last: float, *, first: float = 0.0) -> None:
    """Give an axis of steps a logarithmic scale from one step to another; it can show step 0.

    Ticks are at powers of ten; where fewer than three of these are in sight, at 1, 2, 5, 10, ...
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    ax.set_xscale("symlog", linthresh=1, linscale=0.3)
    ax.set_xlim(first, last)
    decades = 10.0 ** np.arange(0, np.floor(np.log10(max(last, 1))) + 1)
    n_shown = np.count_nonzero((decades >= first) & (decades <= last))
    ticks = np.outer(decades, (1, 2, 5)).ravel() if n_shown < 3 else decades
    ax.xaxis.set_major_locator(FixedLocator([0.0, *ticks[ticks <= last]]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda step, _: f"{step:,.0f}"))
    ax.set_xlabel("optimizer step")


def log_values(ax: "Axes", which: Literal["x", "y"]) -> None:
    """Give an axis, after what it shows was drawn, a logarithmic scale.

    Ticks are at powers of ten; where fewer than two of these are in sight, at 1, 2, 5, 10, ...
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ax.set(**{f"{which}scale": "log"})
    axis, limits = (ax.xaxis, ax.get_xlim()) if which == "x" else (ax.yaxis, ax.get_ylim())
    low, high = np.log10(sorted(limits))
    n_powers = np.floor(high) - np.ceil(low) + 1
    write = "{:g}".format if low > -4 and high < 4 else _power_of_ten
    axis.set_major_locator(LogLocator(subs=(1,) if n_powers >= 2 else (1, 2, 5), numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axis.set_minor_locator(NullLocator())


def _power_of_ten(value: float) -> str:
    """Return a positive number as it stands at a tick where others are long.

    Examples
    --------
    >>> [_power_of_ten(value) for value in (2e-5, 1e-4, 1.0, 1e6)]
    ['2 × 10⁻⁵', '10⁻⁴', '10⁰', '10⁶']
    """
    exponent = int(np.floor(np.log10(value) + 1e-9))
    power = "10" + str(exponent).translate(_SUPERSCRIPTS)
    digits = value / 10.0**exponent
    return power if np.isclose(digits, 1) else f"{digits:g} × {power}"
