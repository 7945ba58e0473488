"""Formulas of relations f(alpha x, beta y) = gamma f(x, y) that hold for a few moves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import DerivationContext
from symtheory.relations.derive.coordinates import match_tokens
from symtheory.relations.wording.label_maps import LabelMap, definitions
from symtheory.relations.wording.move_families import EXPONENTS, MoveFamily
from symtheory.relations.wording.residues import units

__all__ = ["move_text"]

_LISTED = 3  # moves of which maps are shown


@dataclass(frozen=True, slots=True)
class _Move:
    """Maps of left operands, of right operands and of answers, in this order."""

    maps: tuple[LabelMap, LabelMap, LabelMap]

    @property
    def has_formula(self) -> bool:
        return all(one.has_formula for one in self.maps)

    @property
    def text(self) -> str:
        x, y, z = self.maps
        return f"f({x.text('x')}, {y.text('y')}) = {z.text('f(x, y)')}"


def move_text(
    context: DerivationContext,
    alphas: NDArray[np.int64],
    betas: NDArray[np.int64],
    gammas: NDArray[np.int64] | None,
) -> tuple[str, tuple[str, ...]]:
    """Return the formula, and what it leaves open.

    Twins are written as if they were one token: a move is shown by a map that does the same up to
    twins and has a formula, if there is one. Answers that never occur may go anywhere.

    Parameters
    ----------
    context : DerivationContext
    alphas, betas : (k, nx), (k, ny) int64
        Moves of the operands.
    gammas : (k, nz) int64 or None
        Moves of the answers; None if they stay.
    """
    answers_stay = gammas is None
    if gammas is None:
        gammas = np.tile(np.arange(len(context.task.z_labels)), (len(alphas), 1))
    moves = [_move(context, *maps) for maps in zip(alphas, betas, gammas, strict=True)]
    # Labels with a meaning of their own are names: arithmetic on them has to be said.
    is_arithmetic = context.task.answer_structure is not None and any(
        move.has_formula for move in moves
    )
    mod = (f"labels as residues mod {context.modulus}",) if is_arithmetic else ()
    scaling = _common_scaling(moves, context.modulus)
    if scaling is not None:
        return scaling[0], (*scaling[1], *mod)
    if len(moves) == 1:
        return moves[0].text, (*definitions(moves[0].maps), *mod)
    if len(moves) <= _LISTED and all(move.has_formula for move in moves):
        where = [line for move in moves for line in definitions(move.maps)]
        return " and ".join(move.text for move in moves), (*dict.fromkeys(where), *mod)
    # Tables of many moves would tell a reader nothing; those with formulas are shown.
    shown = [
        ", ".join(
            f"{one.symbol}({letter}) = {one.text(letter)}"
            for one, letter in zip(move.maps, "xyz", strict=True)
            if not (answers_stay and letter == "z")
        )
        for move in moves
        if move.has_formula
    ][:_LISTED]
    number = f"{len(moves)} generators " + ("(α, β)" if answers_stay else "(α, β, γ)")
    if shown:
        number += ", such as " + "; ".join(shown)
    answer = "f(x, y)" if answers_stay else "γ(f(x, y))"
    return f"f(α(x), β(y)) = {answer}", (number, *(mod if shown else ()))


def _move(
    context: DerivationContext,
    alpha: NDArray[np.int64],
    beta: NDArray[np.int64],
    gamma: NDArray[np.int64],
) -> _Move:
    task, reduction = context.task, context.structure.reduction
    x, y = (
        match_tokens(
            np.where(images >= 0, classes[images], -1),
            classes,
            labels,
            labels,
            modulus=context.modulus,
        )
        for images, classes, labels in (
            (alpha, reduction.x_class, task.x_labels),
            (beta, reduction.y_class, task.y_labels),
        )
    )
    occurs = np.isin(np.arange(len(gamma)), reduction.live)
    return _Move(
        (
            context.on("x", "α", r"\alpha", x),
            context.on("y", "β", r"\beta", y),
            context.on("z", "γ", r"\gamma", np.where(occurs, gamma, -1)),
        )
    )


def _common_center(side: tuple[LabelMap, ...], modulus: int) -> tuple[int, list[int]] | None:
    """Return a residue that all maps fix and their slopes, if all are u*(v - center) + center."""
    forms = [one.affine for one in side if one.affine is not None]
    if len(forms) < len(side):
        return None
    every = np.arange(modulus)
    a, b = (np.array(part)[:, None] for part in zip(*forms, strict=True))
    centers = np.flatnonzero(((a * every + b - every) % modulus == 0).all(axis=0))
    return (int(centers[0]), [form[0] % modulus for form in forms]) if len(centers) else None


def _common_scaling(moves: list[_Move], modulus: int | None) -> tuple[str, tuple[str, ...]] | None:
    """Write moves u*x, u^k*y, u^m*z, each with one center, as one formula in u."""
    if modulus is None:
        return None
    slopes: list[list[int]] = []
    families: list[MoveFamily] = []
    for side in zip(*(move.maps for move in moves), strict=True):
        found = _common_center(side, modulus)
        if found is None:
            return None
        families.append(MoveFamily(modulus, found[0]))
        slopes.append(found[1])
    # u runs through the group that the slopes of x generate; those of y and z must be powers of it.
    group = _generated(slopes[0], modulus)
    order = next(
        d for d in range(1, modulus + 1) if all(pow(u, d, modulus) == 1 % modulus for u in group)
    )
    exponents = [
        next(
            (
                k
                for k in (0, *EXPONENTS)
                if [pow(u, k, modulus) for u in slopes[0]] == [s % modulus for s in side]
            ),
            None,
        )
        for side in slopes[1:]
    ]
    if (order <= 2 and len(moves) == 1) or None in exponents:
        return None
    x, y, z = (
        argument if k == 0 else family.text(argument, ("u", k))
        for family, argument, k in zip(
            families, ("x", "y", "f(x, y)"), (1, *(k or 0 for k in exponents)), strict=True
        )
    )
    formula = f"f({x}, {y}) = {z}"
    if len(group) == len(units(modulus)):
        return formula, tuple(line.format("u") for line in families[0].condition)
    if group == {u for u in range(modulus) if pow(u, order, modulus) == 1 % modulus}:
        return formula, (f"u^{order} = 1 mod {modulus}",)
    which = ", ".join(map(str, sorted(set(slopes[0]))))
    return formula, (f"u a {'power' if len(set(slopes[0])) == 1 else 'product'} of {which}",)


def _generated(slopes: list[int], modulus: int) -> set[int]:
    reached = {1 % modulus}
    frontier = [1 % modulus]
    while frontier:
        u = frontier.pop()
        for slope in slopes:
            image = u * slope % modulus
            if image not in reached:
                reached.add(image)
                frontier.append(image)
    return reached
