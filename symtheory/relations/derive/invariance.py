"""Invariances beyond the shift: those of a many-to-one h, and those of a table without a group.

If h(a theta(g)) = h(g) for an automorphism theta and an element a of the group, then
f(phi^-1(a theta(phi(x))), psi^-1(theta(psi(y)))) = f(x, y). For (x + y)^3 mod p these are the
multiplications by cube roots of unity. Without a group there are generators of Sym_f.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.pair_orbits import pair_orbits
from symtheory.combinatorics.partitions import first_places, join, join_all, numbered
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.group import Group
from symtheory.relations.derive.context import NO_ANSWER_READ, DerivationContext
from symtheory.relations.derive.coordinates import Coordinates, match_tokens
from symtheory.relations.derive.move_text import move_text
from symtheory.relations.invariances import Fibre, Invariance, SameAnswer
from symtheory.relations.wording.latex import to_latex
from symtheory.structure.factorization import FactorizationKind

__all__ = ["fibre_identity", "invariance_identity"]

_MOST_AUTOMORPHISMS = 4096
_Kind = TypeVar("_Kind", Fibre, Invariance)


def fibre_identity(context: DerivationContext) -> Fibre | None:
    """Return the fibre relation, or None if no automorphism fits h or there are too many."""
    own = context.coordinates
    if own is None or own.factorization.kind is not FactorizationKind.MANY_TO_ONE:
        return None
    task = context.task
    labels, n = (task.x_labels, task.y_labels), context.modulus
    outside = own.factorization.group.order + np.arange(len(task.z_labels))
    moves = []
    for shift, theta in _forgotten(own):
        extended = np.concatenate([theta, outside, [-1]])
        shifted = np.concatenate([own.factorization.group.table[shift][theta], outside, [-1]])
        moves.append(
            (
                match_tokens(shifted[own.x], own.x, labels[0], labels[0], modulus=n),
                match_tokens(extended[own.y], own.y, labels[1], labels[1], modulus=n),
            )
        )
    if not moves:
        return None
    alphas, betas = (np.array(side) for side in zip(*moves, strict=True))
    found = _same_answer(Fibre, context, alphas, betas)
    return found if found.n_instances(task.table) else None


def invariance_identity(
    context: DerivationContext, found: tuple[SameAnswer, ...]
) -> Invariance | None:
    """Return the orbits of Sym_f, or None if relations that are found already join as much."""
    generators = context.symmetries.invariance_generators
    if not len(generators.alphas):
        return None
    relation = _same_answer(Invariance, context, generators.alphas, generators.betas)
    if not relation.n_instances(context.task.table):
        return None
    if found and _is_joined(relation.classes.ravel(), _joined(found)):
        return None
    return relation


def _forgotten(own: Coordinates) -> list[tuple[int, NDArray[np.int64]]]:
    """Return the pairs (a, theta), theta not the identity, with h(a theta(g)) = h(g) for all g."""
    group, h = own.factorization.group, own.factorization.h
    thetas = _automorphisms(group)
    if thetas is None:
        return []
    everyone = np.arange(group.order)
    found = []
    # Put g = 1 in h(a theta(g)) = h(g): a has the answer of the identity.
    for a in np.flatnonzero(h == h[group.identity]):
        fits = (h[group.table[a][thetas]] == h).all(axis=1) & (thetas != everyone).any(axis=1)
        found += [(int(a), theta) for theta in thetas[fits]]
    return found


def _automorphisms(group: Group) -> NDArray[np.int64] | None:
    """Return all automorphisms, (k, n), or None if they are more than are worth trying."""
    found = automorphism_group(group)
    if found.order > _MOST_AUTOMORPHISMS:
        return None
    reached = [np.arange(group.order)]
    base = list(group.generators)  # their images tell an automorphism
    seen = {reached[0][base].tobytes()}
    for theta in reached:  # grows while it is read
        for step in found.generators:
            image = step[theta]
            if image[base].tobytes() not in seen:
                seen.add(image[base].tobytes())
                reached.append(image)
    return np.array(reached)


def _same_answer(
    kind: type[_Kind],
    context: DerivationContext,
    alphas: NDArray[np.int64],
    betas: NDArray[np.int64],
) -> _Kind:
    """Return the relation between the cells that moves and twins carry into each other."""
    reduction = context.structure.reduction
    is_move = (reduction.x_class[alphas] != reduction.x_class).any(axis=1)
    is_move |= (reduction.y_class[betas] != reduction.y_class).any(axis=1)
    alphas, betas = alphas[is_move], betas[is_move]
    formula = "f(x, y) = f(x', y') if x and x', y and y' are twins"
    where: tuple[str, ...] = ()
    if len(alphas):
        formula, where = move_text(context, alphas, betas, None)
    nx, ny = context.task.table.shape
    # One move makes twins one, instead of the many generators that exchange two of them.
    twin_x, twin_y = (
        np.unique(classes, return_index=True)[1][classes]
        for classes in (reduction.x_class, reduction.y_class)
    )
    has_duplicate_tokens = len(np.unique(twin_x)) < nx or len(np.unique(twin_y)) < ny
    if not has_duplicate_tokens and (alphas >= 0).all() and (betas >= 0).all():
        classes = pair_orbits(alphas, betas)
    else:
        root = np.arange(nx * ny)
        join_all(root, _moved_cells([twin_x, *alphas], [twin_y, *betas]))
        classes = numbered(root).reshape(nx, ny)
    return kind(
        formula=formula,
        latex=to_latex(formula),
        where=where,
        reads=(),
        evaluation=NO_ANSWER_READ,
        **context.sizes,
        classes=classes,
    )


def _moved_cells(
    alphas: Iterable[NDArray[np.int64]], betas: Iterable[NDArray[np.int64]]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the cells that moves carry elsewhere, and where to; -1 is a token without an image."""
    for alpha, beta in zip(alphas, betas, strict=True):
        nx, ny = len(alpha), len(beta)
        in_x, in_y = alpha >= 0, beta >= 0
        moved_x, moved_y = alpha != np.arange(nx), beta != np.arange(ny)
        # Rows that move, whole, and of the others the columns that move.
        for x, y in ((in_x & moved_x, in_y), (in_x & ~moved_x, in_y & moved_y)):
            rows, columns = np.flatnonzero(x)[:, None], np.flatnonzero(y)
            yield (rows * ny + columns).ravel(), (alpha[rows] * ny + beta[columns]).ravel()


def _joined(relations: tuple[SameAnswer, ...]) -> NDArray[np.int64]:
    """Return a number for every flat cell, the same where several relations together join cells."""
    root = np.arange(relations[0].classes.size)
    cells, root[cells] = _edges(relations[0].classes.ravel())
    for relation in relations[1:]:
        join(root, *_edges(relation.classes.ravel()))
    return root


def _is_joined(classes: NDArray[np.int64], root: NDArray[np.int64]) -> bool:
    """Whether the cells of every class have one root."""
    cells, firsts = _edges(classes)
    return np.array_equal(root[cells], root[firsts])


def _edges(classes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the flat cells that have a class, and the first cell of each one's class."""
    cells = np.flatnonzero(classes >= 0)
    own = classes[cells]
    return cells, cells[first_places(own)[own]]
