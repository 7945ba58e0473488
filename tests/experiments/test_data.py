"""The split: right size, right labels, reproducible, and silent about held-out cells."""

import numpy as np
import pytest
from made_tables import random_theory, with_table

from symtheory.errors import SpecError
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.data import split_cells, split_task
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict


def test_size_and_labels(theory):
    split = split_cells(theory.task, 0.3, rng=np.random.default_rng(0))
    assert len(split.train_cells) == round(0.3 * 169)
    x, y = split.train_cells.T
    assert np.array_equal(split.known[x, y], theory.task.table[x, y])
    assert (split.known[split.held_out] == -1).all()
    assert split.held_out.sum() == 169 - len(split.train_cells)


def test_depends_on_the_generator_only(theory):
    splits = [split_cells(theory.task, 0.5, rng=np.random.default_rng(s)).known for s in (3, 3, 4)]
    assert np.array_equal(splits[0], splits[1])
    assert not np.array_equal(splits[0], splits[2])


@pytest.mark.parametrize("fraction", [0.0, 1.0, -1.0, 1.5, 1e-9, float("nan")])
def test_fractions_that_split_nothing(theory, fraction):
    with pytest.raises(SpecError, match="train fraction"):
        split_cells(theory.task, fraction, rng=np.random.default_rng(0))


def test_a_complete_table_is_split_into_training_and_held_out_cells(theory):
    split = split_cells(theory.task, 0.3, rng=np.random.default_rng(0))
    assert np.array_equal(split.held_out, split.known < 0)


@pytest.fixture
def partial():
    """A task of 9 x 14 cells, one in five of them without an answer."""
    return random_theory().task


def test_cells_without_an_answer_are_neither(partial):
    table = partial.table
    split = split_cells(partial, 0.5, rng=np.random.default_rng(0))
    is_train = split.known >= 0
    assert np.array_equal(is_train | split.held_out, table >= 0)
    assert not (is_train & split.held_out).any()
    assert is_train.sum() == round(0.5 * (table >= 0).sum())
    assert np.array_equal(split.known[is_train], table[is_train])
    # The cells with an answer, in their order, are drawn from as all are in a complete table.
    cells = np.flatnonzero(table.ravel() >= 0)
    order = np.random.default_rng(0).permutation(len(cells))
    chosen = np.sort(cells[order[: is_train.sum()]])
    assert np.array_equal(np.flatnonzero(is_train.ravel()), chosen)


def test_too_few_answers_cannot_be_split(partial):
    table = np.where(np.arange(partial.table.size).reshape(partial.table.shape) == 3, 1, -1)
    with pytest.raises(SpecError, match="of 1 cells"):
        split_cells(with_table(partial, table), 0.5, rng=np.random.default_rng(0))


def test_a_stratified_split_takes_the_share_of_every_answer():
    task = named_task("modadd", p=10)
    rng = np.random.default_rng(0)
    split = split_cells(task, 0.3, rng=rng, is_stratified=True)
    assert np.bincount(split.known[split.known >= 0]).tolist() == [3] * 10
    assert (split.known[~split.held_out] == task.table[~split.held_out]).all()
    uniform = split_cells(task, 0.3, rng=np.random.default_rng(0))
    assert len(set(np.bincount(uniform.known[uniform.known >= 0]).tolist())) > 1


def test_a_mask_is_the_split():
    theory = predict(named_task("modadd", p=5))
    mask = ("10000", "01000", "00100", "00010", "00001")
    split = split_task(theory, TrainingConfig(split="mask", mask=mask))
    assert split.train_cells.tolist() == [[i, i] for i in range(5)]
    assert split.held_out.sum() == 20
    for wrong, words in (
        (("10000",), "5 rows of 5 digits 0 or 1; got 1 rows of 5"),
        (("1000",) * 5, "got 5 rows of 4"),
        (("10002",) * 5, "5 rows of 5 digits"),
        (("11111",) * 5, "no training or no held-out cell"),
        (("00000",) * 5, "no training or no held-out cell"),
    ):
        with pytest.raises(SpecError, match=words):
            split_task(theory, TrainingConfig(split="mask", mask=wrong))
    for settings in ({"mask": mask}, {"split": "mask"}):
        with pytest.raises(SpecError, match="a mask goes with split"):
            TrainingConfig(**settings)
