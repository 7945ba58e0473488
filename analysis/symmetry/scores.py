"""Score of a network's logits on cells of a table: accuracy and cross-entropy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.records import Role

__all__ = ["Logits", "Score", "score_logits"]

Logits = Callable[[Mapping[Role, NDArray[np.float64]]], NDArray[np.floating]]
"""A network as a function of some of its embeddings: (n, d) points to (nx, ny, nz) logits."""


@dataclass(frozen=True, slots=True)
class Score:
    """Score of logits on held-out cells: share correct, and mean cross-entropy in nats."""

    accuracy: float
    loss: float


def score_logits(
    logits: NDArray[np.floating], answers: NDArray[np.int64], *, cells: NDArray[np.bool_]
) -> Score:
    """Score logits on the cells of a table.

    Parameters
    ----------
    logits : (nx, ny, nz) float
    answers : (nx, ny) int64
    cells : (nx, ny) bool
        Cells to score; at least one.

    Examples
    --------
    >>> logits = np.array([[[0.0, 0.0], [5.0, 0.0]]])
    >>> score = score_logits(logits, np.array([[1, 0]]), cells=np.array([[False, True]]))
    >>> score.accuracy, round(score.loss, 4)
    (1.0, 0.0067)
    """
    if not cells.any():
        raise SpecError("no cell is held out: what the network uses to generalize cannot be seen")
    chosen, truth = logits[cells], answers[cells]
    shifted = chosen - chosen.max(axis=1, keepdims=True)
    log_partition = np.log(np.exp(shifted).sum(axis=1, dtype=np.float64))
    loss = log_partition - shifted[np.arange(len(truth)), truth]
    return Score(accuracy=float((chosen.argmax(axis=1) == truth).mean()), loss=float(loss.mean()))
