"""The laws that calibration runs over, true clouds of each, and clouds without structure."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.block_laws import BlockLaw, LinearLaw, ProductLaw
from symtheory.analysis.symmetry.factor_law import check_law
from symtheory.analysis.symmetry.procrustes import check_procrustes
from symtheory.analysis.symmetry.spectrum import check_spectrum
from symtheory.analysis.symmetry.token_cloud import TokenCloud, make_token_cloud
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict

# No group of order 49 or 97 is non-abelian; 48 and 96 stand for them.
ABELIAN = ("Z12", "Z24", "Z49", "Z7 x Z7", "Z97", "Z120")
NON_ABELIAN = ("A4", "S4", "D24", "D48", "S5")
NULLS = ("permuted", "flat", "1/i", "1/i^2")
N_COORDINATES = 16  # of the Gaussian clouds


def laws() -> list[tuple[str, Role]]:
    """Group and role, small groups first; all roles of an abelian group have one law."""
    cases = [(name, Role.X) for name in ABELIAN]
    cases += [(name, role) for name in NON_ABELIAN for role in (Role.X, Role.READOUT, Role.SHARED)]
    return sorted(cases, key=lambda case: len(geometry(*case).rows))


@cache
def geometry(group: str, role: Role) -> OperandGeometry:
    """The law of one embedding of a network that composes in the group."""
    return predict(named_task("compose", group=group)).geometries[role]


@cache
def subject(group: str, role: Role) -> TokenCloud:
    """What the tests see, of a cloud that is put in later: free shapes take time."""
    found = geometry(group, role)
    return make_token_cloud(Embedding(np.eye(len(found.rows)), role), found)


def template(
    law: TokenCloud, active: Sequence[int], *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """A cloud that obeys the law, power r_b in block b; what is free is random and positive."""
    columns = []
    for b in active:
        basis, own = law.blocks[b].basis, law.laws[b]
        values, vectors = np.linalg.eigh(member(own, basis.shape[1], rng=rng))
        weights = values.clip(min=0)
        columns.append(basis @ vectors * np.sqrt(weights * len(values) / weights.sum()))
    return np.concatenate(columns, axis=1)


def member(law: BlockLaw, r: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """A random Gram matrix of the law: weights with one of them zero, or products of moments."""
    if isinstance(law, ProductLaw):
        size, gram = law.coefficients.irrep.dimension, np.zeros((r, r))
        for _ in range(law.terms):
            rows, columns = (_moments(size, rng=rng) for _ in range(2))
            gram += law.frame @ np.kron(rows, columns) @ law.frame.T
        return gram
    assert isinstance(law, LinearLaw)
    if law.n_parameters == 1:
        return np.eye(r)
    shape = np.tensordot(rng.standard_normal(law.n_parameters), law.shapes, 1)
    return np.asarray(shape - np.linalg.eigvalsh(shape)[0] * np.eye(r))


def _moments(size: int, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """Second moments of as many random vectors as there are dimensions."""
    root = rng.standard_normal((size, size))
    return root @ root.T / size


def noisy(
    points: NDArray[np.float64], noise: float, d: int, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The cloud in the first axes of R^d with isotropic noise of this share of its energy."""
    n, r = points.shape
    cloud = np.zeros((n, max(r, d)))
    cloud[:, :r] = points * np.sqrt(n / (points**2).sum())
    return cloud + np.sqrt(noise / cloud.shape[1]) * rng.standard_normal(cloud.shape)


def chosen_blocks(law: TokenCloud, *, rng: np.random.Generator) -> list[int]:
    """Some of the irreps: a third, three at most."""
    n_blocks = len(law.blocks)
    return sorted(rng.choice(n_blocks, size=min(3, max(1, n_blocks // 3)), replace=False).tolist())


def null_cloud(law: TokenCloud, null: str, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """A noisy orbit whose labels are permuted, or a Gaussian cloud with that spectrum."""
    n = len(law.tokens)
    if null == "permuted":
        orbit = template(law, chosen_blocks(law, rng=rng), rng=rng)
        return noisy(orbit, 0.1, N_COORDINATES, rng=rng)[rng.permutation(n)]
    power = {"flat": 0, "1/i": 1, "1/i^2": 2}[null]
    return rng.standard_normal((n, N_COORDINATES)) * np.arange(1.0, 1 + N_COORDINATES) ** -power


def label_p_values(
    law: TokenCloud,
    cloud: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    n_permutations: int,
    levels: Sequence[str] = ("L0", "L1", "L2"),
) -> dict[str, float]:
    """p-values of the levels that see labels, against the same relabelings."""
    found = replace(law, points=cloud)
    permutations = label_permutations(
        len(cloud), n_permutations, rng=rng, exchangeable=found.exchangeable
    )
    tests = {
        "L0": lambda: check_spectrum(found.points, found.blocks, permutations=permutations),
        "L1": lambda: check_law(found, permutations=permutations),
        "L2": lambda: check_procrustes(
            found.points, found.blocks, permutations=permutations, laws=found.laws
        ),
    }
    return {level: tests[level]().null.p_value for level in levels}
