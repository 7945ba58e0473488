"""Real irreps, isotypic bases, Fourier transform and duality."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SECTION_5_2, groups, named

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.representations.character_table import character_table
from symtheory.representations.closed_forms import closed_form_irreps, closed_form_texts
from symtheory.representations.dual import dual_group
from symtheory.representations.fourier import (
    convolve,
    fourier_transform,
    inverse_fourier_transform,
    power_spectrum,
)
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
    irreps = closed_form_irreps(table)
    assert irreps is not None
    check_irreps(named(name), irreps)
    assert all(rho.formula for rho in irreps if rho.degree > 1)
    assert closed_form_texts(table) == tuple(rho.formula for rho in irreps)


def test_no_closed_form_is_claimed_where_there_is_none() -> None:
    assert closed_form_irreps(character_table(named("S4"))) is None
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


@settings(deadline=None, max_examples=25)
@given(groups(), st.integers(0, 2**32 - 1))
def test_fourier_transform(group: Group, seed: int) -> None:
    irreps = real_irreps(character_table(group))
    rng = np.random.default_rng(seed)
    f = rng.standard_normal(group.order) + 1j * rng.standard_normal(group.order)
    h = rng.standard_normal(group.order)
    transform = fourier_transform(f, irreps)
    assert abs(inverse_fourier_transform(transform, irreps) - f).max() <= 1e-12
    energy = float((abs(f) ** 2).sum())
    assert power_spectrum(f, irreps).sum() == pytest.approx(energy, rel=1e-12)
    both = zip(transform, fourier_transform(h, irreps), strict=True)
    convolved = fourier_transform(convolve(group, f, h), irreps)
    for product, expected in zip((a @ b for a, b in both), convolved, strict=True):
        assert abs(product - expected).max() <= 1e-11 * max(1.0, abs(expected).max())


def test_power_spectrum_is_the_power_in_the_blocks() -> None:
    group = named("SL(2,3)")
    f = np.random.default_rng(1).standard_normal(24)
    by_blocks = [np.sum((block.basis.T @ f) ** 2) for block in isotypic_blocks(group)]
    spectrum = power_spectrum(f, real_irreps(character_table(group)))
    assert np.allclose(spectrum, by_blocks, atol=1e-12)


def test_the_identity_of_convolution() -> None:
    group = named("S3")
    delta = np.zeros(6)
    delta[group.identity] = 1
    f = np.arange(6.0)
    assert np.array_equal(convolve(group, delta, f), f)
    assert not np.allclose(convolve(group, f, f**2), convolve(group, f**2, f))


def test_functions_of_the_wrong_size_are_refused() -> None:
    irreps = real_irreps(character_table(named("Z4")))
    with pytest.raises(SpecError, match=r"shape \(4,\)"):
        fourier_transform([1.0, 2.0], irreps)
    with pytest.raises(SpecError, match="as many matrices"):
        inverse_fourier_transform([], irreps)
    with pytest.raises(SpecError, match="shape"):
        convolve(named("Z4"), [1.0], [1.0])


@pytest.mark.parametrize("name", ["Z1", "Z12", "Z4 x Z6", "Z2^3", "U(15)"])
def test_pontryagin_duality(name: str) -> None:
    group = named(name)
    dual = dual_group(group)
    # Characters are homomorphisms, exactly, and multiply as the dual group says.
    e = dual.exponent
    sums = dual.phases[:, :, None] + dual.phases[:, None, :]
    assert np.array_equal(sums % e, dual.phases[:, group.table])
    products = (dual.phases[:, None] + dual.phases[None, :]) % e
    assert np.array_equal(products, dual.phases[dual.group.table])
    for isomorphism, target in (
        (dual.isomorphism, dual.group),
        (dual.evaluation, dual_group(dual.group).group),
    ):
        assert sorted(isomorphism.tolist()) == list(range(group.order))
        assert np.array_equal(
            isomorphism[group.table], target.table[np.ix_(isomorphism, isomorphism)]
        )
    # Evaluation: the character of the dual that belongs to g takes chi(g) on chi.
    second = dual_group(dual.group)
    assert np.array_equal(second.phases[dual.evaluation], dual.phases.T)
    gram = dual.to_numeric() @ dual.to_numeric().conj().T
    assert np.allclose(gram, group.order * np.eye(group.order), atol=1e-10)


def test_no_dual_of_a_non_abelian_group() -> None:
    with pytest.raises(SpecError, match="not abelian"):
        dual_group(named("S3"))
