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
    """Put the parameters of a state into a network; RunError where they do not fit."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name not in arrays or arrays[name].shape != tuple(parameter.shape):
                raise RunError(
                    f"the state holds no {name} of shape {tuple(parameter.shape)}; the run is "
                    "damaged: delete that state to fall back on an earlier one"
                )
            parameter.copy_(torch.as_tensor(arrays[name]))


def load_state(
    network: Transformer,
    optimizer: torch.optim.Optimizer,
    arrays: Mapping[str, NDArray[np.float32]],
) -> None:
    """Put a state back into a network and its optimizer."""
    load_parameters(network, arrays)
    for name, parameter in network.named_parameters():
        moments = {
            key.removeprefix(f"{name}/"): torch.as_tensor(value, device=parameter.device)
            for key, value in arrays.items()
            if key.startswith(f"{name}/")
        }
        if moments:
            optimizer.state[parameter] = moments
