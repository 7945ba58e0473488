"""What the tests see of an embedding: live rows, merged twins, orbits, and only certain levels."""

from dataclasses import replace

import numpy as np
import pytest
from claimed import evidence_of
from synthetic import cone_geometry, group_geometry, on_tokens, orbit_cloud

from symtheory.analysis.claims.registry import TESTS
from symtheory.analysis.statistics.nulls import haar_frame, label_permutations
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.errors import SpecError
from symtheory.groups.families import cyclic
from symtheory.records import Embedding, Level, Role

N = 29
ORBIT = group_geometry(Role.X, cyclic(N))
RADII = {"frequency 3": 1.0, "frequency 11": 0.6}


def doubled(geometry, *, reverse: bool = False):
    """Every token twice; functions are equal on twins."""
    members = np.concatenate([np.arange(N), np.arange(N)[:: -1 if reverse else 1]])
    return replace(
        geometry,
        tokens=tuple(f"{t}{'ab'[i >= N]}" for i, t in enumerate(members)),
        coordinate=geometry.coordinate[members],
        rows=np.arange(2 * N),
        twins=members,
        orbitals=tuple(p[np.ix_(members, members)] for p in geometry.orbitals),
        blocks=tuple(on_tokens(b, b.basis[members] / np.sqrt(2)) for b in geometry.blocks),
    ), members  # fmt: skip


def test_an_orbit_without_twins_is_seen_as_it_is() -> None:
    points = orbit_cloud(ORBIT, RADII, rng=np.random.default_rng(0))
    seen = make_token_cloud(Embedding(points, Role.X), ORBIT)
    assert np.array_equal(seen.points, points)
    assert seen.blocks is ORBIT.blocks
    assert not seen.orbits.any()
    assert not seen.exchangeable.any()


@pytest.mark.parametrize("reverse", [False, True])
def test_twins_are_one_point_with_the_same_tests(reverse: bool) -> None:
    rng = np.random.default_rng(1)
    points = orbit_cloud(ORBIT, RADII, noise=0.1, rng=rng)
    geometry, members = doubled(ORBIT, reverse=reverse)
    apart = 0.3 * rng.standard_normal((N, points.shape[1]))
    twice = np.concatenate([points + apart, (points - apart)[members[N:]]])
    seen = make_token_cloud(Embedding(twice, Role.X), geometry)
    assert np.allclose(seen.points, points)
    assert seen.tokens[:2] == ("0a/0b", "1a/1b")
    for block, original in zip(seen.blocks, ORBIT.blocks, strict=True):
        projection = block.basis @ block.basis.T
        assert np.allclose(projection, original.basis @ original.basis.T)
    both = [
        evidence_of(
            {Role.X: cloud},
            geometries={Role.X: g},
            rng=np.random.default_rng(2),
            n_permutations=49,
        )[Role.X]
        for cloud, g in ((points, ORBIT), (twice, geometry))
    ]
    for level in ("L0", "L1", "L2"):
        first, second = (found.get(TESTS[level]).null for found in both)
        assert first.observed == pytest.approx(second.observed)
        assert first.draws == pytest.approx(second.draws)
    assert both[1].description.n_tokens == N


def test_only_live_rows_of_a_readout_are_read() -> None:
    rng = np.random.default_rng(3)
    points = orbit_cloud(ORBIT, RADII, noise=0.1, rng=rng)
    rows = np.sort(rng.permutation(40)[:N])
    table = 100 * rng.standard_normal((40, points.shape[1]))
    table[rows] = points
    geometry = replace(ORBIT, role=Role.READOUT, rows=rows)
    seen = make_token_cloud(Embedding(table, Role.READOUT), geometry)
    assert np.array_equal(seen.points, points)
    with pytest.raises(SpecError, match="29 tokens, but its embedding has 20 rows"):
        make_token_cloud(Embedding(table[:20], Role.READOUT), geometry)
    with pytest.raises(SpecError, match="29 tokens, but its embedding has 40 rows"):
        make_token_cloud(Embedding(table, Role.X), replace(geometry, role=Role.X))


def test_labels_are_permuted_within_orbits_and_among_classes_of_equal_size() -> None:
    cone = cone_geometry(Role.X, 8)
    seen = make_token_cloud(Embedding(np.eye(9), Role.X), cone)
    assert seen.orbits.tolist() == [0] + [1] * 8
    draws = label_permutations(9, 50, rng=np.random.default_rng(0), exchangeable=seen.exchangeable)
    assert (draws[:, 0] == 0).all()
    assert np.array_equal(np.sort(draws, axis=1), np.tile(np.arange(9), (50, 1)))
    # One pair of twins among single tokens has nothing to trade places with.
    twin = group_geometry(Role.X, cyclic(5))
    members = np.array([0, 0, 1, 2, 3, 4])
    pair = replace(
        twin,
        tokens=tuple("abcdef"),
        coordinate=members,
        rows=np.arange(6),
        twins=members,
        orbitals=(twin.orbitals[0][np.ix_(members, members)],),
        blocks=tuple(on_tokens(b, b.basis[members]) for b in twin.blocks),
    )
    seen = make_token_cloud(Embedding(np.eye(6), Role.X), pair)
    assert seen.exchangeable.tolist() == [1, 0, 0, 0, 0]
    assert seen.orbits.tolist() == [0] * 5


def test_random_functions_sum_to_zero_on_every_orbit() -> None:
    orbits = np.array([0, 1, 1, 1, 2, 2, 2, 2])
    frame = haar_frame(8, 5, rng=np.random.default_rng(0), orbits=orbits)
    assert np.allclose(frame.T @ frame, np.eye(5))
    for orbit in range(3):
        assert np.allclose(frame[orbits == orbit].sum(axis=0), 0)
    with pytest.raises(SpecError, match="8 tokens have 5 orthogonal functions"):
        haar_frame(8, 6, rng=np.random.default_rng(0), orbits=orbits)


@pytest.mark.parametrize(
    ("levels", "tests"),
    [
        ((), set()),
        ((Level.GRAM,), {"L1"}),
        ((Level.SPECTRUM, Level.GRAM), {"L0", "L1"}),
        (ORBIT.levels, {"L0", "L1", "L2", "L3"}),
    ],
)
def test_only_the_levels_of_a_geometry_are_tested(levels, tests) -> None:
    rng = np.random.default_rng(4)
    geometries = {role: replace(ORBIT, role=role, levels=levels) for role in (Role.X, Role.Y)}
    if Level.SPECTRUM not in levels:
        geometries = {role: replace(g, blocks=()) for role, g in geometries.items()}
    found = evidence_of(
        {role: orbit_cloud(ORBIT, RADII, rng=rng) for role in geometries},
        geometries=geometries,
        rng=rng,
        n_permutations=9,
        n_haar=1,
        n_bootstrap=1,
    )
    for evidence in (found[Role.X], found[Role.Y]):
        assert {level for level in TESTS if evidence.get(TESTS[level]) is not None} == tests
        told = evidence.description
        assert told is not None
        assert told.effective_dimension == 4
        assert told.active == (() if "L0" not in tests else (2, 10))
        assert evidence.note(TESTS["L3"].claim)
