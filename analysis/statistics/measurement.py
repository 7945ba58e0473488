"""Test of a claim: how it is measured, and by which rule the measurement decides.

A claim is tested in the file that holds its statistic, which ends with its `ClaimTest`. A new one
is a `symtheory.records.Claim` that theory declares, such a file, and a line in
`symtheory.analysis.claims.registry`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from symtheory.records import Claim, Json, Outcome, Role

from .decision import decide
from .nulls import NullTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["Case", "ClaimTest", "Decision", "Measurement", "against_floor"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Measurement(Generic[T]):
    """Measurement for one claim on one embedding, or on the network.

    Parameters
    ----------
    test : T
        The test's own record, which figures are drawn from.
    null : NullTest or None
        The effect beside its null; None where no distribution decides.
    p, least_p : float, optional
        p-value of the claim, and the least that was possible; by default those of the null.
    n_tokens : int
        Number of distinct tokens: too few leave some tests no power.
    details : mapping
        Further plain JSON values of the verdict.
    conditions : mapping of str to float
        Further quantities that the rule of the claim looks at.
    note : str
        What a reader of the verdict must know beyond the numbers.
    summary : mapping
        Values beside the claims that the result lists under ``measures``.
    """

    test: T
    null: NullTest | None
    p: float | None = None
    least_p: float | None = None
    n_tokens: int = 0
    details: Mapping[str, Json] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    summary: Mapping[str, Json] = field(default_factory=dict)

    @property
    def effect(self) -> float:
        """The observed statistic; NaN where no distribution decides."""
        return math.nan if self.null is None else self.null.observed

    @property
    def p_value(self) -> float:
        """The p-value of the claim, before any correction; 1 where no distribution decides."""
        if self.p is not None or self.null is None:
            return 1.0 if self.p is None else self.p
        return self.null.p_value

    @property
    def least_p_value(self) -> float:
        """The least p-value that was possible."""
        if self.least_p is not None or self.null is None:
            return 1.0 if self.least_p is None else self.least_p
        return self.null.least_p_value


@dataclass(frozen=True, slots=True)
class Case:
    """Floor, p-values and level by which a rule decides; p is corrected for a secondary claim."""

    floor: float | None
    p_value: float
    least_p_value: float
    alpha: float


Decision = tuple[Outcome, str]
"""The outcome, and why it is not "held"."""

Rule = Callable[[Measurement[T], Case], Decision]


def against_floor(found: Measurement[T], case: Case) -> Decision:
    """Decide by p-value and floor; inconclusive where no p-value could have been small enough."""
    least = case.least_p_value
    if least > case.alpha:
        return Outcome.INCONCLUSIVE, f"no power: no p-value below {least:.2g} was possible"
    return decide(found.effect, case.floor, case.p_value, case.alpha)


@dataclass(frozen=True, slots=True, eq=False)
class ClaimTest(Generic[T]):
    """The test of one claim.

    Parameters
    ----------
    claim : Claim
    measure : callable
        From a network and the role of an embedding (NETWORK for the network itself) to the
        measurement, or to a reason why there is none; a PredictionError is one too.
    decide : callable
        Draws nothing: the same measurement always gets the same verdict.
    needs : str
        What of the network must be known for the claim to be made at all: ``logits``, ``units``,
        ``stages``.
    """

    claim: Claim
    measure: Callable[["Network", Role], Measurement[T] | str]
    decide: Rule[T] = against_floor
    needs: str = ""
