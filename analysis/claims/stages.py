"""Order of the stages of training, as a claim about the network."""

from symtheory.claims.network import STAGES
from symtheory.records import Role

from ..statistics.stages import Stages
from .measurement import Case, ClaimTest, Decision, Measurement
from .network import Network

__all__ = ["STAGES_TEST"]


def _measure(network: Network, _: Role) -> Measurement[Stages] | str:
    stages = network.stages
    if stages is None:
        return "no training log"
    return Measurement(stages, null=None, details=stages.to_dict(), note=stages.note)


def _decide(found: Measurement[Stages], case: Case) -> Decision:  # noqa: ARG001
    return found.test.outcome, ""


STAGES_TEST = ClaimTest(STAGES, _measure, _decide, needs="stages")
