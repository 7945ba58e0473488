from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtheory.analysis.homology.diagrams import Diagrams
from symtheory.analysis.homology.distances import bottleneck_distance, graded_bottleneck
from symtheory.errors import SpecError


def by_enumeration(first: np.ndarray, second: np.ndarray) -> float:
    """Least cost over all matchings, each bar free to shrink to the diagonal."""
    k, m = len(first), len(second)
    best = np.inf
    for order in permutations(range(k + m)):
        cost = 0.0
        for i, j in enumerate(order):  # row i < k is a bar of first; j < m one of second
            if i < k and j < m:
                cost = max(cost, np.abs(first[i] - second[j]).max())
            elif i < k:
                cost = max(cost, (first[i, 1] - first[i, 0]) / 2)
            elif j < m:
                cost = max(cost, (second[j, 1] - second[j, 0]) / 2)
        best = min(best, cost)
    return best


def random_diagram(rng: np.random.Generator, size: int) -> np.ndarray:
    births = rng.uniform(0, 1, size=size)
    return np.stack([births, births + rng.exponential(0.3, size=size)], axis=1)


# Bars on a coarse lattice, so that ties and repeated points are common.
BARS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(1, 4)).map(lambda b: (b[0], b[0] + b[1])), max_size=5
).map(lambda bars: np.array(bars, dtype=float).reshape(-1, 2))


@given(BARS, BARS, BARS)
@settings(max_examples=60, deadline=None)
def test_it_is_a_distance(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    assert bottleneck_distance(a, a) == 0
    assert bottleneck_distance(a, b) == bottleneck_distance(b, a)
    assert bottleneck_distance(a, c) <= bottleneck_distance(a, b) + bottleneck_distance(b, c)
    same = sorted(map(tuple, a)) == sorted(map(tuple, b))
    assert (bottleneck_distance(a, b) == 0) == same


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_least_cost_of_all_matchings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = random_diagram(rng, seed % 4), random_diagram(rng, (seed // 4) % 4)
    assert bottleneck_distance(first, second) == pytest.approx(by_enumeration(first, second))


def test_repeated_points_count_as_often_as_they_occur() -> None:
    bar = np.array([[0.0, 2.0]])
    assert bottleneck_distance(np.repeat(bar, 2, axis=0), np.repeat(bar, 3, axis=0)) == 1.0
    assert bottleneck_distance(np.repeat(bar, 3, axis=0), np.repeat(bar, 3, axis=0)) == 0.0


def test_moving_every_point_by_little_moves_the_distance_by_no_more() -> None:
    rng = np.random.default_rng(1)
    bars = random_diagram(rng, 12)
    bars[:, 1] += 1
    moved = bars + rng.uniform(-0.01, 0.01, size=bars.shape)
    assert bottleneck_distance(bars, moved) <= 0.01


def test_empty_diagrams() -> None:
    nothing = np.empty((0, 2))
    assert bottleneck_distance(nothing, nothing) == 0
    assert bottleneck_distance(nothing, np.array([[1.0, 1.5]])) == 0.25


def test_infinite_bars_are_refused() -> None:
    with pytest.raises(SpecError, match="infinite bar"):
        bottleneck_distance(np.array([[0.0, np.inf]]), np.empty((0, 2)))


def test_other_numbers_of_essential_bars_are_infinitely_far() -> None:
    bars = (np.array([[0.0, 1.0]]), np.array([[1.0, 2.0]]))
    one, two = Diagrams(bars, (1, 0), 2), Diagrams(bars, (2, 0), 3)
    assert graded_bottleneck(one, one) == (0, 0)
    assert graded_bottleneck(one, two) == (np.inf, 0)
    with pytest.raises(SpecError, match="up to degree 1 and up to degree 0"):
        graded_bottleneck(one, Diagrams(bars[:1], (1,), 2))


def test_only_the_longest_bars_are_compared_if_asked() -> None:
    long, short = [0.0, 3.0], [1.0, 1.4]
    first = Diagrams((np.array([long, short]),), (1,), 3)
    second = Diagrams((np.array([long]),), (1,), 2)
    assert graded_bottleneck(first, second)[0] == pytest.approx(0.2)
    assert graded_bottleneck(first, second, n_bars=1) == (0,)
