"""Claims that the metric of a graph makes of an embedding of its vertices, with their floors.

They are about the geometry of distances, beside those about symmetry (`symtheory.claims.symmetry`).
No outside networks on graphs exist to take floors from. Each floor therefore stands where the
claim's own template, in 128 dimensions, is left by noise, and above what a wrong picture reaches;
noise is isotropic and its power is given as a share of that of the template. The figures are for
path(64), cycle(64), the 7 x 7 lattice, cylinder and torus, and the 7-cube, and a test recomputes
them.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import LEAST_TOKENS
from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.records import Claim, Prediction, Role

__all__ = [
    "DIAGRAM",
    "LEAST_DIAGRAM",
    "MONOTONE",
    "MONOTONE_FLOOR",
    "NATURAL",
    "NATURAL_FLOOR",
    "RIGHT_ANGLES",
    "RIGHT_ANGLES_FLOOR",
    "metric_claims",
]

NATURAL_FLOOR = 0.8
"""Least R^2 of the natural coordinates. Low-rank and square-root embeddings without noise give .986
or more, with noise of their own power .95 or more, with three times as much .83 or more. A ring
where a line is predicted gives at most .61, a lattice that lost one of its two axes .5, and 95 % of
relabeled copies less than .1."""

RIGHT_ANGLES_FLOOR = 0.75
"""Least 1 - mean |cos|. Square-root embeddings give 1, with noise of .3 of their power .79 or more,
with noise of their own power .66 to .70; straight lines give 0, and 95 % of relabeled copies less
than .58. Noise turns angles acute and so mends obtuse ones: natural coordinates alone, under noise
of .3, reach .73 to .88. The claim is that squared distances add up, not why they do."""

MONOTONE_FLOOR = 0.8
"""Least rank correlation of distances. Low-rank and square-root embeddings without noise give .96
or more, with noise of their own power .85 or more, and 95 % of relabeled copies less than .1."""

LEAST_DIAGRAM = 20
"""The persistent homology of fewer points has no power."""

_WEAKNESS = "a good fit is no evidence"

NATURAL = Claim(
    level="natural",
    label="leading components: Procrustes R²",
    statistic="Procrustes R^2 of the natural coordinates on as many leading principal components",
    null="permutation of the vertex labels",
    floor=NATURAL_FLOOR,
    least_tokens=LEAST_TOKENS,
    weakness=_WEAKNESS,
)

MONOTONE = Claim(
    level="monotone",
    label="distances grow: rank correlation",
    statistic="Spearman correlation of d(u, v) and ||E(u) - E(v)||^2 over pairs",
    null="permutation of the vertex labels (Mantel)",
    floor=MONOTONE_FLOOR,
    least_tokens=LEAST_TOKENS,
    weakness=_WEAKNESS,
)

RIGHT_ANGLES = Claim(
    level="right-angles",
    label="distances add: right angles",
    statistic="1 - mean |cos| of the angle at v, over geodesic triples u - v - w",
    null="permutation of the vertex labels",
    floor=RIGHT_ANGLES_FLOOR,
    least_tokens=LEAST_TOKENS,
    weakness=_WEAKNESS,
)

DIAGRAM = Claim(
    level="diagram",
    label="shape: distance (small)",
    statistic=(
        "bottleneck distance between the persistence diagrams of the leading components and of "
        "the natural coordinates"
    ),
    null=(
        "Haar-random left singular vectors must be farther; the coordinates plus their residual "
        "turned at random must not be nearer"
    ),
    floor=None,
    least_tokens=LEAST_TOKENS,
    weakness=_WEAKNESS,
)


def metric_claims(
    geometry: MetricGeometry, role: Role, *, primary: bool, decided: bool = False
) -> tuple[Prediction, ...]:
    """Return the claims about the embedding of the vertices of a graph.

    Only what the graph lets be tested is claimed: on a complete graph nothing is.

    Parameters
    ----------
    geometry : MetricGeometry
    role : Role
        SHARED, X or Y.
    primary : bool
        Whether the metric picture is what is expected of the network, because its objective
        contains the triangle relation. The natural coordinates are primary then, if they are the
        leading ones; all other claims are secondary always.
    decided : bool
        Whether the answer kernel says which directions lead. The natural coordinates are secondary
        then: networks that learn cubes keep to the kernel and leave them aside.
    """
    graph, natural = geometry.graph, geometry.natural
    n, m = natural.points.shape
    expected = "" if natural.is_leading else " (other components are as large or nearly so)"
    basis = "" if primary else " (conjecture: the labels alone do not say that distances add)"
    found = []
    if m < n - 1:
        leading = NATURAL.about(
            role,
            f"the {m} leading components are the natural coordinates of {graph.name}, "
            f"{natural.name}{expected}{basis}",
        )
        found.append(replace(leading, primary=primary and natural.is_leading and not decided))
    if len(graph.lengths) > 2:
        found.append(
            MONOTONE.about(role, f"the farther in {graph.name}, the farther in space{basis}")
        )
    if geometry.has_negative_type and _has_angles(geometry.distances):
        found.append(
            RIGHT_ANGLES.about(
                role,
                "squared distances add up along geodesics: right angles, the triangle equality "
                "that a Euclidean space can hold (conjecture)",
            )
        )
    if n >= LEAST_DIAGRAM:
        found.append(
            DIAGRAM.about(
                role,
                f"the shape of the {m} leading components is that of the natural "
                f"coordinates{basis}",
            )
        )
    return tuple(found)


def _has_angles(distances: NDArray[np.int64]) -> bool:
    """Whether some vertex lies between two others."""
    for row in distances:
        between = row[:, None] + distances == row
        np.fill_diagonal(between, False)
        between[row == 0] = False
        if between.any():
            return True
    return False
