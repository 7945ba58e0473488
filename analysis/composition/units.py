"""Unit law: every hidden unit lives in one irrep, the same on its three sides, aligned.

A unit of the one hidden layer has three sides, functions on the group: u(x) and v(y), what the
operands add to it, and w(z), what it adds to the answers. The law says

    u(x) = a^T rho(x) b,    v(y) = b^T rho(y) c,    w(z) = a^T rho(z) c

with one irrep rho and inner vectors that agree. For Z_n this reads cos(kx + p), cos(ky + q),
cos(kz + p + q).

*Share*: each side is centered and brought to power 1; the unit's share of an irrep is the mean over
its sides, and the unit counts with its best irrep. *Alignment*: with coefficients U, V, W of the
sides in that irrep (`.coefficients`),

    t = sqrt(c) tr(W^T U V) / (||U|| ||V|| ||W||),    |t| <= 1,

and t = 1 iff all three are of rank one and the inner vectors agree, with the right sign; for Z_n it
is cos(p + q - r). Units are weighted by the geometric mean of the powers of their sides: a unit
with a dead side does nothing.

Null: the tokens of each side are permuted, for all units alike. It keeps everything about the units
but what the tokens mean, and the best irrep is selected anew in every draw. Sides of one irrep each
that do not agree are significant against it; the floor excludes them. Sides dealt to other units
would be no null: in a network of one irrep every deal agrees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.composition import ALIGNMENT_FLOOR, UNITS
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.composition import Composition
from symtheory.groups.group import Group
from symtheory.records import HiddenUnits, Json, Outcome, Role
from symtheory.representations.isotypic import isotypic_blocks

from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest, label_permutations
from .coefficients import coefficients, irreps_of, rank_one_shares

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["MOST_DRAWS", "UNITS_TEST", "UnitsTest", "check_units", "sides_on_group"]

MOST_DRAWS = 199
"""Most relabelings: each is a Fourier transform of all units."""

_LEAST_DRAWS = 19
_MOST_PRODUCTS = 2e10  # seconds; of large tables there are fewer draws


@dataclass(frozen=True, slots=True, eq=False)
class UnitsTest:
    """Hidden units by irrep.

    Parameters
    ----------
    names : tuple of str
        Of the irreps.
    weights : (n_units,) float64
        They sum to 1.
    irreps : (n_units,) int64
        Best irrep of each unit, one for the three sides.
    shares : (3, n_units) float64
        Share of it in the power of each side.
    own_irreps : (3, n_units) int64
        Best irrep of each side alone.
    rank_one : (3, n_units) float64
        Share of one matrix coefficient in each side's power in the unit's irrep.
    alignment : (n_units,) float64
    null : NullTest
        The weighted share against relabeled sides.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    irreps: NDArray[np.int64]
    shares: NDArray[np.float64]
    own_irreps: NDArray[np.int64]
    rank_one: NDArray[np.float64]
    alignment: NDArray[np.float64]
    null: NullTest

    def mean(self, values: NDArray[np.float64]) -> float:
        """Return the weighted mean of a value that every unit has."""
        return float(values @ self.weights)

    @property
    def same(self) -> float:
        """Weight of the units whose three sides have the same best irrep."""
        return self.mean((self.own_irreps == self.irreps).all(axis=0).astype(float))

    @property
    def same_by_chance(self) -> float:
        """The same where sides are dealt to units at random."""
        usage = [
            np.bincount(own, weights=self.weights, minlength=len(self.names))
            for own in self.own_irreps
        ]
        return float(np.prod(usage, axis=0).sum())

    @property
    def median_angle(self) -> float:
        """Weighted median of arccos of the alignment; for Z_n the error of the phases."""
        angles = np.arccos(np.clip(self.alignment, -1, 1))
        order = np.argsort(angles)
        middle = int(np.searchsorted(np.cumsum(self.weights[order]), 0.5))
        return float(angles[order][min(middle, len(order) - 1)])

    def to_dict(self) -> dict[str, Json]:
        """Return the details as plain JSON values."""
        usage = np.bincount(self.irreps, weights=self.weights, minlength=len(self.names))
        sides = ("x", "y", "readout")
        return {
            "alignment": self.mean(self.alignment),
            "median_angle": self.median_angle,
            "share_by_side": {s: self.mean(v) for s, v in zip(sides, self.shares, strict=True)},
            "rank_one_by_side": {
                s: self.mean(v) for s, v in zip(sides, self.rank_one, strict=True)
            },
            "same_irrep": self.same,
            "same_irrep_by_chance": self.same_by_chance,
            "n_units": len(self.weights),
            "usage": {
                self.names[i]: float(usage[i]) for i in np.argsort(-usage) if usage[i] > 0.005
            },
        }


def sides_on_group(units: HiddenUnits, task: Composition) -> tuple[NDArray[np.float64], ...]:
    """Return the sides x, y and readout as functions on the group, (n_units, n) each.

    Raises
    ------
    SpecError
        If a side is no function on the task's tokens.
    """
    found = []
    for name, tokens in (("x", task.x), ("y", task.y), ("readout", task.z)):
        side = getattr(units, name)
        if side.shape[1] != len(tokens):
            raise SpecError(
                f"the {name} side of the hidden units has {side.shape[1]} values for "
                f"{len(tokens)} tokens"
            )
        found.append(side[:, tokens])
    return tuple(found)


