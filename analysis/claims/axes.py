"""Axes of an order: the ranks of every attribute increase along a direction."""

from symtheory.claims.orders import AXES
from symtheory.records import Role

from ..orders.axes import AxesTest, axis_angles, check_axes
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["AXES_TEST"]


def _measure(network: Network, role: Role) -> Measurement[AxesTest]:
    cloud, order = network.centered_points(role), network.order_geometry.order
    axes = check_axes(cloud, order, rng=network.rng, n_draws=network.n_permutations)
    test = AxesTest(cloud, axes)
    weakest = test.weakest
    remarks = [f"weakest: {weakest.attribute}"] * (len(axes) > 1)
    remarks += ["two levels: entities were left out"] * (not weakest.leaves_out_levels)
    return Measurement(
        test,
        weakest.null,
        p=test.p_value,
        # Not that of the null: shares of 0 tie, which says nothing of the power.
        least_p=max(axis.least_p_value for axis in axes),
        details={
            "attributes": {
                axis.attribute: {
                    "isotonic_share": axis.share,
                    "rank_correlation": axis.rank_correlation,
                    "rank_correlation_null_quantile": axis.rank_correlation_quantile,
                    "p_value": axis.null.p_value,
                    "leaves_out_levels": axis.leaves_out_levels,
                    "penalty": axis.penalty,
                }
                for axis in axes
            },
            "cosines_between_axes": axis_angles(cloud, order).tolist(),
        },
        note="; ".join(remarks),
    )


AXES_TEST = ClaimTest(AXES, _measure)
