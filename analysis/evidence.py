"""Everything measured on the embeddings of one network, with its null distributions.

Collecting evidence is the costly and random half of a verdict; `symtheory.analysis.verdicts` turns
it into outcomes by rules that draw nothing. Figures are drawn from the same records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import PredictionError
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Level, Role

from .dimension import participation_ratio
from .gram import GramTest, check_gram
from .homology.shape import LEAST_POINTS, ShapeTest, check_shape
from .nulls import label_permutations
from .procrustes import ProcrustesTest, check_procrustes
from .spectrum import SpectrumTest, check_spectrum
from .subject import Subject, subject_of

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
    procrustes : ProcrustesTest or None
        None also where no block stands out of white noise, so that there is nothing to fit.
    shape : ShapeTest or None
        None where the shape could not be tested; ``shape_note`` says why.
    shape_note : str
        Where the active blocks of the shape test come from, or why there was none.
    effective_dimension : int
        Principal components above 1 % of the variance, of all rows of the embedding.
    participation_ratio : float
    """

    role: Role
    cloud: Subject
    spectrum: SpectrumTest | None
    gram: GramTest | None
    procrustes: ProcrustesTest | None
    shape: ShapeTest | None
    shape_note: str
    effective_dimension: int
    participation_ratio: float

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


def collect_evidence(
    embeddings: Mapping[Role, Embedding],
    *,
    geometries: Mapping[Role, OperandGeometry],
    rng: np.random.Generator,
    n_permutations: int = 999,
    n_haar: int | None = None,
    n_bootstrap: int = 19,
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
            levels,
            rng=rng,
            n_permutations=n_permutations,
            n_haar=20 * max(n_shapes, 1) - 1 if n_haar is None else n_haar,
            n_bootstrap=n_bootstrap,
        )


def _geometry_of(role: Role, geometries: Mapping[Role, OperandGeometry]) -> OperandGeometry:
    if role not in geometries:
        known = ", ".join(geometries) or "nothing"
        raise PredictionError(f"no geometry is predicted for the {role} embedding, only {known}")
    return geometries[role]


def _collect(
    embeddings: Mapping[Role, Embedding],
    clouds: Mapping[Role, Subject],
    levels: Mapping[Role, Sequence[Level]],
    *,
    rng: np.random.Generator,
    n_permutations: int,
    n_haar: int,
    n_bootstrap: int,
) -> dict[Role, Evidence]:
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
                cloud.points, cloud.blocks, permutations=permutations[role]
            )
        active, note = _other_active(role, clouds, levels, spectra)
        if active:
            shape = check_shape(
                cloud.points,
                cloud.blocks,
                active=active,
                rng=rng,
                orbits=cloud.orbits,
                n_haar=n_haar,
                n_bootstrap=n_bootstrap,
            )
        evidence[role] = Evidence(
            role=role,
            cloud=cloud,
            spectrum=spectra.get(role),
            gram=gram,
            procrustes=procrustes,
            shape=shape,
            shape_note=note,
            effective_dimension=effective_dimension(embeddings[role].points),
            participation_ratio=participation_ratio(embeddings[role].points),
        )
    return evidence


def _other_active(
    role: Role,
    clouds: Mapping[Role, Subject],
    levels: Mapping[Role, Sequence[Level]],
    spectra: Mapping[Role, SpectrumTest],
) -> tuple[tuple[int, ...], str]:
    """Return the blocks that another embedding holds active, matched by name, and a note."""
    if Level.HOMOLOGY not in levels[role]:
        return (), "no shape is predicted"
    own = [block.name for block in clouds[role].blocks]
    if len(clouds[role].points) < LEAST_POINTS:
        return (), f"a shape needs at least {LEAST_POINTS} tokens"
    for other, spectrum in spectra.items():
        if other == role:
            continue
        names = [clouds[other].blocks[b].name for b in spectrum.active]
        active = tuple(own.index(name) for name in names if name in own)
        if active:
            return active, f"active irreps from the {other} embedding"
    return (), "no other embedding of this network says which irreps are active"
