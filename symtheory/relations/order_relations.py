r"""What an order says of triples: if a < b and b < c, then a < c; and of pairs: a < b iff b > a.

Transitivity comes in two forms. In Horn form it is an implication, P(a < c) >= P(a < b) P(b < c),
which every correct network obeys. In the form of Bradley and Terry [1]_ the log odds add, which
holds exactly if they are differences of scores: that asks for equal steps where labels ask for an
order only, and is false of a network whose confidence saturates.

Both speak of triples whose first two answers are known to be true, so that no ground truth beyond
the training answers says where an instance is.

References
----------
.. [1] R. A. Bradley, M. E. Terry, Rank analysis of incomplete block designs, Biometrika 39 (1952),
   doi:10.2307/2334029.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import PredictionError
from symtheory.orders.order import SIGNS, Order
from symtheory.relations.cells import TRUE, CellPairs, CellTriples, Instances, Rule
from symtheory.relations.derive.context import Sizes
from symtheory.relations.relation import Relation
from symtheory.tasks.task import Task

__all__ = ["BradleyTerry", "Converse", "Transitivity", "order_identities"]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Transitivity(Relation):
    """If the answers to "a ? b" and "b ? c" are true, so is that to "a ? c".

    There is no instance whose third cell is one of the others, but for a placebo, where it is
    satisfied.

    Parameters
    ----------
    cells : (nq, n, n) int64
        Number ``x * ny + y`` of the cell that asks question q of entities a and b.
    placed : (n,) int64
        Entity in whose place each is put in the conclusion: the identity, but for a placebo, which
        concludes something about other entities.
    """

    kind: ClassVar[str] = "transitivity"
    rule: ClassVar[Rule] = Rule.IMPLICATION
    cells: NDArray[np.int64]
    placed: NDArray[np.int64]

    def _is_true(self, known: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.asarray(known.ravel()[self.cells] == TRUE)

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], Instances]]:
        is_true = self._is_true(known)
        # a ? b with b = c, or b ? c with a = b, would conclude what it assumes.
        n = is_true.shape[1]
        is_true[:, np.arange(n), np.arange(n)] = False
        keys = []
        for q, one in enumerate(is_true):
            for b in range(n):
                a, c = np.flatnonzero(one[:, b]), np.flatnonzero(one[b])
                pairs = (a[:, None] * n + c[None, :]).ravel()
                keys.append((q * n + b) * n * n + pairs)
        found = np.concatenate(keys)
        shape = known.shape

        def triples(numbers: NDArray[np.int64]) -> CellTriples:
            where, pair = np.divmod(found[numbers], n * n)
            q, b = np.divmod(where, n)
            a, c = np.divmod(pair, n)
            first, second, third = (
                np.stack(np.divmod(self.cells[q, u, v], shape[1]), axis=1)
                for u, v in ((a, b), (b, c), (self.placed[a], self.placed[c]))
            )
            return CellTriples(first, second, third, self.rule)

        return len(found), triples

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with what one round concludes to be true."""
        before = self.check_known(known)
        is_true = self._is_true(before)
        concluded = np.einsum("qab,qbc->qac", is_true.astype(np.int64), is_true.astype(np.int64))
        q, a, c = np.nonzero(concluded)
        after = before.ravel().copy()
        cells = self.cells[q, self.placed[a], self.placed[c]]
        after[cells[after[cells] < 0]] = TRUE
        return after.reshape(before.shape)

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table.

        Raises
        ------
        PredictionError
            If true and false are to change places: then the relation is another one.
        """
        if z[TRUE] != TRUE:
            raise PredictionError("an implication holds of the answer true alone")
        left, right = np.divmod(self.cells, self.n_right)
        return replace(self, cells=x[left] * self.n_right + y[right])

    def false_copy(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the relation with every conclusion moved to other entities."""
        del y, z
        return replace(self, placed=x)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class BradleyTerry(Transitivity):
    """The log odds of "a ? c" are the sum of those of "a ? b" and "b ? c".

    The triples of `Transitivity` and what follows from them, but for those about equal ranks.
    """

    kind: ClassVar[str] = "bradley-terry"
    rule: ClassVar[Rule] = Rule.LOG_ODDS


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Converse(Relation):
    """The answer to "a ? b" is that of the converse question about b and a.

    Parameters
    ----------
    cells : (nq, n, n) int64
        Number ``x * ny + y`` of the cell that asks question q of entities a and b.
    converse : (nq,) int64
        The converse of each question.
    placed : (n,) int64
        Entity in whose place each is put on the other side; the identity, but for a placebo.
    """

    kind: ClassVar[str] = "converse"
    cells: NDArray[np.int64]
    converse: NDArray[np.int64]
    placed: NDArray[np.int64]

    def _sides(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the two cells of every instance, by number, each instance once."""
        other = np.swapaxes(self.cells[self.converse], 1, 2)
        other = other[:, self.placed[:, None], self.placed[None, :]]
        left, right = self.cells.ravel(), other.ravel()
        is_symmetric = np.array_equal(self.placed, np.arange(len(self.placed)))
        kept = left < right if is_symmetric else left != right
        return left[kept], right[kept]

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], Instances]]:
        left, right = self._sides()
        width = known.shape[1]

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            first, second = (np.stack(np.divmod(s[numbers], width), axis=1) for s in (left, right))
            return CellPairs(first, second)

        return len(left), pairs

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with every answer whose converse is known."""
        before = self.check_known(known)
        after = before.ravel().copy()
        left, right = self._sides()
        for source, target in ((left, right), (right, left)):
            is_told = (before.ravel()[source] >= 0) & (after[target] < 0)
            after[target[is_told]] = before.ravel()[source[is_told]]
        return after.reshape(before.shape)

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        del z  # equal answers stay equal
        left, right = np.divmod(self.cells, self.n_right)
        return replace(self, cells=x[left] * self.n_right + y[right])

    def false_copy(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the relation with the other side moved to other entities."""
        del y, z
        return replace(self, placed=x)


def order_identities(task: Task) -> tuple[Relation, ...]:
    """Return the relations of a task about an order: converse, transitivity, Bradley-Terry.

    Raises
    ------
    PredictionError
        If the task is about no order.
    """
    order = task.answer_structure
    if not isinstance(order, Order):
        raise PredictionError(f"{task.formula} asks nothing of an order")
    n, questions = len(order), np.arange(len(order.questions))
    a, b = np.arange(n)[None, :, None], np.arange(n)[None, None, :]
    cells = a * len(task.y_labels) + questions[:, None, None] * n + b
    attribute, sign = np.divmod(questions, len(SIGNS))
    sizes: Sizes = {
        "n_left": n,
        "n_right": len(task.y_labels),
        "n_answers": len(task.z_labels),
    }
    own = np.arange(n)
    attribute_said = "" if order.is_joint else " for one attribute"
    which = (f"? one of <, =, >{attribute_said}",)
    premises = ("a ? b", "b ? c")
    certified = "a ? b and b ? c are true training answers;"
    return (
        Converse(
            formula="a ? b iff b ?⁻¹ a",
            latex=r"a \mathbin{?} b \iff b \mathbin{?^{-1}} a",
            where=(f"{which[0]}, ?⁻¹ its converse",),
            reads=(),
            evaluation="any cells, held out or not: predictions at the two cells are compared",
            **sizes,
            cells=cells,
            converse=attribute * len(SIGNS) + len(SIGNS) - 1 - sign,
            placed=own,
        ),
        Transitivity(
            formula="a ? b and b ? c imply a ? c",
            latex=r"a \mathbin{?} b \wedge b \mathbin{?} c \implies a \mathbin{?} c",
            where=which,
            reads=premises,
            evaluation=f"{certified} a ? c is to be at least as likely as both together",
            **sizes,
            cells=cells,
            placed=own,
        ),
        BradleyTerry(
            formula="log odds of a ? c = those of a ? b + those of b ? c",
            latex=r"\ell(a,c) = \ell(a,b) + \ell(b,c)",
            where=(f"? one of < and >{attribute_said}",),
            reads=premises,
            evaluation=f"{certified} the log odds of true are compared",
            **sizes,
            cells=cells[SIGNS.index("=") != sign],
            placed=own,
        ),
    )
