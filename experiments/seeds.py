"""Named random streams from one seed, so that no two uses share random numbers.

A stream may carry a counter (the optimizer step): its numbers then depend on nothing that came
before, which is what makes a resumed run equal to an uninterrupted one.
"""

import zlib

import numpy as np
import torch

__all__ = ["generator", "torch_generator"]


def _sequence(seed: int, stream: str, counter: tuple[int, ...]) -> np.random.SeedSequence:
    return np.random.SeedSequence(seed, spawn_key=(zlib.crc32(stream.encode()), *counter))


def generator(seed: int, stream: str, *counter: int) -> np.random.Generator:
    """Return the generator of a named stream.

    Examples
    --------
    >>> int(generator(0, "split").integers(100)) == int(generator(0, "split").integers(100))
    True
    """
    return np.random.default_rng(_sequence(seed, stream, counter))


def torch_generator(seed: int, stream: str) -> torch.Generator:
    """Return the CPU torch generator of a named stream."""
    state = _sequence(seed, stream, ()).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state >> np.uint64(1)))
