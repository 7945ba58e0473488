"""The fast transformer is the plain one: same logits, same gradients, same parameters."""

import pytest
import torch
from plain_transformer import plain_logits
from torch.nn.functional import cross_entropy

from symtheory.experiments.config import TransformerConfig
from symtheory.experiments.models.transformer import Transformer


def make(
    n_tokens: int, n_answers: int, config: TransformerConfig
) -> tuple[Transformer, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    network = Transformer(n_tokens, n_answers, config, generator=generator)
    with torch.no_grad():  # biases that are zero would hide a mistake in them
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.05)
    return network, torch.randint(0, n_tokens, (200, 2), generator=generator)


@pytest.mark.parametrize(
    ("n_tokens", "n_answers", "config"),
    [
        (97, 97, TransformerConfig()),
        (12, 5, TransformerConfig(d_model=24, n_heads=3, d_mlp=40)),
        (5, 7, TransformerConfig(d_model=8, n_heads=1, d_mlp=8)),
    ],
)
def test_same_function_and_gradients(n_tokens, n_answers, config):
    network, cells = make(n_tokens, n_answers, config)
    answers = cells.sum(dim=1) % n_answers
    fast, plain = network(cells), plain_logits(network, cells)
    assert (fast - plain).abs().max() <= 1e-5
    found = torch.autograd.grad(cross_entropy(fast, answers), list(network.parameters()))
    expected = torch.autograd.grad(cross_entropy(plain, answers), list(network.parameters()))
    for name, a, b in zip(dict(network.named_parameters()), found, expected, strict=True):
        assert (a - b).norm() <= 1e-4 * b.norm(), name


def test_every_parameter_matters():
    network, cells = make(12, 5, TransformerConfig(d_model=24, n_heads=3, d_mlp=40))
    network(cells).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.norm() > 0, name


def test_initial_parameters_come_from_the_generator():
    def make_one(seed):
        generator = torch.Generator().manual_seed(seed)
        return Transformer(5, 5, TransformerConfig(), generator=generator).shared

    assert torch.equal(make_one(1), make_one(1))
    assert not torch.equal(make_one(1), make_one(2))
