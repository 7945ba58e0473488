"""The network under test: its embeddings, what theory says of each, and the draws of the nulls.

Every test reads from here. What several tests share (clouds, relabelings, the spectrum of each
embedding) is made once, and in one order, so that a seed fixes every null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.composition import Composition
from symtheory.geometry.metric.metric_geometry import MetricGeometry
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.orders import OrderGeometry
from symtheory.records import Embedding, HiddenUnits, Level, Role
from symtheory.structure.answer_kernel import AnswerKernel

from ..homology.diagrams import Homology
from ..statistics.clouds import centered
from ..statistics.nulls import relabelings
from ..statistics.stages import Stages
from ..symmetry.factor_law import check_law
from ..symmetry.gram import GramTest
from ..symmetry.scores import Logits
from ..symmetry.spectrum import SpectrumTest, check_spectrum
from ..symmetry.token_cloud import TokenCloud, make_token_cloud
from ..symmetry.within_orbits import effects_within_orbits

__all__ = ["Network"]


@dataclass(frozen=True, eq=False)
class Network:
    """A network whose embeddings are known, and perhaps its logits and its training.

    Parameters
    ----------
    embeddings : mapping of Role to Embedding
    rng : numpy.random.Generator
        For all null distributions.
    geometries : mapping of Role to OperandGeometry
        What symmetry predicts; embeddings of other roles are not tested for it.
    metric : MetricGeometry or None
    order : OrderGeometry or None
        What the answers mean, which the operands' embeddings are tested for.
    composition : Composition or None
        The group that tokens and answers are the elements of; for hidden units and logits.
    units : HiddenUnits or None
        The hidden units of its one hidden layer.
    kernels : mapping of Role to AnswerKernel
        Answer kernels of the operands; embeddings of other roles are not tested for them.
    answers : (nx, ny) int64 or None
        The table of the task, -1 where unknown; for the logits.
    logits : callable or None
        Logits (nx, ny, nz) of the network with the given embeddings put in.
    held_out : (nx, ny) bool or None
        Cells that were no training data; None where that is not known.
    stages : Stages or None
        The stages of its training.
    n_permutations : int
        Relabelings that are drawn; of up to eight tokens all are listed.
    n_haar, n_bootstrap : int
        Draws for shapes. By default as many Haar draws as let every embedding pass Holm's
        correction at 5 %: 20 times the number of shapes, less one.
    homology : {"ripser", "exact"}
        Program for the diagrams that are shown, see `symtheory.analysis.homology.reported`.
    observations : bool
        Whether to look for voids and torsion, which takes as long as all the rest.
    """

    embeddings: Mapping[Role, Embedding]
    rng: np.random.Generator
    geometries: Mapping[Role, OperandGeometry] = field(default_factory=dict)
    metric: MetricGeometry | None = None
    order: OrderGeometry | None = None
    composition: Composition | None = None
    units: HiddenUnits | None = None
    kernels: Mapping[Role, AnswerKernel] = field(default_factory=dict)
    answers: NDArray[np.int64] | None = None
    logits: Logits | None = None
    held_out: NDArray[np.bool_] | None = None
    stages: Stages | None = None
    n_permutations: int = 999
    n_haar: int | None = None
    n_bootstrap: int = 19
    homology: Homology = "ripser"
    observations: bool = True

    @property
    def operands(self) -> list[Role]:
        """Roles of the embeddings that operands have."""
        return [role for role in self.embeddings if role is not Role.READOUT]

    @cached_property
    def clouds(self) -> dict[Role, TokenCloud]:
        """Token cloud of each embedding that has a geometry, the input of the tests of symmetry."""
        return {
            role: make_token_cloud(embedding, self.geometries[role])
            for role, embedding in self.embeddings.items()
            if role in self.geometries
        }

    @cached_property
    def permutations(self) -> dict[Role, NDArray[np.int64]]:
        """Relabelings of each cloud of which something is claimed; only alike tokens are moved."""
        return {
            role: relabelings(
                len(cloud.points),
                self.n_permutations,
                rng=self.rng,
                exchangeable=cloud.exchangeable,
            )
            for role, cloud in self.clouds.items()
            if self.geometries[role].levels
        }

    @cached_property
    def spectra(self) -> dict[Role, SpectrumTest]:
        """Power per isotypic component, which tests of other embeddings take their irreps from."""
        return {
            role: check_spectrum(cloud.points, cloud.blocks, permutations=self.permutations[role])
            for role, cloud in self.clouds.items()
            if Level.SPECTRUM in self.geometries[role].levels
        }

    @cached_property
    def grams(self) -> dict[Role, GramTest]:
        """Law of the Gram matrix of each embedding."""
        return {
            role: check_law(cloud, permutations=self.permutations[role])
            for role, cloud in self.clouds.items()
            if Level.GRAM in self.geometries[role].levels
        }

    @cached_property
    def within_orbits(self) -> dict[Role, Mapping[Level, float]]:
        """Effects of L0 to L2 of each cloud without the offsets between its orbits of tokens."""
        return {
            role: effects_within_orbits(cloud)
            for role, cloud in self.clouds.items()
            if self.geometries[role].levels
        }

    @property
    def haar_draws(self) -> int:
        """Number of Haar draws for a shape."""
        if self.n_haar is not None:
            return self.n_haar
        n_shapes = sum(Level.HOMOLOGY in self.geometries[role].levels for role in self.clouds)
        return 20 * max(n_shapes, 1) - 1

    @cached_property
    def relabelings(self) -> dict[Role, NDArray[np.int64]]:
        """Relabelings of all tokens of each operand, for what the answers mean."""
        return {
            role: relabelings(len(self.embeddings[role].points), self.n_permutations, rng=self.rng)
            for role in self.operands
        }

    @property
    def metric_geometry(self) -> MetricGeometry:
        """The metric picture, for tests that are made of metrics alone."""
        if self.metric is None:
            raise PredictionError("the answers are no distances in a graph")
        return self.metric

    @property
    def order_geometry(self) -> OrderGeometry:
        """The geometry of the order, for tests that are made of orders alone."""
        if self.order is None:
            raise PredictionError("the answers are no truths about an order")
        return self.order

    def centered_points(self, role: Role) -> NDArray[np.float64]:
        """Return the points of an operand of a graph or an order, centered.

        Raises
        ------
        SpecError
            If there is not one point for every vertex or entity.
        """
        points = self.embeddings[role].points
        if self.metric is not None:
            name, n = f"{self.metric.graph.name} has {{n}} vertices", len(self.metric.graph)
        else:
            order = self.order_geometry.order
            name, n = f"{order.name!r} has {{n}} entities", len(order)
        if len(points) != n:
            raise SpecError(f"{name.format(n=n)}, got points {points.shape}")
        return centered(points)
