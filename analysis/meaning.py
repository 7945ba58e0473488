"""Evidence and verdicts on what answers mean: distances in a graph, or truths about an order.

The operands' points are tested for the metric picture, or for the axes of an order, beside what
follows from symmetry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import SpecError
from symtheory.records import Embedding, Json, Level, Prediction, Role, Verdict
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .metric.evidence import MetricEvidence, collect_metric_evidence
from .metric.verdicts import judge_metric_claims
from .orders.evidence import OrderEvidence, collect_order_evidence
from .orders.verdicts import judge_order
from .symmetry.ablation import Logits

__all__ = ["MeaningEvidence", "check_points", "collect_meaning", "has_meaning", "judge_meaning"]

OF_METRICS = (Level.NATURAL, Level.RIGHT_ANGLES, Level.MONOTONE, Level.TAIL, Level.DIAGRAM)
OF_ORDERS = (Level.AXES, Level.ADDITIVE, Level.GRID, Level.LINE, Level.DISTANCE_EFFECT)


@dataclass(frozen=True, slots=True, eq=False)
class MeaningEvidence:
    """What was measured on the operands' embeddings of a task whose answers mean something.

    Parameters
    ----------
    metric : mapping of Role to MetricEvidence
        Empty unless answers are distances.
    order : mapping of Role to OrderEvidence
        Empty unless answers are truths about an order.
    """

    metric: Mapping[Role, MetricEvidence] = field(default_factory=dict)
    order: Mapping[Role, OrderEvidence] = field(default_factory=dict)

    def measures(self) -> dict[str, Json]:
        """Return what was measured of a metric beside the claims, as plain JSON values."""
        return {str(role): found.measures() for role, found in self.metric.items()}


def has_meaning(theory: Theory, role: Role) -> bool:
    """Whether an embedding is tested for what answers mean."""
    return role is not Role.READOUT and theory.task.answer_structure is not None


def check_points(embedding: Embedding, task: Task) -> None:
    """Refuse an embedding of operands that has not one point for each vertex or entity.

    Raises
    ------
    SpecError
        If it has another number of rows, or all its points coincide.
    """
    n = len(task.x_labels)
    if len(embedding.points) != n:
        raise SpecError(
            f"{task.formula} is about {n} tokens, but the {embedding.role} embedding has "
            f"{len(embedding.points)} rows"
        )
    if np.ptp(embedding.points, axis=0).max() == 0:
        raise SpecError(f"all points of the {embedding.role} embedding coincide")


def collect_meaning(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    rng: np.random.Generator,
    n_permutations: int = 999,
    logits: Logits | None = None,
    held_out: NDArray[np.bool_] | None = None,
) -> MeaningEvidence:
    """Test the operands' embeddings for what the answers mean.

    Parameters
    ----------
    theory : Theory
    embeddings : mapping of Role to Embedding
    rng : numpy.random.Generator
        For all null distributions.
    n_permutations : int
    logits : callable, optional
        Logits (nx, ny, nz) of the network with the given points, for the effect of distance.
    held_out : (nx, ny) bool, optional
        Cells that were no training data.
    """
    points = {
        role: embedding.points
        for role, embedding in embeddings.items()
        if has_meaning(theory, role)
    }
    with threadpool_limits(1, user_api="blas"):
        if theory.metric is not None:
            metric = {
                role: collect_metric_evidence(
                    cloud, theory.metric, rng=rng, n_permutations=n_permutations
                )
                for role, cloud in points.items()
            }
            return MeaningEvidence(metric=metric)
        if theory.order is not None:
            wide = None if logits is None else np.asarray(logits(points), dtype=np.float64)
            order = {
                role: collect_order_evidence(
                    cloud,
                    theory.order,
                    rng=rng,
                    n_permutations=n_permutations,
                    logits=wide,
                    held_out=held_out,
                )
                for role, cloud in points.items()
            }
            return MeaningEvidence(order=order)
    return MeaningEvidence()


def judge_meaning(
    predictions: Sequence[Prediction], found: MeaningEvidence, alpha: float
) -> dict[str, Verdict]:
    """Return the verdicts on the claims about distances and orders, by key.

    The effect of distance is about the network; it is the same whichever embedding it comes with.
    """
    verdicts: dict[str, Verdict] = {}
    for role, evidence in found.metric.items():
        own = [p for p in predictions if p.level in OF_METRICS and p.role is role]
        judged = judge_metric_claims(own, evidence, alpha=alpha)
        verdicts.update((verdict.prediction.key, verdict) for verdict in judged)
    for prediction in predictions:
        if prediction.level in OF_ORDERS and found.order:
            role = prediction.role if prediction.role in found.order else next(iter(found.order))
            verdicts[prediction.key] = judge_order(prediction, found.order[role], alpha)
    return verdicts
