"""What every network must satisfy, whatever its architecture."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.functional import cross_entropy

from symtheory.experiments.models.base import Network

Bend = Callable[[Tensor], Tensor]


def perturbed(network: Network, seed: int = 7) -> Network:
    """The network moved a little: biases that are zero would hide a mistake in them."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.05)
    return network


def some_cells(n_left: int, n_right: int, n_cells: int = 200) -> Tensor:
    """Cells in no order, some twice."""
    generator = torch.Generator().manual_seed(3)
    return torch.stack(
        [torch.randint(0, n, (n_cells,), generator=generator) for n in (n_left, n_right)], dim=1
    )


def gradients(loss: Tensor, network: Network) -> dict[str, Tensor]:
    names = dict(network.named_parameters())
    return dict(zip(names, torch.autograd.grad(loss, list(names.values())), strict=True))


def assert_same(
    network: Network, plain: Callable[[Network, Tensor], Tensor], cells: Tensor
) -> None:
    """The network is the plain function: same logits, same gradient of every parameter."""
    fast, slow = network(cells), plain(network, cells)
    size = slow.abs().max()
    assert (fast - slow).abs().max() <= 1e-5 * max(1.0, size)
    answers = cells.sum(dim=1) % fast.shape[1]
    found = gradients(cross_entropy(fast, answers), network)
    expected = gradients(cross_entropy(slow, answers), network)
    for name, gradient in expected.items():
        # Where a gradient cancels (a shift that softmax does not see), its terms set the scale.
        assert (found[name] - gradient).norm() <= 1e-4 * gradient.norm() + 1e-7, name


def assert_runs_are_apart(make: Callable[[int], Network], cells: Tensor) -> None:
    """One vmapped call is the single calls, in logits and gradients; runs share nothing."""
    networks = [perturbed(make(seed), seed) for seed in (1, 2, 3)]
    networks[0].is_vectorized = True
    stacked, buffers = stack_module_state(networks)
    assert not buffers
    each = torch.stack([cells, cells.flip(0), cells.roll(5, 0)])  # every run has its own cells
    answers = each.sum(dim=2) % 3

    def loss(parameters: dict[str, Tensor], cells: Tensor, answers: Tensor) -> Tensor:
        return cross_entropy(functional_call(networks[0], parameters, (cells,)), answers)

    together = vmap(loss)(stacked, each, answers)
    outside = torch.autograd.grad(together.sum(), list(stacked.values()))
    inside = vmap(grad(loss))(stacked, each, answers)
    for run, network in enumerate(networks):
        alone = cross_entropy(network(each[run]), answers[run])
        torch.testing.assert_close(together[run], alone, rtol=1e-5, atol=1e-5)
        for (name, expected), stack in zip(gradients(alone, network).items(), outside, strict=True):
            for found in (stack[run], inside[name][run]):
                torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5, msg=name)
    assert (together[0] - together[1]).abs() > 1e-4


def assert_units_are_the_hidden_layer(network: Network, cells: Tensor, bend: Bend) -> None:
    """Logits change with a unit's activation by its weights on the answers, and by nothing else."""
    given, weights = network.preactivations(cells), network.unit_readout
    assert weights is not None
    direct = network(cells) - bend(given) @ weights.T
    assert given.shape == (len(cells), weights.shape[1])
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name in {"mlp_in_bias", "hidden_bias"}:
                parameter.add_(0.3)
    moved = network.preactivations(cells)
    torch.testing.assert_close(moved, given + 0.3, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(
        network(cells), direct + bend(moved) @ weights.T, rtol=1e-4, atol=1e-4
    )


def assert_every_parameter_matters(network: Network, cells: Tensor) -> None:
    loss = cross_entropy(network(cells), cells.sum(dim=1) % 3)
    for name, gradient in gradients(loss, network).items():
        assert gradient.norm() > 0, name


def assert_equivariant(network: Network, name: str) -> None:
    """Permuting the rows of one operand's table permutes that operand's cells, and nothing else."""
    n_left, n_right = (len(table) for table in network.operands)
    cells = torch.cartesian_prod(torch.arange(n_left), torch.arange(n_right))
    before = network(cells).detach().reshape(n_left, n_right, -1)
    table = dict(network.named_parameters())[name]
    permutation = torch.randperm(len(table), generator=torch.Generator().manual_seed(0))
    table.data = table.data[permutation]
    after = network(cells).detach().reshape(n_left, n_right, -1)
    expected = before
    if name in {"left", "shared"}:
        expected = expected[permutation]
    if name in {"right", "shared"}:
        expected = expected[:, permutation]
    torch.testing.assert_close(after, expected, rtol=1e-4, atol=1e-5)
    assert (after - before).abs().max() > 1e-3


def assert_scales_act(make: Callable[..., Network], cells: Tensor) -> None:
    """``init_scale`` multiplies the tokens' tables alone, ``output_scale`` the logits."""
    plain, wide, loud = make(), make(init_scale=3.0), make(output_scale=0.25)
    tables = {"shared", "left", "right", "question"}
    moved = set()
    for name, value in plain.named_parameters():
        factor = 3.0 if name in tables else 1.0
        torch.testing.assert_close(dict(wide.named_parameters())[name], factor * value)
        assert torch.equal(dict(loud.named_parameters())[name], value)
        moved |= {name} & tables
    assert moved
    torch.testing.assert_close(loud(cells), 0.25 * plain(cells), rtol=1e-4, atol=1e-6)
    assert (wide(cells) - plain(cells)).abs().max() > 1e-3


def assert_embeddings_are_parameters(network: Network, cells: Tensor) -> None:
    """A table put in through ``.data`` is what the next call uses; the old one comes back."""
    before = network(cells)
    parameters = {id(parameter) for parameter in network.parameters()}
    for role, table in network.embeddings.items():
        assert id(table) in parameters, role
        kept = table.data
        table.data = kept.flip(0)
        assert (network(cells) - before).abs().max() > 1e-3, role
        table.data = kept
        assert torch.equal(network(cells), before), role


def assert_drawn_from_generator(make: Callable[[int], Network]) -> None:
    one, same, other = (dict(make(seed).named_parameters()) for seed in (1, 1, 2))
    for name, value in one.items():
        assert torch.equal(value, same[name]), name
        constant = "bias" in name or "norm" in name
        assert torch.equal(value, other[name]) == constant, name
