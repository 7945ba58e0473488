"""Grids of answers as texts, between a file and a task."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symtheory.errors import SpecError
from symtheory.tasks.task import Task

__all__ = ["UNKNOWN", "Grid", "check_label", "check_shape", "number_labels"]

UNKNOWN = frozenset({"", "?"})
_MAX_LABEL = 100  # characters
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?|[+-]?nan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Grid:
    """Answers as texts, and what to call their places.

    Parameters
    ----------
    what : str
        What the table is called in messages.
    line_word : str
        ``"line"`` or ``"row"``.
    lines, columns : sequence of int
        Where the rows and columns came from, counted from 1.
    rows : list of list of str
        The answers, (nx, ny); one of `UNKNOWN` where nobody knows.
    x_labels, y_labels : tuple of str
        Names of the operands; empty if they have none.
    """

    what: str
    line_word: str
    lines: Sequence[int]
    columns: Sequence[int]
    rows: list[list[str]]
    x_labels: tuple[str, ...] = ()
    y_labels: tuple[str, ...] = ()

    def at(self, row: int, column: int) -> str:
        """Say where a cell came from."""
        place = f"{self.line_word} {self.lines[row]}, column {self.columns[column]}"
        return f"{self.what}, {place}"

    def task(self, name: str, formula: str, shared: bool | None) -> Task:
        """Return the task; operands share their tokens by default if their labels are the same.

        Raises
        ------
        SpecError
            If there are too few rows or columns, or an answer is none; names the place.
        BudgetError
            If there are too many.
        """
        nx, ny = len(self.rows), len(self.rows[0])
        check_shape(nx, ny, self.what)
        x_labels = self.x_labels or number_labels(nx)
        y_labels = self.y_labels or number_labels(ny)
        first_place: dict[str, tuple[int, int]] = {}
        for i, row in enumerate(self.rows):
            for j, cell in enumerate(row):
                if cell not in first_place and cell not in UNKNOWN:
                    first_place[cell] = (i, j)
        answers = self.ordered(first_place, x_labels, y_labels)
        position = {answer: k for k, answer in enumerate(answers)} | dict.fromkeys(UNKNOWN, -1)
        table = np.array([[position[cell] for cell in row] for row in self.rows], dtype=np.int64)
        shared = x_labels == y_labels if shared is None else shared
        return Task(name, table, x_labels, y_labels, answers, formula=formula, shared_tokens=shared)

    def ordered(
        self,
        first_place: dict[str, tuple[int, int]],
        x_labels: tuple[str, ...],
        y_labels: tuple[str, ...],
    ) -> list[str]:
        """Check the answers and put them in order."""
        if not first_place:
            raise SpecError(f"{self.what} has no known answer; every cell is empty or ?")
        for labels in (x_labels, y_labels):
            if first_place.keys() <= set(labels):
                return [label for label in labels if label in first_place]
        for answer, place in first_place.items():
            check_label(answer, self.at(*place))
            if _NUMBER.fullmatch(answer) and not _INTEGER.fullmatch(answer):
                raise SpecError(
                    f"{self.at(*place)}: {answer!r} is no integer; answers are integers or names, "
                    "and an unknown one is left empty or written ?"
                )
        integers = [answer for answer in first_place if _INTEGER.fullmatch(answer)]
        if not integers:
            return list(first_place)
        if len(integers) < len(first_place):
            stranger = next(answer for answer in first_place if not _INTEGER.fullmatch(answer))
            raise SpecError(
                f"{self.at(*first_place[stranger])}: {stranger!r} is no integer, but "
                f"{integers[0]} is one; answers that are not all labels of operands are either "
                "all integers or all names"
            )
        return sorted(integers, key=int)


def check_shape(nx: int, ny: int, what: str) -> None:
    """Refuse a table with less than two rows or columns."""
    for count, lines, hint in ((nx, "rows", ""), (ny, "columns", ", and commas between cells")):
        if count < 2:
            raise SpecError(f"{what} has {count} {lines} of answers; a task needs 2 or more{hint}")


def check_label(label: str, at: str) -> None:
    """Refuse what cannot stand in a line of text as the name of a token."""
    if label in UNKNOWN or len(label) > _MAX_LABEL or not label.isprintable():
        raise SpecError(
            f"{at}: a label has 1 to {_MAX_LABEL} printable characters and is not ?, got "
            f"{label[:_MAX_LABEL]!r}"
        )


def number_labels(count: int) -> tuple[str, ...]:
    """Return the labels ``"0", "1", ...`` of tokens without names."""
    return tuple(map(str, range(count)))
