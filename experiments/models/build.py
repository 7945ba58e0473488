"""Stand-in."""

from typing import Any

from .transformer import Transformer

Network = Any


def build_model(n_left, n_right, n_answers, config, *, is_tied, generator):
    return Transformer(n_left, n_right, n_answers, config, is_tied=is_tied, generator=generator)
