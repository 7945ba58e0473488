"""Table of claims over several networks, seeds of one configuration."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from symtheory.layout import aligned, wrapped

if TYPE_CHECKING:
    from symtheory.analysis.several import OverSeeds

__all__ = ["seed_lines"]

_INDENT = 2


def seed_lines(together: "OverSeeds") -> Iterator[str]:
    """Yield a table of the claims over seeds, and a line on the use of irreps for each role."""
    rows = [("over seeds", "held", "mean", "95 % interval", "p", "verdict")]
    for s in together.summaries:
        interval = "-" if s.interval is None else f"{s.interval[0]:.3f} to {s.interval[1]:.3f}"
        p_value = "-" if s.corrected_p_value is None else f"{s.corrected_p_value:.2g}"
        mean = "-" if s.mean is None else f"{s.mean:.3f}"
        verdict = f"{s.outcome}{'' if s.prediction.primary else ' (secondary)'}"
        held = f"{s.n_held} of {s.n_judged}"
        rows.append((s.prediction.key, held, mean, interval, p_value, verdict))
    if together.summaries:
        yield from aligned(rows)
        yield "p: Fisher's combination over seeds, corrected for the number of claims by Holm"
    for role, usage in together.usages.items():
        yield from wrapped(f"use of irreps, {role}: ", usage.note, indent=_INDENT)
