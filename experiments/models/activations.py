"""Activations of hidden layers, by name."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import gelu

__all__ = ["activation"]

_BY_NAME: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu_,
    "gelu": gelu,
    "quadratic": torch.square,
}


def activation(name: str) -> Callable[[Tensor], Tensor]:
    """Return the activation of that name in `symtheory.experiments.config.model.ACTIVATIONS`.

    May operate in place.

    Examples
    --------
    >>> activation("quadratic")(torch.tensor([-2.0, 3.0])).tolist()
    [4.0, 9.0]
    """
    return _BY_NAME[name]
