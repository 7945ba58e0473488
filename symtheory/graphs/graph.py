"""A finite connected graph with integer edge weights, and its shortest-path metric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from symtheory.errors import SpecError
from symtheory.records import Json

__all__ = ["Graph"]


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """A connected, undirected graph without loops or parallel edges.

    Parameters
    ----------
    name : str
        Such as ``"cycle(7) x path(7)"``.
    vertices : tuple of str
        n names without repeats, n >= 2.
    edges : (m, 2) int64
        Pairs u < v of vertex numbers, sorted, without repeats. Kept as a read-only copy.
    weights : (m,) int64
        Positive lengths of the edges; all 1 in an unweighted graph.

    Raises
    ------
    SpecError
        If vertices or edges are not as described, or the graph is not connected.

    Examples
    --------
    >>> square = Graph("square", "abcd", [[0, 1], [1, 2], [2, 3], [0, 3]])
    >>> square
    Graph(square: 4 vertices, 4 edges, diameter 2)
    >>> square.distances[0].tolist()
    [0, 1, 2, 1]
    """

    name: str
    vertices: tuple[str, ...]
    edges: NDArray[np.int64]
    weights: NDArray[np.int64]

    def __init__(
        self,
        name: str,
        vertices: Sequence[str],
        edges: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> None:
        names = tuple(vertices)
        pairs = np.array(edges)
        if pairs.size and not np.issubdtype(pairs.dtype, np.integer):
            raise SpecError(f"edges are pairs of vertex numbers, got {pairs.dtype}")
        pairs = pairs.astype(np.int64).reshape(-1, 2)
        lengths = np.ones(len(pairs), np.int64) if weights is None else np.array(weights)
        _check(name, names, pairs, lengths)
        pairs = np.sort(pairs, axis=1)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        pairs, lengths = pairs[order], lengths[order].astype(np.int64)
        same = np.flatnonzero((pairs[1:] == pairs[:-1]).all(axis=1))
        if len(same):
            u, v = pairs[same[0]]
            raise SpecError(f"the edge {names[u]} - {names[v]} of {name!r} is given twice")
        graph = csr_array((lengths, pairs.T), shape=(len(names), len(names)))
        count, part = connected_components(graph, directed=False)
        if count > 1:
            least = int(np.bincount(part).argmin())
            inside = [names[v] for v in np.flatnonzero(part == least)[:6]]
            more = ", …" if (part == least).sum() > 6 else ""
            raise SpecError(
                f"the graph {name!r} is not connected: it has {count} components, one of them "
                f"{', '.join(inside)}{more}; distances need a connected graph"
            )
        for array in (pairs, lengths):
            array.setflags(write=False)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "vertices", names)
        object.__setattr__(self, "edges", pairs)
        object.__setattr__(self, "weights", lengths)

    def __repr__(self) -> str:
        kind = "" if self.is_unweighted else ", weighted"
        return (
            f"Graph({self.name}: {len(self)} vertices, {len(self.edges)} edges{kind}, "
            f"diameter {int(self.distances.max())})"
        )

    def __len__(self) -> int:
        return len(self.vertices)

    @property
    def is_unweighted(self) -> bool:
        """Whether all edges have length 1."""
        return bool((self.weights == 1).all())

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Lengths of shortest paths, (n, n) int64."""
        matrix = csr_array((self.weights, self.edges.T), shape=(len(self), len(self)))
        lengths = shortest_path(matrix, directed=False, unweighted=self.is_unweighted)
        found: NDArray[np.int64] = np.rint(lengths).astype(np.int64)
        found.setflags(write=False)
        return found

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """The distances that occur, 0 included, in ascending order."""
        longest = int(self.distances.max())
        if longest > self.distances.size:
            found = np.unique(self.distances)
        else:
            found = np.flatnonzero(np.bincount(self.distances.ravel()))
        found.setflags(write=False)
        return found

    def to_dict(self) -> dict[str, Json]:
        """Return the graph as plain JSON values."""
        return {
            "name": self.name,
            "vertices": list(self.vertices),
            "edges": self.edges.tolist(),
            "weights": None if self.is_unweighted else self.weights.tolist(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> "Graph":
        """Return the graph that `to_dict` described.

        Raises
        ------
        SpecError
            If a key is missing or a value is not what it should be.
        """
        try:
            vertices = data["vertices"]
            if not isinstance(vertices, list):
                raise SpecError(f"vertices are a list of names, got {vertices!r:.60}")
            edges, weights = np.array(data["edges"]), data.get("weights")
            return cls(str(data["name"]), [str(v) for v in vertices], edges, _array(weights))
        except KeyError as error:
            raise SpecError(f"a graph needs the key {error}, got {sorted(data)}") from None


def _array(weights: Json) -> ArrayLike | None:
    return None if weights is None else np.array(weights)


def _check(
    name: str, names: tuple[str, ...], pairs: NDArray[np.int64], lengths: NDArray[np.generic]
) -> None:
    """Refuse what is no simple graph with positive integer weights."""
    if len(names) < 2:
        raise SpecError(f"the graph {name!r} has {len(names)} vertices; give two or more")
    if len(set(names)) != len(names):
        twice = next(v for v in names if names.count(v) > 1)
        raise SpecError(f"the vertex {twice!r} of {name!r} occurs twice")
    if pairs.size and (pairs.min() < 0 or pairs.max() >= len(names)):
        raise SpecError(
            f"edges of {name!r} join vertices 0 to {len(names) - 1}, got {pairs.min()} and "
            f"{pairs.max()}"
        )
    loops = np.flatnonzero(pairs[:, 0] == pairs[:, 1])
    if len(loops):
        raise SpecError(
            f"the graph {name!r} has a loop at {names[pairs[loops[0], 0]]}; leave loops out"
        )
    if lengths.shape != (len(pairs),):
        raise SpecError(f"{name!r} has {len(pairs)} edges but weights of shape {lengths.shape}")
    if not np.issubdtype(lengths.dtype, np.integer) or (lengths.size and int(lengths.min()) < 1):
        bad = next(w for w in lengths.tolist() if not isinstance(w, int) or w < 1)
        raise SpecError(f"weights of {name!r} are positive integers, got {bad}")
