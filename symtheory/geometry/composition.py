"""Tasks that are composition in a finite group, in coordinates: chi(f(x, y)) = phi(x) psi(y).

Claims about hidden units and about logits compare functions of x, of y and of answers, so all three
must be functions on one group. That is so where the tokens of either operand and the answers are
the elements of the group, each element once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group
from symtheory.records import Role

from .operand import Family, OperandGeometry

__all__ = ["Composition", "composition"]


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """A table that is x·y in a group: which token stands for which element.

    Parameters
    ----------
    group : Group
    x, y, z : (n,) int64
        Token of either operand, and answer, for each element of the group.
    """

    group: Group
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    z: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Composition({self.group.name})"


def composition(
    geometries: Mapping[Role, OperandGeometry], answers: NDArray[np.int64], n_answers: int
) -> Composition | None:
    """Return the coordinates in which a table is composition in a group; None where it is not.

    Parameters
    ----------
    geometries : mapping of Role to OperandGeometry
        Of x, y and the readout.
    answers : (nx, ny) int64
        The table, -1 where an answer is not known.
    n_answers : int

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> theory = predict(named_task("modsub", p=5))
    >>> found = composition(theory.geometries, theory.task.table, 5)
    >>> element = np.argsort(found.x), np.argsort(found.y), np.argsort(found.z)
    >>> answer = theory.task.table[4, 3]
    >>> bool(element[2][answer] == found.group.table[element[0][4], element[1][3]])
    True
    """
    first = geometries.get(Role.X)
    if first is None or first.group is None:
        return None
    group = first.group
    sizes = {Role.X: answers.shape[0], Role.Y: answers.shape[1], Role.READOUT: n_answers}
    tokens = []
    for role, size in sizes.items():
        geometry = geometries.get(role)
        if geometry is None or size != group.order or not _is_group(geometry, group):
            return None
        tokens.append(geometry.rows[np.argsort(geometry.coordinate)])
    x, y, z = tokens
    composed = answers[np.ix_(x, y)]
    is_known = composed >= 0
    if (composed != z[group.table])[is_known].any():
        return None
    return Composition(group, x, y, z)


def _is_group(geometry: OperandGeometry, group: Group) -> bool:
    """Whether the tokens are the elements of the group, each once."""
    return (
        geometry.family is Family.GROUP_ORBIT
        and geometry.group is not None
        and np.array_equal(geometry.group.table, group.table)
        and np.array_equal(np.sort(geometry.coordinate), np.arange(group.order))
    )
