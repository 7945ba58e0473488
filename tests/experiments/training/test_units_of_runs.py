"""Hidden units of trained networks, by their three sides."""

import numpy as np
import pytest
import torch

from symtheory.experiments.config.training import MLPConfig, TransformerConfig
from symtheory.experiments.models.build import build_model
from symtheory.experiments.training.network import TrainedNetwork


def network(config, n_left=7, n_right=5, is_tied=False):
    generator = torch.Generator().manual_seed(0)
    return build_model(n_left, n_right, 6, config, is_tied=is_tied, generator=generator)


def centered(side):
    return side - side.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("one_hot", [False, True])
def test_of_a_perceptron_they_are_its_two_layers(one_hot):
    model = network(MLPConfig(d_model=8, d_hidden=12, one_hot=one_hot, output_scale=2.0))
    units = TrainedNetwork(model, (7, 5)).units
    assert str(units) == "HiddenUnits(12 units, 7 x 5 operands, 6 answers)"
    left, right = (table.detach().numpy() for table in model.operands)
    if not one_hot:
        left, right = left @ model.left_in.detach().numpy(), right @ model.right_in.detach().numpy()
    np.testing.assert_allclose(centered(units.x), centered(left.T), atol=1e-6)
    np.testing.assert_allclose(centered(units.y), centered(right.T), atol=1e-6)
    np.testing.assert_allclose(units.readout, 2 * model.readout.detach().numpy().T)


def test_of_a_transformer_they_are_means_over_the_table():
    model = network(TransformerConfig(d_model=8, n_heads=2, d_mlp=12))
    units = TrainedNetwork(model, (7, 5)).units
    cells = torch.cartesian_prod(torch.arange(7), torch.arange(5))
    given = model.preactivations(cells).detach().numpy().reshape(7, 5, 12)
    np.testing.assert_allclose(units.x, given.mean(axis=1).T, atol=1e-6)
    np.testing.assert_allclose(units.y, given.mean(axis=0).T, atol=1e-6)


@pytest.mark.parametrize("settings", [{"n_layers": 2}, {"layer_norm": True}])
def test_deeper_networks_and_layer_norm_have_none(settings):
    model = network(TransformerConfig(d_model=8, n_heads=2, d_mlp=12, **settings))
    assert TrainedNetwork(model, (7, 5)).units is None
