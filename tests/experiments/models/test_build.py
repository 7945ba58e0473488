"""Which network a configuration gives."""

import pytest
import torch

from symtheory.errors import SpecError
from symtheory.experiments.config.model import ACTIVATIONS, ModelConfig
from symtheory.experiments.config.training import MLPConfig, TransformerConfig
from symtheory.experiments.models.activations import activation
from symtheory.experiments.models.build import Network, build_model
from symtheory.experiments.models.deep_transformer import DeepTransformer
from symtheory.experiments.models.mlp import MLP
from symtheory.experiments.models.transformer import Transformer
from symtheory.records import Role


def build(config, *, is_tied=False, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return build_model(4, 4, 3, config, is_tied=is_tied, generator=generator)


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        (TransformerConfig(), Transformer),
        (TransformerConfig(activation="gelu"), Transformer),
        (TransformerConfig(layer_norm=True), DeepTransformer),
        (TransformerConfig(n_layers=2), DeepTransformer),
        (MLPConfig(), MLP),
        (MLPConfig(one_hot=True), MLP),
    ],
)
def test_network_by_configuration(config, kind):
    network = build(config)
    assert type(network) is kind
    assert isinstance(network, Network)
    assert network.config is config
    cells = torch.tensor([[0, 3], [2, 1], [2, 1]])
    logits = network(cells)
    assert logits.shape == (3, 3)
    assert logits.dtype == torch.float32
    # One cell asked alone, and in double precision.
    torch.testing.assert_close(network(cells[:1]), logits[:1], rtol=1e-5, atol=1e-6)
    double = network.to(torch.float64)(cells)
    assert double.dtype == torch.float64
    torch.testing.assert_close(double.float(), logits, rtol=1e-4, atol=1e-6)
    assert list(network.embeddings) == [Role.X, Role.Y, Role.READOUT]
    assert list(build(config, is_tied=True).embeddings) == [Role.SHARED, Role.READOUT]


def test_the_generator_decides():
    config = TransformerConfig(n_layers=2)
    one, same, other = (build(config, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.readout, same.readout)
    assert not torch.equal(one.readout, other.readout)


def test_bare_configuration_is_no_network():
    with pytest.raises(TypeError, match="abstract class ModelConfig"):
        ModelConfig()


def test_an_architecture_without_a_network_is_refused():
    class Foreign(ModelConfig):
        def sizes(self, _):
            return 1, 1, 1

    with pytest.raises(SpecError, match="no network for a Foreign; use a TransformerConfig"):
        build(Foreign())


def test_every_activation_by_name():
    values = torch.tensor([-1.0, 0.0, 2.0], dtype=torch.float64)
    expected = {
        "relu": [0.0, 0.0, 2.0],
        "gelu": [-0.15865525, 0.0, 2 * 0.97724987],  # t times the normal distribution at t
        "quadratic": [1.0, 0.0, 4.0],
    }
    assert set(expected) == set(ACTIVATIONS)
    for name, wanted in expected.items():
        assert activation(name)(values.clone()).tolist() == pytest.approx(wanted, abs=1e-7)
