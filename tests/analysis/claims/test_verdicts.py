import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from claimed import claim, evidence_of, with_network
from synthetic import helix

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import exit_code, judge, overall_outcome
from symtheory.analysis.homology.shape import SHAPE_TEST
from symtheory.analysis.statistics.stages import Milestone, Stages
from symtheory.analysis.symmetry.ablation import AblationTest
from symtheory.analysis.symmetry.factor_law import GRAM_TEST
from symtheory.analysis.symmetry.scores import Score
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Claim, Level, Outcome, Prediction, Role, Verdict
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict

ROLES = (Role.SHARED, Role.READOUT)
LADDER = (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES)
HELD, REFUTED, OPEN = Outcome.HELD, Outcome.REFUTED, Outcome.INCONCLUSIVE
ORDERED = Stages(Milestone(0, 10), Milestone(20, 30), Milestone(30, 40), Milestone(30, 40))


def claims(floor: float = 0.5) -> list[Prediction]:
    embeddings = [claim(level, role, floor) for role in ROLES for level in LADDER]
    shapes = [claim(Level.HOMOLOGY, role) for role in ROLES]
    network = [claim("L4", Role.NETWORK, floor), claim("stages", Role.NETWORK)]
    return [*embeddings, *shapes, *network]


def geometries(n: int) -> Mapping[Role, OperandGeometry]:
    return predict(named_task("modadd", p=n)).geometries


def evidence(clouds: Mapping[Role, np.ndarray], **options: int) -> dict[Role, Evidence]:
    return evidence_of(
        clouds,
        geometries=geometries(len(next(iter(clouds.values())))),
        rng=np.random.default_rng(0),
        **{"n_permutations": 99, "n_haar": 39, "n_bootstrap": 19, **options},
    )


def ablation(
    removed: float,
    kept: float,
    *,
    random_kept: float = 0.05,
    n_draws: int = 39,
    share: float = 0.1,
) -> AblationTest:
    return AblationTest(
        intact=Score(1.0, 0.0),
        removed=Score(removed, 5.0),
        kept=Score(kept, 0.1),
        random_removed=(Score(0.9, 0.3),) * n_draws,
        random_kept=(Score(random_kept, 4.0),) * n_draws,
        roles=(Role.SHARED,),
        dimension=4,
        dimension_share=share,
    )


def outcomes(verdicts: tuple[Verdict, ...]) -> dict[str, Outcome]:
    return {verdict.prediction.key: verdict.outcome for verdict in verdicts}


@pytest.fixture(scope="module")
def settled() -> dict[Role, Evidence]:
    rng = np.random.default_rng(1)
    return evidence(
        {
            Role.SHARED: helix(41, [3, 17], noise=0.05, d=24, rng=rng),
            Role.READOUT: helix(41, [3, 17], radii=[1, 2], noise=0.05, d=24, rng=rng),
        }
    )


@pytest.fixture(scope="module")
def untrained() -> dict[Role, Evidence]:
    rng = np.random.default_rng(2)
    return evidence(
        {role: rng.standard_normal((41, 24)) for role in ROLES}, n_haar=39, n_bootstrap=19
    )


def test_a_settled_geometry_holds_everything(settled: dict[Role, Evidence]) -> None:
    found = with_network(settled, ablation(0.05, 1.0), ORDERED)
    verdicts = judge(claims(), found, generalized=True)
    assert [verdict.prediction for verdict in verdicts] == claims()
    assert set(outcomes(verdicts).values()) == {HELD}
    assert overall_outcome(verdicts, generalized=True) is HELD
    shapes = [v for v in verdicts if v.prediction.level == Level.HOMOLOGY]
    assert [v.p_value for v in shapes] == [0.05, 0.05]  # 1/40, times two by Holm
    assert all("readout" in v.note or "shared" in v.note for v in shapes)
    document = json.loads(json.dumps([v.to_dict() for v in verdicts], allow_nan=False))
    assert document[0]["details"]["active"] == ["frequency 3", "frequency 17"]


def test_an_untrained_network_is_refuted(untrained: dict[Role, Evidence]) -> None:
    verdicts = judge(claims(), with_network(untrained, ablation(0.9, 0.1)), generalized=True)
    found = outcomes(verdicts)
    for role in ROLES:
        assert [found[f"{role}/{level}"] for level in ("L0", "L1")] == [REFUTED] * 2
        # Half of the irreps hold half of the power: no template of them could reach the floor.
        assert found[f"{role}/L2"] in {REFUTED, OPEN}
        assert found[f"{role}/L3"] is REFUTED
    assert found["network/L4"] is REFUTED
    assert overall_outcome(verdicts, generalized=True) is REFUTED


