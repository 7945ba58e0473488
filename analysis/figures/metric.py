"""The leading components of an embedding of a graph beside its natural coordinates.

Both are shown in the axes of the natural coordinates and in one scale, with the edges of the graph
drawn between the points: what is straight, round or square on the right should be so on the left.
One coordinate is shown against the number of the vertex. More than two are projected to the plane
along fixed directions, three as a solid seen from aside, more fanned out over a half turn, which
shows a cube by its outline. The projection depends on the number of coordinates only, never on
what was learned.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.layout import percent

from ..metric.natural_fit import NaturalTest
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

__all__ = ["draw_metric", "metric_table", "plane_of"]


def plane_of(n_dimensions: int) -> NDArray[np.float64]:
    """Return the directions in the plane along which coordinates are drawn, (m, 2) float64.

    Examples
    --------
    >>> plane_of(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if n_dimensions <= 2:
        return np.eye(2)[:n_dimensions]
    if n_dimensions == 3:
        return np.array([[1.0, -0.2], [0.5, 0.35], [0.0, 1.0]])
    angles = np.pi * np.arange(n_dimensions) / n_dimensions
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def metric_table(fit: NaturalTest, geometry: MetricGeometry) -> Table:
    """Return every learned and natural point in the axes of the natural coordinates, a row each."""
    names = geometry.graph.vertices
    numbers = range(1, fit.predicted.shape[1] + 1)
    header = (
        "vertex",
        *(f"learned_{k}" for k in numbers),
        *(f"natural_{k}" for k in numbers),
    )
    return header, (
        (name, *map(repr, fit.learned[i].tolist() + fit.predicted[i].tolist()))
        for i, name in enumerate(names)
    )


def draw_metric(
    fit: NaturalTest, geometry: MetricGeometry, axes: "Sequence[Axes]"
) -> "PathCollection":
    """Draw the learned points and the natural coordinates; return the points, for a color bar.

    Parameters
    ----------
    fit : NaturalTest
    geometry : MetricGeometry
    axes : sequence of two Axes
    """
    from matplotlib.collections import LineCollection

    natural, graph = geometry.natural, geometry.graph
    m, tokens = natural.dimension, np.arange(len(graph))
    directions = plane_of(m)
    held = percent(fit.variance_share)
    learned_title = f"{m} leading component{'s' if m > 1 else ''}, {held} of the variance"
    titles = (learned_title, f"{natural.name}; R² {fit.null.observed:.3f}")
    for ax, points, title in zip(axes, (fit.learned, fit.predicted), titles, strict=True):
        flat = points @ directions
        if m == 1:
            flat[:, 1] = tokens
        ax.add_collection(
            LineCollection(list(flat[graph.edges]), colors=COLORS["gray"], linewidths=0.5, zorder=1)
        )
        shown = ax.scatter(
            flat[:, 0], flat[:, 1], c=tokens, cmap="twilight", s=9, linewidths=0.2, zorder=2
        )
        shown.set_edgecolor(COLORS["gray"])
        ax.set_title(title)
        if m == 1:
            ax.set(xlabel="natural axis", ylabel="vertex")
            continue
        ax.set_aspect("equal")
        more = "" if m == 2 else f" ({m} axes projected)"
        ax.set(xlabel=f"natural axis 1{more}", ylabel="natural axis 2" if m == 2 else "")
    return shown
