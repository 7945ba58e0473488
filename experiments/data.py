"""Split of a task's table into training and held-out cells.

Everything downstream that trains, prompts, diagnoses or selects is handed `Split.known`, in which
a held-out answer is -1: what is not there cannot leak. A stratified split is drawn by answers, of
all cells; which cells are training data then depends on the labels of all. So it does where they
are all comparisons of neighbors, in transitive inference. Nothing else depends on them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory._renamed import renamed_attribute
from symtheory.errors import SpecError
from symtheory.orders.order import Order
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .config.training import TrainingConfig
from .seeds import generator

__all__ = ["Split", "split_cells", "split_task"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which cells of a table are training data.

    Parameters
    ----------
    known : (nx, ny) int64
        The answer of every training cell, -1 on all others.
    held_out : (nx, ny) bool
        Mask of the cells on which generalization is measured: those of the table that are no
        training cells. In a partial table cells without an answer are neither.
    """

    known: NDArray[np.int64]
    held_out: NDArray[np.bool_]

    @property
    def train_cells(self) -> NDArray[np.int64]:
        """Training cells (x, y) in row-major order, (n_train, 2) int64."""
        return np.argwhere(self.known >= 0)


def split_cells(
    task: Task, fraction: float, *, rng: np.random.Generator, is_stratified: bool = False
) -> Split:
    """Draw training cells at random, a fraction of the cells with an answer.

    Parameters
    ----------
    task : Task
    fraction : float
    rng : numpy.random.Generator
    is_stratified : bool
        Whether the fraction is taken of the cells of every answer, to the nearest cell, and not
        uniformly of all cells.

    Raises
    ------
    SpecError
        If the fraction leaves no training cell or no held-out cell.
    """
    answers = task.table.ravel()
    cells = np.flatnonzero(answers >= 0)
    share = fraction if 0 < fraction < 1 else 0.0
    chosen = np.zeros(answers.shape, dtype=bool)
    groups = [cells]
    if is_stratified:
        ordered = cells[np.argsort(answers[cells], kind="stable")]
        groups = np.split(ordered, np.flatnonzero(np.diff(answers[ordered])) + 1)
    for group in groups:
        chosen[group[rng.permutation(len(group))[: round(share * len(group))]]] = True
    n_train = int(chosen.sum())
    if not 0 < n_train < len(cells):
        raise SpecError(
            f"train fraction {fraction} of {len(cells)} cells leaves no training or no held-out "
            "cell; give a number strictly between 0 and 1, such as 0.3"
        )
    return _split(task, chosen.reshape(task.table.shape))


def split_task(theory: Theory, config: TrainingConfig) -> Split:
    """Return the split that a configuration fixes for a task.

    Raises
    ------
    SpecError
        If it leaves no training or no held-out cell, a mask does not fit the table, or neighbors
        are to be compared where the task is about no order.
    """
    if config.mask is not None:
        return _masked(theory.task, config.mask)
    if config.split == "adjacent":
        return _adjacent(theory.task)
    return split_cells(
        theory.task,
        config.train_fraction,
        rng=generator(config.seed, "split"),
        is_stratified=config.split == "stratified",
    )


def _masked(task: Task, mask: tuple[str, ...]) -> Split:
    nx, ny = task.table.shape
    if len(mask) != nx or any(len(row) != ny or set(row) - {"0", "1"} for row in mask):
        widths = sorted({len(row) for row in mask})
        raise SpecError(
            f"a mask for {task.formula} is {nx} rows of {ny} digits 0 or 1; got {len(mask)} rows "
            f"of {' or '.join(map(str, widths)) or 'nothing'}"
        )
    chosen = np.array([[digit == "1" for digit in row] for row in mask]) & (task.table >= 0)
    if not chosen.any() or not (~chosen & (task.table >= 0)).any():
        raise SpecError("the mask leaves no training or no held-out cell; mark some, not all")
    return _split(task, chosen)


def _adjacent(task: Task) -> Split:
    from symtheory.tasks.orders import adjacent_cells

    if not isinstance(task.answer_structure, Order):
        raise SpecError(
            f"{task.formula} is about no order, in which tokens would be neighbors; draw training "
            "cells by a fraction, or take a task that compares entities"
        )
    chosen = np.asarray(adjacent_cells(task.answer_structure), dtype=bool) & (task.table >= 0)
    if not (~chosen & (task.table >= 0)).any():
        raise SpecError(
            f"all {task.formula} are of neighbors, so no cell would be held out; take an order "
            "with more levels, or longer chains"
        )
    return _split(task, chosen)


def _split(task: Task, chosen: NDArray[np.bool_]) -> Split:
    return Split(np.where(chosen, task.table, -1), ~chosen & (task.table >= 0))


def __getattr__(name: str) -> object:
    """Answer for names of version 0.1."""
    return renamed_attribute(__name__, name)
