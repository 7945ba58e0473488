"""The resumable state of a training as named arrays: parameters and optimizer moments."""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from symtheory.errors import RunError

from .models.transformer import Transformer

__all__ = ["load_parameters", "load_state", "state_arrays"]


def state_arrays(
    network: Transformer, optimizer: torch.optim.Optimizer
) -> dict[str, NDArray[np.float32]]:
    """Return parameters under their names and moments as ``name/exp_avg`` and so on."""
    arrays: dict[str, NDArray[np.float32]] = {}
    for name, parameter in network.named_parameters():
        arrays[name] = parameter.detach().cpu().numpy()
        for key, moment in optimizer.state.get(parameter, {}).items():
            arrays[f"{name}/{key}"] = moment.detach().cpu().numpy()
    return arrays


def load_parameters(network: Transformer, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Put the parameters of a state into a network.

    Raises
    ------
    RunError
        If one is missing, of another shape or type, or not finite.
    """
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(_checked(arrays, name, tuple(parameter.shape)))


def load_state(
    network: Transformer,
    optimizer: torch.optim.Optimizer,
    arrays: Mapping[str, NDArray[np.float32]],
) -> None:
    """Put a state back into a network and its optimizer.

    A state from before the first step holds parameters only; any other all moments of each.

    Raises
    ------
    RunError
        If an array is missing, of another shape or type, or not finite.
    """
    load_parameters(network, arrays)
    if not any("/" in name for name in arrays):
        return
    for name, parameter in network.named_parameters():
        shape = tuple(parameter.shape)
        optimizer.state[parameter] = {
            key: _checked(arrays, f"{name}/{key}", () if key == "step" else shape).to(
                parameter.device
            )
            for key in ("step", "exp_avg", "exp_avg_sq")
        }


def _checked(
    arrays: Mapping[str, NDArray[np.float32]], name: str, shape: tuple[int, ...]
) -> torch.Tensor:
    array = arrays.get(name)
    fits = array is not None and array.shape == shape and array.dtype == np.float32
    if array is None or not fits or not np.isfinite(array).all():
        raise RunError(
            f"the last state of the run holds no finite float32 array {name} of shape {shape}; "
            "delete that state to fall back on an earlier one"
        )
    return torch.tensor(array)
