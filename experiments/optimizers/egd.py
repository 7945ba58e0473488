"""Egalitarian gradient descent: every principal direction of a gradient moves equally fast.

For a weight matrix with gradient G = U S V^T the step is -learning_rate * U V^T, the directions
without gradient left alone [1]_. Its length is learning_rate * sqrt(rank G) however small the
gradient has become, so it does not come to rest by itself. A matrix is the last two axes of a
parameter with an axis of runs before them. Parameters without a matrix (biases, single vectors)
take plain steps, -learning_rate * G: the method says nothing about them. There is no momentum;
weight decay is decoupled, as in AdamW, and since no step is longer than the rate in any direction,
it keeps the singular values of a matrix from exceeding 1 / weight_decay for long.

References
----------
.. [1] A. Saheb Pasand, E. Dohmatob, arXiv:2510.04930.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from .orthogonalize import orthogonal_factor

__all__ = ["EgalitarianDescent"]


class EgalitarianDescent(torch.optim.Optimizer):
    """Descent along gradients with all singular values one; it remembers nothing.

    Parameters
    ----------
    parameters : iterable of tensors
        Of shape (n_runs, a, b) for weight matrices, (n_runs, a) for vectors.
    learning_rate, weight_decay : float
        A step multiplies p by 1 - learning_rate * weight_decay, then subtracts learning_rate times
        the equalized gradient.

    Examples
    --------
    >>> p = torch.zeros(1, 2, 2)
    >>> p.grad = torch.tensor([[[4.0, 0.0], [0.0, 1e-3]]])
    >>> EgalitarianDescent([p], learning_rate=0.5, weight_decay=0.0).step()
    >>> p.tolist()
    [[[-0.5, 0.0], [0.0, -0.5]]]
    """

    def __init__(
        self, parameters: Iterable[Tensor], *, learning_rate: float, weight_decay: float
    ) -> None:
        super().__init__(parameters, {"lr": learning_rate, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            rate = group["lr"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                direction = orthogonal_factor(p.grad) if p.ndim > 2 else p.grad
                p.mul_(1 - rate * group["weight_decay"]).add_(direction, alpha=-rate)
