"""Distances and comparisons from the command line: two pictures, axes, and what each depends on."""

import json
from pathlib import Path

import numpy as np
import pytest

from symtheory.cli.main import main


def outcome_of(capsys, *words):
    code = main([*words, "--json"])
    record = json.loads(capsys.readouterr().out)
    return code, record


def verdicts(record):
    return {verdict["key"]: verdict for verdict in record["networks"][0]["verdicts"]}


@pytest.fixture
def circle(tmp_path: Path) -> str:
    angle = 2 * np.pi * np.arange(30) / 30
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    noise = 0.05 * np.random.default_rng(0).standard_normal((30, 6))
    np.save(tmp_path / "circle.npy", np.hstack([points, noise]))
    return str(tmp_path / "circle.npy")


CYCLE = ("--task", "graph", "--graph", "cycle(30)", "--array", "shared", "--permutations", "99")


def test_what_was_in_the_loss_decides_which_picture_is_expected(circle, capsys):
    code, record = outcome_of(capsys, "test", circle, *CYCLE, "--relation", "triangle")
    assert code == 0
    found = verdicts(record)
    assert found["shared/natural"]["primary"]
    assert found["shared/natural"]["outcome"] == "held"
    code, record = outcome_of(capsys, "test", circle, *CYCLE)
    assert code == 0
    assert not verdicts(record)["shared/natural"]["primary"]


def test_another_frequency_is_an_orbit_and_not_the_metric_picture(tmp_path, capsys):
    angle = 2 * np.pi * np.outer(np.arange(30), [7, 11]) / 30
    points = np.hstack([np.cos(angle), np.sin(angle)])
    np.save(tmp_path / "other.npy", points)
    path = str(tmp_path / "other.npy")
    code, record = outcome_of(capsys, "test", path, *CYCLE)
    assert code == 0
    assert verdicts(record)["shared/natural"]["outcome"] == "refuted"
    code, record = outcome_of(capsys, "test", path, *CYCLE, "--relation", "triangle")
    assert code == 1


def test_predict_claims_what_verify_by_default_would_test(capsys):
    _, record = outcome_of(capsys, "predict", "graph", "--graph", "cycle(30)")
    assert "triangle" in record["prompted"]
    (natural,) = (claim for claim in record["claims"] if claim["level"] == "natural")
    assert natural["primary"]
    assert "conjecture" not in natural["statement"]


def test_without_a_primary_claim_that_is_said(tmp_path, capsys):
    """A path has too few symmetries; without the triangle equality only rivals are tested."""
    np.save(tmp_path / "line.npy", np.arange(30.0)[:, None])
    words = ("--task", "graph", "--graph", "path(30)", "--array", "shared", "--permutations", "99")
    assert main(["test", str(tmp_path / "line.npy"), *words]) == 3
    assert "no primary claim is made of this task without the triangle" in capsys.readouterr().out


def test_a_relation_that_is_none_is_refused(circle, capsys):
    assert main(["test", circle, *CYCLE, "--relation", "none", "--relation", "triangle"]) == 2
    assert "'none'" in capsys.readouterr().err
    assert main(["test", circle, *CYCLE, "--relation", "triangles"]) == 2
    assert "no relation 'triangles'" in capsys.readouterr().err


def test_points_on_a_line_are_a_path(tmp_path, capsys):
    np.save(tmp_path / "line.npy", np.arange(30.0)[:, None])
    words = ("--task", "graph", "--graph", "path(30)", "--array", "shared", "--permutations", "99")
    path = str(tmp_path / "line.npy")
    code, record = outcome_of(capsys, "test", path, *words, "--relation", "triangle")
    assert code == 0
    assert verdicts(record)["shared/natural"]["effect"] == pytest.approx(1)
    # Of a path symmetry claims nothing, so without the relation there is nothing to verify.
    assert outcome_of(capsys, "test", path, *words)[0] == 3


COMPARISON = ("--task", "comparison", "--levels", "5,5", "--permutations", "99")


@pytest.mark.parametrize("role", ["shared", "x", "y"])
def test_a_grid_holds_and_its_rows_in_another_order_do_not(role, tmp_path, capsys):
    grid = np.array([(i, j) for i in range(5) for j in range(5)], dtype=float)
    rng = np.random.default_rng(0)
    np.save(tmp_path / "grid.npy", np.hstack([grid, 0.2 * rng.standard_normal((25, 6))]))
    np.save(tmp_path / "mixed.npy", np.load(tmp_path / "grid.npy")[rng.permutation(25)])
    code, record = outcome_of(
        capsys, "test", str(tmp_path / "grid.npy"), *COMPARISON, "--array", role
    )
    assert code == 0
    assert verdicts(record)[f"{role}/axes"]["outcome"] == "held"
    assert verdicts(record)[f"{role}/grid"]["outcome"] == "held"
    mixed = str(tmp_path / "mixed.npy")
    assert outcome_of(capsys, "test", mixed, *COMPARISON, "--array", role)[0] == 1


@pytest.mark.parametrize(
    ("points", "message"),
    [(np.ones((25, 3)), "coincide"), (np.eye(9), "25 tokens"), (np.eye(25) * 1e200, "scale")],
)
def test_points_that_cannot_be_tested(points, message, tmp_path, capsys):
    np.save(tmp_path / "bad.npy", points)
    path = str(tmp_path / "bad.npy")
    assert main(["test", path, *COMPARISON, "--array", "shared"]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("task", "figure", "settings"),
    [
        (("graph", "--graph", "cycle(9)"), "metric-shared", (0.8, 0.002, 300)),
        (("comparison", "--levels", "3,2"), "order-shared", (0.2, 0.002, 300)),
        (("comparison", "--levels", "9", "--split", "adjacent"), "order-shared", (0.2, 0.002, 300)),
    ],
)
@pytest.mark.usefixtures("svg_only")
def test_the_whole_chain(task, figure, settings, tmp_path, capsys):
    out = tmp_path / "run"
    words = ["--steps", "2", "--d-model", "8", "--d-mlp", "8", "--out", str(out)]
    assert main(["verify", *task, *words]) == 3
    printed = capsys.readouterr().out
    assert ("expected the metric picture" in printed) == (task[0] == "graph")
    result = json.loads((out / "result.json").read_text())
    config = result["config"]
    used = config["train_fraction"], config["optimizer"]["learning_rate"], config["settled_window"]
    assert used == settings
    assert (out / "figures" / f"{figure}.svg").is_file()
    assert (out / "figures" / f"{figure}.csv").is_file()
    assert "report.html" in printed
