"""Which network a configuration means for a task."""

import torch

from symtheory.errors import SpecError
from symtheory.records import Role
from symtheory.theory import Theory

from .config import TrainingConfig
from .models.build import Network, build_model
from .seeds import integer

__all__ = ["new_network", "roles_of"]


def roles_of(theory: Theory, config: TrainingConfig) -> tuple[Role, ...]:
    """Return the embeddings that the network of a configuration has.

    Raises
    ------
    SpecError
        If one table is wanted for operands with different tokens.
    """
    is_tied = config.model.tied
    if is_tied is None:
        return theory.roles
    if is_tied and Role.SHARED not in theory.geometries:
        raise SpecError(
            f"the operands of {theory.task.formula} have different tokens and cannot share a "
            "table; leave out --tied"
        )
    return (Role.SHARED, Role.READOUT) if is_tied else (Role.X, Role.Y, Role.READOUT)


def new_network(theory: Theory, config: TrainingConfig) -> Network:
    """Return the network that a configuration starts from, on its device."""
    task = theory.task
    network = build_model(
        len(task.x_labels),
        len(task.y_labels),
        len(task.z_labels),
        config.model,
        is_tied=Role.SHARED in roles_of(theory, config),
        generator=torch.Generator().manual_seed(integer(config.seed, "initial parameters")),
    )
    return network.to(torch.device(config.device), getattr(torch, config.precision))
