import numpy as np
import pytest

from symtheory.analysis.composition.coefficients import (
    coefficients,
    irreps_of,
    rank_one_shares,
)
from symtheory.groups.notation import parse_group

# Irreps of real, complex and quaternionic type.
GROUPS = ("Z12", "D5", "S4", "A4", "Q8 x Z3", "F(13,4)")


@pytest.mark.parametrize("name", GROUPS)
def test_power_adds_up_to_that_of_the_centered_function(name):
    group = parse_group(name)
    functions = np.random.default_rng(0).standard_normal((3, group.order))
    powers = [(coefficients(functions, irrep) ** 2).sum(axis=(1, 2)) for irrep in irreps_of(group)]
    centered = functions - functions.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(np.sum(powers, axis=0), (centered**2).sum(axis=1))


@pytest.mark.parametrize("name", GROUPS)
def test_convolution_multiplies_coefficients(name):
    group = parse_group(name)
    u, v = np.random.default_rng(1).standard_normal((2, group.order))
    convolved = np.zeros(group.order)
    np.add.at(convolved, group.table, u[:, None] * v)
    for irrep in irreps_of(group):
        a, b, c = coefficients(np.stack([u, v, convolved]), irrep)
        scale = (group.order * irrep.commutant / irrep.dimension) ** 0.5
        np.testing.assert_allclose(c, scale * a @ b, atol=1e-9)


@pytest.mark.parametrize("name", GROUPS)
def test_one_matrix_coefficient_is_of_rank_one_and_two_are_not(name):
    rng = np.random.default_rng(2)
    for irrep in irreps_of(parse_group(name)):
        a, b, c, d = rng.standard_normal((4, irrep.dimension))
        one = np.einsum("i,gij,j->g", a, irrep.matrices, b)
        two = one + np.einsum("i,gij,j->g", c, irrep.matrices, d)
        shares = rank_one_shares(coefficients(np.stack([one, two]), irrep), irrep)
        assert shares[0] == pytest.approx(1)
        # Of degree 1 over C, or over the quaternions, every function is one coefficient.
        rank = irrep.dimension // irrep.commutant
        assert (shares[1] < 1 - 1e-6) == (rank > 1)
