"""A figure on disk: PDF, SVG and PNG of one drawing, and its data as CSV beside them."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from symtheory.errors import RunError
from symtheory.files import write_atomic

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
        write_atomic(folder / f"{name}.csv", text.getvalue().encode())
        # Lay out once. Each format would otherwise do it anew; and with any engine left in place,
        # be it the one that does nothing, it would draw everything twice.
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
        figure.set_layout_engine(None)
        for kind in FORMATS:
            content = io.BytesIO()
            figure.savefig(content, format=kind, metadata=_METADATA[kind])
            write_atomic(folder / f"{name}.{kind}", content.getvalue())
    except OSError as error:
        raise RunError(f"cannot write figures into {folder}: {error.strerror}") from error


_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None},
    "svg": {"Date": None},
    "png": {},
}
