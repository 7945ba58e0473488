"""Real irreps, isotypic bases and duality."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from samples import SECTION_5_2, groups, named

from symtheory.groups.group import Group
from symtheory.representations.character_table import character_table
from symtheory.representations.characters import linear_characters
from symtheory.representations.closed_forms import closed_form_texts, closed_forms
from symtheory.representations.irreps import RealIrrep, real_irreps
from symtheory.representations.isotypic import isotypic_blocks


def homomorphism_residual(group: Group, rho: RealIrrep) -> float:
    m = rho.matrices
    pairs = np.random.default_rng(0).integers(0, group.order, size=(2, 400))
    products = m[pairs[0]] @ m[pairs[1]] - m[group.table[pairs[0], pairs[1]]]
    orthogonality = m @ m.transpose(0, 2, 1) - np.eye(rho.dimension)
    return max(float(abs(products).max()), float(abs(orthogonality).max()))


def check_irreps(group: Group, irreps: tuple[RealIrrep, ...]) -> None:
    table = character_table(group)
    values = table.to_numeric()[:, table.classes.class_of]
    # Number of real irreps = number of classes up to inversion.
    assert len(irreps) == len({frozenset(p) for p in enumerate(table.classes.inverse.tolist())})
    for rho in irreps:
        assert homomorphism_residual(group, rho) <= 1e-12
        double = 2 if rho.indicator == -1 else 1
        trace = np.trace(rho.matrices, axis1=1, axis2=2)
        assert abs(trace - double * values[list(rho.characters)].sum(axis=0)).max() <= 1e-12
        assert rho.dimension == rho.degree * (1 if rho.indicator == 1 else 2)
        # Irreducible over R: <trace, trace> is the dimension of the commuting matrices.
        assert (trace @ trace) / group.order == pytest.approx(rho.commutant)


@pytest.mark.parametrize("name", SECTION_5_2)
def test_real_irreps_of_named_groups(name: str) -> None:
    check_irreps(named(name), real_irreps(character_table(named(name))))


@settings(deadline=None, max_examples=25)
@given(groups())
def test_real_irreps_of_random_groups(group: Group) -> None:
    check_irreps(group, real_irreps(character_table(group)))


def test_a_representation_with_a_flaw_is_noticed() -> None:
    rho = real_irreps(character_table(named("S4")))[3]
    matrices = rho.matrices.copy()
    matrices[5, 0] *= 1 + 1e-9
    flawed = RealIrrep(rho.name, rho.characters, rho.degree, rho.indicator, matrices)
    assert homomorphism_residual(named("S4"), flawed) > 1e-12


@pytest.mark.parametrize("name", ["D12", "D100"])  # most central elements act as one scalar
def test_nearly_abelian_groups(name: str) -> None:
    check_irreps(named(name), real_irreps(character_table(named(name))))


@pytest.mark.parametrize(
    "name", ["Z12", "Z4 x Z6", "S3", "D7", "D8", "Q8", "Q16", "Dic5", "Dic6", "F(7,3)", "F(11,5)",
             "Heis(3)", "Heis(5)", "<a, b | a^7, b^3, b^-1*a*b = a^2>"],
)  # fmt: skip
def test_closed_forms(name: str) -> None:
    table = character_table(named(name))
    forms = closed_forms(table)
    assert forms is not None
    irreps = real_irreps(table)
    assert all(form for rho, form in zip(irreps, forms, strict=True) if rho.degree > 1)
    by_formula = [
        rho if form is None or not len(form[1]) else replace(rho, matrices=form[1])
        for rho, form in zip(irreps, forms, strict=True)
    ]
    check_irreps(named(name), tuple(by_formula))
    assert closed_form_texts(table) == tuple(form[0] if form else "" for form in forms)


def test_no_closed_form_is_claimed_where_there_is_none() -> None:
    assert closed_forms(character_table(named("S4"))) is None
    assert closed_form_texts(character_table(named("A5"))) is None


@settings(deadline=None, max_examples=25)
@given(groups())
def test_isotypic_bases_decompose_the_functions_on_g(group: Group) -> None:
    table = character_table(group)
    blocks = isotypic_blocks(group, table=table)
    assert blocks[0].name == "trivial"
    basis = np.concatenate([block.basis for block in blocks], axis=1)
    assert abs(basis.T @ basis - np.eye(group.order)).max() <= 1e-12
    for block in blocks:
        assert block.dimension == block.degree**2 * (2 if block.indicator == 0 else 1)
        # Both translations preserve the block.
        for g in group.generators:
            for moved in (block.basis[group.table[g]], block.basis[group.table[:, g]]):
                assert abs(moved - block.basis @ (block.basis.T @ moved)).max() <= 1e-12


def test_blocks_of_a_cyclic_group_are_its_frequencies() -> None:
    blocks = isotypic_blocks(named("Z12"))
    assert [block.name for block in blocks] == ["trivial", *(f"frequency {k}" for k in range(1, 7))]
    assert [block.dimension for block in blocks] == [1, 2, 2, 2, 2, 2, 1]
    j = np.arange(12)
    plane = np.stack([np.cos(2 * np.pi * 5 * j / 12), np.sin(2 * np.pi * 5 * j / 12)], axis=1)
    assert np.allclose(blocks[5].basis, plane / 6**0.5, atol=1e-15)


def test_blocks_of_quaternionic_and_complex_type() -> None:
    dimensions = {
        "Q8": [1, 1, 1, 1, 4],
        "SL(2,3)": [1, 2, 8, 4, 9],
        "F(7,3)": [1, 2, 18],
        "PSL(2,7)": [1, 18, 36, 49, 64],
    }
    for name, expected in dimensions.items():
        assert [block.dimension for block in isotypic_blocks(named(name))] == expected


@pytest.mark.parametrize("name", ["SL(2,3)", "F(7,3)", "S4"])
def test_fourier_matrices_hold_the_power_of_their_blocks(name: str) -> None:
    """Plancherel: sum |f|^2 = (1/n) sum w ||f^(rho)||^2 with w = dim(rho) / dim(commutant)."""
    group = named(name)
    f = np.random.default_rng(1).standard_normal(group.order)
    by_blocks = [np.sum((block.basis.T @ f) ** 2) for block in isotypic_blocks(group)]
    by_irreps = [
        rho.dimension / rho.commutant * np.sum(np.tensordot(f, rho.matrices, axes=1) ** 2)
        for rho in real_irreps(character_table(group))
    ]
    assert np.allclose(np.array(by_irreps) / group.order, by_blocks, atol=1e-12)


@pytest.mark.parametrize("name", ["Z1", "Z12", "Z4 x Z6", "Z2^3", "U(15)"])
def test_pontryagin_duality(name: str) -> None:
    """The characters of an abelian group are as many homomorphisms as it has elements."""
    group, characters = named(name), linear_characters(named(name))
    phases, e = characters.phases, characters.modulus
    assert np.array_equal((phases[:, :, None] + phases[:, None, :]) % e, phases[:, group.table])
    assert len(np.unique(phases, axis=0)) == len(np.unique(phases, axis=1).T) == group.order
