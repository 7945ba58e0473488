"""Network of a configuration: its embedding roles and its initial parameters."""

import torch

from symtheory.errors import SpecError
from symtheory.records import Role
from symtheory.theory import Theory

from .config.training import MLPConfig, TrainingConfig
from .data import split_task
from .models.build import Network, build_model
from .prompting import prompting
from .seeds import integer

__all__ = ["embedding_roles", "new_network"]


def embedding_roles(theory: Theory, config: TrainingConfig) -> tuple[Role, ...]:
    """Return the embeddings that the network of a configuration has.

    Where the configuration leaves it open, those that suit what training may know of the task.
    Where the task asks questions, both operands are entities and can share a table; of the right
    operand it holds an entity a row, not a question about an entity a row.

    Raises
    ------
    SpecError
        If one table is wanted for operands with different tokens.
    """
    is_tied = config.model.tied
    has_questions = bool(theory.task.questions)
    if is_tied is None and has_questions and _is_one_hot(config):
        is_tied = False  # shared, it could not tell whether x < y or y < x was asked
    if is_tied is None:
        return prompting(theory, config, split_task(theory, config).known).roles
    if is_tied and not has_questions and Role.SHARED not in theory.geometries:
        raise SpecError(
            f"the operands of {theory.task.formula} have different tokens and cannot share a "
            "table; leave out --tied"
        )
    return (Role.SHARED, Role.READOUT) if is_tied else (Role.X, Role.Y, Role.READOUT)


def new_network(theory: Theory, config: TrainingConfig) -> Network:
    """Return the network that a configuration starts from, on its device."""
    task = theory.task
    n_questions = len(task.questions)
    network = build_model(
        len(task.x_labels),
        len(task.y_labels) // max(1, n_questions),
        len(task.z_labels),
        config.model,
        is_tied=Role.SHARED in embedding_roles(theory, config),
        generator=torch.Generator().manual_seed(integer(config.seed, "initial parameters")),
        n_questions=n_questions,
    )
    return network.to(torch.device(config.device), getattr(torch, config.precision))


def _is_one_hot(config: TrainingConfig) -> bool:
    return isinstance(config.model, MLPConfig) and config.model.one_hot
