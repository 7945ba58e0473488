"""When both operands can follow one permutation of the tokens, against the definition."""

import itertools

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.shared import is_tied


def by_definition(table: NDArray[np.int64], permutation: NDArray[np.int64]) -> bool:
    """Whether some permutation of the answers, unknown ones staying, undoes the move."""
    moved = table[np.ix_(permutation, permutation)]
    answers = np.unique(table[table >= 0]).tolist()
    for images in itertools.permutations(answers):
        gamma = {-1: -1, **dict(zip(answers, images, strict=True))}
        if all(gamma[int(z)] == w for z, w in zip(table.flat, moved.flat, strict=True)):
            return True
    return False


def test_tied_moves_are_those_that_permute_the_answers() -> None:
    rng = np.random.default_rng(0)
    x = np.arange(4)
    tables = [(x[:, None] + x) % 4, (x[:, None] * x) % 4, np.abs(x[:, None] - x)]
    tables += [rng.integers(3, size=(4, 4)) for _ in range(5)]
    tables += [np.where(np.eye(4, dtype=bool), -1, tables[0]), np.where(x[:, None] < x, -1, 0)]
    tables += [np.repeat([[-1], [-1], [0], [0]], 4, axis=1)]
    tables += [np.where(rng.random((4, 4)) < 0.3, -1, tables[0]) for _ in range(5)]
    answers = []
    for table in tables:
        for images in itertools.permutations(range(4)):
            permutation = np.array(images)
            answers.append(is_tied(table, permutation))
            assert answers[-1] == by_definition(table, permutation), (table, images)
    assert 20 < sum(answers) < len(answers) - 20
