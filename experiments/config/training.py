"""Training configuration: one frozen record of all that determines a run.

Its defaults train until the geometry has settled, not only until the answers are right.
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field

from symtheory.errors import SpecError
from symtheory.prompting import Symmetry
from symtheory.records import Json

from .model import MLPConfig, ModelConfig, TransformerConfig
from .optimizer import OptimizerConfig

__all__ = [
    "Auxiliary",
    "MLPConfig",
    "ModelConfig",
    "OptimizerConfig",
    "TrainingConfig",
    "TransformerConfig",
]

SPLITS = ("uniform", "stratified", "mask", "adjacent")
PRECISIONS = ("float32", "float64")
SYMMETRIES = tuple(map(str, Symmetry))


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """One term of the loss beside the cross-entropy.

    Parameters
    ----------
    name : str
        A relation of the task by name, ``"consistency"`` for all of `TrainingConfig.relations`,
        ``"placebo"`` for the same relations of a wrong structure, or a prior on the embeddings:
        ``"nuclear norm"``, ``"entropy"``, ``"lipschitz"``.
    weight : float
        The factor lambda.
    start, stop : int, int or None
        First step with the term, and first step without it again (None: it stays).
    ramp : int
        Steps from ``start`` on over which the weight rises linearly.
    """

    name: str
    weight: float = 1.0
    start: int = 0
    stop: int | None = None
    ramp: int = 0

    def __post_init__(self) -> None:
        """Refuse a schedule that cannot be."""
        if not 0 < self.weight < float("inf"):
            raise SpecError(f"the weight of {self.name} must be positive, got {self.weight}")
        if self.start < 0 or self.ramp < 0:
            raise SpecError(f"start and ramp of {self.name} must not be negative")
        if self.stop is not None and self.stop <= self.start:
            raise SpecError(
                f"{self.name} must stop after it starts, got {self.start} to {self.stop}"
            )

    def factor(self, step: int) -> float:
        """Return the weight at a step, counted from 0.

        Examples
        --------
        >>> [Auxiliary("swap", 2.0, start=1, stop=5, ramp=2).factor(step) for step in range(6)]
        [0.0, 1.0, 2.0, 2.0, 2.0, 0.0]
        """
        if step < self.start or (self.stop is not None and step >= self.stop):
            return 0.0
        return self.weight * min(1.0, (step - self.start + 1) / max(1, self.ramp))


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Every choice that the result of a training depends on, besides the task.

    Parameters
    ----------
    steps : int
        Most optimizer steps; a run ends earlier once its geometry has settled.
    seed : int
        Root of all random streams: split, initial parameters, tuples, diagnostic tuples.
    split : {"uniform", "stratified", "mask", "adjacent"}
        How training cells are drawn: uniformly from all cells, as many of every answer, given, or,
        where the task is about an order, all that compare neighbors.
    train_fraction : float
        Share of the table's cells that are training data; not used with a mask or neighbors.
    mask : tuple of str or None
        Given training cells: one string per left operand, with "1" for a training cell and "0" for
        any other.
    symmetry : {"known", "derived"} or None
        Whether the relations that prompt are those of the whole table, as prior knowledge, or are
        derived from the training cells alone. None: known where the task has a definition, derived
        where it is a table. A run folder records which.
    auxiliaries : tuple of Auxiliary
        Terms of the loss beside the cross-entropy.
    augmentation : tuple of str
        Relations by name (or ``"consistency"``) whose closure of the training answers is learned
        as further labels: the control for what a relation does beyond transporting labels.
    relations : tuple of str
        Names of the relations that consistency stands for, and whose violation decides when a run
        has settled; where the task lacks one,
        `symtheory.experiments.objectives.selection` says what stands in for it.
    tuples : int
        Instances of each relation drawn at each step.
    log_every, checkpoint_every : int
        Steps between log rows (with their embeddings) and between resumable states. Steps that are
        powers of two are logged too.
    settled_window, settled_similarity, settled_violation : int, float, float
        The geometry has settled at the first log row at which all training cells are answered,
        the mean violation of each of ``relations`` is at most ``settled_violation`` nats, and the
        linear CKA (cosine of centered Gram matrices) of each embedding with its value
        ``settled_window`` steps earlier is at least ``settled_similarity``. None of this reads a
        held-out label or a test statistic. In the cool-down of the optimizer things settle because
        the rate falls.
    model : TransformerConfig or MLPConfig
    optimizer : OptimizerConfig
    precision : {"float32", "float64"}
        Of parameters and arithmetic.
    device : str
        ``"cpu"``, ``"cuda"`` or ``"cuda:1"``; part of the record, not of the identity of a run.
    """

    steps: int = 2500
    seed: int = 0
    split: str = "uniform"
    train_fraction: float = 0.3
    mask: tuple[str, ...] | None = None
    symmetry: str | None = None
    auxiliaries: tuple[Auxiliary, ...] = (Auxiliary("consistency"),)
    augmentation: tuple[str, ...] = ()
    relations: tuple[str, ...] = ("swap", "composition", "triangle", "converse", "transitivity")
    tuples: int = 512
    log_every: int = 10
    checkpoint_every: int = 100
    settled_window: int = 50
    settled_similarity: float = 0.999
    settled_violation: float = 0.01
    model: TransformerConfig | MLPConfig = field(default_factory=TransformerConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    precision: str = "float32"
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Refuse values that no training can have."""
        for name in ("steps", "tuples", "log_every", "checkpoint_every", "settled_window"):
            if getattr(self, name) < 1:
                raise SpecError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.seed < 0:
            raise SpecError(f"seed must be a non-negative integer, got {self.seed}")
        if not 0 < self.train_fraction < 1:
            raise SpecError(
                f"train fraction must lie strictly between 0 and 1, got {self.train_fraction}"
            )
        if self.split not in SPLITS:
            raise SpecError(f"split is one of {', '.join(SPLITS)}, not {self.split!r}")
        if (self.split == "mask") != (self.mask is not None):
            raise SpecError('a mask goes with split "mask", and that split needs a mask')
        if self.symmetry not in (None, *SYMMETRIES):
            raise SpecError(f"symmetry is {' or '.join(SYMMETRIES)}, not {self.symmetry!r}")
        if self.precision not in PRECISIONS:
            raise SpecError(f"precision is one of {', '.join(PRECISIONS)}, not {self.precision!r}")
        names = [auxiliary.name for auxiliary in self.auxiliaries]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SpecError(f"the auxiliary {twice[0]!r} is given twice; give it once")

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        plain: dict[str, Json] = json.loads(json.dumps(dataclasses.asdict(self)))
        return plain

    def fingerprint(self, task: dict[str, Json]) -> str:
        """Return eight hexadecimal digits that name this configuration of this task.

        The device is left out: it does not change what is computed. So is known symmetry, which
        was all there was in version 0.1.
        """
        identity = self.to_dict() | {"device": None, "task": task}
        if self.symmetry in (None, Symmetry.KNOWN):
            del identity["symmetry"]
        text = json.dumps(identity, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]
