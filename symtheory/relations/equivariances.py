"""Equivariances: operands and answer move together, f(alpha x, beta y) = gamma f(x, y).

They read no answer and hold on all cells. For a group isotope f(x, y) = h(phi(x) * psi(y)) they are
the translations f(phi^-1(a phi(x)), psi^-1(psi(y) b)) = h(a h^-1(f(x, y)) b) by all a and b of the
group; otherwise the generators of the autotopism group.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.groups.group import Group
from symtheory.relations.cells import CellPairs
from symtheory.relations.instances import number_instances
from symtheory.relations.invariances import SameAnswer
from symtheory.relations.relation import Relation, rename_map

__all__ = ["Moves", "Translations"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Translations(SameAnswer):
    """Translate both operands of a group isotope, and the answer with them.

    The translations act regularly on the cells whose operands carry elements, so an ordered pair of
    them names its a and b. Classes are the orbits of the translations; a cell with an absorbing
    operand is joined to those with the same one.

    Parameters
    ----------
    group : Group
    phi, psi : (nx,), (ny,) int64
        Elements of the group for left and right operands, -1 for absorbing ones.
    h : (order,) int64
        Answers for the elements, each another.
    """

    kind: ClassVar[str] = "equivariance"
    field_name: ClassVar[str] = "equivariance"
    group: Group
    phi: NDArray[np.int64]
    psi: NDArray[np.int64]
    h: NDArray[np.int64]

    @cached_property
    def _tables(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Answers of the group, row a: the elements a h^-1(z), entry (b, g) flat: h(g b)."""
        live = np.sort(self.h)
        return live, self.group.table[:, np.argsort(self.h)], self.h[self.group.table.T].ravel()

    def _pairs(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> CellPairs:
        live, moved, answer = self._tables
        a = self._step(self.phi, left[:, 0], right[:, 0], from_left=True)
        b = self._step(self.psi, left[:, 1], right[:, 1], from_left=False)
        entries = moved[a]
        entries += self.group.order * b[:, None]
        images = np.take(answer, entries)
        if len(live) == self.n_answers:
            return CellPairs(left, right, images)
        answer_map = np.tile(np.arange(self.n_answers), (len(left), 1))
        answer_map[:, live] = images
        return CellPairs(left, right, answer_map)

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        return replace(
            self,
            classes=self.classes[np.ix_(np.argsort(x), np.argsort(y))],
            phi=self.phi[np.argsort(x)],
            psi=self.psi[np.argsort(y)],
            h=z[self.h],
        )

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines: one settles its orbit."""
        table = self.check_known(known)
        classes = self.classes
        labelled = np.flatnonzero((table.ravel() >= 0) & (classes.ravel() >= 0))
        element = np.full(self.n_answers, -1, dtype=np.int64)
        element[self.h] = np.arange(self.group.order)
        after = table.copy()
        product = self.group.multiply
        for cell in labelled[np.unique(classes.ravel()[labelled], return_index=True)[1]]:
            x, y = divmod(int(cell), self.n_right)
            answer = int(table[x, y])
            xs, ys = np.nonzero((classes == classes[x, y]) & (table < 0))
            if element[answer] < 0:
                after[xs, ys] = answer
                continue
            a = self._step(self.phi, np.full_like(xs, x), xs, from_left=True)
            b = self._step(self.psi, np.full_like(ys, y), ys, from_left=False)
            after[xs, ys] = self.h[product(product(a, int(element[answer])), b)]
        return after

    def _step(
        self,
        coordinate: NDArray[np.int64],
        start: NDArray[np.int64],
        end: NDArray[np.int64],
        *,
        from_left: bool,
    ) -> NDArray[np.int64]:
        """Return the element that carries one operand to the other; 1 if they have no elements."""
        source, target = coordinate[start], coordinate[end]
        inverse = self.group.inverses[source]
        step = self.group.table[(target, inverse) if from_left else (inverse, target)]
        return np.where(source < 0, self.group.identity, step)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Moves(Relation):
    """Move operands and answer by one of a few autotopisms.

    Parameters
    ----------
    alphas, betas, gammas : (k, nx), (k, ny), (k, nz) int64
        The autotopisms, as permutations of left operands, right operands and answers.
    """

    kind: ClassVar[str] = "equivariance"
    field_name: ClassVar[str] = "equivariance"
    alphas: NDArray[np.int64]
    betas: NDArray[np.int64]
    gammas: NDArray[np.int64]

    def _instances(
        self,
        known: NDArray[np.int64],  # noqa: ARG002
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        instances = number_instances(self.alphas, self.betas)

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            move, x, y = instances[numbers]
            images = np.stack([self.alphas[move, x], self.betas[move, y]], axis=1)
            return CellPairs(np.stack([x, y], axis=1), images, self.gammas[move])

        return len(instances), pairs

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        return replace(
            self,
            alphas=rename_map(self.alphas, x, x),
            betas=rename_map(self.betas, y, y),
            gammas=rename_map(self.gammas, z, z),
        )

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines."""
        before = self.check_known(known).ravel()
        after = before.copy()
        for alpha, beta, gamma in zip(self.alphas, self.betas, self.gammas, strict=True):
            cells = self._unknown(after, alpha, beta)
            for moves, carry in (
                ((np.argsort(alpha), np.argsort(beta)), gamma),  # from where a cell is moved here
                ((alpha, beta), np.argsort(gamma)),
            ):
                x, y = np.divmod(cells, self.n_right)
                answers = before[moves[0][x] * self.n_right + moves[1][y]]
                is_told = answers >= 0
                after[cells[is_told]] = carry[answers[is_told]]
                cells = cells[~is_told]
        return after.reshape(self.n_left, self.n_right)

    def _unknown(
        self, answers: NDArray[np.int64], alpha: NDArray[np.int64], beta: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Flat cells without an answer; if a move moves few operands, only what it moves.

        A cell that stays where it is learns nothing.
        """
        x_moves = np.flatnonzero(alpha != np.arange(self.n_left))
        y_moves = np.flatnonzero(beta != np.arange(self.n_right))
        if 2 * (len(x_moves) + len(y_moves)) > self.n_left + self.n_right:
            return np.flatnonzero(answers < 0)
        is_moved = np.zeros((self.n_left, self.n_right), dtype=bool)
        is_moved[x_moves] = is_moved[:, y_moves] = True
        cells = np.flatnonzero(is_moved)
        return np.asarray(cells[answers[cells] < 0])
