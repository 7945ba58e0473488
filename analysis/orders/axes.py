"""Axes of an order: a direction for each attribute along which its ranks increase.

Whatever a cloud is, enough of its components explain any ranks in sample: the 95 % quantile of
the rank correlation of a regression is .35, .48, .60 and .91 for 2, 5, 10 and 32 components of 49
random points. So every rank is predicted by a ridge regression that has not seen it:

- where an attribute has three levels or more, one whole *level* is left out at a time. Levels at
  the corners of a simplex, which any ranks fit in sample, then predict nothing: the axis of some
  levels must continue to the others;
- with two levels, one entity at a time: only a separation can be asked for.

The statistic is the *isotonic share*: of the variance of the predicted scores, the share that the
best non-decreasing function of the rank explains. It is 1 for any strictly increasing spacing
of the levels, equal or not, and 0 where predictions fall as ranks rise, as they do without an axis
(what is left out pulls the mean of the rest to the other side).

The null exchanges only entities that agree in all other attributes, so that an attribute is not
found because another one is there; the penalty of the ridge is selected again in every draw.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.orders import AXES
from symtheory.orders.order import Order
from symtheory.orders.relabelings import exchange_classes
from symtheory.records import Role

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.nulls import NullTest, label_permutations
from .isotonic import isotonic_share

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "AXES_TEST",
    "LEAST_LEVELS",
    "AxesTest",
    "Axis",
    "axis_angles",
    "check_axes",
    "held_out_scores",
]

LEAST_LEVELS = 3
"""From so many levels on, whole levels are left out."""

# Penalties as shares of the largest squared singular value; least squares and the mean are the
# two ends.
_PENALTIES = (1.0, 1e-1, 1e-2, 1e-3, 1e-4)

_CHUNK_BYTES = 5e7


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Test for an axis of one attribute.

    Parameters
    ----------
    attribute : str
    leaves_out_levels : bool
        Whether whole levels were left out, or single entities.
    scores : (n,) float64
        Predicted rank of each entity, by a regression without it.
    penalty : float
        Of the ridge, as a share of the largest squared singular value of the cloud.
    null : NullTest
        The isotonic share against exchanged entities.
    rank_correlation, rank_correlation_quantile : float
        Spearman's correlation of scores and ranks, and the 95 % quantile of its null.
    least_p_value : float
        Least p-value that these draws can give any cloud: those that leave all ranks in place, or
        reverse them, which changes no share, count against it.
    """

    attribute: str
    leaves_out_levels: bool
    scores: NDArray[np.float64]
    penalty: float
    null: NullTest
    rank_correlation: float
    rank_correlation_quantile: float
    least_p_value: float

    @property
    def share(self) -> float:
        """The isotonic share."""
        return self.null.observed


@dataclass(frozen=True, slots=True, eq=False)
class AxesTest:
    """The axis of every attribute, and the (n, d) points that were searched for them."""

    points: NDArray[np.float64]
    axes: tuple[Axis, ...]

    @property
    def weakest(self) -> Axis:
        """The attribute with the least share, and of equal ones the largest p-value."""
        return min(self.axes, key=lambda axis: (axis.share, -axis.null.p_value))

    @property
    def p_value(self) -> float:
        """The largest p-value of all attributes, also where another has the least share."""
        return max(axis.null.p_value for axis in self.axes)


def check_axes(
    points: NDArray[np.float64], order: Order, *, rng: np.random.Generator, n_draws: int
) -> tuple[Axis, ...]:
    """Test for an axis of every attribute.

    Parameters
    ----------
    points : (n, d) float64
        One row for each entity.
    order : Order
    rng : Generator
    n_draws : int
        Number of null draws for each attribute.
    """
    found = []
    for i, attribute in enumerate(order.attributes):
        ranks = order.ranks[:, i]
        permutations = label_permutations(
            len(order), n_draws, rng=rng, exchangeable=exchange_classes(order, i)
        )
        labelings = np.vstack([ranks, ranks[permutations]])
        by_level = order.levels[i] >= LEAST_LEVELS
        scores, penalties = held_out_scores(points, labelings, by_level=by_level)
        shares = isotonic_share(scores, labelings)
        correlations = _rank_correlations(scores, labelings)
        found.append(
            Axis(
                attribute=attribute,
                leaves_out_levels=by_level,
                scores=scores[0],
                penalty=float(penalties[0]),
                null=NullTest(float(shares[0]), shares[1:]),
                rank_correlation=float(correlations[0]),
                rank_correlation_quantile=float(np.quantile(correlations[1:], 0.95)),
                least_p_value=_least_p_value(labelings),
            )
        )
    return tuple(found)


