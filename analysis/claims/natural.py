"""Natural coordinates of a graph, as the leading components of its embedding."""

from symtheory.claims.metric import NATURAL
from symtheory.records import Role

from ..metric.natural_fit import NaturalTest, check_natural
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["NATURAL_TEST"]


def _measure(network: Network, role: Role) -> Measurement[NaturalTest]:
    geometry = network.metric_geometry
    cloud = network.centered_points(role)
    test = check_natural(cloud, geometry.natural, permutations=network.relabelings[role])
    share, mean = test.null.observed, test.null.mean
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud),
        details={
            "variance_share": test.variance_share,
            "adjusted_share": (share - mean) / (1 - mean) if mean < 1 else None,
            "pieces": [piece.name for piece in geometry.natural.pieces],
        },
        summary={
            "natural_share": share,
            "variance_in_natural_dimension": test.variance_share,
        },
    )


NATURAL_TEST = ClaimTest(NATURAL, _measure)
