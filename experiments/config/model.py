"""Architectures and their sizes: one frozen record for each."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from symtheory.errors import SpecError

__all__ = ["ACTIVATIONS", "MLPConfig", "ModelConfig", "TransformerConfig"]

ACTIVATIONS = ("relu", "gelu", "quadratic")
"""Names of the activations: max(0, t); t Phi(t), Phi the normal distribution; t^2."""

_MOST_UNITS = 1 << 16  # of one layer; beyond lies a slip of the finger
_MOST_SCALE = 1e6  # squares and their sums stay far from what float32 can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig(ABC):
    """Settings that all architectures have.

    Parameters
    ----------
    activation : {"relu", "gelu", "quadratic"}
        Of the hidden layers.
    tied : bool or None
        Whether one table of token vectors serves both operands; None takes what suits the task
        (`Theory.roles`): a table each where the group is not abelian. Where the operands are
        entities of an order, one-hot operands get a table each: shared, they could not tell x < y
        from y < x.
    init_scale : float
        Factor on the initial token vectors.
    output_scale : float
        Factor on the logits.
    """

    activation: str = "relu"
    tied: bool | None = None
    init_scale: float = 1.0
    output_scale: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no network can have."""
        if self.activation not in ACTIVATIONS:
            raise SpecError(
                f"activation is one of {', '.join(ACTIVATIONS)}, not {self.activation!r}"
            )
        for name in ("init_scale", "output_scale"):
            value = getattr(self, name)
            if not 1 / _MOST_SCALE <= value <= _MOST_SCALE:
                raise SpecError(
                    f"{name} must lie between {1 / _MOST_SCALE:g} and {_MOST_SCALE:g}, got {value}"
                )

    @abstractmethod
    def sizes(self, n_positions: int) -> tuple[int, int, int]:
        """Return how large a network is, for the estimate of its memory.

        Parameters
        ----------
        n_positions : int
            Tokens of a cell, with the place of the answer.

        Returns
        -------
        tuple of three int
            Width of token vectors, activations of a cell, parameters besides the token vectors.
        """

    @property
    def layers(self) -> int:
        """Number of hidden layers, one above the other."""
        return 1

    def _check_sizes(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if not 1 <= value <= _MOST_UNITS:
                raise SpecError(f"{name} must lie between 1 and {_MOST_UNITS}, got {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerConfig(ModelConfig):
    """Sizes of the decoder-only transformer: widths are numbers of real coordinates.

    Parameters
    ----------
    n_layers : int
        Blocks of attention and MLP.
    d_model, n_heads, d_mlp : int
        Width of the stream, heads of an attention (each of d_model / n_heads), hidden units.
    layer_norm : bool
        Whether every attention, every MLP and the readout is preceded by LayerNorm.
    """

    n_layers: int = 1
    d_model: int = 128
    n_heads: int = 4
    d_mlp: int = 512
    layer_norm: bool = False
    kind: str = field(default="transformer", init=False)

    title: ClassVar[str] = "transformer"

    @property
    def layers(self) -> int:
        """Number of hidden layers, one above the other."""
        return self.n_layers

    def __post_init__(self) -> None:
        """Refuse what no transformer can have."""
        ModelConfig.__post_init__(self)
        self._check_sizes("n_layers", "d_model", "n_heads", "d_mlp")
        if self.d_model % self.n_heads:
            raise SpecError(
                f"d_model must be a multiple of n_heads, {self.n_heads}, got {self.d_model}"
            )

    def sizes(self, n_positions: int) -> tuple[int, int, int]:
        """Return how large a network is, for the estimate of its memory."""
        d, m = self.d_model, self.d_mlp
        # Below the last layer all positions are carried.
        places = 1 if self.n_layers == 1 else n_positions * self.n_layers
        return d, places * (m + 4 * d), self.n_layers * (4 * d * d + 2 * d * m)


@dataclass(frozen=True, slots=True, kw_only=True)
class MLPConfig(ModelConfig):
    """Sizes of the multilayer perceptron.

    Parameters
    ----------
    d_model : int
        Width of the token vectors.
    d_hidden : int
        Hidden units.
    one_hot : bool
        Whether the hidden layer reads one-hot operands: two layers in all, and the token vectors
        are the columns of the first, of width ``d_hidden``.
    """

    d_model: int = 128
    d_hidden: int = 512
    one_hot: bool = False
    kind: str = field(default="mlp", init=False)

    title: ClassVar[str] = "MLP"

    def __post_init__(self) -> None:
        """Refuse what no perceptron can have."""
        ModelConfig.__post_init__(self)
        self._check_sizes("d_model", "d_hidden")

    def sizes(self, n_positions: int) -> tuple[int, int, int]:  # noqa: ARG002
        """Return how large a network is, for the estimate of its memory."""
        if self.one_hot:
            return self.d_hidden, self.d_hidden, self.d_hidden
        return self.d_model, self.d_hidden, 3 * self.d_model * self.d_hidden
