"""The symbolic distance effect: what lies farther apart is compared with more confidence.

The margin of a cell is the logit of the right answer less that of the other. Of each pair of
levels l < l' of an attribute the margins of true cells ("a is below b", "b is above a") are
averaged, held-out ones only where they are known; the effect is the rank correlation of that mean
with l' - l, averaged over attributes. The null permutes the levels of each attribute, rows and
columns of the matrix of means together [1]_.

The ends of a chain are known from any comparison, which alone gives far pairs confidence. So the
correlation without the two ends is reported beside it. A linear model shows the effect as well: it
is no evidence of how a network compares.

References
----------
.. [1] N. Mantel, The detection of disease clustering and a generalized regression approach, 1967,
   https://pubmed.ncbi.nlm.nih.gov/6018555/
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.orders import DISTANCE_EFFECT, LEAST_LEVELS_DISTANCE
from symtheory.errors import SpecError
from symtheory.orders.order import SIGNS, Order
from symtheory.records import Role, finite
from symtheory.tasks.orders import comparison_table

from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest, label_permutations

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "DISTANCE_EFFECT_TEST",
    "LEAST_LEVELS_INTERIOR",
    "DistanceEffect",
    "check_distance_effect",
    "level_margins",
]

LEAST_LEVELS_INTERIOR = 5
"""From so many levels on, three remain without the ends."""


@dataclass(frozen=True, slots=True, eq=False)
class DistanceEffect:
    """Test for confidence that grows with the difference of ranks.

    Parameters
    ----------
    null : NullTest
        Rank correlation, the mean of all attributes, against permuted levels.
    interior : float or None
        The same without the two ends of each attribute; None where too few levels remain.
    margins : mapping of str to (levels - 1,) float64
        Mean margin of each attribute at differences 1, 2, ...; NaN where no cell is known.
    n_cells : int
        Number of cells that were averaged.
    """

    null: NullTest
    interior: float | None
    margins: dict[str, NDArray[np.float64]]
    n_cells: int


def check_distance_effect(
    logits: NDArray[np.float64],
    order: Order,
    *,
    rng: np.random.Generator,
    n_draws: int,
    cells: NDArray[np.bool_] | None = None,
) -> DistanceEffect | None:
    """Test whether confidence grows with the difference of ranks.

    Parameters
    ----------
    logits : (n, n_questions * n, 2) float64
        Of "false" and "true".
    order : Order
        Not joint.
    rng : Generator
    n_draws : int
    cells : (n, n_questions * n) bool, optional
        Held-out cells; by default all.

    Returns
    -------
    DistanceEffect or None
        None where no attribute has three levels with three pairs of them known.

    Raises
    ------
    SpecError
        If the arrays do not have these shapes, or a logit is not finite.
    """
    matrices, n_cells = level_margins(logits, order, cells=cells)
    usable = {
        name: matrix
        for name, matrix in matrices.items()
        if len(matrix) >= LEAST_LEVELS_DISTANCE and np.isfinite(matrix).sum() >= 6
    }
    if not usable:
        return None
    draws, observed = np.zeros(n_draws), 0.0
    for matrix in usable.values():
        permutations = label_permutations(len(matrix), n_draws, rng=rng)
        unmoved = np.arange(len(matrix))[None]
        found = _correlations(matrix, np.vstack([unmoved, permutations])) / len(usable)
        observed += float(found[0])
        draws += found[1:]
    inner = [
        float(_correlations(m[1:-1, 1:-1], np.arange(len(m) - 2)[None])[0])
        for m in usable.values()
        if len(m) >= LEAST_LEVELS_INTERIOR and np.isfinite(m[1:-1, 1:-1]).any()
    ]
    return DistanceEffect(
        null=NullTest(observed, draws),
        interior=float(np.mean(inner)) if inner else None,
        margins={name: _by_difference(matrix) for name, matrix in matrices.items()},
        n_cells=n_cells,
    )


def level_margins(
    logits: NDArray[np.float64], order: Order, *, cells: NDArray[np.bool_] | None = None
) -> tuple[dict[str, NDArray[np.float64]], int]:
    """Return mean margins of true cells for pairs of levels, and the number of cells.

    Returns
    -------
    matrices : dict of str to (levels, levels) float64
        Symmetric; NaN on the diagonal and where no cell of a pair is known.
    n_cells : int

    Raises
    ------
    SpecError
        If the arrays do not have the shapes that the order gives them.
    """
    n, shape = len(order), (len(order), len(order.questions) * len(order))
    if logits.shape != (*shape, 2):
        raise SpecError(f"logits of {order.name!r} are {(*shape, 2)}, got shape {logits.shape}")
    if not np.isfinite(logits).all():
        raise SpecError(f"logits of {order.name!r} hold values that are not finite")
    if cells is not None and cells.shape != shape:
        raise SpecError(f"cells of {order.name!r} are {shape}, got shape {cells.shape}")
    margins = np.asarray(logits[:, :, 1] - logits[:, :, 0], dtype=np.float64)
    chosen = comparison_table(order) == 1
    if cells is not None:
        chosen &= cells
    found: dict[str, NDArray[np.float64]] = {}
    n_cells = 0
    for i, (name, size) in enumerate(zip(order.attributes, order.levels, strict=True)):
        sums, counts = np.zeros((size, size)), np.zeros((size, size), dtype=np.int64)
        for sign in (0, len(SIGNS) - 1):
            q = len(SIGNS) * i + sign
            a, b = np.nonzero(chosen[:, q * n : (q + 1) * n])
            at = order.ranks[a, i], order.ranks[b, i]
            np.add.at(sums, at, margins[a, q * n + b])
            np.add.at(counts, at, 1)
        sums, counts = sums + sums.T, counts + counts.T
        n_cells += int(counts.sum()) // 2
        found[name] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return found, n_cells


def _correlations(
    matrix: NDArray[np.float64], permutations: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return rank correlations of known entries with their distance, one for each permutation."""
    from scipy.stats import rankdata

    low, high = np.triu_indices(len(matrix), 1)
    # Pairs of levels are ranked once: a permutation moves the ranks with the entries.
    ranks = np.full(matrix.shape, np.nan)
    is_known = np.isfinite(matrix[low, high])
    ranks[low[is_known], high[is_known]] = rankdata(matrix[low, high][is_known])
    ranks = np.where(np.isfinite(ranks), ranks, ranks.T)
    left = ranks[permutations[:, low], permutations[:, high]]
    weights = np.isfinite(left).astype(np.float64)
    # Differences are ranked among the known pairs, which a permutation moves too.
    steps = high - low
    counts = weights @ (steps[:, None] == np.arange(len(matrix)))
    middle = np.cumsum(counts, axis=1) - (counts - 1) / 2
    right = middle[:, steps]
    count = weights.sum(axis=1, keepdims=True)
    left, right = np.where(weights > 0, left, 0.0), right * weights
    left = (left - left.sum(axis=1, keepdims=True) / count) * weights
    right = (right - right.sum(axis=1, keepdims=True) / count) * weights
    norms = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return np.asarray((left * right).sum(axis=1) / np.where(norms > 0, norms, 1))


