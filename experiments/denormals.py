"""Denormal numbers on the CPU, taken as zero while networks are trained."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["fast_arithmetic", "use_fast_arithmetic"]


def use_fast_arithmetic() -> None:
    """Take numbers below 1e-38 as zero from now on: a CPU handles them a hundred times slower.

    Once training cells are answered with certainty, most gradients are that small. Threads take
    over the choice of the thread that starts them, so a program makes it before the first product
    of matrices.
    """
    torch.set_flush_denormal(True)


@contextmanager
def fast_arithmetic() -> Iterator[None]:
    """Do so for a while, in this thread and those that it starts."""
    use_fast_arithmetic()
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
