"""Optimizer settings: one frozen record."""

from dataclasses import dataclass

from symtheory.errors import SpecError

__all__ = ["OPTIMIZERS", "OptimizerConfig"]

OPTIMIZERS = ("adamw", "grokfast-ema", "grokfast-ma", "egd")
"""AdamW; AdamW on gradients whose slow part is amplified, by a running mean or a window; descent
along gradients with all singular values one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerConfig:
    """Every choice about the optimizer.

    Parameters
    ----------
    name : {"adamw", "grokfast-ema", "grokfast-ma", "egd"}
    learning_rate : float
        After a linear warm-up over ``warmup`` steps and before the cool-down.
    betas : (float, float)
        Decay of the two moments of AdamW.
    weight_decay : float
        Decoupled: a step multiplies every parameter by 1 - learning_rate * weight_decay.
    warmup : int
    cooldown : float
        Share of the most steps, at their end, over which the rate falls linearly to zero, so that
        no run ends in the midst of a spike of its loss. 0: the rate stays.
    amplification : float
        GrokFast's lambda: how often the slow part is added to the gradient.
    memory : float
        GrokFast-EMA's alpha: share of the running mean that a step keeps.
    window : int
        GrokFast-MA's number of gradients.
    equal_step : bool
        The control for a claimed acceleration: the direction is that of AdamW on the cross-entropy
        alone, the length of each parameter's step the one that the configured optimizer takes on
        the whole objective.
    """

    name: str = "adamw"
    learning_rate: float = 0.005
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 1.0
    warmup: int = 20
    cooldown: float = 0.0
    amplification: float = 2.0
    memory: float = 0.98
    window: int = 100
    equal_step: bool = False

    def __post_init__(self) -> None:
        """Refuse what no optimizer can have."""
        if self.name not in OPTIMIZERS:
            raise SpecError(f"optimizer is one of {', '.join(OPTIMIZERS)}, not {self.name!r}")
        if not 0 < self.learning_rate < float("inf"):
            raise SpecError(f"learning_rate must be a positive number, got {self.learning_rate}")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise SpecError(f"betas are two numbers from 0 to below 1, got {self.betas}")
        for name in ("weight_decay", "amplification"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise SpecError(f"{name} must not be negative, got {getattr(self, name)}")
        if self.learning_rate * self.weight_decay >= 1:
            raise SpecError(
                "learning_rate * weight_decay must be below 1, got "
                f"{self.learning_rate * self.weight_decay:g}"
            )
        if not 0 <= self.memory < 1:
            raise SpecError(f"memory must lie between 0 and below 1, got {self.memory}")
        if not 0 <= self.cooldown < 1:
            raise SpecError(
                f"cooldown is a share of the steps, from 0 to below 1, got {self.cooldown}"
            )
        if self.warmup < 0 or self.window < 1:
            raise SpecError(
                f"warmup must not be negative and window at least 1, got {self.warmup} and "
                f"{self.window}"
            )

    def rate(self, step: int, steps: int) -> float:
        """Return the learning rate at a step, counted from 0, of at most ``steps``.

        Examples
        --------
        >>> config = OptimizerConfig(learning_rate=0.4, warmup=2, cooldown=0.4)
        >>> [round(config.rate(step, 10), 2) for step in range(10)]
        [0.2, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.3, 0.2, 0.1]
        """
        rise = min(1.0, (step + 1) / max(1, self.warmup))
        fall = 1.0 if not self.cooldown else min(1.0, (steps - step) / (self.cooldown * steps))
        return self.learning_rate * rise * fall
