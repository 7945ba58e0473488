"""A figure on disk: PDF, SVG and PNG of one drawing, and its data as CSV beside them."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symtheory.errors import RunError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "Table", "write_figure"]

FORMATS = ("pdf", "svg", "png")

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
"""Column names and rows: the numbers that a figure shows."""


def write_figure(figure: "Figure", folder: Path, name: str, table: Table) -> None:
    """Write ``name.pdf``, ``name.svg``, ``name.png`` and ``name.csv`` into a folder.

    Files carry no date, so the same data give the same bytes.

    Raises
    ------
    RunError
        If the folder cannot be written.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows(table[1])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / f"{name}.csv", text.getvalue().encode())
        for kind in FORMATS:
            content = io.BytesIO()
            figure.savefig(content, format=kind, metadata=_METADATA[kind])
            _replace(folder / f"{name}.{kind}", content.getvalue())
    except OSError as error:
        raise RunError(f"cannot write figures into {folder}: {error.strerror}") from error


_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None},
    "svg": {"Date": None},
    "png": {},
}


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    os.replace(draft, path)
