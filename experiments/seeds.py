"""Named random streams from one seed, so that no two uses share random numbers.

A stream may carry a counter (the optimizer step): its numbers then depend on nothing that came
before, which is what makes a resumed run equal to an uninterrupted one.
"""

import zlib

import numpy as np

__all__ = ["generator", "integer"]


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


def integer(seed: int, stream: str) -> int:
    """Return a 63-bit integer from a named stream, to seed another library's generator."""
    return int(_sequence(seed, stream, ()).generate_state(1, np.uint64)[0] >> np.uint64(1))
