"""Equal-step control: one objective's direction with another's step length.

An auxiliary term, or an optimizer, may speed up learning merely because it makes longer steps. The
control makes steps of exactly that length in the direction that training without the auxiliary
would take.
"""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

__all__ = ["EqualStep", "OptimizerFactory"]

OptimizerFactory = Callable[[list[Tensor]], torch.optim.Optimizer]
"""Makes an optimizer of the given tensors, without weight decay."""


class EqualStep(torch.optim.Optimizer):
    """Step in one optimizer's direction on one gradient, as far as another goes on another.

    Let u be the update (what is added to a parameter, weight decay apart) that the optimizer
    ``direction`` makes of the gradient in ``p.grad``, the cross-entropy's, and U the update that
    ``length`` makes of the gradient of the whole objective. Each keeps its own moments, of its own
    gradients. A step is, for every run r and every parameter,

        p_r <- (1 - learning_rate * weight_decay) p_r + u_r ||U_r|| / ||u_r||,

    norms over all entries of the parameter in that run; where u_r is zero nothing is added. Both
    gradients are taken where the parameters are now, that is on the control's own path.

    Parameters
    ----------
    parameters : iterable of tensors
        First axis: the run.
    direction, length : callable
        Make the two optimizers; called with stand-ins for the parameters.
    learning_rate : float
        At the start; `torch.optim.Optimizer.param_groups` holds it, for both optimizers.
    weight_decay : float
        Decoupled.

    Notes
    -----
    ``state[p]`` holds the state of both optimizers, the names with ``direction_`` or ``length_``
    before them.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        direction: OptimizerFactory,
        length: OptimizerFactory,
        learning_rate: float,
        weight_decay: float,
    ) -> None:
        super().__init__(parameters, {"lr": learning_rate, "weight_decay": weight_decay})
        self._moved = [p for group in self.param_groups for p in group["params"]]
        self._probes = {
            "direction_": _Probe(direction, self._moved),
            "length_": _Probe(length, self._moved),
        }

    @torch.no_grad()
    def step(self, full: Sequence[Tensor]) -> None:  # type: ignore[override]
        """Move every parameter.

        Parameters
        ----------
        full : sequence of tensors
            The gradient of the whole objective, one for each parameter in their order;
            ``p.grad`` of each is that of the cross-entropy alone.
        """
        (group,) = self.param_groups
        gradients = {"direction_": [p.grad for p in self._moved], "length_": full}
        # What both optimizers remember is kept in self.state of the parameters, where checkpoints
        # look for it, and handed to them for the step.
        updates = {}
        for prefix, probe in self._probes.items():
            states = [
                {
                    name.removeprefix(prefix): tensor
                    for name, tensor in self.state[p].items()
                    if name.startswith(prefix)
                }
                for p in self._moved
            ]
            updates[prefix] = probe.updates(gradients[prefix], states, group["lr"])
        for i, (p, short, long) in enumerate(
            zip(self._moved, updates["direction_"], updates["length_"], strict=True)
        ):
            p.mul_(1 - group["lr"] * group["weight_decay"]).add_(short * _ratio(long, short))
            self.state[p] = {
                prefix + name: tensor
                for prefix, probe in self._probes.items()
                for name, tensor in probe.state(i).items()
            }


class _Probe:
    """An optimizer whose updates are read off: its parameters start each step at zero."""

    def __init__(self, make: OptimizerFactory, parameters: Sequence[Tensor]) -> None:
        self._places = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self._optimizer = make(self._places)

    def updates(
        self,
        gradients: Sequence[Tensor | None],
        states: Sequence[dict[str, Tensor]],
        learning_rate: float,
    ) -> list[Tensor]:
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        # From zero, without weight decay, an optimizer's parameter after the step is its update.
        for place, gradient, state in zip(self._places, gradients, states, strict=True):
            place.zero_()
            place.grad = gradient
            self._optimizer.state[place] = state
        self._optimizer.step()
        return self._places

    def state(self, i: int) -> dict[str, Tensor]:
        return dict(self._optimizer.state[self._places[i]])


def _ratio(long: Tensor, short: Tensor) -> Tensor:
    """Return ||long_r|| / ||short_r|| for every run r, zero where short_r is, to be multiplied in.

    In float64: squares of small updates underflow in float32.
    """
    numerator, denominator = (
        torch.linalg.vector_norm(side.reshape(len(side), -1), dim=1, dtype=torch.float64)
        for side in (long, short)
    )
    ratio = torch.where(denominator == 0, 0.0, numerator / denominator)
    return ratio.to(long.dtype).reshape(-1, *[1] * (long.ndim - 1))