def held_out_scores(
    points: NDArray[np.float64], labelings: NDArray[np.int64], *, by_level: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predict ranks by ridge regressions that have not seen them.

    For a fixed penalty the residuals of a group that is left out are ``(I - H_GG)^-1 r_G`` with
    the hat matrix H and the residuals r of the whole fit: an identity, so nothing is fitted twice.
    The penalty is the one with the least squared error of these predictions.

    Parameters
    ----------
    points : (n, d) float64
    labelings : (m, n) int64
        Ranks from 0 up; each row is a labeling of its own, and all use the same counts.
    by_level : bool
        Whether all entities of one rank are left out together.

    Returns
    -------
    scores : (m, n) float64
    penalties : (m,) float64
        The selected ones, as shares of the largest squared singular value.

    Examples
    --------
    >>> line = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    >>> scores, _ = held_out_scores(line, np.arange(5)[None], by_level=True)
    >>> scores.round(2).tolist()
    [[0.0, 1.0, 2.0, 3.0, 4.0]]
    """
    coordinates = principal_coordinates(points)
    power = (coordinates**2).sum(axis=0)
    frame = coordinates / np.sqrt(power)
    n_labelings, n = labelings.shape
    targets = labelings.astype(np.float64)
    best = np.full(n_labelings, np.inf)
    scores, penalties = np.empty((n_labelings, n)), np.empty(n_labelings)
    for penalty in _PENALTIES:
        kept = power / (power + penalty * power[0])
        # The constant, 1/n, is not penalized: ranks have a mean that the cloud need not explain.
        hat = (frame * kept) @ frame.T + 1 / n
        residuals = targets - targets @ hat
        if by_level:
            left_out = _without_levels(hat, residuals, labelings)
        else:
            # The identity of the docstring for groups of one.
            left_out = residuals / (1 - np.diag(hat))
        errors = (left_out**2).sum(axis=1)
        is_better = errors < best
        best[is_better], penalties[is_better] = errors[is_better], penalty
        scores[is_better] = (targets - left_out)[is_better]
    return scores, penalties


def _without_levels(
    hat: NDArray[np.float64], residuals: NDArray[np.float64], labelings: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Residuals of every level when it is left out."""
    left_out = np.empty_like(residuals)
    order = np.argsort(labelings, axis=1, kind="stable")
    stops = np.cumsum(np.bincount(labelings[0]))
    for start, stop in zip([0, *stops[:-1].tolist()], stops.tolist(), strict=True):
        members = order[:, start:stop]
        size = stop - start
        step = max(1, int(_CHUNK_BYTES / (8 * size**2)))
        for first in range(0, len(members), step):
            group = members[first : first + step]
            rows = np.arange(first, first + len(group))[:, None]
            blocks = np.eye(size) - hat[group[:, :, None], group[:, None, :]]
            solved = np.linalg.solve(blocks, residuals[rows, group][:, :, None])
            left_out[rows, group] = solved[:, :, 0]
    return left_out


def _least_p_value(labelings: NDArray[np.int64]) -> float:
    own, drawn = labelings[0], labelings[1:]
    # An axis may be learned in either direction: reversed ranks give the same share.
    same = (drawn == own).all(axis=1) | (drawn == own.max() - own).all(axis=1)
    return float((1 + same.sum()) / len(labelings))


def axis_angles(points: NDArray[np.float64], order: Order) -> NDArray[np.float64]:
    """Return the cosines of the angles between the attributes' axes, (d, d) float64.

    The axes are the rows of V in the least-squares fit ``points ~ constant + ranks @ V``.

    Examples
    --------
    >>> square = Order("2 x 2", ["00", "01", "10", "11"], [[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> axis_angles(np.array([[0, 0], [0, 1], [1, 1], [1, 2.0]]), square).round(3).tolist()
    [[1.0, 0.707], [0.707, 1.0]]
    """
    coordinates = principal_coordinates(points)
    ranks = order.ranks - order.ranks.mean(axis=0)
    axes = np.linalg.lstsq(ranks, coordinates, rcond=None)[0]
    lengths = np.sqrt((axes**2).sum(axis=1, keepdims=True))
    axes = axes / np.where(lengths > 0, lengths, 1)
    return np.asarray(axes @ axes.T)


def _rank_correlations(
    scores: NDArray[np.float64], labelings: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Spearman's correlation of each row of scores with its ranks; 0 for constant scores."""
    from scipy.stats import rankdata

    left, right = rankdata(scores, axis=1), rankdata(labelings, axis=1)
    left, right = left - left.mean(axis=1, keepdims=True), right - right.mean(axis=1, keepdims=True)
    norms = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return np.asarray((left * right).sum(axis=1) / np.where(norms > 0, norms, 1))


def _measure(network: "Network", role: Role) -> Measurement[AxesTest]:
    cloud, order = network.centered_points(role), network.order_geometry.order
    axes = check_axes(cloud, order, rng=network.rng, n_draws=network.n_permutations)
    test = AxesTest(cloud, axes)
    weakest = test.weakest
    remarks = [f"weakest: {weakest.attribute}"] * (len(axes) > 1)
    remarks += ["two levels: entities were left out"] * (not weakest.leaves_out_levels)
    return Measurement(
        test,
        weakest.null,
        p=test.p_value,
        # Not that of the null: shares of 0 tie, which says nothing of the power.
        least_p=max(axis.least_p_value for axis in axes),
        details={
            "attributes": {
                axis.attribute: {
                    "isotonic_share": axis.share,
                    "rank_correlation": axis.rank_correlation,
                    "rank_correlation_null_quantile": axis.rank_correlation_quantile,
                    "p_value": axis.null.p_value,
                    "leaves_out_levels": axis.leaves_out_levels,
                    "penalty": axis.penalty,
                }
                for axis in axes
            },
            "cosines_between_axes": axis_angles(cloud, order).tolist(),
        },
        note="; ".join(remarks),
    )


AXES_TEST = ClaimTest(AXES, _measure)
