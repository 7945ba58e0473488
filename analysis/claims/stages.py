"""Order of the stages of training, as a claim about the network."""

from symtheory.claims.network import STAGES
from symtheory.records import Outcome, Prediction, Role

from ..statistics.stages import Stages
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["STAGES_TEST"]


def _measure(network: Network, role: Role) -> Measurement[Stages] | str | None:
    if role is not Role.NETWORK:
        return None
    stages = network.stages
    if stages is None:
        return "no training log"
    return Measurement(stages, null=None, details=stages.to_dict(), note=stages.note)


def _decide(
    found: Measurement[Stages],
    prediction: Prediction,  # noqa: ARG001
    p_value: float,  # noqa: ARG001
    least: float,  # noqa: ARG001
    alpha: float,  # noqa: ARG001
) -> tuple[Outcome, str]:
    return found.test.outcome, ""


STAGES_TEST = ClaimTest(STAGES, _measure, _decide, needs="stages")
