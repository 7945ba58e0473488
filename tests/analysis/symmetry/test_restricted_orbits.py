"""L1 on part of an orbit, where centering leaves the classes of the Gram matrix."""

import numpy as np
import pytest

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.gram import check_gram
from symtheory.analysis.symmetry.token_cloud import TokenCloud, make_token_cloud
from symtheory.claims.symmetry import GRAM_FLOOR
from symtheory.records import Embedding, Role
from symtheory.tasks.modular import modular_task
from symtheory.theory import predict


def squares(n: int, *, axis: float = 1.0, relabel: bool = False) -> TokenCloud:
    """The points of x^2 on circles of two frequencies, with one axis of each scaled."""
    geometry = predict(modular_task("x^2 + y^2", n)).geometries[Role.SHARED]
    element = np.arange(n) ** 2 % n
    if relabel:
        element = np.random.default_rng(1).permutation(n)[element]
    angles = 2 * np.pi * np.outer(element, [1, 3]) / n
    points = np.hstack([np.cos(angles), axis * np.sin(angles)])
    return make_token_cloud(Embedding(points, Role.SHARED), geometry)


def share(found: TokenCloud) -> float:
    permutations = label_permutations(
        len(found.points), 19, rng=np.random.default_rng(0), exchangeable=found.exchangeable
    )
    return check_gram(found.points, found.orbitals, permutations=permutations).null.observed


@pytest.mark.parametrize("n", [13, 31, 59])
def test_an_exact_template_obeys_the_law(n: int) -> None:
    assert share(squares(n)) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("n", [31, 59])
def test_ellipses_and_other_labels_do_not(n: int) -> None:
    assert share(squares(n, axis=0.4)) < GRAM_FLOOR
    assert share(squares(n, relabel=True)) < 0.5
