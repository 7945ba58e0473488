"""Points as CSV: a line for each token, a cell for each coordinate.

The first line may hold names of the columns: it does if none of them is a number, or they count
0, 1, 2, .... The first column holds labels of the tokens if none of its cells is a number, or if
the corner above them says so: empty, ``*``, ``token`` or ``label``. All other cells are numbers.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError, SpecError
from symtheory.groups.table_files import read_cells

__all__ = ["PointTable", "read_point_table"]

_MAX_BYTES = 30_000_000
_NUMBER = re.compile(
    r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|infinity)", re.IGNORECASE
)
_CORNERS = {"", "*", "token", "tokens", "label", "labels"}


@dataclass(frozen=True, slots=True, eq=False)
class PointTable:
    """Points with the labels of their rows.

    Parameters
    ----------
    points : (n, d) float64
    labels : tuple of str or None
        None where the file has none.
    """

    points: NDArray[np.float64]
    labels: tuple[str, ...] | None


def read_point_table(path: Path) -> PointTable:
    """Return the points that a CSV file holds.

    Raises
    ------
    SpecError
        If lines differ in length, or a cell that should be a number is none; names the line.
    BudgetError
        If the file is too large to be read as text.
    """
    if path.is_file() and path.stat().st_size > _MAX_BYTES:
        raise BudgetError(
            f"{path} has {path.stat().st_size / 1e6:.0f} MB, at most {_MAX_BYTES / 1e6:.0f} MB of "
            "text are read; save the array with numpy.save"
        )
    cells = read_cells(path)
    if not cells:
        raise SpecError(f"{path} is empty")
    width = len(cells[0][1])
    for line, row in cells:
        if len(row) != width:
            raise SpecError(
                f"{path}, line {line}: it has {len(row)} cells, the first line has {width}"
            )
    first = cells[0][1]
    labeled = width > 1 and first[0].lower() in _CORNERS
    if labeled or _are_names(first) or (not _is_number(first[0]) and _are_names(first[1:])):
        cells = cells[1:]
    labeled |= bool(cells) and not any(_is_number(row[0]) for _, row in cells)
    labels = tuple(row[0] for _, row in cells) if labeled else None
    numbers = [(line, row[labeled:]) for line, row in cells]
    if not numbers or not numbers[0][1]:
        raise SpecError(f"{path} has no numbers{_separator_hint(''.join(first))}")
    points = np.array([_numbers(row, line, path, labeled) for line, row in numbers])
    if labels is None and width > 2 and _counts(points[:, 0]):
        raise SpecError(
            f"{path}: the first column counts the lines; if it is the labels of the tokens, head "
            "it with the word token, else leave it out"
        )
    return PointTable(points, labels)


def _numbers(row: list[str], line: int, path: Path, labeled: bool) -> list[float]:
    for column, cell in enumerate(row, start=1 + labeled):
        if not _is_number(cell):
            raise SpecError(
                f"{path}, line {line}, column {column}: {cell[:40]!r} is no number"
                f"{_separator_hint(cell)}"
            )
    return [float(cell) for cell in row]


def _separator_hint(text: str) -> str:
    """Say what separates cells, where something else seems to."""
    return "; cells are separated by commas" if {";", "\t", " "} & set(text) else ""


def _is_number(cell: str) -> bool:
    return len(cell) < 400 and _NUMBER.fullmatch(cell) is not None


def _counts(column: NDArray[np.float64]) -> bool:
    """Whether a column holds 0, 1, 2, … or 1, 2, 3, … in any order, as no coordinate does."""
    found = np.sort(column)
    return any(np.array_equal(found, np.arange(len(found)) + start) for start in (0, 1))


def _are_names(cells: list[str]) -> bool:
    """Whether cells of the first line are names of columns, not coordinates of a point."""
    return not any(map(_is_number, cells)) or (
        len(cells) > 1 and cells == [str(i) for i in range(len(cells))]
    )
