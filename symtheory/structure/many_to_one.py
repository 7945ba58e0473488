"""Group behind a table with a many-to-one h: f(x, y) = h(phi(x) * psi(y)).

Theorem. f has this form with phi, psi one to one and on to G exactly if Sym_f, the pairs
(alpha, beta) with f(alpha x, beta y) = f(x, y), contains a subgroup that is isomorphic to G and
regular on X and on Y.

Proof. Given the form, c in G acts by phi(x) -> phi(x) c^-1 and psi(y) -> c psi(y). Conversely let R
be such a subgroup, and write x = r x0 and y = s y0. Then f(r x0, s y0) = f(x0, r^-1 s y0): put
phi(x) = r^-1, psi(y) = s and h(t) = f(x0, t y0). QED.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.regular_subgroups import regular_subgroups
from symtheory.combinatorics.table_automorphisms import TableAutomorphisms
from symtheory.errors import PredictionError
from symtheory.groups.group import Group
from symtheory.groups.recognition import Recognition, recognize
from symtheory.structure.factorization import Factorization
from symtheory.structure.reduction import ReducedTable

__all__ = ["ManyToOne", "find_many_to_one"]


@dataclass(frozen=True, slots=True, eq=False)
class ManyToOne:
    """A factorization with a many-to-one h, and how it was chosen.

    Parameters
    ----------
    factorization : Factorization
        With maps from the reduced table's tokens.
    remark : str
        What else could have been chosen; empty if nothing.
    """

    factorization: Factorization
    remark: str


def find_many_to_one(
    reduced: ReducedTable, labels: tuple[str, ...], invariances: TableAutomorphisms
) -> ManyToOne:
    """Return the group behind a reduced table whose h is many to one.

    Of several regular subgroups the one is taken that comes first by: normal in Sym_f, abelian,
    larger exponent (so cyclic before other abelian groups), order in which they are found. One with
    more than one other conjugate is never taken: nothing in the task singles it out.

    Parameters
    ----------
    reduced : ReducedTable
        As many left as right operands, all cells known.
    labels : tuple of str
        Of its left operands, to name elements of a group that has no standard form.
    invariances : TableAutomorphisms
        Sym_f of the reduced table.

    Raises
    ------
    PredictionError
        If Sym_f has no such subgroup, or is too large to be searched.

    Examples
    --------
    >>> from symtheory.combinatorics.table_automorphisms import table_automorphisms
    >>> from symtheory.structure.reduction import find_reduction, reduced_table
    >>> from symtheory.tasks.modular import modular_task
    >>> task = modular_task("(x+y)^2", 7)
    >>> reduced = reduced_table(task, find_reduction(task))
    >>> invariances = table_automorphisms(reduced.table, 4, fix_answers=True)
    >>> found = find_many_to_one(reduced, task.x_labels, invariances).factorization
    >>> found, found.h.tolist()
    (Factorization(readout of Z7), [0, 1, 4, 2, 2, 4, 1])
    """
    n = len(reduced.x)
    generators = np.concatenate([invariances.alphas, n + invariances.betas], axis=1)
    found = regular_subgroups(generators, invariances.order, n)
    if not found.subgroups:
        more = "" if found.is_complete else ", as far as was searched"
        raise PredictionError(
            f"none of their subgroups moves the operands as a group would and is singled out{more}"
        )
    candidates = [_as_group(elements, labels) for elements in found.subgroups]
    keys = [
        (n_conjugates, not group.is_abelian, -group.exponent)
        for n_conjugates, group in zip(found.n_conjugates, candidates, strict=True)
    ]
    chosen = min(range(len(keys)), key=keys.__getitem__)
    elements, recognition = found.subgroups[chosen], recognize(candidates[chosen])
    remark = ""
    if len(candidates) > 1 or not found.is_complete:
        more = "" if found.is_complete else "at least "
        remark = (
            f"{more}{len(candidates)} subgroups of the {invariances.order} invariances could serve "
            f"as the group; {recognition.group.name} was chosen"
        )
    return ManyToOne(_read(reduced, elements, recognition), remark)


def _as_group(elements: NDArray[np.int64], labels: tuple[str, ...]) -> Group:
    """Return the subgroup, with phi(x) = r^-1 as element number x, where r x0 = x."""
    n = len(elements)
    # r_x^-1 r_x'^-1 = (r_x' r_x)^-1, and r_x' r_x sends x0 to r_x'(x).
    return Group.by_construction(elements[:, :n].T, labels)


def _read(
    reduced: ReducedTable, elements: NDArray[np.int64], recognition: Recognition
) -> Factorization:
    n = len(elements)
    # phi(x) is r_x^-1, and so is psi(y) for y = r_x^-1 y0: the theorem's s with y = s y0.
    carried = np.argmax(elements[:, n:] == n, axis=1)
    psi = np.empty(n, dtype=np.int64)
    psi[carried] = recognition.isomorphism
    h = np.empty(n, dtype=np.int64)
    h[recognition.isomorphism] = reduced.answers[reduced.table[0, carried]]
    return Factorization(recognition.group, recognition.isomorphism, psi, h)
