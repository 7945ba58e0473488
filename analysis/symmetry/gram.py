"""L1, the Gram law: the Gram matrix of a cloud is invariant under the symmetry of the task.

The group moves the tokens of an operand. The law says that the centered Gram matrix K is constant
on the orbits of pairs of tokens (`symtheory.geometry.invariant_space`). The statistic is the share

    R^2 = ||Pi K||^2 / ||K||^2,

K without its diagonal, Pi the projection on the invariant matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import GRAM, GRAM_FLOOR, MOST_CROSS_SHARE, MOST_OTHER_SIDE
from symtheory.geometry.invariant_space import InvariantSpace, checked_partition
from symtheory.geometry.statistics import centered_gram
from symtheory.records import Level, Outcome, Role

from ..statistics.clouds import centered
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .cross_irreps import cross_share
from .offsets import offsets_condition, without_offsets
from .one_sided_gram import opposite_share, shares_by_side

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["GRAM_TEST", "GramTest", "check_gram", "invariance_defect"]


@dataclass(frozen=True, slots=True, eq=False)
class GramTest:
    """Test of the Gram matrix of one cloud for invariance.

    Parameters
    ----------
    gram, projection : (n, n) float64
        The centered Gram matrix and its orbital average, both with zero diagonal.
    null : NullTest
        The invariant share against relabeled clouds.
    free_share : float
        Dimension of the invariant space over the number of pairs: 1 means that the law says
        nothing.
    """

    gram: NDArray[np.float64]
    projection: NDArray[np.float64]
    null: NullTest
    free_share: float


def invariance_defect(cloud: NDArray[np.float64], orbitals: NDArray[np.int64]) -> float:
    """Return ||K - Pi K||^2 / ||K||^2 for the whole centered Gram matrix, diagonal included.

    For a cyclic group this is the circulancy defect. It sees what power per frequency cannot:
    for several frequencies it is 0 only if their circles are round and in orthogonal planes.

    Examples
    --------
    >>> angle = 2 * np.pi * np.arange(9) / 9
    >>> steps = abs(np.arange(9)[:, None] - np.arange(9))
    >>> ellipse = np.stack([np.cos(angle), 0.5 * np.sin(angle)], axis=1)
    >>> round(invariance_defect(ellipse, np.minimum(steps, 9 - steps)), 4)
    0.2647
    """
    centered(cloud)  # refuses a cloud without geometry
    gram = centered_gram(cloud)
    classes = checked_partition(orbitals).ravel()
    sums = np.bincount(classes, weights=gram.reshape(-1))
    invariant = float((sums * sums / np.bincount(classes)).sum())
    return 1 - invariant / float((gram**2).sum())


def check_gram(
    cloud: NDArray[np.float64],
    orbitals: Sequence[NDArray[np.int64]],
    *,
    permutations: NDArray[np.int64],
) -> GramTest:
    """Test the invariance of the off-diagonal Gram matrix against relabeled clouds.

    Parameters
    ----------
    cloud : (n, d) float64
    orbitals : sequence of (n, n) int64
        One partition, or two for the sum of two invariant spaces. Twins must have been merged, as
        `symtheory.analysis.symmetry.token_cloud` does: pairs of equal points alone would fill the
        law.
    permutations : (n_draws, n) int64
        From `label_permutations`.
    """
    space = InvariantSpace(orbitals)
    centered(cloud)  # refuses a cloud without geometry
    gram = centered_gram(cloud)
    null = NullTest(space.share(gram), space.relabeled_shares(gram, permutations))
    np.fill_diagonal(gram, 0)
    return GramTest(gram, space.project(gram), null, space.dimension / space.n_pairs)


def _measure(network: "Network", role: Role) -> Measurement[GramTest]:
    cloud, geometry = network.clouds[role], network.geometries[role]
    test = check_gram(cloud.points, cloud.orbitals, permutations=network.permutations[role])
    crossing = cross_share(cloud.points, cloud.blocks) if cloud.blocks else None
    other = opposite_share(shares_by_side(cloud, geometry), geometry)
    conditions = {"crossing": crossing, "other side": other}
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions={
            **{name: value for name, value in conditions.items() if value is not None},
            **offsets_condition(network, role, Level.GRAM),
        },
        details={"free_share": test.free_share, "cross_share": crossing},
    )


def _decide(found: Measurement[GramTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    if outcome is Outcome.HELD and case.floor is not None:
        excuse = _beyond_chance(found, case.floor)
        if not excuse and case.floor < GRAM_FLOOR:
            excuse = _another_law(found)
        if excuse:
            return Outcome.REFUTED, excuse
    return without_offsets(found, case, outcome, note)


def _beyond_chance(found: Measurement[GramTest], floor: float) -> str:
    """Say so where the floor is reached only with what relabeled copies have as well.

    Of a cloud that is nearly a simplex the centered Gram matrix is nearly constant off the
    diagonal, which any labeling leaves.
    """
    mean = found.test.null.mean
    beyond = (found.effect - mean) / (1 - mean) if mean < 1 else 0.0
    if beyond >= floor:
        return ""
    return f"relabeled copies have {mean:.2f} of it; {beyond:.2f} of the rest is below the floor"


def _another_law(found: Measurement[GramTest]) -> str:
    """Say so where the lower floor is reached, but another group or side explains the cloud."""
    crossing = found.conditions.get("crossing", 0.0)
    if crossing > MOST_CROSS_SHARE:
        return f"{crossing:.2f} of it joins different irreps, more than {MOST_CROSS_SHARE:g}"
    other = found.conditions.get("other side", 0.0)
    if other > found.effect + MOST_OTHER_SIDE:
        return f"the law of the other side is obeyed better, to {other:.3f}"
    return ""


GRAM_TEST = ClaimTest(GRAM, _measure, _decide)
