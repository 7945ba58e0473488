"""Invariances and commutativity: operands move, the answer stays (or, in a reversal, is exchanged).

- swap: f(x, y) = f(tau(y), sigma(x)); *reversal* if the answer is exchanged too;
- same answer: cells that a group of invariances carries into each other. For f = h(phi(x) * psi(y))
  the *shift* f(phi^-1(phi(x) c), y) = f(x, psi^-1(c psi(y))) by all c of the group joins the cells
  with one product, and the *fibre* relation those that automorphisms of the group which h does not
  see carry into each other; without a group, *invariance* takes all of Sym_f.

They hold on all cells, held out or not: the inputs of held-out cells are used, their answers are
not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.combinatorics.partitions import stable_order
from symtheory.relations.cells import CellPairs
from symtheory.relations.relation import Relation, rename_map

__all__ = ["Fibre", "Invariance", "Reversal", "SameAnswer", "Shift", "Swap"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Swap(Relation):
    """Exchange the operands: gamma f(x, y) = f(tau(y), sigma(x)).

    Parameters
    ----------
    tau : (ny,) int64
        Left operand for each right one, -1 where there is none.
    sigma : (nx,) int64
        Right operand for each left one, -1 where there is none.
    gamma : (nz,) int64 or None
        Permutation of the answers; None is the identity.
    """

    kind: ClassVar[str] = "swap"
    field_name: ClassVar[str] = "commutativity"
    tau: NDArray[np.int64]
    sigma: NDArray[np.int64]
    gamma: NDArray[np.int64] | None = None

    @cached_property
    def _cells(self) -> NDArray[np.int64]:
        """Flat cells that have an image other than themselves."""
        x, y = np.indices((self.n_left, self.n_right))
        to_x, to_y = np.broadcast_arrays(self.tau[None, :], self.sigma[:, None])
        return np.flatnonzero((to_x >= 0) & (to_y >= 0) & ((to_x != x) | (to_y != y)))

    def _instances(
        self,
        known: NDArray[np.int64],  # noqa: ARG002
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        cells, gamma = self._cells, self.gamma

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            x, y = np.divmod(cells[numbers], self.n_right)
            left, right = np.stack([x, y], axis=1), np.stack([self.tau[y], self.sigma[x]], axis=1)
            answer_map = None if gamma is None else np.tile(gamma, (len(x), 1))
            return CellPairs(left, right, answer_map)

        return len(cells), pairs

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        return replace(
            self,
            tau=rename_map(self.tau, y, x),
            sigma=rename_map(self.sigma, x, y),
            gamma=None if self.gamma is None else rename_map(self.gamma, z, z),
        )

    @property
    def is_idempotent(self) -> bool:
        """Whether to exchange the operands twice moves nothing."""
        if min(self.tau.min(), self.sigma.min()) < 0:
            return False
        gamma = np.arange(self.n_answers) if self.gamma is None else self.gamma
        twice = (self.tau[self.sigma], self.sigma[self.tau], gamma[gamma])
        return all(np.array_equal(one, np.arange(len(one))) for one in twice)

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines."""
        before = self.check_known(known).ravel()
        x, y = np.divmod(self._cells, self.n_right)
        image = self.tau[y] * self.n_right + self.sigma[x]
        gamma = np.arange(self.n_answers) if self.gamma is None else self.gamma
        after = before.copy()
        for source, target, carry in (
            (image, self._cells, np.argsort(gamma)),
            (self._cells, image, gamma),
        ):
            is_news = (before[source] >= 0) & (after[target] < 0)
            # Backwards, so that where answers disagree the first instance is written last.
            after[target[is_news][::-1]] = carry[before[source[is_news][::-1]]]
        return after.reshape(self.n_left, self.n_right)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Reversal(Swap):
    """Exchange the operands, and an answer with another."""

    kind: ClassVar[str] = "reversal"
    field_name: ClassVar[str] = "anti-automorphism"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SameAnswer(Relation):
    """Cells of one class have one answer; an instance is an ordered pair of distinct cells.

    Parameters
    ----------
    classes : (nx, ny) int64
        Class of every cell, -1 where it is in no instance.
    """

    classes: NDArray[np.int64]

    @cached_property
    def _cells(self) -> NDArray[np.int64]:
        """Flat cells class by class."""
        flat = self.classes.ravel()
        inside = np.flatnonzero(flat >= 0)
        return np.asarray(inside[stable_order(flat[inside])])

    def _instances(
        self,
        known: NDArray[np.int64],  # noqa: ARG002
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        sizes = np.bincount(self.classes.ravel() + 1)[1:]
        starts = np.cumsum(sizes) - sizes
        counts = sizes * (sizes - 1)
        up_to = np.cumsum(counts)

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            which = np.searchsorted(up_to, numbers, side="right")
            i, j = np.divmod(numbers - up_to[which] + counts[which], sizes[which] - 1)
            j += j >= i
            cells = self._cells  # sorted when pairs are drawn, not when they are counted
            left, right = cells[starts[which] + i], cells[starts[which] + j]
            return self._pairs(
                np.stack(np.divmod(left, self.n_right), axis=1),
                np.stack(np.divmod(right, self.n_right), axis=1),
            )

        return int(counts.sum()), pairs

    def _pairs(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> CellPairs:
        return CellPairs(left, right)

    def renamed(
        self,
        x: NDArray[np.int64],
        y: NDArray[np.int64],
        z: NDArray[np.int64],  # noqa: ARG002
    ) -> Self:
        """Return the same relation of the renamed table."""
        return replace(
            self,
            classes=self.classes[np.ix_(np.argsort(x), np.argsort(y))],
        )

    @property
    def is_idempotent(self) -> bool:
        """True: the cells of a class are settled all at once."""
        return True

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines: one settles its class."""
        table = self.check_known(known)
        flat, classes = table.ravel(), self.classes.ravel()
        labelled = np.flatnonzero((flat >= 0) & (classes >= 0))[::-1]  # the first is written last
        answer_of = np.full(int(classes.max()) + 2, -1, dtype=np.int64)  # one more for class -1
        answer_of[classes[labelled]] = flat[labelled]
        return np.where(table >= 0, table, answer_of[self.classes])


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Shift(SameAnswer):
    """Move an element c of the group from the right operand to the left one, by all c."""

    kind: ClassVar[str] = "shift"
    field_name: ClassVar[str] = "translation invariance"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Fibre(SameAnswer):
    """Move both operands by an automorphism of the group under which h does not change."""

    kind: ClassVar[str] = "fibre"
    field_name: ClassVar[str] = "fibre symmetry"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Invariance(SameAnswer):
    """Move both operands by an invariance of a table that is no group."""

    kind: ClassVar[str] = "invariance"
    field_name: ClassVar[str] = "invariance"
