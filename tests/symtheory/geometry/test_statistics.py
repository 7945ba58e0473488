"""Statistics of clouds: what no translation changes, duplicates as one point, no power at all."""

import numpy as np
import pytest

from symtheory.geometry.statistics import (
    block_power,
    centered_gram,
    gram_share,
    merge_duplicates,
    restrict_blocks,
)
from symtheory.groups.families import dihedral
from symtheory.representations.isotypic import isotypic_blocks

BLOCKS = isotypic_blocks(dihedral(4))[1:]
CLOUD = np.random.default_rng(0).normal(size=(8, 3))


def test_power_of_all_blocks_is_one_and_no_translation_changes_it():
    power = block_power(CLOUD, BLOCKS)
    assert power.sum() == pytest.approx(1)
    total = ((CLOUD - CLOUD.mean(axis=0)) ** 2).sum()
    one_by_one = [((block.basis.T @ CLOUD) ** 2).sum() / total for block in BLOCKS]
    assert power == pytest.approx(one_by_one)
    assert block_power(CLOUD + np.array([100.0, 0.0, -3.0]), BLOCKS) == pytest.approx(power)
    assert centered_gram(CLOUD + 5) == pytest.approx(centered_gram(CLOUD))


def test_points_that_coincide_have_no_power():
    point = np.full((8, 3), 2.0)
    assert block_power(point, BLOCKS).tolist() == [0.0] * len(BLOCKS)
    assert gram_share(point, [1 - np.eye(8, dtype=np.int64)]) == 0.0


def test_duplicates_are_one_point_and_blocks_stay_orthonormal_on_their_first_members():
    classes, first = np.array([0, 1, 0, 2, 3, 4, 5, 4]), np.array([0, 1, 3, 4, 5, 6])
    merged = merge_duplicates(CLOUD, classes)
    for number in range(6):
        assert merged[number] == pytest.approx(CLOUD[classes == number].mean(axis=0))
    (block,) = restrict_blocks(BLOCKS[:1], first)
    assert block.basis.T @ block.basis == pytest.approx(np.eye(block.basis.shape[1]))
    assert block.basis.sum(axis=0) == pytest.approx(0, abs=1e-12)
    assert restrict_blocks(BLOCKS, np.arange(8)) == tuple(BLOCKS)
