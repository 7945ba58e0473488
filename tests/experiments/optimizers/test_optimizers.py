"""Optimizers: their laws, that runs keep to themselves, and that a break leaves no trace."""

import math
from dataclasses import replace

import pytest
import torch

from symtheory.errors import SpecError
from symtheory.experiments.config.optimizer import OPTIMIZERS, OptimizerConfig
from symtheory.experiments.optimizers.build import (
    make_optimizer,
    set_learning_rate,
    state_shapes,
)
from symtheory.experiments.optimizers.equal_step import EqualStep
from symtheory.experiments.optimizers.orthogonalize import orthogonal_factor

SHAPES = ((4, 7), (6,), (7, 3))  # of one run: wide and tall matrices and a vector
CONFIGS = [
    pytest.param(OptimizerConfig(name=name, window=4, equal_step=equal), id=f"{name}-{equal}")
    for name in OPTIMIZERS
    for equal in (False, True)
]
DESCENT = {"learning_rate": 0.1, "weight_decay": 0.0}


def draws(n_runs: int, *, seed: int, shapes=SHAPES, dtype=torch.float32) -> list[torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    return [torch.randn(n_runs, *shape, generator=source, dtype=dtype) for shape in shapes]


def advance(optimizer, config, parameters, *, start, stop, runs=slice(None), n_runs=3):
    """Take the steps from start to stop, on gradients that depend on the step alone."""
    for step in range(start, stop):
        set_learning_rate(optimizer, config, step=step, steps=100)
        dtype = parameters[0].dtype
        for p, gradient in zip(
            parameters, draws(n_runs, seed=100 + step, dtype=dtype), strict=True
        ):
            p.grad = gradient[runs].clone()
        if isinstance(optimizer, EqualStep):
            optimizer.step([g[runs] for g in draws(n_runs, seed=200 + step, dtype=dtype)])
        else:
            optimizer.step()


def filtered(config: OptimizerConfig, gradients) -> torch.Tensor:
    """What AdamW is given for each gradient: without momentum its first moment is just that."""
    p = torch.zeros(1, 1, dtype=torch.float64)
    optimizer = make_optimizer([p], replace(config, betas=(0.0, 0.9)))
    seen = []
    for gradient in gradients:
        p.grad = torch.tensor([[gradient]], dtype=torch.float64)
        optimizer.step()
        seen.append(optimizer.state[p]["exp_avg"].clone())
    return torch.cat(seen).squeeze(1)


# --- all of them -----------------------------------------------------------------------------


def test_adamw_is_adamw():
    config = OptimizerConfig(betas=(0.8, 0.95), weight_decay=0.5, warmup=0)
    mine, theirs = draws(3, seed=0), draws(3, seed=0)
    advance(make_optimizer(mine, config), config, mine, start=0, stop=10)
    other = torch.optim.AdamW(theirs, lr=0.005, betas=(0.8, 0.95), weight_decay=0.5)
    advance(other, config, theirs, start=0, stop=10)
    for p, q in zip(mine, theirs, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_runs_do_not_influence_each_other(config, dtype):
    stacked = draws(3, seed=0, dtype=dtype)
    advance(make_optimizer(stacked, config), config, stacked, start=0, stop=11)
    for run in range(3):
        alone = [p[run : run + 1].clone() for p in draws(3, seed=0, dtype=dtype)]
        advance(
            make_optimizer(alone, config), config, alone, start=0, stop=11, runs=slice(run, run + 1)
        )
        for p, q in zip(alone, stacked, strict=True):
            torch.testing.assert_close(p[0], q[run], rtol=0, atol=2e-7)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_run_that_breaks_down_breaks_down_alone(config):
    broken, whole = draws(2, seed=0), draws(2, seed=0)
    for parameters, bad in ((broken, float("nan")), (whole, 1.0)):
        optimizer = make_optimizer(parameters, config)
        for p, gradient in zip(parameters, draws(2, seed=1), strict=True):
            p.grad = gradient
            p.grad[1].flatten()[0] = bad
        gradients = [p.grad.clone() for p in parameters]
        optimizer.step(gradients) if isinstance(optimizer, EqualStep) else optimizer.step()
    for p, q in zip(broken, whole, strict=True):
        assert torch.equal(p[0], q[0])
        assert p[1].isnan().any()
        assert q.isfinite().all()


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("at", [1, 6, 8])  # within a lap of the window of 4, and between two
def test_a_break_leaves_no_trace(config, at):
    through = draws(3, seed=0)
    optimizer = make_optimizer(through, config)
    advance(optimizer, config, through, start=0, stop=at)

    resumed = [torch.tensor(p.numpy()) for p in through]
    second = make_optimizer(resumed, config)
    for p, q in zip(through, resumed, strict=True):
        kept = {name: tensor.numpy() for name, tensor in optimizer.state[p].items()}
        expected = state_shapes(config, tuple(p.shape))
        assert {name: array.shape for name, array in kept.items()} == expected
        assert all(array.dtype == "float32" for array in kept.values())
        second.state[q] = {name: torch.tensor(array) for name, array in kept.items()}
    advance(optimizer, config, through, start=at, stop=at + 7)
    advance(second, config, resumed, start=at, stop=at + 7)
    for p, q in zip(through, resumed, strict=True):
        assert torch.equal(p, q)


@pytest.mark.parametrize("config", [c for c in CONFIGS if c.id != "egd-False"])
def test_forgetting_the_state_leaves_a_trace(config):
    through = draws(3, seed=0)
    optimizer = make_optimizer(through, config)
    advance(optimizer, config, through, start=0, stop=6)
    forgetful = [p.clone() for p in through]
    advance(make_optimizer(forgetful, config), config, forgetful, start=6, stop=9)
    advance(optimizer, config, through, start=6, stop=9)
    assert not torch.allclose(through[0], forgetful[0], rtol=0, atol=1e-4)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_run_can_be_taken_out(config):
    """Parameters and state, sliced by run, go on as that run does among the others."""
    stacked = draws(3, seed=0)
    optimizer = make_optimizer(stacked, config)
    advance(optimizer, config, stacked, start=0, stop=6)
    kept = [p[1:].clone() for p in stacked]
    second = make_optimizer(kept, config)
    for p, q in zip(stacked, kept, strict=True):
        second.state[q] = {
            name: tensor[1:].clone() if tensor.ndim else tensor.clone()
            for name, tensor in optimizer.state[p].items()
        }
    advance(optimizer, config, stacked, start=6, stop=12)
    advance(second, config, kept, start=6, stop=12, runs=slice(1, None))
    for p, q in zip(stacked, kept, strict=True):
        torch.testing.assert_close(p[1:], q, rtol=0, atol=2e-7)


@pytest.mark.parametrize("config", CONFIGS)
def test_gradients_are_left_as_they_were(config):
    parameters = draws(2, seed=0)
    optimizer = make_optimizer(parameters, config)
    advance(optimizer, config, parameters, start=0, stop=6, n_runs=2)
    for p, gradient in zip(parameters, draws(2, seed=105), strict=True):
        assert torch.equal(p.grad, gradient)


@pytest.mark.parametrize("config", CONFIGS)
def test_weight_decay_is_decoupled(config):
    """Without a gradient a step is multiplication by 1 - learning_rate * weight_decay."""
    config = replace(config, learning_rate=0.1, weight_decay=2.0)
    p = torch.ones(2, 3, 3)
    optimizer = make_optimizer([p], config)
    for _ in range(3):
        p.grad = torch.zeros_like(p)
        optimizer.step([p.grad]) if isinstance(optimizer, EqualStep) else optimizer.step()
    torch.testing.assert_close(p, torch.full_like(p, 0.8**3))


def test_rate_rises_linearly_and_stays():
    config = OptimizerConfig(learning_rate=0.4, weight_decay=0.0, warmup=4)
    optimizer = make_optimizer([torch.zeros(1, 2)], config)
    rates = []
    for step in range(6):
        set_learning_rate(optimizer, config, step=step, steps=100)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])
    set_learning_rate(optimizer, replace(config, warmup=0), step=0, steps=100)
    assert optimizer.param_groups[0]["lr"] == 0.4


