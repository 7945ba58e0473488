"""The multilayer perceptron on two operands, with token vectors or one-hot operands."""

import torch
from torch import Tensor, nn

from ..config import MLPConfig
from .activations import activation
from .base import Network, normal

__all__ = ["MLP"]


class MLP(Network):
    """Perceptron of one hidden layer on cells (x, y) of a task's table.

    With f the activation, b the bias, U the readout, and L, R the tables of the operands,

        hidden = f(L[x] A + R[y] B + b),    logits = hidden U^T;

    with one-hot operands hidden = f(L[x] + R[y] + b): L and R are the first layer's weights.
    Operands are multiplied by A and B once per token instead of once per cell.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand.
    n_answers : int
    config : MLPConfig
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own. A tied
        network with one-hot operands computes the same at (x, y) and (y, x), whatever it learns.
    generator : torch.Generator
        Source of the initial parameters, independent normal entries: token vectors of variance
        ``init_scale``^2 over their width (``d_model``; ``d_hidden`` for one-hot operands), A and B
        of variance 1/d_model, the readout of variance 1/n_answers; the bias is zero.

    Notes
    -----
    Parameters: ``shared`` (n_left, width), or ``left`` (n_left, width) and ``right``
    (n_right, width); ``left_in``, ``right_in`` (d_model, d_hidden) unless one-hot; ``hidden_bias``
    (d_hidden,), ``readout`` (n_answers, d_hidden).

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
    ) -> None:
        d, m = config.d_model, config.d_hidden
        super().__init__(
            n_left,
            n_right,
            m if config.one_hot else d,
            scale=config.init_scale,
            is_tied=is_tied,
            generator=generator,
        )
        self.config = config
        self._activation = activation(config.activation)
        if not config.one_hot:
            self.left_in = normal(d, m, variance=1 / d, generator=generator)
            self.right_in = normal(d, m, variance=1 / d, generator=generator)
        self.hidden_bias = nn.Parameter(torch.zeros(m))
        self.readout = normal(n_answers, m, variance=1 / n_answers, generator=generator)

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell, (n_cells, n_answers)."""
        left: Tensor
        right: Tensor
        left, right = self.operands
        if not self.config.one_hot:
            left, right = left @ self.left_in, right @ self.right_in
        x, y = cells.unbind(1)
        summed = (left + self.hidden_bias).index_select(0, x) + right.index_select(0, y)
        scale = self.config.output_scale
        readout = self.readout if scale == 1 else self.readout * scale
        return self._activation(summed) @ readout.T
