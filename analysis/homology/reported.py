"""Persistence diagrams of a cloud and its template as they are printed and drawn, by ripser.

The statistic of the shape test and its nulls come from one program, the exact one, for two reasons.
The nulls take some hundred diagrams, several times as long with ripser. And what is compared must
be computed alike: an orbit stored in single precision is 10^-8 away from its template, and so are
its bootstrap clouds. Ripser rounds its distance to 0 or to 6 10^-8, larger than all exact draws,
and so would refute a perfect orbit now and then. For learned clouds, whose distances are of the
order of 0.1, the difference is nothing.

What is shown of the cloud and its template comes from ripser, the program that others use, and is
an independent check: from its diagrams the distance is computed again, and the gap between the two
is recorded. By the stability theorem it is below one part in 10^6, unless bars so nearly tie for
the twelfth place that rounding decides which of them the distance sees.

Ripser may take seconds on exact orbits of 200 points, and of more points than `MOST_POINTS` the
exact diagrams are shown. Its filtration stops just after the last bar of the exact diagrams ends, a
third of the time; a bar that it would let live longer counts as essential, and leaves a gap.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .comparison import Comparison, Protocol
from .diagrams import Diagrams, Homology

__all__ = ["MOST_POINTS", "ReportedDiagrams", "reported_diagrams"]

MOST_POINTS = 128
"""Orbits of so many points take ripser about a second."""

_MARGIN = 1.001


@dataclass(frozen=True, slots=True, eq=False)
class ReportedDiagrams:
    """The diagrams of a cloud and its template that are shown.

    Parameters
    ----------
    learned, template : Diagrams
    homology : {"ripser", "exact"}
        The program that computed them.
    gap : float
        Largest difference, over the degrees, between the distance of these diagrams and that of
        the test; 0 where both are exact.
    """

    learned: Diagrams
    template: Diagrams
    homology: Homology
    gap: float


def reported_diagrams(
    cloud: NDArray[np.float64], comparison: Comparison, *, protocol: Protocol, homology: Homology
) -> ReportedDiagrams:
    """Return the diagrams to show beside a test.

    Parameters
    ----------
    cloud : (n, d) float64
    comparison : Comparison
        Of this cloud, exact.
    protocol : Protocol
    homology : {"ripser", "exact"}
    """
    if homology == "exact" or comparison.learned.n_points > MOST_POINTS:
        return ReportedDiagrams(comparison.learned, comparison.template, "exact", 0.0)
    learned, _ = protocol.learned(
        cloud,
        n_components=comparison.dimension,
        homology=homology,
        until=_MARGIN * comparison.learned.last_death,
    )
    template, _ = protocol.diagrams(
        comparison.fitted.points,
        homology=homology,
        until=_MARGIN * comparison.template.last_death,
    )
    distances = protocol.distances(learned, template)
    gap = np.abs(np.subtract(distances, comparison.distances)).max()
    return ReportedDiagrams(learned, template, homology, float(gap))
