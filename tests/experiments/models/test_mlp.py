"""The perceptron against the plain one."""

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
    assert_units_are_the_hidden_layer,
    perturbed,
    some_cells,
)
from plain_transformer import ACTIVATIONS
from torch.nn.functional import one_hot

from symtheory.errors import SpecError
from symtheory.experiments.config.training import MLPConfig
from symtheory.experiments.models.mlp import MLP
from symtheory.records import Role


def make(seed=7, *, n_left=12, n_right=12, n_answers=5, is_tied=True, **settings):
    config = MLPConfig(**({"d_model": 24, "d_hidden": 40} | settings))
    generator = torch.Generator().manual_seed(seed)
    return MLP(n_left, n_right, n_answers, config, is_tied=is_tied, generator=generator)


def plain_logits(model, cells):
    """One matrix on the concatenated vectors of the operands, or on their one-hot vectors."""
    left, right = model.operands
    x, y = cells.unbind(1)
    if model.config.one_hot:
        operands = torch.cat([one_hot(x, len(left)), one_hot(y, len(right))], dim=1).float()
        matrix = torch.cat([left, right])
    else:
        operands = torch.cat([left[x], right[y]], dim=1)
        matrix = torch.cat([model.left_in, model.right_in])
    hidden = ACTIVATIONS[model.config.activation](operands @ matrix + model.hidden_bias)
    return model.config.output_scale * hidden @ model.readout.T


@pytest.mark.parametrize("one_hot", [True, False])
@pytest.mark.parametrize("is_tied", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu", "quadratic"])
def test_same_function_and_gradients(activation, is_tied, one_hot):
    n_right = 12 if is_tied else 30
    network = make(
        n_right=n_right,
        is_tied=is_tied,
        activation=activation,
        one_hot=one_hot,
        init_scale=2.0,
        output_scale=3.0,
    )
    assert_same(perturbed(network), plain_logits, some_cells(12, n_right))


@pytest.mark.parametrize("one_hot", [True, False])
class TestLaws:
    def test_runs_are_apart(self, one_hot):
        assert_runs_are_apart(lambda seed: make(seed, one_hot=one_hot), some_cells(12, 12, 40))

    def test_every_parameter_matters(self, one_hot):
        network = perturbed(make(n_right=30, is_tied=False, one_hot=one_hot))
        assert_every_parameter_matters(network, some_cells(12, 30))

    @pytest.mark.parametrize("name", ["left", "right", "shared"])
    def test_permuting_tokens_permutes_cells(self, name, one_hot):
        assert_equivariant(perturbed(make(is_tied=name == "shared", one_hot=one_hot)), name)

    def test_scales_act_as_said(self, one_hot):
        assert_scales_act(lambda **s: make(one_hot=one_hot, **s), some_cells(12, 12))

    def test_embeddings_are_the_parameters(self, one_hot):
        network = make(n_right=30, is_tied=False, one_hot=one_hot)
        assert_embeddings_are_parameters(network, some_cells(12, 30))
        width = 40 if one_hot else 24
        assert network.embeddings[Role.X].shape == (12, width)
        assert network.embeddings[Role.Y].shape == (30, width)
        assert network.embeddings[Role.READOUT].shape == (5, 40)
        assert list(make(one_hot=one_hot).embeddings) == [Role.SHARED, Role.READOUT]

    def test_drawn_from_the_generator(self, one_hot):
        assert_drawn_from_generator(lambda seed: make(seed, one_hot=one_hot))

    def test_operands_of_different_sizes_cannot_be_tied(self, one_hot):
        with pytest.raises(SpecError, match="12 left and 30 right operands cannot share"):
            make(n_right=30, one_hot=one_hot)

    def test_token_vectors_have_length_one_on_average(self, one_hot):
        network = make(n_left=400, n_right=400, one_hot=one_hot)
        assert network.shared.square().sum(dim=1).mean().item() == pytest.approx(1.0, abs=0.05)


def test_only_the_tied_one_hot_network_must_commute():
    cells = some_cells(12, 12)

    def asymmetry(**settings):
        network = perturbed(make(**settings))
        return (network(cells) - network(cells.flip(1))).abs().max()

    assert asymmetry(one_hot=True) <= 1e-6
    assert asymmetry(one_hot=True, is_tied=False) > 1e-3
    assert asymmetry(one_hot=False) > 1e-3


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("output_scale", [1.0, 0.5])
def test_units_are_the_hidden_layer(one_hot, output_scale):
    network = perturbed(make(one_hot=one_hot, output_scale=output_scale, is_tied=False))
    assert_units_are_the_hidden_layer(network, some_cells(12, 12), lambda t: t.clamp(min=0))
