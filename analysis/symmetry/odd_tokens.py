"""Odd tokens: those that hold most of a cloud's power, and those that break its Gram law.

A law is about all tokens, and one of them can spoil it. Of the centered cloud E, with the Gram
matrix K and the nearest matrix F of the law, both without diagonal, token t has

    power  ||E_t||^2 / ||E||^2,        breach  sum_s (K - F)_ts^2 / ||K||^2,

each 1/n of the whole where all tokens are alike. Nothing here decides a verdict.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.records import Json

from ..statistics.clouds import centered
from .gram import GramTest
from .token_cloud import TokenCloud

__all__ = ["OddTokens", "odd_tokens"]

_ODD = 5.0
"""A token is odd that holds so many times the share it would have if all were alike."""

_LEAST_BREACH = 0.05
"""Of a law that explains all but so little no token is said to break it."""


@dataclass(frozen=True, slots=True)
class OddTokens:
    """Tokens that stand out, the first the most.

    Parameters
    ----------
    heavy : tuple of (str, float)
        Tokens with five times their part of the power or more, with their shares.
    breaking : tuple of (str, float)
        Tokens with five times their part of what the Gram law leaves, with their shares of it.
    """

    heavy: tuple[tuple[str, float], ...]
    breaking: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {"heavy": dict(self.heavy), "breaking": dict(self.breaking)}


def odd_tokens(cloud: TokenCloud, gram: GramTest | None) -> OddTokens:
    """Return the tokens of a cloud that stand out.

    Parameters
    ----------
    cloud : TokenCloud
    gram : GramTest or None
        The test of its law, where there is one.
    """
    power = (centered(cloud.points) ** 2).sum(axis=1)
    breach = np.zeros(len(power))
    if gram is not None:
        left = ((gram.gram - gram.projection) ** 2).sum(axis=1)
        if left.sum() > _LEAST_BREACH * (gram.gram**2).sum():
            breach = left
    return OddTokens(_odd(power, cloud.tokens), _odd(breach, cloud.tokens))


def _odd(shares: NDArray[np.float64], tokens: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    total = shares.sum()
    if not total:
        return ()
    order = np.argsort(-shares, kind="stable")
    return tuple(
        (tokens[t], float(shares[t] / total))
        for t in order
        if shares[t] * len(shares) >= _ODD * total
    )
