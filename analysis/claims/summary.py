"""Summary of verdicts: one sentence on what holds, what fails and why, and what is open.

No partial truth is hidden: what holds of a refuted network is named, and where L4 holds though the
laws of the embeddings do not, so are the functions of its tokens that the network computes with.
"""

import math
from collections.abc import Mapping, Sequence

from symtheory.claims.network import ABLATION, GENERALIZATION_FLOOR
from symtheory.layout import listed
from symtheory.records import Outcome, Role, Verdict

from ..symmetry.spectrum import SPECTRUM_TEST
from .evidence import Evidence

__all__ = ["summary"]


def summary(
    outcome: Outcome,
    verdicts: Sequence[Verdict],
    evidence: Mapping[Role, Evidence],
    *,
    accuracy: float | None,
) -> str:
    """Return the outcome of the primary verdicts in words.

    Parameters
    ----------
    outcome : Outcome
        Of all of them together.
    verdicts : sequence of Verdict
        With one primary verdict at least.
    evidence : mapping of Role to Evidence
    accuracy : float or None
        On held-out cells; the sentence is conditional where it is not known.
    """
    primary = [v for v in verdicts if v.prediction.primary]
    if accuracy is not None and accuracy < GENERALIZATION_FLOOR:
        shown = math.floor(1e4 * accuracy) / 1e4  # .98996 must not read as .99
        return (
            f"{outcome}: did not generalize (held-out accuracy {shown:.4g}, the claims "
            f"are about networks at {GENERALIZATION_FLOOR} or above)"
        )
    unless = (
        f", if the network generalizes (held-out accuracy {GENERALIZATION_FLOOR} or above)"
        if accuracy is None
        else ""
    )
    held, refuted, open_ones = (
        [v for v in primary if v.outcome is wanted]
        for wanted in (Outcome.HELD, Outcome.REFUTED, Outcome.INCONCLUSIVE)
    )
    if outcome is Outcome.HELD:
        if not open_ones:
            return f"held{unless}: all {len(primary)} primary claims"
        return (
            f"held{unless}: all {len(held)} primary claims that have power "
            f"({_keys(open_ones)} none)"
        )
    parts = [f"{v.prediction.key} is refuted ({_reason(v)})" for v in refuted]
    parts += [
        f"{_keys(some)} {what}" for some, what in ((held, "held"), (open_ones, "open")) if some
    ]
    used = _used(held, refuted, evidence)
    return f"{outcome}{unless}: {'; '.join([*parts, *used])}"


def _keys(verdicts: Sequence[Verdict]) -> str:
    return ", ".join(v.prediction.key for v in verdicts)


def _reason(verdict: Verdict) -> str:
    return verdict.note.partition(";")[0]


def _used(
    held: Sequence[Verdict], refuted: Sequence[Verdict], evidence: Mapping[Role, Evidence]
) -> list[str]:
    """Say what a network computes with whose embeddings do not obey the laws."""
    if not any(v.prediction.claim is ABLATION for v in held):
        return []
    found = []
    for role in sorted({v.prediction.role for v in refuted} - {Role.NETWORK, Role.READOUT}):
        spectrum, cloud = evidence[role].get(SPECTRUM_TEST), evidence[role].cloud
        if spectrum is not None and cloud is not None:
            names = listed(cloud.blocks[b].name for b in spectrum.in_use)
            found.append(f"of {role} the network uses only {names}")
    return found
