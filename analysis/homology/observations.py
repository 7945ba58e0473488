"""Voids and torsion, reported beside the shape test without a p-value.

*Voids*, H2 over F_2, cost some hundred times what loops do, too much to repeat for every null
cloud. *Torsion*: homology over F_2 and over F_3 differ where a multiple of a loop bounds although
the loop does not; twice the loop of a projective space is such a multiple, and the 3-dimensional
irrep of A_5 samples one, the rotations of space.

Each is computed only where its memory, estimated beforehand, is within the budget, and of more than
64 points only for templates of at most four dimensions: distances within exact orbits of many
dimensions are so nearly equal that it takes seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.records import Json

from ..statistics.clouds import principal_coordinates, unit_cloud
from .budget import rips_bytes
from .comparison import N_BARS, Comparison
from .diagrams import distance_matrix, distinct_points, rips_diagrams
from .distances import bottleneck_distance

__all__ = ["Observations", "observe"]

Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

_MANY_POINTS = 64
_FEW_DIMENSIONS = 4

# Single precision moves bars by less; torsion moves them by whole lengths.
_SAME = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Diagrams that no p-value stands behind; each is of (learned cloud, template).

    Parameters
    ----------
    voids : pair of (k, 2) float64, or None
        H2 over F_2; None where it was not computed.
    torsion : pair of (k, 2) float64, or None
        H1 over F_3, where that of either cloud differs from H1 over F_2; None where both agree,
        or where it was not computed.
    notes : tuple of str
        What was not computed and why.
    """

    voids: Pair | None
    torsion: Pair | None
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Json]:
        """Return the longest bars of cloud and template as plain JSON values."""
        return {
            "voids": _longest(self.voids),
            "loops_over_F3": _longest(self.torsion),
            "not_computed": list(self.notes),
        }


def observe(
    cloud: NDArray[np.float64], comparison: Comparison, *, budget_bytes: int
) -> Observations:
    """Compute voids and torsion of a cloud and its template where memory allows.

    Parameters
    ----------
    cloud : (n, d) float64
    comparison : Comparison
        Of this cloud.
    budget_bytes : int
    """
    if len(comparison.distances) < 2:
        return Observations(None, None, ("only components were asked for",))
    if max(comparison.covering_radii) > 0:
        return Observations(None, None, ("H2 and H1 over F_3 of landmarks were not computed",))
    if len(cloud) > _MANY_POINTS and comparison.dimension > _FEW_DIMENSIONS:
        what = f"{len(cloud)} points in {comparison.dimension} dimensions"
        return Observations(None, None, (f"H2 and H1 over F_3 of {what} were not computed",))
    projected = principal_coordinates(cloud, n_components=comparison.dimension)
    matrices = []
    for points in (projected, comparison.fitted.points):
        distances = distance_matrix(unit_cloud(points))
        matrices.append(distances[np.ix_(*[distinct_points(distances)] * 2)])
    n = max(map(len, matrices))
    voids = torsion = None
    notes = []
    needed = rips_bytes(n, max_degree=2)
    if len(comparison.distances) > 2:
        voids = comparison.learned.bars[2], comparison.template.bars[2]
    elif needed > budget_bytes:
        notes.append(_too_costly("H2", n, needed, budget_bytes))
    else:
        learned, template = (rips_diagrams(d, max_degree=2).bars[2] for d in matrices)
        voids = learned, template
    needed = rips_bytes(n, field=3)
    if needed > budget_bytes:
        notes.append(_too_costly("H1 over F_3", n, needed, budget_bytes))
    else:
        learned, template = (rips_diagrams(d, field=3).bars[1] for d in matrices)
        over_two = comparison.learned.bars[1], comparison.template.bars[1]
        pairs = zip((learned, template), over_two, strict=True)
        if any(bottleneck_distance(a[:100], b[:100]) > _SAME for a, b in pairs):
            torsion = learned, template
    return Observations(voids, torsion, tuple(notes))


def _longest(bars: Pair | None) -> Json:
    if bars is None:
        return None
    learned, template = bars
    return {"learned": learned[:N_BARS].tolist(), "template": template[:N_BARS].tolist()}


def _too_costly(what: str, n: int, needed: int, budget: int) -> str:
    return (
        f"{what} of {n} points was not computed: it takes about {needed >> 20} MiB, "
        f"the budget is {budget >> 20} MiB"
    )
