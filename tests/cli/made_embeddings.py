"""Embeddings of a network that adds, made by hand."""

import numpy as np
from numpy.typing import NDArray

P = 31
TASK = ("--task", "modadd", "--p", str(P), "--permutations", "39")


def circles(
    frequencies: tuple[int, ...] = (1, 4, 11), *, seed: int = 0, noise: float = 0.02
) -> NDArray[np.float32]:
    """Closed helix of these frequencies in a random frame, (31, 16)."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.outer(np.arange(P), frequencies) / P
    columns = np.hstack([np.cos(angle), np.sin(angle)])
    frame = np.linalg.qr(rng.standard_normal((16, columns.shape[1])))[0].T
    return (columns @ frame + noise * rng.standard_normal((P, 16))).astype(np.float32)
