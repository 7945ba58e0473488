"""Sum over attributes: the points are one vector for each attribute's level, added up."""

from symtheory.claims.orders import ADDITIVE
from symtheory.records import Role

from ..orders.arrangement import check_additive
from ..statistics.nulls import NullTest
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["ADDITIVE_TEST"]


def _measure(network: Network, role: Role) -> Measurement[NullTest] | str:
    permutations = network.relabelings[role]
    if not network.order_geometry.has_main_effects:
        return "not tested: the entities are no product of several chains"
    cloud = network.centered_points(role)
    test = check_additive(cloud, network.order_geometry, permutations=permutations)
    return Measurement(test, test)


ADDITIVE_TEST = ClaimTest(ADDITIVE, _measure)
