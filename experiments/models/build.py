"""Networks by configuration."""

from collections.abc import Callable

import torch

from symtheory.errors import SpecError

from ..config.training import MLPConfig, ModelConfig, TransformerConfig
from .base import Network
from .deep_transformer import DeepTransformer
from .mlp import MLP
from .transformer import Transformer

__all__ = ["Network", "build_model"]


def build_model(
    n_left: int,
    n_right: int,
    n_answers: int,
    config: ModelConfig,
    *,
    is_tied: bool,
    generator: torch.Generator,
    n_questions: int = 0,
) -> Network:
    """Return a network with initial parameters.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand; of right entities where there are questions.
    n_answers : int
    config : TransformerConfig or MLPConfig
    is_tied : bool
        Whether one table of token vectors serves both operands. ``config.tied`` is not read here:
        its default depends on the task.
    generator : torch.Generator
    n_questions : int
        Number of questions that may be asked of two entities; right operand q * n_right + b of a
        cell is then question q about entity b. 0 if the right operand is one token.

    Raises
    ------
    SpecError
        If operands of different sizes are to share a table, or the architecture is unknown.

    Examples
    --------
    >>> from symtheory.experiments.config.training import MLPConfig
    >>> from symtheory.experiments.models.build import build_model
    >>> generator = torch.Generator().manual_seed(0)
    >>> network = build_model(5, 5, 3, MLPConfig(), is_tied=True, generator=generator)
    >>> network(torch.tensor([[0, 4], [1, 2]])).shape
    torch.Size([2, 3])
    >>> asked = build_model(
    ...     5, 5, 2, MLPConfig(), is_tied=True, generator=generator, n_questions=6
    ... )
    >>> asked(torch.tensor([[0, 29]])).shape  # the last question about the last entity
    torch.Size([1, 2])
    """

    def new(architecture: Callable[..., Network]) -> Network:
        return architecture(
            n_left,
            n_right,
            n_answers,
            config,
            is_tied=is_tied,
            generator=generator,
            n_questions=n_questions,
        )

    if isinstance(config, MLPConfig):
        return new(MLP)
    if not isinstance(config, TransformerConfig):
        raise SpecError(
            f"no network for a {type(config).__name__}; use a TransformerConfig or an MLPConfig"
        )
    is_plain = config.n_layers == 1 and not config.layer_norm
    return new(Transformer if is_plain else DeepTransformer)
