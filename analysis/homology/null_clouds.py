"""Null clouds: Haar singular vectors within orbits, or a template plus its turned residual."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..statistics.nulls import class_means, haar_frame
from ..symmetry.procrustes import Alignment

__all__ = ["haar_clouds", "residual_clouds"]


def haar_clouds(
    coordinates: NDArray[np.float64],
    n_draws: int,
    orbits: NDArray[np.int64] | None,
    *,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.float64]]:
    """Yield clouds without structure within orbits, from principal coordinates.

    Parameters
    ----------
    coordinates : (n, k) float64
        From `principal_coordinates`.
    n_draws : int
    orbits : (n,) int64, optional
        What tells orbits apart stays; by default there is one orbit.

    Yields
    ------
    (n, k) float64
        The singular values of the cloud with Haar left singular vectors.
    """
    n = len(coordinates)
    if orbits is None or (orbits == orbits[0]).all():
        # Columns of principal coordinates are orthogonal: their norms are the singular values.
        spread = np.sqrt((coordinates**2).sum(axis=0))
        for _ in range(n_draws):
            yield _scrambled(spread, n, rng=rng)
        return
    # The offsets between orbits stay; what varies within orbits gets random functions of the token,
    # which sum to zero on every orbit, along the same axes of space.
    fixed = class_means(coordinates, orbits)
    _, singular, axes = np.linalg.svd(coordinates - fixed, full_matrices=False)
    k = min(len(singular), n - len(np.unique(orbits)))  # the rest is zero
    for _ in range(n_draws):
        frame = haar_frame(n, k, rng=rng, orbits=orbits)
        yield fixed + (frame * singular[:k]) @ axes[:k]


def residual_clouds(
    coordinates: NDArray[np.float64],
    template: NDArray[np.float64],
    alignment: Alignment,
    n_draws: int,
    *,
    n_radii: int,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.float64]]:
    """Yield the aligned template plus the residual of the fit, Haar in its functions of the token.

    Parameters
    ----------
    coordinates : (n, k) float64
        From `principal_coordinates`.
    template : (n, r) float64
    alignment : Alignment
        Of the template to the coordinates.
    n_draws : int
    n_radii : int
        Number of radii that were fitted.

    Yields
    ------
    (n, k) float64
    """
    signal = alignment.scale * template @ alignment.rotation
    _, singular, axes = np.linalg.svd(coordinates - signal, full_matrices=False)
    singular *= _freedom_correction(coordinates.shape, template.shape[1], n_radii)
    # Left singular vectors are functions of the token, right ones directions of space: turning the
    # left ones alone keeps the energy of the residual in every direction.
    for _ in range(n_draws):
        yield signal + _scrambled(singular, len(coordinates), rng=rng) @ axes


def _freedom_correction(shape: tuple[int, ...], r: int, n_radii: int) -> float:
    """Return the factor that gives a residual the size of the noise it is left from.

    Of the (n - 1) k degrees of freedom of the noise, the fit of r template coordinates to k
    absorbs r k - r (r + 1) / 2 by its rotation and one by each radius.
    """
    n, k = shape
    total = (n - 1) * k
    absorbed = r * k - min(r, k) * (min(r, k) + 1) / 2 + n_radii
    return float(np.sqrt(total / max(total - absorbed, 1)))


def _scrambled(
    singular: NDArray[np.float64], n: int, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return a cloud with these singular values and Haar left singular vectors, U S."""
    k = min(len(singular), n - 1)  # the rest is zero: a centered cloud has rank n - 1 at most
    scrambled = np.zeros((n, len(singular)))
    scrambled[:, :k] = haar_frame(n, k, rng=rng) * singular[:k]
    return scrambled
