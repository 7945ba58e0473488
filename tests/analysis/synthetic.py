"""Clouds whose geometry is known, for the tests of this folder."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.orbitals import orbitals
from symtheory.geometry.operand import Family
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.records import Level, Role
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks

LADDER = (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)


def cyclic_blocks(n: int) -> tuple[IsotypicBlock, ...]:
    """Non-trivial blocks of Z_n; index k - 1 is frequency k."""
    return isotypic_blocks(cyclic(n))[1:]


def circulant(n: int) -> NDArray[np.int64]:
    """Symmetrised orbitals of the translations of Z_n."""
    steps = abs(np.arange(n)[:, None] - np.arange(n))
    return np.minimum(steps, n - steps)


def helix(
    n: int,
    frequencies: Sequence[int],
    *,
    rng: np.random.Generator,
    radii: Sequence[float] | None = None,
    d: int = 128,
    noise: float = 0.0,
) -> NDArray[np.float64]:
    """Orbit of Z_n with RMS radius 1 in a random frame of R^d, plus noise of this energy ratio."""
    amplitudes = np.ones(len(frequencies)) if radii is None else np.asarray(radii, dtype=float)
    angles = 2 * np.pi * np.outer(np.arange(n), frequencies) / n
    columns = np.concatenate([amplitudes * np.cos(angles), amplitudes * np.sin(angles)], axis=1)
    columns /= np.sqrt((columns**2).sum() / n)
    frame = np.linalg.qr(rng.standard_normal((d, d)))[0][: columns.shape[1]]
    return columns @ frame + np.sqrt(noise / d) * rng.standard_normal((n, d))


def gaussian(
    n: int, deviations: Sequence[float], *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Gaussian cloud with this standard deviation in each coordinate."""
    return rng.standard_normal((n, len(deviations))) * np.asarray(deviations)


@dataclass(frozen=True, eq=False)
class Geometry:
    """The part of an `OperandGeometry` that the tests of an embedding read."""

    role: Role
    tokens: tuple[str, ...]
    coordinate: NDArray[np.int64]
    orbitals: tuple[NDArray[np.int64], ...]
    blocks: tuple[IsotypicBlock, ...]
    rows: NDArray[np.int64]
    twins: NDArray[np.int64]
    levels: tuple[Level, ...] = LADDER
    multiplicities: tuple[int, ...] = ()
    group: Group | None = None
    family: Family = Family.PERMUTATION_ORBITS  # of a kind that no test looks at
    is_group: bool = False  # the law is invariance, as for any permutations

    def allows(self, level: str) -> bool:
        return level in self.levels or level not in set(Level)


def group_geometry(
    role: Role, group: Group, *, coordinate: NDArray[np.int64] | None = None
) -> Geometry:
    """One orbit of a group: left translations on x, right ones on y, both on anything else."""
    at = np.arange(group.order) if coordinate is None else coordinate
    generators = list(group.generators)
    left, right = group.table[generators], group.table[:, generators].T
    moves = {Role.X: left, Role.Y: right}.get(role, np.concatenate([left, right]))
    tokens = np.arange(group.order)
    return Geometry(
        role=role,
        tokens=tuple(group.labels[g] for g in at),
        coordinate=at,
        orbitals=(orbitals(np.argsort(at)[moves[:, at]]),),
        blocks=tuple(on_tokens(block, block.basis[at]) for block in isotypic_blocks(group)[1:]),
        rows=tokens,
        twins=tokens,
    )


def cone_geometry(role: Role, n: int) -> Geometry:
    """Z_n with an absorbing token in front: circles, and one dimension for the apex."""
    orbit = group_geometry(role, cyclic(n))
    partition = np.zeros((n + 1, n + 1), dtype=np.int64)
    partition[1:, 1:] = orbit.orbitals[0] + 2
    partition[1:, 0] = partition[0, 1:] = 1
    apex = np.r_[1.0, np.full(n, -1 / n)][:, None]
    bases = [np.vstack([np.zeros((1, block.dimension)), block.basis]) for block in orbit.blocks]
    return Geometry(
        role=role,
        tokens=("0", *(f"u{i}" for i in range(n))),
        coordinate=np.r_[-1, np.arange(n)],
        orbitals=(partition,),
        blocks=(
            IsotypicBlock("apex", 1, 1, apex / np.linalg.norm(apex)),
            *(on_tokens(block, basis) for block, basis in zip(orbit.blocks, bases, strict=True)),
        ),
        rows=np.arange(n + 1),
        twins=np.arange(n + 1),
    )


def on_tokens(block: IsotypicBlock, basis: NDArray[np.float64]) -> IsotypicBlock:
    """The block with its functions carried over to tokens."""
    return IsotypicBlock(block.name, block.degree, block.indicator, basis, block.characters)


def orbit_cloud(
    geometry: Geometry,
    radii: dict[str, float],
    *,
    rng: np.random.Generator,
    d: int = 64,
    noise: float = 0.0,
) -> NDArray[np.float64]:
    """Template of the named blocks, RMS radius 1, in a random frame, plus noise of this ratio."""
    columns = np.concatenate(
        [radii[block.name] * block.basis for block in geometry.blocks if block.name in radii],
        axis=1,
    )
    n, r = columns.shape
    frame = np.linalg.qr(rng.standard_normal((d, r)))[0].T
    cloud = columns * np.sqrt(n / (columns**2).sum()) @ frame
    return cloud + np.sqrt(noise / d) * rng.standard_normal((n, d))
