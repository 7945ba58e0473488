"""Symmetries of a task: invariances and autotopisms, with and without exchanging the operands.

They are counted on the table with twins merged, where a class of twins may only go to a class of
the same size, for else no permutation of the tokens does it. Permuting the members of each class
gives `Symmetries.twin_factor` times as many.

For a group isotope all follows from the group, see `symtheory.structure.autotopisms`, also if one
absorbing token, or class of twins, is added on either side, or on both.

Proof. Let the absorbing tokens' answer not occur among the others. An autotopism carries constant
rows to constant rows and constant columns to constant columns, so it fixes the absorbing tokens
and their answer and restricts to the reduced table; and every autotopism of that extends in this
one way. Exchanging the operands needs an absorbing token on both sides or on none. QED.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.table_automorphisms import TableAutomorphisms, swaps
from symtheory.records import Json
from symtheory.structure.autotopisms import autotopism_generators, count_autotopisms
from symtheory.structure.factorization import Factorization, FactorizationKind
from symtheory.structure.reduction import reduced_table
from symtheory.structure.structure import Structure

__all__ = ["Symmetries", "find_symmetries"]


@dataclass(frozen=True, slots=True, eq=False)
class Symmetries:
    """The symmetries of a task.

    Parameters
    ----------
    n_invariances, n_invariances_with_swap : int
        Pairs with f(alpha x, beta y) = f(x, y), and as many more with f(tau y, sigma x) = f(x, y).
    n_autotopisms, n_autotopisms_with_swap : int
        Triples with f(alpha x, beta y) = gamma f(x, y), and likewise. Answers that never occur
        stay where they are.
    twin_factor : int
        How many times more there are when twins are permuted too.
    generators, invariance_generators : TableAutomorphisms
        Generators on the task's own tokens, twins kept in their order.
    swap : tuple of (nx,) and (ny,) int64, or None
        (sigma, tau) with f(tau(y), sigma(x)) = f(x, y).
    anti : tuple of (nx,), (ny,) and (nz,) int64, or None
        (sigma, tau, gamma) with f(tau(y), sigma(x)) = gamma f(x, y); with gamma the identity where
        there is a swap.
    """

    n_invariances: int
    n_invariances_with_swap: int
    n_autotopisms: int
    n_autotopisms_with_swap: int
    twin_factor: int
    generators: TableAutomorphisms
    invariance_generators: TableAutomorphisms
    swap: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    anti: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None

    def __repr__(self) -> str:
        return (
            f"Symmetries({self.n_invariances} invariances, {self.n_autotopisms} autotopisms, "
            f"with swap {self.n_invariances_with_swap} and {self.n_autotopisms_with_swap})"
        )

    def to_dict(self) -> dict[str, Json]:
        """Return orders and generators as plain JSON values."""
        moves = self.generators
        triples = zip(moves.alphas, moves.betas, moves.gammas, strict=True)
        return {
            "n_invariances": self.n_invariances,
            "n_invariances_with_swap": self.n_invariances_with_swap,
            "n_autotopisms": self.n_autotopisms,
            "n_autotopisms_with_swap": self.n_autotopisms_with_swap,
            "twin_factor": self.twin_factor,
            "autotopism_generators": [
                {"alpha": alpha.tolist(), "beta": beta.tolist(), "gamma": gamma.tolist()}
                for alpha, beta, gamma in triples
            ],
        }


def find_symmetries(structure: Structure) -> Symmetries:
    """Return the symmetries of a task.

    Closed forms serve for isotopes, BLISS for all else. Of a partial table that shows an isotope
    these are the symmetries of the completed table; of other partial tables those of the known
    cells.

    Examples
    --------
    >>> from symtheory.structure.structure import find_structure
    >>> from symtheory.tasks.modular import modular_task
    >>> find_symmetries(find_structure(modular_task("x*y", 13)))
    Symmetries(12 invariances, 576 autotopisms, with swap 24 and 1152)
    """
    return _of_isotope(structure) or _of_table(structure)


@dataclass(frozen=True, slots=True, eq=False)
class _TwinClasses:
    """Tokens of one operand in classes of twins; ``members[c]`` are those of class c."""

    classes: NDArray[np.int64]
    members: tuple[NDArray[np.int64], ...]

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.array([len(tokens) for tokens in self.members], dtype=np.int64)

    def lift(self, images: NDArray[np.int64], target: "_TwinClasses") -> NDArray[np.int64]:
        """Turn a map of classes into one of tokens that keeps the order of twins."""
        lifted = np.empty(len(self.classes), dtype=np.int64)
        for tokens, image in zip(self.members, images.tolist(), strict=True):
            lifted[tokens] = target.members[image]
        return lifted


def _twin_classes(classes: NDArray[np.int64]) -> _TwinClasses:
    order = np.argsort(classes, kind="stable")
    ends = np.cumsum(np.bincount(classes))[:-1]
    return _TwinClasses(classes, tuple(np.split(order, ends)))


def _of_isotope(structure: Structure) -> Symmetries | None:
    """Return what the closed forms give, or None where they do not apply."""
    found = structure.factorization
    if found is None or found.kind is not FactorizationKind.ISOTOPE:
        return None
    group, n = found.group, found.group.order
    absorbing = structure.reduction.x_absorbing, structure.reduction.y_absorbing
    sides = []
    for coordinate, tokens in zip((found.phi, found.psi), absorbing, strict=True):
        if (coordinate[np.setdiff1d(np.arange(len(coordinate)), tokens)] < 0).any():
            return None  # a token of which nothing is known
        sides.append(_twin_classes(np.where(coordinate < 0, n, coordinate)))
        if len(np.unique(sides[-1].sizes[:n])) > 1:
            return None  # a translation would carry a class of twins to one of another size
    x, y = sides
    table = structure.task.table
    constants = [*table[list(absorbing[0])].ravel(), *table[:, list(absorbing[1])].ravel()]
    if len(set(constants)) > 1 or np.isin(constants, found.h).any():
        return None  # beyond the proof above
    invariances, autotopisms = autotopism_generators(group)
    n_autotopisms = count_autotopisms(group)
    n_z = len(structure.task.z_labels)
    is_even = np.array_equal(x.sizes, y.sizes)
    swap = anti = None
    if is_even:
        anti = _exchange(found, x, y, n_z)
        swap = anti[:2] if group.is_abelian else None
    return Symmetries(
        n_invariances=n,
        n_invariances_with_swap=n if swap is None else 2 * n,
        n_autotopisms=n_autotopisms,
        n_autotopisms_with_swap=n_autotopisms if anti is None else 2 * n_autotopisms,
        twin_factor=_twin_factor(x, y),
        generators=_on_tokens(n_autotopisms, autotopisms, sides, found.h, n_z),
        invariance_generators=_on_tokens(n, invariances, sides, found.h, n_z),
        swap=swap,
        anti=anti,
    )


def _exchange(
    found: Factorization, x: _TwinClasses, y: _TwinClasses, n_answers: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Exchange equal elements, x y = y x, or else inverse ones, (x y)^-1 = y^-1 x^-1."""
    group = found.group
    element = np.arange(group.order) if group.is_abelian else group.inverses
    images = np.arange(len(x.members))
    images[: group.order] = element
    answers = np.arange(n_answers)
    if not group.is_abelian:
        answers[found.h] = found.h[element]
    return x.lift(images, y), y.lift(images, x), answers


