"""From a task to everything that follows from its table, before any training."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.claims import claims
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.formulas import embedding_formula
from symtheory.geometry.geometries import geometries
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.recipes import diagram_recipe
from symtheory.geometry.statements import fixed, free
from symtheory.graphs.graph import Graph
from symtheory.groups.group import Group
from symtheory.orders.order import Order
from symtheory.records import SCHEMA, Json, Prediction, Role
from symtheory.representations.character_table import character_table
from symtheory.representations.characters import linear_characters
from symtheory.representations.max_margin import MaxMarginCondition, max_margin_condition
from symtheory.symmetry.automorphisms import table_automorphisms
from symtheory.symmetry.closure import Closure, closure
from symtheory.symmetry.factorization import Kind
from symtheory.symmetry.identities import derive_relations
from symtheory.symmetry.orbitals import orbitals
from symtheory.symmetry.placebos import placebo_relations
from symtheory.symmetry.relations import Relation
from symtheory.symmetry.structure import Structure, find_structure
from symtheory.symmetry.symmetries import Symmetries, find_symmetries
from symtheory.symmetry.tied import protected_answer_translations
from symtheory.symmetry.transitivity import order_identities
from symtheory.symmetry.triangle import triangle_identity
from symtheory.tasks.task import Task

__all__ = ["Theory", "predict"]


@dataclass(frozen=True, eq=False)
class Theory:
    """What a task's table implies, exactly.

    Parameters
    ----------
    structure : Structure
        The task, cleaned up, and the group behind it if there is one.
    symmetries : Symmetries
        The permutations of operands and answers that the table allows.
    relations : tuple of Relation
        The identities that f obeys, as training losses and diagnostics.
    geometries : mapping of Role to OperandGeometry
        The predicted geometry of each embedding that a network may have.
    caveats : tuple of str
        Predictions that could have been expected and are not made, with the reason.
    claims_tied_readout : bool
        Whether anything is claimed of the readout of a network with one shared token table.
    """

    structure: Structure
    symmetries: Symmetries
    relations: tuple[Relation, ...]
    geometries: Mapping[Role, OperandGeometry]
    caveats: tuple[str, ...]
    claims_tied_readout: bool

    def __repr__(self) -> str:
        group = self.group
        return f"Theory({self.task.formula}: {group.name if group else 'no group'})"

    @property
    def task(self) -> Task:
        """The task that all of this is about."""
        return self.structure.task

    @property
    def group(self) -> Group | None:
        """The group behind the table, if there is one."""
        factorization = self.structure.factorization
        return None if factorization is None else factorization.group

    @property
    def roles(self) -> tuple[Role, ...]:
        """The embeddings of the network that suits the task.

        One table serves both operands where they have the same tokens, unless the group is not
        abelian, or the symmetries fix something of two tables and nothing of a shared one: sharing
        leaves only what moves both operands alike (see `symtheory.symmetry.tied`).
        """
        if self.task.questions:
            return (Role.SHARED, Role.READOUT)
        is_abelian = self.group is None or self.group.is_abelian
        shared = self.geometries.get(Role.SHARED)
        own = (Role.X, Role.Y)
        if shared is None or not is_abelian:
            return (*own, Role.READOUT)
        if not shared.levels and any(self.geometries[role].levels for role in own):
            return (*own, Role.READOUT)
        return (Role.SHARED, Role.READOUT)

    @cached_property
    def max_margin(self) -> MaxMarginCondition | None:
        """Whether the max-margin theorem speaks of the group; None without a group."""
        return None if self.group is None else max_margin_condition(character_table(self.group))

    def relation(self, name: str) -> Relation:
        """Return the relation of that name.

        Raises
        ------
        PredictionError
            If the task has none of that name.
        """
        for relation in self.relations:
            if relation.name == name:
                return relation
        names = ", ".join(relation.name for relation in self.relations) or "none at all"
        raise PredictionError(f"{self.task.formula} has no relation {name!r}; it has {names}")

    def closure(self, names: Iterable[str], known: ArrayLike) -> Closure:
        """Return how much of the held-out table the named relations determine together."""
        relations = [self.relation(name) for name in names]
        return closure(relations, np.asarray(known, dtype=np.int64))

    def placebos(
        self, *, rng: np.random.Generator, known: NDArray[np.int64] | None = None
    ) -> tuple[Relation, ...]:
        """Return the same relations of a wrong group of the same order: false ones, as a control.

        See `symtheory.symmetry.placebos.placebo_relations`.
        """
        return placebo_relations(self.relations, self.structure, rng=rng, known=known)

    def predictions(self, roles: Iterable[Role]) -> tuple[Prediction, ...]:
        """Return the claims for a network that has these embeddings.

        Nothing is claimed of the readout of a network with one shared token table, where sharing
        leaves the answers no translation (see `symtheory.symmetry.tied`).
        """
        cleanup = self.structure.cleanup
        if min(len(cleanup.x_core), len(cleanup.y_core)) < 2:
            return ()  # one operand or none is left to tell apart
        served = tuple(roles)
        if Role.SHARED in served and not self.claims_tied_readout:
            served = tuple(role for role in served if role is not Role.READOUT)
        return claims(self.geometries, served, has_relations=bool(self.relations))

    def text(self, known: ArrayLike | None = None) -> str:
        """Return the theory as text to be read from top to bottom.

        Parameters
        ----------
        known : (nx, ny) integers, optional
            Training answers, -1 where held out; with them the closure of each relation is given.
        """
        from symtheory.printout import theory_text

        return theory_text(self, _as_table(known))

    def latex(self, known: ArrayLike | None = None) -> str:
        """Return a paragraph and tables for a paper; needs the package booktabs."""
        from symtheory.typesetting import theory_latex

        return theory_latex(self, _as_table(known))

    def to_dict(self, known: ArrayLike | None = None) -> dict[str, Json]:
        """Return the theory as plain JSON values, with closures if ``known`` is given."""
        table = _as_table(known)
        group, margin = self.group, self.max_margin
        relations: list[Json] = []
        for relation in self.relations:
            found = None if table is None else relation.closure(table).to_dict()
            relations.append({**relation.to_dict(), "closure": found})
        return {
            "schema": SCHEMA,
            "task": self.task.to_dict(),
            "group": None if group is None else group.name,
            "structure": self.structure.to_dict(),
            "characters": None if group is None or not group.is_abelian else _characters(group),
            "symmetries": self.symmetries.to_dict(),
            "max_margin": None
            if margin is None
            else {"holds": margin.holds, "worst": margin.worst},
            "relations": relations,
            "geometries": {
                str(role): {
                    **geometry.to_dict(),
                    "points": embedding_formula(geometry)[0],
                    "fixed": list(fixed(geometry)),
                    "free": list(free(geometry)),
                    "shape": diagram_recipe(geometry),
                }
                for role, geometry in self.geometries.items()
            },
            "caveats": list(self.caveats),
            "claims": [claim.to_dict() for claim in self.predictions(self.roles)],
        }

    def _repr_html_(self) -> str:
        from symtheory.typesetting import theory_html

        return theory_html(self)


def predict(task: Task) -> Theory:
    """Return the theory of a task: what a network that learns it must look like inside.

    Parameters
    ----------
    task : Task
        Any: where its table has no structure, the theory says so and claims nothing.

    Raises
    ------
    SpecError
        If this is no task.
    BudgetError
        If the table is too large for its symmetries to be found.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> theory = predict(named_task("modadd", p=97))
    >>> theory.group, theory.symmetries.n_invariances, theory.symmetries.n_autotopisms
    (Group(Z97, order 97, abelian), 97, 903264)
    >>> theory.geometries[Role.SHARED].sharpness.__round__(3)
    0.99
    >>> predict(named_task("modmul", p=97)).group
    Group(Z96, order 96, abelian)
    """
    if not isinstance(task, Task):
        raise SpecError(
            f"predict takes a Task, got {type(task).__name__}; make one with named_task, "
            "modular_task, group_task or table_task"
        )
    structure = find_structure(task)
    symmetries = find_symmetries(structure)
    found, caveats = geometries(structure, symmetries)
    n_protected, remark = _tied_readout(structure, found)
    return Theory(
        structure=structure,
        symmetries=symmetries,
        relations=(*derive_relations(structure, symmetries), *_of_meaning(task)),
        geometries=MappingProxyType(found),
        caveats=(*caveats, *remark),
        claims_tied_readout=n_protected != 1,
    )


def _of_meaning(task: Task) -> tuple[Relation, ...]:
    """Return the relations of what the answers mean, beside those of what they equate."""
    if isinstance(task.meaning, Graph):
        return (triangle_identity(task),)
    return order_identities(task) if isinstance(task.meaning, Order) else ()


def _tied_readout(
    structure: Structure, found: Mapping[Role, OperandGeometry]
) -> tuple[int | None, tuple[str, ...]]:
    """Count the translations of the answers that one shared table leaves, with a caveat.

    None where the translations of the answers are no symmetry to begin with.
    """
    group = structure.factorization
    if Role.SHARED not in found:
        return None, ()
    if group is None:
        return _tied_answers(structure.task, found[Role.READOUT])
    if group.kind is not Kind.ISOTOPE:
        return None, ()
    if not group.group.is_abelian:
        return 1, (
            "with one table shared by both operands symmetry protects only central translations of "
            "the answers; nothing is claimed of the readout",
        )
    n, n_protected = group.group.order, len(protected_answer_translations(group))
    if n_protected == n:
        return n_protected, ()
    what = "no translation" if n_protected == 1 else f"only {n_protected} of {n} translations"
    then = "nothing is claimed of the readout" if n_protected == 1 else "the rest is conjecture"
    return n_protected, (
        f"with one table shared by both operands symmetry protects {what} of the answers; {then}",
    )


def _tied_answers(task: Task, readout: OperandGeometry) -> tuple[int | None, tuple[str, ...]]:
    """Compare the readout's orbitals with those of the symmetries that move both operands alike."""
    if not readout.levels or not readout.is_protected:
        return None, ()
    tied = table_automorphisms(task.table, len(task.z_labels), tied=True, is_counted=False)
    place = np.full(len(task.z_labels), -1)
    place[readout.rows] = np.arange(len(readout.rows))
    moves = place[tied.gammas[:, readout.rows]]
    is_moving = (moves != np.arange(len(readout.rows))).any(axis=1)
    if not is_moving.any():
        return 1, (
            "with one table shared by both operands no symmetry moves the answers; nothing is "
            "claimed of the readout",
        )
    implied = orbitals(moves[is_moving])
    if int(implied.max()) + 1 == readout.n_parameters:
        return None, ()
    return None, (
        "with one table shared by both operands symmetry protects only "
        f"{int(implied.max()) + 1} classes of pairs of answers, not the {readout.n_parameters} of "
        "the readout's geometry; the rest is conjecture",
    )


def _characters(group: Group) -> dict[str, Json]:
    """Phases of the characters of an abelian group at its generators, as multiples of 1/modulus."""
    characters, generators = linear_characters(group), list(group.generators)
    return {
        "modulus": characters.modulus,
        "generators": [int(generator) for generator in generators],
        "phases_at_generators": characters.phases[:, generators].tolist(),
    }


def _as_table(known: ArrayLike | None) -> NDArray[np.int64] | None:
    return None if known is None else np.asarray(known, dtype=np.int64)