def test_nothing_is_held_that_did_not_generalize(
    settled: dict[Role, Evidence], untrained: dict[Role, Evidence]
) -> None:
    found = with_network(settled, ablation(0.05, 1.0), ORDERED)
    verdicts = judge(claims(), found, generalized=False)
    assert set(outcomes(verdicts).values()) == {OPEN}
    assert all(verdict.note.startswith("did not generalize") for verdict in verdicts)
    assert overall_outcome(verdicts, generalized=False) is OPEN
    refuted = judge(claims(), untrained, generalized=False)
    assert outcomes(refuted)["shared/L1"] is REFUTED
    assert overall_outcome(refuted, generalized=False) is OPEN


def test_permuted_labels_refute_what_held(settled: dict[Role, Evidence]) -> None:
    rng = np.random.default_rng(1)
    cloud = helix(41, [3, 17], noise=0.05, d=24, rng=rng)
    permuted = cloud[np.random.default_rng(9).permutation(41)]
    verdicts = judge(
        [claim(level, Role.SHARED, 0.5) for level in LADDER],
        evidence({Role.SHARED: permuted}),
        generalized=True,
    )
    assert set(outcomes(verdicts).values()) == {REFUTED}


def test_right_frequencies_with_wrong_geometry_pass_the_spectrum_only() -> None:
    rng = np.random.default_rng(3)
    blocks = geometries(41)[Role.SHARED].blocks
    flat = np.concatenate([blocks[k].basis for k in (2, 9, 16)], axis=1)
    slanted = flat @ np.array(
        [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0.8, 0, 1, 0],
            [0, 0.8, 0, 1],
            [0, 0.7, 0.7, 0],
            [0.7, 0, 0, 1],
        ]
    )
    wide = slanted @ np.linalg.qr(rng.standard_normal((128, 4)))[0].T
    cloud = wide + 1e-3 * rng.standard_normal(wide.shape)
    verdicts = judge(
        [claim(level, Role.SHARED, 0.7) for level in LADDER],
        evidence({Role.SHARED: cloud}),
        generalized=True,
    )
    assert [verdict.outcome for verdict in verdicts] == [HELD, REFUTED, REFUTED]
    assert "below the floor of 0.7" in verdicts[1].note
    assert verdicts[1].p_value == 0.01


def test_an_effect_below_the_floor_is_refuted_however_significant(
    settled: dict[Role, Evidence],
) -> None:
    verdicts = judge([claim(Level.GRAM, Role.SHARED, 0.9999)], settled, generalized=True)
    assert verdicts[0].outcome is REFUTED
    assert verdicts[0].p_value == 0.01
    assert verdicts[0].note == "significant, but below the floor of 0.9999"


def test_a_relabeled_task_holds_in_its_own_coordinates_only() -> None:
    rng = np.random.default_rng(4)
    names = rng.permutation(41)
    relabeled = np.empty((41, 24))
    relabeled[names] = helix(41, [3, 17], noise=0.05, d=24, rng=rng)
    predictions = [claim(level, Role.SHARED, 0.5) for level in LADDER]
    wrong = judge(predictions, evidence({Role.SHARED: relabeled}), generalized=True)
    assert set(outcomes(wrong).values()) == {REFUTED}
    right = judge(predictions, evidence({Role.SHARED: relabeled[names]}), generalized=True)
    assert set(outcomes(right).values()) == {HELD}


@pytest.mark.parametrize(
    ("n", "open_levels"),
    [(5, {"L0", "L1", "L2"}), (11, {"L0", "L1", "L2"}), (24, {"L0"}), (25, set())],
)
def test_too_few_tokens_are_inconclusive(n: int, open_levels: set[str]) -> None:
    cloud = helix(n, [1], d=8, rng=np.random.default_rng(5))
    predictions = [claim(level, Role.SHARED, 0.4) for level in LADDER]
    found = evidence({Role.SHARED: cloud}, n_permutations=999)
    for verdict in judge(predictions, found, generalized=True):
        expected = OPEN if verdict.prediction.level in open_levels else HELD
        assert verdict.outcome is expected, verdict


def test_a_simplex_decides_nothing() -> None:
    found = evidence({Role.SHARED: np.eye(20)})
    predictions = [claim(level, Role.SHARED, 0.4) for level in (*LADDER, Level.HOMOLOGY)]
    verdicts = judge(predictions, found, generalized=True)
    assert {verdict.outcome for verdict in verdicts} == {OPEN}
    assert all(verdict.note for verdict in verdicts)


def test_one_embedding_alone_chooses_its_irreps_itself(settled: dict[Role, Evidence]) -> None:
    rng = np.random.default_rng(0)
    alone = evidence({Role.SHARED: helix(41, [3], noise=0.05, d=4, rng=rng)})
    verdict = judge([claim(Level.HOMOLOGY, Role.SHARED)], alone, generalized=True)[0]
    assert verdict.outcome is HELD
    assert verdict.details["active_chosen_on_this_embedding"]
    assert "chosen on this embedding" in verdict.note
    white = evidence({Role.SHARED: rng.standard_normal((41, 12))})
    refuted = judge([claim(Level.HOMOLOGY, Role.SHARED)], white, generalized=True)[0]
    assert refuted.outcome is REFUTED
    both = judge([claim(Level.HOMOLOGY, Role.SHARED)], settled, generalized=True)[0]
    assert not both.details["active_chosen_on_this_embedding"]


