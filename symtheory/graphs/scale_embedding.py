"""Embed a graph into a cube so that all distances double: an exhaustive search.

Vertices are placed one after another, each next to one placed before; it then differs from that
neighbor in exactly two coordinates, which all the distances to the vertices placed nearly always
determine. Where they do not, the search goes back to try the next pair. A coordinate in which all
vertices placed agree exists in unlimited number; coordinates in which they all look alike are
interchangeable and tried once.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symtheory.graphs.graph import Graph

__all__ = ["doubled_embedding"]

_STEPS_PER_VERTEX = 30
"""Vertices placed before the search gives up, counted per vertex; most graphs need one."""


def doubled_embedding(graph: Graph) -> tuple[NDArray[np.int8] | None, bool]:
    """Return signs whose Hamming distances are twice the distances of an unweighted graph.

    Returns
    -------
    signs : (k, n) int8 or None
        Coordinates +1 and -1 of the vertices; None if none were found.
    is_settled : bool
        Whether that is final; False if the search was given up.

    Examples
    --------
    >>> triangle = Graph("triangle", "abc", [[0, 1], [1, 2], [0, 2]])
    >>> signs, _ = doubled_embedding(triangle)
    >>> (signs[:, :1] != signs).sum(axis=0).tolist()
    [0, 2, 2]
    """
    d, n = graph.distances, len(graph)
    order = np.argsort(d[0], kind="stable")
    parent = [int(np.flatnonzero(d[v, order[:i]] == 1)[0]) if i else 0 for i, v in enumerate(order)]
    d = d[np.ix_(order, order)]
    stack = [iter([np.ones((0, 1), dtype=np.int8)])]
    for _ in range(_STEPS_PER_VERTEX * n):
        signs = next(stack[-1], None)
        if signs is None:
            stack.pop()
            if not stack:
                return None, True
            continue
        v = len(stack)
        if v == n:
            return np.ascontiguousarray(signs[:, np.argsort(order)]), True
        stack.append(_placements(signs, d[v, :v] - d[parent[v], :v], parent[v]))
    return None, False


def _placements(
    signs: NDArray[np.int8], growth: NDArray[np.int64], parent: int
) -> Iterator[NDArray[np.int8]]:
    """Yield the ways to place one more vertex.

    Parameters
    ----------
    signs : (k, v) int8
    growth : (v,) int64
        How much farther than its parent the new vertex is from every one placed, -1 to 1.
    """
    # +1 where a vertex agrees with the parent; a change there makes it one farther.
    agrees = signs * signs[:, parent, None]
    is_sure = growth != 0
    usable = np.flatnonzero((agrees[:, is_sure] == growth[is_sure]).all(axis=1))
    twins: dict[bytes, list[int]] = {}
    for c in usable.tolist():
        twins.setdefault(agrees[c].tobytes(), []).append(c)
    fresh = np.ones(signs.shape[1], dtype=np.int8)
    for key, members in twins.items():
        wanted = (2 * growth - agrees[members[0]]).astype(np.int8)
        other = wanted.tobytes()
        if other == key:
            if len(members) > 1:
                yield _with(signs, parent, (members[0], members[1]))
            continue
        if other in twins and key < other:
            yield _with(signs, parent, (members[0], twins[other][0]))
        if np.array_equal(wanted, fresh):
            yield _with(signs, parent, (members[0],))
    if (growth == 1).all():
        yield _with(signs, parent, ())


def _with(signs: NDArray[np.int8], parent: int, changed: tuple[int, ...]) -> NDArray[np.int8]:
    """Add a vertex that differs from its parent in two coordinates, fresh ones where not given."""
    n_fresh = 2 - len(changed)
    last = signs[:, parent].copy()
    last[list(changed)] *= -1
    wide = np.concatenate([signs, last[:, None]], axis=1)
    if not n_fresh:
        return wide
    new = np.ones((n_fresh, wide.shape[1]), dtype=np.int8)
    new[:, -1] = -1
    return np.concatenate([wide, new])
