"""Optimizers by name."""

from collections.abc import Iterable

import torch
from torch import nn

from .config import TrainingConfig

__all__ = ["make_optimizer", "set_learning_rate"]


def make_optimizer(parameters: Iterable[nn.Parameter], config: TrainingConfig) -> torch.optim.AdamW:
    """Return AdamW with decoupled weight decay on every parameter (arXiv:1711.05101)."""
    return torch.optim.AdamW(
        parameters,
        lr=config.learning_rate,
        betas=config.betas,
        weight_decay=config.weight_decay,
        fused=True,
    )


def set_learning_rate(
    optimizer: torch.optim.Optimizer, config: TrainingConfig, *, step: int
) -> None:
    """Set the rate of the given step (counted from 0): linear warm-up, then constant."""
    rate = config.learning_rate * min(1.0, (step + 1) / max(1, config.warmup))
    for group in optimizer.param_groups:
        group["lr"] = rate
