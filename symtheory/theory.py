"""From a task to everything that follows from its table, before any training."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.claims import claims
from symtheory.errors import PredictionError
from symtheory.geometry.operand import (
    OperandGeometry,
    are_same_blocks,
    describe_operand,
)
from symtheory.geometry.statements import fixed, free
from symtheory.groups.automorphisms import automorphism_group
from symtheory.records import SCHEMA, Json, Prediction, Role
from symtheory.representations.automorphism_orbits import block_orbits
from symtheory.representations.character_table import character_table
from symtheory.representations.characters import linear_characters
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.symmetry.autotopisms import count_autotopisms, count_invariances
from symtheory.symmetry.closure import Closure, closure
from symtheory.symmetry.identities import derive_relations
from symtheory.symmetry.isotopism import Isotopism, find_isotopism
from symtheory.symmetry.orbitals import SumSpace, orbitals, sum_space
from symtheory.symmetry.relations import Relation
from symtheory.symmetry.tied import protected_answer_translations
from symtheory.tasks.task import Task

__all__ = ["Theory", "derive"]


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """What a task's table implies, exactly.

    Parameters
    ----------
    task : Task
    isotopism : Isotopism
        The group behind the table: f(x, y) = h(phi(x) * psi(y)).
    n_invariances : int
        |Sym_f|, pairs (alpha, beta) with f(alpha x, beta y) = f(x, y).
    n_autotopisms : int
        |Atp(f)|, triples with f(alpha x, beta y) = gamma f(x, y).
    relations : tuple of Relation
        The identities that f obeys, as training losses and diagnostics.
    geometries : mapping of Role to OperandGeometry
        The predicted geometry of each embedding that a network may have.
    caveats : tuple of str
        Predictions that could have been expected and are not made, with the reason.
    claims_tied_readout : bool
        Whether anything is claimed of the readout of a network with one shared token table.
    """

    task: Task
    isotopism: Isotopism
    n_invariances: int
    n_autotopisms: int
    relations: tuple[Relation, ...]
    geometries: Mapping[Role, OperandGeometry]
    caveats: tuple[str, ...]
    claims_tied_readout: bool

    def __repr__(self) -> str:
        return f"Theory({self.task.formula}: {self.isotopism.group.name})"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The embeddings of a network that shares one token table where the task allows it."""
        if Role.SHARED in self.geometries:
            return (Role.SHARED, Role.READOUT)
        return (Role.X, Role.Y, Role.READOUT)

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
        names = ", ".join(relation.name for relation in self.relations)
        raise PredictionError(f"{self.task.formula} has no relation {name!r}; it has {names}")

    def closure(self, names: Iterable[str], known: ArrayLike) -> Closure:
        """Return how much of the held-out table the named relations determine together."""
        relations = [self.relation(name) for name in names]
        return closure(relations, np.asarray(known, dtype=np.int64))

    def predictions(self, roles: Iterable[Role]) -> tuple[Prediction, ...]:
        """Return the claims for a network that has these embeddings.

        Nothing is claimed of the readout of a network with one shared token table, where sharing
        leaves the answers no translation (see `symtheory.symmetry.tied`).
        """
        served = tuple(roles)
        if Role.SHARED in served and not self.claims_tied_readout:
            served = tuple(role for role in served if role is not Role.READOUT)
        return claims(self.geometries, served)

    def text(self, known: ArrayLike | None = None) -> str:
        """Return the theory as text to be read from top to bottom.

        Parameters
        ----------
        known : (nx, ny) integers, optional
            Training answers, -1 where held out; with them the closure of each relation is given.
        """
        from symtheory.printout import theory_text

        return theory_text(self, None if known is None else np.asarray(known))

    def to_dict(self, known: ArrayLike | None = None) -> dict[str, Json]:
        """Return the theory as plain JSON values, with closures if ``known`` is given."""
        group = self.isotopism.group
        characters = linear_characters(group)
        relations: list[Json] = []
        for relation in self.relations:
            found = None if known is None else relation.closure(known).to_dict()
            relations.append({**relation.to_dict(), "closure": found})
        return {
            "schema": SCHEMA,
            "task": self.task.to_dict(),
            "group": group.name,
            "isotopism": {
                "phi": self.isotopism.phi.tolist(),
                "psi": self.isotopism.psi.tolist(),
                "h": self.isotopism.h.tolist(),
            },
            "characters": {
                "modulus": characters.modulus,
                "generators": list(group.generators),
                "phases_at_generators": characters.phases[:, list(group.generators)].tolist(),
            },
            "n_invariances": self.n_invariances,
            "n_autotopisms": self.n_autotopisms,
            "relations": relations,
            "geometries": {
                str(role): {
                    **geometry.to_dict(),
                    "fixed": list(fixed(geometry)),
                    "free": list(free(geometry)),
                }
                for role, geometry in self.geometries.items()
            },
            "caveats": list(self.caveats),
            "claims": [claim.to_dict() for claim in self.predictions(self.roles)],
        }


