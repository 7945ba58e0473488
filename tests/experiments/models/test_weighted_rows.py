"""Weighted sums of rows against their definition."""

import pytest
import torch

from symtheory.experiments.models.weighted_rows import weighted_rows

CASES = [(50, 2, 3, 7), (50, 1, 1, 4), (1, 3, 2, 5), (40, 2, 4, 90)]  # the last: unused tokens


def draw(n_cells, n_slots, n_heads, n_tokens, dtype=torch.float64):
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(0, n_tokens, (n_cells, n_slots), generator=generator)
    parts = [
        torch.randn(*shape, generator=generator, dtype=dtype).requires_grad_()
        for shape in ((n_cells, n_slots, n_heads), (n_heads, n_tokens, 6), (n_heads, n_tokens, 9))
    ]
    return tokens, parts


def definition(tokens, weight, *tables):
    return tuple(
        sum(
            weight[:, slot, head, None] * table[head, tokens[:, slot]]
            for slot in range(weight.shape[1])
            for head in range(weight.shape[2])
        )
        for table in tables
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("sizes", CASES)
def test_sums_and_gradients_by_definition(sizes, dtype):
    tokens, parts = draw(*sizes, dtype=dtype)
    found, expected = weighted_rows(tokens, *parts), definition(tokens, *parts)
    near = (
        {"rtol": 1e-5, "atol": 1e-5} if dtype == torch.float32 else {"rtol": 1e-12, "atol": 1e-12}
    )
    losses = []
    for sums in (found, expected):
        assert [part.shape for part in sums] == [(sizes[0], 6), (sizes[0], 9)]
        losses.append(sums[0].sin().sum() + (sums[1] ** 2).sum())
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, **near)
    for a, b in zip(*(torch.autograd.grad(loss, parts) for loss in losses), strict=True):
        torch.testing.assert_close(a, b, **near)


def test_a_table_that_the_loss_does_not_use_has_gradient_zero():
    tokens, (weight, first, second) = draw(*CASES[0])
    sums, _ = weighted_rows(tokens, weight, first, second)
    of_first, of_second = torch.autograd.grad(sums.sum(), [first, second])
    assert of_first.abs().max() > 0
    assert of_second.abs().max() == 0


def test_second_derivatives_are_refused():
    tokens, (weight, first, second) = draw(*CASES[0])
    loss = weighted_rows(tokens, weight, first, second)[0].square().sum()
    (gradient,) = torch.autograd.grad(loss, [first], create_graph=True)
    with pytest.raises(RuntimeError, match="differentiate twice"):
        gradient.square().sum().backward()
