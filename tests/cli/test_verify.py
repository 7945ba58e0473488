"""The whole chain on small tasks: verdicts, files, JSON, exit codes, interruption."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symtheory.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ("training", "planes-shared", "planes-readout", "spectrum", "gram", "persistence")


@pytest.fixture(scope="module")
def verified(tmp_path_factory) -> tuple[Path, dict, str]:
    """One verified run of addition mod 59, its JSON result, and what went to stderr."""
    folder = tmp_path_factory.mktemp("verify") / "run"
    words = ["verify", "modadd", "--p", "59", "--json", "--out", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "symtheory", *words],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout), done.stderr


def test_all_primary_claims_hold(verified):
    _, result, _ = verified
    assert result["outcome"] == "held"
    assert result["exit_code"] == 0
    primary = {v["key"]: v["outcome"] for v in result["verdicts"] if v["primary"]}
    assert primary == dict.fromkeys(
        ["shared/L0", "shared/L1", "shared/L2", "readout/L0", "readout/L1", "readout/L2",
         "network/irreps", "network/L4", "network/units", "network/logits"], "held",
    )  # fmt: skip
    for verdict in result["verdicts"]:
        if verdict["primary"]:
            assert verdict["effect"] >= verdict["floor"]
            assert verdict["p_value"] <= 0.05
            assert verdict["n_null"] >= 39


def test_the_folder_holds_everything(verified):
    folder, result, _ = verified
    for name in ("config.json", "theory.json", "metrics.jsonl", "result.json", "report.html"):
        assert (folder / name).is_file(), name
    assert json.loads((folder / "result.json").read_text()) == result
    for name in FIGURES:
        for kind in ("pdf", "svg", "png", "csv"):
            assert (folder / "figures" / f"{name}.{kind}").stat().st_size > 500, (name, kind)
    page = (folder / "report.html").read_text()
    assert page.count("<svg") == len(FIGURES)
    assert "NaN" not in (folder / "result.json").read_text()


def test_figure_data_are_the_results(verified):
    folder, result, _ = verified
    with (folder / "figures" / "spectrum.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["embedding"] == "shared"]
    verdict = next(v for v in result["verdicts"] if v["key"] == "shared/L0")
    assert [float(row["share"]) for row in rows] == list(verdict["details"]["power"].values())
    excess = sum(max(0.0, float(row["share"]) - float(row["white_share"])) for row in rows)
    assert excess == pytest.approx(verdict["effect"])


def test_progress_goes_to_stderr_in_plain_lines(verified):
    lines = verified[2].splitlines()
    assert any(line.startswith("step     0  loss") for line in lines)
    assert "\x1b" not in verified[2]


UNTRAINED = ["verify", "modadd", "--p", "11", "--relation", "none", "--steps", "20"]


def test_the_tables_for_people_and_a_finished_run_tested_again(tmp_path, capsys, svg_only):
    """Of a network that learned nothing p-values lie anywhere: other draws would show."""
    folder = tmp_path / "run"
    assert main([*UNTRAINED, "--out", str(folder)]) == 3
    out = capsys.readouterr().out
    assert "group        Z11" in out
    assert "claim" in out
    assert "did not generalize" in out
    assert "held: " not in out
    first = json.loads((folder / "result.json").read_text())
    assert any(0.05 < (v["p_value"] or 0) < 0.95 for v in first["verdicts"])
    snapshots = {p: p.read_bytes() for p in (folder / "snapshots").iterdir()}
    assert main([*UNTRAINED, "--json", "--out", str(folder)]) == 3
    again = json.loads(capsys.readouterr().out)
    assert again["verdicts"] == first["verdicts"]
    assert snapshots == {p: p.read_bytes() for p in (folder / "snapshots").iterdir()}


def test_what_is_only_memorized_is_inconclusive(tmp_path, capsys, svg_only):
    words = ["verify", "modadd", "--p", "31", "--relation", "none", "--steps", "120", "--json"]
    assert main([*words, "--out", str(tmp_path / "run")]) == 3
    result = json.loads(capsys.readouterr().out)
    assert result["outcome"] == "inconclusive"
    assert not result["generalized"]
    assert result["training"]["last"]["train_accuracy"] == 1.0
    assert result["training"]["last"]["test_accuracy"] < 0.5
    assert "held" not in {verdict["outcome"] for verdict in result["verdicts"]}


def test_ctrl_c_ends_with_130_and_can_be_resumed(tmp_path, capsys):
    words = ["train", "modadd", "--p", "13", "--relation", "none", "--steps", "400"]
    words += ["--d-model", "32", "--d-mlp", "64", "--out", str(tmp_path / "run")]
    process = subprocess.Popen(
        [sys.executable, "-m", "symtheory", *words], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    while not (tmp_path / "run" / "metrics.jsonl").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130, err
    assert "--resume continues a training" in err
    assert "Traceback" not in err
    stopped = json.loads((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()[-1])["step"]
    assert stopped < 400
    assert main([*words, "--resume"]) == 0
    assert "step   400" in capsys.readouterr().err
    steps = [
        json.loads(line)["step"]
        for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    ]
    powers_of_two = {1 << k for k in range(steps[-1].bit_length())}
    assert steps == sorted({*range(0, steps[-1] + 1, 10)} | powers_of_two)


def test_tasks_and_predict_as_json(capsys):
    assert main(["tasks", "--json"]) == 0
    assert "modadd" in json.loads(capsys.readouterr().out)["tasks"]
    assert main(["predict", "modadd", "--p", "12", "--json"]) == 0
    theory = json.loads(capsys.readouterr().out)
    assert theory["schema"] == "symtheory/1"
    assert theory["group"] == "Z12"
    assert theory["symmetries"]["n_autotopisms"] == 576
    assert main(["tasks"]) == 0
    assert "x + y mod p" in capsys.readouterr().out
