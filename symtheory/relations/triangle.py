r"""The triangle equality of a metric: distances add along geodesics.

If b lies on a geodesic from a to c, then d(a, c) = d(a, b) + d(b, c). That b does lie there is
itself knowledge of d(a, c), so it is certified from training distances alone [1]_: with K the known
distances, symmetric and 0 on the diagonal as every metric's are,

    U(a, c) = length of a shortest path through known distances,
    L(a, c) = max over known K(x, y) of  K(x, y) - U(a, x) - U(y, c),

L <= d <= U, and b is certified between a and c if L(a, c) = U(a, b) + U(b, c), which makes all
three distances known: d(a, c) <= U(a, b) + U(b, c) = L(a, c) <= d(a, c). A distance follows from
the training distances where L = U; using it again tells nothing new.

References
----------
.. [1] The equality as a loss is of Y. Hwang, Y. Park, arXiv:2603.01968, whose b lies on a true
   geodesic, held out or not.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import BudgetError, PredictionError
from symtheory.graphs.graph import Graph
from symtheory.relations.cells import CellTriples, Instances, Rule
from symtheory.relations.relation import Relation
from symtheory.tasks.task import Task

__all__ = ["MAX_TRIPLES", "Triangle", "distance_bounds", "triangle_identity"]

MAX_TRIPLES = 10**8
"""Most certified triples that are listed: 8 bytes each."""

_FAR = np.int64(1) << 40  # a distance that nothing bounds


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Triangle(Relation):
    """Add the distances along certified geodesics.

    There is no instance with b = a or b = c.

    Parameters
    ----------
    values : (nz,) int64
        The distance that each answer means.
    left, right : (n,) int64
        Left and right operand that stand for each vertex.
    placed : (n,) int64
        Vertex in whose place each is put once it is certified: the identity, but for a placebo,
        which speaks of wrong geodesics.
    """

    kind: ClassVar[str] = "triangle"
    values: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    placed: NDArray[np.int64]

    @property
    def is_idempotent(self) -> bool:
        """True, but for a placebo: distances that follow from true ones leave all bounds alone."""
        return bool((self.placed == np.arange(len(self.placed))).all())

    def _bounds(self, known: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        answers = known[np.ix_(self.left, self.right)]
        return distance_bounds(np.where(answers >= 0, self.values[answers], -1))

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], Instances]]:
        lower, upper = self._bounds(known)
        n = len(lower)
        found = []
        count = 0
        for b in range(n):
            is_between = lower == upper[:, b, None] + upper[None, b, :]
            is_between[b, :] = is_between[:, b] = False
            found.append(np.flatnonzero(is_between) + b * n * n)
            count += len(found[-1])
            if count > MAX_TRIPLES:
                raise BudgetError(
                    f"more than {MAX_TRIPLES} triples lie on geodesics; take a graph of fewer "
                    "vertices, or train without the triangle equality"
                )
        keys = np.concatenate(found)
        left, right = self.left[self.placed], self.right[self.placed]
        partner = _partners(self.values)

        def triples(numbers: NDArray[np.int64]) -> CellTriples:
            b, pair = np.divmod(keys[numbers], n * n)
            a, c = np.divmod(pair, n)
            first, second, third = (
                np.stack([left[u], right[v]], axis=1) for u, v in ((a, b), (b, c), (a, c))
            )
            return CellTriples(first, second, third, Rule.SUM, partner)

        return len(keys), triples

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the distances that follow from it."""
        before = self.check_known(known)
        lower, upper = self._bounds(before)
        order = np.argsort(self.values)
        place = np.searchsorted(self.values[order], lower).clip(max=len(order) - 1)
        answer = order[place]
        is_told = (lower == upper) & (self.values[answer] == lower)
        after = before.copy()
        cells = np.ix_(self.left[self.placed], self.right[self.placed])
        after[cells] = np.where(is_told & (before[cells] < 0), answer, before[cells])
        return after

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        values = np.empty_like(self.values)
        values[z] = self.values
        return replace(self, left=x[self.left], right=y[self.right], values=values)

    def false_copy(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the relation with every certified triple moved to other vertices.

        As many triples, and as many answers that they settle, of the same graph with its vertices
        renamed.
        """
        del y, z  # a metric has one set of vertices, and its answers are numbers
        return replace(self, placed=x)


def distance_bounds(known: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the bounds that known distances put on all distances of a metric.

    Parameters
    ----------
    known : (n, n) int64
        Distances of one metric, -1 where unknown; one direction is enough, and the diagonal is
        taken as 0. Of distances that contradict each other there are no bounds.

    Returns
    -------
    lower, upper : (n, n) int64
        Bounds L and U of the module; U is at least 2**40 where no path of known distances leads.

    Examples
    --------
    >>> lower, upper = distance_bounds([[0, 1, 2], [-1, 0, -1], [-1, -1, 0]])
    >>> int(lower[1, 2]), int(upper[1, 2])
    (1, 3)
    >>> lower, upper = distance_bounds([[0, 1, -1], [-1, 0, 1], [-1, -1, 0]])
    >>> int(lower[0, 2]), int(upper[0, 2])
    (0, 2)
    """
    table = np.asarray(known, dtype=np.int64)
    both = np.maximum(table, table.T)
    np.fill_diagonal(both, 0)
    is_known = both >= 0
    longest = int(both.max()) * (len(both) - 1)
    number = next(dtype for dtype in (np.int16, np.int32, np.int64) if longest < _far(dtype) // 3)
    far = number(_far(number))
    distances = np.where(is_known, both, far).astype(number)
    open_pairs = [np.flatnonzero(~row) for row in is_known]
    later = [others[others > a] for a, others in enumerate(open_pairs)]  # bounds are symmetric
    # Known distances are bounds of themselves, so only the others are looked at, until paths of
    # twice as many pieces are no shorter.
    upper, before = distances, None
    while before is None or not np.array_equal(before, upper):
        before, upper = upper, upper.copy()
        for a, others in enumerate(later):
            shortest = (before[others] + before[a]).min(axis=1, initial=far)
            upper[a, others] = upper[others, a] = shortest
    # max over x of K(x, y) - U(a, x), at (a, y)
    own = np.where(is_known, both, -far).astype(number)
    half = own.copy()
    for a, others in enumerate(open_pairs):
        half[a, others] = (own[others] - upper[a]).max(axis=1, initial=-far)
    lower = np.where(is_known, own, number(0))
    for a, others in enumerate(later):
        lower[a, others] = lower[others, a] = (half[a] - upper[others]).max(axis=1, initial=0)
    return lower.astype(np.int64), np.where(upper < far, upper, _FAR).astype(np.int64)


def _far(dtype: type[np.signedinteger]) -> int:
    """Return a number that stands for no bound and can be added to itself."""
    return int(np.iinfo(dtype).max) // 2


def triangle_identity(task: Task) -> Triangle:
    """Return the triangle equality of a task whose answers are distances in a graph.

    Raises
    ------
    PredictionError
        If they are not.
    """
    if not isinstance(task.answer_structure, Graph):
        raise PredictionError(f"the answers of {task.formula} are no distances in a graph")
    vertices = np.arange(len(task.x_labels))
    return Triangle(
        formula="d(a, c) = d(a, b) + d(b, c)",
        latex="d(a,c) = d(a,b) + d(b,c)",
        where=("b on a geodesic from a to c, by the training distances alone",),
        reads=("d(a, b)", "d(b, c)", "bounds on d(a, c)"),
        evaluation=(
            "training distances bound all distances; b is between a and c where the lower bound of "
            "d(a, c) is the sum of the upper bounds; the prediction at (a, c) is compared with the "
            "distribution of the sum of those at (a, b) and (b, c)"
        ),
        n_left=len(task.x_labels),
        n_right=len(task.y_labels),
        n_answers=len(task.z_labels),
        values=task.answer_structure.lengths,
        left=vertices,
        right=vertices,
        placed=vertices,
    )


def _partners(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for answers z and a the answer that makes the sum z together with a, or -1."""
    order = np.argsort(values)
    wanted = values[:, None] - values[None, :]
    place = np.searchsorted(values[order], wanted).clip(max=len(order) - 1)
    found: NDArray[np.int64] = np.where(values[order][place] == wanted, order[place], -1)
    return found
