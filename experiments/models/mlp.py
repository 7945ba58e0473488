"""Multilayer perceptron on the tokens of a cell, as vectors of their own or one-hot."""

import torch
from torch import Tensor, nn

from ..config.training import MLPConfig
from .activations import activation
from .base import Network, normal

__all__ = ["MLP"]


class MLP(Network):
    """Perceptron of one hidden layer on the cells of a task's table.

    With f the activation, b the bias, U the readout, and L, R the tables of the operands,

        hidden = f(L[x] A + R[y] B + b),    logits = hidden U^T;

    with one-hot operands hidden = f(L[x] + R[y] + b): L and R are the first layer's weights.
    A question, where there is one, adds a term of its own, Q[q] C or Q[q]. Tokens are multiplied
    by A, B and C once per token instead of once per cell.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand; of right entities where there are questions.
    n_answers : int
    config : MLPConfig
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own. A tied
        network with one-hot operands computes the same at (x, y) and (y, x), whatever it learns
        (with questions: at (x, q, y) and (y, q, x)).
    generator : torch.Generator
        Source of the initial parameters, independent normal entries: token vectors of variance
        ``init_scale``^2 over their width (``d_model``; ``d_hidden`` for one-hot operands), A, B
        and C of variance 1/d_model, the readout of variance 1/n_answers; the bias is zero.
    n_questions : int
        Number of questions that may be asked of two entities; 0 if the right operand is one token.

    Notes
    -----
    Parameters: ``shared`` (n_left, width), or ``left`` (n_left, width) and ``right``
    (n_right, width); ``question`` (n_questions, width) where there are questions; ``left_in``,
    ``question_in``, ``right_in`` (d_model, d_hidden) unless one-hot; ``hidden_bias`` (d_hidden,),
    ``readout`` (n_answers, d_hidden).

    Raises
    ------
    SpecError
        If operands of different sizes are to share a table.
    """

    def __init__(
        self,
        n_left: int,
        n_right: int,
        n_answers: int,
        config: MLPConfig,
        *,
        is_tied: bool,
        generator: torch.Generator,
        n_questions: int = 0,
    ) -> None:
        d, m = config.d_model, config.d_hidden
        super().__init__(
            n_left,
            n_right,
            m if config.one_hot else d,
            scale=config.init_scale,
            is_tied=is_tied,
            generator=generator,
            n_questions=n_questions,
        )
        self.config = config
        self._activation = activation(config.activation)
        if not config.one_hot:
            self.left_in = normal(d, m, variance=1 / d, generator=generator)
            if n_questions:
                self.question_in = normal(d, m, variance=1 / d, generator=generator)
            self.right_in = normal(d, m, variance=1 / d, generator=generator)
        self.hidden_bias = nn.Parameter(torch.zeros(m))
        self.readout = normal(n_answers, m, variance=1 / n_answers, generator=generator)

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell, (n_cells, n_answers)."""
        return self._activation(self.preactivations(cells)) @ self._scaled_readout().T

    @property
    def unit_readout(self) -> Tensor:
        """What every hidden unit adds to each logit, (n_answers, n_units)."""
        return self._scaled_readout()

    def preactivations(self, cells: Tensor) -> Tensor:
        """Return what every hidden unit is given at every cell, (n_cells, n_units)."""
        first, *others = self._first_layer()
        x, *tokens = self.tokens(cells)
        summed = (first + self.hidden_bias).index_select(0, x)
        for table, token in zip(others, tokens, strict=True):
            summed = summed + table.index_select(0, token)
        return summed

    def _scaled_readout(self) -> Tensor:
        scale = self.config.output_scale
        return self.readout if scale == 1 else self.readout * scale

    def _first_layer(self) -> tuple[Tensor, ...]:
        """Return what every token adds to the hidden units, a table for each slot of a cell."""
        if self.config.one_hot:
            return self.tables
        inputs = [self.left_in, self.right_in]
        if self.n_questions:
            inputs.insert(1, self.question_in)
        return tuple(table @ matrix for table, matrix in zip(self.tables, inputs, strict=True))
