"""Environment of a result: versions, device and precision."""

import platform
from importlib.metadata import PackageNotFoundError, version

import torch

from symtheory import __version__
from symtheory.records import Json

from .config.training import TrainingConfig

__all__ = ["describe_environment"]


def describe_environment(config: TrainingConfig) -> dict[str, Json]:
    """Return versions, device and precision of a training, as plain JSON values."""
    device = torch.device(config.device)
    packages: dict[str, Json] = {}
    for name in ("numpy", "scipy", "safetensors"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = None
    return {
        "symtheory": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        **packages,
        "device": config.device,
        "device_name": (
            torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor()
        ),
        "threads": torch.get_num_threads(),
        "tf32": torch.backends.cuda.matmul.allow_tf32,
    }
