"""Templates of non-abelian groups and of cones: found, and not found under permuted labels."""

import numpy as np
import pytest
from binomial import binomial_bounds
from claimed import evidence_of
from numpy.typing import NDArray
from synthetic import Geometry, cone_geometry, group_geometry, orbit_cloud

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.homology.shape import SHAPE_TEST, check_shape, compare_shape
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.factor_law import GRAM_TEST
from symtheory.analysis.symmetry.gram import check_gram
from symtheory.analysis.symmetry.procrustes import PROCRUSTES_TEST, check_procrustes
from symtheory.analysis.symmetry.spectrum import SPECTRUM_TEST, check_spectrum
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.groups.families import alternating, dihedral, symmetric
from symtheory.records import Embedding, Role

# One irrep of degree above 1 each: blocks of 4, 9 and 9 dimensions.
ORBITS = {
    "D7": group_geometry(Role.X, dihedral(7)),
    "A4": group_geometry(Role.X, alternating(4)),
    "S4": group_geometry(Role.X, symmetric(4)),
    "cone": cone_geometry(Role.X, 24),
}
ACTIVE = {
    "D7": {"χ3": 1.0},
    "A4": {"χ2+χ3": 1.0},
    "S4": {"χ4": 1.0},
    "cone": {"frequency 1": 1.0, "frequency 5": 0.7, "apex": 0.7},
}


def p_values(
    cloud: NDArray[np.float64], geometry: Geometry, *, n_permutations: int, rng: np.random.Generator
) -> list[float]:
    """p-values of L0, L1 and L2."""
    seen = make_token_cloud(Embedding(cloud, geometry.role), geometry)
    permutations = label_permutations(
        len(cloud), n_permutations, rng=rng, exchangeable=seen.exchangeable
    )
    tests = (
        check_spectrum(seen.points, seen.blocks, permutations=permutations),
        check_gram(seen.points, seen.orbitals, permutations=permutations),
        check_procrustes(seen.points, seen.blocks, permutations=permutations),
    )
    return [test.null.p_value for test in tests]


@pytest.mark.parametrize("name", ORBITS)
def test_templates_are_found_and_permuted_ones_are_not(name: str) -> None:
    geometry, rng = ORBITS[name], np.random.default_rng(1)
    n = len(geometry.tokens)
    found, permuted = [], []
    for _ in range(60):
        cloud = orbit_cloud(geometry, ACTIVE[name], noise=0.1, d=24, rng=rng)
        found.append(p_values(cloud, geometry, n_permutations=39, rng=rng))
        relabeled = label_permutations(
            n, 1, rng=rng, exchangeable=(geometry.coordinate < 0).astype(np.int64)
        )[0]
        permuted.append(p_values(cloud[relabeled], geometry, n_permutations=39, rng=rng))
    assert (np.array(found) <= 0.05).all()
    most = binomial_bounds(60, 0.05, confidence=1 - 1e-4)[1]
    counts = (np.array(permuted) <= 0.05).sum(axis=0)
    assert (counts <= most).all(), counts


@pytest.mark.parametrize("name", ["D7", "S4"])
@pytest.mark.parametrize("power", [0, 1])
def test_false_positive_rates_at_five_percent(name: str, power: float) -> None:
    geometry, rng = ORBITS[name], np.random.default_rng(2)
    deviations = np.arange(1.0, 13.0) ** -power
    p = [
        p_values(
            rng.standard_normal((len(geometry.tokens), 12)) * deviations,
            geometry,
            n_permutations=39,
            rng=rng,
        )
        for _ in range(200)
    ]
    low, high = binomial_bounds(200, 0.05, confidence=1 - 1e-4)
    counts = (np.array(p) <= 0.05).sum(axis=0)
    assert ((low <= counts) & (counts <= high)).all(), counts


def test_a_far_apex_alone_is_no_structure() -> None:
    """White noise on the circle part, the absorbing token far away: nothing may be held."""
    geometry, rng = ORBITS["cone"], np.random.default_rng(3)
    counts = np.zeros(3)
    for _ in range(100):
        cloud = orbit_cloud(geometry, {"apex": 1.0}, noise=0.5, d=24, rng=rng)
        counts += np.array(p_values(cloud, geometry, n_permutations=39, rng=rng)) <= 0.05
    assert (counts <= binomial_bounds(100, 0.05, confidence=1 - 1e-4)[1]).all(), counts


