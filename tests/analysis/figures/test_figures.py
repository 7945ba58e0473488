"""Every figure can be drawn for every kind of geometry, and holds the numbers of the tests."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from claimed import evidence_of
from synthetic import cone_geometry, group_geometry, orbit_cloud

from symtheory.analysis.claims.evidence import Evidence
from symtheory.analysis.examination import Examination
from symtheory.analysis.figures.planes import Kind, find_planes
from symtheory.analysis.figures.report import write_report
from symtheory.analysis.figures.run import RunFigures
from symtheory.analysis.statistics.stages import find_stages
from symtheory.groups.families import cyclic, dihedral
from symtheory.records import Json, Level, Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict

ROLES = (Role.X, Role.Y, Role.READOUT)
ROWS: list[dict[str, Json]] = [
    {"step": 0, "train_accuracy": 0.0, "test_accuracy": 0.0, "effective_dimension": 9},
    {"step": 10, "train_accuracy": 1.0, "test_accuracy": 0.5, "effective_dimension": 4},
]


def evidence(geometries, radii, *, noise: float = 0.05) -> dict[Role, Evidence]:
    rng = np.random.default_rng(0)
    blocks = next(iter(geometries.values()))
    return evidence_of(
        {role: orbit_cloud(blocks, radii, noise=noise, rng=rng) for role in geometries},
        geometries=geometries,
        rng=rng,
        n_permutations=19,
        n_haar=1,
        n_bootstrap=1,
    )


def draw(found: dict[Role, Evidence], folder: Path) -> list[str]:
    theory = predict(named_task("modadd", p=7))
    examined = Examination(theory, (), found, accuracy=None, stages=find_stages(ROWS))
    return RunFigures(examined, ROWS).write(folder)


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def test_three_embeddings_of_a_non_abelian_group(tmp_path: Path, svg_only: None) -> None:
    geometries = {role: group_geometry(role, dihedral(10)) for role in ROLES}
    found = evidence(geometries, {"χ5": 1.0, "χ6": 0.7, "χ2": 0.7})
    names = draw(found, tmp_path)
    planes = [f"planes-{role}" for role in ROLES]
    assert names == ["training", *planes, "spectrum", "gram", "persistence"]
    by_name = {plane.name: plane for plane in find_planes(found[Role.X], most=6)}
    assert list(by_name) == ["χ5", "χ6", "χ2"]  # strongest first
    assert by_name["χ5"].kind is Kind.COMPONENTS
    assert by_name["χ5"].dimension == 4
    assert by_name["χ2"].kind is Kind.LINE
    # Learned points lie near the template in the two components shown.
    strong = by_name["χ5"]
    rest = ((strong.learned - strong.predicted) ** 2).sum() / (strong.learned**2).sum()
    assert rest < 0.1
    spectrum = read(tmp_path / "spectrum.csv")
    assert {row["embedding"] for row in spectrum} == set(ROLES)
    assert {row["irrep"] for row in spectrum if row["active"] == "True"} == set(by_name)


def test_a_cone_has_its_apex_apart(tmp_path: Path, svg_only: None) -> None:
    geometries = {role: cone_geometry(role, 24) for role in (Role.SHARED, Role.READOUT)}
    found = evidence(geometries, {"frequency 1": 1.0, "apex": 0.7})
    assert "planes-shared" in draw(found, tmp_path)
    circle, apex = find_planes(found[Role.SHARED], most=6)
    assert (circle.kind, apex.kind) == (Kind.CIRCLE, Kind.LINE)
    assert np.flatnonzero(circle.is_outside).tolist() == [0]
    assert 0 not in circle.order
    assert np.allclose(circle.predicted[0], 0)
    gram = read(tmp_path / "gram.csv")
    assert list(gram[-1].values())[1:3] == ["u23", "0"]  # the apex comes last


@pytest.mark.parametrize("levels", [(), (Level.GRAM,), (Level.SPECTRUM, Level.GRAM)])
def test_only_what_was_tested_is_drawn(
    tmp_path: Path, levels: tuple[Level, ...], svg_only: None
) -> None:
    orbit = group_geometry(Role.X, cyclic(23))
    blocks = orbit.blocks if Level.SPECTRUM in levels else ()
    geometries = {
        Role.X: replace(orbit, levels=levels, blocks=blocks, coordinate=np.full(23, -1)),
        Role.READOUT: replace(orbit, role=Role.READOUT, levels=()),
    }
    clouds = {
        role: orbit_cloud(orbit, {"frequency 2": 1.0}, rng=np.random.default_rng(0))
        for role in geometries
    }
    found = evidence_of(
        clouds, geometries=geometries, rng=np.random.default_rng(0), n_permutations=9
    )
    expected = ["training"]
    expected += ["spectrum"] if Level.SPECTRUM in levels else []
    expected += ["gram"] if Level.GRAM in levels else []
    assert draw(found, tmp_path) == expected


def test_a_page_without_claims(tmp_path: Path) -> None:
    names = draw({}, tmp_path)
    assert names == ["training"]
    write_report(
        tmp_path / "report.html",
        title="random: inconclusive",
        summary=[("verdict", "nothing")],
        header=("claim", "verdict"),
        rows=[],
        notes=[],
        figures=[tmp_path / "training.svg"],
        theory="no structure",
    )
    page = (tmp_path / "report.html").read_text()
    assert "Nothing is claimed" in page
    assert "<table>" not in page
