"""Everything measured on the embeddings of one network, with its null distributions.

Collecting evidence is the costly and random half of a verdict; `symtheory.analysis.verdicts` turns
it into outcomes by rules that draw nothing. Figures are drawn from the same records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Json, Level, Role

from .homology.diagrams import Homology
from .homology.shape import LEAST_POINTS, ShapeTest, check_shape
from .statistics.dimension import participation_ratio, two_nn
from .statistics.nulls import label_permutations
from .symmetry.cross_irreps import cross_share
from .symmetry.duplicate_tokens import TwinTest, check_twins, has_twins
from .symmetry.gram import GramTest, check_gram
from .symmetry.one_sided_gram import opposite_share, shares_by_side
from .symmetry.procrustes import ProcrustesTest, check_procrustes
from .symmetry.roundness import Conformality, conformality
from .symmetry.spectrum import SpectrumTest, check_spectrum
from .symmetry.token_cloud import Subject, subject_of
from .symmetry.within_orbits import effects_within_orbits

__all__ = ["Evidence", "collect_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was measured on one embedding: only what the geometry of its task lets be tested.

    Parameters
    ----------
    role : Role
    cloud : Subject
        What the tests saw of the embedding.
    spectrum : SpectrumTest or None
    gram : GramTest or None
    sides : mapping of str to float
        Shares of the Gram law from the left, from the right, from both sides and in the sum, where
        these differ; see `symtheory.analysis.symmetry.one_sided_gram`.
    opposite_share : float or None
        The share of the other side where one side is claimed.
    cross_share : float or None
        Share of the Gram matrix that joins different irreps; None where there are no blocks.
    procrustes : ProcrustesTest or None
        None also where no block stands out of white noise, so that there is nothing to fit.
    shape : ShapeTest or None
        None where the shape could not be tested; ``shape_note`` says why.
    shape_note : str
        Where the active blocks of the shape test come from, or why there was none.
    conformality : Conformality or None
        How round and orthogonal the active blocks are; None where no block is active.
    twins : TwinTest or None
        None where the task tells all tokens apart.
    effective_dimension : int
        Principal components above 1 % of the variance, of all rows of the embedding.
    participation_ratio : float
    two_nn : float or None
        Dimension from the two nearest neighbors; None where it is not defined, as in exact orbits.
    within_orbits : mapping of Level to float
        Effects of L0 to L2 without the offsets between orbits; empty where there is one orbit.
    """

    role: Role
    cloud: Subject
    spectrum: SpectrumTest | None
    gram: GramTest | None
    sides: Mapping[str, float]
    opposite_share: float | None
    cross_share: float | None
    procrustes: ProcrustesTest | None
    shape: ShapeTest | None
    shape_note: str
    conformality: Conformality | None
    twins: TwinTest | None
    effective_dimension: int
    participation_ratio: float
    two_nn: float | None
    within_orbits: Mapping[Level, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Evidence({self.role}, {self.n_tokens} tokens)"

    @property
    def n_tokens(self) -> int:
        """Number of points that were tested: twins are one."""
        return len(self.cloud.points)

    @property
    def block_names(self) -> tuple[str, ...]:
        """Names of the isotypic blocks; indices of active blocks point into it."""
        return tuple(block.name for block in self.cloud.blocks)

    @property
    def active(self) -> tuple[int, ...]:
        """Blocks that hold more than their white share; none where no spectrum was tested."""
        return () if self.spectrum is None else self.spectrum.active

    @property
    def active_names(self) -> tuple[str, ...]:
        """Names of the active blocks."""
        return tuple(self.block_names[b] for b in self.active)

    def measures(self) -> dict[str, Json]:
        """Return what was measured beside the claims, as plain JSON values."""
        return {
            "gram_shares": dict(self.sides),
            "cross_share": self.cross_share,
            "conformality": None if self.conformality is None else self.conformality.to_dict(),
            "twins": None if self.twins is None else self.twins.to_dict(),
            "effective_dimension": self.effective_dimension,
            "participation_ratio": self.participation_ratio,
            "two_nn": self.two_nn,
            "within_orbits": {str(level): effect for level, effect in self.within_orbits.items()},
        }


def collect_evidence(
    embeddings: Mapping[Role, Embedding],
    *,
    geometries: Mapping[Role, OperandGeometry],
    rng: np.random.Generator,
    n_permutations: int = 999,
    n_haar: int | None = None,
    n_bootstrap: int = 19,
    observations: bool = True,
    homology: Homology = "ripser",
) -> dict[Role, Evidence]:
    """Run the tests that its geometry allows on every embedding of a network.

    Parameters
    ----------
    embeddings : mapping of Role to Embedding
        All from one network: the shape test of each takes its active blocks from another.
    geometries : mapping of Role to OperandGeometry
        The prediction for each role.
    n_permutations : int
        Relabelings for the spectrum, the Gram law and the template, within orbits.
    n_haar, n_bootstrap : int
        Draws for the shape. By default as many Haar draws as let every embedding pass Holm's
        correction at 5 %: 20 times the number of shapes, less one.
    observations : bool
        Whether to look for voids and torsion, which takes as long as all the rest.
    homology : {"ripser", "exact"}
        Program for the diagrams that are shown, see `symtheory.analysis.homology.reported`.

    Raises
    ------
    PredictionError
        If no geometry is predicted for a role.
    SpecError
        If an embedding has another number of rows than the operand has tokens.
    """
    clouds = {
        role: subject_of(embedding, _geometry_of(role, geometries))
        for role, embedding in embeddings.items()
    }
    levels = {role: geometries[role].levels for role in embeddings}
    n_shapes = sum(Level.HOMOLOGY in tested for tested in levels.values())
    # Thousands of small decompositions: threads inside each would only wait for one another.
    with threadpool_limits(1, user_api="blas"):
        return _collect(
            embeddings,
            clouds,
            geometries,
            rng=rng,
            n_permutations=n_permutations,
            n_haar=20 * max(n_shapes, 1) - 1 if n_haar is None else n_haar,
            n_bootstrap=n_bootstrap,
            observations=observations,
            homology=homology,
        )


def _geometry_of(role: Role, geometries: Mapping[Role, OperandGeometry]) -> OperandGeometry:
    if role not in geometries:
        known = ", ".join(geometries) or "nothing"
        raise PredictionError(f"no geometry is predicted for the {role} embedding, only {known}")
    return geometries[role]


def _collect(
    embeddings: Mapping[Role, Embedding],
    clouds: Mapping[Role, Subject],
    geometries: Mapping[Role, OperandGeometry],
    *,
    rng: np.random.Generator,
    n_permutations: int,
    n_haar: int,
    n_bootstrap: int,
    observations: bool,
    homology: Homology,
) -> dict[Role, Evidence]:
    levels = {role: geometries[role].levels for role in clouds}
    permutations = {
        role: label_permutations(
            len(cloud.points), n_permutations, rng=rng, exchangeable=cloud.exchangeable
        )
        for role, cloud in clouds.items()
        if levels[role]
    }
    spectra = {
        role: check_spectrum(cloud.points, cloud.blocks, permutations=permutations[role])
        for role, cloud in clouds.items()
        if Level.SPECTRUM in levels[role]
    }
    evidence = {}
    for role, cloud in clouds.items():
        gram = procrustes = shape = None
        if Level.GRAM in levels[role]:
            gram = check_gram(cloud.points, cloud.orbitals, permutations=permutations[role])
        if Level.PROCRUSTES in levels[role] and spectra[role].active:
            procrustes = check_procrustes(
                cloud.points,
                cloud.blocks,
                permutations=permutations[role],
                shapes=cloud.shapes,
            )
        can_test, active, note = _shape_blocks(role, clouds, levels, spectra)
        if can_test:
            shape = check_shape(
                cloud.points,
                cloud.blocks,
                active=active,
                shapes=cloud.shapes,
                rng=rng,
                orbits=cloud.orbits,
                n_haar=n_haar,
                n_bootstrap=n_bootstrap,
                observations=observations,
                homology=homology,
            )
        sides = shares_by_side(cloud, geometries[role])
        evidence[role] = Evidence(
            role=role,
            cloud=cloud,
            spectrum=spectra.get(role),
            gram=gram,
            sides=sides,
            opposite_share=opposite_share(sides, geometries[role]),
            cross_share=cross_share(cloud.points, cloud.blocks) if cloud.blocks else None,
            procrustes=procrustes,
            shape=shape,
            shape_note=note,
            conformality=_conformality(cloud, spectra.get(role)),
            twins=_twins(embeddings[role], geometries[role], n_permutations, rng=rng),
            effective_dimension=effective_dimension(embeddings[role].points),
            participation_ratio=participation_ratio(embeddings[role].points),
            two_nn=_two_nn(cloud),
            within_orbits=effects_within_orbits(cloud) if gram is not None else {},
        )
    return evidence


def _conformality(cloud: Subject, spectrum: SpectrumTest | None) -> Conformality | None:
    if spectrum is None or not spectrum.active:
        return None
    return conformality(cloud.points, cloud.blocks, active=spectrum.active, orbitals=cloud.orbitals)


def _two_nn(cloud: Subject) -> float | None:
    try:
        return two_nn(cloud.points)
    except SpecError:  # too few distinct points
        return None


def _twins(
    embedding: Embedding, geometry: OperandGeometry, n_draws: int, *, rng: np.random.Generator
) -> TwinTest | None:
    if not has_twins(geometry):
        return None
    permutations = label_permutations(len(geometry.rows), n_draws, rng=rng)
    return check_twins(embedding, geometry, permutations=permutations)


def _shape_blocks(
    role: Role,
    clouds: Mapping[Role, Subject],
    levels: Mapping[Role, Sequence[Level]],
    spectra: Mapping[Role, SpectrumTest],
) -> tuple[bool, tuple[int, ...] | None, str]:
    """Say whether the shape can be tested, with which blocks, and a note.

    Blocks are those that another embedding holds active, matched by name; None where no other
    embedding says, so that the test must choose them itself.
    """
    if Level.HOMOLOGY not in levels[role]:
        return False, None, "no shape is predicted"
    own = [block.name for block in clouds[role].blocks]
    if len(clouds[role].points) < LEAST_POINTS:
        return False, None, f"a shape needs at least {LEAST_POINTS} tokens"
    for other, spectrum in spectra.items():
        if other == role:
            continue
        names = [clouds[other].blocks[b].name for b in spectrum.active]
        active = tuple(own.index(name) for name in names if name in own)
        if active:
            return True, active, f"active irreps from the {other} embedding"
    if not spectra[role].active:
        return False, None, "every irrep has its white share of the power: no template to compare"
    return True, None, "active irreps chosen on this embedding, and on every null cloud"
