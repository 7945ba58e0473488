"""L0, concentration of the spectrum: the power lies in few irreps."""

from symtheory.claims.symmetry import FEW_BLOCKS, SPECTRUM, SPECTRUM_SATURATION
from symtheory.geometry.dimension import effective_dimension
from symtheory.records import Level, Outcome, Role

from ..statistics.dimension import participation_ratio
from ..symmetry.spectrum import SpectrumTest
from .measurement import Case, ClaimTest, Decision, Measurement, against_floor
from .network import Network
from .offsets import offsets_condition, without_offsets

__all__ = ["SPECTRUM_TEST"]


def _measure(network: Network, role: Role) -> Measurement[SpectrumTest]:
    test = network.spectra[role]
    cloud = network.clouds[role]
    names = [block.name for block in cloud.blocks]
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions=offsets_condition(network, role, Level.SPECTRUM),
        details={
            "active": [names[b] for b in test.active],
            "power": dict(zip(names, test.power.tolist(), strict=True)),
            "null_quantiles": dict(zip(names, test.null_quantiles.tolist(), strict=True)),
            "effective_dimension": effective_dimension(network.embeddings[role].points),
            "participation_ratio": participation_ratio(network.embeddings[role].points),
        },
    )


def _decide(found: Measurement[SpectrumTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    if len(found.test.white) >= FEW_BLOCKS:
        return without_offsets(found, case, outcome, note)
    if outcome is Outcome.REFUTED and case.p_value <= case.alpha:
        return _within_reach(found, case, note)
    return outcome, note


def _within_reach(found: Measurement[SpectrumTest], case: Case, note: str) -> Decision:
    """Lower the floor to nine tenths of the most concentration that is possible.

    All the power in the active blocks gives 1 - sum r_b/(n-1). Where a group has many irreps a
    network that holds most of them is not concentrated, and the floor stays.
    """
    most = 1 - float(found.test.white[list(found.test.active)].sum())
    lowered = SPECTRUM_SATURATION * most
    if case.floor is None or lowered >= case.floor:
        return Outcome.REFUTED, note
    return (
        Outcome.HELD if found.effect >= lowered else Outcome.REFUTED,
        f"with few irreps to choose from the floor is {lowered:.2f}, nine tenths of the "
        f"{most:.2f} that the active ones allow",
    )


SPECTRUM_TEST = ClaimTest(SPECTRUM, _measure, _decide)
