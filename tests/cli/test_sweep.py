"""The verb sweep: tables, figures and JSON, progress on stderr, exit codes, interruption."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symtheory.analysis.figures.sweep_figures import SweepFigures
from symtheory.analysis.sweeps import tables as sweep_tables
from symtheory.cli import sweep as verb
from symtheory.cli.main import main
from symtheory.experiments.training import trainer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "experiments"))
from pretended import SPEC, Pretended, Visitor, fails_at_seed_13, table_of  # noqa: E402


@pytest.fixture(autouse=True)
def _in_a_folder_with_a_spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(SPEC)


@pytest.fixture(autouse=True)
def _pretended_tables_and_figures(request, monkeypatch):
    if "svg_only" in request.fixturenames:  # the test wants to see what is drawn
        return
    for name in ("times", "stages", "criteria"):
        monkeypatch.setattr(sweep_tables, f"{name}_table", table_of(name))
    monkeypatch.setattr(SweepFigures, "write", lambda *_: ["stages", "survival"])


@pytest.fixture
def train(monkeypatch) -> Pretended:
    pretended = Pretended()
    monkeypatch.setattr(trainer, "train_batch", pretended, raising=False)
    return pretended


def refused(capsys, *words: str) -> str:
    assert main(["sweep", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_tables_on_stdout_and_in_the_folder(train, capsys):
    assert main(["sweep", "mine.toml"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "small: Nothing is claimed", "", "times: 12 of 12", "", "stages: 12 of 12", "",
        "criteria: 12 of 12", "", "trained  12 of 12 runs",
        "figure   runs/sweep-small/figures/stages.pdf",
        "figure   runs/sweep-small/figures/survival.pdf", "folder   runs/sweep-small",
    ]  # fmt: skip
    page = Path("runs/sweep-small/tables.md").read_text()
    assert page.startswith("# small\n\nNothing is claimed\n\ntimes: 12 of 12\n\nstages")
    assert len(Path("runs/sweep-small/results.jsonl").read_text().splitlines()) == 12
    lines = err.splitlines()
    assert lines[0] == "sweep of 12 runs on cpu into runs/sweep-small"
    assert lines[1].startswith("[1/4] modadd p=7, baseline: 3 runs in ")
    assert "; about " in lines[1]
    assert "left" not in lines[4]
    assert lines[5:] == ["drawing the figures"]


def test_a_second_time_everything_is_there(train, capsys):
    assert main(["sweep", "mine.toml", "--quick"]) == 0
    first = capsys.readouterr().out
    assert main(["sweep", "mine.toml", "--quick"]) == 0
    again = capsys.readouterr()
    assert again.out == first
    assert "everything is trained already" in again.err
    assert len(train.batches) == 2
    assert "runs/sweep-small-quick" in first


def test_json_is_one_document_with_the_last_rows(train, capsys):
    assert main(["sweep", "mine.toml", "--quick", "--json", "--out", "here"]) == 0
    found = json.loads(capsys.readouterr().out)
    runs = found.pop("runs")
    assert found == {
        "schema": "symtheory/1", "sweep": "small", "claim": "Nothing is claimed",
        "size": "quick", "n_runs": 2, "n_failed": 0, "folder": "here",
        "figures": ["here/figures/stages.pdf", "here/figures/survival.pdf"],
    }  # fmt: skip
    assert [run["last"]["step"] for run in runs] == [20, 60]
    assert all("rows" not in run for run in runs)


def test_failed_runs_show_and_decide_the_exit_code(train, capsys):
    Path("mine.toml").write_text(SPEC.replace("[1, 2, 3]", "[1, 13]"))
    train.fails = fails_at_seed_13
    assert main(["sweep", "mine.toml"]) == 3
    out, err = capsys.readouterr()
    assert "times: 4 of 8" in out
    assert "trained  4 of 8 runs" in out
    assert "failed   modadd p=7, baseline, seed 13: RunError: diverged at step 20" in out
    assert "1 failed (RunError: diverged at step 20)" in err
    assert main(["sweep", "mine.toml", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["n_failed"] == 4


FIGURES = {f"{name}-modadd-p-7{rest}" for name, rest in (("survival", ""), ("stages", "-swapped"))}


def test_figures_and_their_numbers_whenever_the_sweep_is_complete(train, capsys, svg_only):
    """Also where nothing was left to train; a criterion needs rows that are unsolved, too."""
    folder = Path("runs/sweep-small-quick")
    for again in (False, True):
        assert main(["sweep", "mine.toml", "--quick"]) == 0
        out, err = capsys.readouterr()
        printed = {line.split()[1] for line in out.splitlines() if line.startswith("figure ")}
        there = {path.stem for path in (folder / "figures").glob("*.svg")}
        assert printed == {f"{folder}/figures/{name}.pdf" for name in there}
        assert there >= FIGURES
        assert there == {path.stem for path in (folder / "figures").glob("*.csv")}
        assert ("everything is trained already" in err) == again
        rows = (folder / "figures" / "survival-modadd-p-7.csv").read_text().splitlines()
        assert rows == ["variant,step,at_risk,generalized,share_unsolved", "swapped,20,1,1,0.0"]
        for path in (folder / "figures").iterdir():
            path.unlink()


def test_nothing_is_drawn_where_every_run_failed(train, capsys, svg_only):
    Path("mine.toml").write_text(SPEC.replace("[1, 2, 3]", "[13]"))
    train.fails = fails_at_seed_13
    assert main(["sweep", "mine.toml"]) == 3
    out, err = capsys.readouterr()
    assert "trained  0 of 4 runs" in out
    assert "figures  none: every run failed" in out
    assert "drawing" not in err
    assert not Path("runs/sweep-small/figures").exists()
    assert main(["sweep", "mine.toml", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["figures"] == []


def test_listing_trains_nothing(train, capsys):
    assert main(["sweep", "mine.toml", "--list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "small (full size, 12 runs): Nothing is claimed",
        "",
        "task           variant   seeds    budget",
        "modadd p=7     baseline  1, 2, 3  40 steps",
        "modadd p=7     swapped   1, 2, 3  40 steps",
        "x + 2*y mod=5  baseline  1, 2, 3  60 steps",
        "x + 2*y mod=5  swapped   1, 2, 3  60 steps",
    ]
    assert main(["sweep", "acceleration", "--quick", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed["cells"]) == 13
    assert listed["cells"][0]["seeds"] == [100, 200, 300]
    assert train.batches == []
    assert [path.name for path in Path().iterdir()] == ["mine.toml"]


def test_a_spec_that_asks_for_tests_gets_them(train, capsys, monkeypatch):
    assert main(["sweep", "mine.toml", "--json", "--quick"]) == 0
    assert "outcome" not in json.loads(capsys.readouterr().out)["runs"][0]
    monkeypatch.setattr(verb, "examine", Visitor())
    Path("mine.toml").write_text("verify = true\n" + SPEC)
    assert main(["sweep", "mine.toml", "--json", "--quick", "--out", "tested"]) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert {(run["outcome"], len(run["verdicts"])) for run in runs} == {("inconclusive", 0)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["accelaration"], "there is no spec named 'accelaration'; did you mean acceleration?"),
        (["absent.toml"], "there is no file absent.toml"),
        (["mine.toml", "--jobs", "0"], "--jobs must lie between 1 and 1024, got 0"),
        (["mine.toml", "--jobs", "two"], "--jobs"),
        (["mine.toml", "--device", "abacus"], "device must be"),
        (["mine.toml", "--out", ""], "--out must name a folder"),
        (["bad.toml"], "bad.toml: variants[1].optimizer.learning_rat is no setting; did you mean"),
        (["bad.toml", "--list"], "bad.toml: variants[1]"),
    ],
)
def test_bad_words_end_in_one_line(train, capsys, words, said):
    Path("bad.toml").write_text(SPEC.replace("learning_rate", "learning_rat"))
    assert said in refused(capsys, *words)
    assert train.batches == []
    assert not Path("runs").exists()


def test_a_folder_that_cannot_take_the_sweep(train, capsys):
    line = refused(capsys, "mine.toml", "--out", "mine.toml/out")
    assert "cannot write the folder mine.toml/out of the sweep small" in line
    line = refused(capsys, "mine.toml", "--out", ".")
    assert "not the folder of a sweep and not empty" in line
    assert Path("mine.toml").read_text() == SPEC


SCRIPT = """
import sys
from symtheory.experiments.training import trainer
from symtheory.cli import sweep
from symtheory.cli.main import main
import pretended
trainer.train_batch = pretended.Pretended(pause=0.02)
sweep.examine = pretended.Visitor()
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_with_130_and_the_same_command_continues(jobs, train, capsys, monkeypatch):
    Path("slow.toml").write_text("verify = true\n" + SPEC.replace("steps = 40", "steps = 200"))
    words = ["sweep", "slow.toml", "--json", "--jobs", jobs]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests/experiments"), *os.environ.get(
        "PYTHONPATH", "").split(os.pathsep)])  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip
    begun = Path("runs/sweep-small/runs/baseline/modadd-7-s3/metrics.jsonl")
    while not begun.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal does
    out, err = process.communicate()
    assert process.returncode == 130, err
    assert out == ""
    assert "the same command continues the sweep" in err
    assert "Traceback" not in err
    rows = begun.read_text()
    monkeypatch.setattr(verb, "examine", Visitor())
    assert main(words) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert len(runs) == 12
    assert all(run["status"] == "done" and run["outcome"] == "inconclusive" for run in runs)
    assert begun.read_text().startswith(rows)
