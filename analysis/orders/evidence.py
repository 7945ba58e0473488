"""Everything that is measured on the embedding of an order's entities, and on its network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.orders import LEAST_LEVELS_DISTANCE
from symtheory.errors import SpecError
from symtheory.geometry.orders import OrderGeometry

from ..statistics.clouds import centered
from ..statistics.nulls import NullTest, label_permutations
from .arrangement import GridTest, LineTest, check_additive, check_grid, check_line
from .axes import Axis, axis_angles, check_axes
from .distance_effect import DistanceEffect, check_distance_effect

__all__ = ["OrderEvidence", "collect_order_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class OrderEvidence:
    """What was measured: only what the order lets be tested.

    Parameters
    ----------
    geometry : OrderGeometry
    points : (n, d) float64
        The centered cloud that was tested.
    axes : tuple of Axis
        One for each attribute.
    angles : (k, k) float64
        Cosines of the angles between the k axes.
    additive : NullTest or None
        None where there is one attribute, or the entities are no product of chains.
    grid : GridTest
    line : LineTest or None
        None where the order is no chain.
    distance_effect : DistanceEffect or None
        None without logits, in a joint order, and with two levels.
    is_held_out : bool
        Whether the effect of distance was measured on held-out cells only.
    """

    geometry: OrderGeometry
    points: NDArray[np.float64]
    axes: tuple[Axis, ...]
    angles: NDArray[np.float64]
    additive: NullTest | None
    grid: GridTest
    line: LineTest | None
    distance_effect: DistanceEffect | None
    is_held_out: bool

    def __repr__(self) -> str:
        return f"OrderEvidence({self.geometry.order.name}, {len(self.axes)} axes)"

    @property
    def weakest_axis(self) -> Axis:
        """The attribute with the least share, and of equal ones the largest p-value."""
        return min(self.axes, key=lambda axis: (axis.share, -axis.null.p_value))

    @property
    def axes_p_value(self) -> float:
        """The largest p-value of all attributes, also where another has the least share."""
        return max(axis.null.p_value for axis in self.axes)


def collect_order_evidence(
    points: NDArray[np.float64],
    geometry: OrderGeometry,
    *,
    rng: np.random.Generator,
    n_permutations: int = 999,
    logits: NDArray[np.float64] | None = None,
    held_out: NDArray[np.bool_] | None = None,
) -> OrderEvidence:
    """Measure what a network that compares entities holds of their order.

    Parameters
    ----------
    points : (n, d) float64
        Embedding of the entities, in the order of `OrderGeometry.order`.
    geometry : OrderGeometry
    rng : Generator
    n_permutations : int
        Draws of each null.
    logits : (n, n_questions * n, 2) float64, optional
        Of "false" and "true" on all cells of the task; without them the effect of distance is not
        measured.
    held_out : (n, n_questions * n) bool, optional
        Cells that the network was not trained on; by default the effect is measured on all.

    Raises
    ------
    SpecError
        If an array does not have its shape, or all points coincide.
    """
    order = geometry.order
    if points.ndim != 2 or len(points) != len(order):
        raise SpecError(f"{order.name!r} has {len(order)} entities, got points {points.shape}")
    cloud = centered(points)
    axes = check_axes(cloud, order, rng=rng, n_draws=n_permutations)
    permutations = label_permutations(len(order), n_permutations, rng=rng)
    distance_effect = None
    has_distances = not order.is_joint and max(order.levels) >= LEAST_LEVELS_DISTANCE
    if logits is not None and has_distances:
        distance_effect = check_distance_effect(
            logits, order, rng=rng, n_draws=n_permutations, cells=held_out
        )
    return OrderEvidence(
        geometry=geometry,
        points=cloud,
        axes=axes,
        angles=axis_angles(cloud, order),
        additive=(
            check_additive(cloud, geometry, permutations=permutations)
            if geometry.has_main_effects
            else None
        ),
        grid=check_grid(cloud, geometry, permutations=permutations),
        line=check_line(cloud, geometry, permutations=permutations) if geometry.is_chain else None,
        distance_effect=distance_effect,
        is_held_out=held_out is not None,
    )
