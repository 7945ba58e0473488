"""The fast transformer is the plain one: same logits, same gradients, same parameters."""

import pytest
import torch
from model_laws import (
    assert_drawn_from_generator,
    assert_embeddings_are_parameters,
    assert_runs_are_apart,
    assert_same,
    assert_scales_act,
    assert_units_are_the_hidden_layer,
    perturbed,
    some_cells,
)
from plain_transformer import plain_logits

from symtheory.errors import SpecError
from symtheory.experiments.config.training import TransformerConfig
from symtheory.experiments.models.transformer import Transformer
from symtheory.records import Role

SMALL = TransformerConfig(d_model=24, n_heads=3, d_mlp=40)


def new(seed: int = 7, *, n_left: int = 12, is_tied: bool = True, **settings) -> Transformer:
    config = TransformerConfig(**({"d_model": 24, "n_heads": 3, "d_mlp": 40} | settings))
    generator = torch.Generator().manual_seed(seed)
    return Transformer(n_left, 12, 5, config, is_tied=is_tied, generator=generator)


def make(
    n_left: int, n_right: int, n_answers: int, config: TransformerConfig, *, is_tied: bool
) -> tuple[Transformer, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    network = Transformer(n_left, n_right, n_answers, config, is_tied=is_tied, generator=generator)
    return perturbed(network), some_cells(n_left, n_right)


@pytest.mark.parametrize(
    ("n_left", "n_right", "n_answers", "config", "is_tied"),
    [
        (97, 97, 97, TransformerConfig(), True),
        (12, 12, 5, SMALL, True),
        (5, 5, 7, TransformerConfig(d_model=8, n_heads=1, d_mlp=8), True),
        (60, 60, 60, TransformerConfig(), False),
        (12, 30, 5, SMALL, False),
        (7, 1, 3, TransformerConfig(d_model=8, n_heads=1, d_mlp=8), False),
    ],
)
def test_same_function_and_gradients(n_left, n_right, n_answers, config, is_tied):
    network, cells = make(n_left, n_right, n_answers, config, is_tied=is_tied)
    assert_same(network, plain_logits, cells)
    network.is_vectorized = True  # the general way, as on a GPU
    assert_same(network, plain_logits, cells)


@pytest.mark.parametrize("activation", ["gelu", "quadratic"])
def test_same_function_with_other_activations_and_scales(activation):
    network = perturbed(new(activation=activation, init_scale=2.0, output_scale=0.5))
    assert_same(network, plain_logits, some_cells(12, 12))


def test_runs_are_apart():
    assert_runs_are_apart(new, some_cells(12, 12, 40))


def test_scales_act_as_said():
    assert_scales_act(new, some_cells(12, 12))


@pytest.mark.parametrize("is_tied", [True, False])
def test_embeddings_are_the_parameters(is_tied):
    assert_embeddings_are_parameters(new(is_tied=is_tied), some_cells(12, 12))


@pytest.mark.parametrize("is_tied", [True, False])
def test_every_parameter_matters(is_tied):
    network, cells = make(12, 12, 5, SMALL, is_tied=is_tied)
    network(cells).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.norm() > 0, name


@pytest.mark.parametrize("name", ["left", "right"])
def test_permuting_the_rows_of_one_operand_permutes_its_cells_only(name):
    network, _ = make(12, 30, 5, SMALL, is_tied=False)
    cells = torch.cartesian_prod(torch.arange(12), torch.arange(30))
    before = network(cells).view(12, 30, 5)
    table = getattr(network, name)
    permutation = torch.randperm(len(table), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        table.copy_(table[permutation])
    after = network(cells).view(12, 30, 5)
    expected = before[permutation] if name == "left" else before[:, permutation]
    torch.testing.assert_close(after, expected, rtol=1e-4, atol=1e-5)
    assert (after - before).abs().max() > 1e-2


def test_equal_tables_make_an_untied_network_a_tied_one():
    tied, cells = make(12, 12, 5, SMALL, is_tied=True)
    untied, _ = make(12, 12, 5, SMALL, is_tied=False)
    shared = dict(tied.named_parameters())
    with torch.no_grad():
        for name, parameter in untied.named_parameters():
            parameter.copy_(shared["shared" if name in {"left", "right"} else name])
    assert torch.equal(tied(cells), untied(cells))
    gradients = [
        dict(zip(dict(net.named_parameters()), grads, strict=True))
        for net in (tied, untied)
        for grads in [torch.autograd.grad(net(cells).square().sum(), list(net.parameters()))]
    ]
    both = gradients[1]["left"] + gradients[1]["right"]
    torch.testing.assert_close(both, gradients[0]["shared"], rtol=1e-4, atol=1e-5)


def test_embeddings_by_role():
    tied, _ = make(12, 12, 5, SMALL, is_tied=True)
    assert tied.embeddings == {Role.SHARED: tied.shared, Role.READOUT: tied.readout}
    untied, _ = make(12, 30, 5, SMALL, is_tied=False)
    assert list(untied.embeddings) == [Role.X, Role.Y, Role.READOUT]
    assert [len(table) for table in untied.embeddings.values()] == [12, 30, 5]
    assert "shared" not in dict(untied.named_parameters())


def test_operands_of_different_sizes_cannot_be_tied():
    with pytest.raises(SpecError, match="12 left and 30 right operands cannot share"):
        make(12, 30, 5, SMALL, is_tied=True)


def test_initial_parameters_come_from_the_generator():
    assert_drawn_from_generator(new)


@pytest.mark.parametrize("is_tied", [True, False])
def test_units_are_the_hidden_layer(is_tied):
    network = perturbed(new(is_tied=is_tied, output_scale=0.5))
    assert_units_are_the_hidden_layer(network, some_cells(12, 12), lambda t: t.clamp(min=0))
