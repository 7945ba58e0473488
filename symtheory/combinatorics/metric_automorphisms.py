"""Automorphisms of a table of distances in a graph, from the graph instead of the table.

Let d be the metric of a connected graph and d(alpha x, beta y) = gamma d(x, y). Put r = gamma(0).
Since d(x, y) = 0 exactly for y = x, every vertex u has exactly one vertex at distance r, and it is
pi(u) = beta alpha^-1 u. The transposed triple (beta, alpha, gamma) is an automorphism too, so that
(pi, pi, 1) is one: pi is an isometry. What is left is alpha, which carries the relation
d(x, y) = 1, the graph, to the relation d(u, pi w) = gamma(1); distances being lengths of paths in
the graph, gamma is determined by gamma(0) and gamma(1). Hence:

* the invariances, gamma = 1, are the isometries with alpha = beta;
* gamma acts freely on pairs (gamma(0), gamma(1)), and the number of automorphisms
  is the number of isometries times the length of the orbit of (0, 1).

Each candidate pair is tried by an isomorphism of two graphs on n vertices. BLISS on the whole table
searches a graph with a vertex for every pair of a vertex and a distance instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from symtheory.combinatorics.bliss import automorphisms, isomorphism
from symtheory.combinatorics.partitions import stable_order

__all__ = ["MetricAutomorphisms", "Triple", "metric_automorphisms"]

_ROWS = 4096  # rows of neighbors that are looked at together

Triple = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Permutations (alpha, beta, gamma) of left operands, right operands and answers."""


@dataclass(frozen=True, slots=True)
class MetricAutomorphisms:
    """Number of automorphisms of a table of distances, and generators (alpha, beta, gamma)."""

    order: int
    generators: tuple[Triple, ...]


def metric_automorphisms(
    table: NDArray[np.int64],
    *,
    fix_x: bool = False,
    fix_y: bool = False,
    fix_answers: bool = False,
    shared_table: bool = False,
) -> MetricAutomorphisms | None:
    """Return the automorphisms of a table if it holds the distances in an unweighted graph.

    Parameters
    ----------
    table : (n, n) int64
    fix_x, fix_y, fix_answers, shared_table : bool
        Only triples with alpha, beta, gamma the identity; only those with alpha = beta.

    Returns
    -------
    MetricAutomorphisms or None
        None if the table is not of this kind.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(8)
    >>> octagon = np.minimum((x - x[:, None]) % 8, (x[:, None] - x) % 8)
    >>> metric_automorphisms(octagon, fix_answers=True).order, metric_automorphisms(octagon).order
    (16, 64)
    """
    metric = _metric(table.shape, table.astype(np.int64, copy=False).tobytes())
    if metric is None:
        return None
    same, answers = np.arange(len(table)), np.arange(int(table.max()) + 1)
    if fix_x or fix_y:
        if fix_answers or shared_table or (fix_x and fix_y):
            return MetricAutomorphisms(1, ())  # then alpha = beta = 1
        moves = [(pi, metric.relabeling(pi)) for pi in metric.matchings]
        nucleus = [(pi, gamma) for pi, gamma in moves if gamma is not None]
        found = tuple((same, pi, g) if fix_x else (pi, same, g) for pi, g in nucleus)
        return MetricAutomorphisms(1 + len(found), found)
    order, isometries = metric.isometries
    triples = [(one, one, answers) for one in isometries]
    if fix_answers:
        return MetricAutomorphisms(order, tuple(triples))
    more = list(_moving_answers(metric, shared_table=shared_table))
    orbit = _orbit([gamma for _, _, gamma in more])
    return MetricAutomorphisms(order * len(orbit), (*triples, *more))


