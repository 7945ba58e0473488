"""Run folders: whole files only, and clear words where one is damaged or foreign."""

import json
from pathlib import Path

import numpy as np
import pytest

from symtheory.errors import RunError
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.training.runs import Run
from symtheory.records import Role
from symtheory.tasks.catalogue import named_task


def row(step: int) -> dict[str, object]:
    columns = ("train_loss", "train_accuracy", "test_loss", "test_accuracy", "violation")
    more = ("violation_max", "effective_dimension", "gram_similarity", "step_norm", "seconds")
    groups = {"violations": {"swap": [0.5, None]}, "gram": {"x": 0.5}}
    deep = {**groups, "irreps": {"x": {"frequency 1": 0.5}}, "norms": {}}
    return {"step": step, **dict.fromkeys((*columns, *more), 0.5), **deep}


def make(folder: Path, **config: object) -> Run:
    return Run.create(folder, named_task("modadd", p=5), TrainingConfig(**{"seed": 1, **config}))


def test_create_recognises_its_own_run_and_refuses_others(tmp_path):
    first = make(tmp_path / "run")
    assert make(tmp_path / "run", device="cuda").folder == first.folder
    with pytest.raises(RunError, match=r"holds a different run \(it differs in 'seed'\)"):
        make(tmp_path / "run", seed=2)


def test_create_refuses_a_folder_of_something_else(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(RunError, match=r"not a run folder and not empty \(it holds thesis.tex\)"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_create_below_a_file_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot write the run folder"):
        make(tmp_path / "file" / "run")


def test_round_trip(tmp_path):
    run = make(tmp_path / "run")
    points = np.arange(6, dtype=np.float32).reshape(3, 2)
    run.write_embeddings(10, {Role.SHARED: points})
    run.write_embeddings(20, {Role.SHARED: 2 * points})
    run.append_metrics(row(10))
    run.append_metrics(row(20))
    assert run.embedding_steps == [10, 20]
    np.testing.assert_array_equal(run.embeddings()[Role.SHARED].points, 2 * points)
    np.testing.assert_array_equal(run.embeddings(10)[Role.SHARED].points, points)
    run.rewind(10)
    assert run.embedding_steps == [10]
    assert run.metrics == [row(10)]


def test_states_are_pruned_to_two(tmp_path):
    run = make(tmp_path / "run")
    for step in (1, 2, 3):
        run.write_state(step, {"w": np.full(2, step, dtype=np.float32)})
    assert run.last_state()[0] == 3
    assert len(list((tmp_path / "run" / "snapshots").glob("state-*"))) == 2


def test_damage_is_named(tmp_path):
    run = make(tmp_path / "run")
    run.write_state(1, {"w": np.zeros(200, dtype=np.float32)})
    state = next((tmp_path / "run" / "snapshots").glob("state-*"))
    state.write_bytes(state.read_bytes()[:100])
    with pytest.raises(RunError, match=r"state-000001.safetensors cannot be read"):
        run.last_state()
    lines = [json.dumps(row(10)), json.dumps(row(20)), '{"step": 30, "train']
    (tmp_path / "run" / "metrics.jsonl").write_text("\n".join(lines))
    assert run.metrics == [row(10), row(20)]  # the last line was cut off while it was written
    for bad in (
        '{"step": 30}',
        "[1]",
        json.dumps(row(20)),
        json.dumps({**row(30), "seconds": "x"}),
        json.dumps({**row(30), "gram": {"x": "much"}}),
        json.dumps({**row(30), "norms": [1.0]}),
    ):
        (tmp_path / "run" / "metrics.jsonl").write_text("\n".join([*lines[:2], bad, ""]))
        with pytest.raises(RunError, match=r"metrics.jsonl line 3 is no row"):
            _ = run.metrics
    (tmp_path / "run" / "config.json").write_text("{")
    with pytest.raises(RunError, match=r"config.json is damaged"):
        make(tmp_path / "run")


def test_nan_is_refused(tmp_path):
    run = make(tmp_path / "run")
    with pytest.raises(ValueError, match="JSON"):
        run.append_metrics({"step": 1, "loss": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        run.write_json("result.json", {"effect": float("inf")})
    assert json.loads((tmp_path / "run" / "config.json").read_text())["seed"] == 1


def test_finished_is_checked(tmp_path):
    run = make(tmp_path / "run")
    for damaged in ("{}", '{"step": "x", "reason": ""}', '{"step": -4, "reason": ""}'):
        (tmp_path / "run" / "finished.json").write_text(damaged)
        with pytest.raises(RunError, match=r"finished.json"):
            _ = run.finished


def test_one_process_at_a_time(tmp_path):
    run = make(tmp_path / "run")
    expected = pytest.raises(RunError, match="another process is training")
    with run.locked(), expected, run.locked():
        pass
    with run.locked():
        pass


def test_a_gap_in_the_history_is_named(tmp_path):
    run = make(tmp_path / "run")
    points = np.zeros((3, 2), dtype=np.float32)
    for step in (0, 10, 20):
        run.append_metrics(row(step))
        if step != 10:
            run.write_embeddings(step, {Role.SHARED: points})
    with pytest.raises(RunError, match="lacks the row or the embeddings of step 10"):
        run.check_history(last=20, log_every=10)
    run.write_embeddings(10, {Role.SHARED: points})
    run.check_history(last=20, log_every=10)


def test_a_killed_start_leaves_a_usable_folder(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".config.json.draft").write_text("{")
    assert make(tmp_path / "run").config["seed"] == 1
