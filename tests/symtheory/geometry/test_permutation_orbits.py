"""Components of permutation groups, and the geometry that they fix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.geometry.orbit_geometry import orbit_geometry
from symtheory.groups.notation import parse_group
from symtheory.records import Level, Role
from symtheory.representations.character_table import character_table
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.representations.permutation_components import permutation_components


def geometry_of(acting: np.ndarray, twins: np.ndarray | None = None) -> OperandGeometry:
    count = acting.shape[1]
    twins = np.arange(count) if twins is None else twins
    return orbit_geometry(
        Role.X,
        acting,
        twins=twins,
        tokens=tuple(map(str, range(len(twins)))),
        rows=np.arange(len(twins)),
        moves=acting,
        is_protected=True,
    )


def units(n: int) -> np.ndarray:
    return np.array([[u * i % n for i in range(n)] for u in range(2, n) if np.gcd(u, n) == 1])


@pytest.mark.parametrize("name", ["S3", "Q8", "SL(2,3)", "F(7,3)", "A5", "Z3 x Z6"])
def test_left_translations_give_the_isotypic_blocks(name: str) -> None:
    """d copies of a real or complex irrep, d/2 of a quaternionic one."""
    group = parse_group(name)
    found = permutation_components(group.table[list(group.generators)])
    blocks = isotypic_blocks(group)
    assert len(found) == len(blocks)
    for block in blocks:
        projection = block.basis @ block.basis.T
        same = [one for one in found if np.allclose(one.basis @ one.basis.T, projection)]
        assert len(same) == 1
        assert (same[0].degree, same[0].indicator) == (block.degree, block.indicator)
        copies = block.degree // 2 if block.indicator == -1 else block.degree
        assert same[0].multiplicity == copies


@settings(deadline=None, max_examples=30)
@given(n=st.integers(2, 14), seed=st.integers(0, 2**32 - 1), k=st.integers(1, 2))
def test_components_are_invariant_and_orthogonal(n: int, seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    split = int(rng.integers(1, n + 1))  # intransitive: two parts are permuted apart
    generators = np.stack(
        [
            np.concatenate([rng.permutation(split), split + rng.permutation(n - split)])
            for _ in range(k)
        ]
    )
    found = permutation_components(generators)
    basis = np.hstack([one.basis for one in found])
    assert np.allclose(basis.T @ basis, np.eye(n))
    for one in found:
        assert one.basis.shape[1] == one.dimension * one.multiplicity
        projection = one.basis @ one.basis.T
        for g in generators:
            assert np.allclose(projection[np.ix_(g, g)], projection)


@pytest.mark.parametrize("n", [12, 15, 35])
def test_composite_multiplication_has_one_orbit_a_divisor(n: int) -> None:
    one = geometry_of(units(n))
    gcds = np.gcd(np.arange(n), n)
    orbit = one.orbitals[0].diagonal()
    assert len(set(zip(orbit.tolist(), gcds.tolist(), strict=True))) == len(set(gcds.tolist()))
    assert one.family is Family.PERMUTATION_ORBITS
    assert one.levels == (Level.SPECTRUM, Level.GRAM)
    assert one.blocks[-1].name == "orbit offsets"
    assert one.multiplicities[-1] == len(set(gcds.tolist())) - 1
    # Every character occurs once for each divisor whose units it comes from.
    assert sum(block.dimension for block in one.blocks) == n - 1
    assert max(one.multiplicities[:-1]) > 1


def test_scalings_mod_a_prime_show_multiplicative_characters() -> None:
    one = geometry_of(units(13))
    assert one.levels == (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)
    assert [block.name for block in one.blocks[:6]] == [f"frequency {k}" for k in range(1, 7)]
    assert one.n_parameters == 9
    assert one.blocks[5].dimension == 1
    logarithm = [next(k for k in range(12) if pow(2, k, 13) == x) for x in range(1, 13)]
    values = np.exp(2j * np.pi * np.array(logarithm) / 12)
    # Frequencies are those of the group in standard form: one of the generators' own.
    powers = [np.linalg.norm(b.basis[1:].T @ values) for b in one.blocks[:6]]
    assert np.isclose(max(powers), 12**0.5)
    assert all(b.basis[0] == pytest.approx(0) for b in one.blocks[:6])


def test_blocks_of_twins_are_constant_on_them() -> None:
    twins = np.concatenate([[0], np.repeat(np.arange(1, 13), 2)])
    one = geometry_of(units(13), twins)
    basis = np.hstack([block.basis for block in one.blocks])
    assert np.allclose(basis.T @ basis, np.eye(basis.shape[1]))
    assert np.allclose(basis.sum(axis=0), 0)
    assert np.allclose(basis[1::2], basis[2::2])
    assert one.n_parameters == 10  # those of 13 tokens, and the pairs of twins
    assert one.n_points == 13


def test_few_symmetries_claim_nothing() -> None:
    one = geometry_of(np.array([[1, 0, 2, 3, 4, 5, 6, 7]]))
    assert one.family is Family.NONE
    assert one.sharpness < 0.5
    assert one.levels == () == one.blocks
    nothing = geometry_of(np.empty((0, 8), dtype=np.int64))
    assert nothing.n_parameters == 36
    assert nothing.sharpness == 0


def test_large_groups_are_not_written_down() -> None:
    rotation, swap = np.roll(np.arange(9), 1), np.array([1, 0, *range(2, 9)])
    one = geometry_of(np.stack([rotation, swap]))
    assert one.group is None
    assert [block.name for block in one.blocks] == ["component 1"]
    assert one.n_parameters == 2


def test_names_are_those_of_the_acting_group() -> None:
    group = parse_group("A4")
    one = geometry_of(group.table[list(group.generators)])
    assert one.group is not None
    assert one.group.name == "A4"
    table = character_table(one.group)
    for block in one.blocks:
        assert block.degree == table.degrees[block.characters[0]]
    assert [block.name for block in one.blocks] == ["χ2+χ3", "χ4"]
