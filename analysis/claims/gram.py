"""L1, the Gram law: the Gram matrix is invariant under the translations of the task."""

from symtheory.claims.symmetry import GRAM, GRAM_FLOOR, MOST_CROSS_SHARE, MOST_OTHER_SIDE
from symtheory.records import Level, Outcome, Role

from ..symmetry.cross_irreps import cross_share
from ..symmetry.gram import GramTest, check_gram
from ..symmetry.one_sided_gram import opposite_share, shares_by_side
from .measurement import Case, ClaimTest, Decision, Measurement, against_floor
from .network import Network
from .offsets import offsets_condition, without_offsets

__all__ = ["GRAM_TEST"]


def _measure(network: Network, role: Role) -> Measurement[GramTest]:
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