def _by_difference(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    diagonals = [np.diagonal(matrix, k) for k in range(1, len(matrix))]
    known = [d[np.isfinite(d)] for d in diagonals]
    return np.array([d.mean() if len(d) else np.nan for d in known])


_UNTESTED = "not tested: no logits of held-out true cells at several distances"


def _measure(network: "Network", _: Role) -> Measurement[DistanceEffect] | str:
    order = network.order_geometry.order
    has_distances = not order.is_joint and max(order.levels) >= LEAST_LEVELS_DISTANCE
    if network.logits is None or not has_distances:
        return _UNTESTED
    points = {role: network.embeddings[role].points for role in network.operands}
    test = check_distance_effect(
        np.asarray(network.logits(points), dtype=np.float64),
        order,
        rng=network.rng,
        n_draws=network.n_permutations,
        cells=network.held_out,
    )
    if test is None:
        return _UNTESTED
    return Measurement(
        test,
        test.null,
        details={
            "interior": finite(test.interior),
            "n_cells": test.n_cells,
            "margins": {
                name: [finite(value) for value in np.asarray(values).tolist()]
                for name, values in test.margins.items()
            },
        },
        note=_remark(network, test),
    )


def _remark(network: "Network", test: DistanceEffect) -> str:
    if network.held_out is None:
        return "on all cells, trained ones too"
    nearest = [margins[0] for margins in test.margins.values()]
    if not np.isfinite(nearest).any():
        return "no neighbors are held out: p is somewhat too small, see docs/orders.md"
    return ""


DISTANCE_EFFECT_TEST = ClaimTest(DISTANCE_EFFECT, _measure, needs="logits")
