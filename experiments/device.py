"""Device of a training, by name."""

import re

import torch

from symtheory.errors import SpecError

__all__ = ["resolve_device"]


def resolve_device(name: str) -> str:
    """Return ``"cpu"``, ``"cuda"`` or ``"cuda:N"``; ``"auto"`` takes a GPU where there is one.

    Raises
    ------
    SpecError
        If the device is unknown or not on this machine.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    match = re.fullmatch("cpu|cuda(?::([0-9]{1,3}))?", name)
    if not match:
        raise SpecError(f"device must be auto, cpu, cuda or cuda:N, got {name!r}")
    index = int(match.group(1) or 0)
    if name != "cpu" and index >= torch.cuda.device_count():
        raise SpecError(
            f"this machine has {torch.cuda.device_count()} CUDA devices, so not {name!r}; use "
            "--device cpu"
        )
    return name
