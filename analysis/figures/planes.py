"""Planes of the active irreps: learned points beside the template, one irrep at a time.

The cloud is rotated on to its fitted template, so that each panel shows one block of the
template's axes: for well separated radii these are the planes of consecutive principal components,
and where radii coincide, and principal axes are arbitrary, they still are the predicted planes.

An irrep of degree 1 is a circle, or two points on a line. One of degree d > 1 fills d^2 dimensions
or twice as many; of these the panel shows the two leading principal components of the learned
points, and the template in the same two. Tokens that carry no group element (absorbing ones) have a
mark of their own: in every block of the group the template puts them at the center.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.layout import percent

from ..claims.evidence import Evidence
from ..statistics.clouds import centered
from ..symmetry.procrustes import PROCRUSTES_TEST
from ..symmetry.spectrum import SPECTRUM_TEST
from .files import Table
from .style import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

__all__ = ["Kind", "Plane", "draw_plane", "find_planes", "planes_table"]


class Kind(StrEnum):
    """Kind of panel in which a block is drawn."""

    CIRCLE = "circle"
    LINE = "line"
    COMPONENTS = "components"


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One block of a template beside the learned points.

    Parameters
    ----------
    name : str
        Name of the irrep.
    share : float
        Its share of the power.
    dimension : int
        Number of dimensions of the block.
    kind : Kind
    learned, predicted : (n, 2) float64
        Aligned points and template, in the units of the embedding. A block of one dimension has
        its only coordinate first and the rank of the token second; one of degree above 1 the two
        leading principal components of its learned points.
    order : (n_inside,) int64
        Tokens of the group in the order of their predicted phase.
    is_outside : (n,) bool
        Tokens that carry no group element beside others that do.
    """

    name: str
    share: float
    dimension: int
    kind: Kind
    learned: NDArray[np.float64]
    predicted: NDArray[np.float64]
    order: NDArray[np.int64]
    is_outside: NDArray[np.bool_]


def find_planes(evidence: Evidence, *, most: int) -> tuple[Plane, ...]:
    """Return the ``most`` strongest active blocks as planes, strongest first.

    Parameters
    ----------
    evidence : Evidence
        Without a fitted template there is no plane.
    """
    fit, spectrum = evidence.get(PROCRUSTES_TEST), evidence.get(SPECTRUM_TEST)
    cloud = evidence.cloud
    if fit is None or spectrum is None or cloud is None:
        return ()
    is_outside = cloud.coordinate < 0
    if is_outside.all():
        is_outside = ~is_outside
    aligned = centered(cloud.points) @ fit.alignment.rotation.T
    template = fit.alignment.scale * fit.template.points
    starts = np.concatenate([[0], np.cumsum(fit.template.dimensions)])
    planes = []
    for i, index in enumerate(fit.template.active):
        block = cloud.blocks[index]
        learned, predicted = (
            points[:, starts[i] : starts[i + 1]] for points in (aligned, template)
        )
        if block.dimension == 1:
            kind = Kind.LINE
            rank = np.arange(len(learned), dtype=np.float64)[:, None]
            learned, predicted = np.hstack([learned, rank]), np.hstack([predicted, rank])
            key = predicted[:, 0]
        elif block.dimension == 2:
            kind = Kind.CIRCLE
            key = np.arctan2(predicted[:, 1], predicted[:, 0])
        else:
            kind = Kind.COMPONENTS
            axes = np.linalg.svd(learned - learned.mean(axis=0), full_matrices=False)[2][:2]
            learned, predicted = learned @ axes.T, predicted @ axes.T
            key = np.arange(len(learned), dtype=np.float64)
        order = np.argsort(key, kind="stable")
        planes.append(
            Plane(
                name=block.name,
                share=float(spectrum.power[index]),
                dimension=block.dimension,
                kind=kind,
                learned=learned,
                predicted=predicted,
                order=order[~is_outside[order]],
                is_outside=is_outside,
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
    """Draw one block: learned points colored by token over the prediction.

    The circle of a frequency is a line in phase order, as are the learned points; the template of
    an irrep of higher degree is rings. Tokens outside the group are stars. The title names the
    irrep, its share of the power and, above two, its dimension. Returns the points, for a color
    bar.

    Parameters
    ----------
    plane : Plane
    ax : Axes
    """
    tokens, outside = np.arange(len(plane.learned)), plane.is_outside
    title = f"{plane.name} ({percent(plane.share)})"
    if plane.kind is Kind.LINE:
        for value in np.unique(plane.predicted[:, 0].round(9)):
            ax.axvline(value, color=COLORS["red"], linewidth=1, zorder=1)
        ax.set(xlabel="aligned axis", ylabel="token")
    elif plane.kind is Kind.CIRCLE:
        closed = np.append(plane.order, plane.order[:1])
        ax.plot(*plane.learned[closed].T, color=COLORS["gray"], linewidth=0.5, zorder=1)
        ax.plot(*plane.predicted[closed].T, color=COLORS["red"], linewidth=1, zorder=2)
        ax.set_aspect("equal")
        ax.set(xlabel="aligned axis 1", ylabel="aligned axis 2")
    else:
        ax.scatter(
            plane.predicted[~outside, 0],
            plane.predicted[~outside, 1],
            s=22,
            facecolors="none",
            edgecolors=COLORS["red"],
            linewidths=0.6,
            zorder=2,
        )
        ax.set_aspect("equal")
        ax.set(xlabel="leading component", ylabel="second component")
        title += f"\n2 of {plane.dimension} dimensions"
    first, second = plane.learned.T
    points = ax.scatter(
        first[~outside],
        second[~outside],
        c=tokens[~outside],
        cmap="twilight",
        vmin=0,
        vmax=len(tokens) - 1,
        s=9,
        linewidths=0.2,
        zorder=3,
    )
    points.set_edgecolor(COLORS["gray"])
    if outside.any():
        ax.scatter(
            first[outside],
            second[outside],
            marker="*",
            s=70,
            color=COLORS["green"],
            edgecolors=COLORS["black"],
            linewidths=0.5,
            zorder=4,
        )
    ax.set_title(title)
    return points
