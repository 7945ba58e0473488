"""Evidence and predictions as tests of claims need them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import TESTS, collect_evidence
from symtheory.analysis.statistics.measurement import Measurement
from symtheory.analysis.statistics.stages import STAGES_TEST, Stages
from symtheory.analysis.symmetry.ablation import ABLATION_TEST, AblationTest, ablation_measurement
from symtheory.records import Embedding, Prediction, Role


def claim(level: str, role: Role, floor: float | None = None) -> Prediction:
    """Return the claim of that level about an embedding, with a floor of the test's own."""
    return replace(TESTS[level].claim.about(role, "statement"), floor=floor)


def evidence_of(
    clouds: Mapping[Role, NDArray[np.float64]], *, rng: np.random.Generator, **options: object
) -> dict[Role, Evidence]:
    """Make every test on points by role."""
    embeddings = {role: Embedding(points, role) for role, points in clouds.items()}
    return collect_evidence(Network(embeddings, rng, **options))  # type: ignore[arg-type]


def with_network(
    evidence: Mapping[Role, Evidence],
    ablation: AblationTest | None = None,
    stages: Stages | None = None,
) -> dict[Role, Evidence]:
    """Put what an ablation and a log would have shown in the place of what was measured."""
    measured: dict[str, Measurement[object] | str] = dict(evidence[Role.NETWORK].measured)
    if ablation is not None:
        measured[ABLATION_TEST.claim.level] = ablation_measurement(ablation)  # type: ignore[assignment]
    if stages is not None:
        measured[STAGES_TEST.claim.level] = Measurement(stages, None, note=stages.note)
    return {**evidence, Role.NETWORK: replace(evidence[Role.NETWORK], measured=measured)}
