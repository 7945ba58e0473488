"""The transformer of several layers against the plain one, and the laws of its parts."""

import pytest
import torch
from model_laws import (
    assert_drawn_from_generator,
    assert_embeddings_are_parameters,
    assert_equivariant,
    assert_every_parameter_matters,
    assert_runs_are_apart,
    assert_same,
    assert_scales_act,
    perturbed,
    some_cells,
)
from plain_transformer import plain_logits

from symtheory.errors import SpecError
from symtheory.experiments.config.training import TransformerConfig
from symtheory.experiments.models.deep_transformer import DeepTransformer
from symtheory.experiments.models.transformer import Transformer
from symtheory.records import Role


def make(seed=7, *, n_left=12, n_right=12, n_answers=5, is_tied=True, **settings):
    sizes = {"n_layers": 2, "d_model": 24, "n_heads": 3, "d_mlp": 40, "layer_norm": True}
    config = TransformerConfig(**(sizes | settings))
    generator = torch.Generator().manual_seed(seed)
    return DeepTransformer(n_left, n_right, n_answers, config, is_tied=is_tied, generator=generator)


@pytest.mark.parametrize("layer_norm", [True, False])
@pytest.mark.parametrize("n_layers", [1, 2, 4])
def test_same_function_and_gradients(n_layers, layer_norm):
    network = perturbed(make(n_layers=n_layers, layer_norm=layer_norm))
    assert_same(network, plain_logits, some_cells(12, 12))


@pytest.mark.parametrize("activation", ["gelu", "quadratic"])
def test_same_function_with_other_activations_tables_and_scales(activation):
    network = perturbed(
        make(n_right=30, is_tied=False, activation=activation, init_scale=2.0, output_scale=0.5)
    )
    assert_same(network, plain_logits, some_cells(12, 30))


def test_one_layer_without_layer_norm_is_the_one_layer_transformer():
    deep = make(n_layers=1, layer_norm=False)
    flat = Transformer(
        12, 12, 5, deep.config, is_tied=True, generator=torch.Generator().manual_seed(7)
    )
    named = {name.removeprefix("layers.0."): p for name, p in deep.named_parameters()}
    assert named.keys() == dict(flat.named_parameters()).keys()
    for name, parameter in flat.named_parameters():  # drawn in the same order, too
        assert torch.equal(parameter, named[name]), name
    perturbed(flat)
    flat_named = dict(flat.named_parameters())
    for name, parameter in named.items():
        parameter.data = flat_named[name].data
    cells = some_cells(12, 12)
    torch.testing.assert_close(deep(cells), flat(cells), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer_norm", [True, False])
def test_runs_are_apart(layer_norm):
    assert_runs_are_apart(lambda seed: make(seed, layer_norm=layer_norm), some_cells(12, 12, 40))


def test_every_parameter_matters():
    network = perturbed(make(n_right=30, is_tied=False))
    assert_every_parameter_matters(network, some_cells(12, 30))


@pytest.mark.parametrize("name", ["left", "right", "shared"])
def test_permuting_tokens_permutes_cells(name):
    assert_equivariant(perturbed(make(is_tied=name == "shared")), name)


def test_scales_act_as_said():
    assert_scales_act(make, some_cells(12, 12))


def test_embeddings_are_the_parameters():
    assert_embeddings_are_parameters(make(n_right=30, is_tied=False), some_cells(12, 30))
    assert list(make().embeddings) == [Role.SHARED, Role.READOUT]


def test_drawn_from_the_generator():
    assert_drawn_from_generator(make)


def states(network, cells):
    """What the three positions hold after the first of two layers."""
    found, layer = [], network.layers[0]
    layer.pass_through = lambda *call, **first: (
        found.extend(type(layer).pass_through(layer, *call, **first)) or list(found)
    )
    network(cells)
    del layer.pass_through
    return [place.by_cell(place.rows).detach() for place in found]


def test_positions_see_no_later_token():
    network = perturbed(make())
    first, second = torch.tensor([[3, 1], [3, 2]]), torch.tensor([[4, 1], [4, 2]])
    x_state, y_state, last = states(network, first)
    assert torch.equal(x_state[0], x_state[1])
    assert (y_state[0] - y_state[1]).abs().max() > 1e-2
    assert (last[0] - last[1]).abs().max() > 1e-3
    _, other_y_state, _ = states(network, second)
    assert (y_state[0] - other_y_state[0]).abs().max() > 1e-3  # but y sees the token before it


def test_without_the_mask_the_plain_network_is_another_function(monkeypatch):
    network, cells = perturbed(make()), some_cells(12, 12)
    masked = plain_logits(network, cells)
    monkeypatch.setattr(torch.Tensor, "masked_fill", lambda self, *_: self)
    assert (plain_logits(network, cells) - masked).abs().max() > 1e-3
    assert (network(cells) - masked).abs().max() <= 1e-5


def test_layer_norm_forgets_the_length_of_what_it_reads():
    cells = some_cells(12, 12)

    def change(*, layer_norm):  # ten times longer token vectors, positions, and "="
        network = make(n_layers=1, layer_norm=layer_norm)
        with torch.no_grad():
            network.layers[0].output.zero_()
            network.layers[0].mlp_out.zero_()  # left: the readout of the stream itself
            before = network(cells)
            for parameter in (network.shared, network.position, network.equals):
                parameter.mul_(10.0)
            return (network(cells) - before).abs().max()

    assert change(layer_norm=True) <= 1e-3
    assert change(layer_norm=False) > 0.1


@pytest.mark.parametrize("name", ["attention_norm", "mlp_norm", "readout_norm"])
def test_every_layer_norm_counts(name):
    network, cells = make(), some_cells(12, 12)
    before = network(cells)
    owner = network if name == "readout_norm" else network.layers[1]
    setattr(owner, name, torch.nn.Identity())
    assert (network(cells) - before).abs().max() > 1e-3


def test_gains_start_at_one_and_biases_at_zero():
    named = dict(make().named_parameters())
    norms = [name for name in named if "norm" in name]
    assert len(norms) == 2 * (2 * 2 + 1)
    for name in norms:
        assert torch.equal(named[name], torch.full((24,), float(name.endswith("weight"))))
    assert not [name for name, _ in make(layer_norm=False).named_parameters() if "norm" in name]


def test_operands_of_different_sizes_cannot_be_tied():
    with pytest.raises(SpecError, match="12 left and 30 right operands cannot share"):
        make(n_right=30)


def test_several_layers_have_no_units_to_tell():
    network = make()
    assert network.unit_readout is None
    with pytest.raises(SpecError, match="no single hidden layer"):
        network.preactivations(some_cells(12, 12))
