"""The planes of the active irreps: learned points, in phase order, with the predicted circles.

The cloud is rotated on to its fitted template, so that each panel shows one block of the
template's axes: for well separated radii these are the planes of consecutive principal components,
and where radii coincide, and principal axes are arbitrary, they still are the predicted planes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..clouds import centered
from ..evidence import Evidence
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

__all__ = ["Plane", "draw_plane", "find_planes", "planes_table"]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One block of a template beside the learned points.

    Parameters
    ----------
    name : str
        Name of the irrep.
    share : float
        Its share of the power.
    learned, predicted : (n, 2) float64
        Aligned points and template, in the units of the embedding. A block of one dimension has
        its only coordinate first and the rank of the token second; of a block of more than two
        dimensions the first two axes are shown.
    order : (n,) int64
        Tokens in the order of their predicted phase.
    is_line : bool
        Whether the block has one dimension only.
    """

    name: str
    share: float
    learned: NDArray[np.float64]
    predicted: NDArray[np.float64]
    order: NDArray[np.int64]
    is_line: bool


def find_planes(points: NDArray[np.float64], evidence: Evidence, *, most: int) -> tuple[Plane, ...]:
    """Return the ``most`` strongest active blocks as planes, strongest first.

    Parameters
    ----------
    points : (n, d) float64
        The embedding that the evidence was collected on.
    evidence : Evidence
    """
    fit = evidence.procrustes
    if fit is None:
        return ()
    aligned = centered(points) @ fit.alignment.rotation.T
    template = fit.alignment.scale * fit.template.points
    starts = np.concatenate([[0], np.cumsum(fit.template.dimensions)])
    planes = []
    for i, block in enumerate(fit.template.active):
        columns = slice(starts[i], min(starts[i + 1], starts[i] + 2))
        learned, predicted = aligned[:, columns], template[:, columns]
        is_line = learned.shape[1] == 1
        if is_line:
            rank = np.arange(len(points), dtype=np.float64)[:, None]
            learned, predicted = np.hstack([learned, rank]), np.hstack([predicted, rank])
            order = np.argsort(predicted[:, 0], kind="stable")
        else:
            order = np.argsort(np.arctan2(predicted[:, 1], predicted[:, 0]), kind="stable")
        planes.append(
            Plane(
                name=evidence.block_names[block],
                share=float(evidence.spectrum.power[block]),
                learned=learned,
                predicted=predicted,
                order=order,
                is_line=is_line,
            )
        )
    return tuple(sorted(planes, key=lambda plane: -plane.share)[:most])


def planes_table(planes: Sequence[Plane], tokens: Sequence[str]) -> Table:
    """Return every learned and predicted point, a row each."""
    header = ("irrep", "token", "learned_1", "learned_2", "predicted_1", "predicted_2")
    return header, (
        (plane.name, token, *map(repr, plane.learned[i].tolist() + plane.predicted[i].tolist()))
        for plane in planes
        for i, token in enumerate(tokens)
    )


def draw_plane(plane: Plane, ax: "Axes") -> "PathCollection":
    """Draw one plane: prediction as a line, learned points colored by token, joined in phase order.

    The title names the irrep and its share of the power. Returns the points, for a color bar.

    Parameters
    ----------
    plane : Plane
    ax : Axes
    """
    tokens = np.arange(len(plane.learned))
    if plane.is_line:
        for value in np.unique(plane.predicted[:, 0].round(9)):
            ax.axvline(value, color=COLORS["red"], linewidth=1, zorder=1)
        ax.set(xlabel="aligned axis", ylabel="token")
    else:
        closed = np.append(plane.order, plane.order[0])
        ax.plot(*plane.learned[closed].T, color=COLORS["gray"], linewidth=0.5, zorder=1)
        ax.plot(*plane.predicted[closed].T, color=COLORS["red"], linewidth=1, zorder=2)
        ax.set_aspect("equal")
        ax.set(xlabel="aligned axis 1", ylabel="aligned axis 2")
    first, second = plane.learned.T
    points = ax.scatter(first, second, c=tokens, cmap="twilight", s=9, linewidths=0.2, zorder=3)
    points.set_edgecolor(COLORS["gray"])
    ax.set_title(f"{plane.name} ({plane.share:.1%})")
    return points
