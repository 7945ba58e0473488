"""Measurements during training: one row of the log at a time.

A row is what later analysis has of a step, beside the embeddings themselves: losses, accuracies,
violations of relations, and the geometry of the embeddings (`logged_geometry`). ``gram_similarity``
is the linear CKA between an embedding and its value ``settled_window`` steps earlier [1]_.

References
----------
.. [1] S. Kornblith et al., Similarity of neural network representations revisited, ICML 2019,
   arXiv:1905.00414.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from symtheory.errors import RunError
from symtheory.geometry.dimension import effective_dimension
from symtheory.records import Json, Role, finite
from symtheory.relations.cells import Rule
from symtheory.relations.relation import Relation
from symtheory.theory import Theory

from ..config.training import TrainingConfig
from ..data import Split
from ..models.build import Network
from ..objectives.relations import violation
from ..objectives.selection import select_relations
from ..prompting import prompting
from ..seeds import generator
from .logged_geometry import LoggedGeometry
from .runs import Run

__all__ = ["Monitor", "Row", "is_logged"]

Row = dict[str, Json]

# Instances of each relation on which its violation is measured: drawn once, the same at every row.
_DIAGNOSTIC_TUPLES = 1024


def is_logged(step: int, config: TrainingConfig) -> bool:
    """Whether a step gets a row: every ``log_every``-th, every power of two, and the last.

    Examples
    --------
    >>> [step for step in range(45) if is_logged(step, TrainingConfig(log_every=20))]
    [0, 1, 2, 4, 8, 16, 20, 32, 40]
    """
    is_power_of_two = step & (step - 1) == 0
    return step % config.log_every == 0 or is_power_of_two or step == config.steps


class Monitor:
    """Measures the rows of one run's log.

    Held-out answers are read for two columns only, ``test_loss`` and ``test_accuracy``, which are
    reported and used by nothing here. Violations are measured of all relations that may prompt and
    have an instance on the split, on instances that training answers certify, whether or not they
    are losses; ``violation`` is the largest mean, ``violation_max`` the largest instance of those
    that `select_relations` gives. They read no held-out answer, but ask the network about held-out
    cells. The effective dimension is that of the operands' embedding, where each operand has its
    own the larger of the two.
    """

    def __init__(
        self,
        theory: Theory,
        config: TrainingConfig,
        split: Split,
        run: Run,
        device: torch.device,
    ) -> None:
        self._run = run
        self._window = config.settled_window
        self._device = device
        # Cells without an answer are in neither mask; what stands there is not looked at.
        self._answers = torch.tensor(theory.task.table.ravel().clip(min=0), device=device)
        self._train = torch.as_tensor((split.known >= 0).ravel(), device=device)
        self._test = torch.as_tensor(split.held_out.ravel(), device=device)
        self._shape = split.known.shape
        relations = prompting(theory, config, split.known).relations
        used = select_relations(relations, config, split.known)
        self._deciding = [relation.name for relation in used]
        self._instances = {
            relation.name: self._diagnostic_instances(
                relation, split, generator(config.seed, f"diagnostic {relation.name}")
            )
            for relation in relations
            if relation.n_instances(split.known)
        }
        # Where the task asks questions, a right operand of the theory is (question, entity), but
        # the right table has a row an entity: what theory says of the one is not said of the other.
        has_questions = bool(theory.task.questions)
        self._geometries = {
            role: LoggedGeometry(geometry)
            for role, geometry in theory.geometries.items()
            if not (has_questions and role is Role.Y)
        }

    def _diagnostic_instances(
        self, relation: Relation, split: Split, rng: np.random.Generator
    ) -> tuple[Rule, list[Tensor], Tensor | None]:
        drawn = relation.sample(split.known, _DIAGNOSTIC_TUPLES, rng=rng)
        keys = [cells[:, 0] * self._shape[1] + cells[:, 1] for cells in drawn.cells]
        rows = [torch.as_tensor(key, device=self._device) for key in keys]
        if drawn.extra is None:
            return drawn.rule, rows, None
        return drawn.rule, rows, torch.as_tensor(drawn.extra, device=self._device)

    def row(
        self,
        network: Network,
        logits: Tensor,
        step: int,
        *,
        step_norm: float | None,
        seconds: float,
    ) -> Row:
        """Measure the network, keep its embeddings, and append the row to the run's log.

        Parameters
        ----------
        network : Network
        logits : (nx * ny, n_answers)
            Its answers on the whole table.
        step : int
        step_norm : float or None
            Length of the last step in parameter space; None before the first.
        seconds : float
            Since the training began.

        Raises
        ------
        RunError
            If the embeddings are no longer finite.
        """
        logarithm = logits.log_softmax(dim=1)
        correct = (logarithm.argmax(dim=1) == self._answers).double()
        loss = -logarithm.gather(1, self._answers[:, None])[:, 0].double()
        violations = {
            name: violation(rule, [logarithm[each] for each in rows], extra)
            for name, (rule, rows, extra) in self._instances.items()
        }
        arrays = {role: table.detach().cpu().numpy() for role, table in network.embeddings.items()}
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise RunError(
                f"training into {self._run.folder} diverged at step {step}: the embeddings are no "
                "longer finite; lower the learning rate"
            )
        both = {
            name: (finite(float(v.mean())), finite(float(v.max())))
            for name, v in violations.items()
        }
        # Of the violations only these decide when a run has settled; the others are reported.
        deciding = [both[name] for name in self._deciding]
        # What overflows on the way to divergence is null in the row, not a warning.
        with np.errstate(all="ignore"):
            shape = {**self._geometry(arrays, step), "norms": _norms(network, arrays)}
        row: Row = {
            "step": step,
            "train_loss": finite(float(loss[self._train].mean())),
            "train_accuracy": float(correct[self._train].mean()),
            "test_loss": finite(float(loss[self._test].mean())),
            "test_accuracy": float(correct[self._test].mean()),
            "violation": _largest([mean for mean, _ in deciding]),
            "violation_max": _largest([largest for _, largest in deciding]),
            "violations": {name: list(values) for name, values in both.items()},
            **shape,
            "step_norm": finite(step_norm),
            "seconds": round(seconds, 3),
        }
        # Embeddings first: a row without them would be a gap that a resumed run refuses.
        self._run.write_embeddings(step, arrays)
        self._run.append_metrics(row)
        return row

    def _geometry(self, arrays: Mapping[Role, NDArray[np.floating]], step: int) -> Row:
        # Read back from the folder, not kept in memory: a resumed run compares with the same.
        earlier = [s for s in self._run.embedding_steps if s <= step - self._window]
        before = self._run.embeddings(earlier[-1]) if earlier else {}
        similar = [_linear_cka(arrays[role], then.points) for role, then in before.items()]
        known = {role: self._geometries[role] for role in arrays if role in self._geometries}
        return {
            "effective_dimension": max(
                effective_dimension(points)
                for role, points in arrays.items()
                if role is not Role.READOUT
            ),
            "gram_similarity": finite(min(similar)) if similar else None,
            "gram": {str(role): finite(g.gram_share(arrays[role])) for role, g in known.items()},
            "irreps": {str(role): dict(g.block_power(arrays[role])) for role, g in known.items()},
        }


def _norms(network: nn.Module, arrays: Mapping[Role, NDArray[np.floating]]) -> Row:
    """Return the Euclidean norm of all parameters and of every embedding."""
    parts = [
        torch.linalg.vector_norm(p.detach(), dtype=torch.float64) for p in network.parameters()
    ]
    length = float(torch.linalg.vector_norm(torch.stack(parts)))
    norms = {str(role): finite(float(np.linalg.norm(array))) for role, array in arrays.items()}
    return {"parameters": finite(length), **norms}


def _largest(values: list[float | None]) -> float | None:
    """Return the largest value; None where there is none, or one is no number."""
    numbers = [value for value in values if value is not None]
    return max(numbers) if numbers and len(numbers) == len(values) else None


def _linear_cka(points: NDArray[np.floating], before: NDArray[np.float64]) -> float:
    """Return the linear CKA of two clouds: the cosine between their centered Gram matrices."""
    a = points.astype(np.float64)
    a, b = a - a.mean(axis=0), before - before.mean(axis=0)
    if len(a) <= a.shape[1]:
        gram_a, gram_b = a @ a.T, b @ b.T
        inner, norm_a, norm_b = ((s * t).sum() for s, t in _pairs(gram_a, gram_b))
    else:  # <A A^T, B B^T> = |A^T B|^2
        inner, norm_a, norm_b = (((s.T @ t) ** 2).sum() for s, t in _pairs(a, b))
    return float(inner / np.sqrt(norm_a * norm_b))


def _pairs(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    return (a, b), (a, a), (b, b)
