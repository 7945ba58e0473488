"""Arrangement of an order's entities: a sum over attributes, an equally spaced grid, a line.

- *Sum over attributes*: main effects of the attributes' levels hold the variance, interactions
  none. A relabeled cloud has (sum of levels less one each) / (n - 1) of it in the main effects on
  average, whatever the cloud; the share is counted from there.
- *Grid*: Procrustes R^2 of as many leading components as there are axes with the ranks themselves:
  equal steps, orthogonal axes, one scale.
- *Line*, of a chain: the share of the variance on the first component, times the share of that
  component that a monotone function of the rank explains. A horseshoe has a monotone first
  component, but one that holds 6/pi^2 of its variance; the first component of a ring is monotone
  over half of it.

The null of all three is relabeling.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.orders import ADDITIVE, GRID, LINE
from symtheory.geometry.orders import OrderGeometry
from symtheory.records import Role

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest
from ..symmetry.procrustes import procrustes_share
from .axes import axis_angles
from .isotonic import isotonic_share

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "ADDITIVE_TEST",
    "GRID_TEST",
    "LINE_TEST",
    "GridTest",
    "LineTest",
    "check_additive",
    "check_grid",
    "check_line",
    "horseshoe",
    "ring",
]

_CHUNK_BYTES = 2e7


@dataclass(frozen=True, slots=True, eq=False)
class GridTest:
    """Test of the fit of the leading components to the equally spaced grid.

    Parameters
    ----------
    null : NullTest
        Procrustes R^2 of the leading components.
    leading_share : float
        Share of the variance that these components hold.
    whole_share : float
        R^2 of the whole cloud: what lies beyond the leading components counts against it.
    """

    null: NullTest
    leading_share: float
    whole_share: float


@dataclass(frozen=True, slots=True, eq=False)
class LineTest:
    """Test of a chain for a line.

    Parameters
    ----------
    null : NullTest
        The share of the variance along the line.
    leading_share : float
        Share of the variance on the first component.
    monotone_share : float
        Share of the first component that a monotone function of the rank explains.
    rivals : mapping of str to float
        Procrustes R^2 of the whole cloud with an equally spaced line, a horseshoe and a ring.
    """

    null: NullTest
    leading_share: float
    monotone_share: float
    rivals: Mapping[str, float]

    @property
    def nearest(self) -> str:
        """The rival with the best fit."""
        return max(self.rivals, key=self.rivals.__getitem__)


def check_additive(
    points: NDArray[np.float64], geometry: OrderGeometry, *, permutations: NDArray[np.int64]
) -> NullTest:
    """Test the share of the variance in main effects, beyond chance, against relabeled clouds.

    Parameters
    ----------
    points : (n, d) float64
    geometry : OrderGeometry
        Of a product of chains.
    permutations : (n_draws, n) int64
    """
    coordinates = principal_coordinates(points)
    effects = geometry.main_effects_numeric
    total = float((coordinates**2).sum())

    chance = effects.shape[1] / (len(coordinates) - 1)
    moved = _relabeled(coordinates, permutations)
    found = np.concatenate([((effects.T @ clouds) ** 2).sum(axis=(1, 2)) for clouds in moved])
    found /= total
    beyond = (found - chance) / (1 - chance)
    return NullTest(float(beyond[0]), beyond[1:])


def check_grid(
    points: NDArray[np.float64], geometry: OrderGeometry, *, permutations: NDArray[np.int64]
) -> GridTest:
    """Test the fit of the leading components to the equally spaced grid.

    Parameters
    ----------
    points : (n, d) float64
    geometry : OrderGeometry
    permutations : (n_draws, n) int64
    """
    coordinates = principal_coordinates(points)
    leading = coordinates[:, : geometry.dimension]
    # Leading components of a relabeled cloud are those of the cloud, relabeled.
    grid, power = geometry.grid, float((leading**2).sum())
    moved = _relabeled(leading, permutations)
    products = np.concatenate([grid.T @ clouds for clouds in moved])
    nuclear = np.linalg.svd(products, compute_uv=False).sum(axis=1)
    found = nuclear**2 / (float((grid**2).sum()) * power)
    return GridTest(
        null=NullTest(float(found[0]), found[1:]),
        leading_share=power / float((coordinates**2).sum()),
        whole_share=procrustes_share(coordinates, geometry.grid),
    )


def check_line(
    points: NDArray[np.float64], geometry: OrderGeometry, *, permutations: NDArray[np.int64]
) -> LineTest:
    """Test whether the points of a chain lie along a line.

    Parameters
    ----------
    points : (n, d) float64
    geometry : OrderGeometry
        Of a chain.
    permutations : (n_draws, n) int64
    """
    coordinates = principal_coordinates(points)
    leading_share = float((coordinates[:, 0] ** 2).sum() / (coordinates**2).sum())
    ranks = geometry.order.ranks[:, 0]
    labelings = ranks[np.vstack([np.arange(len(ranks)), permutations])]
    scores = np.broadcast_to(coordinates[:, 0], labelings.shape)
    monotone = np.maximum(isotonic_share(scores, labelings), isotonic_share(-scores, labelings))
    along = leading_share * monotone
    n = len(ranks)
    templates = {"line": geometry.grid, "horseshoe": horseshoe(n)[ranks], "ring": ring(n)[ranks]}
    return LineTest(
        null=NullTest(float(along[0]), along[1:]),
        leading_share=leading_share,
        monotone_share=float(monotone[0]),
        rivals={name: procrustes_share(coordinates, t) for name, t in templates.items()},
    )


def _relabeled(
    cloud: NDArray[np.float64], permutations: NDArray[np.int64]
) -> Iterator[NDArray[np.float64]]:
    """Yield the cloud itself and then its relabeled copies, in chunks of (m, n, k) float64."""
    everything = np.vstack([np.arange(len(cloud)), permutations])
    step = max(1, int(_CHUNK_BYTES / (8 * cloud.size)))
    for first in range(0, len(everything), step):
        yield cloud[everything[first : first + step]]


def horseshoe(n: int) -> NDArray[np.float64]:
    """Return n points whose squared distances are differences of rank, (n, n - 1) float64.

    Their components are cosines, cos(pi k (i + 1/2) / n) with variances falling as
    1/(4 sin^2(pi k / 2n)): the first two draw a horseshoe.

    Examples
    --------
    >>> points = horseshoe(4)
    >>> round(float(((points[3] - points[0]) ** 2).sum()), 12)
    3.0
    """
    k = np.arange(1, n)
    cosines = np.cos(np.pi * np.outer(np.arange(n) + 0.5, k) / n) * np.sqrt(2 / n)
    return np.asarray(cosines / (2 * np.sin(np.pi * k / (2 * n))))


def ring(n: int) -> NDArray[np.float64]:
    """Return the corners of a regular polygon, (n, 2) float64.

    Examples
    --------
    >>> ring(4).round(12).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    angles = 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angles), np.sin(angles)])


def _measure_additive(network: "Network", role: Role) -> Measurement[NullTest] | str:
    permutations = network.relabelings[role]
    if not network.order_geometry.has_main_effects:
        return "not tested: the entities are no product of several chains"
    cloud = network.centered_points(role)
    test = check_additive(cloud, network.order_geometry, permutations=permutations)
    return Measurement(test, test)


ADDITIVE_TEST = ClaimTest(ADDITIVE, _measure_additive)


def _measure_grid(network: "Network", role: Role) -> Measurement[GridTest]:
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


GRID_TEST = ClaimTest(GRID, _measure_grid)


def _measure_line(network: "Network", role: Role) -> Measurement[LineTest] | str:
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


LINE_TEST = ClaimTest(LINE, _measure_line)
