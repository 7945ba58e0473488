"""One look for every figure: print widths, colours that colour-blind readers can tell apart.

Colours are those of Okabe and Ito; fonts stay text in PDF (type 42) and SVG. Figures are made
without pyplot, so that no global state is touched and nothing is ever shown.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

__all__ = ["COLORS", "FULL_WIDTH", "STYLE", "styled"]

FULL_WIDTH = 6.75
"""Width of a page in inches."""

COLORS: Mapping[str, str] = MappingProxyType(
    {
        "black": "#000000",
        "orange": "#E69F00",
        "sky": "#56B4E9",
        "green": "#009E73",
        "yellow": "#F0E442",
        "blue": "#0072B2",
        "red": "#D55E00",
        "purple": "#CC79A7",
        "gray": "#8C8C8C",
    }
)

STYLE: Mapping[str, object] = MappingProxyType(
    {
        "axes.grid": False,
        "axes.labelsize": 8,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 8,
        "figure.dpi": 150,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 8,
        "legend.fontsize": 7,
        "legend.frameon": False,
        "lines.linewidth": 1.2,
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "savefig.dpi": 200,
        "svg.fonttype": "none",
        "svg.hashsalt": "symtheory",
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
    }
)


@contextmanager
def styled() -> Iterator[None]:
    """Draw with the house style inside the block, and leave the user's settings as they were."""
    import matplotlib as mpl

    with mpl.rc_context():
        for key, value in STYLE.items():
            mpl.rcParams[key] = value  # type: ignore[index]
        yield
