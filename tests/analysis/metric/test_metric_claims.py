"""Tests of metrics on clouds whose geometry is known: laws, figures of the floors, verdicts."""

import numpy as np
import pytest
from claimed import evidence_of
from metric_clouds import GRAPHS, complete, geometry_of, path, principled
from numpy.typing import NDArray

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.claims.judge import judge
from symtheory.analysis.metric.diagram import check_diagram
from symtheory.analysis.metric.monotonicity import check_monotone
from symtheory.analysis.metric.natural_fit import NATURAL_TEST, check_natural
from symtheory.analysis.metric.right_angles import check_right_angles, geodesic_triples
from symtheory.analysis.symmetry.procrustes import procrustes_share
from symtheory.claims.metric import (
    DIAGRAM,
    MONOTONE_FLOOR,
    NATURAL,
    NATURAL_FLOOR,
    RIGHT_ANGLES_FLOOR,
    metric_claims,
)
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.metric.metric_geometry import MetricGeometry, metric_geometry
from symtheory.geometry.metric.principles import Principle
from symtheory.geometry.metric.torgerson import double_centered
from symtheory.graphs.graph import Graph
from symtheory.records import Outcome, Role, Verdict

ROOT, LOW, LAPLACIAN = Principle.SQUARE_ROOT, Principle.LOW_RANK, Principle.LAPLACIAN


def effects(name: str, cloud: NDArray[np.float64]) -> tuple[float, float, float]:
    """Effects of natural coordinates, monotonicity and right angles, without a null."""
    geometry, rng = geometry_of(name), np.random.default_rng(0)
    one = np.arange(len(cloud))[None]
    return (
        check_natural(cloud, geometry.natural, permutations=one).null.observed,
        check_monotone(cloud, geometry.distances, permutations=one, rng=rng).observed,
        check_right_angles(cloud, geometry.distances, permutations=one, rng=rng).null.observed,
    )


@pytest.mark.parametrize("name", GRAPHS)
def test_exact_square_root_embeddings(name: str) -> None:
    cloud = principled(name, ROOT, rng=np.random.default_rng(1))
    natural, monotone, angles = effects(name, cloud)
    assert natural >= 0.985
    assert monotone == pytest.approx(1, abs=1e-6)
    assert angles == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", GRAPHS)
def test_floors_stand_below_noisy_templates(name: str) -> None:
    """The figures that `symtheory.claims.metric` gives for its floors."""
    rng = np.random.default_rng(2)
    for principle in (LOW, ROOT):
        natural, monotone, _ = effects(name, principled(name, principle, noise=1, rng=rng))
        assert natural >= 0.94
        assert monotone >= 0.84
        assert effects(name, principled(name, principle, noise=3, rng=rng))[0] > NATURAL_FLOOR
    assert effects(name, principled(name, ROOT, noise=0.3, rng=rng))[2] > RIGHT_ANGLES_FLOOR
    assert effects(name, principled(name, ROOT, noise=1, rng=rng))[2] < RIGHT_ANGLES_FLOOR


def test_floors_stand_above_wrong_pictures() -> None:
    angle = 2 * np.pi * np.arange(64) / 64
    ring = np.stack([np.cos(angle), 0.999 * np.sin(angle)], axis=1)
    turned = ring @ [[0.0, 1.0], [1.0, 0.0]]
    assert max(effects("path", ring)[0], effects("path", turned)[0]) < 0.62 < NATURAL_FLOOR
    lattice = geometry_of("lattice").natural.points
    noise = 1e-3 * np.random.default_rng(0).standard_normal((49, 1))
    flat = np.hstack([lattice[:, :1], noise])
    assert effects("lattice", flat)[0] == pytest.approx(0.5, abs=0.05)
    wrong = np.stack([np.cos(3 * angle), np.sin(3 * angle)], axis=1)
    natural, monotone, _ = effects("cycle", wrong)
    assert natural < 0.01
    assert abs(monotone) < 0.2 < MONOTONE_FLOOR


def test_straight_lines_have_no_right_angle() -> None:
    line = np.arange(64.0)[:, None]
    found = check_right_angles(
        line,
        geometry_of("path").distances,
        permutations=np.arange(64)[None],
        rng=np.random.default_rng(0),
    )
    assert found.null.observed == pytest.approx(0, abs=1e-6)
    assert found.mean_cosine == pytest.approx(-1, abs=1e-6)


