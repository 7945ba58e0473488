"""Training on a table: held-out answers are flipped before the theory is derived.

Where the relations come from the training cells nothing changes by a bit; where they come from the
whole table training changes, which is the leak that this default closes.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import symtheory
from symtheory import pipeline
from symtheory.errors import RunError, SpecError
from symtheory.experiments.architecture import embedding_roles
from symtheory.experiments.config.training import Auxiliary, TrainingConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.training.runs import Run
from symtheory.groups.notation import parse_group
from symtheory.tasks.read import read_task
from symtheory.tasks.task import Task

TRAINED = ("step", "train_loss", "train_accuracy", "violation", "violation_max", "violations",
           "gram_similarity", "norms", "effective_dimension")  # fmt: skip
"""Columns of the log that held-out answers have no say in."""

OBJECTIVES = {
    "consistency": {},
    "each relation": {
        "auxiliaries": tuple(map(Auxiliary, ("composition", "shift", "equivariance")))
    },
    "placebo": {"auxiliaries": (Auxiliary("placebo"),)},
    "augmentation": {"auxiliaries": (), "augmentation": ("consistency",)},
}


def written(path: Path, table: np.ndarray) -> Task:
    """The task of a CSV file, as the command line reads it."""
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in table.tolist()))
    return read_task(str(path))


def shuffled(name: str) -> np.ndarray:
    rng = np.random.default_rng(5)
    table = parse_group(name).table
    x, y, z = (rng.permutation(len(table)) for _ in range(3))
    return z[table[np.ix_(x, y)]]


def flipped(task: Task, config: TrainingConfig) -> np.ndarray:
    table, n = task.table.copy(), len(task.z_labels)
    held_out = split_task(symtheory.predict(task), config).held_out
    table[held_out] = (table[held_out] + 1 + np.arange(held_out.sum()) % (n - 1)) % n
    return table


def pair(name: str, config: TrainingConfig, tmp_path: Path) -> tuple[Run, Run]:
    """Train on a table, and on the one with all held-out answers wrong, from file to run."""
    task = written(tmp_path / "table.csv", shuffled(name))
    wrong = written(tmp_path / "wrong" / "table.csv", flipped(task, config))
    runs = []
    for number, each in enumerate((task, wrong)):
        theory = symtheory.predict(each)
        runs += symtheory.train(theory, config, out=tmp_path / f"run{number}")
    return runs[0], runs[1]


def is_same_training(a: Run, b: Run) -> bool:
    (step_a, state_a), (step_b, state_b) = a.last_state(), b.last_state()
    rows = [[{key: row[key] for key in TRAINED} for row in run.metrics] for run in (a, b)]
    return (
        step_a == step_b
        and state_a.keys() == state_b.keys()
        and all(np.array_equal(state_a[key], state_b[key]) for key in state_a)
        and rows[0] == rows[1]
    )


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("name", ["Z13", "D7"])
def test_held_out_answers_of_a_table_reach_no_bit(config, tmp_path, name, objective):
    config = replace(config, steps=20, **OBJECTIVES[objective])
    a, b = pair(name, config, tmp_path)
    assert is_same_training(a, b)
    assert a.metrics[-1]["violation"] is not None  # something prompted, or decided
    assert a.metrics[-1]["test_loss"] != b.metrics[-1]["test_loss"]
    assert a.config["symmetry"] == "derived"


@pytest.mark.parametrize("objective", ["consistency", "augmentation"])
def test_they_do_where_symmetry_is_said_to_be_known(config, tmp_path, objective):
    """The counterpart, and the leak: relations of the whole table change with held-out answers."""
    config = replace(config, steps=20, symmetry="known", **OBJECTIVES[objective])
    a, b = pair("Z13", config, tmp_path)
    assert not is_same_training(a, b)
    assert a.config["symmetry"] == "known"


def test_one_training_answer_changes_the_run(config, tmp_path):
    """The counterpart: it is not that nothing is read."""
    config = replace(config, steps=5)
    task = written(tmp_path / "table.csv", shuffled("Z13"))
    table = task.table.copy()
    x, y = split_task(symtheory.predict(task), config).train_cells[0]
    table[x, y] = (table[x, y] + 1) % 13
    other = written(tmp_path / "wrong" / "table.csv", table)
    runs = [
        symtheory.train(symtheory.predict(each), config, out=tmp_path / f"run{number}")[0]
        for number, each in enumerate((task, other))
    ]
    assert not is_same_training(*runs)


def test_where_nothing_is_derived_training_is_that_without_relations(config, tmp_path):
    config = replace(config, steps=20, train_fraction=0.15)
    theory = symtheory.predict(written(tmp_path / "table.csv", shuffled("Z13")))
    plain = replace(config, auxiliaries=())
    (a,), (b,) = (
        symtheory.train(theory, each, out=tmp_path / name)
        for name, each in (("prompted", config), ("plain", plain))
    )
    assert is_same_training(a, b)
    assert a.metrics[-1]["violation"] is None
    said = a.read_json("theory.json")["prompting"]
    assert said["relations"] == []
    assert "no held-out answer was read" in said["reads"]
    with pytest.raises(SpecError, match=r"has no auxiliary 'swap'.*--symmetry known"):
        pipeline.open_runs(theory, [replace(config, auxiliaries=(Auxiliary("swap"),))], out="x")


def test_a_network_is_shaped_by_what_training_cells_show(config, tmp_path):
    """One table of vectors where they show that tokens act alike on both sides, else two."""
    theory = symtheory.predict(written(tmp_path / "table.csv", parse_group("Z13").table))
    assert len(embedding_roles(theory, config)) == 2
    few = replace(config, train_fraction=0.1)
    assert len(embedding_roles(theory, few)) == 3
    assert len(embedding_roles(theory, replace(few, symmetry="known"))) == 2


def test_seeds_whose_cells_do_not_suit_one_network_are_refused(config, tmp_path):
    theory = symtheory.predict(written(tmp_path / "table.csv", parse_group("Z13").table))
    configs = [replace(config, steps=2, train_fraction=0.2, seed=seed) for seed in range(12)]
    assert {len(embedding_roles(theory, each)) for each in configs} == {2, 3}
    with pytest.raises(SpecError, match="say --tied or --no-tied"):
        symtheory.train(theory, configs, out=tmp_path / "runs")


def test_a_run_of_before_was_one_of_known_symmetry(theory, config, tmp_path):
    run = Run.create(tmp_path / "run", theory.task, config)
    old = {key: value for key, value in run.config.items() if key != "symmetry"}
    run.write_json("config.json", old)
    run.check_identity(theory.task, config)
    with pytest.raises(RunError, match="differs in 'symmetry'"):
        run.check_identity(theory.task, replace(config, symmetry="derived"))
    table = written(tmp_path / "table.csv", shuffled("Z13"))
    run.write_json("config.json", {**old, "task": table.to_dict()})
    run.check_identity(table, replace(config, symmetry="known"))
    with pytest.raises(RunError, match="differs in 'symmetry'"):
        run.check_identity(table, config)
