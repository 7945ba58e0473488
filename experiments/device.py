"""Where to train."""

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
    kind, _, index = name.partition(":")
    if kind not in ("cpu", "cuda") or (index and not index.isdigit()) or (kind == "cpu" and index):
        raise SpecError(f"device must be auto, cpu, cuda or cuda:N, got {name!r}")
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise SpecError(
            f"this machine has {torch.cuda.device_count()} CUDA devices, so not {name!r}; use "
            "--device cpu"
        )
    return name