def derive(task: Task) -> Theory:
    """Return the theory of a task.

    Raises
    ------
    PredictionError
        If the table is not the table of a group in disguise; says why. Or if the group is not
        cyclic: its geometry is not predicted yet.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> theory = derive(named_task("modadd", p=97))
    >>> theory.isotopism.group, theory.n_invariances, theory.n_autotopisms
    (Group(Z97, order 97, abelian), 97, 903264)
    >>> theory.geometries[Role.SHARED]
    OperandGeometry(shared: Z97, 97 tokens, 48 blocks, sharpness 0.990)
    """
    isotopism = find_isotopism(task)
    group = isotopism.group
    if group.order not in group.element_orders:
        raise PredictionError(
            f"{task.formula} is {group.name} in disguise; geometry is predicted for cyclic groups "
            "only so far"
        )
    geometries, caveats = _geometries(task, isotopism)
    n_protected, n = group.order, group.order
    if Role.SHARED in geometries:
        n_protected = len(protected_answer_translations(isotopism))
    if n_protected < n:
        what = "no translation" if n_protected == 1 else f"only {n_protected} of {n} translations"
        caveats += (
            f"with one table shared by both operands symmetry protects {what} of the answers; "
            + (
                "nothing is claimed of the readout"
                if n_protected == 1
                else "the rest is conjecture"
            ),
        )
    return Theory(
        task=task,
        isotopism=isotopism,
        n_invariances=count_invariances(isotopism.group),
        n_autotopisms=count_autotopisms(isotopism.group),
        relations=derive_relations(task, isotopism),
        geometries=MappingProxyType(geometries),
        caveats=caveats,
        claims_tied_readout=n_protected > 1,
    )


def _geometries(
    task: Task, isotopism: Isotopism
) -> tuple[dict[Role, OperandGeometry], tuple[str, ...]]:
    """Left translations act on x, right ones on y, and both on the answers."""
    group = isotopism.group
    table = character_table(group)
    blocks = isotypic_blocks(group, table=table)[1:]
    generators = list(group.generators)
    left, right = group.table[generators], group.table[:, generators].T
    phi, psi, element = isotopism.phi, isotopism.psi, np.argsort(isotopism.h)
    spaces = {
        Role.X: (phi, task.x_labels, _space(left, phi)),
        Role.Y: (psi, task.y_labels, _space(right, psi)),
        Role.READOUT: (element, task.z_labels, _space(np.concatenate([left, right]), element)),
    }
    caveats: list[str] = []
    if task.shared_tokens:
        try:
            both = sum_space(spaces[Role.X][2].partitions[0], spaces[Role.Y][2].partitions[0])
            if not are_same_blocks(blocks, phi, psi):
                raise PredictionError("the operands see different irreps on the shared tokens")
            spaces[Role.SHARED] = (phi, task.x_labels, both)
        except PredictionError as error:
            caveats.append(f"one embedding shared by both operands: {error}")
    # The trivial block is an orbit of its own, and none of the geometry's blocks.
    orbits = block_orbits(table, automorphism_group(group))[1:]
    equivalent = tuple(tuple(block - 1 for block in orbit) for orbit in orbits)
    geometries = {
        role: describe_operand(
            role,
            group,
            coordinate=coordinate,
            tokens=tokens,
            space=space,
            blocks=blocks,
            equivalent=equivalent,
        )
        for role, (coordinate, tokens, space) in spaces.items()
    }
    return geometries, tuple(caveats)


def _space(translations: NDArray[np.int64], coordinate: NDArray[np.int64]) -> SumSpace:
    """Invariant space of translations of the group, carried over to the tokens."""
    token_of = np.argsort(coordinate)
    partition = orbitals(token_of[translations[:, coordinate]])
    partition.setflags(write=False)
    return SumSpace((partition,), int(partition.max()) + 1)
