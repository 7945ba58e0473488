"""The split: right size, right labels, reproducible, and silent about held-out cells."""

import numpy as np
import pytest

from symtheory.errors import SpecError
from symtheory.experiments.data import split_cells


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
