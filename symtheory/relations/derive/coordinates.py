"""Coordinates of tokens and answers in the group, and maps between tokens by coordinate.

An absorbing operand carries no element of the group; in x*y it is the 0 that is adjoined to it. It
gets an element of its own here, numbered order + v if v is its constant answer, and so does v
unless it is the answer of a group element too. What remains without any element is -1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.wording.residues import residues
from symtheory.structure.factorization import Factorization
from symtheory.structure.reduction import Reduction
from symtheory.tasks.task import Task

__all__ = ["Coordinates", "find_coordinates", "match_tokens"]

_MOST_CANDIDATES = 64  # affine maps tried when tokens have twins


@dataclass(frozen=True, slots=True, eq=False)
class Coordinates:
    """Elements of the tokens and answers of a task.

    Parameters
    ----------
    factorization : Factorization
    x, y : (nx,), (ny,) int64
        Element of every operand; order + v for one that absorbs to answer v; -1 for none.
    z : (nz,) int64 or None
        Element of every answer, order + v for an absorbed one, -1 for answers that are neither.
        None if h is not one to one.
    """

    factorization: Factorization
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    z: NDArray[np.int64] | None


def find_coordinates(task: Task, reduction: Reduction, factorization: Factorization) -> Coordinates:
    """Return the elements of all tokens and answers.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.structure.reduction import find_reduction
    >>> from symtheory.tasks.modular import modular_task
    >>> logarithm, power = [-1, 0, 1, 3, 2], [1, 2, 4, 3]  # to the base 2, mod 5
    >>> task = modular_task("x*y", 5)
    >>> found = Factorization(cyclic(4), logarithm, logarithm, power)
    >>> find_coordinates(task, find_reduction(task), found).z.tolist()  # 0 is adjoined
    [4, 0, 1, 3, 2]
    """
    order, n_answers = factorization.group.order, len(task.z_labels)
    x, y = factorization.phi.copy(), factorization.psi.copy()
    for elements, absorbing, lines in (
        (x, reduction.x_absorbing, task.table),
        (y, reduction.y_absorbing, task.table.T),
    ):
        outside = [token for token in absorbing if elements[token] < 0]
        elements[outside] = order + lines[outside, 0]
    reached = np.flatnonzero(factorization.h >= 0)
    answers = factorization.h[reached]
    z = None
    if len(np.unique(answers)) == len(answers):
        z = np.full(n_answers, -1, dtype=np.int64)
        absorbed = np.unique(np.concatenate([x, y]))
        absorbed = absorbed[absorbed >= order]
        z[absorbed - order] = absorbed
        z[answers] = reached
    return Coordinates(factorization, x, y, z)


def match_tokens(
    wanted: NDArray[np.int64],
    offered: NDArray[np.int64],
    source: tuple[str, ...],
    target: tuple[str, ...],
    *,
    modulus: int | None = None,
) -> NDArray[np.int64]:
    """Return for every source token a target token with the wanted element, -1 if there is none.

    Twins have one element, so there may be a choice. It is the identity on labels if that will do;
    else a map a*v + b of residues; else the first token of each element.

    Parameters
    ----------
    wanted : (n,) int64
        Element wanted for each source token, -1 for none.
    offered : (m,) int64
        Element of each target token, -1 for none.
    source, target : tuple of str
        Labels of the n and m tokens.
    modulus : int, optional
        Labels are residues mod this.

    Examples
    --------
    >>> import numpy as np
    >>> squares = np.arange(7) ** 2 % 7
    >>> labels = tuple("0123456")
    >>> match_tokens(squares, squares, labels, labels).tolist()
    [0, 1, 2, 3, 4, 5, 6]
    >>> match_tokens(4 * squares % 7, squares, labels, labels, modulus=7).tolist()  # 2*v
    [0, 2, 4, 6, 1, 3, 5]
    """
    elements, first = np.unique(offered, return_index=True)
    slot = np.minimum(np.searchsorted(elements, wanted), len(elements) - 1)
    images = np.where((wanted >= 0) & (elements[slot] == wanted), first[slot], -1)
    served = images >= 0
    if not served.any() or len(elements) == len(offered):
        return images  # there is no choice

    def serves(candidate: NDArray[np.int64]) -> bool:
        chosen = candidate[served]
        return bool((chosen >= 0).all()) and np.array_equal(offered[chosen], wanted[served])

    position = {label: token for token, label in enumerate(target)}
    same = np.array([position.get(label, -1) for label in source])
    if serves(same):
        return np.where(served, same, -1)
    for candidate in _affine_candidates(wanted, offered, source, target, modulus):
        if serves(candidate):
            return np.where(served, candidate, -1)
    return images


def _affine_candidates(
    wanted: NDArray[np.int64],
    offered: NDArray[np.int64],
    source: tuple[str, ...],
    target: tuple[str, ...],
    modulus: int | None,
) -> list[NDArray[np.int64]]:
    """Return the affine maps that serve two neighbouring residues."""
    if modulus is None:
        return []
    start, end = residues(source, modulus), residues(target, modulus)
    if start is None or end is None:
        return []
    for low in range(modulus - 1):
        tokens = start.token_of[[low, low + 1]]
        if (tokens < 0).any() or not np.isin(wanted[tokens], offered[offered >= 0]).all():
            continue
        # Where low and low + 1 may go: two values make an affine map.
        first, second = (end.values[offered == wanted[token]] for token in tokens)
        pairs = [(int(b), int(a)) for b in first for a in second][:_MOST_CANDIDATES]
        slopes = sorted({((a - b) % modulus, b) for b, a in pairs})
        return [
            end.token_of[(slope * (start.values - low) + value) % modulus]
            for slope, value in slopes
        ]
    return []
