from collections import Counter

import numpy as np
import pytest

from symtheory.combinatorics.random_elements import random_permutations
from symtheory.errors import PredictionError
from symtheory.geometry.block_matching import block_orbits
from symtheory.geometry.block_moves import block_moves
from symtheory.records import Role
from symtheory.tasks.read import read_task
from symtheory.theory import predict

TASKS = {
    "modadd": {"p": 12},
    "modmul": {"p": 13},
    "modsquares": {"p": 13},
    "x - y": {"mod": 15},
    "(x+y)^2": {"mod": 13},
    "x*y": {"mod": 35},
    "x^2*y": {"mod": 13},
    "compose": {"group": "D5"},
}


@pytest.mark.parametrize("name", TASKS)
def test_orbits_of_the_moves_are_the_equivalent_blocks(name: str) -> None:
    theory = predict(read_task(name, **TASKS[name]))
    for role, geometry in theory.geometries.items():
        assert block_orbits(block_moves(theory, role)) == geometry.equivalent_blocks


def test_units_move_frequencies_together() -> None:
    theory = predict(read_task("modadd", p=13))
    moves = block_moves(theory, Role.SHARED)
    drawn = random_permutations(moves, 200, rng=np.random.default_rng(0))
    units = {tuple(min(u * k % 13, -u * k % 13) - 1 for k in range(1, 7)) for u in range(1, 7)}
    assert {tuple(row) for row in drawn.tolist()} == units


def test_no_moves_of_an_embedding_that_is_not_there() -> None:
    theory = predict(read_task("modadd", p=5))
    with pytest.raises(PredictionError, match="no geometry is predicted for the network"):
        block_moves(theory, Role.NETWORK)


@pytest.mark.parametrize(
    ("generators", "order"),
    [
        ([[1, 2, 3, 4, 0]], 5),
        ([[1, 0, 2, 3], [1, 2, 3, 0]], 24),
        # GL(3, 2) on the seven points of the Fano plane: two moved points do not fix the rest.
        ([[1, 2, 3, 4, 5, 6, 0], [0, 1, 4, 6, 2, 5, 3]], 168),
    ],
)
def test_random_elements_are_uniform(generators: list[list[int]], order: int) -> None:
    n_draws = 200 * order
    drawn = random_permutations(np.array(generators), n_draws, rng=np.random.default_rng(1))
    counts = np.array(list(Counter(map(tuple, drawn.tolist())).values()))
    assert len(counts) == order
    chi_square = ((counts - 200) ** 2 / 200).sum()
    assert abs(chi_square - (order - 1)) < 5 * np.sqrt(2 * (order - 1))


def test_no_generators_give_the_identity() -> None:
    for generators in (np.empty((0, 4), dtype=np.int64), np.arange(4)[None]):
        drawn = random_permutations(generators, 2, rng=np.random.default_rng(0))
        assert drawn.tolist() == [[0, 1, 2, 3]] * 2
