"""Everything measured on one embedding of the vertices of a graph, with its null distributions.

As in `symtheory.analysis.evidence`, this is the costly and random half; the rules that turn it into
verdicts are in `symtheory.analysis.metric.verdicts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.records import Json, Level

from ..statistics.clouds import centered
from ..statistics.nulls import NullTest, label_permutations
from .diagram import DiagramTest, check_diagram
from .monotonicity import check_monotone
from .natural_fit import NaturalTest, check_natural
from .right_angles import RightAngleTest, check_right_angles
from .tail import TailTest, check_tail

__all__ = ["MetricEvidence", "collect_metric_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class MetricEvidence:
    """What was measured on one embedding.

    Parameters
    ----------
    geometry : MetricGeometry
    natural : NaturalTest
    monotone : NullTest
    right_angles : RightAngleTest or None
    tail : TailTest or None
    diagram : DiagramTest or None
        None where the test has nothing to look at; ``notes`` says why.
    notes : mapping of Level to str
    """

    geometry: MetricGeometry
    natural: NaturalTest
    monotone: NullTest
    right_angles: RightAngleTest | None
    tail: TailTest | None
    diagram: DiagramTest | None
    notes: Mapping[Level, str]

    def __repr__(self) -> str:
        return f"MetricEvidence({self.geometry.graph.name}, {self.n_tokens} tokens)"

    @property
    def n_tokens(self) -> int:
        """Number of vertices."""
        return len(self.geometry.graph)

    def measures(self) -> dict[str, Json]:
        """Return what was measured beside the claims, as plain JSON values."""
        tail = self.tail
        return {
            "natural_share": self.natural.null.observed,
            "variance_in_natural_dimension": self.natural.variance_share,
            "monotone": self.monotone.observed,
            "mean_cosine_along_geodesics": None
            if self.right_angles is None
            else self.right_angles.mean_cosine,
            "tail_share": None if tail is None else tail.share,
            "tail_best": None if tail is None else str(tail.best),
            "tail_log_likelihoods": {}
            if tail is None
            else {str(p): value for p, value in tail.log_likelihoods.items()},
            "tail_cosines": {}
            if tail is None
            else {str(p): value for p, value in tail.cosines.items()},
        }


def collect_metric_evidence(
    points: NDArray[np.float64],
    geometry: MetricGeometry,
    *,
    rng: np.random.Generator,
    n_permutations: int = 999,
    n_turns: int = 99,
    n_haar: int = 99,
    n_bootstrap: int = 19,
) -> MetricEvidence:
    """Run every test that the graph allows on an embedding of its vertices.

    Parameters
    ----------
    points : (n, d) float64
        Row i is the point of vertex i.
    geometry : MetricGeometry
    rng : numpy.random.Generator
    n_permutations : int
        Relabelings for natural coordinates, monotonicity and right angles.
    n_turns : int
        Random turns for each rival of the tail.
    n_haar, n_bootstrap : int
        Draws for the diagram. With 99 turns and draws, tail and diagram can pass Holm's correction
        for five claims at 5 %.

    Raises
    ------
    SpecError
        If there is not one point for every vertex.
    """
    n = len(geometry.graph)
    if len(points) != n:
        raise SpecError(
            f"{geometry.graph.name} has {n} vertices but the embedding has {len(points)} rows"
        )
    cloud = centered(points)
    notes: dict[Level, str] = {}
    permutations = label_permutations(n, n_permutations, rng=rng)
    with threadpool_limits(1, user_api="blas"):
        natural = check_natural(cloud, geometry.natural, permutations=permutations)
        monotone = check_monotone(cloud, geometry.distances, permutations=permutations, rng=rng)
        angles = tail = diagram = None
        try:
            angles = check_right_angles(
                cloud, geometry.distances, permutations=permutations, rng=rng
            )
        except PredictionError as error:
            notes[Level.RIGHT_ANGLES] = str(error)
        try:
            tail = check_tail(cloud, geometry, rng=rng, n_draws=n_turns)
        except PredictionError as error:
            notes[Level.TAIL] = str(error)
        try:
            diagram = check_diagram(
                cloud, geometry, rng=rng, n_haar=n_haar, n_bootstrap=n_bootstrap
            )
        except PredictionError as error:
            notes[Level.DIAGRAM] = str(error)
    return MetricEvidence(geometry, natural, monotone, angles, tail, diagram, notes)
