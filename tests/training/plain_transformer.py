"""The same transformer written the plain way: every position through every layer."""

import torch
from torch import Tensor

from symtheory.experiments.models.transformer import Transformer


def plain_logits(model: Transformer, cells: Tensor) -> Tensor:
    """Logits at the last position, with the parameters of ``model``."""
    heads, d = model.config.n_heads, model.config.d_model
    n_cells = len(cells)
    left, right = model.operands
    x, y = cells.unbind(1)
    stream = torch.stack([left[x], right[y], model.equals.expand(n_cells, d)], dim=1)
    stream = stream + model.position

    def split(projection: Tensor) -> Tensor:
        return (stream @ projection).view(n_cells, 3, heads, d // heads).transpose(1, 2)

    query, key, value = split(model.query), split(model.key), split(model.value)
    score = query @ key.transpose(2, 3) / (d // heads) ** 0.5
    future = torch.ones(3, 3, dtype=torch.bool).triu(1)
    mixed = score.masked_fill(future, -torch.inf).softmax(dim=-1) @ value
    stream = stream + mixed.transpose(1, 2).reshape(n_cells, 3, d) @ model.output
    hidden = torch.relu(stream @ model.mlp_in + model.mlp_in_bias)
    stream = stream + hidden @ model.mlp_out + model.mlp_out_bias
    return (stream @ model.readout.T)[:, -1]
