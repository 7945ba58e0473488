"""All tests of one trained network at once: evidence, ablation, stages, verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims import GENERALIZATION_FLOOR
from symtheory.records import Embedding, Json, Outcome, Role, Verdict
from symtheory.theory import Theory

from .ablation import AblationTest, check_ablation
from .evidence import Evidence, collect_evidence
from .stages import Stages, find_stages
from .verdicts import judge, overall_outcome

__all__ = ["Verification", "verify_network"]

# Where the predicted functions are removed: the operands' embedding, not the readout.
_OPERAND_ROLES = (Role.SHARED, Role.X, Role.Y)


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """What the tests of one network found.

    Parameters
    ----------
    verdicts : tuple of Verdict
        One for each prediction, in the order of the predictions.
    evidence : mapping of Role to Evidence
    ablation : AblationTest or None
    stages : Stages
    generalized : bool
        Whether the last held-out accuracy reaches `symtheory.claims.GENERALIZATION_FLOOR`.
    """

    verdicts: tuple[Verdict, ...]
    evidence: Mapping[Role, Evidence]
    ablation: AblationTest | None
    stages: Stages
    generalized: bool

    @property
    def outcome(self) -> Outcome:
        """What the primary verdicts say together."""
        return overall_outcome(self.verdicts, generalized=self.generalized)

    @property
    def sentence(self) -> str:
        """The outcome in words, with the reason where it is not "held"."""
        if not self.generalized:
            return (
                f"{self.outcome}: the network did not generalize (held-out accuracy below "
                f"{GENERALIZATION_FLOOR}), so nothing follows about networks that do"
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
    evidence = collect_evidence(embeddings, geometries=theory.geometries, rng=rng)
    role = next(role for role in _OPERAND_ROLES if role in embeddings)
    active = evidence[role].spectrum.active
    ablation = (
        check_ablation(
            lambda points: logits({role: points}),
            embeddings[role].points,
            theory.geometries[role].blocks,
            active=active,
            answers=theory.task.table,
            held_out=held_out,
            rng=rng,
        )
        if active
        else None
    )
    stages = find_stages(rows)
    accuracy = rows[-1]["test_accuracy"]
    generalized = isinstance(accuracy, int | float) and accuracy >= GENERALIZATION_FLOOR
    verdicts = judge(
        theory.predictions(embeddings),
        evidence,
        generalized=generalized,
        ablation=ablation,
        stages=stages,
    )
    return Verification(verdicts, evidence, ablation, stages, generalized)
