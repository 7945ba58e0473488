"""What the training of a configuration may know of the symmetry of its task.

All that prompts a training, decides when it ends or shapes its network asks here, and is told what
`symtheory.prompting` says: of the relations of the whole table, or of training cells alone.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from symtheory.prompting import (
    Prompting,
    Symmetry,
    derived_prompting,
    known_prompting,
    usual_symmetry,
)
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .config.training import TrainingConfig

__all__ = ["prompting", "symmetry_of"]


def symmetry_of(task: Task, config: TrainingConfig) -> Symmetry:
    """Return where the relations of a training come from; what is left open follows the task."""
    return usual_symmetry(task) if config.symmetry is None else Symmetry(config.symmetry)


def prompting(theory: Theory, config: TrainingConfig, known: NDArray[np.int64]) -> Prompting:
    """Return what a training may know.

    Parameters
    ----------
    theory : Theory
        Of the whole table: with symmetry "derived" only the names in its task are read.
    config : TrainingConfig
    known : (nx, ny) int64
        Training answers, -1 elsewhere.

    Raises
    ------
    SpecError
        If relations of the task cannot be derived from cells.
    """
    if symmetry_of(theory.task, config) is Symmetry.KNOWN:
        return known_prompting(theory)
    return _derived(theory.task, known.tobytes())


@lru_cache(maxsize=32)
def _derived(task: Task, known: bytes) -> Prompting:
    """Derive once for each split: many ask."""
    return derived_prompting(task, np.frombuffer(known, np.int64).reshape(task.table.shape))
