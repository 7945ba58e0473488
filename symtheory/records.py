"""The frozen records that layers exchange: what is predicted, what was embedded, what held.

A `Prediction` is declared before training; an `Embedding` is what a network learned; a `Verdict`
joins the two. All of them turn into plain JSON with ``to_dict`` (never NaN: a missing number is
null), and the file that holds them names ``SCHEMA``.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

__all__ = [
    "SCHEMA",
    "Claim",
    "Embedding",
    "HiddenUnits",
    "Json",
    "Level",
    "Outcome",
    "Prediction",
    "Role",
    "Verdict",
    "finite",
]

SCHEMA = "symtheory/1"

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Role(StrEnum):
    """Which operand an embedding serves."""

    SHARED = "shared"  # one embedding W_E serves both operands
    X = "x"  # the embedding W_E of the left operand
    Y = "y"  # ... and of the right one
    READOUT = "readout"  # the unembedding W_U, a vector for each answer
    NETWORK = "network"  # the claim is about the network, not about one embedding


class Level(StrEnum):
    """Rung of the ladder of claims that symmetry makes of one embedding."""

    SPECTRUM = "L0"
    GRAM = "L1"
    PROCRUSTES = "L2"
    HOMOLOGY = "L3"


class Outcome(StrEnum):
    """What a test says of a prediction."""

    HELD = "held"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Claim:
    """A kind of statement about networks: what is the same of it for every task.

    Parameters
    ----------
    level : str
        Short name: the rung of the ladder (``"L1"``), or a word (``"axes"``).
    label : str
        What its effect is called in tables.
    statistic : str
        What is measured, as a formula or a phrase.
    null : str
        How the reference distribution of the statistic is drawn.
    floor : float or None
        Least effect that counts as "held"; None where the test has no effect floor.
    primary : bool
        Primary claims decide the exit code; secondary ones are corrected for their number.
    least_tokens : int
        Fewer distinct tokens than this leave the test no power, ...
    weakness : str
        ... and why.
    finding : str
        What a network is said to have where the claim held; for rungs of the ladder.
    is_law : bool
        Whether it states a law of the task. A network is not held on claims alone that state none,
        such as that few irreps are used or that removing them does harm.
    of_one_layer : bool
        Whether it is derived for one hidden layer: of deeper networks it can be held, not refuted.
    """

    level: str
    label: str
    statistic: str
    null: str
    floor: float | None
    primary: bool = False
    least_tokens: int = 0
    weakness: str = ""
    finding: str = ""
    is_law: bool = True
    of_one_layer: bool = False

    def about(self, role: Role, statement: str) -> "Prediction":
        """Return the claim about one embedding, as a statement that can fail.

        Where the task decides the floor, say, or whether the claim is primary,
        `dataclasses.replace` those of the prediction.
        """
        return Prediction(
            self, role, statement, self.statistic, self.null, self.floor, self.primary
        )


@dataclass(frozen=True, slots=True)
class Prediction:
    """One falsifiable statement about one embedding, declared before training.

    Parameters
    ----------
    claim, role
        What kind of statement it is, and the embedding that it is about.
    statement : str
        The claim in words.
    statistic, null, floor, primary
        As of `Claim`.
    """

    claim: Claim
    role: Role
    statement: str
    statistic: str
    null: str
    floor: float | None
    primary: bool

    @property
    def level(self) -> str:
        """Short name of the claim."""
        return str(self.claim.level)

    @property
    def key(self) -> str:
        """Short unique name, such as ``"shared/L1"``."""
        return f"{self.role}/{self.level}"

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "key": self.key,
            "level": self.level,
            "role": str(self.role),
            "statement": self.statement,
            "statistic": self.statistic,
            "null": self.null,
            "floor": self.floor,
            "primary": self.primary,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Points that a network assigns to the tokens of one operand.

    Parameters
    ----------
    points : (n_tokens, d_model) float64
        Row i is the vector of token i, in the task's own token order.
    role : Role
        The operand that the rows serve.
    """

    points: NDArray[np.float64]
    role: Role

    def __post_init__(self) -> None:
        """Check shape and finiteness."""
        points = np.asarray(self.points, dtype=np.float64)
        if points.ndim != 2:
            raise SpecError(f"an embedding is (n_tokens, d_model), got shape {points.shape}")
        bad = np.argwhere(~np.isfinite(points))
        if len(bad):
            row, column = bad[0]
            raise SpecError(
                f"the {self.role} embedding has {len(bad)} values that are not finite, the first "
                f"at row {row}, column {column}"
            )
        object.__setattr__(self, "points", points)


