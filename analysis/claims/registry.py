"""List of all tests, in the order in which they are made, and what they find of one network."""

from collections.abc import Iterable, Mapping
from typing import Any

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from symtheory.errors import PredictionError
from symtheory.records import Role

from ..composition.logits import LOGITS_TEST
from ..composition.units import UNITS_TEST
from ..homology.shape import SHAPE_TEST
from ..kernel.power_order import KERNEL_TEST
from ..metric.diagram import DIAGRAM_TEST
from ..metric.monotonicity import MONOTONE_TEST
from ..metric.natural_fit import NATURAL_TEST
from ..metric.right_angles import RIGHT_ANGLES_TEST
from ..orders.arrangement import ADDITIVE_TEST, GRID_TEST, LINE_TEST
from ..orders.axes import AXES_TEST
from ..orders.distance_effect import DISTANCE_EFFECT_TEST
from ..statistics.measurement import ClaimTest, Measurement
from ..statistics.stages import STAGES_TEST
from ..symmetry.ablation import ABLATION_TEST
from ..symmetry.agreement import FACTOR_AGREEMENT_TEST, IRREP_AGREEMENT_TEST
from ..symmetry.description import describe
from ..symmetry.factor_law import GRAM_TEST
from ..symmetry.procrustes import PROCRUSTES_TEST
from ..symmetry.spectrum import SPECTRUM_TEST
from .evidence import Evidence
from .network import Network

__all__ = ["TESTS", "collect_evidence"]

_Tests = tuple[ClaimTest[Any], ...]

OF_SYMMETRY: _Tests = (SPECTRUM_TEST, GRAM_TEST, PROCRUSTES_TEST, SHAPE_TEST)
OF_NETWORK: _Tests = (ABLATION_TEST, STAGES_TEST, IRREP_AGREEMENT_TEST, FACTOR_AGREEMENT_TEST)
OF_COMPOSITION: _Tests = (UNITS_TEST, LOGITS_TEST)
OF_METRIC: _Tests = (NATURAL_TEST, MONOTONE_TEST, RIGHT_ANGLES_TEST, DIAGRAM_TEST)
OF_ORDER: _Tests = (AXES_TEST, ADDITIVE_TEST, GRID_TEST, LINE_TEST)

TESTS: Mapping[str, ClaimTest[Any]] = {
    test.claim.level: test
    for test in (
        *OF_SYMMETRY,
        *OF_NETWORK,
        *OF_COMPOSITION,
        *OF_METRIC,
        *OF_ORDER,
        DISTANCE_EFFECT_TEST,
        KERNEL_TEST,
    )
}
"""Every test by the level of its claim."""


def collect_evidence(network: Network) -> dict[Role, Evidence]:
    """Make every test that theory and the network allow.

    This is the costly and random half of a verdict; `symtheory.analysis.claims.judge` turns
    evidence into outcomes by rules that draw nothing. Figures are drawn from the same records.

    Raises
    ------
    SpecError
        If an embedding has another number of rows than the operand has tokens.
    """
    measured: dict[Role, dict[str, Measurement[object] | str]] = {}

    def make(tests: Iterable[ClaimTest[Any]], role: Role) -> None:
        own = measured.setdefault(role, {})
        for test in tests:
            try:
                own[test.claim.level] = test.measure(network, role)
            except PredictionError as error:
                own[test.claim.level] = str(error)

    descriptions = {}
    # Thousands of small decompositions: threads inside each would only wait for one another.
    with threadpool_limits(1, user_api="blas"):
        for role, cloud in network.clouds.items():
            geometry = network.geometries[role]
            make((test for test in OF_SYMMETRY if geometry.allows(test.claim.level)), role)
            spectrum = network.spectra.get(role)
            descriptions[role] = describe(
                network.embeddings[role],
                cloud,
                geometry,
                active=() if spectrum is None else spectrum.active,
                gram=network.grams.get(role),
                within_orbits=network.within_orbits.get(role, {}),
                rng=network.rng,
                n_permutations=network.n_permutations,
            )
    make(OF_NETWORK, Role.NETWORK)
    with threadpool_limits(1, user_api="blas"):
        of_answers = OF_METRIC if network.metric else OF_ORDER if network.order else ()
        for role in network.operands:
            make(of_answers, role)
        if network.order:
            make((DISTANCE_EFFECT_TEST,), Role.NETWORK)
        if network.composition is not None:
            make(OF_COMPOSITION, Role.NETWORK)
        for role in network.operands:
            if role in network.kernels:
                make((KERNEL_TEST,), role)
    return {
        role: Evidence(role, own, network.clouds.get(role), descriptions.get(role))
        for role, own in measured.items()
    }
