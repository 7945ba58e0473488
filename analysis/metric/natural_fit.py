"""Procrustes fit of the leading components to the natural coordinates of a graph.

The cloud is projected on as many principal components as the template has dimensions m, and
compared with it up to rotation and one scale (`symtheory.analysis.symmetry.procrustes`). Nothing is
selected: components are the leading ones, the template is fixed, and relabelings leave both as
they are. What the projection discards is told beside it, as the share of the variance that the
leading components hold.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.metric import NATURAL
from symtheory.geometry.metric.natural import NaturalBlock
from symtheory.records import Role

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest
from ..symmetry.procrustes import Alignment, align

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["NATURAL_TEST", "NaturalTest", "check_natural"]

_CHUNK = 256  # relabelings at a time


@dataclass(frozen=True, slots=True, eq=False)
class NaturalTest:
    """Test of the fit of the leading components to the natural coordinates.

    Parameters
    ----------
    alignment : Alignment
        Of the natural coordinates to the leading components; its ``share`` is R^2.
    null : NullTest
        R^2 against relabeled clouds.
    variance_share : float
        Share of the variance of the cloud in its m leading components.
    learned, predicted : (n, m) float64
        Leading components in the axes of the template, and the template in their units.
    """

    alignment: Alignment
    null: NullTest
    variance_share: float
    learned: NDArray[np.float64]
    predicted: NDArray[np.float64]


def check_natural(
    cloud: NDArray[np.float64], natural: NaturalBlock, *, permutations: NDArray[np.int64]
) -> NaturalTest:
    """Test the leading components of a cloud against natural coordinates.

    Parameters
    ----------
    cloud : (n, d) float64
    natural : NaturalBlock
        Of m coordinates.
    permutations : (n_draws, n) int64
        From `label_permutations`.

    Examples
    --------
    >>> from symtheory.geometry.metric.natural import natural_block
    >>> from symtheory.graphs.graph import Graph
    >>> from symtheory.graphs.products import cartesian_factors
    >>> path = Graph("path(5)", "01234", [[0, 1], [1, 2], [2, 3], [3, 4]])
    >>> cloud = np.array([[0.0, 0], [1, 1], [2, 2], [3, 3], [4, 4]])
    >>> block = natural_block(cartesian_factors(path))
    >>> found = check_natural(cloud, block, permutations=np.array([[1, 0, 2, 3, 4]]))
    >>> round(found.null.observed, 9), round(found.variance_share, 9)
    (1.0, 1.0)
    """
    coordinates = principal_coordinates(cloud)
    total = float((coordinates**2).sum())
    leading = coordinates[:, : natural.dimension]
    power = float((leading**2).sum())
    alignment = align(leading, natural.points)
    draws = []
    for start in range(0, len(permutations), _CHUNK):
        relabeled = leading[permutations[start : start + _CHUNK]]
        products = np.einsum("nm,pnk->pmk", natural.points, relabeled, optimize=True)
        draws.append(np.linalg.svd(products, compute_uv=False).sum(axis=1) ** 2)
    scale = power * float((natural.points**2).sum())
    return NaturalTest(
        alignment=alignment,
        null=NullTest(alignment.share, np.concatenate(draws) / scale),
        variance_share=power / total,
        learned=leading @ alignment.rotation.T,
        predicted=alignment.scale * natural.points,
    )


def _measure(network: "Network", role: Role) -> Measurement[NaturalTest]:
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
