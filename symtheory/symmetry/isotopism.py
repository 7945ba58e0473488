"""Decide whether a table is a group in disguise: f(x, y) = h(phi(x) * psi(y)).

Method. Put R(x) = f(x, y0) and L(y) = f(x0, y). If f is a Latin square these are bijections and
x * x' = R^-1 f(x, L^-1 R x') makes X a loop with identity x0, the principal loop isotope at
(x0, y0). By Albert's theorem [1]_ a loop that is isotopic to a group is isomorphic to it, so this
one loop decides: f is a group isotope if and only if it is associative, which Light's test checks
in O(n^2 log n). Then f(x, y) = R(x * R^-1 L y).

References
----------
.. [1] A. A. Albert, Quasigroups I, Trans. Amer. Math. Soc. 54 (1943), 507-519,
   doi:10.1090/S0002-9947-1943-0009962-7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import GroupAxiomError, PredictionError
from symtheory.groups.group import Group
from symtheory.groups.recognition import recognize
from symtheory.tasks.task import Task

__all__ = ["Isotopism", "find_isotopism"]


@dataclass(frozen=True, slots=True, eq=False)
class Isotopism:
    """Bijections that turn a task into a group: f(x, y) = h(phi(x) * psi(y)).

    Normalised so that the first token of either operand goes to the identity.

    Parameters
    ----------
    group : Group
        The group in its standard form.
    phi, psi : (n,) int64
        Element of the group for each left and each right operand.
    h : (n,) int64
        Answer for each element of the group.
    """

    group: Group
    phi: NDArray[np.int64]
    psi: NDArray[np.int64]
    h: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Freeze the three maps."""
        for name in ("phi", "psi", "h"):
            array = np.array(getattr(self, name), dtype=np.int64)
            if not np.array_equal(np.sort(array), np.arange(self.group.order)):
                raise PredictionError(f"{name} is not a bijection with {self.group.name}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        return f"Isotopism({self.group.name})"

    def table(self) -> NDArray[np.int64]:
        """Return the table h(phi(x) * psi(y)), (n, n) int64."""
        return np.asarray(self.h[self.group.table[np.ix_(self.phi, self.psi)]])


def find_isotopism(task: Task) -> Isotopism:
    """Return the group behind a task's table, with the three bijections.

    The bijections are unique up to autotopisms of the group; the one returned sends the first
    tokens to the identity and, for a cyclic group, the first possible token x to 1. So x + y and
    x - y give phi(x) = x, and psi(y) = y or -y.

    Raises
    ------
    PredictionError
        If the table is not a Latin square (names the line), no isotope of it is associative
        (names the elements), or its group is not of a kind that is recognised.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> found = find_isotopism(modular_task("2*x + 3*y + 1", 7))
    >>> found.group.name, found.phi.tolist(), found.psi.tolist(), found.h.tolist()
    ('Z7', [0, 1, 2, 3, 4, 5, 6], [0, 5, 3, 1, 6, 4, 2], [1, 3, 5, 0, 2, 4, 6])
    """
    _check_latin(task)
    table = task.table
    column, row = table[:, 0], table[0]  # R and L
    column_inverse, row_inverse = np.argsort(column), np.argsort(row)
    loop = column_inverse[table[:, row_inverse[column]]]
    try:
        found = recognize(Group(loop, labels=task.x_labels))
    except GroupAxiomError as error:
        raise PredictionError(
            f"{task.formula} is a Latin square but no group in disguise: in its principal loop at "
            f"({task.x_labels[0]}, {task.y_labels[0]}) {error}"
        ) from None
    except PredictionError as error:
        raise PredictionError(f"{task.formula} is a group in disguise, but {error}") from None
    isotopism = Isotopism(
        group=found.group,
        phi=found.isomorphism,
        psi=found.isomorphism[column_inverse[row]],
        h=column[np.argsort(found.isomorphism)],
    )
    if not np.array_equal(isotopism.table(), table):
        raise PredictionError(f"{task.formula}: the group found does not reproduce the table")
    return isotopism


def _check_latin(task: Task) -> None:
    nx, ny = task.table.shape
    nz = len(task.z_labels)
    if not nx == ny == nz:
        raise PredictionError(
            f"{task.formula} is no group in disguise: it has {nx} left operands, {ny} right "
            f"operands and {nz} answers, and a group needs as many of each"
        )
    lines = (
        ("x", task.x_labels, "y", task.y_labels, task.table),
        ("y", task.y_labels, "x", task.x_labels, task.table.T),
    )
    for fixed, names, free, others, values in lines:
        repeats = (np.sort(values, axis=1) != np.arange(nz)).any(axis=1)
        if repeats.any():
            line = int(np.argmax(repeats))
            answers, counts = np.unique(values[line], return_counts=True)
            answer = int(answers[np.argmax(counts > 1)])
            first, second = np.flatnonzero(values[line] == answer)[:2]
            raise PredictionError(
                f"{task.formula} is not a Latin square: with {fixed} = {names[line]} fixed, the "
                f"answer {task.z_labels[answer]} comes from {free} = {others[first]} and from "
                f"{free} = {others[second]}"
            )
