"""Sums of rows of tables with weights of their own, for tables that are small beside the sums.

A cell needs few rows, and the tables stay in a core's cache; a product with a matrix would read
the same numbers many more times. The gradient of a table is a sum of the same kind: over the cells
in which a token stands. This is for the CPU; under `torch.func.vmap` runs are taken one by one.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import FunctionCtx
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
    Differentiable once, in ``weight`` and ``tables``.

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


def _run_by_run(
    function: Any, info: Any, in_dims: tuple[int | None, ...], args: tuple[Tensor, ...]
) -> tuple[tuple[Tensor, ...], tuple[int, ...]]:
    """Apply a function to every run of a batch; what `Function` asks of a rule for vmap."""
    runs = [
        function.apply(
            *(
                arg if dim is None else arg.select(dim, run)
                for arg, dim in zip(args, in_dims, strict=True)
            )
        )
        for run in range(info.batch_size)
    ]
    stacked = tuple(torch.stack(part) for part in zip(*runs, strict=True))
    return stacked, (0,) * len(stacked)


class _WeightedRows(Function):
    """The sums; arguments ``tokens, weight, *tables``."""

    @staticmethod
    def forward(tokens: Tensor, weight: Tensor, *tables: Tensor) -> tuple[Tensor, ...]:
        rows, flat = _rows(tokens, tables[0]), weight.reshape(len(tokens), -1)
        return tuple(
            embedding_bag(rows, table.flatten(0, 1), mode="sum", per_sample_weights=flat)
            for table in tables
        )

    @staticmethod
    def setup_context(ctx: FunctionCtx, inputs: tuple[Tensor, ...], _output: object) -> None:
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        apply: Any = _Gradients.apply
        return (None, *apply(*ctx.saved_tensors, *gradients))

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *args: Tensor) -> object:
        return _run_by_run(_WeightedRows, info, in_dims, args)


class _Gradients(Function):
    """Gradients of ``weight, *tables``; arguments ``tokens, weight, *tables, *gradients``."""

    @staticmethod
    def forward(tokens: Tensor, weight: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        half = len(rest) // 2
        tables, gradients = rest[:half], [gradient.contiguous() for gradient in rest[half:]]
        n_heads, n_tokens = tables[0].shape[:2]
        rows = _rows(tokens, tables[0])
        first = torch.arange(0, rows.numel(), rows.shape[1], device=rows.device)
        bag_of = torch.empty(0, dtype=torch.int64, device=rows.device)  # none: made from first
        of_weight = sum(
            torch.ops.aten._embedding_bag_per_sample_weights_backward(
                gradient, table.flatten(0, 1), rows.reshape(-1), first, bag_of, 0
            )
            for gradient, table in zip(gradients, tables, strict=True)
        )
        cells, sorted_weight, offsets = _by_token(tokens, weight, n_tokens)
        of_tables = (
            embedding_bag(
                cells, gradient, offsets, mode="sum", per_sample_weights=sorted_weight
            ).reshape(n_tokens, n_heads, -1)
            for gradient in gradients
        )
        return (of_weight.reshape(weight.shape), *(table.transpose(0, 1) for table in of_tables))

    @staticmethod
    def setup_context(_ctx: FunctionCtx, _inputs: tuple[Tensor, ...], _output: object) -> None:
        pass

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        raise NotImplementedError("weighted_rows is differentiable once only")

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *args: Tensor) -> object:
        return _run_by_run(_Gradients, info, in_dims, args)
