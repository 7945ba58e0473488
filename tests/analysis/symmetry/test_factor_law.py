"""The factor law: exact solutions of every kind are never refuted, what is no solution is.

Exact solutions are units alpha^T rho beta, beta^T rho gamma, alpha^T rho gamma, so that one network
is drawn with its three embeddings; see `tests.analysis.composition.made_networks`.
"""

import numpy as np
import pytest
from binomial import binomial_bounds

from symtheory.analysis.claims.judge import judge
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import collect_evidence
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.agreement import double_blocks, irrep_agreement
from symtheory.analysis.symmetry.block_laws import product_laws
from symtheory.analysis.symmetry.factor_law import check_factor_law
from symtheory.analysis.symmetry.spectrum import SpectrumTest, check_spectrum
from symtheory.claims.symmetry import FACTOR_FLOOR
from symtheory.groups.group import Group
from symtheory.groups.notation import parse_group
from symtheory.records import Claim, Embedding, Outcome, Role, Verdict
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.tasks.group_words import group_task
from symtheory.theory import predict
from tests.analysis.composition.made_networks import aligned_units

ROLES = (Role.X, Role.Y, Role.READOUT)
LEVELS = {"L0", "L1", "L2", "irreps", "factors"}


def verdicts_of(
    group: Group, clouds: dict[Role, np.ndarray], *, layers: int = 1
) -> dict[str, Verdict]:
    """Primary verdicts that need embeddings alone."""
    theory = predict(group_task("x*y", group))
    network = Network(
        {role: Embedding(points, role) for role, points in clouds.items()},
        np.random.default_rng(0),
        geometries=theory.geometries,
        n_permutations=39,
        n_haar=1,
        n_bootstrap=1,
        observations=False,
    )
    claims = [claim for claim in theory.predictions(clouds) if claim.level in LEVELS]
    found = judge(claims, collect_evidence(network), generalized=True, layers=layers)
    return {verdict.prediction.key: verdict for verdict in found}


def refuted(found: dict[str, Verdict]) -> set[str]:
    return {key for key, verdict in found.items() if verdict.outcome is Outcome.REFUTED}


# The last irreps of each of these groups are faithful.
@pytest.mark.parametrize("broken", [(), ("inner",), ("left", "right")], ids=str)
@pytest.mark.parametrize("width", [32, 256])
@pytest.mark.parametrize("name", ["D15", "A5", "Q8 x Z3", "F(13,4)", "Z31"])
def test_exact_solutions_are_not_refuted(name: str, width: int, broken: tuple[str, ...]) -> None:
    group, rng = parse_group(name), np.random.default_rng(1)
    n_irreps = len(isotypic_blocks(group)) - 1
    for irreps in ([n_irreps - 1], range(n_irreps - 2, n_irreps), range(n_irreps)):
        sides = aligned_units(group, width, rng=rng, irreps=irreps, broken=broken)
        clouds = {role: side.T for role, side in zip(ROLES, sides, strict=True)}
        found = verdicts_of(group, clouds)
        faithful = {"Q8 x Z3": 3}.get(name, 1)  # of one irrep of Q8 the centre alone is faithful
        known = {"network/irreps"} if len(irreps) < faithful else set()
        assert refuted(found) <= known, (irreps, [found[key].note for key in refuted(found)])


def test_the_broken_factor_is_found_and_agrees() -> None:
    group, rng = parse_group("A5"), np.random.default_rng(2)
    sides = aligned_units(group, 512, rng=rng, irreps=[0, 2], broken=["inner"])
    found = verdicts_of(group, dict(zip(ROLES, (s.T for s in sides), strict=True)))
    told = found["x/L1"].details["factors"]
    assert isinstance(told, dict)
    for ranks in told.values():
        assert ranks["columns"] == pytest.approx(1, abs=0.05)
        assert ranks["rows"] > 0.9 * ranks["degree"]
    agreement = found["network/factors"]
    assert agreement.outcome is Outcome.HELD
    assert {f["factor"] for f in agreement.details["factors"]} == {"B"}
    # The same embeddings, the basis of y turned: each obeys its law, and they do not agree.
    g = group.table[int(rng.integers(1, 60))]
    alone = dict(zip(ROLES, (s.T for s in sides), strict=True))
    alone[Role.Y] = alone[Role.Y][g]  # y -> g y turns B of y
    moved = verdicts_of(group, alone)
    assert moved["y/L1"].outcome is Outcome.HELD
    assert moved["network/factors"].outcome is Outcome.REFUTED


