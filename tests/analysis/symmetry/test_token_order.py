"""Points, blocks and orbitals of a subject are in one order, and the log measures the same."""

import numpy as np
import pytest

from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.experiments.training.logged_geometry import LoggedGeometry
from symtheory.geometry.statistics import block_power, gram_share
from symtheory.records import Embedding, Level, Role
from symtheory.tasks.modular import modular_task
from symtheory.theory import predict

EXPRESSIONS = ("x^2*y", "x*y^2", "x^2 + y^2", "x^3 + y", "x*y", "(x + y)^2", "x - y")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_twin_classes_are_numbered_by_their_first_members(expression):
    for geometry in predict(modular_task(expression, 11)).geometries.values():
        first = np.unique(geometry.twins, return_index=True)[1]
        assert (np.diff(first) > 0).all()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_log_has_what_the_tests_measure(expression):
    theory = predict(modular_task(expression, 11))
    for role, geometry in theory.geometries.items():
        points = np.random.default_rng(0).normal(size=(11, 6)) + 3
        subject, logged = (
            make_token_cloud(Embedding(points, role), geometry),
            LoggedGeometry(geometry),
        )
        if Level.GRAM in geometry.levels:
            expected = gram_share(subject.points, subject.orbitals)
            assert logged.gram_share(points) == pytest.approx(expected, abs=1e-12)
        if Level.SPECTRUM in geometry.levels:
            power = block_power(subject.points, subject.blocks)
            named = zip(subject.blocks, power, strict=True)
            shown = {block.name: share for block, share in named if share > 0.01}
            assert logged.block_power(points) == pytest.approx(shown, abs=1e-4)


def test_a_cloud_that_obeys_the_law_has_all_of_it_where_left_tokens_are_twins():
    """x^2*y in one table: x and -x are twins on the left, no tokens are in both places."""
    geometry = predict(modular_task("x^2*y", 11)).geometries[Role.SHARED]
    cloud = np.concatenate([block.basis for block in geometry.blocks[:2]], axis=1)
    subject = make_token_cloud(Embedding(cloud, Role.SHARED), geometry)
    assert block_power(subject.points, subject.blocks)[:2].sum() == pytest.approx(1)
    assert gram_share(subject.points, subject.orbitals) == pytest.approx(1)
