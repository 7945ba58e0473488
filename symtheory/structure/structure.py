"""Structure of a task: the group behind its table, or the reason why there is none.

The reduced table, without twins and absorbing tokens, is tried in this order:

1. *isotope*: a Latin square whose principal loop is associative;
2. *envelope*: the coordinates of the abelian envelope tell the answers apart;
3. *many to one*: some invariances act as translations on both operands.

The order of 2 and 3 does not matter for complete tables. For let f = h(phi * psi) with phi and psi
on to the group, and let characters with a + b = c tell the answers apart. Then c h is, up to a
constant, a homomorphism from the group, and h is constant exactly on the cosets of its kernel; two
operands in one coset are twins, of which the reduced table has none, so h is one to one: an
isotope. The envelope goes first because it is quick.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.quadrangle_criterion import quadrangle_rate
from symtheory.combinatorics.table_automorphisms import table_automorphisms
from symtheory.errors import BudgetError, PredictionError
from symtheory.groups.constructions import direct_product
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.limits import ORDER_LIMIT
from symtheory.groups.recognition import fingerprint, recognize
from symtheory.records import Json
from symtheory.structure.abelian_envelope import Envelope, abelian_envelope
from symtheory.structure.factorization import Factorization
from symtheory.structure.isotopism import find_isotopism, latin_violation
from symtheory.structure.many_to_one import ManyToOne, find_many_to_one
from symtheory.structure.reduction import ReducedTable, Reduction, find_reduction, reduced_table
from symtheory.tasks.task import Task

__all__ = ["Structure", "find_structure"]

_MIN_ENVELOPE = 5
"""Smallest envelope that counts as the group of a table: parities are no group worth the name."""


@dataclass(frozen=True, eq=False)
class Structure:
    """The group behind a task, as far as there is one.

    Parameters
    ----------
    task : Task
    reduction : Reduction
        Twins and absorbing tokens.
    factorization : Factorization or None
        f = h(phi * psi), with maps from the task's own tokens; absorbing tokens carry no element.
    reason : str
        Why there is no stronger structure, or what is to be said of this one. Empty for a group
        isotope without remarks.
    quadrangle_rate : float or None
        Share of random quadrangles of the reduced table that close, 1 for a group isotope; None if
        it is no Latin square.

    Attributes
    ----------
    envelope : Envelope
        The abelian envelope of the whole table.
    """

    task: Task
    reduction: Reduction
    factorization: Factorization | None
    reason: str
    quadrangle_rate: float | None

    def __repr__(self) -> str:
        found = "no group" if self.factorization is None else repr(self.factorization)
        return f"Structure({self.task.formula}: {found})"

    def to_dict(self) -> dict[str, Json]:
        """Return the structure, without its task, as plain JSON values."""
        reduction, found = self.reduction, self.factorization
        return {
            "x_class": reduction.x_class.tolist(),
            "y_class": reduction.y_class.tolist(),
            "x_absorbing": list(reduction.x_absorbing),
            "y_absorbing": list(reduction.y_absorbing),
            "live_answers": reduction.live.tolist(),
            "factorization": None
            if found is None
            else {
                "kind": str(found.kind),
                "group": found.group.name,
                "phi": found.phi.tolist(),
                "psi": found.psi.tolist(),
                "h": found.h.tolist(),
            },
            "reason": self.reason,
            "envelope": {
                "free_rank": self.envelope.free_rank,
                "torsion": list(self.envelope.torsion),
            },
            "quadrangle_rate": self.quadrangle_rate,
        }

    @cached_property
    def envelope(self) -> Envelope:
        """The abelian envelope of the whole table, worked out when it is first asked for."""
        table = self.task.table
        return _envelope(table.shape, table.tobytes(), len(self.task.z_labels))


def find_structure(task: Task) -> Structure:
    """Return the group behind a task, if there is one, and why if there is none.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> find_structure(modular_task("x*y", 13))
    Structure(x*y mod 13: Factorization(isotope of Z12))
    >>> find_structure(modular_task("(x+y)^2", 13))
    Structure((x+y)^2 mod 13: Factorization(readout of Z13))
    >>> find_structure(modular_task("x^2+y^2", 13))
    Structure(x^2+y^2 mod 13: Factorization(envelope of Z13))
    >>> find_structure(modular_task("x^2+x*y+y^2", 13)).factorization is None
    True
    """
    reduction = find_reduction(task)
    reduced = reduced_table(task, reduction)
    rate = None
    reason = latin_violation(task, reduced) if reduced.is_complete else _holes(task)
    if min(reduced.table.shape) < 2:
        found = None
        reason = f"{task.formula} leaves fewer than two operands on a side to tell apart"
    elif reason:
        found, reason = _weaker_structure(task, reduced, reason)
    else:
        rate = quadrangle_rate(reduced.table)
        try:
            found = find_isotopism(task, reduced)
            reason = _remark(found.group)
        except PredictionError as error:
            found, reason = _weaker_structure(task, reduced, str(error))
    if found is not None:
        found = _on_tokens(reduction, reduced, found)
        _check(task, found)
    return Structure(task, reduction, found, reason, rate)


@lru_cache(maxsize=1)
def _envelope(shape: tuple[int, ...], entries: bytes, n_answers: int) -> Envelope:
    """Return the envelope of a table; often the reduced table of a task is the whole of it."""
    return abelian_envelope(np.frombuffer(entries, dtype=np.int64).reshape(shape), n_answers)


def _weaker_structure(
    task: Task, reduced: ReducedTable, reason: str
) -> tuple[Factorization | None, str]:
    """Try an envelope, then a many-to-one h; return what there is, and why there is no more."""
    try:
        return _from_envelope(reduced), reason
    except PredictionError as error:
        reason = f"{reason}; {error}"
    if reduced.is_complete:
        try:
            found = _from_invariances(task, reduced)
        except (PredictionError, BudgetError) as error:
            return None, f"{reason}; its invariances show no group: {error}"
        return found.factorization, "; ".join(filter(None, [reason, found.remark]))
    return None, reason


def _from_envelope(reduced: ReducedTable) -> Factorization:
    """Use the envelope as the group, with elements numbered so that maps look simple."""
    envelope = _envelope(reduced.table.shape, reduced.table.tobytes(), len(reduced.answers))
    order = prod(envelope.torsion)
    if envelope.free_rank > 1:
        raise PredictionError(
            f"its abelian envelope has free rank {envelope.free_rank}, so no finite group is forced"
        )
    if order == 1:
        raise PredictionError("its abelian envelope is trivial")
    if not _MIN_ENVELOPE <= order <= ORDER_LIMIT:
        size = "small" if order < _MIN_ENVELOPE else "large"
        raise PredictionError(f"its abelian envelope, of order {order}, is too {size}")
    a, b, c = (_numbers(part, envelope.torsion) for part in (envelope.a, envelope.b, envelope.c))
    if len(np.unique(c)) < len(c):
        raise PredictionError(
            f"its abelian envelope, of order {order}, does not tell the answers apart"
        )
    # The standard form of a group depends on the order of its elements: here in that of tokens.
    numbers, firsts = np.unique(np.concatenate([a, b, np.arange(order)]), return_index=True)
    elements = numbers[numbers >= 0][np.argsort(firsts[numbers >= 0])]
    place = np.argsort(elements)
    table = direct_product(*map(cyclic, envelope.torsion)).table
    found = recognize(Group(place[table[np.ix_(elements, elements)]]))
    standard = found.isomorphism[place]
    h = np.full(order, -1)
    h[standard[c]] = reduced.answers
    phi, psi = (np.where(part < 0, -1, standard[part]) for part in (a, b))
    return Factorization(found.group, phi, psi, h)


def _from_invariances(task: Task, reduced: ReducedTable) -> ManyToOne:
    if len(reduced.x) != len(reduced.y):
        raise PredictionError(
            f"there are {len(reduced.x)} left operands to tell apart and {len(reduced.y)} "
            "right ones"
        )
    invariances = table_automorphisms(reduced.table, len(reduced.answers), fix_answers=True)
    return find_many_to_one(reduced, tuple(task.x_labels[x] for x in reduced.x), invariances)


def _numbers(coordinates: NDArray[np.int64], torsion: tuple[int, ...]) -> NDArray[np.int64]:
    """Numbers of group elements, in the lexicographic order of their coordinates; -1 for none."""
    numbers = np.zeros(len(coordinates), dtype=np.int64)
    for column, d in zip(coordinates.T, torsion, strict=True):
        numbers = numbers * d + column
    return np.where((coordinates < 0).any(axis=1), -1, numbers)


def _on_tokens(reduction: Reduction, reduced: ReducedTable, found: Factorization) -> Factorization:
    """Give twins the element of the reduced table's token, and absorbing tokens none."""

    def extended(
        images: NDArray[np.int64], tokens: NDArray[np.int64], classes: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        of_class = np.full(int(classes.max()) + 1, -1)
        of_class[classes[tokens]] = images
        return np.asarray(of_class[classes])

    phi = extended(found.phi, reduced.x, reduction.x_class)
    psi = extended(found.psi, reduced.y, reduction.y_class)
    return Factorization(found.group, phi, psi, found.h)


def _check(task: Task, found: Factorization) -> None:
    predicted = found.table()
    is_compared = (predicted >= 0) & (task.table >= 0)
    if (predicted != task.table)[is_compared].any():
        raise PredictionError(f"{task.formula}: the group found does not reproduce the table")


def _holes(task: Task) -> str:
    n_known = int((task.table >= 0).sum())
    return (
        f"only {n_known} of the {task.table.size} answers of {task.formula} are known, so only "
        "abelian groups are sought"
    )


def _remark(group: Group) -> str:
    """Fingerprint of a group that has no name here."""
    if not group.name.startswith("group of order"):
        return ""
    return f"the group has no name here: {fingerprint(group)}"
