"""Isotopism of a reduced table and a group: f(x, y) = h(phi(x) * psi(y)) with h one to one.

Method. With R(x) = f(x, y0), L(y) = f(x0, y) and * the principal loop isotope at (x0, y0), see
`symtheory.combinatorics.principal_loop`, f(x, y) = R(x * R^-1 L y). By Albert's theorem this one
loop decides: f is a group isotope if and only if it is associative, which Light's test checks in
O(n^2 log n).
"""

import numpy as np

from symtheory.combinatorics.principal_loop import principal_loop
from symtheory.errors import GroupAxiomError, PredictionError
from symtheory.groups.group import Group
from symtheory.groups.recognition import recognize
from symtheory.structure.factorization import Factorization
from symtheory.structure.reduction import ReducedTable
from symtheory.tasks.task import Task

__all__ = ["find_isotopism", "latin_violation"]


def find_isotopism(task: Task, reduced: ReducedTable) -> Factorization:
    """Return the group of which a Latin square is an isotope, with the maps from its tokens.

    The maps are unique up to autotopisms of the group; the ones returned send the first tokens to
    the identity and, for a cyclic group, the first possible token x to 1. So x + y and x - y give
    phi(x) = x, and psi(y) = y or -y; x * y on the units gives the discrete logarithm to the base
    of the first primitive root.

    Parameters
    ----------
    task : Task
        For the names of the tokens.
    reduced : ReducedTable
        A Latin square.

    Raises
    ------
    PredictionError
        If no isotope of the square is associative; names the elements that show it.

    Examples
    --------
    >>> from symtheory.structure.reduction import find_reduction, reduced_table
    >>> from symtheory.tasks.modular import modular_task
    >>> task = modular_task("2*x + 3*y + 1", 7)
    >>> found = find_isotopism(task, reduced_table(task, find_reduction(task)))
    >>> found.group.name, found.phi.tolist(), found.psi.tolist(), found.h.tolist()
    ('Z7', [0, 1, 2, 3, 4, 5, 6], [0, 5, 3, 1, 6, 4, 2], [1, 3, 5, 0, 2, 4, 6])
    """
    table = reduced.table
    column, row = table[:, 0], table[0]  # R and L
    labels = tuple(task.x_labels[x] for x in reduced.x)
    try:
        found = recognize(Group(principal_loop(table), labels=labels))
    except GroupAxiomError as error:
        raise PredictionError(
            f"{task.formula} is a Latin square but no group in disguise: in its principal loop at "
            f"({labels[0]}, {task.y_labels[reduced.y[0]]}) {error}"
        ) from None
    return Factorization(
        group=found.group,
        phi=found.isomorphism,
        psi=found.isomorphism[np.argsort(column)[row]],  # of R^-1 L y
        h=reduced.answers[column[np.argsort(found.isomorphism)]],  # R of the token of an element
    )


def latin_violation(task: Task, reduced: ReducedTable) -> str:
    """Say why a reduced table is not a Latin square, in the task's labels; nothing if it is one."""
    mx, my = reduced.table.shape
    mz = len(reduced.answers)
    x = ("x", [task.x_labels[token] for token in reduced.x])
    y = ("y", [task.y_labels[token] for token in reduced.y])
    for (fixed, names), (free, others), values in (
        (x, y, reduced.table),
        (y, x, reduced.table.T),
    ):
        ordered = np.sort(values, axis=1)
        repeats = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if repeats.any():
            line = int(np.argmax(repeats))
            answers, counts = np.unique(values[line], return_counts=True)
            answer = int(answers[np.argmax(counts > 1)])
            first, second = np.flatnonzero(values[line] == answer)[:2]
            return (
                f"{task.formula} is not a Latin square: with {fixed} = {names[line]} fixed, the "
                f"answer {task.z_labels[reduced.answers[answer]]} comes from {free} = "
                f"{others[first]} and from {free} = {others[second]}"
            )
    if not mx == my == mz:
        return (
            f"{task.formula} is no group in disguise: it has {mx} left operands, {my} right "
            f"operands and {mz} answers, and a group needs as many of each"
        )
    return ""
