"""Equivariances of a task: the moves of its operands that carry the answer along.

A group isotope is moved by its translations. Any other table by generators of its autotopism group;
if its labels are residues, scalings f(u^j*x, u^k*y) = u^m*f(x, y), which every homogeneous
polynomial has, are recognized and used with all units u.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import NO_ANSWER_READ, DerivationContext
from symtheory.relations.derive.coordinates import Coordinates
from symtheory.relations.derive.move_text import move_text
from symtheory.relations.derive.scalings import Scaling, find_scalings
from symtheory.relations.derive.shift import (
    Stepping,
    adds_residues,
    coordinate_maps,
    stepping_families,
    summand,
)
from symtheory.relations.equivariances import Moves, Translations
from symtheory.relations.wording.label_maps import LabelMap, definitions, explained
from symtheory.relations.wording.latex import to_latex
from symtheory.relations.wording.move_families import (
    MoveFamily,
    answer_exponent,
    candidate_families,
    exponent_between,
)
from symtheory.relations.wording.residues import residues
from symtheory.structure.factorization import FactorizationKind

__all__ = ["equivariance_identity"]


def equivariance_identity(context: DerivationContext) -> Translations | Moves | None:
    """Return the equivariance, or None if no move of the operands carries the answers along."""
    own = context.coordinates
    if own is not None and own.factorization.kind is FactorizationKind.ISOTOPE:
        return _translations(context, own)
    return _moves(context)


def _translations(context: DerivationContext, own: Coordinates) -> Translations | None:
    factorization = own.factorization
    formula, where = _text(context, own)
    found = Translations(
        formula=formula,
        latex=to_latex(formula),
        where=where,
        reads=(),
        evaluation=NO_ANSWER_READ,
        **context.sizes,
        classes=_orbits(own, len(context.task.z_labels)),
        group=factorization.group,
        phi=factorization.phi,
        psi=factorization.psi,
        h=factorization.h,
    )
    return found if found.n_instances(context.task.table) else None


def _orbits(own: Coordinates, n_answers: int) -> NDArray[np.int64]:
    """Orbits of the translations on cells; -1 where both operands are outside the group.

    A cell with an operand that absorbs to v keeps its answer, so v may be no group element's.
    """
    order = own.factorization.group.order
    z = np.full(n_answers, -1) if own.z is None else own.z
    sides = []
    for elements in (own.x, own.y):
        is_absorbing = elements >= order
        # Whether v has a number of its own: no group element has the answer v.
        is_own = z[np.where(is_absorbing, elements - order, 0)] >= order
        sides.append(np.where(is_absorbing & ~is_own, -1, elements))
    x, y = sides[0][:, None], sides[1][None, :]
    has_x, has_y = (x >= 0) & (x < order), (y >= 0) & (y < order)
    orbits = np.where(has_x & has_y, 0, -1)
    orbits = np.where((x >= order) & has_y, x - order + 1, orbits)
    return np.where(has_x & (y >= order), y - order + 1 + n_answers, orbits)


def _text(context: DerivationContext, own: Coordinates) -> tuple[str, tuple[str, ...]]:
    factorization = own.factorization
    phi, psi, h = coordinate_maps(context.task, factorization)
    for x in stepping_families(context, "x", own.x, from_left=True):
        for y in stepping_families(context, "y", own.y, from_left=False):
            if (x[0].center is None) == (y[0].center is None):
                found = _residue_text(context, own, x, y, h)
                if found is not None:
                    return found
    if context.is_associative:
        return "f(a·x, y·b) = a·f(x, y)·b", ("a·x = f(a, x)",)
    if adds_residues(factorization) and phi.has_formula and psi.has_formula:
        # The step from one element to another; each operand may go anywhere.
        step = "".join(
            summand(one.text(f"{letter}'")) + summand(one.text(letter), is_subtracted=True)
            for one, letter in ((phi, "x"), (psi, "y"))
        )
        roots = definitions((phi, psi))
        if h.is_identity:
            return f"f(x', y') = f(x, y){step}", roots
        return f"f(x', y') = h(h⁻¹(f(x, y)){step})", (*roots, *explained(((h, "g"),)))
    formula = "f(φ⁻¹(a·φ(x)), ψ⁻¹(ψ(y)·b)) = h(a·h⁻¹(f(x, y))·b)"
    return formula, explained(((phi, "x"), (psi, "y"), (h, "g")))


def _residue_text(
    context: DerivationContext, own: Coordinates, x: Stepping, y: Stepping, h: LabelMap
) -> tuple[str, tuple[str, ...]] | None:
    """Write translations, or scalings, of residues; the answer moves alike, or inside h."""
    is_additive = x[0].center is None
    a, b = ("a", "b") if is_additive else ("u", "v")
    sides = f"f({x[0].text('x', (a, 1))}, {y[0].text('y', (b, 1))})"
    where = tuple(line.format(f"{a}, {b}") for line in x[0].condition)
    answer = "f(x, y)"
    group = own.factorization.group
    if own.z is None or not group.is_abelian:
        return None
    tokens = residues(context.task.z_labels, x[0].modulus)
    if tokens is None:
        return None
    for family in candidate_families(tokens, own.z, group.order):
        k, m = (
            answer_exponent(*one, family, tokens=tokens, elements=own.z, group=group)
            for one in (x, y)
        )
        if k is not None and m is not None:
            return f"{sides} = {family.text(answer, (a, k), (b, m))}", where
    if (
        is_additive
        and group.order == x[0].modulus
        and h.source == tuple(map(str, range(group.order)))
    ):
        # Steps are residues in the group as well, and h has to undo and redo its renaming.
        inner = MoveFamily(group.order, None)
        residue = np.arange(group.order)
        k, m = (exponent_between(*one, inner, residue) for one in (x, y))
        if k is not None and m is not None:
            moved = inner.text("h⁻¹(f(x, y))", (a, k), (b, m))
            return f"{sides} = h({moved})", (*where, *explained(((h, "g"),)))
    return None


def _moves(context: DerivationContext) -> Moves | None:
    """Return the moves by scalings, and by those generators that scalings leave over."""
    scalings = find_scalings(context)
    alphas, betas, gammas = _generators(context, scalings)
    parts: list[str] = []
    where: list[str] = []
    for scaling in scalings:
        parts.append(scaling.text)
        where += scaling.where
    if len(alphas):
        text, lines = move_text(context, alphas, betas, gammas)
        parts.append(text)
        where += lines
    if not parts:
        return None
    formula = " and ".join(parts)
    found = Moves(
        formula=formula,
        latex=to_latex(formula),
        where=tuple(dict.fromkeys(where)),
        reads=(),
        evaluation=NO_ANSWER_READ,
        **context.sizes,
        alphas=np.concatenate([alphas, *(scaling.alphas for scaling in scalings)]),
        betas=np.concatenate([betas, *(scaling.betas for scaling in scalings)]),
        gammas=np.concatenate([gammas, *(scaling.gammas for scaling in scalings)]),
    )
    return found if found.n_instances(context.task.table) else None


def _generators(
    context: DerivationContext, scalings: tuple[Scaling, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return generators of the autotopisms that move answers otherwise than scalings do.

    One that moves the answers as a product of scalings does differs from it by an invariance.
    """
    generators, live = context.symmetries.generators, context.structure.reduction.live
    # All products of scalings, by what they do to the answers that occur.
    reached = {live.tobytes()}
    frontier = [np.arange(len(context.task.z_labels))]
    steps = [gamma for scaling in scalings for gamma in scaling.generator_gammas]
    while frontier:
        gamma = frontier.pop()
        for step in steps:
            image = step[gamma]
            if image[live].tobytes() not in reached:
                reached.add(image[live].tobytes())
                frontier.append(image)
    keep = [
        index
        for index, gamma in enumerate(generators.gammas)
        if np.ascontiguousarray(gamma[live]).tobytes() not in reached
    ]
    return generators.alphas[keep], generators.betas[keep], generators.gammas[keep]
