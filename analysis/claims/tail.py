"""Tail of a metric embedding: what lies beyond the natural coordinates follows the square root."""

from symtheory.claims.metric import TAIL, TAIL_COSINE
from symtheory.geometry.metric.principles import Principle
from symtheory.records import Json, Outcome, Role

from ..metric.tail import TailTest, check_tail
from .measurement import Case, ClaimTest, Decision, Measurement, against_floor
from .network import Network

__all__ = ["TAIL_TEST"]

_TURNS = 99
"""Random turns for each rival: enough to pass Holm's correction for five claims at 5 %."""


def _measure(network: Network, role: Role) -> Measurement[TailTest] | str:
    cloud = network.centered_points(role)
    test = check_tail(cloud, network.metric_geometry, rng=network.rng, n_draws=_TURNS)
    likelihoods: dict[str, Json] = {str(p): value for p, value in test.log_likelihoods.items()}
    cosines: dict[str, Json] = {str(p): value for p, value in test.cosines.items()}
    return Measurement(
        test,
        test.decisive,
        least_p=1 / (1 + test.decisive.n_draws),  # nothing is relabeled: ties mean nothing
        n_tokens=len(cloud),
        details={
            "best": str(test.best),
            "share": test.share,
            "log_likelihoods": likelihoods,
            "cosines": cosines,
            "p_values": {str(p): rival.p_value for p, rival in test.nulls.items()},
        },
        note=f"likeliest: {test.best}",
        summary={
            "tail_share": test.share,
            "tail_best": str(test.best),
            "tail_log_likelihoods": likelihoods,
            "tail_cosines": cosines,
        },
    )


def _decide(found: Measurement[TailTest], case: Case) -> Decision:
    """Ask beside the likelihood that the tail points the way that is predicted."""
    outcome, note = against_floor(found, case)
    cosine = found.test.cosines[Principle.SQUARE_ROOT]
    if outcome is Outcome.HELD and cosine < TAIL_COSINE:
        outcome = Outcome.REFUTED
        note = f"likelier than its rivals, but its cosine of {cosine:.2f} is below {TAIL_COSINE:g}"
    return outcome, note


TAIL_TEST = ClaimTest(TAIL, _measure, _decide)
