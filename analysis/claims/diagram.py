"""Persistence diagram of a graph's embedding: that of its natural coordinates."""

from symtheory.claims.metric import DIAGRAM
from symtheory.records import Outcome, Role

from ..homology.shape import LEAST_SHARE
from ..metric.diagram import DiagramTest, check_diagram
from .measurement import Case, ClaimTest, Decision, Measurement
from .network import Network
from .shape import diagram_details

__all__ = ["DIAGRAM_TEST"]

_HAAR_DRAWS = 99
"""Enough to pass Holm's correction for five claims at 5 %."""


def _measure(network: Network, role: Role) -> Measurement[DiagramTest] | str:
    cloud = network.centered_points(role)
    test = check_diagram(
        cloud,
        network.metric_geometry,
        rng=network.rng,
        n_haar=_HAAR_DRAWS if network.n_haar is None else network.n_haar,
        n_bootstrap=network.n_bootstrap,
    )
    return Measurement(
        test,
        test.shape.null,
        least_p=1 / (1 + test.shape.null.n_draws),  # nothing is relabeled: ties mean nothing
        n_tokens=len(cloud),
        details={**diagram_details(test.shape), "tolerance": test.tolerance},
    )


def _decide(found: Measurement[DiagramTest], case: Case) -> Decision:
    """Ask that it is as near as residual and principles explain, and that the template fits."""
    test, shape = found.test, found.test.shape
    if max(case.least_p_value, 1 / (1 + shape.fit.n_draws)) > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few null draws"
    if case.p_value > case.alpha:
        return Outcome.REFUTED, "no nearer to the template than a cloud without structure"
    if shape.share < LEAST_SHARE:
        return Outcome.REFUTED, f"the template explains {shape.share:.2f} of the components"
    if not test.is_near:
        return Outcome.REFUTED, "farther from the template than residual and principles explain"
    return Outcome.HELD, "diagrams do not see labels"


DIAGRAM_TEST = ClaimTest(DIAGRAM, _measure, _decide)
