"""Tokens that stand out of a cloud."""

import numpy as np
from synthetic import helix

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.factor_law import check_law
from symtheory.analysis.symmetry.odd_tokens import OddTokens, odd_tokens
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.records import Embedding, Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict


def found(points: np.ndarray) -> OddTokens:
    cloud = make_token_cloud(
        Embedding(points, Role.X), predict(named_task("modadd", p=len(points))).geometries[Role.X]
    )
    draws = label_permutations(len(points), 1, rng=np.random.default_rng(0))
    return odd_tokens(cloud, check_law(cloud, permutations=draws))


def test_of_an_orbit_no_token_stands_out() -> None:
    rng = np.random.default_rng(1)
    orbit = helix(31, [3, 5, 11], radii=[1, 2, 1], rng=rng)
    assert found(orbit) == OddTokens((), ())
    assert found(orbit + 0.1 * rng.standard_normal(orbit.shape)) == OddTokens((), ())


def test_one_token_times_ten_holds_the_power_and_breaks_the_law() -> None:
    orbit = helix(31, [3, 5, 11], radii=[1, 2, 1], rng=np.random.default_rng(1))
    orbit[7] *= 10
    odd = found(orbit)
    assert [token for token, _ in odd.heavy] == ["7"]
    assert [token for token, _ in odd.breaking] == ["7"]
    assert 0.6 < odd.heavy[0][1] < 1
    assert odd.to_dict()["breaking"] == dict(odd.breaking)


def test_a_token_out_of_place_breaks_the_law_without_weight() -> None:
    orbit = helix(31, [3, 5, 11], radii=[1, 2, 1], rng=np.random.default_rng(1))
    orbit[7] = -orbit[7]
    odd = found(orbit)
    assert odd.heavy == ()
    assert [token for token, _ in odd.breaking] == ["7"]