@dataclass(frozen=True, slots=True, eq=False)
class HiddenUnits:
    """Hidden units of a network, each by three functions on tokens: its sides.

    Parameters
    ----------
    x, y : (n_units, nx), (n_units, ny) float64
        Main effects of the pre-activation: its mean over the other operand, up to a constant. Where
        a unit sums one term for each operand, as in a perceptron, those terms.
    readout : (n_units, nz) float64
        What the unit adds to the logit of each answer, per activation.

    Raises
    ------
    SpecError
        If the arrays are no matrices of finite numbers with one row for each unit.

    Examples
    --------
    >>> HiddenUnits(np.zeros((2, 5)), np.zeros((2, 4)), np.zeros((2, 3)))
    HiddenUnits(2 units, 5 x 4 operands, 3 answers)
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    readout: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("x", "y", "readout"):
            side = np.asarray(getattr(self, name), dtype=np.float64)
            if side.ndim != 2 or not len(side) or len(side) != len(self.x):
                raise SpecError(
                    f"each side of {len(self.x)} hidden units is (n_units, n_tokens), got "
                    f"{name} of shape {side.shape}"
                )
            if not np.isfinite(side).all():
                raise SpecError(f"the {name} side of the hidden units has values not finite")
            object.__setattr__(self, name, side)

    def __repr__(self) -> str:
        m, nx = self.x.shape
        sizes = f"{nx} x {self.y.shape[1]} operands, {self.readout.shape[1]} answers"
        return f"HiddenUnits({m} units, {sizes})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the test of one prediction found.

    Parameters
    ----------
    prediction : Prediction
    outcome : Outcome
    effect : float or None
        Effect size in the units of ``prediction.statistic``.
    null_mean, null_quantile : float or None
        Mean and 95 % quantile of the statistic under the null.
    p_value : float or None
        (1 + #{null at least as extreme}) / (1 + n_null), corrected where the note says so.
    n_null : int
        Number of null draws.
    note : str
        What a reader must know beyond the numbers.
    details : mapping
        Further plain JSON values (per-block power, diagrams, stage steps, ...).
    """

    prediction: Prediction
    outcome: Outcome
    effect: float | None
    null_mean: float | None = None
    null_quantile: float | None = None
    p_value: float | None = None
    n_null: int = 0
    note: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            **self.prediction.to_dict(),
            "outcome": str(self.outcome),
            "effect": finite(self.effect),
            "null_mean": finite(self.null_mean),
            "null_quantile": finite(self.null_quantile),
            "p_value": finite(self.p_value),
            "n_null": self.n_null,
            "note": self.note,
            "details": dict(self.details),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Verdict":
        """Return the verdict that `to_dict` wrote.

        Its claim has the level for a label, which the record does not hold.

        Raises
        ------
        SpecError
            If this is no record of a verdict.
        """
        try:
            level, statistic, null = (plain[key] for key in ("level", "statistic", "null"))
            claim = Claim(level, level, statistic, null, plain["floor"])
            about = claim.about(Role(plain["role"]), plain["statement"])
            numbers = {
                key: plain[key]
                for key in ("effect", "null_mean", "null_quantile", "p_value", "n_null")
            }
            return cls(
                replace(about, primary=plain["primary"]),
                Outcome(plain["outcome"]),
                **numbers,
                note=plain["note"],
                details=dict(plain["details"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise SpecError(f"this is no record of a verdict: {error!r}") from error


def finite(value: float | None) -> float | None:
    """Return the value as a plain float, or None where JSON has no number for it.

    Examples
    --------
    >>> finite(0.5), finite(float("nan")), finite(None)
    (0.5, None, None)
    """
    return None if value is None or not math.isfinite(value) else float(value)
