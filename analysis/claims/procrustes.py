"""L2, the template: the points are the orbit of the active irreps."""

from symtheory.claims.symmetry import PROCRUSTES
from symtheory.records import Level, Outcome, Prediction, Role

from ..symmetry.procrustes import ProcrustesTest, check_procrustes
from .measurement import ClaimTest, Measurement, against_floor
from .network import Network
from .offsets import offsets_condition, without_offsets

__all__ = ["PROCRUSTES_TEST"]


def _measure(network: Network, role: Role) -> Measurement[ProcrustesTest] | str | None:
    if role not in network.clouds or Level.PROCRUSTES not in network.geometries[role].levels:
        return None
    cloud = network.clouds[role]
    if not network.spectra[role].active:
        return "every irrep has its white share of the power: nothing to fit"
    test = check_procrustes(
        cloud.points,
        cloud.blocks,
        permutations=network.permutations[role],
        shapes=cloud.shapes,
    )
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions=offsets_condition(network, role, Level.PROCRUSTES),
        details={
            "adjusted_share": test.adjusted_share,
            "active": [cloud.blocks[b].name for b in test.template.active],
            "radii": test.radii.tolist(),
        },
    )


def _decide(
    found: Measurement[ProcrustesTest],
    prediction: Prediction,
    p_value: float,
    least: float,
    alpha: float,
) -> tuple[Outcome, str]:
    outcome, note = against_floor(found, prediction, p_value, least, alpha)
    return without_offsets(found, prediction, outcome, note)


PROCRUSTES_TEST = ClaimTest(PROCRUSTES, _measure, _decide)
