"""The sentence on all verdicts hides nothing that holds, fails or is open."""

import numpy as np
from synthetic import helix

from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import collect_evidence
from symtheory.analysis.claims.summary import summary
from symtheory.records import Embedding, Outcome, Role, Verdict
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict

THEORY = predict(named_task("modadd", p=31))
ROLES = (Role.SHARED, Role.READOUT)
HELD, REFUTED, OPEN = Outcome.HELD, Outcome.REFUTED, Outcome.INCONCLUSIVE


def said(outcome: Outcome, accuracy: float | None = 1.0, **outcomes: Outcome) -> str:
    """Return the sentence on verdicts that are held but for those that are named."""
    rng = np.random.default_rng(0)
    cloud = helix(31, [3, 5], radii=[1, 1], rng=rng)
    network = Network(
        {role: Embedding(cloud, role) for role in ROLES},
        rng,
        geometries=THEORY.geometries,
        n_permutations=19,
        n_haar=1,
        n_bootstrap=1,
    )
    verdicts = []
    for claim in THEORY.predictions(ROLES):
        one = outcomes.get(claim.key.replace("/", "_"), HELD)
        note = "below the floor of 0.75; a remark" if one is REFUTED else ""
        verdicts.append(Verdict(claim, one, effect=0.5, note=note))
    return summary(outcome, verdicts, collect_evidence(network), accuracy=accuracy)


def test_what_holds_is_counted_and_what_has_no_power_named() -> None:
    n = sum(claim.primary for claim in THEORY.predictions(ROLES))
    assert said(HELD) == f"held: all {n} primary claims"
    assert said(HELD, None).startswith("held, if the network generalizes")
    assert said(HELD, shared_L2=OPEN) == (
        f"held: all {n - 1} primary claims that have power (shared/L2 none)"
    )


def test_what_holds_of_a_refuted_network_is_said_with_the_reason_for_the_rest() -> None:
    text = said(REFUTED, shared_L1=REFUTED, shared_L0=OPEN)
    assert text.startswith("refuted: shared/L1 is refuted (below the floor of 0.75); ")
    assert "remark" not in text
    assert "shared/L2, readout/L0, readout/L1" in text
    assert "shared/L0 open" in text
    assert text.endswith("of shared the network uses only frequency 3, frequency 5")
    # A secondary claim has no say.
    assert "L3" not in text


def test_nothing_is_said_to_be_used_where_the_ablation_does_not_hold() -> None:
    assert "uses only" not in said(REFUTED, shared_L1=REFUTED, network_L4=OPEN)
    assert "uses only" not in said(REFUTED, readout_L1=REFUTED)
    assert "uses only" not in said(OPEN, shared_L1=OPEN)


def test_a_network_that_did_not_generalize_is_not_rounded_up() -> None:
    text = said(OPEN, 0.98996)
    assert text.startswith("inconclusive: did not generalize (held-out accuracy 0.9899")
