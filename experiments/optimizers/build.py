"""Optimizers by name, with the state that each keeps.

Parameters are stacked: the first axis of every parameter, and of every tensor that an optimizer
remembers except its counter of steps, is the run. Runs do not influence each other.
"""

from collections.abc import Iterable
from dataclasses import replace

import torch
from torch import Tensor

from ..config.optimizer import OptimizerConfig
from .egd import EgalitarianDescent
from .equal_step import EqualStep
from .grokfast import GrokfastMean, GrokfastWindow

__all__ = ["make_optimizer", "set_learning_rate", "state_shapes"]


def make_optimizer(parameters: Iterable[Tensor], config: OptimizerConfig) -> torch.optim.Optimizer:
    """Return the optimizer of a configuration, with decoupled weight decay (arXiv:1711.05101).

    Parameters
    ----------
    parameters : iterable of tensors
        Each of shape (n_runs, ...).
    config : OptimizerConfig

    Returns
    -------
    torch.optim.Optimizer
        An `EqualStep`, whose ``step`` wants the gradients of the whole objective, if the
        configuration says so.

    Examples
    --------
    >>> p = torch.ones(2, 3)  # two runs
    >>> p.grad = torch.ones(2, 3)
    >>> make_optimizer([p], OptimizerConfig(learning_rate=0.5, weight_decay=0.0)).step()
    >>> round(float(p[0, 0]), 4)
    0.5
    """
    if config.equal_step:
        bare = replace(config, equal_step=False, weight_decay=0.0)
        return EqualStep(
            parameters,
            direction=lambda places: make_optimizer(places, replace(bare, name="adamw")),
            length=lambda places: make_optimizer(places, bare),
            learning_rate=config.learning_rate,
            weight_decay=config.weight_decay,
        )
    rate, betas, decay = config.learning_rate, config.betas, config.weight_decay
    if config.name == "egd":
        return EgalitarianDescent(parameters, learning_rate=rate, weight_decay=decay)
    if config.name == "grokfast-ema":
        return GrokfastMean(
            parameters,
            memory=config.memory,
            amplification=config.amplification,
            learning_rate=rate,
            betas=betas,
            weight_decay=decay,
        )
    if config.name == "grokfast-ma":
        return GrokfastWindow(
            parameters,
            window=config.window,
            amplification=config.amplification,
            learning_rate=rate,
            betas=betas,
            weight_decay=decay,
        )
    return torch.optim.AdamW(parameters, lr=rate, betas=betas, weight_decay=decay, fused=True)


def state_shapes(config: OptimizerConfig, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return what ``optimizer.state[p]`` holds after a step, for a parameter of the given shape.

    The counters of steps are float32, all else has the type of the parameter. Putting such tensors
    back into ``optimizer.state[p]`` continues as if there had been no break.

    Parameters
    ----------
    config : OptimizerConfig
    shape : tuple of int
        (n_runs, ...).

    Returns
    -------
    dict from str to tuple of int
        Shape of every tensor, by name; empty where nothing is remembered.

    Examples
    --------
    >>> state_shapes(OptimizerConfig(name="grokfast-ema"), (2, 5))
    {'step': (), 'exp_avg': (2, 5), 'exp_avg_sq': (2, 5), 'slow': (2, 5)}
    >>> state_shapes(OptimizerConfig(name="egd"), (2, 5))
    {}
    """
    adamw = {"step": (), "exp_avg": shape, "exp_avg_sq": shape}
    own: dict[str, tuple[int, ...]] = {
        "adamw": adamw,
        "grokfast-ema": adamw | {"slow": shape},
        "grokfast-ma": adamw | {"window": (shape[0], config.window, *shape[1:]), "lap": shape},
        "egd": {},
    }[config.name]
    if not config.equal_step:
        return own
    return {f"direction_{name}": tensor for name, tensor in adamw.items()} | {
        f"length_{name}": tensor for name, tensor in own.items()
    }


def set_learning_rate(
    optimizer: torch.optim.Optimizer, config: OptimizerConfig, *, step: int, steps: int
) -> None:
    """Set the rate of the given step (counted from 0) of at most ``steps``."""
    for group in optimizer.param_groups:
        group["lr"] = config.rate(step, steps)
