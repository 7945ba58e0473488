"""The one-layer transformer of the grokking literature, read out at its last position.

Tokens (x, y, =), or (x, question, y, =); one attention block of several heads and one MLP, both
residual, no LayerNorm; learned positions. Vectors are rows and matrices act from the right.

Only the last position is read, its query is the same for every input, and keys and values are
linear in a token and its position. So they are computed once per token instead of once per cell,
and the output matrix is multiplied into the MLP's input and into the readout before any cell is
seen. On the CPU the values of every token and head are multiplied into both as well, and a cell
only sums rows of the products; on a GPU, where a product costs less than a gather, they are mixed
first. The function, its parameters and its gradients are those of the plain architecture [1]_;
tests hold them against each other.

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968; N. Nanda et al., arXiv:2301.05217.
"""

from itertools import accumulate

import torch
from torch import Tensor, nn

from ..config.training import TransformerConfig
from .activations import activation
from .base import Network, normal
from .weighted_rows import weighted_rows

__all__ = ["Transformer"]


class Transformer(Network):
    """One-layer decoder-only transformer on the cells of a task's table.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand; of right entities where there are questions.
    n_answers : int
    config : TransformerConfig
        Of one layer without LayerNorm.
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own.
    generator : torch.Generator
        Source of the initial parameters: independent normal entries of variance 1/d_model
        (1/n_answers for the readout), zero biases; token vectors times ``init_scale``.

    n_questions : int
        Number of questions that may be asked of two entities; 0 if the right operand is one token.

    Notes
    -----
    Parameters: ``shared`` (n_left, d_model), or ``left`` (n_left, d_model) and ``right``
    (n_right, d_model) where the tables are not tied; ``question`` (n_questions, d_model) where
    there are questions; ``equals`` (d_model,), ``position`` (3, d_model), with questions
    (4, d_model), ``query``, ``key``, ``value``, ``output`` (d_model, d_model) with heads as
    consecutive column (for ``output``: row) blocks, ``mlp_in`` (d_model, d_mlp), ``mlp_in_bias``,
    ``mlp_out`` (d_mlp, d_model), ``mlp_out_bias``, ``readout`` (n_answers, d_model).

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
        config: TransformerConfig,
        *,
        is_tied: bool,
        generator: torch.Generator,
        n_questions: int = 0,
    ) -> None:
        d, m = config.d_model, config.d_mlp
        super().__init__(
            n_left,
            n_right,
            d,
            scale=config.init_scale,
            is_tied=is_tied,
            generator=generator,
            n_questions=n_questions,
        )
        self.config = config
        self._activation = activation(config.activation)

        def matrix(*shape: int) -> nn.Parameter:
            return normal(*shape, variance=1 / d, generator=generator)

        self.equals = matrix(d)
        self.position = matrix(len(self.tables) + 1, d)
        self.query = matrix(d, d)
        self.key = matrix(d, d)
        self.value = matrix(d, d)
        self.output = matrix(d, d)
        self.mlp_in = matrix(d, m)
        self.mlp_in_bias = nn.Parameter(torch.zeros(m))
        self.mlp_out = matrix(m, d)
        self.mlp_out_bias = nn.Parameter(torch.zeros(d))
        self.readout = normal(n_answers, d, variance=1 / n_answers, generator=generator)

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell, (n_cells, n_answers)."""
        heads = self.config.n_heads
        scale = self.config.output_scale
        readout = self.readout if scale == 1 else self.readout * scale
        last = self.equals + self.position[-1]
        # Scores: one number per token and head, since the query is the same for every cell.
        query = (last @ self.query).reshape(heads, -1)
        scorer = (self.key.reshape(-1, *query.shape) * query).sum(dim=2) * query.shape[1] ** -0.5
        tables = self.tables
        tokens = torch.cat([table + self.position[slot] for slot, table in enumerate(tables)])
        token_score = tokens @ scorer
        # Values relative to that of "=": the weights sum to one, so "=" becomes a constant.
        last_value = last @ self.value
        value = (tokens @ self.value - last_value).reshape(len(tokens), heads, -1)

        starts = accumulate(map(len, tables[:-1]), initial=0)  # row of each table's first token
        slots = zip(self.tokens(cells), starts, strict=True)
        rows = torch.stack([token + start for token, start in slots], dim=1)
        score = token_score.index_select(0, rows.reshape(-1)).reshape(*rows.shape, heads)
        same = (last @ scorer).expand(len(cells), 1, heads)
        weight = torch.cat([score, same], dim=1).softmax(dim=1)[:, :-1]

        stream = last + last_value @ self.output
        into = (self.output @ self.mlp_in).reshape(heads, -1, self.config.d_mlp)
        past = (self.output @ readout.T).reshape(heads, -1, len(readout))
        constants = (
            stream @ self.mlp_in + self.mlp_in_bias,
            readout @ (stream + self.mlp_out_bias),
        )
        add_up = _mix_then_multiply if cells.is_cuda else _multiply_then_mix
        hidden, direct = add_up(rows, weight, value, into, past)
        hidden = self._activation(hidden.add_(constants[0]))
        # The transpose is what the gradient of the product is fastest with.
        unembed = readout @ self.mlp_out.T
        return torch.addmm(direct.add_(constants[1]), hidden, unembed.T)


def _multiply_then_mix(
    rows: Tensor, weight: Tensor, value: Tensor, *matrices: Tensor
) -> tuple[Tensor, ...]:
    """Return weighted sums of value @ matrix over positions and heads, for each matrix.

    ``rows`` and ``weight`` are (n_cells, n_slots) and (n_cells, n_slots, n_heads), ``value`` is
    (n_tokens, n_heads, d_head), a matrix (n_heads, d_head, width); a sum is (n_cells, width).
    """
    by_head = value.transpose(0, 1)
    return weighted_rows(rows, weight, *(torch.bmm(by_head, matrix) for matrix in matrices))


def _mix_then_multiply(
    rows: Tensor, weight: Tensor, value: Tensor, *matrices: Tensor
) -> tuple[Tensor, ...]:
    """Return the sums of `_multiply_then_mix`, taken over values before they are multiplied."""
    first, *others = (value.index_select(0, column) for column in rows.unbind(1))
    mixed = weight[:, 0, :, None] * first
    for slot, other in enumerate(others, start=1):
        mixed = torch.addcmul(mixed, weight[:, slot, :, None], other)
    mixed = mixed.flatten(1)
    return tuple(mixed @ matrix.flatten(0, 1) for matrix in matrices)
