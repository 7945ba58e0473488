"""Line of a chain: neither a horseshoe nor a ring."""

from symtheory.claims.orders import LINE
from symtheory.records import Role

from ..orders.arrangement import LineTest, check_line
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["LINE_TEST"]


def _measure(network: Network, role: Role) -> Measurement[LineTest] | str:
    if not network.order_geometry.is_chain:
        return "not tested: the order is no chain"
    cloud = network.centered_points(role)
    test = check_line(cloud, network.order_geometry, permutations=network.relabelings[role])
    is_rival = test.nearest != "line"
    return Measurement(
        test,
        test.null,
        details={
            "leading_share": test.leading_share,
            "monotone_share": test.monotone_share,
            "procrustes": dict(test.rivals),
        },
        note=f"a {test.nearest} fits better than a line with equal steps" if is_rival else "",
    )


LINE_TEST = ClaimTest(LINE, _measure)
