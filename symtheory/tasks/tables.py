"""Tasks given by a table: from CSV, .npy, or Python.

A CSV file holds one line for each left operand and one cell for each right operand::

    *,a,b,c
    a,a,b,c
    b,b,?,a
    c,c,a,

With an empty cell or ``*`` in the corner, the first line and the first column are labels (columns
may come in another order than rows); else operands are labeled 0, 1, .... An empty cell or ``?``
is an unknown answer; lines of nothing but empty cells are skipped. In a .npy file of integers -1 is
an unknown answer, and there are no labels.

Answers are integers or names; -1 in CSV is an integer like any other. Those that occur become the
answers of the task: in the order of the operands' labels if all of them are such labels, else
integers ascending and names as they first come. If rows and columns have the same labels, both
operands share their tokens.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.groups.table_files import read_array, read_cells
from symtheory.tasks.answer_grid import Grid, check_label, check_shape, number_labels
from symtheory.tasks.task import Task, check_size, file_name

__all__ = ["read_table_task", "table_task"]


def read_table_task(
    path: Path, *, name: str = "", formula: str = "", shared: bool | None = None
) -> Task:
    """Return the task whose table a .csv or .npy file holds.

    Parameters
    ----------
    path : Path
    name, formula : str, optional
        Default: from the name of the file.
    shared : bool, optional
        Whether both operands share their tokens. Default: if their labels are the same.

    Raises
    ------
    SpecError
        If the file cannot be read as a table; names line and column.
    BudgetError
        If an operand has too many tokens.
    """
    name = name or file_name(path.stem)
    formula = formula or f"the table {path.name}"
    if path.suffix.lower() == ".npy":
        return _array_task(read_array(path), str(path), name=name, formula=formula, shared=shared)
    return _labeled(_csv_grid(path)).task(name, formula, shared)


def table_task(
    table: ArrayLike,
    x_labels: Sequence[str] | None = None,
    y_labels: Sequence[str] | None = None,
    *,
    name: str = "table",
    formula: str = "",
    shared: bool | None = None,
) -> Task:
    """Return the task with this table of answers.

    Parameters
    ----------
    table : (nx, ny) of int or str
        The answers themselves, not their indices; unknown ones are -1 among integers, else None.
    x_labels, y_labels : sequence of str, optional
        Names of the operands. Default: ``"0", "1", ...``.
    name, formula : str, optional
    shared : bool, optional
        Whether both operands share their tokens. Default: if their labels are the same.

    Raises
    ------
    SpecError
        If the table is no rectangle of at least two rows and columns, or an entry is neither
        integer nor text.
    BudgetError
        If an operand has too many tokens.

    Examples
    --------
    >>> task = table_task([[max(x, y) for y in range(9)] for x in range(9)], name="max")
    >>> task
    Task(max: the table max, 9 x 9 -> 9, shared tokens)
    >>> table_task([["even", "odd"], ["odd", None]]).is_known.tolist()
    [[True, True], [True, False]]
    """
    formula = formula or f"the table {name}"
    what = f"the table of {name!r}"
    try:
        array = np.asarray(table)
    except ValueError:
        raise SpecError(f"{what} needs rows of equal length") from None
    if array.dtype.kind == "O" and array.ndim == 2:
        rows = enumerate(array.tolist())
        array = np.array([[_text(v, what, i, j) for j, v in enumerate(row)] for i, row in rows])
    return _array_task(
        array,
        what,
        name=name,
        formula=formula,
        shared=shared,
        x_labels=x_labels,
        y_labels=y_labels,
    )


def _csv_grid(path: Path) -> Grid:
    """Return the cells of a CSV file, in rows of one length."""
    cells = read_cells(path)
    if not cells:
        raise SpecError(f"{path} is empty")
    width = len(cells[0][1])
    check_size(max(len(cells) - 1, width - 1), what=str(path))
    for line, row in cells:
        if len(row) != width:
            raise SpecError(
                f"{path}, line {line}, column {min(len(row), width) + 1}: the line has {len(row)} "
                f"cells, the first one has {width}; an unknown answer is ? or empty between commas"
            )
    lines, rows = [line for line, _ in cells], [row for _, row in cells]
    return Grid(str(path), "line", lines, range(1, width + 1), rows)


def _labeled(grid: Grid) -> Grid:
    """Take labels off a grid that has them."""
    corner = grid.rows[0][0]
    if corner not in {"", "*"}:
        others = [cell for i, row in enumerate(grid.rows) for cell in row[i == 0 :]]
        is_named = not any(cell.lstrip("+-").isdecimal() for cell in [corner, *others])
        if is_named and len(grid.rows[0]) > 1 and corner != "?" and corner not in others:
            raise SpecError(
                f"{grid.at(0, 0)}: {corner!r} occurs nowhere else; if the first line and column "
                "are labels, leave the corner empty or write *"
            )
        return grid
    above, beside = grid.rows[0][1:], [row[0] for row in grid.rows[1:]]
    if not above or not beside:
        raise SpecError(
            f"{grid.what} has {len(beside)} rows and {len(above)} columns of answers beside its "
            "labels"
        )
    for k, label in enumerate(above):
        at = grid.at(0, k + 1)
        check_label(label, at)
        if label in above[:k]:
            first = grid.columns[above.index(label) + 1]
            raise SpecError(f"{at}: the label {label!r} is that of column {first} too")
    for k, label in enumerate(beside):
        at = grid.at(k + 1, 0)
        check_label(label, at)
        if label in beside[:k]:
            first = beside.index(label) + 1
            contrast = "" if grid.rows[first] == grid.rows[k + 1] else ", with other answers"
            line = grid.lines[first]
            raise SpecError(f"{at}: the label {label!r} is that of line {line} too{contrast}")
    order = list(range(len(above)))
    if set(above) == set(beside):
        order = [above.index(label) for label in beside]
    return Grid(
        grid.what,
        grid.line_word,
        grid.lines[1:],
        [grid.columns[k + 1] for k in order],
        [[row[k + 1] for k in order] for row in grid.rows[1:]],
        tuple(beside),
        tuple(above[k] for k in order),
    )


def _array_task(
    array: "NDArray[np.generic]",
    what: str,
    *,
    name: str,
    formula: str,
    shared: bool | None,
    x_labels: Sequence[str] | None = None,
    y_labels: Sequence[str] | None = None,
) -> Task:
    if array.ndim != 2:
        raise SpecError(f"{what} has shape {array.shape}; a table has rows and columns")
    nx, ny = array.shape
    check_shape(nx, ny, what)
    check_size(max(nx, ny), what=what)
    x_names = number_labels(nx) if x_labels is None else tuple(x_labels)
    y_names = number_labels(ny) if y_labels is None else tuple(y_labels)
    if array.dtype.kind == "U":
        native = np.array(array, dtype=array.dtype.newbyteorder("="), order="C")
        if native.itemsize and native.view(np.uint32).max() > sys.maxunicode:
            raise SpecError(f"{what} holds texts with characters beyond Unicode; it is damaged")
        texts = [[str(cell).strip() for cell in row] for row in native]
        lines, columns = range(1, nx + 1), range(1, ny + 1)
        grid = Grid(what, "row", lines, columns, texts, x_names, y_names)
        return grid.task(name, formula, shared)
    if array.dtype.kind not in "iub":
        raise SpecError(
            f"{what} holds {array.dtype}; answers are integers (-1 where unknown) or texts"
        )
    is_known = array != -1 if array.dtype.kind == "i" else np.ones(array.shape, dtype=bool)
    values, places = np.unique(array[is_known], return_inverse=True)
    if not len(values):
        raise SpecError(f"{what} has no known answer; every cell is -1")
    if int(values[0]) < 0:
        i, j = np.argwhere(array == values[0])[0]
        raise SpecError(
            f"{what}, row {i + 1}, column {j + 1}: {values[0]} is no answer; answers are 0 or "
            "more, and -1 where unknown"
        )
    table = np.full(array.shape, -1, dtype=np.int64)
    table[is_known] = places.ravel()
    answers = tuple(str(int(value)) for value in values)
    shared = x_names == y_names if shared is None else shared
    return Task(name, table, x_names, y_names, answers, formula=formula, shared_tokens=shared)


def _text(value: object, what: str, row: int, column: int) -> str:
    """Return an entry of a table from Python as text."""
    if value is None:
        return ""
    if isinstance(value, str) or (isinstance(value, int | np.integer) and value != -1):
        return str(value)
    raise SpecError(
        f"{what}, row {row + 1}, column {column + 1}: {value!r:.60} is neither an integer nor a "
        "text; an unknown answer is None"
    )
