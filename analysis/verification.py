"""All tests of one trained network at once: evidence, ablation, stages, verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims import GENERALIZATION_FLOOR
from symtheory.records import Embedding, Json, Outcome, Role, Verdict
from symtheory.theory import Theory

from .ablation import AblationTest, Operand, check_ablation
from .evidence import Evidence, collect_evidence
from .stages import Stages, find_stages
from .verdicts import judge, overall_outcome

__all__ = ["Verification", "verify_network"]


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """What the tests of one network found.

    Parameters
    ----------
    verdicts : tuple of Verdict
        One for each prediction, in the order of the predictions.
    evidence : mapping of Role to Evidence
        Of every embedding with a geometry, also of those of which nothing is claimed.
    ablation : AblationTest or None
        None where no block of an operand is active.
    stages : Stages
    accuracy : float
        The last held-out accuracy in the log.
    """

    verdicts: tuple[Verdict, ...]
    evidence: Mapping[Role, Evidence]
    ablation: AblationTest | None
    stages: Stages
    accuracy: float

    @property
    def generalized(self) -> bool:
        """Whether the held-out accuracy reaches `symtheory.claims.GENERALIZATION_FLOOR`."""
        return self.accuracy >= GENERALIZATION_FLOOR

    @property
    def outcome(self) -> Outcome:
        """What the primary verdicts say together."""
        return overall_outcome(self.verdicts, generalized=self.generalized)

    @property
    def sentence(self) -> str:
        """The outcome in words, with the reason where it is not "held"."""
        if not any(verdict.prediction.primary for verdict in self.verdicts):
            return f"{self.outcome}: no geometry is claimed for this task, nothing to verify"
        if not self.generalized:
            return (
                f"{self.outcome}: did not generalize (held-out accuracy {self.accuracy:.3f}, the "
                f"claims are about networks at {GENERALIZATION_FLOOR} or above); more --steps may "
                "help"
            )
        primary = [v for v in self.verdicts if v.prediction.primary]
        open_or_refuted = [
            f"{v.prediction.key} {v.outcome}" for v in primary if v.outcome is not Outcome.HELD
        ]
        if open_or_refuted:
            return f"{self.outcome}: {', '.join(open_or_refuted)}"
        return f"held: all {len(primary)} primary claims"


def verify_network(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    logits: Callable[[Mapping[Role, NDArray[np.float64]]], NDArray[np.floating]],
    held_out: NDArray[np.bool_],
    rows: Sequence[Mapping[str, Json]],
    rng: np.random.Generator,
) -> Verification:
    """Run every test that theory declares for a network of these embeddings.

    Parameters
    ----------
    theory : Theory
    embeddings : mapping of Role to Embedding
    logits : callable
        Logits (nx, ny, nz) of the network with the given embeddings put in.
    held_out : (nx, ny) bool
        Cells that were no training data.
    rows : sequence of mappings
        The training log.
    rng : numpy.random.Generator
        For all null distributions.
    """
    predicted = {role: e for role, e in embeddings.items() if role in theory.geometries}
    evidence = collect_evidence(predicted, geometries=theory.geometries, rng=rng)
    operands: dict[Role, Operand] = {
        role: Operand(embeddings[role].points, theory.geometries[role].blocks, found.active)
        for role, found in evidence.items()
        if role is not Role.READOUT and found.active
    }
    ablation = None
    if operands:
        ablation = check_ablation(
            logits, operands, answers=theory.task.table, held_out=held_out, rng=rng
        )
    stages = find_stages(rows)
    last = rows[-1]["test_accuracy"]
    accuracy = float(last) if isinstance(last, int | float) else 0.0
    verdicts = judge(
        theory.predictions(embeddings),
        evidence,
        generalized=accuracy >= GENERALIZATION_FLOOR,
        ablation=ablation,
        stages=stages,
    )
    return Verification(verdicts, evidence, ablation, stages, accuracy)