def test_triples_lie_on_geodesics() -> None:
    for name in ("cylinder", "cube"):
        distances = geometry_of(name).distances
        u, v, w = geodesic_triples(distances, rng=np.random.default_rng(0)).T
        assert len(u) > 3000
        assert (distances[u, v] + distances[v, w] == distances[u, w]).all()
        assert (u != v).all()
        assert (v != w).all()
    every = geodesic_triples(
        geometry_of("lattice").distances, rng=np.random.default_rng(0), most=10**6
    )
    distances = geometry_of("lattice").distances
    between = distances[:, :, None] + distances[None] == distances[:, None, :]
    assert 2 * len(every) == int(between.sum()) - 2 * 49 * 49 + 49
    many = path(300).distances
    assert len(geodesic_triples(many, rng=np.random.default_rng(0))) == 16 * 256


def test_without_geodesics_there_is_no_angle() -> None:
    with pytest.raises(PredictionError, match="between"):
        check_right_angles(
            np.eye(5),
            complete(5).distances,
            permutations=np.arange(5)[None],
            rng=np.random.default_rng(0),
        )


@pytest.mark.parametrize("name", ["path", "cylinder"])
def test_diagrams_of_noisy_templates(name: str) -> None:
    rng = np.random.default_rng(5)
    geometry = geometry_of(name)
    found = check_diagram(principled(name, ROOT, noise=0.05, rng=rng), geometry, rng=rng, n_haar=19)
    assert found.shape.null.p_value == 1 / 20
    assert found.is_near


def test_a_figure_of_eight_is_no_circle() -> None:
    angle = 2 * np.pi * np.arange(64) / 64
    eight = np.stack([np.sin(angle), np.sin(2 * angle)], axis=1)
    rng = np.random.default_rng(6)
    found = check_diagram(eight, geometry_of("cycle"), rng=rng, n_haar=1)
    assert found.shape.null.observed > 0.3


def collect(
    cloud: NDArray[np.float64], geometry: MetricGeometry, **options: object
) -> dict[Role, Evidence]:
    return evidence_of({Role.X: cloud}, metric=geometry, **options)  # type: ignore[arg-type]


def evidence(name: str, cloud: NDArray[np.float64]) -> dict[Role, Evidence]:
    return collect(cloud, geometry_of(name), rng=np.random.default_rng(7), n_permutations=99)


def verdicts(
    geometry: MetricGeometry, found: dict[Role, Evidence], *, primary: bool
) -> dict[str, Verdict]:
    claims = metric_claims(geometry, Role.X, primary=primary)
    return {v.prediction.level: v for v in judge(claims, found, generalized=True)}


def outcomes(name: str, found: dict[Role, Evidence]) -> dict[str, Outcome]:
    judged = verdicts(geometry_of(name), found, primary=True)
    return {level: verdict.outcome for level, verdict in judged.items()}


def test_all_claims_are_held_by_a_square_root_embedding() -> None:
    cloud = principled("cycle", ROOT, noise=0.1, rng=np.random.default_rng(8))
    assert set(outcomes("cycle", evidence("cycle", cloud)).values()) == {Outcome.HELD}


def test_none_is_held_by_relabeled_points() -> None:
    rng = np.random.default_rng(9)
    cloud = principled("lattice", ROOT, noise=0.1, rng=rng)[rng.permutation(49)]
    found = outcomes("lattice", evidence("lattice", cloud))
    found.pop(DIAGRAM.level)  # diagrams do not see labels
    assert set(found.values()) == {Outcome.REFUTED}


def test_an_orbit_of_another_frequency_is_no_metric_picture() -> None:
    """What networks without the triangle relation learn of a cycle."""
    angle = 2 * np.pi * np.outer(np.arange(64), [27, 18, 32]) / 64
    cloud = np.hstack([np.cos(angle), np.sin(angle)])
    cloud += 0.05 * np.random.default_rng(0).standard_normal(cloud.shape)
    found = evidence("cycle", cloud)
    assert outcomes("cycle", found)[NATURAL.level] is Outcome.REFUTED
    natural = found[Role.X].get(NATURAL_TEST)
    assert natural is not None
    assert natural.null.observed < 0.05


