"""Monotonicity: what is farther apart in the graph is farther apart in space."""

from symtheory.claims.metric import MONOTONE
from symtheory.records import Role

from ..metric.monotonicity import check_monotone
from ..statistics.nulls import NullTest
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["MONOTONE_TEST"]


def _measure(network: Network, role: Role) -> Measurement[NullTest]:
    cloud = network.centered_points(role)
    test = check_monotone(
        cloud,
        network.metric_geometry.distances,
        permutations=network.relabelings[role],
        rng=network.rng,
    )
    return Measurement(test, test, n_tokens=len(cloud), summary={"monotone": test.observed})


MONOTONE_TEST = ClaimTest(MONOTONE, _measure)