@pytest.mark.parametrize("name", ORBITS)
def test_noiseless_templates_fit_exactly(name: str) -> None:
    geometry, rng = ORBITS[name], np.random.default_rng(4)
    cloud = orbit_cloud(geometry, ACTIVE[name], rng=rng)
    permutations = label_permutations(len(cloud), 9, rng=rng)
    fit = check_procrustes(cloud, geometry.blocks, permutations=permutations)
    assert fit.alignment.share == pytest.approx(1)
    names = {geometry.blocks[b].name for b in fit.template.active}
    assert names == set(ACTIVE[name])
    wanted = np.array([ACTIVE[name][geometry.blocks[b].name] for b in fit.template.active])
    assert fit.template.radii / fit.template.radii[0] == pytest.approx(wanted / wanted[0])
    assert check_gram(
        cloud, geometry.orbitals, permutations=permutations
    ).null.observed == pytest.approx(1)


def test_a_left_invariant_orbit_of_one_vector_is_no_template() -> None:
    """Half of the block: invariant on one side only, with the right spectrum."""
    geometry, rng = ORBITS["S4"], np.random.default_rng(5)
    (block,) = (block for block in geometry.blocks if block.name == "χ4")
    group = symmetric(4)
    # Functions g -> rho(g) v: the left translates of one function span d of the d^2 dimensions.
    projection = block.basis @ block.basis.T
    start = projection @ rng.standard_normal(group.order)
    fixed = start[group.table]  # row h: the function g -> start(h g)
    cloud = np.linalg.svd(fixed, full_matrices=False)[0][:, :3]
    assert (block.basis.T @ cloud).__pow__(2).sum() == pytest.approx(3)
    permutations = label_permutations(24, 99, rng=rng)
    fit = check_procrustes(cloud, geometry.blocks, permutations=permutations)
    assert fit.alignment.share == pytest.approx(1 / 3)


def test_shapes_of_orbits_of_higher_degree() -> None:
    rng = np.random.default_rng(6)
    geometry = ORBITS["S4"]
    cloud = orbit_cloud(geometry, ACTIVE["S4"], noise=0.02, rng=rng)
    active = [block.name for block in geometry.blocks].index("χ4")
    exact = orbit_cloud(geometry, ACTIVE["S4"], rng=rng)
    assert compare_shape(exact, geometry.blocks, active=[active]).distance == pytest.approx(
        0, abs=1e-9
    )
    found = check_shape(cloud, geometry.blocks, active=[active], rng=rng, n_haar=39)
    assert found.null.p_value == 1 / 40
    assert found.fit.p_value > 0.05


def test_shapes_of_cones() -> None:
    rng = np.random.default_rng(7)
    geometry = ORBITS["cone"]
    cloud = orbit_cloud(geometry, ACTIVE["cone"], noise=0.02, rng=rng)
    seen = make_token_cloud(Embedding(cloud, Role.X), geometry)
    names = [block.name for block in seen.blocks]
    active = [names.index(name) for name in ACTIVE["cone"]]
    found = check_shape(cloud, seen.blocks, active=active, rng=rng, orbits=seen.orbits)
    assert found.null.p_value == 1 / 40
    assert found.fit.p_value > 0.05
    white = orbit_cloud(geometry, {"apex": 1.0}, noise=1.0, d=8, rng=rng)
    refuted = check_shape(white, seen.blocks, active=active, rng=rng, orbits=seen.orbits)
    assert refuted.null.p_value > 0.05


def evidence_of_three(group_name: str, seed: int, *, permuted: bool) -> dict[Role, Evidence]:
    group = {"S4": symmetric(4), "D7": dihedral(7)}[group_name]
    rng = np.random.default_rng(seed)
    geometries = {role: group_geometry(role, group) for role in (Role.X, Role.Y, Role.READOUT)}
    clouds = {
        role: orbit_cloud(geometry, ACTIVE[group_name], noise=0.1, rng=rng)
        for role, geometry in geometries.items()
    }
    if permuted:
        clouds = {role: cloud[rng.permutation(group.order)] for role, cloud in clouds.items()}
    found = evidence_of(clouds, geometries=geometries, rng=rng, n_permutations=199)
    return {role: found[role] for role in clouds}


def test_three_embeddings_of_one_network() -> None:
    for role, found in evidence_of_three("S4", 8, permuted=False).items():
        assert found.description is not None
        assert found.description.active_names == ("χ4",)
        tests = (SPECTRUM_TEST, GRAM_TEST, PROCRUSTES_TEST)
        measured = [found.measurement(test) for test in tests]
        assert [one.p_value for one in measured if one is not None] == [1 / 200] * 3
        shape = found.get(SHAPE_TEST)
        assert shape is not None
        assert shape.null.n_draws == 59  # the least p-value, times three, is 5 %
        assert f"from the {role} embedding" not in found.note(SHAPE_TEST.claim)
    for found in evidence_of_three("S4", 9, permuted=True).values():
        gram = found.get(GRAM_TEST)
        assert gram is not None
        assert gram.null.observed < 0.5
