"""Reduction of a table: duplicate operands (twins) are merged and absorbing ones set apart.

Two left operands are twins if their rows are equal; the task cannot tell them apart, and swapping
them is a symmetry, so every pair of twins doubles the symmetry group without meaning. A left
operand is absorbing if its row is constant, like 0 in x*y. What remains, one token of each twin
class and no absorbing one, is the *reduced table*, in which the structure of the task is sought.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.tasks.task import Task

__all__ = ["ReducedTable", "Reduction", "find_reduction", "reduced_table"]


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """Twin classes, absorbing tokens and answers that occur.

    Parameters
    ----------
    x_class, y_class : (nx,), (ny,) int64
        Twin class of every operand, numbered in the order of their first members.
    x_absorbing, y_absorbing : tuple of int
        Operands whose row, or column, is constant.
    absorbed : (k,) int64
        Answers of the absorbing operands, ascending.
    live : (k,) int64
        Answers that occur in the table, ascending.
    """

    x_class: NDArray[np.int64]
    y_class: NDArray[np.int64]
    x_absorbing: tuple[int, ...]
    y_absorbing: tuple[int, ...]
    absorbed: NDArray[np.int64]
    live: NDArray[np.int64]

    def __repr__(self) -> str:
        nx, ny = int(self.x_class.max()) + 1, int(self.y_class.max()) + 1
        return (
            f"Reduction({nx} of {len(self.x_class)} rows and {ny} of {len(self.y_class)} columns "
            f"differ, {len(self.x_absorbing)} and {len(self.y_absorbing)} absorbing, "
            f"{len(self.live)} answers)"
        )

    @property
    def has_duplicate_tokens(self) -> bool:
        """Whether two operands of one side have equal rows, or columns."""
        n_classes = int(self.x_class.max()) + int(self.y_class.max()) + 2
        return n_classes < len(self.x_class) + len(self.y_class)

    @property
    def x_kept(self) -> NDArray[np.int64]:
        """First token of each twin class of left operands, without the absorbing ones."""
        return _kept(self.x_class, self.x_absorbing)

    @property
    def y_kept(self) -> NDArray[np.int64]:
        """First token of each twin class of right operands, without the absorbing ones."""
        return _kept(self.y_class, self.y_absorbing)


@dataclass(frozen=True, slots=True, eq=False)
class ReducedTable:
    """The part of a table in which its structure is sought.

    Parameters
    ----------
    x, y : (mx,), (my,) int64
        Tokens of the reduced table, one of each twin class and none that is absorbing.
    answers : (mz,) int64
        Answers that occur in it, ascending.
    table : (mx, my) int64
        Entry i, j is the number in ``answers`` of f(x[i], y[j]), -1 where unknown.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    answers: NDArray[np.int64]
    table: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"ReducedTable({len(self.x)} x {len(self.y)} -> {len(self.answers)})"

    @property
    def is_complete(self) -> bool:
        """Whether every cell is known."""
        return bool((self.table >= 0).all())


def reduced_table(
    task: Task, reduction: Reduction, *, with_absorbing: bool = False
) -> ReducedTable:
    """Return the table with twins merged and, unless they are asked for, absorbing tokens removed.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> task = modular_task("x^2*y", 7)
    >>> reduced_table(task, find_reduction(task))
    ReducedTable(3 x 6 -> 6)
    """
    x, y = reduction.x_kept, reduction.y_kept
    if with_absorbing:
        x, y = _kept(reduction.x_class, ()), _kept(reduction.y_class, ())
    table = task.table[np.ix_(x, y)]
    answers = _occurring(table)
    number = np.full(len(task.z_labels) + 1, -1)  # the last place is that of -1
    number[answers] = np.arange(len(answers))
    return ReducedTable(x, y, answers, number[table])


def find_reduction(task: Task) -> Reduction:
    """Return the twins, the absorbing tokens and the answers that occur in a task.

    In a partial table unknown cells (-1) are compared as they stand: rows are twins only if they
    are unknown at the same cells too, and a row with an unknown cell is not absorbing.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> find_reduction(modular_task("x^2*y", 7)).x_class.tolist()
    [0, 1, 2, 3, 3, 2, 1]
    >>> find_reduction(modular_task("x*y", 7)).x_absorbing
    (0,)
    """
    table = task.table
    x_absorbing, y_absorbing = _constant(table), _constant(table.T)
    absorbed = np.union1d(table[list(x_absorbing), :1], table[:1, list(y_absorbing)])
    live = _occurring(table)
    for answers in (absorbed, live):
        answers.setflags(write=False)
    return Reduction(
        x_class=_classes(table),
        y_class=_classes(table.T),
        x_absorbing=x_absorbing,
        y_absorbing=y_absorbing,
        absorbed=absorbed,
        live=live,
    )


def _occurring(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Answers that occur in a table, ascending, without -1."""
    return np.flatnonzero(np.bincount(table.ravel() + 1)[1:])


def _classes(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    numbers: dict[bytes, int] = {}
    keys = (line.tobytes() for line in np.ascontiguousarray(lines))
    classes = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    classes.setflags(write=False)
    return classes


def _constant(lines: NDArray[np.int64]) -> tuple[int, ...]:
    is_constant = (lines == lines[:, :1]).all(axis=1) & (lines[:, 0] >= 0)
    return tuple(int(line) for line in np.flatnonzero(is_constant))


def _kept(classes: NDArray[np.int64], absorbing: tuple[int, ...]) -> NDArray[np.int64]:
    first = np.unique(classes, return_index=True)[1]
    return np.asarray(first[~np.isin(first, absorbing)], dtype=np.int64)
