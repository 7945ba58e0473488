"""Running sweeps: every run has one record, whatever fails, stops or comes again."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pretended import SPEC, Pretended, Visitor, fails_at_seed_13

from symtheory.errors import BudgetError, RunError
from symtheory.experiments.sweeps import run as sweeps
from symtheory.experiments.sweeps.results import Results
from symtheory.experiments.sweeps.run import run_sweep
from symtheory.experiments.sweeps.spec import parse_sweep
from symtheory.experiments.training import trainer
from symtheory.experiments.training.runs import Run
from symtheory.records import SCHEMA

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def train(monkeypatch) -> Pretended:
    """The stand-in, in the place of the trainer."""
    pretended = Pretended()
    monkeypatch.setattr(trainer, "train_batch", pretended, raising=False)
    return pretended


@pytest.fixture
def sweep():
    return parse_sweep(SPEC)


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()]


def without(records: list[dict], *keys: str) -> list[dict]:
    return [{k: v for k, v in record.items() if k not in keys} for record in records]


def test_every_run_has_its_record(train, sweep, tmp_path):
    records = run_sweep(sweep, tmp_path / "out")
    assert records == lines(tmp_path / "out")
    assert train.batches == [[1, 2, 3]] * 4  # one batch a point
    expected = [(c.task.text, c.variant, s) for c in sweep.points for s in c.seeds]
    assert [(r["task"], r["variant"], r["seed"]) for r in records] == expected
    assert (tmp_path / "out" / "spec.toml").read_text() == SPEC
    record = records[4]
    assert record["rows"][-1]["train_loss"] == 1 / (1 + 40 + 2)
    assert not {"irreps", "norms"} & record["rows"][0].keys()
    assert len(record.pop("rows")) == 5
    folder = str(tmp_path / "out/runs/swapped/modadd-7-s2")
    assert record.pop("closure") > 0
    assert record == {
        "schema": SCHEMA, "sweep": "small", "size": "full", "task": "modadd p=7",
        "variant": "swapped", "seed": 2, "status": "done", "error": None, "step": 40,
        "reason": "pretended", "budget": 40, "n_train": 24, "n_cells": 49,
        "seconds": pytest.approx(4 / 3), "folder": folder,
        "settings": {
            "steps": 40, "train_fraction": 0.5, "optimizer": {"learning_rate": 0.003},
            "auxiliaries": [{"name": "swap", "weight": 1.0, "start": 0, "stop": None, "ramp": 0}],
        },
    }  # fmt: skip
    assert Run(Path(folder)).config["seed"] == 2
    assert records[0]["closure"] == 0.0  # nothing but the cross-entropy


def test_the_closure_is_that_of_the_relations_in_use(train, tmp_path):
    variants = {
        "nothing": "", "swap": 'auxiliaries = ["swap"]', "labels": 'augmentation = ["swap"]',
        "all": 'auxiliaries = ["consistency"]', "prior": 'auxiliaries = ["entropy"]',
        "wrong": 'auxiliaries = ["placebo"]', "other": 'auxiliaries = ["composition"]',
    }  # fmt: skip
    spec = SPEC[: SPEC.index("[[variants]]")].replace('[[tasks]]\ntask = "x', '[[t]]\ntask = "x')
    spec = spec[: spec.index("[[t]]")]
    spec += "\n".join(f'[[variants]]\nname = "{k}"\n{v}' for k, v in variants.items())
    found = {r["variant"]: r["closure"] for r in run_sweep(parse_sweep(spec), tmp_path)}
    assert found["nothing"] == found["prior"] == 0.0
    assert found["wrong"] is None
    assert 0 < found["swap"] == found["labels"] < found["all"]
    assert found["other"] not in (0.0, found["swap"])


def test_nothing_is_trained_twice(train, sweep, tmp_path):
    first = run_sweep(sweep, tmp_path)
    before = (tmp_path / "results.jsonl").read_bytes()
    train.batches.clear()
    assert run_sweep(sweep, tmp_path) == first
    assert train.batches == []
    assert (tmp_path / "results.jsonl").read_bytes() == before


def test_further_seeds_and_variants_are_added(train, sweep, tmp_path):
    run_sweep(sweep, tmp_path)
    train.batches.clear()
    more = SPEC.replace("seeds = [1, 2, 3]", "seeds = [1, 7]")
    more = more.replace("[quick]", '[[variants]]\nname = "new"\ntuples = 7\n\n[quick]')
    records = run_sweep(parse_sweep(more), tmp_path)
    assert train.batches == [[7], [7], [1, 7]] * 2
    assert len(records) == 12
    assert len(lines(tmp_path)) == 20  # what this spec no longer asks for is kept
    assert (tmp_path / "spec.toml").read_text() == more


@pytest.mark.parametrize("stops_after", [0, 1, 7, 13, 25, 38])
def test_an_interrupted_sweep_continues_with_identical_records(train, sweep, tmp_path, stops_after):
    whole = run_sweep(sweep, tmp_path / "whole")
    asked = 0

    def interrupted() -> bool:
        nonlocal asked
        asked += 1
        return asked > stops_after

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, tmp_path / "cut", interrupted=interrupted)
    rows = sum(len(p.read_text().splitlines()) for p in (tmp_path / "cut").rglob("metrics.jsonl"))
    again = []
    resumed = run_sweep(sweep, tmp_path / "cut", on_rows=lambda *words: again.append(words))
    assert without(resumed, "folder") == without(whole, "folder")
    assert rows + len(again) == sum(len(record["rows"]) for record in whole)  # nothing was lost


def test_a_lost_record_is_written_again_from_its_folder(train, sweep, tmp_path):
    whole = run_sweep(sweep, tmp_path)
    text = (tmp_path / "results.jsonl").read_bytes()
    (tmp_path / "results.jsonl").write_bytes(text[:-100])  # cut while it was written
    train.batches.clear()
    assert run_sweep(sweep, tmp_path) == [
        *whole[:-1],
        {**whole[-1], "seconds": 6.0},
    ]  # a batch of one
    assert train.batches == []
    assert len(lines(tmp_path)) == len(whole)


@pytest.mark.parametrize(
    "problem", [RunError("diverged"), BudgetError("too large"), KeyError("x"), MemoryError()]
)
def test_a_failed_run_is_recorded_and_the_rest_goes_on(train, sweep, tmp_path, problem):
    train.fails = lambda config, step: problem if config.seed == 2 and step >= 20 else None
    records = run_sweep(sweep, tmp_path)
    status = [(record["seed"], record["status"]) for record in records]
    assert status == [(1, "done"), (2, "failed"), (3, "done")] * 4
    assert records == lines(tmp_path)
    failed = records[1]
    assert failed["error"].startswith(type(problem).__name__)
    assert str(problem) in failed["error"]
    assert [row["step"] for row in failed["rows"]] == [0, 10]
    assert failed["step"] == 10
    assert failed.keys() == records[0].keys()
    # The batch as a whole, then each of its runs alone.
    assert sorted(train.batches[:4]) == [[1], [1, 2, 3], [2], [3]]


def test_failed_runs_are_tried_again(train, sweep, tmp_path):
    whole = run_sweep(sweep, tmp_path / "whole")
    train.fails = fails_at_seed_13
    spec = parse_sweep(SPEC.replace("[1, 2, 3]", "[1, 13]"))
    run_sweep(spec, tmp_path / "out")
    train.fails = lambda *_: None
    train.batches.clear()
    records = run_sweep(spec, tmp_path / "out")
    assert train.batches == [[13]] * 4
    assert {record["status"] for record in records} == {"done"}
    assert len(lines(tmp_path / "out")) == 8
    same = without([r for r in whole if r["seed"] == 1], "folder", "seconds")
    assert without([r for r in records if r["seed"] == 1], "folder", "seconds") == same


def test_a_theory_that_fails_is_recorded_with_every_seed(train, sweep, tmp_path, monkeypatch):
    def predict(task):
        raise ValueError("two\nlines")

    monkeypatch.setattr(sweeps, "predict", predict)
    sweeps._theory.cache_clear()
    records = run_sweep(sweep, tmp_path)
    assert {record["error"] for record in records} == {"ValueError: two lines"}
    assert len(records) == 12


def test_a_finished_run_with_other_settings_is_named(train, sweep, tmp_path):
    run_sweep(sweep, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for old, new, said in (
        ("steps = 60", "steps = 70", r"x \+ 2\*y mod=5, baseline, seed 1 .* steps was 60, is 70"),
        ("0.003", "0.004", r"swapped, .*: optimizer.learning_rate was 0.003, is 0.004"),
        ("train_fraction = 0.5", "", "train_fraction was 0.5, is the default"),
        ('name = "small"', 'name = "other"', "holds the sweep small in its full size, not other"),
    ):
        with pytest.raises(RunError, match=said):
            run_sweep(parse_sweep(SPEC.replace(old, new)), tmp_path)
    with pytest.raises(RunError, match="full size, not small in its quick size"):
        run_sweep(parse_sweep(SPEC, quick=True), tmp_path)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


def test_a_run_begun_with_other_settings_is_named_before_anything_is_trained(
    train, sweep, tmp_path
):
    rows = []
    with pytest.raises(KeyboardInterrupt):
        run_sweep(
            sweep, tmp_path, interrupted=lambda: len(rows) > 4,
            on_rows=lambda *words: rows.append(words),
        )  # fmt: skip
    train.batches.clear()
    with pytest.raises(RunError, match=r"modadd-7-s1 holds a different run .* 'steps'"):
        run_sweep(parse_sweep(SPEC.replace("steps = 40", "steps = 50")), tmp_path)
    assert train.batches == []


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"schema": "symtheory/0"}', "nonsense", "\xff"])
def test_a_damaged_line_is_named(train, sweep, tmp_path, line):
    run_sweep(sweep, tmp_path)
    text = (tmp_path / "results.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "results.jsonl").write_text("".join([text[0], line + "\n", *text[1:]]))
    with pytest.raises(RunError, match=r"results.jsonl line 2 is no record"):
        run_sweep(sweep, tmp_path)


def test_examining_joins_the_record(train, sweep, tmp_path):
    seen = []

    def examine(theory, config, run):
        assert run.finished is not None
        assert run.read_json("theory.json")["group"]
        seen.append((theory.task.formula, config.seed))
        if config.seed == 2:
            raise ValueError("no such claim")
        return {"verdicts": [{"key": "shared/L0"}], "outcome": "held"}

    records = run_sweep(sweep, tmp_path, examine=examine)
    assert len(seen) == 12
    assert records[0]["outcome"] == "held"
    assert records[0]["verdicts"] == [{"key": "shared/L0"}]
    assert records[1]["status"] == "failed"
    assert records[1]["error"] == "ValueError: no such claim"
    assert len(records[1]["rows"]) == 5


def test_a_folder_of_something_else_is_refused(train, sweep, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(RunError, match=r"not the folder of a sweep and not empty .*thesis.tex"):
        run_sweep(sweep, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
    with pytest.raises(RunError, match=r"cannot write the folder .* of the sweep small"):
        run_sweep(sweep, tmp_path / "thesis.tex" / "out")


def test_another_process_at_work_is_respected(train, sweep, tmp_path):
    run_sweep(sweep, tmp_path)
    script = (
        "import sys; from pathlib import Path\n"
        "from symtheory.experiments.training.runs import Run\n"
        f"with Run(Path({str(tmp_path)!r})).locked():\n    print('locked', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(RunError, match="another process is training into"):
            run_sweep(sweep, tmp_path)
    finally:
        other.communicate("\n")
    assert len(run_sweep(sweep, tmp_path)) == 12


def test_a_full_disk_is_one_error_and_the_cut_line_is_written_again(train, sweep, tmp_path):
    whole = run_sweep(sweep, tmp_path)
    path = tmp_path / "results.jsonl"
    kept = path.read_bytes().splitlines(keepends=True)[:11]
    path.write_bytes(b"".join(kept))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:  # no file may become larger than this by 100 bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(b"".join(kept)) + 100, before[1]))
        with pytest.raises(RunError, match=r"cannot write .*results.jsonl: File too large"):
            run_sweep(sweep, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert len(path.read_bytes()) == len(b"".join(kept)) + 100
    records = run_sweep(sweep, tmp_path)
    assert without(records, "seconds") == without(whole, "seconds")
    assert len(path.read_bytes().splitlines()) == 12


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_one_error(train, sweep, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(RunError, match="cannot write the folder"):
        run_sweep(sweep, tmp_path / "out")


def test_points_in_two_processes(train, tmp_path):
    sweep = parse_sweep(SPEC.replace("[1, 2, 3]", "[1, 13]"))
    train.fails = fails_at_seed_13
    here = run_sweep(sweep, tmp_path / "here", examine=Visitor())
    train.batches.clear()
    asked = 0

    def interrupted() -> bool:
        nonlocal asked
        asked += (tmp_path / "there" / sweep.points[0].run_folder(1) / "metrics.jsonl").exists()
        return asked > 0

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, tmp_path / "there", jobs=2, examine=Visitor(), interrupted=interrupted)
    assert Run(tmp_path / "there" / sweep.points[0].run_folder(1)).metrics
    stopped = list(Results(tmp_path / "there" / "results.jsonl").records())
    n_done = sum(record["status"] == "done" for record in stopped)
    assert n_done < 4
    reports = []
    there = run_sweep(sweep, tmp_path / "there", jobs=2, examine=Visitor(), on_point=reports.append)
    assert train.batches == []  # nothing was trained in this process
    assert without(there, "folder", "seconds") == without(here, "folder", "seconds")
    assert [record["status"] for record in there] == ["done", "failed"] * 4
    assert sum(len(report.records) for report in reports) == 8 - n_done
    assert not (tmp_path / "there" / ".running").exists()
