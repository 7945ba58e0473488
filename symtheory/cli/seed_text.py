"""What several networks, seeds of one configuration, say together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symtheory.layout import aligned, wrapped
from symtheory.records import Json, Outcome, Role

if TYPE_CHECKING:
    import numpy as np

    from symtheory.analysis.examination import Examination
    from symtheory.analysis.statistics.seeds import SeedSummary, UsageTest

__all__ = ["OverSeeds", "over_seeds"]

_INDENT = 2


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
    summaries: "tuple[SeedSummary, ...]"
    usages: "Mapping[Role, UsageTest]"

    @property
    def outcome(self) -> Outcome:
        """What all say; where they differ, what holds of the seeds in general."""
        if len(set(self.outcomes)) == 1:
            return self.outcomes[0]
        primary = {s.outcome for s in self.summaries if s.prediction.primary}
        if Outcome.REFUTED in primary:
            return Outcome.REFUTED
        return Outcome.HELD if primary == {Outcome.HELD} else Outcome.INCONCLUSIVE

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

    def lines(self) -> Iterator[str]:
        """Yield a table of the claims over seeds, and a line on the use of irreps for each role."""
        rows = [("over seeds", "held", "mean", "95 % interval", "p", "verdict")]
        for s in self.summaries:
            interval = "-" if s.interval is None else f"{s.interval[0]:.3f} to {s.interval[1]:.3f}"
            p_value = "-" if s.corrected_p_value is None else f"{s.corrected_p_value:.2g}"
            mean = "-" if s.mean is None else f"{s.mean:.3f}"
            verdict = f"{s.outcome}{'' if s.prediction.primary else ' (secondary)'}"
            held = f"{s.n_held} of {s.n_judged}"
            rows.append((s.prediction.key, held, mean, interval, p_value, verdict))
        if self.summaries:
            yield from aligned(rows)
            yield "p: Fisher's combination over seeds, corrected for the number of claims by Holm"
        for role, usage in self.usages.items():
            yield from wrapped(f"use of irreps, {role}: ", usage.note, indent=_INDENT)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "outcome": str(self.outcome),
            "outcomes": [str(outcome) for outcome in self.outcomes],
            "claims": [summary.to_dict() for summary in self.summaries],
            "usage": {str(role): usage.to_dict() for role, usage in self.usages.items()},
        }


def over_seeds(
    examinations: "Sequence[Examination]", *, rng: "np.random.Generator", n_draws: int = 999
) -> OverSeeds:
    """Join what was found of several networks on one task."""
    from symtheory.analysis.statistics.seeds import irrep_usage, summarize_seeds
    from symtheory.geometry.block_moves import block_moves

    outcomes = tuple(found.outcome for found in examinations)
    able = [found for found in examinations if found.generalized and found.verdicts]
    if len(able) < 2:
        return OverSeeds(outcomes, (), {})
    theory = able[0].theory
    usages = {}
    for role, evidence in able[0].evidence.items():
        geometry = theory.geometries[role]
        if evidence.spectrum is None or all(len(o) < 2 for o in geometry.equivalent_blocks):
            continue
        usages[role] = irrep_usage(
            [{role: found.evidence[role].active} for found in able],
            geometry,
            moves=block_moves(theory, role),
            rng=rng,
            n_draws=n_draws,
        )
    return OverSeeds(outcomes, summarize_seeds([found.verdicts for found in able]), usages)