def test_twice_a_frequency_of_the_answers_does_not_count_against_a_shared_table() -> None:
    group = parse_group("Z31")
    blocks = isotypic_blocks(group)[1:]
    doubles = double_blocks(group, blocks)
    assert all(doubles[k - 1] == min(2 * k % 31, -2 * k % 31) - 1 for k in range(1, 16))
    rng = np.random.default_rng(5)

    def spectrum(*frequencies: int) -> SpectrumTest:
        parts = [blocks[k - 1].basis @ rng.standard_normal((2, 8)) for k in frequencies]
        permutations = label_permutations(31, 19, rng=rng)
        return check_spectrum(np.hstack(parts), blocks, permutations=permutations)

    answers = spectrum(3, 5, 11)
    for table, least, most in (
        ((3, 5, 11, 10), 0.9, 1.0),  # 10 = 2 * 5
        ((3, 5, 11, 12), 0.6, 0.95),  # 12 is twice none
        ((6, 10, 9), 0.0, 0.0),  # 9 = -2 * 11: twice all, and none of them
    ):
        null = irrep_agreement([spectrum(*table), answers], doubles=doubles, rng=rng, n_draws=99)
        assert least <= null.observed <= most + 1e-9
        assert (null.p_value <= 0.05) == (least > 0)


def test_leaving_out_doubles_keeps_the_level() -> None:
    group = parse_group("Z31")
    blocks = isotypic_blocks(group)[1:]
    doubles = double_blocks(group, blocks)
    rng = np.random.default_rng(6)
    permutations = label_permutations(31, 1, rng=rng)
    found = 0
    for _ in range(400):
        pair = []
        for _ in range(2):
            chosen = rng.choice(15, size=4, replace=False)
            cloud = np.hstack([blocks[b].basis @ rng.standard_normal((2, 8)) for b in chosen])
            pair.append(check_spectrum(cloud, blocks, permutations=permutations))
        found += irrep_agreement(pair, doubles=doubles, rng=rng, n_draws=39).p_value <= 0.05
    assert found <= binomial_bounds(400, 0.05)[1]


def test_disjoint_and_unfaithful_irreps_are_refuted() -> None:
    def helix(n: int, frequencies: list[int]) -> np.ndarray:
        angles = 2 * np.pi * np.outer(np.arange(n), frequencies) / n
        return np.hstack([np.cos(angles), np.sin(angles)])

    sets = ([3, 7, 9], [11, 20, 33], [30, 40, 45])
    apart = verdicts_of(
        parse_group("Z97"), {r: helix(97, ks) for r, ks in zip(ROLES, sets, strict=True)}
    )
    assert refuted(apart) == {"network/irreps"}
    unfaithful = verdicts_of(parse_group("Z96"), dict.fromkeys(ROLES, helix(96, [8, 16, 24])))
    assert refuted(unfaithful) == {"network/irreps"}
    assert "8 elements act alike" in unfaithful["network/irreps"].note
    sound = verdicts_of(parse_group("Z96"), dict.fromkeys(ROLES, helix(96, [8, 16, 25])))
    assert {v.outcome for v in sound.values()} == {Outcome.HELD}


