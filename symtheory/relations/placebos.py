"""Placebos: for every relation of a task the same relation of a wrong structure.

A true relation helps training by its structure and by the answers that it settles. Its placebo
settles as many, from a table with operands and answers renamed at random: a wrong group of the same
order. What a placebo does for training is not due to the task's own symmetry.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.relation import Relation

if TYPE_CHECKING:
    from symtheory.structure.reduction import Reduction
    from symtheory.structure.structure import Structure

__all__ = ["is_violated", "placebo_relations"]

_MOST_DRAWS = 32
_MOST_INSTANCES = 1 << 14  # instances that are looked at: all if there are no more


def placebo_relations(
    relations: Sequence[Relation],
    structure: "Structure",
    *,
    rng: np.random.Generator,
    known: NDArray[np.int64] | None = None,
) -> tuple[Relation, ...]:
    """Return a placebo of each of a task's relations, in their order.

    Absorbing operands, and answers that are absorbed or never occur, keep their names. Every
    placebo is false on at least one cell; a relation of which no false copy is found, as of a
    constant table, is left out.

    Parameters
    ----------
    relations : sequence of Relation
        All that the task has.
    structure : Structure
        Where ``known`` is given, its table is not looked at.
    rng : numpy.random.Generator
    known : (nx, ny) int64, optional
        The answers on which a placebo must be false, -1 elsewhere: in a training the known ones,
        so that no held-out answer has a say. By default all.
    """
    judged = structure.task.table if known is None else known
    placebos = []
    for relation in relations:
        for _ in range(_MOST_DRAWS):
            placebo = _placebo(relation, structure.reduction, rng)
            if is_violated(placebo, judged, rng=rng):
                placebos.append(placebo)
                break
    return tuple(placebos)


def is_violated(relation: Relation, table: NDArray[np.int64], *, rng: np.random.Generator) -> bool:
    """Whether an instance of a relation is false on a table; of many, a random part is tried.

    Parameters
    ----------
    relation : Relation
    table : (nx, ny) int64
        The true answers, -1 where they are unknown; instances there count for nothing.
    rng : numpy.random.Generator
    """
    sampler = relation.bind(table)
    n = sampler.n_instances
    is_few = n <= _MOST_INSTANCES
    numbers = np.arange(n) if is_few else rng.integers(n, size=_MOST_INSTANCES)
    return bool(sampler.pairs(numbers).is_false(table).any())


def _placebo(relation: Relation, reduction: "Reduction", rng: np.random.Generator) -> Relation:
    nx, ny = relation.n_left, relation.n_right
    x = _shuffled(nx, np.setdiff1d(np.arange(nx), reduction.x_absorbing), rng)
    y = _shuffled(ny, np.setdiff1d(np.arange(ny), reduction.y_absorbing), rng)
    z = _shuffled(relation.n_answers, np.setdiff1d(reduction.live, reduction.absorbed), rng)
    return replace(
        relation.false_copy(x, y, z),
        formula=f"{relation.formula} after renaming at random",
        latex=rf"{relation.latex}\text{{ after renaming at random}}",
        is_placebo=True,
    )


def _shuffled(n: int, free: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a permutation of n numbers that moves only the free ones."""
    permutation = np.arange(n)
    permutation[free] = rng.permutation(free)
    return permutation
