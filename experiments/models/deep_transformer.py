"""Decoder-only transformer of any number of layers, read out at its last position.

Tokens (x, y, =), or (x, question, y, =), causal attention, learned positions; every layer is an
attention of several heads and an MLP, both residual. Vectors are rows and matrices act from the
right. LayerNorm stands before every attention, every MLP and the readout, outside the residual
stream [1]_.

What a position holds depends on the tokens up to it only, so the first one is carried by token x
through all layers, the others by token as far as the first attention and by cell from there on.
After the last attention only the last position is carried.

References
----------
.. [1] R. Xiong et al., arXiv:2002.04745.
"""

from typing import NamedTuple, Self

import torch
from torch import Tensor, nn

from ..config.training import TransformerConfig
from .activations import activation
from .base import Network, normal

__all__ = ["DeepTransformer", "Layer"]


class _Place(NamedTuple):
    """Residual stream at one position: its distinct rows, and which of them each cell has.

    Without ``row_of`` the rows are those of the cells, or a single one for all cells.
    """

    rows: Tensor
    row_of: Tensor | None

    def by_cell(self, rows: Tensor) -> Tensor:
        """Return rows computed from those of this place, one for each cell."""
        return rows if self.row_of is None else rows.index_select(0, self.row_of)


class DeepTransformer(Network):
    """Decoder-only transformer of any number of layers on the cells of a task's table.

    Parameters
    ----------
    n_left, n_right : int
        Number of tokens of either operand; of right entities where there are questions.
    n_answers : int
    config : TransformerConfig
    is_tied : bool
        Whether one table of token vectors serves both operands; else each has its own.
    generator : torch.Generator
        Source of the initial parameters: independent normal entries of variance 1/d_model
        (1/n_answers for the readout), zero biases; token vectors times ``init_scale``. Gains of
        LayerNorm are one, its biases zero.
    n_questions : int
        Number of questions that may be asked of two entities; 0 if the right operand is one token.

    Notes
    -----
    Parameters: ``shared`` (n_left, d_model), or ``left`` and ``right`` (n_right, d_model);
    ``question`` (n_questions, d_model) where there are questions; ``equals`` (d_model,),
    ``position`` (3, d_model), with questions (4, d_model), ``readout`` (n_answers, d_model); for
    layer l, with ``layers.l.`` before each name, ``query``, ``key``, ``value``, ``output``
    (d_model, d_model) with heads as consecutive column (for ``output``: row) blocks, ``mlp_in``
    (d_model, d_mlp), ``mlp_in_bias``, ``mlp_out`` (d_mlp, d_model), ``mlp_out_bias``. With
    LayerNorm also ``layers.l.attention_norm``, ``layers.l.mlp_norm`` and ``readout_norm``, each
    with ``.weight`` and ``.bias`` (d_model,).

    One layer without LayerNorm is `Transformer`, which computes the same faster on a CPU.

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
        d = config.d_model
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
        self.equals = normal(d, variance=1 / d, generator=generator)
        self.position = normal(len(self.tables) + 1, d, variance=1 / d, generator=generator)
        self._make_layers(config, generator)
        self.readout_norm = nn.LayerNorm(d) if config.layer_norm else nn.Identity()
        self.readout = normal(n_answers, d, variance=1 / n_answers, generator=generator)

    def _make_layers(self, config: TransformerConfig, generator: torch.Generator) -> None:
        self.layers = nn.ModuleList(Layer().fill(config, generator) for _ in range(config.n_layers))

    def layer_list(self) -> "list[Layer]":
        """Return the layers in order."""
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def forward(self, cells: Tensor) -> Tensor:
        """Return the logits of every answer at every cell, (n_cells, n_answers)."""
        places = [
            _Place(table + self.position[slot], token)
            for slot, (table, token) in enumerate(zip(self.tables, self.tokens(cells), strict=True))
        ]
        places.append(_Place((self.equals + self.position[-1]).unsqueeze(0), None))
        *below, top = self.layer_list()
        for layer in below:
            places = layer.pass_through(places, first=0)
        places = top.pass_through(places, first=len(places) - 1)
        logits: Tensor = self.readout_norm(places[-1].rows) @ self._scaled_readout().T
        return logits

    def _scaled_readout(self) -> Tensor:
        scale = self.config.output_scale
        return self.readout if scale == 1 else self.readout * scale


class Layer(nn.Module):
    """One attention and one MLP; `fill` makes its parameters, in any module that is a layer too."""

    def fill(self, config: TransformerConfig, generator: torch.Generator) -> Self:
        """Make the parameters and return the layer itself."""
        d, m = config.d_model, config.d_mlp
        self._heads = config.n_heads
        self._activation = activation(config.activation)

        def matrix(*shape: int) -> nn.Parameter:
            return normal(*shape, variance=1 / d, generator=generator)

        self.attention_norm = nn.LayerNorm(d) if config.layer_norm else nn.Identity()
        self.query = matrix(d, d)
        self.key = matrix(d, d)
        self.value = matrix(d, d)
        self.output = matrix(d, d)
        self.mlp_norm = nn.LayerNorm(d) if config.layer_norm else nn.Identity()
        self.mlp_in = matrix(d, m)
        self.mlp_in_bias = nn.Parameter(torch.zeros(m))
        self.mlp_out = matrix(m, d)
        self.mlp_out_bias = nn.Parameter(torch.zeros(d))
        return self

    def pass_through(self, places: list[_Place], first: int) -> list[_Place]:
        """Return what the positions from ``first`` on hold after this layer."""
        normed = [self.attention_norm(place.rows) for place in places]
        result = []
        for i in range(first, len(places)):
            place = places[i]
            if i == 0:  # it attends to itself alone, so it stays a function of x
                stream, row_of = place.rows + normed[0] @ self.value @ self.output, place.row_of
            else:
                mixed = self._attend(places[: i + 1], normed[: i + 1])
                stream, row_of = place.by_cell(place.rows) + mixed @ self.output, None
            result.append(_Place(stream + self._mlp(stream), row_of))
        return result

    def _attend(self, places: list[_Place], normed: list[Tensor]) -> Tensor:
        """Mix the values of all positions given, as the last of them asks; by cell."""
        pairs = list(zip(places, normed, strict=True))
        query = self._by_head(places[-1].by_cell(normed[-1] @ self.query))
        keys = [self._by_head(place.by_cell(rows @ self.key)) for place, rows in pairs]
        values = [self._by_head(place.by_cell(rows @ self.value)) for place, rows in pairs]
        scores = [(query * key).sum(dim=2, keepdim=True) for key in keys]
        scale = query.shape[2] ** -0.5
        # The first of them is x, whose score differs by cell; that of "=" need not.
        weights = torch.stack([score.expand_as(scores[0]) for score in scores])
        weights = (weights * scale).softmax(dim=0)
        mixed: Tensor = weights[0] * values[0]
        for weight, value in zip(weights[1:], values[1:], strict=True):
            mixed = torch.addcmul(mixed, weight, value)
        return mixed.flatten(1)

    def _mlp(self, stream: Tensor) -> Tensor:
        normed: Tensor = self.mlp_norm(stream)
        hidden = self._activation(torch.addmm(self.mlp_in_bias, normed, self.mlp_in))
        return torch.addmm(self.mlp_out_bias, hidden, self.mlp_out)

    def _by_head(self, rows: Tensor) -> Tensor:
        return rows.reshape(len(rows), self._heads, -1)
