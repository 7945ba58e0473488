"""The order of the stages of training, from the rows of its log.

Three steps are read off curves that use no held-out answer, each by one rule:

- *memorization*: from here on every logged train accuracy is 1;
- *symmetry acquisition*: after the peak of the symmetry violation, from here on every logged
  violation is below a tenth of that peak;
- *geometric organization*: from here on every logged effective dimension is at or below the
  geometric mean of its largest and its last value (if it fell to half or less).

The step of *generalization* (from here on every logged test accuracy is 1) is reported beside
them and decides nothing.

A log sees a step only up to its interval: an event first seen at step s happened after the row
before s. An event that the log never shows happened, if at all, after its last row. Two events
whose intervals overlap are tied. The claim is

    memorization < symmetry acquisition <= geometric organization,

where a tie leaves the first part open and agrees with the second.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from symtheory.claims.network import STAGES
from symtheory.errors import SpecError
from symtheory.records import Json, Outcome, Role

from .measurement import Case, ClaimTest, Decision, Measurement

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["STAGES_TEST", "Milestone", "Stages", "find_stages"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """First step from which something held for good, as far as the log shows it.

    Parameters
    ----------
    after : int
        Last logged step at which it did not hold yet; -1 where it held from the first row.
    step : int or None
        First logged step from which it held; None where the log never shows it.
    """

    after: int
    step: int | None

    @property
    def until(self) -> float:
        """The step, or infinity where it was never seen."""
        return math.inf if self.step is None else self.step

    def is_before(self, other: "Milestone") -> bool:
        """Whether it certainly happened before the other."""
        return self.until <= other.after


@dataclass(frozen=True, slots=True)
class Stages:
    """The three stages and, beside them, generalization."""

    memorization: Milestone
    acquisition: Milestone
    organization: Milestone
    generalization: Milestone

    @property
    def outcome(self) -> Outcome:
        """Whether memorization < symmetry acquisition <= geometric organization."""
        if self.acquisition.is_before(self.memorization) or self.organization.is_before(
            self.acquisition
        ):
            return Outcome.REFUTED
        unseen = self.acquisition.step is None or self.organization.step is None
        if unseen or not self.memorization.is_before(self.acquisition):
            return Outcome.INCONCLUSIVE
        return Outcome.HELD

    @property
    def note(self) -> str:
        """Say what the order was, and what the log could not resolve."""
        named = {
            "memorization": self.memorization,
            "symmetry acquisition": self.acquisition,
            "geometric organization": self.organization,
        }
        steps = [
            f"{name} {'never seen' if milestone.step is None else f'at step {milestone.step}'}"
            for name, milestone in named.items()
        ]
        pairs = [(self.memorization, self.acquisition), (self.acquisition, self.organization)]
        tied = any(
            None not in (a.step, b.step) and not a.is_before(b) and not b.is_before(a)
            for a, b in pairs
        )
        return ", ".join(steps) + ("; a tie within one logging interval" if tied else "")

    def to_dict(self) -> dict[str, Json]:
        """Return the steps as plain JSON values, null where never seen."""
        return {
            "memorization": self.memorization.step,
            "symmetry_acquisition": self.acquisition.step,
            "geometric_organization": self.organization.step,
            "generalization": self.generalization.step,
        }


def find_stages(rows: Sequence[Mapping[str, Json]]) -> Stages:
    """Read the stages off the rows of a training log.

    Parameters
    ----------
    rows : sequence of mappings
        With "step" and, null where not measured, "train_accuracy", "violation",
        "effective_dimension" and "test_accuracy". Steps increase.

    Raises
    ------
    SpecError
        If there is no row, or steps do not increase.

    Examples
    --------
    >>> def row(step, train, violation, dimension):
    ...     return {"step": step, "train_accuracy": train, "violation": violation,
    ...             "effective_dimension": dimension, "test_accuracy": 0.0}
    >>> stages = find_stages([row(0, 0.0, 0.1, 40), row(10, 1.0, 5.0, 38), row(20, 1.0, 0.2, 30),
    ...                       row(30, 1.0, 0.1, 8)])
    >>> print(stages.outcome, stages.to_dict()["geometric_organization"])
    held 30
    """
    steps = [step for step, _ in _series(rows, "step")]
    if not rows or len(steps) < len(rows) or any(b <= a for a, b in pairwise(steps)):
        raise SpecError("a training log needs rows whose steps increase")
    accuracy = _series(rows, "train_accuracy")
    violation = _series(rows, "violation")
    dimension = _series(rows, "effective_dimension")
    test = _series(rows, "test_accuracy")
    return Stages(
        memorization=_settled([(step, value >= 1) for step, value in accuracy]),
        acquisition=_acquired(violation),
        organization=_organized(dimension),
        generalization=_settled([(step, value >= 1) for step, value in test]),
    )


def _acquired(violation: list[tuple[int, float]]) -> Milestone:
    if not violation:
        return Milestone(-1, None)
    # The peak is not below its own tenth, so what settles does so after it.
    peak = max(value for _, value in violation)
    return _settled([(step, value < peak / 10) for step, value in violation])


def _organized(dimension: list[tuple[int, float]]) -> Milestone:
    values = [value for _, value in dimension]
    if not values or values[-1] > max(values) / 2:
        return Milestone(dimension[-1][0] if dimension else -1, None)
    midpoint = math.sqrt(max(values) * values[-1])
    return _settled([(step, value <= midpoint) for step, value in dimension])


def _settled(marks: list[tuple[int, bool]]) -> Milestone:
    """Return when the marks become true for good."""
    last_false = max((i for i, (_, mark) in enumerate(marks) if not mark), default=-1)
    after = marks[last_false][0] if last_false >= 0 else -1
    step = marks[last_false + 1][0] if last_false + 1 < len(marks) else None
    return Milestone(after, step)


def _series(rows: Sequence[Mapping[str, Json]], key: str) -> list[tuple[int, float]]:
    pairs = [(_number(row.get("step")), _number(row.get(key))) for row in rows]
    return [(int(step), value) for step, value in pairs if step is not None and value is not None]


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _measure(network: "Network", _: Role) -> Measurement[Stages] | str:
    stages = network.stages
    if stages is None:
        return "no training log"
    return Measurement(stages, null=None, details=stages.to_dict(), note=stages.note)


def _decide(found: Measurement[Stages], case: Case) -> Decision:  # noqa: ARG001
    return found.test.outcome, ""


STAGES_TEST = ClaimTest(STAGES, _measure, _decide, needs="stages")
