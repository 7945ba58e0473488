"""L2, the template: the points are the orbit of the active irreps."""

from symtheory.claims.symmetry import PROCRUSTES
from symtheory.records import Level, Role

from ..symmetry.procrustes import ProcrustesTest, check_procrustes
from .measurement import Case, ClaimTest, Decision, Measurement, against_floor
from .network import Network
from .offsets import offsets_condition, without_offsets

__all__ = ["PROCRUSTES_TEST"]


def _measure(network: Network, role: Role) -> Measurement[ProcrustesTest] | str:
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


def _decide(found: Measurement[ProcrustesTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    return without_offsets(found, case, outcome, note)


PROCRUSTES_TEST = ClaimTest(PROCRUSTES, _measure, _decide)
