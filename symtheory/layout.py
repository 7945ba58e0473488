"""Text in aligned columns and wrapped paragraphs."""

import math
import textwrap
from collections.abc import Iterator, Sequence

__all__ = ["LISTED", "aligned", "listed", "percent", "wrapped"]

LISTED = 6
"""Items shown of a long list."""

_WIDTH = 100


def percent(share: float) -> str:
    """Return a share as a percentage, rounded down, so that 100 % is said only where it is exact.

    Examples
    --------
    >>> percent(1), percent(0.99999), percent(0.302)
    ('100 %', '99.9 %', '30.2 %')
    """
    return "100 %" if share == 1 else f"{math.floor(1000 * share) / 10:.1f} %"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Align the columns of the rows; the last one is left ragged."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def listed(names: Sequence[str]) -> str:
    """Join the first names of a list, and say if there are more."""
    more = ", …" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def wrapped(start: str, text: str, *, indent: int) -> Iterator[str]:
    """Break a long line; what follows the first is indented."""
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=start, subsequent_indent=" " * indent, break_long_words=False
    )
