"""A self-contained page for one run: verdicts, figures as inline SVG, and the theory."""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from string import Template

from symtheory.errors import RunError
from symtheory.files import write_atomic

__all__ = ["write_report"]

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
td.note { text-align: left; color: #555; font-size: .85rem; padding-left: 2rem; }
.scroll { overflow-x: auto; }
figure { margin: 2rem 0; }
figure svg { width: 100%; height: auto; }
figcaption { font-size: .9rem; color: #444; }
pre { font-size: .8rem; overflow-x: auto; background: #f6f6f6; padding: 1rem; }
</style>
<h1>$title</h1>
$summary
<h2>Verdicts</h2>
$verdicts
<h2>Figures</h2>
$figures
<h2>What theory says</h2>
<pre>$theory</pre>
</html>
""")

_CAPTIONS = {
    "training": "Training curves; vertical lines mark the stages.",
    "planes": "Learned points rotated on to their template, colored by token. Circles: joined in "
    "the order of their predicted phase (gray), the prediction is the orange line. Irreps of more "
    "than two dimensions: the two leading principal components, the prediction as orange rings. "
    "Stars are tokens outside the group. Each panel is a projection of the whole cloud; in "
    "brackets, the share of the power.",
    "spectrum": "Share of the power in each irrep.",
    "gram": "Centered Gram matrix, diagonal set to zero, tokens in the order of the group (those "
    "outside it last), before and after projection on the invariant space.",
    "persistence": "Persistence diagrams of the learned points (filled) and of their template "
    "(open).",
}


def write_report(
    path: Path,
    *,
    title: str,
    summary: Sequence[tuple[str, str]],
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    figures: Sequence[Path],
    theory: str,
) -> None:
    """Write the page.

    Parameters
    ----------
    path : Path
        The HTML file.
    title, theory : str
        Plain text.
    summary : sequence of (label, text)
    header, rows, notes
        The table of verdicts, and a note for each row, possibly empty.
    figures : sequence of Path
        SVG files to include.

    Raises
    ------
    RunError
        If a figure cannot be read or the page cannot be written.
    """
    body = []
    for row, note in zip(rows, notes, strict=True):
        body.append(f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in row)}</tr>")
        if note:
            body.append(
                f'<tr><td class="note" colspan="{len(header)}">{html.escape(note)}</td></tr>'
            )
    try:
        page = _PAGE.substitute(
            title=html.escape(title),
            summary="\n".join(
                f"<p><b>{html.escape(label)}</b> {html.escape(line)}</p>" for label, line in summary
            ),
            verdicts=_table(header, body),
            figures="\n".join(_figure(figure) for figure in figures),
            theory=html.escape(theory),
        )
    except OSError as error:
        raise RunError(f"cannot read a figure of {path.parent}: {error}") from error
    write_atomic(path, page.encode())


def _table(header: Sequence[str], body: Sequence[str]) -> str:
    """Return the table of verdicts, or a sentence where nothing was claimed."""
    if not body:
        return "<p>Nothing is claimed of this task.</p>"
    head = "".join(f"<th>{html.escape(text)}</th>" for text in header)
    rows = "\n".join(body)
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n'
        "</tbody></table></div>"
    )


def _figure(path: Path) -> str:
    """Return one SVG file as a figure, its ids made unique on the page."""
    text = path.read_text(encoding="utf-8")
    text = text[text.index("<svg") :]
    name = path.stem
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    kind, _, role = name.partition("-")
    caption = _CAPTIONS.get(kind, "") + (f" Embedding: {role}." if role else "")
    return f"<figure>{text}<figcaption>{html.escape(caption)}</figcaption></figure>"
