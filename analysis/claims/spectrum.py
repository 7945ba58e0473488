"""L0, concentration of the spectrum: the power lies in few irreps."""

from symtheory.claims.symmetry import FEW_BLOCKS, SPECTRUM, SPECTRUM_SATURATION
from symtheory.geometry.dimension import effective_dimension
from symtheory.records import Level, Outcome, Prediction, Role

from ..statistics.dimension import participation_ratio
from ..symmetry.spectrum import SpectrumTest
from .measurement import ClaimTest, Measurement, against_floor
from .network import Network
from .offsets import offsets_condition, without_offsets

__all__ = ["SPECTRUM_TEST"]


def _measure(network: Network, role: Role) -> Measurement[SpectrumTest] | None:
    test = network.spectra.get(role)
    if test is None:
        return None
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


def _decide(
    found: Measurement[SpectrumTest],
    prediction: Prediction,
    p_value: float,
    least: float,
    alpha: float,
) -> tuple[Outcome, str]:
    outcome, note = against_floor(found, prediction, p_value, least, alpha)
    if len(found.test.white) >= FEW_BLOCKS:
        return without_offsets(found, prediction, outcome, note)
    if outcome is Outcome.REFUTED and p_value <= alpha:
        return _within_reach(found, prediction, note)
    return outcome, note


def _within_reach(
    found: Measurement[SpectrumTest], prediction: Prediction, note: str
) -> tuple[Outcome, str]:
    """Lower the floor to nine tenths of the most concentration that is possible.

    All the power in the active blocks gives 1 - sum r_b/(n-1). Where a group has many irreps a
    network that holds most of them is not concentrated, and the floor stays.
    """
    most = 1 - float(found.test.white[list(found.test.active)].sum())
    lowered = SPECTRUM_SATURATION * most
    if prediction.floor is None or lowered >= prediction.floor:
        return Outcome.REFUTED, note
    return (
        Outcome.HELD if found.effect >= lowered else Outcome.REFUTED,
        f"with few irreps to choose from the floor is {lowered:.2f}, nine tenths of the "
        f"{most:.2f} that the active ones allow",
    )


SPECTRUM_TEST = ClaimTest(SPECTRUM, _measure, _decide)
