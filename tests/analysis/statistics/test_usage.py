"""Equal use of equivalent irreps: power, exactness under the law, and what has no power."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from binomial import binomial_bounds
from numpy.typing import NDArray

from symtheory.analysis.statistics.usage import LARGE_PREFERENCE, UsageTest, irrep_usage
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.block_moves import block_moves
from symtheory.records import Role
from symtheory.tasks.read import read_task
from symtheory.theory import Theory, predict


@cache
def theory_of(p: int) -> Theory:
    return predict(read_task("modadd", p=p))


@cache
def moves_of(p: int) -> NDArray[np.int64]:
    return block_moves(theory_of(p), Role.SHARED)


def usage(
    p: int, active: Sequence[Sequence[int]], *, seed: int = 0, n_draws: int = 199
) -> UsageTest:
    """Usage of frequencies (not indices) of Z_p."""
    return irrep_usage(
        [{Role.SHARED: [k - 1 for k in one]} for one in active],
        theory_of(p).geometries[Role.SHARED],
        moves=moves_of(p),
        rng=np.random.default_rng(seed),
        n_draws=n_draws,
    )


def moved(p: int, frequencies: Sequence[int], unit: int) -> list[int]:
    return [min(unit * k % p, -unit * k % p) for k in frequencies]


def law(p: int, frequencies: Sequence[int]) -> Callable[[np.random.Generator], list[int]]:
    """One seed's frequencies: a fixed pattern moved by a random unit, so far from independent."""
    units = [u for u in range(1, p) if np.gcd(u, p) == 1]
    return lambda rng: moved(p, frequencies, int(rng.choice(units)))


LAWS = {
    "113: five powers of two": (113, (1, 2, 4, 8, 16), 20),
    "13: a pair": (13, (1, 5), 40),
    "13: one": (13, (1,), 30),
    "112: in three orbits": (112, (1, 3, 2, 4, 12, 56), 30),
}


@pytest.mark.parametrize(
    "n_trials", [60, pytest.param(1000, marks=pytest.mark.slow)], ids=["few", "thousand"]
)
@pytest.mark.parametrize("name", LAWS)
def test_false_positives_under_the_law(name: str, n_trials: int) -> None:
    p, frequencies, n_seeds = LAWS[name]
    draw, rng, rejected = law(p, frequencies), np.random.default_rng(5), 0
    for trial in range(n_trials):
        found = usage(p, [draw(rng) for _ in range(n_seeds)], seed=trial, n_draws=99)
        assert found.p_value is not None
        rejected += found.p_value <= 0.05
    print(name, rejected)
    low, high = binomial_bounds(n_trials, 0.05, confidence=1 - 1e-4)
    # Counts are discrete, and ties of the statistic make the test reject less often.
    assert rejected <= high
    if n_seeds * len(frequencies) >= 80:
        assert rejected >= low


@pytest.mark.slow
@pytest.mark.parametrize("name", ["113: five powers of two", "13: a pair"])
def test_random_sets_of_the_same_size_would_be_the_wrong_null(name: str) -> None:
    p, frequencies, n_seeds = LAWS[name]
    n_blocks, draw, rng = (p - 1) // 2, law(p, frequencies), np.random.default_rng(1)

    def chi_square(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        mean = counts.mean(axis=-1, keepdims=True)
        return np.asarray(((counts - mean) ** 2 / mean).sum(axis=-1))

    orders = rng.random((20_000, n_seeds, n_blocks)).argsort(axis=-1)
    counts = np.zeros((len(orders), n_blocks))
    np.add.at(counts, (np.arange(len(orders))[:, None, None], orders[..., : len(frequencies)]), 1)
    critical = np.quantile(chi_square(counts), 0.95)
    rejected = 0
    for _ in range(1000):
        used = np.bincount(np.ravel([draw(rng) for _ in range(n_seeds)]), minlength=n_blocks + 1)
        rejected += bool(chi_square(used[1:].astype(np.float64)) > critical)
    print(name, rejected)
    assert rejected > binomial_bounds(1000, 0.05)[1]


def test_a_preference_is_found() -> None:
    rng = np.random.default_rng(2)
    low = [rng.choice(np.arange(1, 29), size=5, replace=False).tolist() for _ in range(12)]
    found = usage(113, low)
    assert found.p_value == 1 / 200
    assert found.has_power
    assert found.counts.sum() == 60
    assert found.expected.tolist() == [60 / 56] * 56


def test_the_least_preference_that_is_found_is_predicted() -> None:
    """Half of the frequencies never used is a preference of w = 1."""
    rng, found_at = np.random.default_rng(4), []
    for n_seeds in (3, 6, 12):
        tests = []
        for trial in range(40):
            half = rng.permutation(np.arange(1, 57))[:28]
            active = [rng.choice(half, size=5, replace=False).tolist() for _ in range(n_seeds)]
            tests.append(usage(113, active, seed=trial, n_draws=99))
        assert tests[0].null is not None
        power = np.mean([test.null.p_value <= 0.05 for test in tests if test.null is not None])
        found_at.append((tests[0].detectable, power))
    (few, weak), (some, fair), (many, strong) = found_at
    assert few > 1.4 > some > LARGE_PREFERENCE > many
    assert weak < 0.5 < fair < 0.95 < strong


def test_orbits_are_not_compared_with_each_other() -> None:
    # Only odd frequencies prime to 12: 1 and 5; the others are alone in their orbits.
    found = usage(12, [[1], [5]] * 20)
    assert found.orbits == ((0, 4),)
    assert found.p_value == 1
    assert usage(12, [[1]] * 40).p_value == 1 / 200


@pytest.mark.parametrize("n_seeds", [1, 2, 4])
def test_few_seeds_give_no_number(n_seeds: int) -> None:
    found = usage(113, [[1, 2, 3, 4, 5]] * n_seeds)
    assert found.p_value is None
    assert not found.has_power
    assert found.note.startswith("no power: ")
    assert f"expected {5 * n_seeds / 56:.2g}" in found.note
    told = found.to_dict()
    assert told["p_value"] is told["chi_square"] is None


def test_all_or_none_of_an_orbit_is_nothing_to_compare() -> None:
    found = usage(13, [[1, 2, 3, 4, 5, 6], []] * 10)
    assert found.null is found.p_value is found.detectable is None
    assert "nothing to compare" in found.note


def test_without_equivalent_blocks_there_is_nothing_to_compare() -> None:
    theory = predict(read_task("compose", group="S3"))
    found = irrep_usage(
        [{Role.X: [0]}] * 9,
        theory.geometries[Role.X],
        moves=block_moves(theory, Role.X),
        rng=np.random.default_rng(0),
    )
    assert found.note == "no two blocks are equivalent: nothing to compare"


def test_bad_input() -> None:
    with pytest.raises(SpecError, match="at least one seed"):
        usage(13, [])
    with pytest.raises(SpecError, match="seed 1 uses block 6, the shared embedding has blocks 0"):
        usage(13, [[1], [7]])
    with pytest.raises(SpecError, match="seed 0 has no shared embedding, only x"):
        irrep_usage(
            [{Role.X: [0]}],
            theory_of(13).geometries[Role.SHARED],
            moves=moves_of(13),
            rng=np.random.default_rng(0),
        )
    with pytest.raises(PredictionError, match="do not have the equivalent blocks"):
        irrep_usage(
            [{Role.SHARED: [0]}],
            theory_of(13).geometries[Role.SHARED],
            moves=np.arange(6)[None],
            rng=np.random.default_rng(0),
        )