def test_a_shape_without_draws_enough_has_no_power() -> None:
    rng = np.random.default_rng(6)
    clouds = {role: helix(41, [3, 17], noise=0.05, d=24, rng=rng) for role in ROLES}
    found = evidence(clouds, n_haar=19, n_bootstrap=19)
    for verdict in judge([claim(Level.HOMOLOGY, role) for role in ROLES], found, generalized=True):
        assert verdict.outcome is OPEN
        assert verdict.note.startswith("no power")


def test_a_shape_needs_its_fit_as_well_as_its_null(settled: dict[Role, Evidence]) -> None:
    measured = settled[Role.SHARED].measurement(SHAPE_TEST)
    assert measured is not None
    shape = measured.test
    near, far = np.full(19, shape.fit.observed / 2), np.full(39, shape.null.observed * 2)
    for changed, words in (
        (replace(shape, fit=replace(shape.fit, draws=near)), "farther from its template"),
        (replace(shape, share=0.4), "explains 0.40 of the cloud"),
        (replace(shape, null=replace(shape.null, draws=far / 4)), "no nearer to its template"),
    ):
        again = replace(measured, test=changed, null=changed.null)
        own = replace(settled[Role.SHARED], measured={Level.HOMOLOGY: again})
        found = {**settled, Role.SHARED: own}
        verdict = judge([claim(Level.HOMOLOGY, Role.SHARED)], found, generalized=True)[0]
        assert verdict.outcome is REFUTED
        assert words in verdict.note


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (ablation(0.05, 1.0), HELD),
        (ablation(0.6, 1.0), REFUTED),  # removal costs less than the floor
        (ablation(0.05, 0.3), REFUTED),  # keeping is not enough
        (ablation(0.05, 1.0, random_kept=1.0), REFUTED),  # no better than a random space
        (ablation(0.05, 1.0, n_draws=9), OPEN),
        (None, OPEN),
    ],
)
def test_ablation_needs_both_halves(
    settled: dict[Role, Evidence], test: AblationTest | None, expected: Outcome
) -> None:
    prediction = claim("L4", Role.NETWORK, 0.5)
    verdict = judge([prediction], with_network(settled, test), generalized=True)[0]
    assert verdict.outcome is expected


def test_the_network_needs_every_primary_claim_and_no_secondary_one() -> None:
    def verdict(outcome: Outcome, level: Level = Level.GRAM) -> Verdict:
        return Verdict(claim(level, Role.SHARED), outcome, effect=None)

    secondary = verdict(REFUTED, Level.HOMOLOGY)
    assert overall_outcome([verdict(HELD), secondary], generalized=True) is HELD
    assert overall_outcome([verdict(HELD), verdict(OPEN)], generalized=True) is HELD
    assert overall_outcome([verdict(OPEN), verdict(OPEN)], generalized=True) is OPEN
    spectrum = verdict(HELD, Level.SPECTRUM)  # no law of the task
    assert overall_outcome([spectrum, verdict(OPEN)], generalized=True) is OPEN
    assert overall_outcome([verdict(OPEN), verdict(REFUTED)], generalized=True) is REFUTED
    assert overall_outcome([secondary], generalized=True) is OPEN
    assert [exit_code(outcome) for outcome in (HELD, REFUTED, OPEN)] == [0, 1, 3]


def test_same_generator_same_evidence() -> None:
    cloud = helix(23, [3, 5], noise=0.5, d=8, rng=np.random.default_rng(7))
    first, second = (evidence({Role.SHARED: cloud})[Role.SHARED] for _ in range(2))
    draws = [found.get(GRAM_TEST).null.draws for found in (first, second)]
    assert np.array_equal(*draws)


def test_misuse_is_refused(settled: dict[Role, Evidence]) -> None:
    with pytest.raises(PredictionError, match="x embedding, of which there is no evidence"):
        judge([claim(Level.GRAM, Role.X)], settled, generalized=True)
    with pytest.raises(SpecError, match="97 tokens, but its embedding has 41 rows"):
        evidence_of(
            {Role.SHARED: np.eye(41)}, geometries=geometries(97), rng=np.random.default_rng(0)
        )
    unknown = Claim("L9", "label", "statistic", "null", floor=None)
    with pytest.raises(PredictionError, match="no test of the claim shared/L9"):
        judge([unknown.about(Role.SHARED, "statement")], settled, generalized=True)


def test_a_control_that_overlaps_the_prediction_is_none(settled: dict[Role, Evidence]) -> None:
    claims_of_use = [claim("L4", Role.NETWORK, 0.5)]
    for share, expected in ((0.25, HELD), (0.26, OPEN)):
        tested = ablation(0.05, 1.0, share=share)
        (verdict,) = judge(claims_of_use, with_network(settled, tested), generalized=True)
        assert verdict.outcome is expected
