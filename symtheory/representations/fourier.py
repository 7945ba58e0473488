"""Fourier transform on a finite group, over its real irreps.

Convention: f^(rho) = sum_g f(g) rho(g) and (f * h)(x) = sum_y f(y) h(y^-1 x), so that
(f * h)^ = f^ h^. With w = dim(rho) / dim(commutant) for a real irrep, the inverse transform is
f(g) = (1/n) sum_rho w tr(f^(rho) rho(g)^T), and Plancherel's identity reads
sum_g |f(g)|^2 = (1/n) sum_rho w ||f^(rho)||^2 (Frobenius norm). Real and complex f are allowed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.representations.irreps import RealIrrep

__all__ = ["convolve", "fourier_transform", "inverse_fourier_transform", "power_spectrum"]


def fourier_transform(
    values: ArrayLike, irreps: Sequence[RealIrrep]
) -> tuple[NDArray[np.inexact], ...]:
    """Return the matrices f^(rho), one (dimension, dimension) array per irrep.

    Parameters
    ----------
    values : (n,) float64 or complex128
        A function on the group, in element order.
    irreps : sequence of RealIrrep
        From `real_irreps`.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.character_table import character_table
    >>> from symtheory.representations.irreps import real_irreps
    >>> irreps = real_irreps(character_table(cyclic(3)))
    >>> fourier_transform([1.0, 1.0, 1.0], irreps)[0].item()
    3.0
    """
    f = _as_function(values, irreps)
    return tuple(np.asarray(np.tensordot(f, rho.matrices, axes=1)) for rho in irreps)


def inverse_fourier_transform(
    coefficients: Sequence[NDArray[np.inexact]], irreps: Sequence[RealIrrep]
) -> NDArray[np.inexact]:
    """Return the function on the group with the given Fourier matrices, (n,)."""
    if len(coefficients) != len(irreps):
        raise SpecError(f"{len(irreps)} irreps need as many matrices, got {len(coefficients)}")
    n = len(irreps[0].matrices)
    total = np.zeros(n, dtype=np.result_type(np.float64, *coefficients))
    for rho, matrix in zip(irreps, coefficients, strict=True):
        total += rho.dimension / rho.commutant * np.einsum("ij,gij->g", matrix, rho.matrices)
    return total / n


def power_spectrum(values: ArrayLike, irreps: Sequence[RealIrrep]) -> NDArray[np.float64]:
    """Return the squared norm of the part of f in every isotypic block; they sum to sum |f|^2."""
    transform = fourier_transform(values, irreps)
    n = len(irreps[0].matrices)
    return np.array(
        [
            rho.dimension / rho.commutant * np.sum(np.abs(matrix) ** 2) / n
            for rho, matrix in zip(irreps, transform, strict=True)
        ]
    )


def convolve(group: Group, first: ArrayLike, second: ArrayLike) -> NDArray[np.inexact]:
    """Return (f * h)(x) = sum_y f(y) h(y^-1 x), (n,).

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> convolve(cyclic(3), [0.0, 1.0, 0.0], [1.0, 2.0, 3.0]).tolist()  # shifts by one
    [3.0, 1.0, 2.0]
    """
    f, h = np.asarray(first), np.asarray(second)
    for values in (f, h):
        if values.shape != (group.order,):
            raise SpecError(
                f"a function on {group.name} has shape ({group.order},), got {values.shape}"
            )
    return np.asarray(f @ h[group.table[group.inverses]])


def _as_function(values: ArrayLike, irreps: Sequence[RealIrrep]) -> NDArray[np.inexact]:
    f = np.asarray(values)
    if not irreps or f.shape != (len(irreps[0].matrices),):
        n = len(irreps[0].matrices) if irreps else 0
        raise SpecError(f"a function on this group has shape ({n},), got {f.shape}")
    return f if np.iscomplexobj(f) else f.astype(np.float64)
