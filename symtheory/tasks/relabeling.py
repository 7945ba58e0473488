"""Relabeled copies of a task."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.tasks.task import Task

__all__ = ["relabeled"]


def relabeled(
    task: Task,
    *,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    z: ArrayLike | None = None,
) -> Task:
    """Return the same operation on renamed tokens: f'(x(a), y(b)) = z(f(a, b)).

    The labels stay where they are and the table moves under them, so the copy is a genuinely
    different table that only a theory blind to names can recognize. Unknown cells stay unknown.

    Parameters
    ----------
    task : Task
    x, y, z : (nx,), (ny,), (nz,) int, optional
        Permutations: token i of the task becomes token ``x[i]`` of the copy. Default: unchanged.

    Raises
    ------
    SpecError
        If one of them is no permutation of its tokens.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> task = modular_task("x + y", 5)
    >>> relabeled(task, x=[1, 2, 3, 4, 0]).table[1].tolist()
    [0, 1, 2, 3, 4]
    """
    moves = [
        _permutation(move, len(labels), axis)
        for axis, move, labels in (
            ("x", x, task.x_labels),
            ("y", y, task.y_labels),
            ("z", z, task.z_labels),
        )
    ]
    table = np.empty_like(task.table)
    table[np.ix_(moves[0], moves[1])] = np.where(task.is_known, moves[2][task.table], -1)
    return Task(
        f"{task.name}-relabeled",
        table,
        task.x_labels,
        task.y_labels,
        task.z_labels,
        formula=f"{task.formula}, relabeled",
        shared_tokens=task.shared_tokens,
    )


def _permutation(move: ArrayLike | None, n: int, axis: str) -> NDArray[np.int64]:
    if move is None:
        return np.arange(n)
    array = np.asarray(move)
    if array.shape != (n,) or not np.array_equal(np.sort(array), np.arange(n)):
        raise SpecError(
            f"{axis} must be a permutation of 0..{n - 1}, one entry for each token, got an array "
            f"of shape {array.shape}"
        )
    return array.astype(np.int64)
