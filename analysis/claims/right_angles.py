"""Right angles along geodesics: squared distances add up."""

from symtheory.claims.metric import RIGHT_ANGLES
from symtheory.records import Role

from ..metric.right_angles import RightAngleTest, check_right_angles
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["RIGHT_ANGLES_TEST"]


def _measure(network: Network, role: Role) -> Measurement[RightAngleTest] | str:
    cloud = network.centered_points(role)
    test = check_right_angles(
        cloud,
        network.metric_geometry.distances,
        permutations=network.relabelings[role],
        rng=network.rng,
    )
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud),
        details={"mean_cosine": test.mean_cosine, "n_triples": test.n_triples},
        summary={"mean_cosine_along_geodesics": test.mean_cosine},
    )


RIGHT_ANGLES_TEST = ClaimTest(RIGHT_ANGLES, _measure)
