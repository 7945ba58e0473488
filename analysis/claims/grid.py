"""Grid of an order: equally spaced, orthogonal axes."""

from symtheory.claims.orders import GRID
from symtheory.records import Role

from ..orders.arrangement import GridTest, check_grid
from ..orders.axes import axis_angles
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["GRID_TEST"]


def _measure(network: Network, role: Role) -> Measurement[GridTest]:
    cloud = network.centered_points(role)
    test = check_grid(cloud, network.order_geometry, permutations=network.relabelings[role])
    return Measurement(
        test,
        test.null,
        details={
            "leading_share": test.leading_share,
            "whole_cloud": test.whole_share,
            "cosines_between_axes": axis_angles(cloud, network.order_geometry.order).tolist(),
        },
    )


GRID_TEST = ClaimTest(GRID, _measure)
