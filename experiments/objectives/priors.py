"""Priors on the shape of an embedding, which know nothing of the task's symmetry.

Each is a function of one table of vectors E, row i the vector of token i, and penalizes a way of
being unlike a smooth curve of few dimensions. They are what prompting by a symmetry has to beat
[1]_. The source describes them in words; what they are here is our reading of those:

- nuclear norm: sum of the singular values of E, per token;
- entropy: the differential entropy (nats) of a Gaussian with the covariance of the rows of E plus
  unit noise, above that of the noise alone: large for clouds that are wide in many directions;
- Lipschitz: mean squared distance between tokens with adjacent labels, the last adjacent to the
  first.

All three are zero where E is (the last two where all rows are equal), do not change when E is
rotated, and can be mapped over runs by ``torch.func.vmap``.

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ..optimizers.orthogonalize import orthogonal_factor

__all__ = ["PRIORS", "entropy", "lipschitz", "nuclear_norm"]


def nuclear_norm(points: Tensor) -> Tensor:
    """Return the sum of the singular values of a table of n vectors, divided by n.

    Parameters
    ----------
    points : (n, d)

    Returns
    -------
    ()
        Its gradient is U V^T / n, of the singular value decomposition U S V^T without null
        directions: defined, and stable, at equal and at vanishing singular values. Second
        derivatives are not supported.

    Examples
    --------
    >>> float(nuclear_norm(torch.diag(torch.tensor([3.0, 1.0]))))
    2.0
    """
    # <E, U V^T> is the norm, and the factor is its gradient, so the factor may count as constant.
    return (points * orthogonal_factor(points)).sum() / points.shape[0]


def entropy(points: Tensor) -> Tensor:
    """Return log det(I + C) / 2, with C the covariance of n vectors (divided by n).

    Parameters
    ----------
    points : (n, d)

    Returns
    -------
    ()
        In nats; sum of log(1 + c) / 2 over the principal variances c, so directions without
        variance do no harm.

    Examples
    --------
    >>> line = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    >>> round(float(entropy(line)), 6)  # log(2) / 2
    0.346574
    """
    n, d = points.shape
    centered = points - points.mean(dim=0)
    # The nonzero variances are those of either Gram matrix: take the smaller one.
    gram = (centered @ centered.mT if n < d else centered.mT @ centered) / n
    identity = torch.eye(min(n, d), dtype=points.dtype, device=points.device)
    logarithm: Tensor = torch.linalg.slogdet(identity + gram).logabsdet
    return logarithm / 2


def lipschitz(points: Tensor) -> Tensor:
    """Return the mean of |E[i + 1] - E[i]|^2 over all i, cyclically.

    Parameters
    ----------
    points : (n, d)

    Returns
    -------
    ()

    Examples
    --------
    >>> float(lipschitz(torch.tensor([[0.0], [1.0], [3.0]])))  # (1 + 4 + 9) / 3
    4.666666507720947
    """
    return (points.roll(-1, dims=0) - points).square().sum() / points.shape[0]


PRIORS: dict[str, Callable[[Tensor], Tensor]] = {
    "nuclear norm": nuclear_norm,
    "entropy": entropy,
    "lipschitz": lipschitz,
}
"""By the names that `Auxiliary` knows them under."""