def check_units(
    sides: Sequence[NDArray[np.float64]],
    group: Group,
    *,
    rng: np.random.Generator,
    n_draws: int = MOST_DRAWS,
) -> UnitsTest:
    """Test hidden units for one aligned irrep each.

    Parameters
    ----------
    sides : three arrays (n_units, n) float64
        Left operand, right operand, answers, by the elements of the group.
    group : Group
    rng : numpy.random.Generator
    n_draws : int
        Relabelings.

    Raises
    ------
    PredictionError
        If no unit has power on all three sides.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> turns = 2 * np.pi * np.outer([1, 2, 2, 5], np.arange(13)) / 13
    >>> p, q = np.array([[[0.3], [1.0], [2.0], [4.0]], [[2.0], [1.0], [3.0], [0.0]]])
    >>> sides = [np.cos(turns + p), np.cos(turns + q), np.cos(turns + p + q)]
    >>> test = check_units(sides, cyclic(13), rng=np.random.default_rng(0))
    >>> test.null, round(test.to_dict()["alignment"], 6)
    (NullTest(1, p = 0.005, 199 draws), 1.0)
    """
    centered = [side - side.mean(axis=1, keepdims=True) for side in sides]
    powers = np.array([np.einsum("mn,mn->m", side, side) for side in centered])
    weights = powers.prod(axis=0) ** (1 / 3)
    alive = weights > 1e-9 * weights.max(initial=0)
    if not alive.any():
        raise PredictionError("no hidden unit varies with both operands and the answers")
    weights = weights[alive] / weights[alive].sum()
    unit = [s[alive] / np.sqrt(p[alive, None]) for s, p in zip(centered, powers, strict=True)]
    blocks = isotypic_blocks(group)[1:]
    basis = np.hstack([block.basis for block in blocks])
    starts = np.cumsum([0, *(block.dimension for block in blocks[:-1])])

    def shares(side: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.add.reduceat((side @ basis) ** 2, starts, axis=1))

    by_side = np.array([shares(side) for side in unit])  # (3, m, blocks)
    joint = by_side.mean(axis=0)
    draws = np.empty(n_draws)
    n = group.order
    moves = [label_permutations(n, n_draws, rng=rng) for _ in unit]
    for i in range(n_draws):
        moved = sum(shares(side[:, p[i]]) for side, p in zip(unit, moves, strict=True))
        draws[i] = weights @ (np.max(moved, axis=1) / 3)
    best = joint.argmax(axis=1)
    chosen = np.take_along_axis(by_side, best[None, :, None], axis=2)[:, :, 0]
    rank_one, alignment = _inside(unit, best, group)
    return UnitsTest(
        names=tuple(block.name for block in blocks),
        weights=weights,
        irreps=best,
        shares=chosen,
        own_irreps=by_side.argmax(axis=2),
        rank_one=rank_one,
        alignment=alignment,
        null=NullTest(float(weights @ joint.max(axis=1)), draws),
    )


def _inside(
    sides: Sequence[NDArray[np.float64]], best: NDArray[np.int64], group: Group
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rank-one shares of the sides, (3, m), and the alignment, (m,), in each unit's irrep."""
    rank_one, alignment = np.zeros((3, len(best))), np.zeros(len(best))
    for i, irrep in enumerate(irreps_of(group)):
        own = best == i
        if not own.any():
            continue
        found = [coefficients(side[own], irrep) for side in sides]
        rank_one[:, own] = [rank_one_shares(each, irrep) for each in found]
        u, v, w = found
        size = np.prod([np.sqrt((each**2).sum(axis=(1, 2))) for each in found], axis=0)
        triple = irrep.commutant**0.5 * np.einsum("mij,mjk,mik->m", u, v, w)
        alignment[own] = np.divide(triple, size, out=np.zeros(len(size)), where=size > 0)
    return rank_one, alignment


def _measure(network: "Network", role: Role) -> Measurement[UnitsTest]:  # noqa: ARG001
    task, units = network.composition, network.units
    if task is None:
        raise PredictionError("the task is not composition in a group")
    if units is None:
        raise PredictionError("the hidden units are not known")
    test = check_units(
        sides_on_group(units, task),
        task.group,
        rng=network.rng,
        n_draws=min(network.n_permutations, _affordable(len(units.x), task.group.order)),
    )
    alignment = test.mean(test.alignment)
    return Measurement(
        test,
        test.null,
        n_tokens=task.group.order,
        details=test.to_dict(),
        conditions={"alignment": alignment},
        note=f"alignment {alignment:.3f}",
    )


def _affordable(n_units: int, n: int) -> int:
    """Return how many relabelings take some seconds at most."""
    return int(np.clip(_MOST_PRODUCTS / (3 * n_units * n**2), _LEAST_DRAWS, MOST_DRAWS))


def _decide(found: Measurement[UnitsTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    alignment = found.conditions["alignment"]
    if outcome is Outcome.HELD and alignment < ALIGNMENT_FLOOR:
        return Outcome.REFUTED, f"alignment below its floor of {ALIGNMENT_FLOOR:g}"
    return outcome, note


UNITS_TEST = ClaimTest(UNITS, _measure, _decide, needs="units")