def _on_tokens(
    order: int,
    generators: Iterable[Iterable[NDArray[np.int64]]],
    sides: list[_TwinClasses],
    answers: NDArray[np.int64],
    n_answers: int,
) -> TableAutomorphisms:
    """Carry triples of maps of classes and of the answers listed over to the task's tokens.

    Classes beyond the maps, those of absorbing tokens, stay where they are.
    """
    lifted: list[list[NDArray[np.int64]]] = [[], [], []]
    for alpha, beta, gamma in generators:
        for side, images, into in zip(sides, (alpha, beta), lifted, strict=False):
            rest = np.arange(len(images), len(side.members))
            into.append(side.lift(np.concatenate([images, rest]), side))
        moved = np.arange(n_answers)
        moved[answers] = answers[gamma]
        lifted[2].append(moved)
    widths = (*(len(side.classes) for side in sides), n_answers)
    alphas, betas, gammas = (
        np.array(rows, dtype=np.int64).reshape(-1, width)
        for rows, width in zip(lifted, widths, strict=True)
    )
    return TableAutomorphisms(order, alphas, betas, gammas)


def _twin_factor(x: _TwinClasses, y: _TwinClasses) -> int:
    return prod(factorial(int(size)) for side in (x, y) for size in side.sizes)


def _of_table(structure: Structure) -> Symmetries:
    task = structure.task
    reduced = reduced_table(task, structure.reduction, with_absorbing=True)
    x, y = _twin_classes(structure.reduction.x_class), _twin_classes(structure.reduction.y_class)
    n_answers = len(reduced.answers)
    fixing = swaps(reduced.table, n_answers, fix_answers=True, x_colors=x.sizes, y_colors=y.sizes)
    moving = swaps(
        reduced.table, n_answers, x_colors=x.sizes, y_colors=y.sizes, known_swap=fixing.swap
    )
    n_z = len(task.z_labels)
    swap = anti = None
    if fixing.swap is not None:
        swap = _simple_swap(structure) or _lifted(fixing.swap, x, y)
        anti = (*swap, np.arange(n_z))
    elif moving.swap is not None:
        gamma = np.arange(n_z)
        gamma[reduced.answers] = reduced.answers[moving.swap[2]]
        anti = (*_lifted(moving.swap, x, y), gamma)
    groups = []
    for found in (moving.straight, fixing.straight):
        triples = zip(found.alphas, found.betas, found.gammas, strict=True)
        groups.append(_on_tokens(found.order, triples, [x, y], reduced.answers, n_z))
    return Symmetries(
        n_invariances=fixing.straight.order,
        n_invariances_with_swap=fixing.order,
        n_autotopisms=moving.straight.order,
        n_autotopisms_with_swap=moving.order,
        twin_factor=_twin_factor(x, y),
        generators=groups[0],
        invariance_generators=groups[1],
        swap=swap,
        anti=anti,
    )


def _lifted(
    swap: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    x: _TwinClasses,
    y: _TwinClasses,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return x.lift(swap[0], y), y.lift(swap[1], x)


def _simple_swap(structure: Structure) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the swap of equal positions, or else of equal elements, if it is one."""
    table, found = structure.task.table, structure.factorization
    if table.shape[0] != table.shape[1]:
        return None
    positions = np.arange(len(table))
    keys = [(positions, positions)]
    if found is not None and found.group.is_abelian:
        keys.append((found.phi, found.psi))
    for left, right in keys:
        sigma = np.empty_like(positions)
        sigma[np.argsort(left, kind="stable")] = np.argsort(right, kind="stable")
        tau = np.argsort(sigma)
        if np.array_equal(table[np.ix_(tau, sigma)].T, table):
            return sigma, tau
    return None
