"""Associative law of a task in its own labels, or the reason why it has none."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.composition import Composition
from symtheory.relations.derive.context import DerivationContext
from symtheory.relations.derive.coordinates import Coordinates, match_tokens
from symtheory.relations.wording.label_maps import LabelMap, definitions

if TYPE_CHECKING:
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["composition_identity", "composition_refusal"]

_EVALUATION = (
    "both inner cells are training cells; predictions at the outer cells, held out or not, are "
    "compared"
)


def composition_identity(context: DerivationContext) -> Composition | None:
    """Return the composition law, or None if `composition_refusal` has a reason."""
    task = context.task
    operands = context.answer_as_operand
    if operands is not None and context.is_associative:
        everyone = np.arange(len(task.x_labels))
        covered = np.ones(len(everyone), dtype=bool)
        return _composition(context, (everyone, operands, operands), (covered, covered))
    own = context.coordinates
    if own is None or own.z is None:
        return None
    labels = (task.x_labels, task.y_labels, task.z_labels)
    z = own.z
    x, y = _composable(own, z)
    tau = match_tokens(y, x, labels[1], labels[0], modulus=context.modulus)
    lam = match_tokens(z, x, labels[2], labels[0], modulus=context.modulus)
    mu = match_tokens(z, y, labels[2], labels[1], modulus=context.modulus)
    found = _composition(context, (tau, lam, mu), (x >= 0, y >= 0))
    return found if found.n_instances(task.table) else None


def composition_refusal(structure: "Structure", symmetries: "Symmetries") -> str | None:
    """Return why a task has no composition law, or None if it has one.

    Answers can be composed if they can stand for operands: if the readout h is one to one.
    """
    context = DerivationContext(structure, symmetries)
    if composition_identity(context) is not None:
        return None
    factorization, task = structure.factorization, structure.task
    if factorization is None:
        return "no group is behind the table, so no answer stands for an operand"
    h, elements = factorization.h, factorization.group.labels
    answers, counts = np.unique(h[h >= 0], return_counts=True)
    if (counts > 1).any():
        answer = int(answers[np.argmax(counts > 1)])
        first, second = np.flatnonzero(h == answer)[:2]
        return (
            f"the readout h is not one to one: the elements {elements[first]} and "
            f"{elements[second]} of {factorization.group.name} both give "
            f"{task.z_labels[answer]}, so an answer does not stand for an operand"
        )
    return "no answer has the element of an operand, so none can be put in again"


def _composable(
    own: Coordinates, z: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the elements of operands; absorbing ones only with their own zero.

    An operand that absorbs to v can be composed if v is no answer of a group element: then v is the
    zero adjoined to the group. Otherwise the answer v could mean either.
    """
    order = own.factorization.group.order
    x, y = own.x.copy(), own.y.copy()
    for elements in (x, y):
        absorbing = np.flatnonzero(elements >= order)
        # z gives v the number of its group element, if it has one, instead of its own order + v.
        is_ambiguous = z[elements[absorbing] - order] != elements[absorbing]
        elements[absorbing[is_ambiguous]] = -1
    return x, y


def _composition(
    context: DerivationContext,
    maps: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    covered: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Composition:
    """Write the law with the maps tau, lambda and mu, for the operands x and w covered."""
    tau, lam, mu = maps
    task, n = context.task, context.modulus
    middle = context.y_to_x("τ", r"\tau", tau)
    to_x = LabelMap("λ", r"\lambda", lam, task.z_labels, task.x_labels, n)
    to_y = LabelMap("μ", r"\mu", mu, task.z_labels, task.y_labels, n)
    inner, latex_inner = f"f({middle.text('y')}, w)", f"f({middle.latex('y')},w)"
    where = definitions([to_x, to_y, middle])
    live = np.unique(task.table[task.table >= 0])
    for one, answer in ((to_x, "f(x, y)"), (to_y, inner)):
        if (one.images[live] < 0).any() and not one.root_text():
            kept = [task.z_labels[z] for z in live.tolist() if one.images[z] >= 0]
            where += (f"{answer} in {{{', '.join(kept)}}}",)
    for letter, labels, is_covered in (
        ("x", task.x_labels, covered[0]),
        ("w", task.y_labels, covered[1]),
    ):
        if not is_covered.all():
            where += (f"{letter} ≠ {', '.join(np.array(labels)[~is_covered])}",)
    return Composition(
        formula=f"f({to_x.text('f(x, y)')}, w) = f(x, {to_y.text(inner)})",
        latex=f"f({to_x.latex('f(x,y)')},w) = f(x,{to_y.latex(latex_inner)})",
        where=where,
        reads=("f(x, y)", inner),
        evaluation=_EVALUATION,
        **context.sizes,
        tau=tau,
        lam=lam,
        mu=mu,
        is_left=covered[0],
        is_right=covered[1],
    )
