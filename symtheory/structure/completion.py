"""Completion of a task's table from its training cells alone.

Two hypotheses are tried, with no answer read but those of training cells:

1. *abelian*: f(x, y) = h(phi(x) + psi(y)). The abelian envelope of the training cells is the
   universal solution; where it is finite and tells the answers apart, it gives all sums it reaches;
2. *group*: f is the table of any group with its elements renamed three times. The quadrangle
   criterion completes it, see `symtheory.combinatorics.square_completion`.

Operands may absorb beside either, like 0 in x*y. A hypothesis is believed on evidence: some
training cells are set aside, and what the others determine must give all of them right, which by
chance happens once in a thousand times at most. It may still be wrong on a held-out cell; but what
it says is a function of the training cells.
"""

from dataclasses import dataclass, replace
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.square_completion import complete_square
from symtheory.errors import BudgetError, PredictionError
from symtheory.structure.reduction import find_reduction
from symtheory.structure.structure import find_structure
from symtheory.tasks.task import Task

__all__ = ["CHANCE", "Completion", "complete_table", "masked_task"]

CHANCE = 0.001
"""Most that chance may have to do with what training cells are believed to show."""

_SEED = 20261


@dataclass(frozen=True, slots=True, eq=False)
class Completion:
    """What training cells determine of a table, under a hypothesis that they bear out.

    Parameters
    ----------
    table : (nx, ny) int64
        Answers, -1 where none follows.
    n_checks : int
        Training cells that were set aside and found right from the others.
    """

    table: NDArray[np.int64]
    n_checks: int


def masked_task(task: Task, known: NDArray[np.int64]) -> Task:
    """Return the task as far as training cells tell it: of it only names are taken over."""
    return replace(task, table=known)


def complete_table(task: Task, known: NDArray[np.int64]) -> Completion:
    """Return the table that training cells determine.

    Parameters
    ----------
    task : Task
        For the names of operands and answers. Its table is not looked at.
    known : (nx, ny) int64
        Training answers, -1 elsewhere.

    Raises
    ------
    PredictionError
        If they determine none; says what each hypothesis lacks.

    Examples
    --------
    >>> from symtheory.groups.notation import parse_group
    >>> from symtheory.tasks.group_words import group_task
    >>> task = group_task("x*y", parse_group("D7"))
    >>> known = np.where(np.random.default_rng(0).uniform(size=(14, 14)) < 0.4, task.table, -1)
    >>> found = complete_table(task, known)
    >>> int((known >= 0).sum()), found.n_checks, np.array_equal(found.table, task.table)
    (69, 3, True)
    """
    n_answers = len(task.z_labels)
    # An answer given at random is right once in n_answers times.
    n_checks = ceil(log(1 / CHANCE) / log(max(2, n_answers)))
    filled, is_told = _with_absorbing(known, least=n_checks + 1)
    cells = np.argwhere((known >= 0) & ~is_told)
    aside = np.random.default_rng(_SEED).permutation(len(cells))[:n_checks]
    checks = tuple(cells[aside].T)
    others = filled.copy()
    others[checks] = -1
    reasons = []
    for name, hypothesis in (("an abelian group", _abelian), ("any group", _group)):
        try:
            if len(cells) <= n_checks:
                raise PredictionError("there are too few training cells")
            found = hypothesis(task, others)
            if (found[checks] != known[checks]).any():
                raise PredictionError(f"without {n_checks} of the training cells it misses them")
            if (found < 0).any():  # with these cells more may follow
                found = hypothesis(task, filled)
        except (PredictionError, BudgetError) as error:
            reasons.append(f"of {name}: {error}")
            continue
        return Completion(found, n_checks)
    raise PredictionError("; ".join(reasons))


def _with_absorbing(
    known: NDArray[np.int64], *, least: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Fill the rows and columns that have one answer only, in at least so many training cells.

    Returns
    -------
    (nx, ny) int64, (nx, ny) bool
        The table, and which cells lie in such a row or column.
    """
    filled, is_told = known.copy(), np.zeros(known.shape, dtype=bool)
    for lines, target, told in ((known, filled, is_told), (known.T, filled.T, is_told.T)):
        largest = lines.max(axis=1)
        is_constant = ((lines < 0) | (lines == largest[:, None])).all(axis=1)
        for line in np.flatnonzero(is_constant & ((lines >= 0).sum(axis=1) >= least)):
            target[line, target[line] < 0] = largest[line]
            told[line] = True
    return filled, is_told


def _abelian(task: Task, known: NDArray[np.int64]) -> NDArray[np.int64]:
    structure = find_structure(masked_task(task, known))
    if structure.factorization is None:
        raise PredictionError(structure.reason)
    found = structure.factorization.table()
    found = np.where(known >= 0, known, found)  # where operands absorb it says nothing
    try:  # an operand without any known cell may be the only one left
        return _group(task, found)
    except PredictionError:
        return found


def _group(task: Task, known: NDArray[np.int64]) -> NDArray[np.int64]:
    reduction = find_reduction(masked_task(task, known))
    x, y = (
        np.setdiff1d(np.arange(size), absorbing)
        for size, absorbing in zip(
            known.shape, (reduction.x_absorbing, reduction.y_absorbing), strict=True
        )
    )
    inner = known[np.ix_(x, y)]
    of_absorbing = np.setdiff1d(reduction.absorbed, inner)
    answers = np.setdiff1d(np.arange(len(task.z_labels)), of_absorbing)
    if not len(x) == len(y) == len(answers):
        raise PredictionError(
            f"it has {len(x)} left operands, {len(y)} right operands and {len(answers)} answers"
        )
    number = np.full(len(task.z_labels) + 1, -1)  # the last place is that of -1
    number[answers] = np.arange(len(answers))
    square = complete_square(number[inner])
    if (square < 0).any():
        raise PredictionError(f"{int((square < 0).sum())} cells do not follow from those known")
    table = known.copy()
    table[np.ix_(x, y)] = answers[square]
    return table
