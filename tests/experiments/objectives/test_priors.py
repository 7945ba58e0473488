"""Geometry priors: closed forms, symmetries, and gradients where clouds are degenerate."""

import math

import pytest
import torch
from torch.autograd import gradcheck
from torch.func import grad, vmap

from symtheory.experiments.objectives.priors import PRIORS, entropy, lipschitz, nuclear_norm

NAMES = tuple(PRIORS)


def cloud(n: int, d: int, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def polygon(n: int) -> torch.Tensor:
    angle = 2 * math.pi * torch.arange(n, dtype=torch.float64) / n
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def test_names_are_those_of_the_configuration():
    assert set(PRIORS) == {"nuclear norm", "entropy", "lipschitz"}


@pytest.mark.parametrize("n", [3, 12, 59])
def test_regular_polygon(n):
    points = polygon(n)
    # Both singular values are sqrt(n / 2), both variances 1 / 2, every edge 2 sin(pi / n).
    assert float(nuclear_norm(points)) == pytest.approx(math.sqrt(2 / n))
    assert float(entropy(points)) == pytest.approx(math.log(1.5))
    assert float(lipschitz(points)) == pytest.approx(4 * math.sin(math.pi / n) ** 2)


@pytest.mark.parametrize(("n", "d"), [(5, 9), (9, 5)])
def test_definitions_on_a_generic_cloud(n, d):
    points = cloud(n, d)
    singular = torch.linalg.svdvals(points)
    variances = torch.linalg.svdvals(points - points.mean(dim=0)) ** 2 / n
    edges = [(points[(i + 1) % n] - points[i]).norm() ** 2 for i in range(n)]
    assert float(nuclear_norm(points)) == pytest.approx(float(singular.sum()) / n)
    assert float(entropy(points)) == pytest.approx(float(variances.log1p().sum()) / 2)
    assert float(lipschitz(points)) == pytest.approx(float(sum(edges)) / n)


@pytest.mark.parametrize("name", NAMES)
def test_rotating_changes_nothing_and_stretching_does(name):
    points = cloud(7, 4)
    rotation = torch.linalg.qr(cloud(4, 4, seed=1)).Q
    prior = PRIORS[name]
    torch.testing.assert_close(prior(points @ rotation), prior(points))
    assert prior(2 * points) > 1.2 * prior(points)


@pytest.mark.parametrize("name", NAMES)
def test_only_lipschitz_knows_which_tokens_are_adjacent(name):
    points, order = polygon(7), torch.tensor([0, 3, 6, 2, 5, 1, 4])
    same = torch.allclose(PRIORS[name](points[order]), PRIORS[name](points))
    assert same == (name != "lipschitz")


def test_moving_the_cloud_matters_to_the_nuclear_norm_alone():
    points, shift = cloud(7, 4), torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64)
    torch.testing.assert_close(entropy(points + shift), entropy(points))
    torch.testing.assert_close(lipschitz(points + shift), lipschitz(points))
    assert nuclear_norm(points + shift) > 1.2 * nuclear_norm(points)


@pytest.mark.parametrize("name", ["nuclear norm", "entropy"])
def test_few_dimensions_are_preferred_at_equal_energy(name):
    flat, round_ = cloud(50, 2, seed=3), cloud(50, 30, seed=4)
    flat, round_ = (p - p.mean(dim=0) for p in (flat, round_))
    assert PRIORS[name](10 * flat / flat.norm()) < 0.8 * PRIORS[name](10 * round_ / round_.norm())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("n", "d"), [(4, 6), (6, 4)])
def test_gradients_are_those_of_finite_differences(name, n, d):
    assert gradcheck(PRIORS[name], (cloud(n, d).requires_grad_(),), atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradient_of_the_nuclear_norm_at_degenerate_singular_values(dtype):
    circle = polygon(12).to(dtype)  # equal singular values, sqrt(6)
    torch.testing.assert_close(grad(nuclear_norm)(circle), circle / math.sqrt(6) / 12)
    x, y = cloud(9, 1).to(dtype), cloud(1, 5).to(dtype)  # all but one vanish
    torch.testing.assert_close(
        grad(nuclear_norm)(x @ y), x @ y / x.norm() / y.norm() / 9, rtol=1e-5, atol=1e-7
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_are_finite_wherever_the_cloud_is(name, dtype):
    line = cloud(9, 1).to(dtype) @ cloud(1, 12, seed=2).to(dtype)
    wide = torch.nn.functional.pad(polygon(9), (0, 10)).to(dtype)
    same = torch.ones(9, 12, dtype=dtype)
    for points in (line, wide, same, 1e4 * line, 1e-20 * line):
        gradient = grad(PRIORS[name])(points)
        assert gradient.isfinite().all()
        assert gradient.dtype == dtype
    zero = torch.zeros(9, 12, dtype=dtype)
    assert PRIORS[name](zero) == 0
    assert (grad(PRIORS[name])(zero) == 0).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_mapped_over_runs_it_is_the_same(name, dtype):
    stack = torch.stack([cloud(7, 5, seed=seed) for seed in range(3)]).to(dtype)
    prior = PRIORS[name]
    values, gradients = vmap(prior)(stack), vmap(grad(prior))(stack)
    tolerance = 1e-5 if dtype == torch.float32 else 1e-12
    for run, table in enumerate(stack):
        points = table.clone().requires_grad_()
        value = prior(points)
        value.backward()
        torch.testing.assert_close(values[run], value.detach(), rtol=tolerance, atol=tolerance)
        torch.testing.assert_close(gradients[run], points.grad, rtol=tolerance, atol=tolerance)
    # The same from outside: as the loss of all runs is differentiated.
    whole = stack.clone().requires_grad_()
    vmap(prior)(whole).sum().backward()
    torch.testing.assert_close(whole.grad, gradients, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_run_leaves_the_others_alone(name):
    stack = torch.stack([cloud(7, 5), cloud(7, 5, seed=1)])
    whole = vmap(grad(PRIORS[name]))(stack)
    stack[1, 2, 3] = float("nan")
    broken = vmap(grad(PRIORS[name]))(stack)
    torch.testing.assert_close(broken[0], whole[0])
    assert vmap(PRIORS[name])(stack)[1].isnan()
