"""Cayley tables from files: CSV with or without labels, and .npy.

A plain CSV holds n lines of n integers 0..n-1. A labeled one has a first line and a first column
of labels, an empty cell (or ``*``) in the corner, and labels as entries; columns may come in
another order than rows. Rows are the left factor.
"""

import csv
from pathlib import Path
from warnings import catch_warnings

import numpy as np

from symtheory.errors import GroupAxiomError, SpecError
from symtheory.groups.group import Group
from symtheory.groups.limits import check_order

__all__ = ["read_array", "read_cells", "read_table", "table_of_cells"]

_MAX_BYTES = 100_000_000


def read_table(path: Path) -> Group:
    """Return the group whose Cayley table a .csv or .npy file holds.

    Raises
    ------
    SpecError
        If the file cannot be read as a square table; names line and column.
    GroupAxiomError
        If the table is no group.
    """
    if path.suffix.lower() == ".npy":
        return _built(read_array(path), (), path)
    return table_of_cells(read_cells(path), path)


def read_array(path: Path) -> "np.typing.NDArray[np.generic]":
    """Return the array that a .npy file holds; pickled objects are refused.

    Raises
    ------
    SpecError
        If there is no such file, it is too large or holds no array.
    """
    _check_file(path)
    try:
        # numpy warns of headers of old versions, which is nobody's business here.
        with path.open("rb") as file, catch_warnings(action="ignore"):
            array = np.load(file, allow_pickle=False)
    except Exception as error:  # numpy's reader of headers lets errors of any kind through
        raise SpecError(f"{path} is no .npy file of numbers: {error}") from None
    if not isinstance(array, np.ndarray):
        raise SpecError(f"{path} is no .npy file of numbers: it is an archive of several")
    return array


def read_cells(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines of a CSV file, with their numbers; lines of empty cells are skipped.

    Raises
    ------
    SpecError
        If there is no such file, it is too large or no text.
    """
    _check_file(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return _lines(csv.reader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SpecError(f"{path} is no CSV text in UTF-8: {error}") from None
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None


def table_of_cells(cells: list[tuple[int, list[str]]], path: Path) -> Group:
    """Return the group of a table of texts, given with their line numbers."""
    if not cells:
        raise SpecError(f"{path} is empty")
    check_order(len(cells) - 1, str(path))
    width = len(cells[0][1])
    for line, row in cells:
        if len(row) != width:
            raise SpecError(
                f"{path}, line {line}, column {min(len(row), width) + 1}: the line has "
                f"{len(row)} cells, the first one has {width}"
            )
    if len(cells) != width:
        raise SpecError(
            f"{path}, line {cells[-1][0]}: a Cayley table is square, this one has {len(cells)} "
            f"lines of {width} cells"
        )
    if cells[0][1][0] in {"", "*"} and width > 1:
        return _labeled(cells, path)
    table = np.zeros((width, width), dtype=np.int64)
    for i, (line, row) in enumerate(cells):
        for j, cell in enumerate(row):
            digits = cell.removeprefix("-")
            if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
                raise SpecError(
                    f"{path}, line {line}, column {j + 1}: {cell[:40]!r} is no integer; a table "
                    "with labels has them in its first line and column and an empty corner"
                )
            table[i, j] = int(cell)
    return _built(table, (), path)


def _labeled(cells: list[tuple[int, list[str]]], path: Path) -> Group:
    columns = cells[0][1][1:]
    labels = [row[0] for _, row in cells[1:]]
    position: dict[str, int] = {}
    for (line, _), label in zip(cells[1:], labels, strict=True):
        if not label or label in position:
            what = "is empty" if not label else f"{label!r} occurs twice"
            raise SpecError(f"{path}, line {line}, column 1: the label {what}")
        position[label] = len(position)
    table = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for j, column in enumerate(columns):
        if column not in position or column in columns[:j]:
            raise SpecError(
                f"{path}, line {cells[0][0]}, column {j + 2}: {column[:40]!r} must be one of the "
                "labels of the first column, and occur once"
            )
        for i, (line, row) in enumerate(cells[1:]):
            cell = row[j + 1]
            if cell not in position:
                raise SpecError(
                    f"{path}, line {line}, column {j + 2}: {cell[:40]!r} is none of the labels of "
                    "the first column"
                )
            table[i, position[column]] = position[cell]
    return _built(table, tuple(labels), path)


def _check_file(path: Path) -> None:
    try:
        if not path.is_file():
            raise SpecError(f"there is no file {path}")
        size = path.stat().st_size
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror}") from None
    if size > _MAX_BYTES:
        raise SpecError(f"{path} has {size} bytes, at most {_MAX_BYTES} are read")


def _lines(reader: "csv._reader") -> "list[tuple[int, list[str]]]":  # type: ignore[name-defined]
    return [
        (reader.line_num, [cell.strip() for cell in row])
        for row in reader
        if any(cell.strip() for cell in row)
    ]


def _built(table: "np.typing.NDArray[np.generic]", labels: tuple[str, ...], path: Path) -> Group:
    if table.ndim == 2:
        check_order(max(table.shape), str(path))
    try:
        return Group(table, labels, path.stem)
    except GroupAxiomError as error:
        raise GroupAxiomError(f"{path}: {error}") from None
