"""Everything measured on the embeddings of one network, with its null distributions.

Collecting evidence is the costly and random half of a verdict; `symtheory.analysis.verdicts` turns
it into outcomes by rules that draw nothing. Figures are drawn from the same records.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Role

from .dimension import participation_ratio
from .gram import GramTest, check_gram
from .homology.shape import LEAST_POINTS, ShapeTest, check_shape
from .nulls import label_permutations
from .procrustes import ProcrustesTest, check_procrustes
from .spectrum import SpectrumTest, check_spectrum

__all__ = ["Evidence", "collect_evidence"]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What was measured on one embedding.

    Parameters
    ----------
    role : Role
    n_tokens : int
    block_names : tuple of str
        Names of the isotypic blocks; indices of active blocks point into it.
    spectrum : SpectrumTest
    gram : GramTest
    procrustes : ProcrustesTest or None
        None where no block stands out of white noise, so that there is nothing to fit.
    shape : ShapeTest or None
        None where the shape could not be tested; ``shape_note`` says why.
    shape_note : str
        Where the active blocks of the shape test come from, or why there was none.
    effective_dimension : int
        Principal components above 1 % of the variance.
    participation_ratio : float
    """

    role: Role
    n_tokens: int
    block_names: tuple[str, ...]
    spectrum: SpectrumTest
    gram: GramTest
    procrustes: ProcrustesTest | None
    shape: ShapeTest | None
    shape_note: str
    effective_dimension: int
    participation_ratio: float

    def __repr__(self) -> str:
        return f"Evidence({self.role}, {self.n_tokens} tokens)"

    @property
    def active_names(self) -> tuple[str, ...]:
        """Names of the blocks that hold more than their white share."""
        return tuple(self.block_names[b] for b in self.spectrum.active)


def collect_evidence(
    embeddings: Mapping[Role, Embedding],
    *,
    geometries: Mapping[Role, OperandGeometry],
    rng: np.random.Generator,
    n_permutations: int = 999,
    n_haar: int | None = None,
    n_bootstrap: int = 19,
) -> dict[Role, Evidence]:
    """Run every test of an embedding on every embedding of a network.

    Parameters
    ----------
    embeddings : mapping of Role to Embedding
        All from one network: the shape test of each takes its active blocks from another.
    geometries : mapping of Role to OperandGeometry
        The prediction for each role.
    n_permutations : int
        Relabelings for the spectrum, the Gram law and the template.
    n_haar, n_bootstrap : int
        Draws for the shape. By default as many Haar draws as let every embedding pass Holm's
        correction at 5 %: 20 times the number of embeddings, less one.

    Raises
    ------
    PredictionError
        If no geometry is predicted for a role.
    SpecError
        If an embedding has another number of rows than the operand has tokens.
    """
    _check_sizes(embeddings, geometries)
    # Thousands of small decompositions: threads inside each would only wait for one another.
    with threadpool_limits(1, user_api="blas"):
        return _collect(
            embeddings,
            geometries,
            rng=rng,
            n_permutations=n_permutations,
            n_haar=20 * len(embeddings) - 1 if n_haar is None else n_haar,
            n_bootstrap=n_bootstrap,
        )


def _check_sizes(
    embeddings: Mapping[Role, Embedding], geometries: Mapping[Role, OperandGeometry]
) -> None:
    for role, embedding in embeddings.items():
        if role not in geometries:
            known = ", ".join(geometries)
            raise PredictionError(
                f"no geometry is predicted for the {role} embedding, only {known}"
            )
        n_tokens = len(geometries[role].tokens)
        if len(embedding.points) != n_tokens:
            raise SpecError(
                f"the {role} operand has {n_tokens} tokens, but its embedding has "
                f"{len(embedding.points)} rows"
            )


def _collect(
    embeddings: Mapping[Role, Embedding],
    geometries: Mapping[Role, OperandGeometry],
    *,
    rng: np.random.Generator,
    n_permutations: int,
    n_haar: int,
    n_bootstrap: int,
) -> dict[Role, Evidence]:
    spectra, evidence = {}, {}
    permutations = {
        role: label_permutations(len(embedding.points), n_permutations, rng=rng)
        for role, embedding in embeddings.items()
    }
    for role, embedding in embeddings.items():
        spectra[role] = check_spectrum(
            embedding.points, geometries[role].blocks, permutations=permutations[role]
        )
    for role, embedding in embeddings.items():
        geometry, points = geometries[role], embedding.points
        active, note = _other_active(role, geometries, spectra)
        evidence[role] = Evidence(
            role=role,
            n_tokens=len(points),
            block_names=tuple(block.name for block in geometry.blocks),
            spectrum=spectra[role],
            gram=check_gram(points, geometry.orbitals, permutations=permutations[role]),
            procrustes=(
                check_procrustes(points, geometry.blocks, permutations=permutations[role])
                if spectra[role].active
                else None
            ),
            shape=(
                check_shape(
                    points,
                    geometry.blocks,
                    active=active,
                    rng=rng,
                    n_haar=n_haar,
                    n_bootstrap=n_bootstrap,
                )
                if active
                else None
            ),
            shape_note=note,
            effective_dimension=effective_dimension(points),
            participation_ratio=participation_ratio(points),
        )
    return evidence


def _other_active(
    role: Role,
    geometries: Mapping[Role, OperandGeometry],
    spectra: Mapping[Role, SpectrumTest],
) -> tuple[tuple[int, ...], str]:
    """Return the blocks that another embedding holds active, matched by name, and a note."""
    own = [block.name for block in geometries[role].blocks]
    if len(geometries[role].tokens) < LEAST_POINTS:
        return (), f"a shape needs at least {LEAST_POINTS} tokens"
    for other, spectrum in spectra.items():
        if other == role:
            continue
        names = [geometries[other].blocks[b].name for b in spectrum.active]
        active = tuple(own.index(name) for name in names if name in own)
        if active:
            return active, f"active irreps from the {other} embedding"
    return (), "no other embedding of this network says which irreps are active"
