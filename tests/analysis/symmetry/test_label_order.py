"""The order of labels: exact solutions close at every width, curves that end do not.

Of each law a negative: what breaks it is refuted by the claim L1, which looks at the seam.
"""

import numpy as np
import pytest
from binomial import binomial_bounds
from outside import IS_HERE, NETWORKS, WHERE, read_network

from symtheory.analysis.claims.judge import judge
from symtheory.analysis.claims.network import Network
from symtheory.analysis.claims.registry import collect_evidence
from symtheory.analysis.statistics.clouds import centered
from symtheory.analysis.symmetry.label_order import (
    LabelOrder,
    check_label_order,
    check_seam,
    check_smoothness,
    label_cycles,
)
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.claims.symmetry import LEAST_SEAM_CONTRAST, MOST_SEAM_GAP
from symtheory.groups.notation import parse_group
from symtheory.records import Embedding, Outcome, Role, Verdict
from symtheory.tasks.group_words import group_task
from symtheory.theory import predict
from tests.analysis.composition.made_networks import aligned_units
from tests.benchmarks.rival_clouds import RIVALS


def order_of(cloud: np.ndarray) -> LabelOrder:
    points = centered(cloud)[None]
    return LabelOrder(check_seam(points), check_smoothness(points))


def law_of(group: str, cloud: np.ndarray) -> Verdict:
    """The verdict on L1 of the left operand."""
    theory = predict(group_task("x*y", parse_group(group)))
    network = Network(
        {Role.X: Embedding(cloud, Role.X)},
        np.random.default_rng(0),
        geometries=theory.geometries,
        n_permutations=39,
        n_haar=1,
        n_bootstrap=1,
        observations=False,
    )
    (claim,) = [p for p in theory.predictions([Role.X]) if p.key == "x/L1"]
    (verdict,) = judge([claim], collect_evidence(network), generalized=True)
    return verdict


@pytest.mark.parametrize("broken", [(), ("inner",), ("left", "right")], ids=str)
@pytest.mark.parametrize("name", ["Z23", "Z24", "Z59"])
def test_units_of_one_frequency_close_exactly_at_every_width(
    name: str, broken: tuple[str, ...]
) -> None:
    group, rng = parse_group(name), np.random.default_rng(0)
    for width in (3, 32, 256):
        for irreps in ([0], [2, 5, 7], None):
            for side in aligned_units(group, width, rng=rng, irreps=irreps, broken=broken):
                found = order_of(side.T)
                assert found.gap < 1e-6
                assert found.seam.p_value == 1


@pytest.mark.parametrize(
    "name", ["line", "parabola", "open helix", "ramp helix", "Gaussian process, 0.05"]
)
def test_curves_that_end_are_refuted(name: str) -> None:
    cloud = RIVALS[name](59, 256, np.random.default_rng(1))
    assert order_of(cloud).seam.p_value == pytest.approx(1 / 59)
    assert order_of(cloud).gap > MOST_SEAM_GAP
    assert order_of(cloud).contrast > LEAST_SEAM_CONTRAST
    assert law_of("Z59", cloud).outcome is Outcome.REFUTED


@pytest.mark.parametrize(("one", "other", "place"), [(3, 5, 38), (3, 8, 9), (7, 20, 12)])
def test_a_cloud_that_joins_irreps_has_no_seam(one: int, other: int, place: int) -> None:
    """Two circles that share a direction, begun where the gap is largest: it is large anywhere."""
    turns = 2 * np.pi * np.arange(59) / 59
    shared = np.sin(one * turns) + np.cos(other * turns)
    cloud = np.column_stack([np.cos(one * turns), shared, np.sin(other * turns)])
    found = order_of(np.roll(cloud, place, axis=0))
    assert found.seam.p_value == pytest.approx(2 / 59)
    assert found.gap > MOST_SEAM_GAP
    assert found.contrast < 0.6 * LEAST_SEAM_CONTRAST
    assert "does not close" not in law_of("Z59", np.roll(cloud, place, axis=0)).note


def test_smooth_curves_that_end_have_most_of_the_law() -> None:
    """Which is why the seam is looked at: R² alone holds them."""
    found = law_of("Z97", RIVALS["Gaussian process, 0.05"](97, 512, np.random.default_rng(2)))
    assert found.effect is not None
    assert found.effect > 0.9
    assert found.outcome is Outcome.REFUTED
    assert "does not close" in found.note


def test_a_closed_curve_is_held_and_said_to_be_smooth() -> None:
    angles = 2 * np.pi * np.outer(np.arange(59), [1, 2, 3]) / 59
    cloud = np.hstack([np.cos(angles), np.sin(angles)])
    found = law_of("Z59", cloud)
    assert found.outcome is Outcome.HELD
    assert "smooth in the order of its labels" in found.note
    # The same circles in another order of the tokens are not smooth: 10 is a unit.
    moved = law_of("Z59", cloud[np.arange(59) * 10 % 59])
    assert moved.outcome is Outcome.HELD
    assert "smooth" not in moved.note