def test_rate_falls_to_zero_over_the_given_share_of_the_steps():
    config = OptimizerConfig(learning_rate=0.4, weight_decay=0.0, warmup=0, cooldown=0.4)
    rates = [config.rate(step, 10) for step in range(11)]
    assert rates == pytest.approx([0.4] * 7 + [0.3, 0.2, 0.1, 0.0])
    assert [replace(config, cooldown=0.0).rate(step, 10) for step in range(11)] == [0.4] * 11
    optimizer = make_optimizer([torch.zeros(1, 2)], config)
    set_learning_rate(optimizer, config, step=8, steps=10)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.2)


@pytest.mark.parametrize("cooldown", [-0.1, 1.0, float("nan")])
def test_cooldown_is_a_share(cooldown):
    with pytest.raises(SpecError, match="cooldown"):
        OptimizerConfig(cooldown=cooldown)


# --- GrokFast --------------------------------------------------------------------------------


def test_mean_amplifies_a_constant_gradient_from_the_first_step():
    config = OptimizerConfig(name="grokfast-ema", amplification=2.0, memory=0.98)
    assert filtered(config, [0.7] * 5).tolist() == pytest.approx([2.1] * 5, rel=1e-12)


@pytest.mark.parametrize("frequency", [0.3, 1.0, math.pi])
def test_mean_has_the_transfer_function_of_its_definition(frequency):
    strength, memory, n = 2.0, 0.8, 400
    config = OptimizerConfig(name="grokfast-ema", amplification=strength, memory=memory)
    time = torch.arange(n, dtype=torch.float64)
    seen = filtered(config, torch.cos(frequency * time).tolist())[n // 2 :]
    pole = memory * complex(math.cos(frequency), -math.sin(frequency))
    gain = 1 + strength * (1 - memory) / (1 - pole)
    phase = frequency * time[n // 2 :]
    expected = gain.real * torch.cos(phase) - gain.imag * torch.sin(phase)
    torch.testing.assert_close(seen, expected, rtol=0, atol=1e-9)
    if frequency == math.pi:
        assert gain.real == pytest.approx(1 + strength * (1 - memory) / (1 + memory))


def test_mean_without_amplification_is_adamw():
    config = OptimizerConfig(name="grokfast-ema", amplification=0.0)
    mine, theirs = draws(3, seed=0), draws(3, seed=0)
    advance(make_optimizer(mine, config), config, mine, start=0, stop=10)
    plain = replace(config, name="adamw")
    advance(make_optimizer(theirs, plain), plain, theirs, start=0, stop=10)
    assert all(torch.equal(p, q) for p, q in zip(mine, theirs, strict=True))


@pytest.mark.parametrize("window", [1, 2, 5])
def test_window_adds_the_mean_of_the_last_gradients_once_it_is_full(window):
    gradients = torch.randn(23, generator=torch.Generator().manual_seed(0)).double().tolist()
    config = OptimizerConfig(name="grokfast-ma", amplification=3.0, window=window)
    expected = [
        g + (3.0 * sum(gradients[t + 1 - window : t + 1]) / window if t + 1 >= window else 0.0)
        for t, g in enumerate(gradients)
    ]
    torch.testing.assert_close(
        filtered(config, gradients), torch.tensor(expected, dtype=torch.float64)
    )


def test_window_of_one_is_a_constant_gain():
    config = OptimizerConfig(name="grokfast-ma", amplification=2.0, window=1)
    gradients = torch.randn(7, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(filtered(config, gradients.tolist()), 3 * gradients)


def test_window_forgets_great_gradients_altogether():
    """A running sum would keep what 1e12 - 1e12 leaves by rounding, here far above 1e-9."""
    config = OptimizerConfig(name="grokfast-ma", amplification=2.0, window=5)
    gradients = [1e12 / 3, -1e11 / 7, 1e10, 3.3e11, 2e11 / 3, 1e9 / 3] + [1e-9] * 8
    seen = filtered(config, gradients)
    assert seen[-4:].tolist() == pytest.approx([3e-9] * 4, rel=1e-12, abs=0)


# --- egalitarian descent ---------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (6, 6), (1, 4)])
def test_singular_values_become_one_and_vectors_stay(dtype, shape):
    (matrices,) = draws(3, seed=0, shapes=(shape,), dtype=dtype)
    factor = orthogonal_factor(matrices)
    tolerance = 1e-5 if dtype == torch.float32 else 1e-12
    values = torch.linalg.svdvals(factor)
    torch.testing.assert_close(values, torch.ones_like(values), rtol=0, atol=tolerance)
    left, _, right = torch.linalg.svd(matrices, full_matrices=False)
    torch.testing.assert_close(factor, left @ right, rtol=0, atol=10 * tolerance)
    torch.testing.assert_close(
        (matrices * factor).sum(dim=(1, 2)), torch.linalg.matrix_norm(matrices, ord="nuc")
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_orthogonal_matrices_are_their_own_factor(dtype):
    (square,) = draws(2, seed=1, shapes=((6, 6),), dtype=dtype)
    orthogonal = torch.linalg.qr(square).Q
    torch.testing.assert_close(orthogonal_factor(orthogonal), orthogonal)
    torch.testing.assert_close(orthogonal_factor(1e-15 * orthogonal), orthogonal)
    assert not torch.allclose(orthogonal_factor(square), square, atol=1e-2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(8, 12), (12, 8)])
def test_null_directions_are_dropped(dtype, shape):
    left, right = draws(2, seed=2, shapes=((shape[0], 3), (3, shape[1])), dtype=dtype)
    factor = orthogonal_factor(left @ right)
    values = torch.linalg.svdvals(factor)
    expected = torch.tensor([1.0] * 3 + [0.0] * 5, dtype=dtype).expand(2, 8)
    torch.testing.assert_close(values, expected, rtol=0, atol=1e-4)
    assert (orthogonal_factor(torch.zeros(2, *shape, dtype=dtype)) == 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weak_directions_count_until_they_are_noise(dtype):
    eps = torch.finfo(dtype).eps
    kept, dropped = (torch.diag(torch.tensor([1.0, s], dtype=dtype)) for s in (9 * eps, eps))
    torch.testing.assert_close(orthogonal_factor(kept), torch.eye(2, dtype=dtype))
    torch.testing.assert_close(
        orthogonal_factor(dropped), torch.diag(torch.tensor([1.0, 0.0], dtype=dtype))
    )


def test_every_direction_moves_alike_whatever_the_condition():
    """The error D of a quadratic with curvatures 1 to 1e-6 shrinks by the rate in each of them."""
    curvature = torch.tensor([1.0, 1e-3, 1e-6], dtype=torch.float64)
    p = torch.diag(torch.tensor([0.95, 0.75, -0.55], dtype=torch.float64)).unsqueeze(0)
    optimizer = make_optimizer([p], OptimizerConfig(name="egd", **DESCENT))
    for _ in range(4):
        p.grad = curvature[:, None] * p
        optimizer.step()
    expected = torch.tensor([0.55, 0.35, -0.15], dtype=torch.float64)
    torch.testing.assert_close(p[0], torch.diag(expected))


def test_weight_decay_bounds_the_singular_values():
    """A gradient that never turns drives each of them to 1 / weight_decay, however strong it is."""
    p = torch.diag(torch.tensor([9.0, 0.0], dtype=torch.float64)).unsqueeze(0)
    config = OptimizerConfig(name="egd", learning_rate=0.1, weight_decay=0.5)
    optimizer = make_optimizer([p], config)
    for _ in range(400):
        p.grad = -torch.diag(torch.tensor([1.0, 1e3], dtype=torch.float64)).unsqueeze(0)
        optimizer.step()
    torch.testing.assert_close(p[0], torch.diag(torch.tensor([2.0, 2.0], dtype=torch.float64)))


def test_vectors_take_plain_steps():
    p = torch.zeros(2, 5)
    p.grad = torch.randn(2, 5, generator=torch.Generator().manual_seed(0))
    make_optimizer([p], OptimizerConfig(name="egd", **DESCENT)).step()
    torch.testing.assert_close(p, -0.1 * p.grad)