def test_the_wrong_group_is_refuted_by_what_the_embeddings_share() -> None:
    """A helix of Z60 obeys the law of D30 in each embedding, and B of x is not B of y."""
    angles = 2 * np.pi * np.outer(np.arange(60), [3, 8, 11]) / 60
    order = np.concatenate([2 * np.arange(30), 2 * np.arange(30) + 1])
    helix = np.hstack([np.cos(angles), np.sin(angles)])[order]
    found = verdicts_of(parse_group("D30"), dict.fromkeys(ROLES, helix))
    assert found["x/L1"].effect == pytest.approx(1)
    assert refuted(found) == {"network/factors"}


def test_a_permuted_copy_is_refuted_and_noise_is_open() -> None:
    group, rng = parse_group("D30"), np.random.default_rng(3)
    sides = aligned_units(group, 128, rng=rng, irreps=[3, 8])
    order = rng.permutation(60)
    permuted = verdicts_of(group, {r: s.T[order] for r, s in zip(ROLES, sides, strict=True)})
    assert {"x/L0", "x/L1"} <= refuted(permuted)
    white = verdicts_of(group, {role: rng.standard_normal((60, 512)) for role in ROLES})
    assert not refuted(white)
    assert "isotropic" in white["x/L0"].note


def test_deeper_networks_are_not_refuted_by_what_is_derived_for_one_layer() -> None:
    group, rng = parse_group("Z59"), np.random.default_rng(4)
    angles = 2 * np.pi * np.outer(np.arange(59), [7, 7, 14, 14]) / 59
    waves = np.cos(angles - [0, np.pi / 2, 0, np.pi / 2])
    leaning = waves @ [[1, 0, 0, 0], [0, 1, 0, 0], [1.5, 0, 1, 0], [0, 1.5, 0, 1]]
    cloud = leaning @ np.linalg.qr(rng.standard_normal((128, 4)))[0].T
    clouds = dict.fromkeys(ROLES, cloud)
    assert "x/L1" in refuted(verdicts_of(group, clouds))
    deep = verdicts_of(group, clouds, layers=2)
    assert not refuted(deep)
    assert deep["x/L1"].note.startswith("derived for one hidden layer, of 2 it says less")
    kinds: dict[str, Claim] = {v.prediction.level: v.prediction.claim for v in deep.values()}
    assert {level for level, claim in kinds.items() if claim.of_one_layer} >= {"L1", "L2"}


@pytest.mark.parametrize("name", ["D7", "A4", "Q8 x Z3"])
@pytest.mark.parametrize("columns", [4, 40])
def test_false_positive_rates_at_five_percent(name: str, columns: int) -> None:
    group, rng = parse_group(name), np.random.default_rng(5)
    blocks = isotypic_blocks(group)[1:]
    laws = product_laws(group, blocks, np.arange(group.order))
    count = 0
    for _ in range(300):
        draws = label_permutations(group.order, 19, rng=rng)
        cloud = rng.standard_normal((group.order, columns)) / np.arange(1, columns + 1)
        found = check_factor_law(cloud, blocks, laws, permutations=draws)
        count += found.null.p_value <= 0.05
    low, high = binomial_bounds(300, 0.05, confidence=1 - 1e-4)
    assert low <= count <= high


def test_the_floor_lies_between_solutions_and_the_right_irreps_alone() -> None:
    group, rng = parse_group("S4"), np.random.default_rng(6)
    blocks = isotypic_blocks(group)[1:]
    laws = product_laws(group, blocks, np.arange(24))
    draws = label_permutations(24, 19, rng=rng)
    sides = aligned_units(group, 1024, rng=rng, irreps=[2, 3])
    exact = check_factor_law(sides[0].T, blocks, laws, permutations=draws)
    big = [b for b, block in enumerate(blocks) if block.degree == 3]
    alone = np.hstack([blocks[b].basis @ rng.standard_normal((9, 6)) for b in big])
    wrong = check_factor_law(alone, blocks, laws, permutations=draws)
    assert wrong.null.observed < FACTOR_FLOOR < exact.null.observed
