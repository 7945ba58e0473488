"""Weighted sums of table rows, with a gradient of the same kind: attention on the CPU.

A cell needs few rows, and the tables stay in a core's cache; a product with a matrix would read
the same numbers many more times. The gradient of a table is a sum of the same kind: over the cells
in which a token stands. torch's own gradient of `embedding_bag` scatters cell by cell, so the
backward pass is written out here, by way of an operator of torch that is not public. What that is
worth is said in `symtheory.experiments.models.transformer`, its one caller.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn.functional import embedding_bag

__all__ = ["weighted_rows"]


def weighted_rows(tokens: Tensor, weight: Tensor, *tables: Tensor) -> tuple[Tensor, ...]:
    """Return, for each table, the sum over s and h of weight[c, s, h] table[h, tokens[c, s]].

    Parameters
    ----------
    tokens : (n_cells, n_slots) int64
    weight : (n_cells, n_slots, n_heads)
    *tables : (n_heads, n_tokens, width) each
        All have the same tokens; widths may differ.

    Returns
    -------
    tuple of (n_cells, width)

    Notes
    -----
    Differentiable once, in ``weight`` and ``tables``; not by `torch.func`.

    Examples
    --------
    >>> table = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]]])
    >>> weighted_rows(torch.tensor([[0, 1]]), torch.tensor([[[2.0], [3.0]]]), table)[0].tolist()
    [[2.0, 3.0]]
    """
    apply: Any = _WeightedRows.apply  # torch leaves it without types
    sums: tuple[Tensor, ...] = apply(tokens, weight, *tables)
    return sums


def _rows(tokens: Tensor, table: Tensor) -> Tensor:
    """Rows that a cell sums, (n_cells, n_slots * n_heads), in the table with heads stacked."""
    n_heads, n_tokens = table.shape[:2]
    heads = torch.arange(n_heads, device=tokens.device) * n_tokens
    return (tokens.unsqueeze(-1) + heads).reshape(len(tokens), -1)


def _by_token(tokens: Tensor, weight: Tensor, n_tokens: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cells and weights in the order (token, head, cell), and where each token and head starts."""
    n_slots, n_heads = weight.shape[1:]
    # Only the tokens are sorted. All heads of a token have equally many entries, one for each of
    # its cells, so the place of (token, head, cell) follows from counts.
    key, order = tokens.reshape(-1).sort()
    count = torch.bincount(key, minlength=n_tokens)
    start = count.cumsum(0) - count
    heads = torch.arange(n_heads, device=tokens.device)
    offsets = start.unsqueeze(1) * n_heads + count.unsqueeze(1) * heads
    rank = torch.arange(len(key), device=tokens.device) - start[key]
    place = (offsets[key] + rank.unsqueeze(1)).reshape(-1)
    cells = torch.empty_like(place)
    cells[place] = (order // n_slots).repeat_interleave(n_heads)
    sorted_weight = torch.empty_like(place, dtype=weight.dtype)
    sorted_weight[place] = weight.reshape(-1, n_heads)[order].reshape(-1)
    return cells, sorted_weight, offsets.reshape(-1)


class _WeightedRows(Function):
    """The sums; arguments ``tokens, weight, *tables``."""

    @staticmethod
    def forward(ctx: Any, tokens: Tensor, weight: Tensor, *tables: Tensor) -> tuple[Tensor, ...]:
        ctx.save_for_backward(tokens, weight, *tables)
        rows, flat = _rows(tokens, tables[0]), weight.reshape(len(tokens), -1)
        return tuple(
            embedding_bag(rows, table.flatten(0, 1), mode="sum", per_sample_weights=flat)
            for table in tables
        )

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        tokens, weight, *tables = ctx.saved_tensors
        gradients = tuple(gradient.contiguous() for gradient in gradients)
        n_heads, n_tokens = tables[0].shape[:2]
        rows = _rows(tokens, tables[0])
        first = torch.arange(0, rows.numel(), rows.shape[1], device=rows.device)
        bag_of = torch.empty(0, dtype=torch.int64, device=rows.device)  # none: made from first
        # torch's own derivative of embedding_bag also makes those of the tables, cell by cell:
        # of its parts only this one is wanted, <gradient of a cell, row> for each row it sums.
        of_weight = sum(
            torch.ops.aten._embedding_bag_per_sample_weights_backward(
                gradient, table.flatten(0, 1), rows.reshape(-1), first, bag_of, 0
            )
            for gradient, table in zip(gradients, tables, strict=True)
        )
        # A row of a table gets the gradients of all cells that sum it: again weighted sums of
        # rows, now of the gradients. Sorted by token no two threads write to one place.
        cells, sorted_weight, offsets = _by_token(tokens, weight, n_tokens)
        of_tables = (
            embedding_bag(
                cells, gradient, offsets, mode="sum", per_sample_weights=sorted_weight
            ).reshape(n_tokens, n_heads, -1)
            for gradient in gradients
        )
        by_head = (table.transpose(0, 1) for table in of_tables)
        return (None, of_weight.reshape(weight.shape), *by_head)