def test_verdicts_say_why() -> None:
    rng = np.random.default_rng(10)
    found = evidence("lattice", principled("lattice", LAPLACIAN, noise=0.1, rng=rng))
    said = verdicts(geometry_of("lattice"), found, primary=False)
    assert said["right-angles"].outcome is Outcome.REFUTED
    assert "below the floor" in said["right-angles"].note
    assert said["natural"].outcome is Outcome.HELD
    assert 0 < said["natural"].details["variance_share"] < 0.5  # type: ignore[operator]


def test_what_no_cloud_could_show_is_not_refuted() -> None:
    """Of a star's relabelings 1 in 25 is an isometry: four claims want p below .0125."""
    edges = [[0, leaf] for leaf in range(1, 25)]
    star = metric_geometry(Graph("star", tuple(map(str, range(25))), edges))
    cloud = np.vstack([np.zeros(24), np.eye(24)])
    relabeled = {"natural", "monotone", "right-angles"}
    notes = ""
    for seed in range(3):
        rng = np.random.default_rng(seed)
        found = collect(cloud, star, rng=rng, n_permutations=199)
        for verdict in verdicts(star, found, primary=False).values():
            if verdict.prediction.level in relabeled:
                assert verdict.effect == pytest.approx(1)
                assert verdict.outcome is not Outcome.REFUTED
                notes += verdict.note
    assert "no power" in notes


def test_too_few_vertices_are_no_evidence() -> None:
    geometry = metric_geometry(path(6))
    line = np.arange(6.0)[:, None]
    found = collect(line, geometry, rng=np.random.default_rng(0), n_permutations=99)
    judged = verdicts(geometry, found, primary=True).values()
    assert {verdict.outcome for verdict in judged} == {Outcome.INCONCLUSIVE}


def test_one_row_for_every_vertex() -> None:
    with pytest.raises(SpecError, match="64 vertices"):
        collect(np.eye(5), geometry_of("path"), rng=np.random.default_rng(0))


def smacof(distances: NDArray[np.float64], m: int) -> tuple[NDArray[np.float64], float]:
    """Stress majorization from classical scaling: points and stress-1."""
    values, vectors = np.linalg.eigh(double_centered(distances**2))
    points = vectors[:, -m:] * np.sqrt(values[-m:])
    for _ in range(3000):
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        ratio = np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 1e-12)
        guttman = -ratio
        np.fill_diagonal(guttman, ratio.sum(axis=1))
        moved = guttman @ points / len(points)
        done = np.abs(moved - points).max() < 1e-7 * np.abs(points).max()
        points = moved
        if done:
            break
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    return points, float(np.sqrt(((apart - distances) ** 2).sum() / (distances**2).sum()))


STRESS = {
    ("path", 1): 0.0,
    ("cycle", 2): 0.121,
    ("lattice", 2): 0.106,
    ("cylinder", 3): 0.111,
    ("cube", 7): 0.160,
    ("cube", 3): 0.293,
}


@pytest.mark.slow
@pytest.mark.parametrize("case", STRESS, ids=str)
def test_stress_of_the_best_low_dimensional_map(case: tuple[str, int]) -> None:
    name, m = case
    geometry = geometry_of(name)
    points, stress = smacof(geometry.distances.astype(float), m)
    assert stress == pytest.approx(STRESS[case], abs=0.005)
    if m == geometry.natural.dimension:
        assert procrustes_share(points, geometry.natural.points) >= 0.981


@pytest.mark.parametrize("name", GRAPHS)
def test_principles_agree_on_the_leading_block(name: str) -> None:
    """Torgerson of d^2 and of d against each other, and against the natural coordinates."""
    geometry = geometry_of(name)
    m = geometry.natural.dimension
    blocks = []
    for power in (1, 2):
        values, vectors = np.linalg.eigh(double_centered(geometry.distances**power))
        blocks.append(vectors[:, -m:] * np.sqrt(values[-m:]))
    assert procrustes_share(blocks[0], blocks[1]) >= 0.981
    assert min(procrustes_share(b, geometry.natural.points) for b in blocks) >= 0.981