def test_the_seam_is_exact_under_translations() -> None:
    """Noisy circles of low frequencies, turned by a random translation: p is uniform on 1/n, ..."""
    rng, n = np.random.default_rng(3), 40
    p = []
    for _ in range(1000):
        angles = 2 * np.pi * (np.arange(n)[:, None] / n * [1, 2] + rng.random(2))
        cloud = np.hstack([np.cos(angles), np.sin(angles)])
        p.append(check_seam(centered(cloud + rng.standard_normal((n, 4)))[None]).p_value)
    for rate in (0.05, 0.25, 0.5):
        low, high = binomial_bounds(len(p), rate, confidence=0.999)
        assert low <= (np.array(p) <= rate + 1e-12).sum() <= high


def test_smoothness_is_exact_under_automorphisms() -> None:
    """Three random frequencies of Z61 have no order: p is uniform on the 30 images."""
    rng, n = np.random.default_rng(4), 61
    p = []
    for _ in range(2000):
        angles = 2 * np.pi * np.outer(np.arange(n), rng.choice(30, 3, replace=False) + 1) / n
        waves = np.hstack([np.cos(angles), np.sin(angles)]) * np.tile(rng.random(3) + 0.5, 2)
        null = check_smoothness(waves[None])
        assert null is not None
        p.append(null.p_value)
    for rate in (0.1, 0.5):
        low, high = binomial_bounds(len(p), rate, confidence=0.999)
        assert low <= (np.array(p) <= rate + 1e-12).sum() <= high
    smooth = check_smoothness(RIVALS["1/f^2 noise"](n, 64, rng)[None])
    assert smooth is not None
    assert smooth.p_value == pytest.approx(1 / 30)


def test_where_a_seam_is_unclear_smoothness_decides_nothing() -> None:
    """A ramp of a fifth of the diameter beside slow circles: seen, and below the floor."""
    angles = 2 * np.pi * np.outer(np.arange(97), [1, 2, 3]) / 97
    ramp = np.linspace(-0.45, 0.45, 97)[:, None]
    cloud = np.hstack([np.cos(angles), np.sin(angles), ramp])
    assert 0 < order_of(cloud).gap < MOST_SEAM_GAP
    found = law_of("Z97", cloud)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "may not close" in found.note
    assert law_of("Z97", cloud[:, :-1]).outcome is Outcome.HELD


def test_tokens_of_a_product_are_tested_along_the_cosets() -> None:
    group = parse_group("Z2 x Z30")
    cycles = label_cycles(group, np.arange(60))
    assert cycles is not None
    assert cycles.tolist() == [list(range(30)), list(range(30, 60))]
    geometry = predict(group_task("x*y", group)).geometries[Role.X]
    rng = np.random.default_rng(5)
    (side, *_) = aligned_units(group, 64, rng=rng, irreps=[3, 8, 11], broken=("inner",))
    ramp = np.tile(np.linspace(-3, 3, 30), 2)[:, None]
    for points, is_open in ((side.T, False), (np.hstack([side.T, ramp]), True)):
        cloud = make_token_cloud(Embedding(points, Role.X), geometry)
        found = check_label_order(cloud, geometry.group)
        assert found is not None
        assert (found.gap > MOST_SEAM_GAP) == is_open
        assert (found.seam.p_value <= 0.05) == is_open


@pytest.mark.parametrize("broken", [(), ("inner",), ("left", "right")], ids=str)
def test_dihedral_groups_close_on_rotations_and_on_reflections(broken: tuple[str, ...]) -> None:
    group, rng = parse_group("D30"), np.random.default_rng(7)
    theory = predict(group_task("x*y", group))
    sides = aligned_units(group, 48, rng=rng, broken=broken)
    for role, side in zip((Role.X, Role.Y, Role.READOUT), sides, strict=True):
        geometry = theory.geometries[role]
        cloud = make_token_cloud(Embedding(side.T, role), geometry)
        found = check_label_order(cloud, geometry.group)
        assert found is not None
        assert found.gap < 1e-6
    curve = RIVALS["Gaussian process, 0.05"](60, 256, rng)
    assert law_of("D30", curve).outcome is Outcome.REFUTED
    cloud = make_token_cloud(Embedding(curve, Role.X), theory.geometries[Role.X])
    opened = check_label_order(cloud, group)
    assert opened is not None
    assert opened.gap > MOST_SEAM_GAP
    assert opened.seam.p_value == pytest.approx(1 / 30)


def test_labels_in_no_cyclic_order_are_not_tested() -> None:
    rng = np.random.default_rng(6)
    assert label_cycles(parse_group("Z31"), rng.permutation(31)) is None
    assert label_cycles(parse_group("F(13,4)"), np.arange(52)) is None  # several frequencies
    assert label_cycles(parse_group("Z31"), 7 * np.arange(31) % 31) is not None


@pytest.mark.skipif(not IS_HERE, reason=WHERE)
@pytest.mark.parametrize("name", [name for name in NETWORKS if name[0] in "CD"])
def test_networks_of_others_close(name: str) -> None:
    """The floor was set on the cyclic ones of seed 1; all others are the test."""
    network = read_network(name)
    for role, embedding in network.embeddings.items():
        geometry = network.theory.geometries[role]
        found = check_label_order(make_token_cloud(embedding, geometry), geometry.group)
        assert found is not None
        assert found.gap < MOST_SEAM_GAP
