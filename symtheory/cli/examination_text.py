"""What an examination found, as text for people and as plain JSON values."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symtheory.records import Json, Level, Outcome, Role
from symtheory.text.layout import LISTED, percent, wrapped

if TYPE_CHECKING:
    from symtheory.analysis.evidence import Evidence
    from symtheory.analysis.examination import Examination
    from symtheory.analysis.files.embedding_files import NetworkFile
    from symtheory.representations.isotypic import IsotypicBlock

__all__ = [
    "cannot_tell",
    "embedding_lines",
    "embedding_summary",
    "examination_record",
    "labeled",
    "read_line",
]

_FREQUENCY = "frequency "
_LABEL = 9  # columns of the label before a line

_WHAT_HELD = {
    Level.SPECTRUM: "few irreps",
    Level.GRAM: "the Gram law",
    Level.PROCRUSTES: "the template",
    Level.HOMOLOGY: "the shape",
}


def labeled(label: str, text: str) -> Iterator[str]:
    """Yield a line with a label in front, broken where it is too long."""
    joined = text.replace(" %", "\N{NO-BREAK SPACE}%")
    for line in wrapped(f"{label:<{_LABEL}}", joined, indent=_LABEL):
        yield line.replace("\N{NO-BREAK SPACE}%", " %")


def read_line(network: "NetworkFile") -> str:
    """Say which arrays were read."""
    parts = [f"{role} = {name!r:.60} ({head})" for role, (name, head) in network.arrays.items()]
    labels = ", ".join(network.reordered)
    order = f"; rows of {labels} put in the task's order by their labels" if labels else ""
    return f"{network.path}: {', '.join(parts)}{order}"


def embedding_lines(found: "Examination") -> Iterator[str]:
    """Yield the summary of every embedding, aligned."""
    for label, text in embedding_summary(found):
        yield from labeled(label, text)


def embedding_summary(found: "Examination") -> Iterator[tuple[str, str]]:
    """Yield, for every embedding, the level reached, active irreps, Gram law and dimension."""
    for role, evidence in found.evidence.items():
        yield str(role), f"reached: {_reached(found, role)}"
        for text in (
            _active(evidence),
            _gram(evidence),
            _conformality(evidence),
            _shape(evidence),
            _twins(evidence),
            _dimension(evidence),
        ):
            if text:
                yield "", text


def _reached(found: "Examination", role: Role) -> str:
    level = found.reached[role]
    verdicts = [
        v for v in found.verdicts if v.prediction.role is role and v.prediction.level in _WHAT_HELD
    ]
    if not verdicts:
        if any(v.prediction.role is role for v in found.verdicts):
            return "nothing of it is claimed by symmetry"
        return "nothing is claimed of this embedding; symtheory predict says why"
    open_ones = [v for v in verdicts if v.outcome is not Outcome.HELD]
    stopped = f"; {open_ones[0].prediction.level} {open_ones[0].outcome}" if open_ones else ""
    if level is None:
        return f"no level{stopped}"
    return f"{level}, {_WHAT_HELD[level]}{stopped or ' (all that is claimed of it)'}"


def _active(evidence: "Evidence") -> str:
    spectrum = evidence.spectrum
    if spectrum is None:
        return ""
    order = sorted(spectrum.active, key=lambda b: -spectrum.power[b])
    blocks = evidence.cloud.blocks
    are_frequencies = all(b.name.startswith(_FREQUENCY) for b in blocks if b.characters)
    names = [
        f"{_name(blocks[b])} ({percent(float(spectrum.power[b]))})" for b in order[: 2 * LISTED]
    ]
    more = f" and {len(order) - len(names)} more" if len(order) > len(names) else ""
    total = percent(float(spectrum.power[order].sum()))
    kind = "frequencies" if are_frequencies else "irreps"
    return (
        f"active {kind}: {', '.join(names) or 'none'}{more}; {len(order)} of {len(blocks)}, "
        f"together {total} of the power"
    )


def _name(block: "IsotypicBlock") -> str:
    """Return the name of an irrep, with its degree where that says something."""
    degree = f" of degree {block.degree}" if block.degree > 1 and block.characters else ""
    return block.name.removeprefix(_FREQUENCY) + degree


def _gram(evidence: "Evidence") -> str:
    """Say how much of the Gram matrix obeys the law."""
    gram = evidence.gram
    if gram is None:
        return ""
    sides = ", ".join(f"{side} {share:.3f}" for side, share in evidence.sides.items())
    crossing = ""
    if sides and evidence.cross_share is not None:
        crossing = f"; {evidence.cross_share:.3f} of it joins different irreps"
    return (
        f"Gram matrix: {gram.null.observed:.3f} of it obeys the law, which leaves "
        f"{100 * gram.free_share:.2g} % of it free{'; invariant from ' * bool(sides)}{sides}"
        f"{crossing}"
    )


def _conformality(evidence: "Evidence") -> str:
    """Say how round and orthogonal the active blocks are, where the law leaves one weight."""
    found = evidence.conformality
    if found is None or any(len(shapes) > 1 for shapes in evidence.cloud.shapes):
        return ""
    return (
        f"active blocks: least roundness {found.roundness.min():.2f} (1 is a circle), largest "
        f"cosine between two {found.largest_cosine:.2f} (0 is orthogonal)"
    )


def _shape(evidence: "Evidence") -> str:
    """Say whether a rival is as near, and what was thinned."""
    parts, shape = [], evidence.shape
    if shape is not None and shape.rivals is not None and shape.compatible:
        among = f"{len(shape.rivals.rivals)} rival templates"
        parts.append(
            f"nearer to its template than to each of {among}"
            if shape.identified
            else f"not surely nearer to its template than to all of {among}"
        )
    if shape is not None and max(shape.comparison.covering_radii) > 0:
        parts.append(
            "diagrams of landmarks, every point within "
            f"{max(shape.comparison.covering_radii):.2f} of one (radius of the cloud: 1)"
        )
    return "; ".join(parts)


def _twins(evidence: "Evidence") -> str:
    """Say how near the tokens that the task cannot tell apart are."""
    twins = evidence.twins
    if twins is None:
        return ""
    return (
        f"twins: {len(twins.classes)} classes of tokens that the task cannot tell apart, squared "
        f"distance {twins.ratio:.3g} of that of all pairs (p {twins.null.p_value:.2g})"
    )


def _dimension(evidence: "Evidence") -> str:
    return (
        f"dimension: {evidence.effective_dimension} principal components above 1 %, participation "
        f"ratio {evidence.participation_ratio:.1f}"
    )


def cannot_tell(examinations: Sequence["Examination"]) -> list[str]:
    """Return what these verdicts leave open, a sentence each."""
    from symtheory.claims.symmetry import ALPHA, LEAST_TOKENS

    verdicts = [verdict for found in examinations for verdict in found.verdicts]
    if not verdicts:
        return []
    sentences = [
        "The algorithm: networks with different circuits, such as clock and pizza "
        "(arXiv:2306.17844), share this geometry.",
    ]
    if all(found.ablation is None for found in examinations):
        sentences.append(
            "Whether the network uses this geometry (L4): that needs a network that can be called; "
            "see docs/embeddings.md."
        )
    if any(verdict.prediction.level is Level.HOMOLOGY for verdict in verdicts):
        sentences.append(
            "L3 alone tells no token from another: persistence diagrams do not see labels."
        )
    primary = [verdict for verdict in verdicts if verdict.prediction.primary]
    if all(verdict.p_value is not None and verdict.p_value > ALPHA for verdict in primary):
        sentences.append(
            "Whether the rows stand in the task's own order: nothing is significant, as if they "
            "stood in another. --labels names the rows; a table as --task sets the order."
        )
    points = [e.n_tokens for found in examinations for e in found.evidence.values()]
    smallest = min(points, default=LEAST_TOKENS)
    if smallest < LEAST_TOKENS:
        sentences.append(
            f"With {smallest} points, fewer than {LEAST_TOKENS}, no level is conclusive: every "
            "geometry fits too easily."
        )
    return sentences


def examination_record(
    network: "NetworkFile", found: "Examination", warnings: Sequence[str]
) -> dict[str, Json]:
    """Return everything that was found of one network as plain JSON values."""
    return {
        "file": str(network.path),
        "arrays": {
            str(role): {"name": name, "shape": list(head.shape), "dtype": head.dtype}
            for role, (name, head) in network.arrays.items()
        },
        "accuracy": found.accuracy,
        "outcome": str(found.outcome),
        "sentence": found.sentence,
        "warnings": list(warnings),
        "embeddings": {
            str(role): {
                "reached": None if level is None else str(level),
                "active": list(found.evidence[role].active_names),
                "points": found.evidence[role].n_tokens,
                **found.evidence[role].measures(),
            }
            for role, level in found.reached.items()
        },
        "metric": found.meaning.measures(),
        "verdicts": [verdict.to_dict() for verdict in found.verdicts],
    }
