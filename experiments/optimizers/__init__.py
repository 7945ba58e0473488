"""Optimizers: AdamW, Muon and the controls of published speedups."""

from symtheory._renamed import renamed_attribute


def __getattr__(name: str) -> object:
    """Answer for names of version 0.1."""
    return renamed_attribute(__name__, name)
