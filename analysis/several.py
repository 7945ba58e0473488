"""Examination of several networks, seeds of one configuration, and what they say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symtheory.geometry.block_moves import block_moves
from symtheory.records import Json, Outcome, Role

from .examination import Examination
from .statistics.seeds import SeedSummary, joint_outcome, summarize_seeds
from .statistics.usage import UsageTest, irrep_usage
from .symmetry.spectrum import SPECTRUM_TEST

__all__ = ["OverSeeds", "over_seeds"]


@dataclass(frozen=True, slots=True, eq=False)
class OverSeeds:
    """Inference with the seed as unit, on the networks that generalized.

    Parameters
    ----------
    outcomes : tuple of Outcome
        One for each network.
    summaries : tuple of SeedSummary
        One for each claim; none for fewer than two networks that generalized.
    usages : mapping of Role to UsageTest
        Whether equivalent irreps are used equally often.
    """

    outcomes: tuple[Outcome, ...]
    summaries: tuple[SeedSummary, ...]
    usages: Mapping[Role, UsageTest]

    @property
    def outcome(self) -> Outcome:
        """Joint outcome of all networks."""
        return joint_outcome(self.outcomes, self.summaries)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        counts = [f"{self.outcomes.count(o)} {o}" for o in Outcome if o in self.outcomes]
        is_open = any(
            s.prediction.primary and s.outcome is not Outcome.HELD for s in self.summaries
        )
        more = "; that seeds in general do needs more of them"
        return (
            f"{self.outcome}: of {len(self.outcomes)} networks {', '.join(counts)}"
            f"{more if is_open and self.outcome is Outcome.HELD else ''}"
        )

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "outcome": str(self.outcome),
            "outcomes": [str(outcome) for outcome in self.outcomes],
            "claims": [summary.to_dict() for summary in self.summaries],
            "usage": {str(role): usage.to_dict() for role, usage in self.usages.items()},
        }


def over_seeds(
    examinations: Sequence[Examination], *, rng: np.random.Generator, n_draws: int = 999
) -> OverSeeds:
    """Join what was found of several networks on one task.

    Parameters
    ----------
    examinations : sequence of Examination
        All of one theory, with independent null draws.
    rng : numpy.random.Generator
        For the use of irreps.
    n_draws : int
    """
    outcomes = tuple(found.outcome for found in examinations)
    able = [found for found in examinations if found.generalized and found.verdicts]
    if len(able) < 2:
        return OverSeeds(outcomes, (), {})
    theory = able[0].theory
    usages = {}
    for role, evidence in able[0].evidence.items():
        if evidence.get(SPECTRUM_TEST) is None:
            continue
        geometry = theory.geometries[role]
        if all(len(orbit) < 2 for orbit in geometry.equivalent_blocks):
            continue
        usages[role] = irrep_usage(
            [{role: found.embeddings[role][1].active} for found in able],
            geometry,
            moves=block_moves(theory, role),
            rng=rng,
            n_draws=n_draws,
        )
    return OverSeeds(outcomes, summarize_seeds([found.verdicts for found in able]), usages)
