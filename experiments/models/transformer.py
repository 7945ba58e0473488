"""One-layer transformer of the grokking literature, factorized for the CPU.

Tokens (x, y, =), or (x, question, y, =); one attention block of several heads and one MLP, both
residual, no LayerNorm; learned positions; read out at the last position. Vectors are rows and
matrices act from the right.

The function, its parameters and its gradients are those of the plain architecture [1]_, which is
`DeepTransformer` of one layer; tests hold them against each other. This second way exists for its
speed on a CPU. A step of training at p = 97 takes 42.8 ms on one core; 59.0 ms with the same
factors but torch's own sums and gradients in place of `weighted_rows`; 68.4 ms through
`DeepTransformer`. Where one program computes several runs, and on a GPU, the general way is taken.

Only the last position is read, its query is the same for every input, and keys and values are
linear in a token and its position. So they are computed once per token instead of once per cell,
and the output matrix is multiplied into the MLP's input and into the readout before any cell is
seen. The values of every token and head are multiplied into both as well, and a cell only sums
rows of the products (`weighted_rows`).

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968; N. Nanda et al., arXiv:2301.05217.
"""

from itertools import accumulate

import torch
from torch import Tensor

from ..config.training import TransformerConfig
from .deep_transformer import DeepTransformer, Layer
from .weighted_rows import weighted_rows

__all__ = ["Transformer"]


class Transformer(DeepTransformer, Layer):
    """One-layer decoder-only transformer on the cells of a task's table.

    It is its own layer, so the parameters have no ``layers.0.`` before their names: ``query``,
    ``key``, ``value``, ``output``, ``mlp_in``, ``mlp_in_bias``, ``mlp_out``, ``mlp_out_bias``.
    Everything else is as in `DeepTransformer`, for a configuration of one layer without LayerNorm.
    """

    def _make_layers(self, config: TransformerConfig, generator: torch.Generator) -> None:
        self.fill(config, generator)

    def layer_list(self) -> list[Layer]:
        """Return the network itself: it is the one layer."""
        return [self]

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell, (n_cells, n_answers)."""
        if self.is_vectorized or cells.is_cuda:
            return super().forward(cells)
        hidden, direct = self._summed(cells)
        # The transpose is what the gradient of the product is fastest with.
        return torch.addmm(direct, self._activation(hidden), self._unembed().T)

    @property
    def unit_readout(self) -> Tensor:
        """What every hidden unit adds to each logit, (n_answers, n_units)."""
        return self._unembed()

    def preactivations(self, cells: Tensor) -> Tensor:
        """Return what every hidden unit is given at every cell, (n_cells, n_units)."""
        return self._summed(cells)[0]

    def _unembed(self) -> Tensor:
        return self._scaled_readout() @ self.mlp_out.T

    def _summed(self, cells: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the hidden units are given, and the logits without them, by cell."""
        heads, readout = self.config.n_heads, self._scaled_readout()
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
        by_head = value.transpose(0, 1)
        products = (torch.bmm(by_head, matrix) for matrix in (into, past))
        hidden, direct = weighted_rows(rows, weight, *products)
        return hidden.add_(constants[0]), direct.add_(constants[1])
