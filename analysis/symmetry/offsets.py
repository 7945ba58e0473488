"""Offsets between orbits of tokens, which alone must not carry a claim of symmetry over its floor.

An absorbing token far from all others makes most of the Gram matrix invariant and most of the cloud
a template, whatever the others do; see `symtheory.analysis.symmetry.within_orbits`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from symtheory.records import Level, Outcome, Role

from ..statistics.measurement import Case, Decision, Measurement

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["offsets_condition", "without_offsets"]

T = TypeVar("T")

_WITHIN = "within orbits"


def offsets_condition(network: "Network", role: Role, level: Level) -> Mapping[str, float]:
    """Return the effect without the offsets, for `without_offsets`; empty where there are none."""
    effects = network.within_orbits.get(role, {})
    return {_WITHIN: effects[level]} if level in effects else {}


def without_offsets(found: Measurement[T], case: Case, outcome: Outcome, note: str) -> Decision:
    """Refute what only the offsets between orbits carry over the floor."""
    floor, within = case.floor, found.conditions.get(_WITHIN)
    if outcome is not Outcome.HELD or floor is None or within is None or within >= floor:
        return outcome, note
    return (
        Outcome.REFUTED,
        f"without the offsets of the orbits {within:.2f}, below the floor of {floor:g}",
    )
