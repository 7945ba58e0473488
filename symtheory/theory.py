"""Theory of a task: all that follows from its table before any training."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.claims.composition import composition_claims
from symtheory.claims.kernel import kernel_claims
from symtheory.claims.metric import metric_claims
from symtheory.claims.network import stages_claim
from symtheory.claims.orders import order_claims
from symtheory.claims.symmetry import claims
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.composition import Composition, composition
from symtheory.geometry.geometries import geometries
from symtheory.geometry.metric.metric_geometry import MetricGeometry, metric_geometry
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.orders import OrderGeometry, order_geometry
from symtheory.geometry.tied_readout import tied_readout
from symtheory.graphs.graph import Graph
from symtheory.groups.group import Group
from symtheory.orders.order import Order
from symtheory.records import Json, Prediction, Role
from symtheory.relations.closure import Closure, closure
from symtheory.relations.derive.derive import derive_relations
from symtheory.relations.derive.orders import order_identities
from symtheory.relations.derive.triangle import triangle_identity
from symtheory.relations.placebos import placebo_relations
from symtheory.relations.relation import Relation
from symtheory.relations.triangle import Triangle
from symtheory.structure.answer_kernel import MOST_TOKENS, AnswerKernel, answer_kernel
from symtheory.structure.structure import Structure, find_structure
from symtheory.structure.symmetries import Symmetries, find_symmetries
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
        abelian, or the symmetries constrain two separate tables but not a shared one: a shared
        table only keeps symmetries that move both operands the same way (see
        `symtheory.structure.shared_table`).
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

        See `symtheory.relations.placebos.placebo_relations`.
        """
        return placebo_relations(self.relations, self.structure, rng=rng, known=known)

    @cached_property
    def metric(self) -> MetricGeometry | None:
        """The metric picture, where the answers are distances in a graph."""
        structure = self.task.answer_structure
        return metric_geometry(structure) if isinstance(structure, Graph) else None

    @cached_property
    def order(self) -> OrderGeometry | None:
        """What an order makes of its entities, where the answers are truths about one."""
        structure = self.task.answer_structure
        return order_geometry(structure) if isinstance(structure, Order) else None

    @cached_property
    def composition(self) -> Composition | None:
        """The coordinates in which the task is x·y in a group, where its tokens are elements."""
        return composition(self.geometries, self.task.table, len(self.task.z_labels))

    @cached_property
    def kernels(self) -> Mapping[Role, AnswerKernel]:
        """Answer kernel of each embedding that a network may have, unless it has too many rows."""
        task = self.task
        sizes = {Role.X: len(task.x_labels), Role.READOUT: len(task.z_labels)}
        if not task.questions:  # of questions a network has no embedding
            sizes[Role.Y] = len(task.y_labels)
        if task.shared_tokens or task.questions:
            sizes[Role.SHARED] = len(task.x_labels)
        return MappingProxyType(
            {role: answer_kernel(task, role) for role, n in sizes.items() if n <= MOST_TOKENS}
        )

    def predictions(
        self, roles: Iterable[Role], *, prompted: Iterable[str] = ()
    ) -> tuple[Prediction, ...]:
        """Return the claims for a network that has these embeddings.

        Nothing is claimed of the readout of a network with one shared token table, where sharing
        leaves the answers no translation (see `symtheory.structure.shared_table`).

        Parameters
        ----------
        roles : iterable of Role
        prompted : iterable of str
            Names of the relations in the loss. Which directions of a metric are learned the answer
            kernel says, where it has power, whatever is in the loss. Where it is nearly flat,
            symmetry alone lets any orbit of the isometries be expected from labels, which are names
            without arithmetic; that the natural coordinates are learned is a primary claim then
            with the triangle equality, which says that distances add, and a secondary one else.
        """
        served, prompted = tuple(roles), frozenset(prompted)
        operands = [role for role in served if role is not Role.READOUT]
        decided = {r for r in operands if r in self.kernels and self.kernels[r].has_power}
        found = self._of_symmetry(served)
        if decided:
            found = tuple(map(self._without_conjecture, found))
        own: list[Prediction] = []
        for role in operands:
            if self.metric is not None:
                own += metric_claims(
                    self.metric,
                    role,
                    primary=Triangle.kind in prompted,
                    decided=role in decided,
                )
            if self.order is not None:
                own += order_claims(self.order, role)
        of_kernel: list[Prediction] = []
        for role in operands:
            # One that cannot be tested is no reason to train, where nothing else is claimed.
            if role in self.kernels and (found or own or role in decided):
                of_kernel += kernel_claims(self.kernels[role], role)
        if own and not found:
            own.append(stages_claim())
        if found and self.composition is not None:
            own += composition_claims(self.composition.group)
        return tuple({claim.key: claim for claim in (*found, *own, *of_kernel)}.values())

    def expectation(self, prompted: Collection[str] = ()) -> str:
        """Say which of two pictures is expected of a metric; empty for other tasks.

        Parameters
        ----------
        prompted : collection of str
            Names of the relations in the loss.
        """
        if self.metric is None:
            return ""
        kernel = self.kernels.get(Role.SHARED)
        decides = kernel is not None and kernel.has_power
        if Triangle.kind in prompted:
            beside = ", beside the order of the answer kernel, which decides" if decides else ""
            return (
                f"the metric picture, {self.metric.natural.name}{beside}: the triangle equality is "
                "in the loss, which says that distances add"
            )
        order = "power in the order of the answer kernel" if decides else "free irreps"
        return (
            f"an orbit of the isometries with {order}: labels are names without arithmetic, and no "
            "loss says that distances add; the metric picture is tested as its rival"
        )

    def _of_symmetry(self, served: tuple[Role, ...]) -> tuple[Prediction, ...]:
        """Return the claims that follow from symmetry alone."""
        reduction = self.structure.reduction
        if min(len(reduction.x_kept), len(reduction.y_kept)) < 2:
            return ()  # one operand or none is left to tell apart
        served = tuple(role for role in served if role in self.geometries or not self.order)
        geometries = dict(self.geometries)
        if Role.SHARED in served and Role.READOUT in served and not self.claims_tied_readout:
            # Sharing leaves the answers no translation; that units are products does not need one.
            readout = geometries[Role.READOUT]
            if readout.is_group and self.group is not None and not self.group.is_abelian:
                geometries[Role.READOUT] = replace(readout, is_protected=False)
            else:
                served = tuple(role for role in served if role is not Role.READOUT)
        return claims(geometries, served, has_relations=bool(self.relations))

    def _without_conjecture(self, claim: Prediction) -> Prediction:
        """Make a claim secondary whose geometry no symmetry protects: the kernel decides there."""
        geometry = self.geometries.get(claim.role)
        is_protected = geometry is None or geometry.is_protected
        return claim if is_protected else replace(claim, primary=False)

    def text(self, known: ArrayLike | None = None) -> str:
        """Return the theory as text to be read from top to bottom.

        Parameters
        ----------
        known : (nx, ny) integers, optional
            Training answers, -1 where held out; with them the closure of each relation is given.
        """
        from symtheory.text.theory_text import theory_text

        return theory_text(self, _as_table(known))

    def latex(self, known: ArrayLike | None = None, *, prompted: Collection[str] = ()) -> str:
        """Return a paragraph and tables for a paper; needs the package booktabs.

        Parameters are those of `to_dict`.
        """
        from symtheory.text.theory_latex import theory_latex

        return theory_latex(self, _as_table(known), prompted=prompted)

    def to_dict(
        self, known: ArrayLike | None = None, *, prompted: Collection[str] = ()
    ) -> dict[str, Json]:
        """Return the theory as plain JSON values.

        Parameters
        ----------
        known : (nx, ny) integers, optional
            Training answers, -1 where held out; with them closures are given.
        prompted : collection of str
            Names of the relations in the loss, as in `predictions`.
        """
        from symtheory.text.theory_record import theory_record

        return theory_record(self, _as_table(known), prompted=prompted)

    def _repr_html_(self) -> str:
        from symtheory.text.theory_latex import theory_html

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
    if isinstance(task.answer_structure, Order):
        # Right operands are questions, of which a network has no embedding.
        found, caveats = {}, ()
    n_protected, remark = tied_readout(structure, found)
    return Theory(
        structure=structure,
        symmetries=symmetries,
        relations=(*derive_relations(structure, symmetries), *_structure_relations(task)),
        geometries=MappingProxyType(found),
        caveats=(*caveats, *remark),
        claims_tied_readout=n_protected != 1,
    )


def _structure_relations(task: Task) -> tuple[Relation, ...]:
    """Return the relations of what the answers mean, beside those of what they equate."""
    if isinstance(task.answer_structure, Graph):
        return (triangle_identity(task),)
    return order_identities(task) if isinstance(task.answer_structure, Order) else ()


def _as_table(known: ArrayLike | None) -> NDArray[np.int64] | None:
    return None if known is None else np.asarray(known, dtype=np.int64)
