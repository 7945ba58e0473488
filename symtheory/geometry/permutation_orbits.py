"""Geometry of the embeddings where the table is not that of a group: permutations act on tokens.

Where the task has no factorization, the Gram matrix of an operand is constant on the orbitals of
the permutations that autotopisms induce. Which autotopisms? All of them would forbid what networks
do (under all autotopisms of x + y mod p only the simplex is invariant), so the translations are
preferred: the left nucleus (alpha, 1, gamma) for the left operand, the right nucleus
(1, beta, gamma) for the right one, both for the answers; then those together with the invariances
(alpha, beta, 1); and only where these have smaller orbits than all autotopisms, all of them, which
is a conjecture.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.partitions import components
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.orbit_geometry import orbit_geometry
from symtheory.geometry.shared import is_tied
from symtheory.records import Role

if TYPE_CHECKING:
    from symtheory.combinatorics.table_automorphisms import TableAutomorphisms
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["PermutedTask"]


class _Twins:
    """Twin classes of one operand: tokens of one class move together."""

    def __init__(self, classes: NDArray[np.int64]) -> None:
        self.classes = classes
        self.first = np.unique(classes, return_index=True)[1]
        self.sizes = np.bincount(classes)

    def on_classes(self, permutations: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return permutations of tokens as permutations of the classes, without the identity."""
        return _moving(self.classes[permutations[:, self.first]])


class PermutedTask:
    """A task without factorization: what acts on its operands, and the geometries that follow.

    Parameters
    ----------
    structure : Structure
    symmetries : Symmetries
    """

    def __init__(self, structure: "Structure", symmetries: "Symmetries") -> None:
        self.task, self.reduction = structure.task, structure.reduction
        self.generators = symmetries.generators
        self.invariances = symmetries.invariance_generators
        self._x, self._y = _Twins(self.reduction.x_class), _Twins(self.reduction.y_class)

    @cached_property
    def x(self) -> OperandGeometry:
        """The geometry of the left operand."""
        acting, is_protected = self._acting_on_x
        every = self._x.on_classes(self.generators.alphas)
        labels = self.task.x_labels
        return _described(
            Role.X, self._x, labels, acting=acting, moves=every, is_protected=is_protected
        )

    @cached_property
    def y(self) -> OperandGeometry:
        """The geometry of the right operand."""
        every = self._y.on_classes(self.generators.betas)
        acting, is_protected = _translations(
            every,
            lambda: self._right_nucleus.betas,
            self._y.on_classes(self.invariances.betas),
        )
        labels = self.task.y_labels
        return _described(
            Role.Y, self._y, labels, acting=acting, moves=every, is_protected=is_protected
        )

    @cached_property
    def readout(self) -> OperandGeometry:
        """The geometry of the answers that occur."""
        live = self.reduction.live
        place = np.full(len(self.task.z_labels), -1, dtype=np.int64)
        place[live] = np.arange(len(live))
        every = _moving(place[self.generators.gammas[:, live]])

        def outer() -> NDArray[np.int64]:
            gammas = np.concatenate([self._left_nucleus.gammas, self._right_nucleus.gammas])
            return np.asarray(place[gammas[:, live]])

        acting, is_protected = _translations(every, outer, every[:0])
        return orbit_geometry(
            Role.READOUT,
            acting,
            twins=np.arange(len(live)),
            tokens=tuple(self.task.z_labels[z] for z in live),
            rows=live,
            moves=every,
            is_protected=is_protected,
        )

    def shared(self) -> OperandGeometry:
        """Return the geometry of one table that serves both operands.

        A token moves in one way only, so what acts are autotopisms with alpha = beta: the
        translations where the operands' own are of this kind, otherwise all of them.
        """
        from symtheory.combinatorics.table_automorphisms import table_automorphisms

        table, n_answers = self.task.table, len(self.task.z_labels)
        acting, is_protected = self._acting_on_x
        same = np.array_equal(self.x.orbitals[0], self.y.orbitals[0]) and np.array_equal(
            self.x.twins, self.y.twins
        )
        twins = self._x
        core = table[np.ix_(twins.first, twins.first)]
        moves = self._x.on_classes(self.generators.alphas)
        if same and is_protected and all(is_tied(core, one) for one in acting):
            moves = np.array([one for one in moves if is_tied(core, one)]).reshape(-1, len(core))
        else:
            both = np.stack([self.reduction.x_class, self.reduction.y_class])
            # Numbered by first members, so that where there are no twins classes are tokens.
            _, first, classes = np.unique(both, axis=1, return_index=True, return_inverse=True)
            twins = _Twins(np.argsort(np.argsort(first))[classes.ravel()])
            core = table[np.ix_(twins.first, twins.first)]
            tied = table_automorphisms(
                core, n_answers, shared_table=True, x_colors=twins.sizes, is_counted=False
            )
            acting, is_protected = _moving(tied.alphas), False
            moves = acting
        labels = self.task.x_labels
        return _described(
            Role.SHARED, twins, labels, acting=acting, moves=moves, is_protected=is_protected
        )

    @cached_property
    def _acting_on_x(self) -> tuple[NDArray[np.int64], bool]:
        return _translations(
            self._x.on_classes(self.generators.alphas),
            lambda: self._left_nucleus.alphas,
            self._x.on_classes(self.invariances.alphas),
        )

    @cached_property
    def _left_nucleus(self) -> "TableAutomorphisms":
        return self._nucleus(fix_y=True)

    @cached_property
    def _right_nucleus(self) -> "TableAutomorphisms":
        return self._nucleus(fix_x=True)

    def _nucleus(self, *, fix_x: bool = False, fix_y: bool = False) -> "TableAutomorphisms":
        """Autotopisms of the table with twins merged that move one operand and the answers."""
        from symtheory.combinatorics.table_automorphisms import table_automorphisms

        return table_automorphisms(
            self.task.table[np.ix_(self._x.first, self._y.first)],
            len(self.task.z_labels),
            fix_x=fix_x,
            fix_y=fix_y,
            x_colors=self._x.sizes,
            y_colors=self._y.sizes,
            is_counted=False,
        )


def _described(
    role: Role,
    twins: _Twins,
    tokens: tuple[str, ...],
    *,
    acting: NDArray[np.int64],
    moves: NDArray[np.int64],
    is_protected: bool,
) -> OperandGeometry:
    """Geometry of all tokens of an operand."""
    return orbit_geometry(
        role,
        acting,
        twins=twins.classes,
        tokens=tokens,
        rows=np.arange(len(tokens)),
        moves=moves,
        is_protected=is_protected,
    )


def _translations(
    every: NDArray[np.int64],
    outer: Callable[[], NDArray[np.int64]],
    invariances: NDArray[np.int64],
) -> tuple[NDArray[np.int64], bool]:
    """Return what acts, and whether it is made of translations."""
    if not len(every):
        return every, False
    n_orbits = _count_orbits(every)
    acting = _moving(outer())
    # Translations are taken only if they reach as far as all autotopisms do.
    for more in (every[:0], invariances):
        acting = np.concatenate([acting, more])
        if _count_orbits(acting) == n_orbits:
            return acting, True
    return every, False


def _count_orbits(permutations: NDArray[np.int64]) -> int:
    n = permutations.shape[1]
    start = np.tile(np.arange(n), len(permutations))
    return int(components(n, start, permutations.ravel()).max()) + 1


def _moving(permutations: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave the identity out."""
    points = np.arange(permutations.shape[1])
    return np.asarray(permutations[(permutations != points).any(axis=1)])
