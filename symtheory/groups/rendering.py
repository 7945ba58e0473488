"""Cayley tables as notebooks show them."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symtheory.groups.group import Group

__all__ = ["cayley_html"]

_SHOWN = 30


def cayley_html(group: "Group") -> str:
    """Return a Cayley table in HTML, colored by product; its first rows for a large group.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> cayley_html(cyclic(1)).count("<td")
    1
    """
    n = group.order
    shown = min(n, _SHOWN)
    labels = [escape(label) for label in group.labels]
    head = "".join(f"<th>{label}</th>" for label in labels[:shown])
    rows = []
    for a in range(shown):
        cells = "".join(
            f'<td style="background:hsl({360 * c // n},60%,88%)">{labels[c]}</td>'
            for c in group.table[a, :shown].tolist()
        )
        rows.append(f"<tr><th>{labels[a]}</th>{cells}</tr>")
    kind = "abelian" if group.is_abelian else "non-abelian"
    note = "" if shown == n else f"<p>first {shown} of {n} elements</p>"
    return (
        f"<table><caption>{escape(group.name)}, order {n}, {kind}</caption>"
        f"<tr><th>·</th>{head}</tr>{''.join(rows)}</table>{note}"
    )
