"""Text and JSON record of what an examination found."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symtheory.layout import LISTED, listed, percent, wrapped
from symtheory.records import Json, Outcome, Role

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination
    from symtheory.analysis.files.embedding_files import NetworkFile
    from symtheory.analysis.homology.shape import ShapeTest
    from symtheory.analysis.symmetry.description import Description
    from symtheory.analysis.symmetry.gram import GramTest
    from symtheory.analysis.symmetry.spectrum import SpectrumTest
    from symtheory.analysis.symmetry.token_cloud import TokenCloud
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
    from symtheory.analysis.homology.shape import SHAPE_TEST
    from symtheory.analysis.symmetry.factor_law import GRAM_TEST
    from symtheory.analysis.symmetry.spectrum import SPECTRUM_TEST

    for role, (cloud, told) in found.embeddings.items():
        evidence = found.evidence[role]
        yield str(role), f"reached: {_reached(found, role)}"
        for text in (
            _active(cloud, evidence.get(SPECTRUM_TEST)),
            _gram(evidence.get(GRAM_TEST), told),
            _broken(cloud, role),
            _conformality(cloud, told),
            _shape(evidence.get(SHAPE_TEST)),
            _twins(told),
            _odd_tokens(told),
            _dimension(told),
        ):
            if text:
                yield "", text


def _reached(found: "Examination", role: Role) -> str:
    highest = found.reached[role]
    about = [v for v in found.verdicts if v.prediction.role is role]
    verdicts = [v for v in about if v.prediction.claim.finding]
    if not verdicts:
        if about:
            return "nothing of it is claimed by symmetry"
        return "nothing is claimed of this embedding; symtheory predict says why"
    open_ones = [v for v in verdicts if v.outcome is not Outcome.HELD]
    stopped = f"; {open_ones[0].prediction.level} {open_ones[0].outcome}" if open_ones else ""
    if highest is None:
        return f"no level{stopped}"
    finding = next(v.prediction.claim.finding for v in verdicts if v.prediction.level == highest)
    return f"{highest}, {finding}{stopped or ' (all that is claimed of it)'}"


def _active(cloud: "TokenCloud", spectrum: "SpectrumTest | None") -> str:
    if spectrum is None:
        return ""
    order = sorted(spectrum.active, key=lambda b: -spectrum.power[b])
    blocks = cloud.blocks
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


def _broken(cloud: "TokenCloud", role: Role) -> str:
    """Say which translations are broken."""
    from symtheory.analysis.symmetry.factors import broken_translations

    found = broken_translations(cloud, role)
    return "" if found is None else f"broken translations: {listed(found) or 'none'}"


def _gram(gram: "GramTest | None", told: "Description") -> str:
    """Say how much of the Gram matrix obeys the law."""
    if gram is None:
        return ""
    sides = ", ".join(f"{side} {share:.2f}" for side, share in told.sides.items())
    return (
        f"Gram matrix: {gram.null.observed:.3f} of it obeys the law, which leaves "
        f"{100 * gram.free_share:.2g} % of it free{'; invariant from ' * bool(sides)}{sides}"
    )


def _conformality(cloud: "TokenCloud", told: "Description") -> str:
    """Say how round and orthogonal the active blocks are, where the law leaves one weight."""
    found = told.block_roundness
    if found is None or any(law.n_parameters > 3 for law in cloud.laws):
        return ""
    return (
        f"active blocks: least roundness {found.roundness.min():.2f} (1 is a circle), largest "
        f"cosine between two {found.largest_cosine:.2f} (0 is orthogonal)"
    )


def _shape(shape: "ShapeTest | None") -> str:
    """Say whether a rival is as near, and what was thinned."""
    parts = []
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


def _twins(told: "Description") -> str:
    """Say how near the tokens that the task cannot tell apart are."""
    twins = told.twins
    if twins is None:
        return ""
    return (
        f"twins: {len(twins.classes)} classes of tokens that the task cannot tell apart, squared "
        f"distance {twins.ratio:.3g} of that of all pairs (p {twins.null.p_value:.2g})"
    )


def _odd_tokens(told: "Description") -> str:
    """Name the tokens that stand out."""
    parts = [
        f"{listed(f'{token} {percent(share)}' for token, share in tokens)} {what}"
        for tokens, what in (
            (told.odd.heavy, "of the power"),
            (told.odd.breaking, "of what the Gram law leaves"),
        )
        if tokens
    ]
    return f"odd tokens: {'; '.join(parts)}" if parts else ""


def _dimension(told: "Description") -> str:
    return (
        f"dimension: {told.effective_dimension} principal components above 1 %, participation "
        f"ratio {told.participation_ratio:.1f}"
    )


def cannot_tell(examinations: Sequence["Examination"]) -> list[str]:
    """Return what these verdicts leave open, a sentence each."""
    from symtheory.claims.network import ABLATION, ALPHA
    from symtheory.claims.symmetry import HOMOLOGY, LEAST_TOKENS

    verdicts = [verdict for found in examinations for verdict in found.verdicts]
    if not verdicts:
        return []
    sentences = [
        "The algorithm: networks with different circuits, such as clock and pizza "
        "(arXiv:2306.17844), share this geometry.",
    ]
    if not any(verdict.prediction.claim is ABLATION for verdict in verdicts):
        sentences.append(
            "Whether the network uses this geometry (L4): that needs a network that can be called; "
            "see docs/embeddings.md."
        )
    if any(verdict.prediction.claim is HOMOLOGY for verdict in verdicts):
        sentences.append(
            "L3 alone tells no token from another: persistence diagrams do not see labels."
        )
    primary = [verdict for verdict in verdicts if verdict.prediction.primary]
    if all(verdict.p_value is not None and verdict.p_value > ALPHA for verdict in primary):
        sentences.append(
            "Whether the rows stand in the task's own order: nothing is significant, as if they "
            "stood in another. --labels names the rows; a table as --task sets the order."
        )
    points = [told.n_tokens for one in examinations for _, told in one.embeddings.values()]
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
                "reached": highest,
                "active": list(told.active_names),
                "points": told.n_tokens,
                **told.to_dict(),
            }
            for role, highest in found.reached.items()
            for _, told in [found.embeddings[role]]
        },
        "metric": found.measures,
        "verdicts": [verdict.to_dict() for verdict in found.verdicts],
    }
