"""Orthogonal factor of matrices: their singular vectors with every singular value one.

With the singular value decomposition G = U S V^T over the nonzero singular values, the factor is
U V^T = (G G^T)^(-1/2) G. It is the gradient of the nuclear norm at G, and <G, U V^T> = ||G||_*.
"""

import torch
from torch import Tensor

__all__ = ["orthogonal_factor"]


def orthogonal_factor(matrices: Tensor) -> Tensor:
    """Return U V^T of every matrix, its null directions dropped.

    Parameters
    ----------
    matrices : (..., a, b) float32 or float64

    Returns
    -------
    (..., a, b)
        Of the same type, without a gradient. Its singular values are one, and zero for those of
        the input that are at most max(a, b) eps times its largest, eps the rounding unit of the
        type: below that, directions are rounding noise. A matrix with an entry that is not finite
        has the factor NaN and leaves the others alone.

    Notes
    -----
    In float32 by the eigenvectors of the smaller Gram matrix, in float64: squaring loses nothing
    that the cutoff keeps, and long matrices take half the time of their decomposition. In float64
    by the decomposition itself.

    Examples
    --------
    >>> orthogonal_factor(torch.tensor([[3.0, 0.0, 0.0], [0.0, -0.5, 0.0]])).tolist()
    [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0]]
    """
    matrices = matrices.detach()
    rows, columns = matrices.shape[-2:]
    cutoff = max(rows, columns) * torch.finfo(matrices.dtype).eps
    is_finite = matrices.isfinite().all(dim=-1, keepdim=True).all(dim=-2, keepdim=True)
    exact = torch.where(is_finite, matrices, torch.zeros_like(matrices)).double()
    if matrices.dtype == torch.float64:
        left, values, right = torch.linalg.svd(exact, full_matrices=False)
        kept = values > cutoff * values[..., :1]
        factor = (left * kept.unsqueeze(-2)) @ right
    else:
        is_wide = rows <= columns
        wide = exact if is_wide else exact.mT
        values, vectors = torch.linalg.eigh(wide @ wide.mT)  # ascending: squared singular values
        kept = values > cutoff**2 * values[..., -1:]
        inverse = torch.where(kept, values, torch.ones_like(values)).rsqrt() * kept
        factor = (vectors * inverse.unsqueeze(-2)) @ (vectors.mT @ wide)
        factor = factor if is_wide else factor.mT
    factor = factor.to(matrices.dtype)
    return torch.where(is_finite, factor, torch.full_like(factor, float("nan")))