class _Metric:
    """A metric with its relations "at distance j" as lists of pairs."""

    def __init__(self, d: NDArray[np.int64]) -> None:
        self.d, self.n, self.diameter = d, len(d), int(d.max())
        rows, columns = np.triu_indices(self.n, 1)
        above = d[rows, columns]
        order = stable_order(above)
        self._pairs = np.stack([rows[order], columns[order]], axis=1)
        counts = np.bincount(above, minlength=self.diameter + 1)
        self._ends = np.cumsum(counts)
        self.counts = counts

    def pairs(self, j: int) -> NDArray[np.int64]:
        """Pairs u < v at distance j >= 1, (m, 2) int64."""
        return self._pairs[self._ends[j - 1] : self._ends[j]]

    @cached_property
    def isometries(self) -> tuple[int, NDArray[np.int64]]:
        """Number and generators of the permutations that keep all distances."""
        return automorphisms(self.pairs(1), np.zeros(self.n, dtype=np.int64), n_kept=self.n)

    @cached_property
    def _ties(self) -> frozenset[int]:
        """Numbers of vertices that are as far from one end as from the other, over all edges."""
        return frozenset(self._tied(u, v) for u, v in self.pairs(1).tolist())

    def _tied(self, u: int, v: int) -> int:
        return int((self.d[u] == self.d[v]).sum())

    @cached_property
    def matchings(self) -> list[NDArray[np.int64]]:
        """Isometries that carry every vertex to the only one at some distance r > 0 from it."""
        found = []
        # n/2 pairs at distance r are a perfect matching exactly if they leave no vertex out.
        for r in np.flatnonzero(2 * self.counts == self.n).tolist():
            u, v = self.pairs(r).T
            pi = np.full(self.n, -1)
            pi[u], pi[v] = v, u
            if (pi >= 0).all() and np.array_equal(self.d[np.ix_(pi, pi)], self.d):
                found.append(pi)
        return found

    def relabeling(self, pi: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Return gamma with d(u, pi w) = gamma d(u, w), or None if there is none."""
        return self._map_to(np.arange(self.n), pi)

    def _map_to(
        self, alpha: NDArray[np.int64], beta: NDArray[np.int64]
    ) -> NDArray[np.int64] | None:
        """Return gamma with d(alpha u, beta w) = gamma d(u, w), or None if there is none."""
        # One pair at each distance says what gamma must be; the whole table is compared then.
        u, w = np.array([[0, 0], *(self.pairs(j)[0] for j in range(1, self.diameter + 1))]).T
        gamma = self.d[alpha[u], beta[w]]
        moved = self.d.take(alpha, axis=0).take(beta, axis=1)
        return gamma if np.array_equal(gamma[self.d], moved) else None

    def carried(self, pi: NDArray[np.int64], j: int) -> tuple[Triple, ...]:
        """Return the automorphism with beta = pi alpha and gamma(1) = j, if there is one."""
        u, v = self.pairs(j).T
        # d(u, pi w) = j says d(u, v) = j with v = pi w; loops would mean j = gamma(0).
        ends = np.concatenate([np.stack([u, pi[v]], axis=1), np.stack([v, pi[u]], axis=1)])
        # Ties are kept by every automorphism, as answers that are equal stay so.
        if self._tied(*ends[0].tolist()) not in self._ties:
            return ()
        numbers = np.unique(self.n * ends.min(axis=1) + ends.max(axis=1))
        edges = np.stack(np.divmod(numbers, self.n), axis=1)
        if len(edges) != self.counts[1] or (edges[:, 0] == edges[:, 1]).any():
            return ()
        if not self._may_renumber(edges, pi):
            return ()
        alpha = isomorphism(self.pairs(1), edges, np.zeros(self.n, dtype=np.int64))
        if alpha is None:
            return ()
        # Steps along the edges from alpha u to alpha w are as many as from u to w in the graph.
        gamma = self._map_to(alpha, pi[alpha])
        if gamma is None or len(np.unique(gamma)) < len(gamma):
            return ()
        return ((alpha, pi[alpha], gamma),)

    def _may_renumber(self, edges: NDArray[np.int64], pi: NDArray[np.int64]) -> bool:
        """Whether d(0, pi w) = gamma(steps along the edges from 0 to w): one row refutes most."""
        both = np.concatenate([edges, edges[:, ::-1]]).T
        graph = csr_array((np.ones(both.shape[1]), both), shape=(self.n, self.n))
        steps = shortest_path(graph, unweighted=True, indices=[0])[0]
        if not np.isfinite(steps).all() or steps.max() > self.diameter:
            return False
        numbers, moved = steps.astype(np.int64), self.d[0, pi]
        gamma = np.zeros(self.diameter + 1, dtype=np.int64)
        gamma[numbers] = moved
        return np.array_equal(gamma[numbers], moved)


def _moving_answers(metric: _Metric, *, shared_table: bool) -> Iterator[Triple]:
    """Yield automorphisms that, with the isometries, generate all."""
    same = np.arange(metric.n)
    # gamma carries the pairs at distance 1 to those at distance j, so there are as many.
    candidates = np.flatnonzero(metric.counts == metric.counts[1])
    gammas: list[NDArray[np.int64]] = []
    reached = _orbit(gammas)
    for j in candidates.tolist():
        if (0, j) not in reached:
            for triple in metric.carried(same, j):
                yield triple
                gammas.append(triple[2])
                reached = _orbit(gammas)
    if shared_table:
        return
    # What has gamma(0) = r is one coset of what has gamma(0) = 0: one of each is enough.
    for pi in metric.matchings:
        r = int(metric.d[0, pi[0]])
        if any(pair[0] == r for pair in reached):
            continue
        gamma = metric.relabeling(pi)
        if gamma is not None:
            found: tuple[Triple, ...] = ((same, pi, gamma),)
        else:
            found = next(filter(None, (metric.carried(pi, j) for j in candidates.tolist())), ())
        for triple in found:
            yield triple
            gammas.append(triple[2])
            reached = _orbit(gammas)


def _orbit(gammas: list[NDArray[np.int64]]) -> set[tuple[int, int]]:
    """Return the images of the pair (0, 1) under what these permutations generate."""
    orbit, queue = {(0, 1)}, [(0, 1)]
    for a, b in queue:
        for gamma in gammas:
            image = int(gamma[a]), int(gamma[b])
            if image not in orbit:
                orbit.add(image)
                queue.append(image)
    return orbit


@lru_cache(maxsize=1)
def _metric(shape: tuple[int, ...], entries: bytes) -> _Metric | None:
    """Return the table as a metric, if its entries are the lengths of paths along the entries 1.

    One table is asked for several kinds of automorphisms in turn.
    """
    table = np.frombuffer(entries, dtype=np.int64).reshape(shape)
    n, m = shape
    if n != m or n < 2 or not np.array_equal(table, table.T) or table.min() < 0:
        return None
    if not np.array_equal(table == 0, np.eye(n, dtype=np.bool_)):
        return None
    return _Metric(table) if _counts_steps(table) else None


def _counts_steps(table: NDArray[np.int64]) -> bool:
    """Whether every entry off the diagonal is 1 more than the least one of the vertex's neighbors.

    With zeros on the diagonal, and neighbors where the entry is 1, only the lengths of paths are
    such: steps to ever smaller entries make a path as long as the entry, and no step loses more
    than 1.
    """
    n = len(table)
    vertices, neighbors = np.nonzero(table == 1)
    degrees = np.bincount(vertices, minlength=n)
    if not degrees.all():
        return False
    short = table.astype(np.min_scalar_type(int(table.max())))
    starts = np.cumsum(degrees) - degrees
    size = max(1, _ROWS * n // len(vertices))
    for start in range(0, n, size):
        rows = slice(start, start + size)
        first, last = starts[rows][0], starts[rows][-1] + degrees[rows][-1]
        nearest = np.minimum.reduceat(short[neighbors[first:last]], starts[rows] - first, axis=0)
        is_right = nearest + 1 == short[rows]
        is_right[np.arange(len(is_right)), np.arange(n)[rows]] = True
        if not is_right.all():
            return False
    return True
