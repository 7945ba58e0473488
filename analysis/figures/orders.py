"""An order's entities as a network learned them, along the axes of their attributes.

One panel for each attribute: the rank predicted without the entity's own level against the rank
itself, with the best non-decreasing function of it. The last panel shows the two leading
components, colored by the first attribute, with lines between neighbors in every attribute.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.orders import OrderGeometry

from ..orders.arrangement import GridTest
from ..orders.axes import AxesTest, Axis
from ..statistics.clouds import principal_coordinates
from .files import Table
from .style import COLORS, FULL_WIDTH, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["OrderPicture", "draw_axis", "draw_components", "order_figure", "order_table"]

_MOST_AXES = 3
_MOST_LINES = 400


@dataclass(frozen=True, slots=True, eq=False)
class OrderPicture:
    """Data of the figure of one embedding of entities."""

    geometry: OrderGeometry
    axes: AxesTest
    grid: GridTest


def order_figure(found: OrderPicture) -> "Figure":
    """Return the figure of an order; only three of its attributes are drawn."""
    from matplotlib.figure import Figure

    shown = found.axes.axes[:_MOST_AXES]
    with styled():
        figure = Figure(
            figsize=(FULL_WIDTH, 0.42 * FULL_WIDTH if len(shown) < 3 else 0.32 * FULL_WIDTH),
            layout="constrained",
        )
        panels = figure.subplots(1, len(shown) + 1)
        for axis, ax in zip(shown, panels, strict=False):
            draw_axis(found, axis, ax)
        draw_components(found, panels[-1])
    return figure


def order_table(found: OrderPicture) -> Table:
    """Return the numbers of the figure: one row for each entity."""
    order = found.geometry.order
    coordinates = _two_components(found)
    names = [axis.attribute for axis in found.axes.axes]
    header = ("entity", *(f"rank_{name}" for name in names), *(f"score_{name}" for name in names))
    scores = np.stack([axis.scores for axis in found.axes.axes], axis=1)
    return (*header, "component_1", "component_2"), (
        (entity, *ranks, *map(repr, [*row, *point]))
        for entity, ranks, row, point in zip(
            order.entities,
            order.ranks.tolist(),
            scores.tolist(),
            coordinates.tolist(),
            strict=True,
        )
    )


def draw_axis(found: OrderPicture, axis: Axis, ax: "Axes") -> "Axes":
    """Draw predicted against true ranks of one attribute."""
    from scipy.optimize import isotonic_regression

    order = found.geometry.order
    ranks = order.ranks[:, order.attributes.index(axis.attribute)]
    counts = np.bincount(ranks)
    means = np.bincount(ranks, weights=axis.scores) / counts
    fitted = isotonic_regression(means, weights=counts).x
    ax.plot(ranks, axis.scores, ".", color=COLORS["blue"], markersize=4, alpha=0.6)
    ax.plot(np.arange(len(counts)), fitted, color=COLORS["red"], linewidth=1)
    left_out = "its level" if axis.leaves_out_levels else "the entity"
    ax.set(
        xlabel=f"rank in {axis.attribute}",
        ylabel=f"rank predicted without {left_out}",
        title=f"axis {axis.attribute}: share {axis.share:.2f}, p = {axis.null.p_value:.3g}",
    )
    return ax


def draw_components(found: OrderPicture, ax: "Axes") -> "Axes":
    """Draw the two leading components, with lines between neighbors."""
    order = found.geometry.order
    points = _two_components(found)
    steps = np.abs(order.ranks[:, None] - order.ranks[None]).sum(axis=2)
    low, high = np.nonzero(np.triu(steps == 1))
    if not order.is_joint and len(low) <= _MOST_LINES:
        ends = np.stack([points[low], points[high]], axis=1)
        for line in ends:
            ax.plot(*line.T, color=COLORS["gray"], linewidth=0.5, zorder=1)
    first, second = points.T
    ax.scatter(first, second, c=order.ranks[:, 0], cmap="viridis", s=9, zorder=2)
    share = found.grid.leading_share
    ax.set(
        xlabel="component 1",
        ylabel="component 2",
        title=f"{found.geometry.dimension} leading hold {share:.0%}",
    )
    return ax


def _two_components(found: OrderPicture) -> NDArray[np.float64]:
    """Return the two leading components; the second is zero where there is one only."""
    coordinates = principal_coordinates(found.axes.points, n_components=2)
    return np.pad(coordinates, ((0, 0), (0, 2 - coordinates.shape[1])))
