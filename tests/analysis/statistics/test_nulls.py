from math import factorial

import numpy as np
import pytest
from binomial import binomial_bounds

from symtheory.analysis.statistics.multiplicity import holm
from symtheory.analysis.statistics.nulls import (
    NullTest,
    Tail,
    haar_frame,
    label_permutations,
    relabelings,
)
from symtheory.errors import SpecError


def test_every_draw_is_a_permutation_and_draws_differ() -> None:
    draws = label_permutations(30, 200, rng=np.random.default_rng(0))
    assert np.array_equal(np.sort(draws, axis=1), np.tile(np.arange(30), (200, 1)))
    assert len(np.unique(draws, axis=0)) == 200


def test_permutations_are_uniform() -> None:
    draws = label_permutations(4, 24000, rng=np.random.default_rng(1))
    _, counts = np.unique(draws, axis=0, return_counts=True)
    assert len(counts) == 24
    low, high = binomial_bounds(24000, 1 / 24, confidence=1 - 1e-4)
    assert low <= counts.min() <= counts.max() <= high


def test_same_generator_same_draws() -> None:
    first = label_permutations(9, 5, rng=np.random.default_rng(3))
    assert np.array_equal(first, label_permutations(9, 5, rng=np.random.default_rng(3)))


def test_haar_frame_is_orthonormal_and_orthogonal_to_constants() -> None:
    frame = haar_frame(17, 16, rng=np.random.default_rng(0))
    assert np.allclose(frame.T @ frame, np.eye(16), atol=1e-12)
    assert np.abs(frame.sum(axis=0)).max() < 1e-12


def test_haar_frames_have_no_preferred_direction() -> None:
    rng = np.random.default_rng(2)
    fixed = np.array([1.0, -1.0, 0, 0, 0]) / np.sqrt(2)
    inner = np.array([fixed @ haar_frame(5, 1, rng=rng)[:, 0] for _ in range(4000)])
    # A coordinate of a uniform unit vector in R^4: mean 0, mean square 1/4.
    assert abs(inner.mean()) < 0.04
    assert abs((inner**2).mean() - 0.25) < 0.02


def test_a_frame_larger_than_the_space_is_refused() -> None:
    with pytest.raises(SpecError, match="4 orthogonal functions of mean zero, asked for 5"):
        haar_frame(5, 5, rng=np.random.default_rng(0))


def test_p_values_count_the_observation_and_ties() -> None:
    draws = np.array([0.1, 0.2, 0.3, 0.3])
    assert NullTest(0.4, draws).p_value == 1 / 5
    assert NullTest(0.3, draws).p_value == 3 / 5
    assert NullTest(0.1, draws, Tail.LOWER).p_value == 2 / 5
    assert NullTest(0.3, draws).least_p_value == 3 / 5


def test_draws_that_equal_the_observation_up_to_rounding_are_ties() -> None:
    assert NullTest(0.3, np.array([0.3 - 1e-12, 0.1])).p_value == 2 / 3
    assert NullTest(0.3, np.array([0.3 + 1e-12, 0.5]), Tail.LOWER).p_value == 2 / 3


def test_a_null_without_draws_is_refused() -> None:
    with pytest.raises(SpecError, match="at least one draw"):
        NullTest(0.3, np.array([]))


def test_p_values_of_a_true_null_are_uniform() -> None:
    rng = np.random.default_rng(4)
    p = [NullTest(rng.normal(), rng.normal(size=19)).p_value for _ in range(2000)]
    low, high = binomial_bounds(2000, 0.05)
    assert low <= np.sum(np.array(p) <= 0.05) <= high


def test_binomial_bounds_hold_the_stated_mass() -> None:
    rng = np.random.default_rng(5)
    low, high = binomial_bounds(300, 0.05, confidence=0.9)
    counts = rng.binomial(300, 0.05, size=20000)
    inside = np.mean((counts >= low) & (counts <= high))
    assert 0.9 <= inside < 0.95


def test_holm_on_the_textbook_cases() -> None:
    assert holm([]) == ()
    assert holm([0.03]) == (0.03,)
    assert holm([0.025, 0.025]) == (0.05, 0.05)
    assert holm([0.5, 0.01, 0.4]) == pytest.approx((0.8, 0.03, 0.8))
    assert holm([0.9, 0.8]) == (1.0, 1.0)


def test_all_relabelings_of_few_tokens_are_listed_once() -> None:
    rng = np.random.default_rng(0)
    for n in (2, 5, 7):
        found = relabelings(n, 3, rng=rng)
        assert len(np.unique(found, axis=0)) == len(found) == factorial(n) - 1
        assert np.array_equal(np.sort(found, axis=1), np.tile(np.arange(n), (len(found), 1)))
        assert (found != np.arange(n)).any(axis=1).all()
    classes = np.array([0, 1, 0, 1, 0])
    found = relabelings(5, 3, rng=rng, exchangeable=classes)
    assert len(np.unique(found, axis=0)) == len(found) == 6 * 2 - 1
    assert (classes[found] == classes).all()
    assert relabelings(9, 3, rng=rng).shape == (3, 9)  # too many to list
    assert relabelings(8, 3, rng=rng).shape == (factorial(8) - 1, 8)


def test_all_relabelings_give_every_p_value_with_its_own_probability() -> None:
    """Of all 120 orders of one cloud k have p <= k/120, whatever the statistic."""
    values = np.random.default_rng(1).random((5, 5))
    everything = np.vstack([np.arange(5), relabelings(5, 9, rng=np.random.default_rng(2))])
    p = []
    for order in everything:
        moved = values[order]
        scores = moved[everything, np.arange(5)].sum(axis=1)
        p.append(NullTest(float(scores[0]), scores[1:]).p_value)
    assert sorted(p) == pytest.approx(np.arange(1, 121) / 120)
