"""A table for each operand, on tasks that need not be square, whole or structured."""

from dataclasses import replace

import numpy as np
import pytest
from made_tables import about, random_theory, untied_theory, with_table

from symtheory.errors import BudgetError
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.training import budget
from symtheory.experiments.training.trainer import load_network, train
from symtheory.geometry.dimension import effective_dimension
from symtheory.records import Role

ROLES = [Role.X, Role.Y, Role.READOUT]


@pytest.fixture(scope="module")
def apart():
    return untied_theory()


@pytest.fixture(scope="module")
def unstructured():
    return random_theory()


def same_state(a, b) -> bool:
    (step_a, first), (step_b, second) = a.last_state(), b.last_state()
    return step_a == step_b and all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_three_steps_and_a_resume_are_bit_identical(apart, new_run, stop):
    config = TrainingConfig(steps=3, tuples=16, log_every=1, checkpoint_every=1)
    whole, parts = new_run("whole", config, apart.task), new_run("parts", config, apart.task)
    train(apart, config, whole)
    calls = iter(range(10))
    with pytest.raises(KeyboardInterrupt):
        train(apart, config, parts, interrupted=lambda: next(calls) >= stop - 1)
    assert parts.last_state()[0] == stop - 1
    train(apart, config, parts)
    assert same_state(whole, parts)
    assert {"left", "right", "readout"} <= whole.last_state()[1].keys()
    assert "shared" not in whole.last_state()[1]


def test_embeddings_are_kept_and_put_in_by_role(apart, config, new_run):
    run = new_run("a", config, apart.task)
    train(apart, config, run)
    learned = run.embeddings()
    assert list(learned) == ROLES
    row = run.metrics[-1]
    dimensions = [effective_dimension(learned[role].points) for role in (Role.X, Role.Y)]
    assert row["effective_dimension"] == max(dimensions)
    network = load_network(apart, config, run)
    assert list(network.embeddings) == ROLES
    logits = network.logits()
    for role, axis in ((Role.X, 0), (Role.Y, 1), (Role.READOUT, 2)):
        rolled = network.logits({role: np.roll(learned[role].points, 1, axis=0)})
        np.testing.assert_allclose(rolled, np.roll(logits, 1, axis=axis), rtol=1e-4, atol=1e-4)
    both = {role: np.roll(learned[role].points, 1, axis=0) for role in (Role.X, Role.Y)}
    expected = np.roll(logits, (1, 1), axis=(0, 1))
    np.testing.assert_allclose(network.logits(both), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(network.logits(), logits)


def test_subtraction_is_learned_with_two_tables(apart, new_run):
    config = TrainingConfig(steps=400, train_fraction=0.6, tuples=128)
    run = new_run("a", config, apart.task)
    train(apart, config, run)
    assert run.metrics[-1]["test_accuracy"] == 1
    assert run.metrics[-1]["violation"] < 0.1


def test_a_table_without_structure_trains_by_cross_entropy(unstructured, new_run):
    config = TrainingConfig(steps=100, train_fraction=0.7)
    run = new_run("a", config, unstructured.task)
    train(unstructured, config, run)
    row = run.metrics[-1]
    assert row["train_accuracy"] == 1
    assert row["violation"] is None
    assert row["violation_max"] is None
    split = split_task(unstructured, config)
    logits = load_network(unstructured, config, run).logits()
    assert logits.shape == (9, 14, 5)
    correct = logits.argmax(axis=2) == unstructured.task.table
    assert correct[split.known >= 0].all()
    assert correct[split.held_out].mean() == pytest.approx(row["test_accuracy"])


def test_held_out_answers_of_a_partial_table_are_never_read(unstructured, config, new_run):
    split = split_task(unstructured, config)
    table = unstructured.task.table.copy()
    table[split.held_out] = (table[split.held_out] + 1) % 5
    wrong = about(unstructured, with_table(unstructured.task, table))
    a, b = new_run("a", config, unstructured.task), new_run("b", config, wrong.task)
    train(unstructured, config, a)
    train(wrong, config, b)
    assert same_state(a, b)
    assert a.metrics[-1]["test_loss"] != b.metrics[-1]["test_loss"]


def test_memory_of_rectangular_and_untied_tables(apart, unstructured, monkeypatch):
    config = TrainingConfig(symmetry="known")
    assert budget.estimate_memory(unstructured, config) > 0
    tall, wide = (
        about(unstructured, with_table(unstructured.task, np.zeros(shape, dtype=np.int64)))
        for shape in ((1000, 10), (10, 1000))
    )
    assert budget.estimate_memory(tall, config) == budget.estimate_memory(wide, config)
    blank = about(tall, with_table(tall.task, np.where(np.arange(10) < 5, tall.task.table, -1)))
    assert budget.estimate_memory(blank, config) < budget.estimate_memory(tall, config)
    tied = replace(apart, geometries={Role.SHARED: apart.geometries[Role.X]})
    assert budget.estimate_memory(tied, config) < budget.estimate_memory(apart, config)
    monkeypatch.setattr(budget, "_available", lambda: 1000)
    with pytest.raises(BudgetError, match="take a smaller task"):
        budget.check_budget(wide, config)
