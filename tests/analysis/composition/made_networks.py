"""Networks of one hidden layer that obey the unit law by construction, and others that do not."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.composition.coefficients import irreps_of
from symtheory.groups.group import Group

Sides = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
FACTORS = ("left", "inner", "right")


def aligned_units(
    group: Group,
    n_units: int,
    *,
    rng: np.random.Generator,
    irreps: Sequence[int] | None = None,
    broken: Collection[str] = (),
) -> Sides:
    """Units a^T rho b, b^T rho c, a^T rho c, dealt evenly to the irreps, with Gaussian vectors.

    Of a broken factor the vector is one and the same for all units of an irrep, up to what the
    irrep commutes with.
    """
    known = irreps_of(group)
    chosen = range(len(known)) if irreps is None else irreps
    sides = np.empty((3, n_units, group.order))
    for place, i in enumerate(chosen):
        rho = known[i].matrices
        own = np.arange(place, n_units, len(chosen))
        vectors = rng.standard_normal((3, len(own), known[i].dimension))
        for k, name in enumerate(FACTORS):
            if name in broken:
                vectors[k] = vectors[k, :1]
        a, b, c = vectors / np.linalg.norm(vectors, axis=2, keepdims=True)
        scale = known[i].dimension ** 0.5
        for side, (left, right) in zip(sides, ((a, b), (b, c), (a, c)), strict=True):
            side[own] = scale * np.einsum("mi,gij,mj->mg", left, rho, right, optimize=True)
    return sides[0], sides[1], sides[2]


def dealt(sides: Sides, *, rng: np.random.Generator) -> Sides:
    """The same sides, that of the answers dealt to other units."""
    x, y, readout = sides
    return x, y, readout[rng.permutation(len(readout))]


def relabeled(sides: Sides, *, rng: np.random.Generator) -> Sides:
    """The same units, the tokens of each side under other names."""
    x, y, z = (side[:, rng.permutation(side.shape[1])] for side in sides)
    return x, y, z


def gaussian_units(group: Group, n_units: int, *, rng: np.random.Generator) -> Sides:
    """Units of independent normal numbers, as before training."""
    x, y, z = rng.standard_normal((3, n_units, group.order))
    return x, y, z


def perceptron(sides: Sides) -> NDArray[np.float64]:
    """Logits (n, n, n) of the perceptron of these units with ReLU."""
    x, y, z = sides
    hidden = np.maximum(x.T[:, None] + y.T, 0)
    return np.asarray(hidden @ z)


def accuracy(logits: NDArray[np.float64], group: Group) -> float:
    return float((logits.argmax(axis=2) == group.table).mean())
