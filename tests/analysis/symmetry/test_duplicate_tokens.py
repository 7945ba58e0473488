"""Twins coincide, or are no nearer than tokens at random."""

import json

import numpy as np
import pytest
from binomial import binomial_bounds
from synthetic import gaussian

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.duplicate_tokens import (
    DuplicateTokenTest,
    check_duplicate_tokens,
    duplicate_token_ratios,
    has_duplicate_tokens,
)
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Role
from symtheory.tasks.read import read_task
from symtheory.theory import predict

SQUARES = predict(read_task("modsquares", p=31)).geometries[Role.SHARED]


def check(
    points: np.ndarray, geometry: OperandGeometry = SQUARES, *, n_draws: int = 199, seed: int = 0
) -> DuplicateTokenTest:
    draws = label_permutations(len(geometry.rows), n_draws, rng=np.random.default_rng(seed))
    return check_duplicate_tokens(Embedding(points, geometry.role), geometry, permutations=draws)


def clouds(noise: float) -> np.ndarray:
    """One random point for each square mod 31, and noise of this ratio of variances."""
    rng = np.random.default_rng(1)
    points = rng.standard_normal((31, 16))[np.arange(31) ** 2 % 31]
    return points + np.sqrt(noise) * rng.standard_normal((31, 16))


def test_coinciding_twins() -> None:
    found = check(clouds(0))
    assert found.ratio == pytest.approx(0, abs=1e-12)
    assert found.null.p_value == 1 / 200
    assert len(found.classes) == 15
    assert ("1", "30") in found.classes
    assert found.null.mean == pytest.approx(1, abs=0.05)
    json.dumps(found.to_dict(), allow_nan=False)


def test_noise_raises_the_ratio_to_its_share() -> None:
    assert check(clouds(0.1)).ratio == pytest.approx(0.1 / 1.1, abs=0.03)
    assert check(clouds(1)).null.p_value == 1 / 200


def test_relabeled_twins_are_refused() -> None:
    points = clouds(0)[np.random.default_rng(3).permutation(31)]
    found = check(points)
    assert found.ratio > 0.7
    assert found.null.p_value > 0.05


def test_ratio_is_that_of_all_pairs() -> None:
    rng = np.random.default_rng(0)
    cloud, classes = (
        rng.standard_normal((12, 3)) + 5,
        np.array([0, 1, 2, 0, 1, 0, 3, 4, 5, 6, 7, 4]),
    )
    squares = ((cloud[:, None] - cloud) ** 2).sum(axis=2)
    pairs = np.triu(np.ones((12, 12), dtype=bool), 1)
    twins = (classes[:, None] == classes) & pairs
    expected = squares[twins].mean() / squares[pairs].mean()
    identity = np.arange(12)[None]
    assert duplicate_token_ratios(cloud, classes, identity) == pytest.approx([expected])
    order = rng.permutation(12)
    assert duplicate_token_ratios(cloud, classes, order[None]) == pytest.approx(
        duplicate_token_ratios(cloud[order], classes, identity)
    )


def test_tasks_without_twins_are_refused() -> None:
    for name, parameters in (("modadd", {"p": 7}), ("x*y", {"mod": 12})):
        geometry = predict(read_task(name, **parameters)).geometries[Role.SHARED]
        assert not has_duplicate_tokens(geometry)
        with pytest.raises(PredictionError, match="no two tokens"):
            check(np.eye(len(geometry.rows)), geometry)


def test_wrong_number_of_rows() -> None:
    with pytest.raises(SpecError, match="31 tokens, but its embedding has 30 rows"):
        check(clouds(0)[1:])


@pytest.mark.parametrize(
    "n_trials", [100, pytest.param(1000, marks=pytest.mark.slow)], ids=["few", "thousand"]
)
@pytest.mark.parametrize("power", [0, 1, 2])
def test_false_positives(power: int, n_trials: int) -> None:
    """Gaussian clouds with singular values 1 / i^power."""
    rng, rejected = np.random.default_rng(power), 0
    for trial in range(n_trials):
        cloud = gaussian(31, np.arange(1.0, 17.0) ** -power, rng=rng)
        rejected += check(cloud, n_draws=99, seed=trial + 7).null.p_value <= 0.05
    print(power, rejected)
    low, high = binomial_bounds(n_trials, 0.05, confidence=1 - 1e-4)
    assert low <= rejected <= high
