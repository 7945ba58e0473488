"""The one-layer transformer of the grokking literature, read out at its last position.

Tokens (x, y, =); one attention block of several heads and one MLP, both residual, no LayerNorm;
learned positions. Vectors are rows and matrices act from the right.

Only the last position is read, its query is the same for every input, and keys and values are
linear in a token and its position. So they are computed once per token instead of once per cell,
and the output matrix is multiplied into the MLP's input and into the readout before any cell is
seen. The function, its parameters and its gradients are those of the plain architecture [1]_; a
test holds the two against each other.

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968; N. Nanda et al., arXiv:2301.05217.
"""

import torch
from torch import Tensor, nn

from ..config import TransformerConfig

__all__ = ["Transformer"]


class Transformer(nn.Module):
    """One-layer decoder-only transformer on cells (x, y) of a task's table.

    Parameters
    ----------
    n_tokens : int
        Number of tokens of the table that both operands share.
    n_answers : int
    config : TransformerConfig
    generator : torch.Generator
        Source of the initial parameters: independent normal entries of variance 1/d_model
        (1/n_answers for the readout), zero biases.

    Notes
    -----
    Parameters: ``shared`` (n_tokens, d_model), ``equals`` (d_model,), ``position`` (3, d_model),
    ``query``, ``key``, ``value``, ``output`` (d_model, d_model) with heads as consecutive column
    (for ``output``: row) blocks, ``mlp_in`` (d_model, d_mlp), ``mlp_in_bias``, ``mlp_out``
    (d_mlp, d_model), ``mlp_out_bias``, ``readout`` (n_answers, d_model).
    """

    def __init__(
        self,
        n_tokens: int,
        n_answers: int,
        config: TransformerConfig,
        *,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        d, m = config.d_model, config.d_mlp
        self.config = config

        def normal(*shape: int, variance: float) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=generator) * variance**0.5)

        self.shared = normal(n_tokens, d, variance=1 / d)
        self.equals = normal(d, variance=1 / d)
        self.position = normal(3, d, variance=1 / d)
        self.query = normal(d, d, variance=1 / d)
        self.key = normal(d, d, variance=1 / d)
        self.value = normal(d, d, variance=1 / d)
        self.output = normal(d, d, variance=1 / d)
        self.mlp_in = normal(d, m, variance=1 / d)
        self.mlp_in_bias = nn.Parameter(torch.zeros(m))
        self.mlp_out = normal(m, d, variance=1 / d)
        self.mlp_out_bias = nn.Parameter(torch.zeros(d))
        self.readout = normal(n_answers, d, variance=1 / n_answers)

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell.

        Parameters
        ----------
        cells : (n_cells, 2) int64
            Pairs (x, y).

        Returns
        -------
        (n_cells, n_answers)
        """
        heads = self.config.n_heads
        last = self.equals + self.position[2]
        # Scores: one number per token and head, since the query is the same for every cell.
        query = (last @ self.query).view(heads, -1)
        scorer = (self.key.view(-1, *query.shape) * query).sum(dim=2) * query.shape[1] ** -0.5
        token_score, place_score = self.shared @ scorer, self.position @ scorer
        # Values relative to that of "=": the weights sum to one, so "=" becomes a constant.
        last_value = last @ self.value
        token_value = self.shared @ self.value
        place_value = self.position[:2] @ self.value - last_value

        x, y = cells.unbind(1)
        score = torch.stack(
            [
                (token_score + place_score[0]).index_select(0, x),
                (token_score + place_score[1]).index_select(0, y),
                (last @ scorer).expand(len(cells), heads),
            ]
        )
        weight = score.softmax(dim=0).unsqueeze(-1)
        value_x = (token_value + place_value[0]).index_select(0, x).view(-1, *query.shape)
        value_y = (token_value + place_value[1]).index_select(0, y).view(-1, *query.shape)
        mixed = torch.addcmul(weight[0] * value_x, weight[1], value_y).view(len(cells), -1)

        stream = last + last_value @ self.output
        unembed = self.readout.T
        hidden = torch.addmm(
            stream @ self.mlp_in + self.mlp_in_bias, mixed, self.output @ self.mlp_in
        ).relu_()
        direct = torch.addmm((stream + self.mlp_out_bias) @ unembed, mixed, self.output @ unembed)
        return torch.addmm(direct, hidden, self.mlp_out @ unembed)
