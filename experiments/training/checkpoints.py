"""Checkpoints of runs as named arrays: parameters and the state of the optimizer.

In the program all runs are stacked; a state is that of one run. Names are those of parameters, and
``parameter/memory`` for what the optimizer keeps of each.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from symtheory.errors import RunError

__all__ = ["State", "load_parameters", "load_stack", "run_states"]

State = dict[str, NDArray[np.floating]]


def run_states(
    parameters: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer
) -> list[State]:
    """Return the state of every run of a stack."""
    n_runs = len(next(iter(parameters.values())))
    states: list[State] = [{} for _ in range(n_runs)]
    for name, stack in parameters.items():
        arrays = {name: stack.detach()}
        arrays |= {f"{name}/{key}": value for key, value in optimizer.state[stack].items()}
        for key, value in arrays.items():
            array = value.cpu().numpy()
            for run, state in enumerate(states):
                # A counter of steps is one for all runs.
                state[key] = array.copy() if array.ndim == 0 else array[run].copy()
    return states


def load_parameters(network: nn.Module, state: Mapping[str, NDArray[np.floating]]) -> None:
    """Put the parameters of a state into a network.

    Raises
    ------
    RunError
        If one is missing, of another shape or type, or not finite.
    """
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            array = _checked(state, name, tuple(parameter.shape), _type_of(parameter))
            parameter.copy_(torch.as_tensor(array))


def load_stack(
    parameters: Mapping[str, nn.Parameter],
    optimizer: torch.optim.Optimizer,
    states: Sequence[Mapping[str, NDArray[np.floating]]],
    state_shapes: Callable[[tuple[int, ...]], Mapping[str, tuple[int, ...]]],
) -> None:
    """Put the states of all runs back into a stack and its optimizer.

    A state from before the first step holds parameters only; any other all memories of each.

    Parameters
    ----------
    parameters : mapping of str to Parameter
    optimizer : torch.optim.Optimizer
    states : sequence of mapping
        One a run, all of one step.
    state_shapes : callable
        From the shape of a stacked parameter to the names and shapes of what the optimizer keeps
        of it; () is a counter of steps, one for all runs.

    Raises
    ------
    RunError
        If an array is missing, of another shape or type, or not finite.
    """
    is_fresh = not any("/" in name for name in states[0])
    for name, stack in parameters.items():
        shape, kind = tuple(stack.shape[1:]), _type_of(stack)
        with torch.no_grad():
            parts = [_checked(state, name, shape, kind) for state in states]
            stack.copy_(torch.as_tensor(np.stack(parts)))
        if is_fresh:
            continue
        memories = optimizer.state[stack]
        for key, kept in state_shapes(tuple(stack.shape)).items():
            parts = [_checked(state, f"{name}/{key}", kept[1:], None) for state in states]
            array = parts[0] if kept == () else np.stack(parts)
            memories[key] = torch.tensor(array, device=stack.device)


def _type_of(parameter: torch.Tensor) -> str:
    return str(parameter.dtype).removeprefix("torch.")


def _checked(
    state: Mapping[str, NDArray[np.floating]], name: str, shape: tuple[int, ...], kind: str | None
) -> NDArray[np.floating]:
    array = state.get(name)
    fits = array is not None and array.shape == shape
    fits = fits and (array.dtype.kind == "f" if kind is None else array.dtype == kind)  # type: ignore[union-attr]
    if array is None or not fits or not np.isfinite(array).all():
        raise RunError(
            f"the last state of the run holds no finite {kind or 'floating'} array {name} of shape "
            f"{shape}; delete that state to fall back on an earlier one"
        )
    return array
