"""Bottleneck distance between the diagrams of a cloud and of its fitted template."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import principal_coordinates, unit_cloud
from ..symmetry.block_laws import BlockLaw
from ..symmetry.template import Template, fit_template
from .budget import RIPS_BUDGET, most_points
from .diagrams import Diagrams, Homology, distance_matrix, rips_diagrams
from .distances import graded_bottleneck
from .landmarks import maxmin_landmarks

__all__ = [
    "LEAST_POINTS",
    "N_BARS",
    "Comparison",
    "Protocol",
    "compare_shape",
]

LEAST_POINTS = 20
N_BARS = 12


@dataclass(frozen=True, slots=True)
class Protocol:
    """How every cloud of one test is treated: the learned one, templates, rivals and nulls.

    Parameters
    ----------
    max_degree : int
        Highest degree that the distance sees.
    n_bars : int
        Longest bars of each degree that the distance sees.
    budget_bytes : int
        Memory of one filtration; clouds of more points than fit in are thinned to landmarks.
    """

    max_degree: int = 1
    n_bars: int = N_BARS
    budget_bytes: int = RIPS_BUDGET

    @property
    def most_points(self) -> int:
        """Clouds of more points are replaced by so many landmarks."""
        return most_points(self.budget_bytes, max_degree=self.max_degree)

    def learned(
        self,
        cloud: NDArray[np.float64],
        *,
        n_components: int,
        homology: Homology = "exact",
        until: float = np.inf,
    ) -> tuple[Diagrams, float]:
        """Return the diagrams of the leading components of a cloud, and the covering radius."""
        return self.diagrams(
            principal_coordinates(cloud, n_components=n_components), homology=homology, until=until
        )

    def diagrams(
        self, points: NDArray[np.float64], *, homology: Homology = "exact", until: float = np.inf
    ) -> tuple[Diagrams, float]:
        """Return the diagrams at root-mean-square radius 1, and the covering radius."""
        unit = unit_cloud(points)
        landmarks = maxmin_landmarks(unit, self.most_points)
        distances = distance_matrix(unit[landmarks.indices])
        found = rips_diagrams(distances, max_degree=self.max_degree, homology=homology, until=until)
        return found, landmarks.covering_radius

    def distances(self, first: Diagrams, second: Diagrams) -> tuple[float, ...]:
        """Return the bottleneck distance in each degree, on the longest bars."""
        return graded_bottleneck(first, second, n_bars=self.n_bars)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A cloud beside its fitted template.

    Parameters
    ----------
    learned, template : Diagrams
        Of the projected cloud and of the template, both of root-mean-square radius 1.
    fitted : Template
        In the units of the cloud.
    distances : tuple of float
        Bottleneck distance in H0, H1, ...
    covering_radii : tuple of two float
        Of the landmarks in the projected cloud and in the template, in root-mean-square radii;
        zero where all points were used.
    """

    learned: Diagrams
    template: Diagrams
    fitted: Template
    distances: tuple[float, ...]
    covering_radii: tuple[float, float] = (0.0, 0.0)

    @property
    def distance(self) -> float:
        """The largest of the distances."""
        return max(self.distances)

    @property
    def dimension(self) -> int:
        """Dimensions of the template, to which the cloud was projected."""
        return int(self.fitted.points.shape[1])


def compare_shape(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    active: Sequence[int],
    laws: Sequence[BlockLaw] | None = None,
    protocol: Protocol = Protocol(),
) -> Comparison:
    """Fit the template of the active blocks to a cloud and compare their diagrams.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    active : sequence of int
    laws : sequence of BlockLaw, optional
        Of each block; by default all are round.
    protocol : Protocol
        Degrees, bars and memory.

    Raises
    ------
    PredictionError
        If the cloud has fewer than 20 points: no bar of so small a cloud is significant.
    """
    if len(cloud) < LEAST_POINTS:
        raise PredictionError(
            f"persistent homology of {len(cloud)} points has no power; it needs {LEAST_POINTS}"
        )
    fitted = fit_template(cloud, blocks, active=active, laws=laws)
    learned, learned_radius = protocol.learned(cloud, n_components=fitted.points.shape[1])
    template, template_radius = protocol.diagrams(fitted.points)
    distances = protocol.distances(learned, template)
    return Comparison(learned, template, fitted, distances, (learned_radius, template_radius))
