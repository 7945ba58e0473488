"""The split of a task's table into training and held-out cells.

Everything downstream that trains, prompts, diagnoses or selects is handed `Split.known`, in which
a held-out answer is -1: what is not there cannot leak.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .config import TrainingConfig
from .seeds import generator

__all__ = ["Split", "split_cells", "split_of"]


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


def split_cells(task: Task, fraction: float, *, rng: np.random.Generator) -> Split:
    """Draw a uniformly random set of training cells, a fraction of the cells with an answer.

    Raises
    ------
    SpecError
        If the fraction leaves no training cell or no held-out cell.
    """
    answers = task.table.ravel()
    cells = np.flatnonzero(answers >= 0)
    n_train = round(fraction * len(cells)) if 0 < fraction < 1 else 0
    if not 0 < n_train < len(cells):
        raise SpecError(
            f"train fraction {fraction} of {len(cells)} cells leaves no training or no held-out "
            "cell; give a number strictly between 0 and 1, such as 0.3"
        )
    known = np.full(answers.shape, -1, dtype=np.int64)
    order = rng.permutation(len(cells))
    chosen, rest = cells[order[:n_train]], cells[order[n_train:]]
    known[chosen] = answers[chosen]
    held_out = np.zeros(answers.shape, dtype=bool)
    held_out[rest] = True
    return Split(known.reshape(task.table.shape), held_out.reshape(task.table.shape))


def split_of(theory: Theory, config: TrainingConfig) -> Split:
    """Return the split that a configuration fixes for a task."""
    return split_cells(theory.task, config.train_fraction, rng=generator(config.seed, "split"))
