"""The theory of a task as text, to be read from top to bottom before any training."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.metric import NATURAL
from symtheory.claims.symmetry import (
    GRAM,
    LEAST_TOKENS,
    LEAST_TOKENS_SPECTRUM,
    PROCRUSTES,
    SPECTRUM,
)
from symtheory.layout import aligned, listed, percent, wrapped
from symtheory.orders.relabelings import least_axis_p_value
from symtheory.records import Prediction, Role
from symtheory.relations.derive.derive import composition_refusal, coordinate_maps
from symtheory.relations.relation import Relation
from symtheory.relations.triangle import Triangle
from symtheory.structure.factorization import Factorization, FactorizationKind
from symtheory.structure.reduction import Reduction
from symtheory.text.coordinate_forms import coordinate_form
from symtheory.text.geometry_text import geometry_lines, irreps_lines
from symtheory.text.kernel_text import kernel_lines
from symtheory.theory import Theory

__all__ = ["closure_text", "theory_text"]

_LEVEL = 0.05  # at which verdicts are given, unless told otherwise


def theory_text(theory: Theory, known: NDArray[np.int64] | None = None) -> str:
    """Return the printout of a theory.

    Parameters
    ----------
    theory : Theory
    known : (nx, ny) int64, optional
        Training answers, -1 where held out; with them the closure of each relation is given.
    """
    sections = (
        _task(theory, known),
        _structure(theory),
        _relations(theory, known),
        irreps_lines(theory),
        geometry_lines(theory) if theory.geometries else (),
        () if theory.metric is None else theory.metric.text_lines(),
        () if theory.order is None else theory.order.text_lines(),
        kernel_lines(theory),
        _claims(theory),
    )
    texts = ("\n".join(lines) for lines in sections)
    return "\n\n".join(text for text in texts if text) + "\n"


def _task(theory: Theory, known: NDArray[np.int64] | None) -> Iterator[str]:
    task = theory.task
    nx, ny = task.table.shape
    tokens = "one set of tokens for both operands" if task.shared_tokens else "two sets of tokens"
    if task.questions:
        tokens = "entities on the left, questions about entities on the right"
    yield f"task         {task.formula}"
    n_cells = int(task.is_known.sum())
    partial = f" ({n_cells} of them known)" if task.is_partial else ""
    yield f"             {nx} x {ny} cells{partial}, {len(task.z_labels)} answers, {tokens}"
    if known is not None:
        n_train = int((known >= 0).sum())
        share = f"{100 * n_train / n_cells:.1f} %"
        yield f"             {n_train} training cells ({share}), the rest held out"
    for line in _set_apart(theory.structure.reduction, theory):
        yield from wrapped("set apart    ", line, indent=13)


def _set_apart(reduction: Reduction, theory: Theory) -> Iterator[str]:
    task = theory.task
    sides = (
        ("left", task.x_labels, reduction.x_class, reduction.x_absorbing),
        ("right", task.y_labels, reduction.y_class, reduction.y_absorbing),
    )
    absorbed = [listed([labels[t] for t in tokens]) for _, labels, _, tokens in sides]
    if absorbed[0] and absorbed[0] == absorbed[1]:
        yield f"{absorbed[0]} absorbs: as either operand the answer is always the same"
    else:
        for (side, *_), names in zip(sides, absorbed, strict=True):
            if names:
                yield f"{names} absorbs: as {side} operand the answer is always the same"
    for side, labels, classes, _ in sides:
        n_classes = int(classes.max()) + 1
        if n_classes < len(classes):
            twins = np.flatnonzero(classes == int(np.argmax(np.bincount(classes) > 1)))
            example = " and ".join(labels[token] for token in twins[:2])
            yield (
                f"twins: only {n_classes} of {len(classes)} {side} operands differ, "
                f"{example} for example do not"
            )
    n_live = len(reduction.live)
    if n_live < len(task.z_labels):
        yield f"{len(task.z_labels) - n_live} answers never occur, {n_live} do"


def _structure(theory: Theory) -> Iterator[str]:
    structure, symmetries = theory.structure, theory.symmetries
    factorization = structure.factorization
    if factorization is None:
        yield from wrapped("group        none: ", structure.reason, indent=13)
        if structure.quadrangle_rate is not None:
            yield (
                f"             distance to a group: {percent(structure.quadrangle_rate)} of random "
                "quadrangles close (a group: 100 %)"
            )
    else:
        group = factorization.group
        kind = "abelian" if group.is_abelian else "non-abelian"
        found = {
            FactorizationKind.ISOTOPE: "recognized from the table",
            FactorizationKind.MANY_TO_ONE: "found as a regular group of invariances",
            FactorizationKind.ENVELOPE: "found as the abelian envelope",
        }[factorization.kind]
        yield f"group        {group.name}, order {group.order}, {kind}, {found}"
        yield from wrapped(
            "maps         f(x, y) = h(φ(x)·ψ(y)) with ", _maps(theory, factorization), indent=13
        )
        remark = {
            FactorizationKind.ISOTOPE: "",
            FactorizationKind.MANY_TO_ONE: (
                "h forgets: several elements of the group give one answer"
            ),
            FactorizationKind.ENVELOPE: (
                "the operands reach only part of the group; its translations are no symmetry of "
                "the task, so what follows from them is conjecture"
            ),
        }[factorization.kind]
        if remark:
            yield from wrapped(" " * 13, remark, indent=13)
    yield from _envelope(theory)
    merged = ", twins merged" if structure.reduction.has_duplicate_tokens else ""
    yield (
        f"invariances  |Sym_f| = {symmetries.n_invariances}, with exchange of the operands "
        f"{symmetries.n_invariances_with_swap}{merged}"
    )
    yield (
        f"autotopisms  |Atp| = {_atp(theory)}{symmetries.n_autotopisms}, with exchange "
        f"{symmetries.n_autotopisms_with_swap}{merged}"
    )


def _atp(theory: Theory) -> str:
    """|G|²·|Aut G| = for a group in disguise."""
    factorization = theory.structure.factorization
    if factorization is None or factorization.kind is not FactorizationKind.ISOTOPE:
        return ""
    n = factorization.group.order
    n_automorphisms, rest = divmod(theory.symmetries.n_autotopisms, n**2)
    return "" if rest else f"|G|²·|Aut G| = {n}²·{n_automorphisms} = "


def _maps(theory: Theory, factorization: Factorization) -> str:
    phi, psi, h = coordinate_maps(theory.task, factorization)
    n = factorization.group.order
    shown = []
    for one, argument in ((phi, "x"), (psi, "y")):
        form = coordinate_form(one.images, one.source, n) if _is_cyclic(factorization) else None
        text = re.sub(r"\bt\b", argument, form[0]) if form else ""
        if not text and one.is_identity:
            text = argument
        shown.append(f"{one.symbol}({argument}) = {text}" if text else f"{one.symbol}: {one.table}")
    shown.append(f"h(g) = {h.text('g')}" if h.has_formula else f"h: {h.table}")
    return "; ".join(shown)


def _is_cyclic(factorization: Factorization) -> bool:
    return factorization.group.order in factorization.group.element_orders


def _envelope(theory: Theory) -> Iterator[str]:
    envelope = theory.structure.envelope
    factorization = theory.structure.factorization
    if factorization is None or factorization.group.is_abelian:
        return  # the reason speaks of it, or it is the group itself
    # Two free directions, a shifted against b and both against c, every table has.
    n_free = envelope.free_rank - 1
    free = [f"Z^{n_free}" if n_free > 1 else "Z"] * (n_free > 0)
    parts = " x ".join([*free, *(f"Z{d}" for d in envelope.torsion)]) or "trivial"
    yield f"envelope     {parts}, of the whole table: the phases with a(x)·b(y) = c(f(x, y))"


def _relations(theory: Theory, known: NDArray[np.int64] | None) -> Iterator[str]:
    if not theory.relations:
        yield "relations    none"
        return
    rows = [("relation", "identity", "reads", "" if known is None else "settles held-out cells")]
    for relation in theory.relations:
        reads = " and ".join(relation.reads) or "no answer"
        rows.append((relation.name, relation.formula, reads, closure_text(relation, known)))
    yield from aligned(rows)
    titles = [one.title for one in theory.relations if one.title != one.name]
    if titles:
        yield from wrapped("  known as: ", ", ".join(titles), indent=4)
    conditions: dict[str, list[str]] = {}
    for relation in theory.relations:
        for line in relation.where:
            conditions.setdefault(line, []).append(relation.name)
    for line, names in conditions.items():
        yield from wrapped(f"  {', '.join(names)}: ", line, indent=4)
    how: dict[str, list[str]] = {}
    for relation in theory.relations:
        how.setdefault(relation.evaluation, []).append(relation.name)
    for evaluation, names in how.items():
        yield from wrapped(f"  {', '.join(names)}: ", evaluation, indent=4)
    refusal = composition_refusal(theory.structure, theory.symmetries)
    if refusal is not None:
        yield from wrapped("  no composition: ", refusal, indent=4)


def closure_text(relation: Relation, known: NDArray[np.int64] | None) -> str:
    """Return the share of held-out cells that a relation settles, and in how many rounds."""
    if known is None:
        return ""
    found = relation.closure(known)
    later = f", {percent(found.fraction)} in {found.rounds} rounds" if found.rounds > 1 else ""
    return percent(found.fraction_one_round) + later


def _claims(theory: Theory) -> Iterator[str]:
    alike: dict[tuple[object, ...], list[Prediction]] = {}
    predicted = theory.predictions(theory.roles, prompted=(Triangle.kind,))
    if not predicted:
        yield "claims       none: the task has too little symmetry to fix the geometry of a network"
        return
    for prediction in predicted:
        alike.setdefault((prediction.level, prediction.statement), []).append(prediction)
    tables = (
        "one table shared by both operands"
        if Role.SHARED in theory.roles
        else "a table for each operand"
    )
    yield f"claims       for a network with {tables}"
    width = max(len(claim.level) for claim in predicted)
    order = list(dict.fromkeys(claim.level for claim in predicted))
    for predictions in sorted(alike.values(), key=lambda same: order.index(same[0].level)):
        first = predictions[0]
        served = ", ".join(prediction.role for prediction in predictions)
        kind = "primary" if first.primary else "secondary"
        if first.claim is NATURAL and first.primary:
            kind += " if the triangle equality is in the loss, else secondary"
        floor = "" if first.floor is None else f", effect at least {first.floor:g}"
        label = f"  {first.level:{width}} "
        yield from wrapped(label, f"{first.statement} ({served})", indent=len(label))
        yield from wrapped(
            " " * len(label), f"{kind}{floor}; null: {first.null}", indent=len(label)
        )
    yield from _without_power(theory, predicted)


def _without_power(theory: Theory, predicted: Sequence[Prediction]) -> Iterator[str]:
    """Say which claims will be inconclusive whatever the network does."""
    if theory.metric is not None and len(theory.metric.graph) < LEAST_TOKENS:
        yield (
            "  no power: claims of the metric are inconclusive for fewer than "
            f"{LEAST_TOKENS} vertices"
        )
    if theory.order is not None:
        order = theory.order.order
        of_axes = max(least_axis_p_value(order, i) for i in range(len(order.attributes)))
        if of_axes > _LEVEL:
            yield (
                "  no power: axes are inconclusive, so few relabelings of the entities leave no "
                f"p-value below {float(of_axes):.2g}"
            )
    if not any(claim.claim in {SPECTRUM, GRAM, PROCRUSTES} for claim in predicted):
        return
    served = [theory.geometries[role] for role in theory.roles if role in theory.geometries]
    fewest = min((geometry.n_points for geometry in served), default=LEAST_TOKENS_SPECTRUM)
    for least, levels in ((LEAST_TOKENS_SPECTRUM, "L0"), (LEAST_TOKENS, "L1 and L2")):
        if fewest < least:
            yield f"  no power: {levels} are inconclusive for fewer than {least} distinct tokens"
