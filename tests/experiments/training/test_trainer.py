"""Training: reproducible, blind to held-out labels, resumable bit for bit."""

import signal
from dataclasses import replace

import numpy as np
import pytest
from killing import train_and_kill
from made_tables import about, with_table

from symtheory.errors import RunError
from symtheory.experiments.config.training import (
    Auxiliary,
    OptimizerConfig,
    TransformerConfig,
)
from symtheory.experiments.data import split_task
from symtheory.experiments.training.lockstep import has_settled
from symtheory.experiments.training.runs import Run
from symtheory.experiments.training.trainer import load_network, train
from symtheory.records import Role
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task
from symtheory.theory import predict


def without_time(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def same_run(a: Run, b: Run, *, but: tuple[str, ...] = ()) -> bool:
    state_a, state_b = a.last_state(), b.last_state()
    assert state_a is not None
    assert state_b is not None
    rows = [
        [{k: v for k, v in row.items() if k not in but} for row in without_time(run.metrics)]
        for run in (a, b)
    ]
    return (
        state_a[0] == state_b[0]
        and state_a[1].keys() == state_b[1].keys()
        and all(np.array_equal(state_a[1][key], state_b[1][key]) for key in state_a[1])
        and rows[0] == rows[1]
    )


def test_same_seed_same_bits_and_another_seed_another_run(theory, config, new_run):
    runs = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        seeded = replace(config, seed=seed)
        runs.append(new_run(name, seeded))
        train(theory, seeded, runs[-1])
    assert same_run(runs[0], runs[1])
    assert not same_run(runs[0], runs[2])


OBJECTIVES = {
    "labels alone": {"auxiliaries": ()},
    "consistency": {},
    "each relation": {
        "auxiliaries": tuple(
            map(Auxiliary, ("swap", "composition", "shift", "equivariance"), (1.0, 0.5, 0.5, 0.25))
        )
    },
    "scheduled": {"auxiliaries": (Auxiliary("consistency", start=5, stop=40, ramp=10),)},
    "placebo": {"auxiliaries": (Auxiliary("placebo"),)},
    "priors": {
        "auxiliaries": tuple(map(Auxiliary, ("nuclear norm", "entropy", "lipschitz"), (0.01,) * 3))
    },
    "augmentation": {"auxiliaries": (), "augmentation": ("consistency",)},
    "GrokFast, running mean": {"optimizer": OptimizerConfig(name="grokfast-ema")},
    "GrokFast, window": {"optimizer": OptimizerConfig(name="grokfast-ma", window=7)},
    "cool-down": {"optimizer": OptimizerConfig(cooldown=0.9)},
    "egalitarian": {"optimizer": OptimizerConfig(name="egd", learning_rate=0.05)},
    "equal step": {"optimizer": OptimizerConfig(equal_step=True)},
    "equal step of GrokFast": {"optimizer": OptimizerConfig(name="grokfast-ema", equal_step=True)},
    "double precision": {"precision": "float64"},
}

WITH_MEMORY = (
    "scheduled",
    "GrokFast, running mean",
    "GrokFast, window",
    "egalitarian",
    "equal step of GrokFast",
    "double precision",
)
"""Those whose resumed steps depend on more than two moments, or on the number of the step."""


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_held_out_labels_are_never_read(theory, config, new_run, objective):
    """Every held-out label is replaced by a wrong one; training does not change by a bit."""
    config = replace(config, **OBJECTIVES[objective])
    task = theory.task
    flipped = task.table.copy()
    held_out = split_task(theory, config).held_out
    flipped[held_out] = (flipped[held_out] + 1 + np.arange(held_out.sum()) % 12) % 13
    wrong = Task(
        task.name, flipped, task.x_labels, task.y_labels, task.z_labels,
        formula=task.formula, shared_tokens=True, has_definition=True,
    )  # fmt: skip
    a, b = new_run("a", config), new_run("b", config, wrong)
    train(theory, config, a)
    train(about(theory, wrong), config, b)
    assert same_run(a, b, but=("test_loss", "test_accuracy"))
    assert a.metrics[-1]["test_loss"] != b.metrics[-1]["test_loss"]


@pytest.mark.parametrize("objective", ["consistency", "placebo", "augmentation"])
@pytest.mark.parametrize("expression", ["x*y", "x^3 + y", "x + y + x*y", "(x + y)^2", "x - y"])
def test_nor_where_answers_are_absorbed_or_operands_are_twins(
    config, new_run, expression, objective
):
    """Even where what a theory is about is replaced too: all it may know of answers it knew."""
    theory = predict(modular_task(expression, 7))
    task = theory.task
    for seed in range(2):
        small = TransformerConfig(d_model=8, d_mlp=8, n_heads=2)
        small_config = replace(config, steps=3, seed=seed, model=small, **OBJECTIVES[objective])
        flipped = task.table.copy()
        held_out = split_task(theory, small_config).held_out
        flipped[held_out] = (flipped[held_out] + 1 + np.arange(held_out.sum()) % 6) % 7
        wrong = with_table(task, flipped)
        a = new_run(f"a{seed}", small_config, task)
        b = new_run(f"b{seed}", small_config, wrong)
        train(theory, small_config, a)
        train(about(theory, wrong), small_config, b)
        both = a.embeddings(), b.embeddings()
        assert all(np.array_equal(both[0][role].points, both[1][role].points) for role in both[0])


def test_every_objective_is_another_training(theory, config, new_run):
    """The counterpart: none of the objectives above is a name without effect, from early on."""
    last = {}
    for name, change in OBJECTIVES.items():
        changed = replace(config, steps=12, **change)
        run = new_run(name, changed)
        train(theory, changed, run)
        last[name] = run.embeddings()[Role.SHARED].points
    for name, points in last.items():
        others = [other for each, other in last.items() if each != name]
        assert not any(np.array_equal(points, other) for other in others), name


def test_training_labels_are_read(theory, config, new_run):
    """The counterpart: one flipped training label changes the run."""
    task = theory.task
    flipped = task.table.copy()
    x, y = split_task(theory, config).train_cells[0]
    flipped[x, y] = (flipped[x, y] + 1) % 13
    wrong = Task(
        task.name, flipped, task.x_labels, task.y_labels, task.z_labels,
        formula=task.formula, shared_tokens=True, has_definition=True,
    )  # fmt: skip
    a, b = new_run("a", config), new_run("b", config, wrong)
    train(theory, config, a)
    train(about(theory, wrong), config, b)
    assert not same_run(a, b)


@pytest.mark.parametrize(
    ("stop", "objective"),
    [(stop, "consistency") for stop in (1, 17, 20, 45, 59)]
    + [(23, objective) for objective in (*WITH_MEMORY, "cool-down")],
)
def test_interrupted_and_resumed_is_bit_identical(theory, config, new_run, stop, objective):
    config = replace(config, **OBJECTIVES[objective])
    whole, parts = new_run("whole", config), new_run("parts", config)
    train(theory, config, whole)
    seen = [0]

    def interrupted() -> bool:
        seen[0] += 1
        return seen[0] > stop

    with pytest.raises(KeyboardInterrupt):
        train(theory, config, parts, interrupted=interrupted)
    assert parts.last_state()[0] < config.steps
    train(theory, config, parts)
    assert same_run(whole, parts)


def test_killed_between_the_last_state_and_the_end(theory, config, new_run):
    """A run that lacks only its last file is finished, not trained further."""
    run = new_run("a", config)
    train(theory, config, run)
    state = run.last_state()[1]
    (run.folder / "finished.json").unlink()
    train(theory, config, run)
    assert run.finished == {"step": 60, "reason": "the steps were used up"}
    assert all(np.array_equal(state[key], value) for key, value in run.last_state()[1].items())


def test_killed_at_any_moment_and_resumed_is_bit_identical(theory, config, new_run, tmp_path):
    config = replace(config, steps=300)
    whole = new_run("whole", config)
    train(theory, config, whole)
    ends = train_and_kill([config], [tmp_path / "killed"])
    assert ends[0] == signal.SIGKILL
    assert ends[-1] == 0
    assert same_run(whole, Run.open(tmp_path / "killed"))


def test_the_rule_for_settling(config):
    settled = {"train_accuracy": 1.0, "violation": 0.001, "gram_similarity": 0.9999}
    assert has_settled(settled, config)
    assert has_settled({**settled, "violation": None}, config)
    assert not has_settled({**settled, "train_accuracy": 0.999}, config)
    assert not has_settled({**settled, "violation": 0.1}, config)
    assert not has_settled({**settled, "gram_similarity": 0.9}, config)
    assert not has_settled({**settled, "gram_similarity": None}, config)


def test_network_from_a_run_answers_as_the_log_says(theory, config, new_run):
    run = new_run("a", config)
    train(theory, config, run)
    network = load_network(theory, config, run)
    logits = network.logits()
    assert logits.shape == (13, 13, 13)
    correct = logits.argmax(axis=2) == theory.task.table
    assert correct[split_task(theory, config).held_out].mean() == pytest.approx(
        run.metrics[-1]["test_accuracy"]
    )
    learned = run.embeddings()[Role.SHARED].points
    np.testing.assert_allclose(network.logits({Role.SHARED: learned}), logits)
    rolled = network.logits({Role.SHARED: np.roll(learned, 1, axis=0)})
    np.testing.assert_allclose(rolled[1:, 1:], logits[:-1, :-1], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(network.logits(), logits)  # and nothing was left changed


def test_a_run_refuses_another_task(theory, config, new_run):
    """Training or testing a finished addition network as subtraction must not pass silently."""
    run = new_run("a", config)
    train(theory, config, run)
    other = predict(named_task("modsub", p=13))
    for call in (train, load_network):
        with pytest.raises(RunError, match=r"holds a different run \(it differs in 'task'\)"):
            call(other, config, run)
