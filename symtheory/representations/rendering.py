"""Character tables as aligned text, LaTeX and HTML, with exact entries."""

from html import escape

import numpy as np

from symtheory.layout import aligned
from symtheory.representations.character_table import CharacterTable
from symtheory.representations.cyclotomic_text import to_latex, to_text

__all__ = ["table_html", "table_latex", "table_text"]

_LETTER_FROM = 12  # entries longer than this are written as letters with a legend


def table_text(table: CharacterTable, *, width: int = 110) -> str:
    """Return the table in aligned columns, in panels of at most ``width`` characters.

    Below the class names stand the class sizes; the last columns of the first panel hold the
    indicator. Long entries become letters that a legend explains; ``A*`` is the conjugate of A.

    Examples
    --------
    >>> from symtheory.groups.families import alternating
    >>> from symtheory.representations.character_table import character_table
    >>> print(table_text(character_table(alternating(4))))
          1a  2a    3a    3b  ν
    size   1   3     4     4
      χ1   1   1     1     1  +
      χ2   1   1    ζ3  ζ3^2  0
      χ3   1   1  ζ3^2    ζ3  0
      χ4   3  -1     0     0  +
    """
    symbols, legend = _symbols(table)
    columns = [["", "size", *table.names]]
    for k, name in enumerate(table.classes.names):
        cells = [symbols[int(e)] for e in table.entries[:, k]]
        columns.append([name, str(table.classes.sizes[k]), *cells])
    marks = {1: "+", 0: "0", -1: "-"}
    indicators = ["ν", "", *(marks[int(v)] for v in table.indicators)]
    columns.append(indicators)
    panels: list[list[list[str]]] = []
    room = -1
    for column in columns[1:]:
        size = max(map(len, column)) + 2
        if room < size:
            panels.append([columns[0]])
            room = width - max(map(len, columns[0]))
        panels[-1].append(column)
        room -= size
    text = "\n\n".join("\n".join(aligned(zip(*panel, strict=True), right=True)) for panel in panels)
    return f"{text}\n\n{legend}" if legend else text


def table_latex(table: CharacterTable) -> str:
    r"""Return the table as a LaTeX array, for math mode.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.character_table import character_table
    >>> print(table_latex(character_table(cyclic(2))))
    \begin{array}{c|cc|c}
     & 1a & 2a & \nu \\
    |C| & 1 & 1 & \\ \hline
    \chi_{1} & 1 & 1 & + \\
    \chi_{2} & 1 & -1 & + \\
    \end{array}
    """
    entries = [to_latex(value) for value in table.palette]
    marks = {1: "+", 0: "0", -1: "-"}
    lines = [
        rf"\begin{{array}}{{c|{'c' * table.classes.count}|c}}",
        " & ".join(["", *table.classes.names, r"\nu \\"]),
        " & ".join(["|C|", *map(str, table.classes.sizes), r"\\ \hline"]),
    ]
    for i, row in enumerate(table.entries.tolist()):
        cells = [rf"\chi_{{{i + 1}}}", *(entries[e] for e in row)]
        lines.append(" & ".join([*cells, rf"{marks[int(table.indicators[i])]} \\"]))
    return "\n".join([*lines, r"\end{array}"])


def table_html(table: CharacterTable) -> str:
    """Return the table as HTML, as notebooks show it (at most 100 rows)."""
    shown = min(table.count, 100)
    texts = [escape(to_text(value)) for value in table.palette]
    head = "".join(f"<th>{name}</th>" for name in table.classes.names[:shown])
    sizes = "".join(f"<td>{size}</td>" for size in table.classes.sizes[:shown])
    marks = {1: "+", 0: "0", -1: "−"}
    rows = []
    for i in range(shown):
        cells = "".join(f"<td>{texts[e]}</td>" for e in table.entries[i, :shown])
        mark = marks[int(table.indicators[i])]
        rows.append(f"<tr><th>χ<sub>{i + 1}</sub></th>{cells}<td>{mark}</td></tr>")
    note = "" if shown == table.count else f"<p>first {shown} of {table.count} rows and columns</p>"
    return (
        f"<table><caption>Character table of {escape(table.group.name)}</caption>"
        f"<tr><th></th>{head}<th>ν</th></tr><tr><th>size</th>{sizes}<td></td></tr>"
        f"{''.join(rows)}</table>{note}"
    )


def _symbols(table: CharacterTable) -> tuple[list[str], str]:
    """Text of every palette value, letters for the long ones, and their legend."""
    texts = [to_text(value) for value in table.palette]
    long = [e for e in np.unique(table.entries).tolist() if len(texts[e]) > _LETTER_FROM]
    letters: dict[int, str] = {}
    legend: list[str] = []
    for e in long:
        if e in letters:
            continue
        letter = _letter(len(legend))
        letters[e] = letter
        legend.append(f"{letter} = {texts[e]}")
        conjugate = table.palette[e].conjugate()
        for other in long:
            if other != e and table.palette[other] == conjugate:
                letters[other] = letter + "*"
    return [letters.get(e, text) for e, text in enumerate(texts)], "\n".join(legend)


def _letter(index: int) -> str:
    letter = chr(ord("A") + index % 26)
    return letter if index < 26 else f"{letter}{index // 26}"
