"""Floors are reached without what only tells the orbits apart."""

import numpy as np
import pytest

from symtheory.analysis.examination import examine
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.analysis.symmetry.within_orbits import effects_within_orbits
from symtheory.records import Embedding, Outcome, Role
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict

THEORY = predict(named_task("modmul", p=59))
GEOMETRY = THEORY.geometries[Role.X]


def cone(squeeze: float, apex: float) -> Embedding:
    """Two circles, squeezed, with the absorbing token away from their plane."""
    angle = 2 * np.pi * np.outer(GEOMETRY.coordinate, [1, 5]) / 58
    points = np.column_stack([np.cos(angle), squeeze * np.sin(angle), np.zeros(59)])
    points[GEOMETRY.coordinate < 0] = 0, 0, 0, 0, apex
    return Embedding(points, Role.X)


def outcomes(embedding: Embedding) -> list[Outcome]:
    found = examine(THEORY, {Role.X: embedding}, rng=np.random.default_rng(0), n_permutations=99)
    return [verdict.outcome for verdict in found.verdicts if verdict.prediction.primary]


@pytest.mark.parametrize("apex", [0.0, 5.0, 10.0])
def test_round_circles_are_held_wherever_the_apex_is(apex: float) -> None:
    assert outcomes(cone(1.0, apex)) == [Outcome.HELD] * 3


@pytest.mark.parametrize("apex", [0.0, 5.0, 10.0])
def test_a_far_apex_hides_no_planes_that_are_oblique(apex: float) -> None:
    """An ellipse is a broken translation; one plane leaning on the other obeys no law."""
    assert outcomes(cone(0.3, apex)) == [Outcome.HELD] * 3
    oblique = np.pad(cone(1.0, apex).points, ((0, 0), (0, 123)))  # a network of 128 units
    oblique[:, [0, 2]] += 1.5 * oblique[:, [1, 3]]  # frequency 1 goes along with frequency 5
    found = outcomes(Embedding(oblique, Role.X))
    assert found[1] is Outcome.REFUTED


def test_the_effects_do_not_depend_on_the_offset() -> None:
    near, far = (
        effects_within_orbits(make_token_cloud(cone(0.3, apex), GEOMETRY)) for apex in (0.0, 1000.0)
    )
    assert near == pytest.approx(far, abs=1e-6)


def test_an_apex_alone_is_no_effect() -> None:
    points = np.zeros((59, 1))
    points[GEOMETRY.coordinate < 0] = 1
    alone = effects_within_orbits(make_token_cloud(Embedding(points, Role.X), GEOMETRY))
    assert set(alone.values()) == {0.0}
