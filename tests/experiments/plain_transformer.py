"""The same transformers written the plain way: every position through every layer."""

import torch
from torch import Tensor, nn

from symtheory.experiments.models.deep_transformer import DeepTransformer

ACTIVATIONS = {
    "relu": lambda t: t * (t > 0),
    "gelu": lambda t: t * (1 + torch.erf(t / 2**0.5)) / 2,
    "quadratic": lambda t: t**2,
}


def plain_norm(norm: nn.Module, stream: Tensor) -> Tensor:
    """LayerNorm by its definition, or nothing where the network has none."""
    if not isinstance(norm, nn.LayerNorm):
        return stream
    centered = stream - stream.mean(dim=-1, keepdim=True)
    variance = centered.square().mean(dim=-1, keepdim=True)
    return centered / (variance + 1e-5).sqrt() * norm.weight + norm.bias


def plain_logits(model: DeepTransformer, cells: Tensor) -> Tensor:
    """Logits at the last position, with the parameters of ``model``."""
    config = model.config
    heads, d = config.n_heads, config.d_model
    n_cells = len(cells)
    left, right = model.operands
    x, y = cells.unbind(1)
    tokens = [left[x], right[y % len(right)], model.equals.expand(n_cells, d)]
    if model.n_questions:
        tokens.insert(1, model.question[torch.div(y, len(right), rounding_mode="floor")])
    length = len(tokens)
    stream = torch.stack(tokens, dim=1) + model.position
    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    for layer in model.layer_list():
        normed = plain_norm(layer.attention_norm, stream)
        query, key, value = (
            (normed @ matrix).view(n_cells, length, heads, d // heads).transpose(1, 2)
            for matrix in (layer.query, layer.key, layer.value)
        )
        score = query @ key.transpose(2, 3) / (d // heads) ** 0.5
        mixed = score.masked_fill(future, -torch.inf).softmax(dim=-1) @ value
        stream = stream + mixed.transpose(1, 2).reshape(n_cells, length, d) @ layer.output
        normed = plain_norm(layer.mlp_norm, stream)
        hidden = ACTIVATIONS[config.activation](normed @ layer.mlp_in + layer.mlp_in_bias)
        stream = stream + hidden @ layer.mlp_out + layer.mlp_out_bias
    stream = plain_norm(model.readout_norm, stream)
    return config.output_scale * (stream @ model.readout.T)[:, -1]
