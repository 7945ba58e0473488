"""What a training is determined by: one frozen record, with defaults that settle the geometry."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

from symtheory.errors import SpecError
from symtheory.records import Json

__all__ = ["TrainingConfig", "TransformerConfig"]


@dataclass(frozen=True, slots=True)
class TransformerConfig:
    """Sizes of the one-layer transformer: widths are numbers of real coordinates."""

    d_model: int = 128
    n_heads: int = 4
    d_mlp: int = 512


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Every choice that the result of a training depends on, besides the task.

    Parameters
    ----------
    loss : {"symmetry", "none"}
        Whether relations of the task are added to the cross-entropy.
    steps : int
        Most optimizer steps; a run ends earlier once its geometry has settled.
    seed : int
        Root of all random streams: split, initial parameters, tuples, diagnostic tuples.
    train_fraction : float
        Share of the table's cells that are training data.
    learning_rate, betas, weight_decay : AdamW
    warmup : int
        Steps over which the learning rate rises linearly.
    relations : tuple of str
        Names of the relations used as losses, and measured as violation; where the task lacks one,
        `symtheory.experiments.objectives.selection` says what stands in for it.
    relation_weight : float
        Factor lambda of the sum of the relation losses.
    tuples : int
        Instances of each relation drawn at each step.
    log_every, checkpoint_every : int
        Steps between log rows (with their embeddings) and between resumable states.
    settled_window, settled_similarity, settled_violation : int, float, float
        The geometry has settled at the first log row at which all training cells are answered,
        the mean violation of every relation is at most ``settled_violation`` nats, and the cosine
        between each centered Gram matrix and its value ``settled_window`` steps earlier is at
        least ``settled_similarity``. None of this reads a held-out label or a test statistic.
    model : TransformerConfig
    device : str
        ``"cpu"``, ``"cuda"`` or ``"cuda:1"``; part of the record, not of the identity of a run.
    """

    loss: str = "symmetry"
    steps: int = 3000
    seed: int = 0
    train_fraction: float = 0.3
    learning_rate: float = 0.005
    betas: tuple[float, float] = (0.9, 0.99)
    weight_decay: float = 1.0
    warmup: int = 20
    relations: tuple[str, ...] = ("swap", "composition")
    relation_weight: float = 1.0
    tuples: int = 512
    log_every: int = 10
    checkpoint_every: int = 100
    settled_window: int = 50
    settled_similarity: float = 0.999
    settled_violation: float = 0.01
    model: TransformerConfig = field(default_factory=TransformerConfig)
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Refuse values that no training can have."""
        if self.loss not in ("symmetry", "none"):
            raise SpecError(f"loss is 'symmetry' or 'none', not {self.loss!r}")
        if self.steps < 1:
            raise SpecError(f"steps must be at least 1, got {self.steps}")
        if self.seed < 0:
            raise SpecError(f"seed must be a non-negative integer, got {self.seed}")
        if not 0 < self.train_fraction < 1:
            raise SpecError(
                f"train fraction must lie strictly between 0 and 1, got {self.train_fraction}"
            )

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        plain: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(self)))
        return plain

    def fingerprint(self, task: dict[str, Json]) -> str:
        """Return eight hexadecimal digits that name this configuration of this task.

        The device is left out: it does not change what is computed.
        """
        identity = self.to_dict() | {"device": None, "task": task}
        text = json.dumps(identity, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]
