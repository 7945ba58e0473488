"""Text in aligned columns and wrapped paragraphs."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["LISTED", "aligned", "duration", "listed", "percent", "wrapped"]

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


def aligned(rows: Iterable[Sequence[str]], *, right: bool = False) -> Iterator[str]:
    """Align the columns of the rows, to the left or to the right, without blanks at the ends.

    Examples
    --------
    >>> list(aligned([("a", "bc"), ("def", "g")]))
    ['a    bc', 'def  g']
    >>> list(aligned([("a", "bc"), ("def", "g")], right=True))
    ['  a  bc', 'def   g']
    """
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    adjusted = str.rjust if right else str.ljust
    for row in lines:
        yield "  ".join(map(adjusted, row, widths)).rstrip()


def listed(names: Iterable[str]) -> str:
    """Join the first names of a list, and say if there are more.

    Examples
    --------
    >>> listed("abc"), listed("abcdefgh")
    ('a, b, c', 'a, b, c, d, e, f, …')
    """
    every = list(names)
    return ", ".join(every[:LISTED] + ["…"] * (len(every) > LISTED))


def duration(seconds: float) -> str:
    """Return a time in the units that matter.

    Examples
    --------
    >>> [duration(seconds) for seconds in (0.52, 95, 5000, 100_000, 1e6)]
    ['0.5 s', '95 s', '1 h 23 min', '27 h 46 min', '11.6 days']
    """
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds >= 2 * 86400:
        return f"{seconds / 86400:.3g} days"
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def wrapped(start: str, text: str, *, indent: int) -> Iterator[str]:
    """Break a long line; what follows the first is indented."""
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=start, subsequent_indent=" " * indent, break_long_words=False
    )
