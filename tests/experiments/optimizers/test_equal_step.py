"""The control of equal steps: one objective's direction, the other's length, run by run."""

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cosine_similarity

from symtheory.experiments.config.optimizer import OPTIMIZERS, OptimizerConfig
from symtheory.experiments.optimizers.build import make_optimizer, set_learning_rate
from symtheory.experiments.optimizers.equal_step import EqualStep

SHAPES = ((3, 5, 8), (3, 6), (3, 8, 4), (3,))  # three runs
CONFIG = OptimizerConfig(weight_decay=0.0, warmup=4, window=3, equal_step=True)


def draws(seed: int, *, scale: float = 1.0) -> list[torch.Tensor]:
    source = torch.Generator().manual_seed(seed)
    return [scale * torch.randn(*shape, generator=source).double() for shape in SHAPES]


def steps_of(config: OptimizerConfig, gradients, full=None) -> list[list[torch.Tensor]]:
    """What every step adds to every parameter."""
    parameters = draws(0)
    optimizer = make_optimizer(parameters, config)
    moves = []
    for step, own in enumerate(gradients):
        before = [p.clone() for p in parameters]
        set_learning_rate(optimizer, config, step=step, steps=100)
        for p, gradient in zip(parameters, own, strict=True):
            p.grad = gradient
        if isinstance(optimizer, EqualStep):
            optimizer.step(own if full is None else full[step])
        else:
            optimizer.step()
        moves.append([p - q for p, q in zip(parameters, before, strict=True)])
    return moves


def flat(move: torch.Tensor) -> torch.Tensor:
    return move.reshape(len(move), -1)


PLAIN = [draws(10 + step) for step in range(9)]
FULL = [draws(50 + step, scale=3.0) for step in range(9)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_lengths_are_those_of_the_configured_optimizer_on_the_whole_objective(name):
    config = replace(CONFIG, name=name)
    control = steps_of(config, PLAIN, FULL)
    configured = steps_of(replace(config, equal_step=False), FULL)
    for moves, others in zip(control, configured, strict=True):
        for move, other in zip(moves, others, strict=True):
            torch.testing.assert_close(
                flat(move).norm(dim=1), flat(other).norm(dim=1), rtol=1e-9, atol=1e-14
            )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_directions_are_those_of_adamw_on_the_cross_entropy(name):
    control = steps_of(replace(CONFIG, name=name), PLAIN, FULL)
    adamw = steps_of(replace(CONFIG, equal_step=False), PLAIN)
    whole = steps_of(replace(CONFIG, name=name, equal_step=False), FULL)
    for moves, others, foreign in zip(control, adamw, whole, strict=True):
        for move, other, wrong in zip(moves, others, foreign, strict=True):
            cosine = cosine_similarity(flat(move), flat(other), dim=1)
            torch.testing.assert_close(cosine, torch.ones(3).double(), rtol=0, atol=1e-9)
            if move.ndim == 3:  # two steps of few signs may agree by chance
                assert cosine_similarity(flat(move), flat(wrong), dim=1).max() < 0.95


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_without_auxiliary_the_control_of_adamw_is_adamw(dtype):
    """Weight decay included; and with another objective it is not."""
    config = replace(CONFIG, weight_decay=1.0)
    ends = []
    for equal, full in ((True, PLAIN), (False, PLAIN), (True, FULL)):
        parameters = [p.to(dtype) for p in draws(0)]
        optimizer = make_optimizer(parameters, replace(config, equal_step=equal))
        for own, other in zip(PLAIN, full, strict=True):
            for p, gradient in zip(parameters, own, strict=True):
                p.grad = gradient.to(dtype)
            optimizer.step([g.to(dtype) for g in other]) if equal else optimizer.step()
        ends.append(parameters)
    tolerance = 1e-6 if dtype == torch.float32 else 1e-13
    for control, adamw, foreign in zip(*ends, strict=True):
        torch.testing.assert_close(control, adamw, rtol=tolerance, atol=tolerance)
        assert not torch.allclose(foreign, adamw, rtol=0, atol=1e-5)


def test_without_a_direction_there_is_no_step():
    zero = [torch.zeros(shape).double() for shape in SHAPES]
    (moves,) = steps_of(CONFIG, [zero], FULL[:1])
    assert all((move == 0).all() for move in moves)
    (moves,) = steps_of(CONFIG, PLAIN[:1], [zero])
    assert all((move == 0).all() for move in moves)


def test_lengths_survive_updates_whose_squares_underflow():
    """EGD's steps along vectors are as small as the gradients: 1e-30 here, in float32."""
    p = torch.zeros(2, 6)
    optimizer = make_optimizer([p], replace(CONFIG, name="egd", learning_rate=1.0))
    p.grad = torch.ones_like(p)
    optimizer.step([torch.full_like(p, 1e-30)])
    torch.testing.assert_close(p, torch.full_like(p, -1e-30), rtol=1e-5, atol=0)


def test_each_run_has_its_own_length():
    uneven = [
        [g * torch.tensor([1.0, 10.0, 0.1]).reshape(3, *[1] * (g.ndim - 1)) for g in step]
        for step in PLAIN
    ]
    config = replace(CONFIG, name="egd")
    moves = steps_of(config, PLAIN, uneven)
    vectors = [
        flat(step[1]).norm(dim=1) / flat(own[1]).norm(dim=1)
        for step, own in zip(moves, PLAIN, strict=True)
    ]
    for ratio in vectors:
        torch.testing.assert_close(ratio / ratio[0], torch.tensor([1.0, 10.0, 0.1]).double())
