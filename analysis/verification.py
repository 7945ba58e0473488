"""All tests of one trained network at once: evidence, ablation, stages, verdicts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import GENERALIZATION_FLOOR
from symtheory.records import Embedding, Json, Role
from symtheory.theory import Theory

from .examination import Examination, run_tests
from .stages import Stages, find_stages
from .symmetry.ablation import Logits

__all__ = ["Verification", "verify_network"]


@dataclass(frozen=True, slots=True, eq=False)
class Verification(Examination):
    """What the tests of one network that we trained found.

    Parameters
    ----------
    theory, verdicts, evidence, ablation, meaning
        As of an `Examination`.
    accuracy : float
        The last held-out accuracy in the log.
    stages : Stages
    """

    accuracy: float
    stages: Stages

    @property
    def _advice(self) -> str:
        return "; more --steps may help"


def verify_network(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    logits: Logits,
    held_out: NDArray[np.bool_],
    rows: Sequence[Mapping[str, Json]],
    rng: np.random.Generator,
    prompted: Collection[str] = (),
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
    prompted : collection of str
        Relations in the loss, see `symtheory.theory.Theory.predictions`.
    """
    last = rows[-1]["test_accuracy"]
    accuracy = float(last) if isinstance(last, int | float) else 0.0
    stages = find_stages(rows)
    verdicts, evidence, ablation, meaning = run_tests(
        theory,
        embeddings,
        rng=rng,
        generalized=accuracy >= GENERALIZATION_FLOOR,
        logits=logits,
        held_out=held_out,
        stages=stages,
        prompted=prompted,
    )
    return Verification(theory, verdicts, evidence, ablation, accuracy, meaning, stages)
