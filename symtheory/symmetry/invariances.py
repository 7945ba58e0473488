"""The relations of a group isotope f(x, y) = h(phi(x) * psi(y)) that read no answer.

- swap: f(x, y) = f(tau(y), tau^-1(x)) with tau = phi^-1 psi, if the group is abelian;
- shift: f(phi^-1(phi(x) c), y) = f(x, psi^-1(c psi(y))) for c in the group;
- equivariance: f(phi^-1(a phi(x)), psi^-1(psi(y) b)) = h(a h^-1(f(x, y)) b) for a, b in the group.

They hold on all cells, held out or not: the inputs of held-out cells are used, their answers are
not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.groups.group import Group
from symtheory.symmetry.relations import CellPairs, Relation

__all__ = ["Equivariance", "Shift", "Swap"]


@dataclass(frozen=True, eq=False, repr=False)
class Swap(Relation):
    """Exchange the operands: f(x, y) = f(tau(y), tau^-1(x)).

    Parameters
    ----------
    tau : (ny,) int64
        Left operand that acts as the right operand y does.
    """

    name: ClassVar[str] = "swap"
    tau: NDArray[np.int64]

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        inverse = np.argsort(self.tau)

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            y, x = np.divmod(numbers, self.n_left - 1)
            x = x + (x >= self.tau[y])  # (tau(y), y) is its own image
            return CellPairs(np.stack([x, y], axis=1), np.stack([self.tau[y], inverse[x]], axis=1))

        return known.size - self.n_right, pairs


@dataclass(frozen=True, eq=False, repr=False)
class Shift(Relation):
    """Move an element c from the right operand to the left one.

    Parameters
    ----------
    group : Group
    phi, psi : (n,) int64
        Elements of the group for the left and the right operands.
    """

    name: ClassVar[str] = "shift"
    group: Group
    phi: NDArray[np.int64]
    psi: NDArray[np.int64]

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        n_moves = self.group.order - 1
        x_of, y_of = np.argsort(self.phi), np.argsort(self.psi)

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            cells, c = np.divmod(numbers, n_moves)
            c = c + (c >= self.group.identity)  # the identity moves nothing
            x, y = np.divmod(cells, self.n_right)
            moved_x = x_of[self.group.multiply(self.phi[x], c)]
            moved_y = y_of[self.group.multiply(c, self.psi[y])]
            return CellPairs(np.stack([moved_x, y], axis=1), np.stack([x, moved_y], axis=1))

        return known.size * n_moves, pairs

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines.

        The moves join exactly the cells with one value of phi(x) * psi(y).
        """
        table = self.check_known(known)
        product = self.group.table[np.ix_(self.phi, self.psi)]
        labelled = np.flatnonzero(table.ravel() >= 0)[::-1]  # the first is written last
        answer_of = np.full(self.group.order, -1, dtype=np.int64)
        answer_of[product.ravel()[labelled]] = table.ravel()[labelled]
        return np.where(table >= 0, table, answer_of[product])


@dataclass(frozen=True, eq=False, repr=False)
class Equivariance(Relation):
    """Translate both operands and the answer with them.

    The translations by (a, b) act regularly on the cells, so an instance is an ordered pair of
    distinct cells, and it names its own a and b.

    Parameters
    ----------
    group : Group
    phi, psi, h : (n,) int64
        Elements of the group for left and right operands, and answers for its elements.
    """

    name: ClassVar[str] = "equivariance"
    group: Group
    phi: NDArray[np.int64]
    psi: NDArray[np.int64]
    h: NDArray[np.int64]

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        n_others = known.size - 1
        carry = self._carry_answers()

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            first, step = np.divmod(numbers, n_others)
            second = (first + step + 1) % known.size
            left = np.stack(np.divmod(first, self.n_right), axis=1)
            right = np.stack(np.divmod(second, self.n_right), axis=1)
            return CellPairs(left, right, carry(left, right))

        return known.size * n_others, pairs

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines: one answer settles all."""
        table = self.check_known(known)
        labelled = np.argwhere(table >= 0)
        if not len(labelled):
            return table
        x, y = labelled[0]
        product, inverse = self.group.multiply, self.group.inverse
        a = product(self.phi, inverse(self.phi[x]))
        b = product(inverse(self.psi[y]), self.psi)
        source = int(np.argmax(self.h == table[x, y]))
        image = self.h[product(product(a, source)[:, None], b)]
        return np.where(table >= 0, table, image)

    def _carry_answers(self) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]:
        """Return the function from cells to the answer maps h(a h^-1(z) b) between them."""
        n = self.group.order
        product, inverse = self.group.multiply, self.group.inverse
        # Row a: the elements a h^-1(z); entry (b, g) of the flat table: the answer h(g b).
        moved = self.group.table[:, np.argsort(self.h)]
        answer = self.h[self.group.table.T].ravel()

        def carry(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
            a = product(self.phi[right[:, 0]], inverse(self.phi[left[:, 0]]))
            b = product(inverse(self.psi[left[:, 1]]), self.psi[right[:, 1]])
            entries = moved[a]
            entries += n * b[:, None]
            return np.take(answer, entries)

        return carry
