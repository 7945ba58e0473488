"""GrokFast: AdamW on gradients whose slow part is amplified.

AdamW is given g + amplification * s in place of the gradient g, s a low-pass of the gradients so
far [1]_:

- running mean (EMA): s = memory * s + (1 - memory) * g, with s the first gradient at the start
  (as in the authors' program; the start that their algorithm prints is the parameters, a slip);
- window (MA): s is the mean of the last ``window`` gradients, the present one among them, and
  nothing is added before there are that many (the authors' default).

A constant gradient is multiplied by 1 + amplification by either; at frequency omega the running
mean multiplies by 1 + amplification (1 - memory) / (1 - memory e^(-i omega)).

References
----------
.. [1] J. Lee, B. G. Kang, K. Kim, K. M. Lee, arXiv:2405.20233.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor

__all__ = ["GrokfastMean", "GrokfastWindow"]


class _Grokfast(torch.optim.AdamW, ABC):
    """AdamW on filtered gradients; ``p.grad`` itself is left as it was.

    What the filter remembers stands in ``state[p]`` beside the moments, under ``memories``.
    """

    memories: tuple[str, ...]

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        amplification: float,
        learning_rate: float,
        betas: tuple[float, float],
        weight_decay: float,
    ) -> None:
        super().__init__(
            parameters, lr=learning_rate, betas=betas, weight_decay=weight_decay, fused=True
        )
        self.amplification = amplification

    @abstractmethod
    def _begin(self, gradient: Tensor) -> dict[str, Tensor]:
        """Return the memory from before the first gradient."""

    @abstractmethod
    def _slow(self, gradient: Tensor, memory: dict[str, Tensor], age: int) -> Tensor | None:
        """Return the slow part and update the memory, ``age`` gradients old; None: no part yet."""

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        moved = [p for group in self.param_groups for p in group["params"] if p.grad is not None]
        gradients = [p.grad for p in moved]
        # AdamW makes its moments for parameters whose state is empty, so the memory of a
        # parameter's first step is put there only afterwards.
        memories = [
            {name: self.state[p][name] for name in self.memories}
            if self.state[p]
            else self._begin(gradient)
            for p, gradient in zip(moved, gradients, strict=True)
        ]
        # AdamW reads p.grad, so the filtered gradient is put there for the length of its step.
        try:
            for p, gradient, memory, age in zip(
                moved, gradients, memories, self._ages(moved), strict=True
            ):
                slow = self._slow(gradient, memory, age)
                if slow is not None:
                    p.grad = gradient.add(slow, alpha=self.amplification)
            super().step(closure)
        finally:
            for p, gradient in zip(moved, gradients, strict=True):
                p.grad = gradient
        for p, memory in zip(moved, memories, strict=True):
            self.state[p].update(memory)

    def _ages(self, moved: list[Tensor]) -> list[int]:
        """Return how many gradients each parameter has had."""
        steps = [self.state[p].get("step") for p in moved]
        known = iter(torch.stack([s for s in steps if s is not None] or [torch.zeros(())]).tolist())
        return [0 if step is None else int(next(known)) for step in steps]


class GrokfastMean(_Grokfast):
    """AdamW on gradients plus ``amplification`` times their running mean.

    Parameters
    ----------
    parameters : iterable of tensors
    memory : float
        Share of the running mean that a step keeps.
    amplification, learning_rate, betas, weight_decay
        As in `OptimizerConfig`.

    Notes
    -----
    ``state[p]["slow"]`` is the running mean, of the shape of p.
    """

    memories = ("slow",)

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        memory: float,
        amplification: float,
        learning_rate: float,
        betas: tuple[float, float],
        weight_decay: float,
    ) -> None:
        super().__init__(
            parameters,
            amplification=amplification,
            learning_rate=learning_rate,
            betas=betas,
            weight_decay=weight_decay,
        )
        self.memory = memory

    def _begin(self, gradient: Tensor) -> dict[str, Tensor]:
        return {"slow": gradient.clone()}

    def _slow(self, gradient: Tensor, memory: dict[str, Tensor], age: int) -> Tensor:  # noqa: ARG002
        return memory["slow"].lerp_(gradient, 1 - self.memory)

    def _ages(self, moved: list[Tensor]) -> list[int]:
        return [0] * len(moved)  # not needed, and reading them would wait for the device


class GrokfastWindow(_Grokfast):
    """AdamW on gradients plus ``amplification`` times the mean of the last ``window`` of them.

    Parameters
    ----------
    parameters : iterable of tensors
    window : int
    amplification, learning_rate, betas, weight_decay
        As in `OptimizerConfig`.

    Notes
    -----
    A step costs a few additions, whatever the window, and never subtracts: what early gradients
    left by rounding does not outlive them, however small the later ones are. Gradients are counted
    in laps of ``window``. ``state[p]["lap"]``, of the shape of p, is the sum over the present lap;
    ``state[p]["window"]``, of shape (n_runs, window, ...), holds at place j the gradient of the
    present lap where that has come, and elsewhere the sum of the gradients of the lap before from
    place j on. The window at place i is then the lap's sum plus place i + 1.
    """

    memories = ("window", "lap")

    def __init__(
        self,
        parameters: Iterable[Tensor],
        *,
        window: int,
        amplification: float,
        learning_rate: float,
        betas: tuple[float, float],
        weight_decay: float,
    ) -> None:
        super().__init__(
            parameters,
            amplification=amplification,
            learning_rate=learning_rate,
            betas=betas,
            weight_decay=weight_decay,
        )
        self.window = window

    def _begin(self, gradient: Tensor) -> dict[str, Tensor]:
        runs, *shape = gradient.shape
        return {
            "window": gradient.new_zeros(runs, self.window, *shape),
            "lap": torch.zeros_like(gradient),
        }

    def _slow(self, gradient: Tensor, memory: dict[str, Tensor], age: int) -> Tensor | None:
        window, lap = memory["window"], memory["lap"]
        # At place j the window holds this lap's gradient (j <= place) or the last lap's gradients
        # from j on, summed (j > place). So lap + window[place + 1] is the sum of the last `window`.
        place = age % self.window
        window[:, place] = gradient
        lap += gradient
        if place + 1 < self.window:
            return None if age < self.window else (lap + window[:, place + 1]) / self.window
        # The lap is full: its gradients become sums from each place on, from the last to the first,
        # and the next lap starts from zero.
        mean = lap / self.window
        for j in range(self.window - 2, -1, -1):
            window[:, j] += window[:, j + 1]
        lap.zero_()
        return mean
