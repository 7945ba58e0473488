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

from symtheory.errors import SpecError
from symtheory.records import Role

from ..config import TransformerConfig

__all__ = ["Transformer"]


class Transformer(nn.Module):
    """One-layer decoder-only transformer on cells (x, y) of a task's table.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand.
    n_answers : int
    config : TransformerConfig
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own.
    generator : torch.Generator
        Source of the initial parameters: independent normal entries of variance 1/d_model
        (1/n_answers for the readout), zero biases.

    Notes
    -----
    Parameters: ``shared`` (n_left, d_model), or ``left`` (n_left, d_model) and ``right``
    (n_right, d_model) where the tables are not tied; ``equals`` (d_model,), ``position``
    (3, d_model), ``query``, ``key``, ``value``, ``output`` (d_model, d_model) with heads as
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
    ) -> None:
        super().__init__()
        if is_tied and n_left != n_right:
            raise SpecError(
                f"{n_left} left and {n_right} right operands cannot share one table of tokens"
            )
        d, m = config.d_model, config.d_mlp
        self.config = config
        self.is_tied = is_tied

        def normal(*shape: int, variance: float) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=generator) * variance**0.5)

        if is_tied:
            self.shared = normal(n_left, d, variance=1 / d)
        else:
            self.left = normal(n_left, d, variance=1 / d)
            self.right = normal(n_right, d, variance=1 / d)
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

    @property
    def operands(self) -> tuple[nn.Parameter, nn.Parameter]:
        """The tables that left and right operands are looked up in: one and the same if tied."""
        return (self.shared, self.shared) if self.is_tied else (self.left, self.right)

    @property
    def embeddings(self) -> dict[Role, nn.Parameter]:
        """The tables of vectors that tokens and answers have, by role."""
        if self.is_tied:
            return {Role.SHARED: self.shared, Role.READOUT: self.readout}
        return {Role.X: self.left, Role.Y: self.right, Role.READOUT: self.readout}

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
        left, right = self.operands
        # A tied table is multiplied once.
        left_score = left @ scorer
        right_score = left_score if self.is_tied else right @ scorer
        place_score = self.position @ scorer
        # Values relative to that of "=": the weights sum to one, so "=" becomes a constant.
        last_value = last @ self.value
        left_value = left @ self.value
        right_value = left_value if self.is_tied else right @ self.value
        place_value = self.position[:2] @ self.value - last_value

        x, y = cells.unbind(1)
        score = torch.stack(
            [
                (left_score + place_score[0]).index_select(0, x),
                (right_score + place_score[1]).index_select(0, y),
                (last @ scorer).expand(len(cells), heads),
            ]
        )
        weight = score.softmax(dim=0).unsqueeze(-1)
        value_x = (left_value + place_value[0]).index_select(0, x).view(-1, *query.shape)
        value_y = (right_value + place_value[1]).index_select(0, y).view(-1, *query.shape)
        mixed = torch.addcmul(weight[0] * value_x, weight[1], value_y).view(len(cells), -1)

        stream = last + last_value @ self.output
        unembed = self.readout.T
        hidden = torch.addmm(
            stream @ self.mlp_in + self.mlp_in_bias, mixed, self.output @ self.mlp_in
        ).relu_()
        direct = torch.addmm((stream + self.mlp_out_bias) @ unembed, mixed, self.output @ unembed)
        return torch.addmm(direct, hidden, self.mlp_out @ unembed)
