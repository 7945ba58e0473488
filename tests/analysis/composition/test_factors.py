import numpy as np
import pytest

from symtheory.analysis.composition.factors import embedding_factors, nearest_product
from symtheory.groups.notation import parse_group
from symtheory.records import Embedding, Role
from symtheory.representations.matrix_coefficients import matrix_coefficients
from symtheory.tasks.catalogue import named_task
from symtheory.theory import predict


def positive(dimension, rng, rank=None):
    root = rng.standard_normal((dimension, rank or dimension))
    found = root @ root.T
    return found * dimension / np.trace(found)


@pytest.mark.parametrize("rank", [1, 2, None])
def test_factors_of_a_product_are_found(rank):
    rng = np.random.default_rng(0)
    for known in matrix_coefficients(parse_group("S4"))[1:]:
        irrep = known.irrep
        if irrep.dimension < 3:
            continue
        a, b = positive(irrep.dimension, rng), positive(irrep.dimension, rng, rank)
        left, right = (np.linalg.cholesky(m + 1e-12 * np.eye(len(m))) for m in (a, b))
        points = (left.T @ irrep.matrices @ right).reshape(24, -1)
        rows, columns = nearest_product(points, known)
        np.testing.assert_allclose(rows, a, atol=1e-6)
        np.testing.assert_allclose(columns, b, atol=1e-6)


@pytest.mark.parametrize("name", ["Q8 x Z3", "A4", "Z7"])
def test_the_orbit_itself_breaks_nothing_in_any_type(name):
    for known in matrix_coefficients(parse_group(name))[1:]:
        irrep = known.irrep
        one = np.eye(irrep.dimension)
        points = irrep.matrices.reshape(len(irrep.matrices), -1)
        for found in nearest_product(points, known):
            np.testing.assert_allclose(found, one, atol=1e-8)


def test_where_there_is_nothing_to_read_the_factor_is_one():
    rows, columns = nearest_product(np.zeros((6, 2)), matrix_coefficients(parse_group("S3"))[2])
    assert (rows == np.eye(2)).all()
    assert (columns == np.eye(2)).all()


def test_a_shared_table_of_a_group_that_does_not_commute_has_no_factors_yet():
    theory = predict(named_task("compose", group="S3"))
    points = np.random.default_rng(0).standard_normal((6, 4))
    tied = {role: Embedding(points, role) for role in (Role.SHARED, Role.READOUT)}
    assert theory.composition is not None
    assert embedding_factors(tied, theory.composition) is None
    own = {role: Embedding(points, role) for role in (Role.X, Role.Y, Role.READOUT)}
    assert len(embedding_factors(own, theory.composition) or ()) == 2


def test_an_abelian_group_has_no_factors_but_one():
    theory = predict(named_task("modadd", p=7))
    tied = {Role.SHARED: Embedding(np.eye(7), Role.SHARED)}
    assert theory.composition is not None
    for found in embedding_factors(tied, theory.composition) or ():
        assert (found.left == np.eye(2)).all()
