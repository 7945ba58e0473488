"""Which tokens form a loop, and in what order.

A bar of H1 is born with an edge e whose ends are joined already and have no common neighbour among
the edges before it (edges of equal length come in some order; in orbits many are). No triangle of
these edges holds e, so the integer cochain that is 1 on e and 0 on every edge before it is a
cocycle of their complex, and one that counts how often a cycle runs over e. Its class becomes a map
to the circle [1]_: with the potential f that minimizes

    sum over edges ab of (alpha_ab - (f_b - f_a))^2,

f mod 1 is the place of each token on the loop, in turns. No field of coefficients has to be lifted
to the integers, and the linear system is that of an electric network with one unit of current
driven across e. The tokens of the loop are those that carry current: all on some cycle through e,
but for one that hangs between places of equal potential. The others hang on it like branches.

The place is determined up to the loops that are older than this one and still alive, and up to
where it begins and which way it runs.

References
----------
.. [1] V. de Silva, D. Morozov, M. Vejdemo-Johansson, Persistent cohomology and circular
   coordinates, 2011, https://doi.org/10.1007/s00454-011-9344-x
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError

from .diagrams import checked_distances, distinct_points
from .low_degrees import low_degrees

__all__ = ["Loop", "OrderMatch", "longest_loops", "match_order"]

_NO_CURRENT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """One loop of a cloud.

    Parameters
    ----------
    birth, death : float
    tokens : (k,) int64
        The points of the loop in cyclic order, the lowest first.
    turns : (k,) float64
        Place of each of these on the loop, in [0, 1).
    """

    birth: float
    death: float
    tokens: NDArray[np.int64]
    turns: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"Loop({len(self.tokens)} tokens, alive from {self.birth:.3g} to {self.death:.3g})"


@dataclass(frozen=True, slots=True)
class OrderMatch:
    """A loop beside a predicted cyclic order.

    Parameters
    ----------
    coverage : float
        Share of the predicted tokens that the loop passes.
    agreement : float
        |mean exp 2 pi i (t - s)| over these, t the place on the loop and s the predicted one, in
        turns, in the better of both directions: 1 is the same order at the same pace, and k tokens
        in random order reach about k^(-1/2).
    is_same_order : bool
        Whether the loop passes all the predicted tokens, in exactly that order.
    """

    coverage: float
    agreement: float
    is_same_order: bool


def longest_loops(distances: NDArray[np.float64], *, n_loops: int = 1) -> tuple[Loop, ...]:
    """Return the points and the order of the longest loops of a finite metric space.

    Parameters
    ----------
    distances : (n, n) float64
        Symmetric, zero on the diagonal. Of coinciding points the first stands for all.
    n_loops : int

    Returns
    -------
    tuple of Loop
        Longest first; fewer where there are fewer.

    Examples
    --------
    >>> corners = np.array([0, 1 + 1j, 1, 1j])
    >>> longest_loops(abs(corners[:, None] - corners))[0].tokens.tolist()
    [0, 3, 1, 2]
    """
    matrix = checked_distances(distances)
    kept = distinct_points(matrix)
    found = low_degrees(matrix[np.ix_(kept, kept)])
    order = np.argsort(found.loops[:, 0] - found.loops[:, 1], kind="stable")[:n_loops]
    loops = []
    for number in order:
        members, turns = _places(found.edges[: found.born[number] + 1], len(kept))
        birth, death = found.loops[number].tolist()
        loops.append(Loop(birth, death, kept[members], turns))
    return tuple(loops)


def match_order(loop: Loop, predicted: Sequence[int] | NDArray[np.int64]) -> OrderMatch:
    """Compare the order of a loop with a predicted one, such as 0, s*, 2 s*, ... of an orbit.

    Parameters
    ----------
    loop : Loop
    predicted : sequence of int
        Tokens of a closed curve, each once: a row of the ``curves`` of a
        `symtheory.geometry.lattice.LatticePicture`.

    Raises
    ------
    SpecError
        If a token is predicted twice.

    Examples
    --------
    >>> loop = Loop(1.0, 2.0, np.array([0, 2, 1, 3]), np.array([0.0, 0.25, 0.5, 0.75]))
    >>> match_order(loop, [1, 2, 0, 3])
    OrderMatch(coverage=1.0, agreement=1.0, is_same_order=True)
    """
    curve = np.asarray(predicted, dtype=np.int64)
    if len(np.unique(curve)) < len(curve):
        raise SpecError("a closed curve passes each token once, this order repeats one")
    place = {int(token): m for m, token in enumerate(curve)}
    common = [i for i, token in enumerate(loop.tokens.tolist()) if token in place]
    if not common:
        return OrderMatch(0.0, 0.0, False)
    steps = np.array([place[int(loop.tokens[i])] for i in common])
    turns = loop.turns[common]
    agreement = max(
        abs(np.exp(2j * np.pi * (turns - sign * steps / len(curve))).mean()) for sign in (1, -1)
    )
    is_whole = len(common) == len(curve) == len(loop.tokens)
    moves = set(((np.roll(steps, -1) - steps) % len(curve)).tolist())
    is_same_order = is_whole and moves in ({1}, {len(curve) - 1})
    return OrderMatch(len(common) / len(curve), float(min(agreement, 1.0)), is_same_order)


def _places(edges: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the vertices of the loop that the last edge closes, in order, and their places."""
    a, b = edges[-1]
    laplacian = np.zeros((n, n))
    laplacian[edges[:, 0], edges[:, 1]] = laplacian[edges[:, 1], edges[:, 0]] = -1
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    source = np.zeros(n)
    source[[a, b]] = -1, 1
    # Minimal norm: the potential of components that the edge is no part of is zero.
    potential = np.linalg.lstsq(laplacian, source, rcond=None)[0]
    flow = potential[edges[:, 1]] - potential[edges[:, 0]]
    flow[-1] = 1 - flow[-1]  # what the other edges carry closes through the last one
    members = np.unique(edges[np.abs(flow) > _NO_CURRENT])
    turns = (potential[members] - potential[members[0]]) % 1
    turns[turns > 1 - 1e-9] = 0.0
    order = np.argsort(turns, kind="stable")
    return members[order].astype(np.int64), turns[order]
