"""Clouds whose geometry is known, for the tests of this folder."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.families import cyclic
from symtheory.representations.isotypic import IsotypicBlock, isotypic_blocks


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
