"""The chain from a task to a verdict, as Python calls it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import symtheory
from symtheory import pipeline
from symtheory.cli.main import main
from symtheory.errors import RunError
from symtheory.records import Outcome
from symtheory.theory import Theory


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)  # the command line turns it on for its process


@pytest.fixture(scope="module")
def theory() -> Theory:
    return symtheory.predict(symtheory.named_task("modadd", p=13))


@pytest.fixture
def settings(theory: Theory):
    return replace(pipeline.default_config(theory.task), steps=20, checkpoint_every=10)


def test_verify_leaves_what_it_returns(theory, settings, tmp_path: Path) -> None:
    found = symtheory.verify(theory.task, settings, out=tmp_path / "run")
    assert found.outcome is Outcome.INCONCLUSIVE  # twenty steps memorize at most
    assert "more --steps" in found.sentence
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    assert result["outcome"] == str(found.outcome)
    assert result["verdicts"] == [verdict.to_dict() for verdict in found.verdicts]
    declared = json.loads((tmp_path / "run" / "theory.json").read_text())["claims"]
    assert [claim["key"] for claim in declared] == [v.prediction.key for v in found.verdicts]


def test_the_command_line_goes_the_same_way(theory, settings, tmp_path: Path, capsys) -> None:
    words = ["verify", "modadd", "--p", "13", "--steps", "20", "--out", str(tmp_path / "told")]
    assert main([*words, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    found = symtheory.verify(
        theory.task, replace(settings, checkpoint_every=100), out=tmp_path / "called"
    )
    assert told["verdicts"] == [verdict.to_dict() for verdict in found.verdicts]
    assert told["config"]["steps"] == 20


def test_a_stopped_training_goes_on_to_the_same_end(theory, settings, tmp_path: Path) -> None:
    (whole,) = symtheory.train(theory, settings, out=tmp_path / "whole")
    asked = iter([False] * 12 + [True])
    with pytest.raises(KeyboardInterrupt):
        pipeline.train(theory, settings, out=tmp_path / "two", interrupted=lambda: next(asked))
    (two,) = symtheory.train(theory, settings, out=tmp_path / "two")
    assert whole.metrics[-1]["train_loss"] == two.metrics[-1]["train_loss"]
    first, second = (symtheory.examine(theory, settings, run) for run in (whole, two))
    assert [v.to_dict() for v in first.verdicts] == [v.to_dict() for v in second.verdicts]


def test_several_seeds_lie_in_one_folder(theory, settings, tmp_path: Path) -> None:
    configs = [settings, replace(settings, seed=1)]
    runs = pipeline.train(theory, configs, out=tmp_path / "seeds")
    assert [run.folder.name for run in runs] == ["s0", "s1"]
    losses = [run.metrics[-1]["train_loss"] for run in runs]
    assert losses[0] != losses[1]


def test_a_folder_of_another_run_is_refused(theory, settings, tmp_path: Path) -> None:
    pipeline.open_runs(theory, [settings], out=tmp_path / "run")
    with pytest.raises(RunError, match="holds a different run"):
        pipeline.train(theory, replace(settings, seed=5), out=tmp_path / "run")
    with pytest.raises(RunError, match="no run to resume"):
        pipeline.open_runs(theory, [settings], out=tmp_path / "none", resume=True)


def test_the_public_names_are_listed_and_lead_somewhere() -> None:
    assert {"verify", "train", "examine", "Role", "Embedding", "Run", "Verdict"} <= set(
        dir(symtheory)
    )
    for name in dir(symtheory):
        assert getattr(symtheory, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = symtheory.nothing


def test_arrays_of_others_are_examined_by_role(theory) -> None:
    angle = 2 * np.pi * np.outer(np.arange(13), [1, 4]) / 13
    points = np.hstack([np.cos(angle), np.sin(angle)])
    found = symtheory.examine_embeddings(
        theory,
        {symtheory.Role.SHARED: symtheory.Embedding(points, symtheory.Role.SHARED)},
        rng=np.random.default_rng(0),
        n_permutations=99,
    )
    assert {v.prediction.key: v.outcome for v in found.verdicts}["shared/L1"] is Outcome.HELD


def test_a_run_of_version_0_1_is_read_and_goes_on(tmp_path: Path, capsys) -> None:
    """It was stopped in the middle: modadd mod 13, width 8, 24 steps."""
    folder = tmp_path / "run"
    shutil.copytree(Path(__file__).parents[1] / "oracles" / "run-0.1", folder)
    snapshot = sorted(folder.glob("snapshots/embedding-*.safetensors"))[-1]
    assert main(["test", str(snapshot), "--task", "modadd", "--mod", "13", "--json"]) in {1, 3}
    told = json.loads(capsys.readouterr().out)
    assert list(told["networks"][0]["arrays"]) == ["shared", "readout"]
    words = ["verify", "modadd", "--mod", "13", "--steps", "24", "--d-model", "8", "--d-mlp", "8"]
    assert main([*words, "--out", str(folder), "--resume", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["training"]["step"] == 24
