"""Evidence: everything measured on one embedding, or on the network, by the level of its claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from symtheory.records import Claim, Json, Role

from ..statistics.measurement import ClaimTest, Measurement
from ..symmetry.description import Description
from ..symmetry.token_cloud import TokenCloud

__all__ = ["Evidence"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Measurements on one embedding, or on the network (role NETWORK).

    Parameters
    ----------
    role : Role
    measured : mapping of str to Measurement or str
        By the level of the claim; a reason where a test could not be made.
    cloud : TokenCloud or None
        What the tests of symmetry saw; None where symmetry predicts nothing of the embedding.
    description : Description or None
        What is told beside the claims of symmetry.
    """

    role: Role
    measured: Mapping[str, Measurement[object] | str]
    cloud: TokenCloud | None = None
    description: Description | None = None

    def __repr__(self) -> str:
        return f"Evidence({self.role}: {', '.join(self.measured) or 'nothing measured'})"

    def measurement(self, test: ClaimTest[T]) -> Measurement[T] | None:
        """Return what was measured for a claim; None where it was not."""
        found = self.measured.get(test.claim.level)
        return None if found is None or isinstance(found, str) else cast(Measurement[T], found)

    def get(self, test: ClaimTest[T]) -> T | None:
        """Return the record of a test; None where it was not made."""
        found = self.measurement(test)
        return None if found is None else found.test

    def note(self, claim: Claim) -> str:
        """Return why a test could not be made, or what is to be said of it."""
        found = self.measured.get(claim.level, "not tested")
        return found if isinstance(found, str) else found.note

    @property
    def active_names(self) -> tuple[str, ...]:
        """Names of the irreps above their white share; none where symmetry predicts nothing."""
        return () if self.description is None else self.description.active_names

    @property
    def summary(self) -> dict[str, Json]:
        """Measures beside the claims, as plain JSON values."""
        whole: dict[str, Json] = {}
        for found in self.measured.values():
            if not isinstance(found, str):
                whole |= found.summary
        return whole
