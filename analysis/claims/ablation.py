"""L4, ablation: the network computes with the active irreps of its operands' embeddings."""

from symtheory.claims.network import ABLATION
from symtheory.records import Json, Outcome, Role

from ..statistics.nulls import NullTest
from ..symmetry.ablation import AblationTest, Operand, check_ablation
from .measurement import Case, ClaimTest, Decision, Measurement, against_floor
from .network import Network

__all__ = ["ABLATION_TEST", "MOST_ABLATED_SHARE", "ablation_measurement"]

MOST_ABLATED_SHARE = 0.25
"""Where the predicted functions fill more of all functions than this, a random space of the same
dimension takes too much of them to be a control."""


def _measure(network: Network, _: Role) -> Measurement[AblationTest] | str:
    operands: dict[Role, Operand] = {
        role: Operand(
            network.embeddings[role].points, network.geometries[role].blocks, found.active
        )
        for role, found in network.spectra.items()
        if role is not Role.READOUT and found.active
    }
    if not operands or network.logits is None or network.answers is None:
        return "nothing was ablated: no irrep is active, or the network cannot be called"
    answers, held_out = network.answers, network.held_out
    test = check_ablation(
        network.logits,
        operands,
        answers=answers,
        held_out=answers >= 0 if held_out is None else held_out,
        rng=network.rng,
    )
    return ablation_measurement(
        test, remark="read on all cells, training cells included" if held_out is None else ""
    )


def ablation_measurement(test: AblationTest, *, remark: str = "") -> Measurement[AblationTest]:
    """Return what an ablation says of the claim."""
    null = NullTest(test.effect, test.null_effects)
    return Measurement(
        test,
        null,
        p=test.p_value,
        least_p=1 / (1 + null.n_draws),
        details=_details(test),
        note="; ".join(filter(None, [test.summary, remark])),
    )


def _decide(found: Measurement[AblationTest], case: Case) -> Decision:
    share = found.test.dimension_share
    if case.least_p_value > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few random subspaces"
    if share > MOST_ABLATED_SHARE:
        return (
            Outcome.INCONCLUSIVE,
            f"no power: the active irreps are {share:.0%} of all functions, so a random space is "
            "no control",
        )
    return against_floor(found, case)


def _details(test: AblationTest) -> dict[str, Json]:
    scores: dict[str, Json] = {
        name: {"accuracy": score.accuracy, "loss": score.loss}
        for name, score in (
            ("intact", test.intact),
            ("removed", test.removed),
            ("kept", test.kept),
        )
    }
    return {
        **scores,
        "necessity": test.necessity,
        "sufficiency": test.sufficiency,
        "random_removed_accuracy": [s.accuracy for s in test.random_removed],
        "random_removed_loss": [s.loss for s in test.random_removed],
        "random_kept_accuracy": [s.accuracy for s in test.random_kept],
        "random_kept_loss": [s.loss for s in test.random_kept],
        "embeddings": [str(role) for role in test.roles],
        "dimension": test.dimension,
    }


ABLATION_TEST = ClaimTest(ABLATION, _measure, _decide, needs="logits")
