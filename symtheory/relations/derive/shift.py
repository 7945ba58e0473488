"""Shift of a task: f(phi^-1(phi(x) c), y) = f(x, psi^-1(c psi(y))), for any h and any group."""

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import NO_ANSWER_READ, DerivationContext
from symtheory.relations.derive.coordinates import Coordinates
from symtheory.relations.invariances import Shift
from symtheory.relations.wording.label_maps import LabelMap, definitions, explained
from symtheory.relations.wording.latex import to_latex
from symtheory.relations.wording.move_families import (
    MoveFamily,
    candidate_families,
    exponent_between,
    find_steps,
)
from symtheory.relations.wording.residues import residues
from symtheory.structure.factorization import Factorization, FactorizationKind
from symtheory.tasks.task import Task

__all__ = [
    "Stepping",
    "adds_residues",
    "coordinate_maps",
    "shift_identity",
    "stepping_families",
    "summand",
]

Stepping = tuple[MoveFamily, NDArray[np.int64]]
"""A family of moves, and the element of the group by which each multiplies."""


def shift_identity(context: DerivationContext) -> Shift | None:
    """Return the shift, or None if there is no group or no instance."""
    own = context.coordinates
    if own is None:
        return None
    formula, where = _text(context, own)
    found = Shift(
        formula=formula,
        latex=to_latex(formula),
        where=where,
        reads=(),
        evaluation=NO_ANSWER_READ,
        **context.sizes,
        classes=_classes(own, len(context.task.z_labels)),
    )
    return found if found.n_instances(context.task.table) else None


def coordinate_maps(
    task: Task, factorization: Factorization
) -> tuple[LabelMap, LabelMap, LabelMap]:
    """Return phi, psi and h as maps between labels."""
    elements = factorization.group.labels
    is_additive = adds_residues(factorization)
    modulus = factorization.group.order if is_additive else None
    return (
        LabelMap("φ", r"\varphi", factorization.phi, task.x_labels, elements, modulus),
        LabelMap("ψ", r"\psi", factorization.psi, task.y_labels, elements, modulus),
        LabelMap("h", "h", factorization.h, elements, task.z_labels, modulus),
    )


def stepping_families(
    context: DerivationContext, axis: str, elements: NDArray[np.int64], *, from_left: bool
) -> tuple[Stepping, ...]:
    """Return the families of moves of tokens that multiply elements, by all of the group.

    Parameters
    ----------
    context : DerivationContext
        Of a task with a factorization.
    axis : {"x", "y"}
    elements : (n,) int64
        Elements of the left or right operands; if one has none, no family moves all.
    from_left : bool
        Whether moves multiply from the left.
    """
    task, factorization = context.task, context.factorization
    if context.modulus is None or factorization is None or (elements < 0).any():
        return ()
    tokens = residues(task.x_labels if axis == "x" else task.y_labels, context.modulus)
    if tokens is None:
        return ()
    group = factorization.group
    found = []
    for family in candidate_families(tokens, elements, group.order):
        steps = find_steps(family.images(tokens), elements, group, from_left=from_left)
        if steps is not None and len(np.unique(steps)) == group.order:
            found.append((family, steps))
    return tuple(found)


def _classes(own: Coordinates, n_answers: int) -> NDArray[np.int64]:
    """Cells by their product; those with one absorbing operand by what absorbs, on which side."""
    group = own.factorization.group
    x, y = own.x[:, None], own.y[None, :]
    has_x, has_y = (x >= 0) & (x < group.order), (y >= 0) & (y < group.order)
    product = group.table[np.where(has_x, x, 0), np.where(has_y, y, 0)]
    classes = np.where(has_x & has_y, product, -1)
    classes = np.where((x >= group.order) & has_y, x, classes)
    return np.where(has_x & (y >= group.order), y + n_answers, classes)


def _text(context: DerivationContext, own: Coordinates) -> tuple[str, tuple[str, ...]]:
    for family_x, steps_x in stepping_families(context, "x", own.x, from_left=False):
        for family_y, steps_y in stepping_families(context, "y", own.y, from_left=True):
            k = exponent_between(family_x, steps_x, family_y, steps_y)
            if k is not None:
                letter = "c" if family_x.center is None else "u"
                left, right = family_x.text("x", (letter, 1)), family_y.text("y", (letter, k))
                condition = tuple(line.format(letter) for line in family_x.condition)
                return f"f({left}, y) = f(x, {right})", condition
    factorization = own.factorization
    if context.is_associative and factorization.kind is FactorizationKind.ISOTOPE:
        return "f(x·c, y) = f(x, c·y)", ("x·c = f(x, c)",)
    phi, psi, _ = coordinate_maps(context.task, factorization)
    if adds_residues(factorization) and phi.has_formula and psi.has_formula:
        sums = (phi.text(x) + summand(psi.text(y)) for x, y in (("x", "y"), ("x'", "y'")))
        return f"f(x, y) = f(x', y') if {' = '.join(sums)}", definitions((phi, psi))
    where = explained(((phi, "x"), (psi, "y")))
    if (
        factorization.kind is FactorizationKind.ENVELOPE
        or context.structure.reduction.has_duplicate_tokens
    ):
        return "f(x, y) = f(x', y') if φ(x)·ψ(y) = φ(x')·ψ(y')", where
    return "f(φ⁻¹(φ(x)·c), y) = f(x, ψ⁻¹(c·ψ(y)))", where


def summand(term: str, *, is_subtracted: bool = False) -> str:
    """Return a term with its sign, to be put behind others.

    Examples
    --------
    >>> summand("-y"), summand("-y", is_subtracted=True), summand("y + 1", is_subtracted=True)
    (' - y', ' + y', ' - (y + 1)')
    """
    is_negative = term.startswith("-") and " " not in term
    if is_subtracted and " " in term:
        term = f"({term})"
    sign = "-" if is_negative != is_subtracted else "+"
    return f" {sign} {term.removeprefix('-') if is_negative else term}"


def adds_residues(factorization: Factorization) -> bool:
    """Whether the elements of the group are residues in their order, added."""
    everyone = np.arange(factorization.group.order)
    total = (everyone[:, None] + everyone) % len(everyone)
    return np.array_equal(factorization.group.table, total)
