"""Symmetry that a training may use: known before it, or derived from its training cells.

A relation prompts a training as a loss, as further labels, or by deciding when it has settled.
Derived from a whole table it tells training what held-out answers are, however few of them it reads
itself: the maps of a shift or of an equivariance were read off them. Of a task with a definition
(an expression, a group, a graph, an order) that is prior knowledge. Of a table it is a leak, so
there relations are derived from the training cells, and from nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError, PredictionError, SpecError
from symtheory.records import Json, Role
from symtheory.relations.placebos import placebo_relations
from symtheory.relations.relation import Relation
from symtheory.structure.completion import CHANCE, complete_table, masked_task
from symtheory.structure.structure import Structure
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict

__all__ = ["Prompting", "Symmetry", "derived_prompting", "known_prompting", "usual_symmetry"]


_OF_COORDINATES = frozenset({"swap", "reversal", "composition", "shift"})
"""Relations without instance where an operand has no element. The others come from symmetries of
the table, in which a cell that does not follow would count as one with an answer of its own."""


class Symmetry(StrEnum):
    """Where the relations of a training come from."""

    KNOWN = "known"  # from the whole table
    DERIVED = "derived"  # from the training cells


@dataclass(frozen=True, eq=False)
class Prompting:
    """What a training may know of the symmetry of its task.

    Parameters
    ----------
    symmetry : Symmetry
    relations : tuple of Relation
        Those that may prompt.
    roles : tuple of Role
        The embeddings of the network that suits what is known.
    structure : Structure or None
        Of the table that the relations come from, for placebos; None where there are none.
    reads : str
        What was read for it, and what came out, in a sentence.
    """

    symmetry: Symmetry
    relations: tuple[Relation, ...]
    roles: tuple[Role, ...]
    structure: Structure | None
    reads: str

    def __repr__(self) -> str:
        names = ", ".join(relation.name for relation in self.relations) or "no relation"
        return f"Prompting({self.symmetry}: {names})"

    def placebos(
        self, *, rng: np.random.Generator, known: NDArray[np.int64]
    ) -> tuple[Relation, ...]:
        """Return the same relations of a wrong structure, see `symtheory.relations.placebos`."""
        if self.structure is None:
            return ()
        return placebo_relations(self.relations, self.structure, rng=rng, known=known)

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "symmetry": str(self.symmetry),
            "relations": [relation.to_dict() for relation in self.relations],
            "roles": [str(role) for role in self.roles],
            "reads": self.reads,
        }


def usual_symmetry(task: Task) -> Symmetry:
    """Return where the relations of a task come from unless it is said: its definition, if any.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.tasks.tables import table_task
    >>> task = modular_task("x + y", 7)
    >>> str(usual_symmetry(task)), str(usual_symmetry(table_task(task.table)))
    ('known', 'derived')
    """
    return Symmetry.KNOWN if task.has_definition else Symmetry.DERIVED


def known_prompting(theory: Theory) -> Prompting:
    """Return the relations of the whole table."""
    reads = (
        "known: the relations follow from the definition of the task, as prior knowledge"
        if theory.task.has_definition
        else "known: the relations were read off the whole table, held-out answers included"
    )
    return Prompting(Symmetry.KNOWN, theory.relations, theory.roles, theory.structure, reads)


def derived_prompting(task: Task, known: NDArray[np.int64]) -> Prompting:
    """Return the relations that training cells show; a function of them and of names alone.

    Where they determine the table of a group, or of an abelian group's sums, these are the
    relations of that table (`symtheory.structure.completion`). Where they do not, only the exchange
    of the operands is left to be asserted, if the training cells show it.

    Parameters
    ----------
    task : Task
        For the names of operands and answers. Its table is not looked at.
    known : (nx, ny) int64
        Training answers, -1 elsewhere.

    Raises
    ------
    SpecError
        If the answers of the task are distances or truths about an order.

    Examples
    --------
    >>> from symtheory.tasks.tables import table_task
    >>> x = np.arange(13)
    >>> task = table_task((x[:, None] + 5 * x) % 13)
    >>> holes = np.random.default_rng(0).uniform(size=(13, 13)) < 0.7
    >>> derived_prompting(task, np.where(holes, -1, task.table))
    Prompting(derived: swap, composition, shift, equivariance)
    """
    if task.answer_structure is not None:
        raise SpecError(
            f"what the answers of {task.formula} mean is stated, not derived; leave out --symmetry "
            "derived, or give the table itself as .csv or .npy"
        )
    n_cells = int((known >= 0).sum())
    begin = f"derived from {n_cells} training cells, no held-out answer was read: "
    try:
        completion = complete_table(task, known)
        theory = _theory(masked_task(task, completion.table))
        if theory.group is None:
            raise PredictionError("the table that they complete has no group")
    except (PredictionError, BudgetError) as error:
        return _without_group(task, known, begin, str(error))
    n_checks, n_left = completion.n_checks, int((completion.table < 0).sum())
    reads = (
        f"{begin}they determine a table of {theory.group.name}, which from {n_cells - n_checks} of "
        f"them gives the other {n_checks} right"
    )
    relations = theory.relations
    if n_left:
        reads += f"; {n_left} cells do not follow"
        relations = tuple(one for one in relations if one.kind in _OF_COORDINATES)
    return Prompting(Symmetry.DERIVED, relations, theory.roles, theory.structure, reads)


def _without_group(task: Task, known: NDArray[np.int64], begin: str, reason: str) -> Prompting:
    """Return the exchange of the operands, if the training cells show it, or nothing."""
    own = (Role.X, Role.Y, Role.READOUT)  # nothing shows that a token acts alike on both sides
    n_pairs = _commuting_pairs(task, known)
    try:
        mirrored = _theory(masked_task(task, np.maximum(known, known.T))) if n_pairs else None
    except BudgetError as error:
        mirrored, reason = None, f"{reason}; {error}"
    if mirrored is not None:
        relations = tuple(one for one in mirrored.relations if one.kind == "swap")
        shown = (
            f"they determine no group, but f(x, y) = f(y, x) on all {n_pairs} pairs of them that "
            "test it"
        )
        roles = (Role.SHARED, Role.READOUT) if task.shared_tokens else own
        return Prompting(Symmetry.DERIVED, relations, roles, mirrored.structure, begin + shown)
    shown = f"they determine no table of a group ({reason}), so no relation prompts"
    return Prompting(Symmetry.DERIVED, (), own, None, begin + shown)


def _commuting_pairs(task: Task, known: NDArray[np.int64]) -> int:
    """Return how many pairs of cells show that f commutes; 0 where they do not, or too few do."""
    if task.x_labels != task.y_labels:
        return 0
    upper = np.triu((known >= 0) & (known.T >= 0), 1)
    if (known != known.T)[upper].any():
        return 0
    # Two answers drawn as they occur in the training cells agree with this chance.
    share = np.bincount(known[known >= 0]) / (known >= 0).sum()
    n_pairs = int(upper.sum())
    return n_pairs if float((share**2).sum()) ** n_pairs <= CHANCE else 0


def _theory(task: Task) -> Theory:
    """Return the theory of a table; seeds whose cells complete to one table share it."""
    return _theory_of(
        task.table.tobytes(),
        task.table.shape,
        (task.x_labels, task.y_labels, task.z_labels),
        task.formula,
        is_shared=task.shared_tokens,
    )


@lru_cache(maxsize=4)
def _theory_of(
    entries: bytes,
    shape: tuple[int, int],
    labels: tuple[tuple[str, ...], ...],
    formula: str,
    *,
    is_shared: bool,
) -> Theory:
    table = np.frombuffer(entries, dtype=np.int64).reshape(shape)
    return predict(Task("derived", table, *labels, formula=formula, shared_tokens=is_shared))
