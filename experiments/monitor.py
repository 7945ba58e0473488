"""What is measured during training: one row of the log at a time."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from symtheory.errors import RunError
from symtheory.geometry.dimension import effective_dimension
from symtheory.records import Json, Role, finite
from symtheory.symmetry.relations import Relation
from symtheory.theory import Theory

from .config import TrainingConfig
from .data import Split
from .models.transformer import Transformer
from .network import table_logits
from .objectives.relations import symmetric_divergence
from .objectives.selection import select_relations
from .runs import Run
from .seeds import generator

__all__ = ["Monitor", "Row"]

Row = dict[str, Json]

# Instances of each relation on which its violation is measured: drawn once, the same at every row.
_DIAGNOSTIC_TUPLES = 1024


class Monitor:
    """Measures a row of the log.

    Held-out answers are read for two columns only, ``test_loss`` and ``test_accuracy``, which are
    reported and used by nothing here. The violation is that of the relations that
    `select_relations` gives, whether or not they are losses; it reads no held-out answer, but it
    asks the network about held-out cells. The effective dimension is that of the operands'
    embedding, where each operand has its own the larger of the two.
    """

    def __init__(self, theory: Theory, config: TrainingConfig, split: Split, run: Run) -> None:
        self._run = run
        self._window = config.settled_window
        self._device = torch.device(config.device)
        # Cells without an answer are in neither mask; what stands there is not looked at.
        self._answers = torch.tensor(theory.task.table.ravel().clip(min=0), device=self._device)
        self._train = torch.as_tensor((split.known >= 0).ravel(), device=self._device)
        self._test = torch.as_tensor(split.held_out.ravel(), device=self._device)
        self._shape = split.known.shape
        self._pairs = [
            self._diagnostic_pairs(
                relation, split, generator(config.seed, f"diagnostic {relation.name}")
            )
            for relation in select_relations(theory.relations, config, split.known)
        ]

    def _diagnostic_pairs(
        self, relation: Relation, split: Split, rng: np.random.Generator
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        drawn = relation.sample(split.known, _DIAGNOSTIC_TUPLES, rng=rng)
        keys = [side[:, 0] * self._shape[1] + side[:, 1] for side in (drawn.left, drawn.right)]
        left, right = (torch.as_tensor(key, device=self._device) for key in keys)
        if drawn.answer_map is None:
            return left, right, None
        return left, right, torch.as_tensor(drawn.answer_map, device=self._device)

    def row(self, network: Transformer, step: int, seconds: float) -> Row:
        """Measure the network, keep its embeddings, and append the row to the run's log."""
        logarithm = table_logits(network, self._shape).log_softmax(dim=1)
        correct = (logarithm.argmax(dim=1) == self._answers).double()
        loss = -logarithm.gather(1, self._answers[:, None])[:, 0].double()
        violations = [
            symmetric_divergence(logarithm[left], logarithm[right], answer_map)
            for left, right, answer_map in self._pairs
        ]
        arrays = {role: table.detach().cpu().numpy() for role, table in network.embeddings.items()}
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise RunError(
                f"training diverged at step {step}: the embeddings are no longer finite; lower the "
                "learning rate"
            )
        earlier = [s for s in self._run.embedding_steps if s <= step - self._window]
        similarity = (
            min(
                _gram_similarity(arrays[role], before.points)
                for role, before in self._run.embeddings(earlier[-1]).items()
            )
            if earlier
            else None
        )
        row: Row = {
            "step": step,
            "train_loss": finite(float(loss[self._train].mean())),
            "train_accuracy": float(correct[self._train].mean()),
            "test_loss": finite(float(loss[self._test].mean())),
            "test_accuracy": float(correct[self._test].mean()),
            "violation": _most([float(v.mean()) for v in violations]),
            "violation_max": _most([float(v.max()) for v in violations]),
            "effective_dimension": max(
                effective_dimension(points)
                for role, points in arrays.items()
                if role is not Role.READOUT
            ),
            "gram_similarity": finite(similarity),
            "seconds": round(seconds, 3),
        }
        self._run.write_embeddings(step, arrays)
        self._run.append_metrics(row)
        return row


def _most(values: list[float]) -> float | None:
    return finite(max(values)) if values else None


def _gram_similarity(points: NDArray[np.float32], before: NDArray[np.float64]) -> float:
    """Cosine between the centered Gram matrices of two clouds of the same tokens."""
    a = points.astype(np.float64)
    a, b = a - a.mean(axis=0), before - before.mean(axis=0)
    # <A A^T, B B^T> = |A^T B|^2, so no Gram matrix is formed.
    inner, norm_a, norm_b = (np.sum((s.T @ t) ** 2) for s, t in ((a, b), (a, a), (b, b)))
    return float(inner / np.sqrt(norm_a * norm_b))
