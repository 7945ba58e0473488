"""Derive what a network that learns a task must look like inside, train it, and test it."""

from symtheory import _checkout as _checkout

__version__ = "0.1.0"
__all__ = ["__version__"]
