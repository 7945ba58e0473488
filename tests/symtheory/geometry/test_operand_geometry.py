"""The predicted geometry: blocks, equivalence and faithfulness."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.geometry.operand import OperandGeometry
from symtheory.groups.families import cyclic
from symtheory.records import Role
from symtheory.representations.characters import linear_characters
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task
from symtheory.text.geometry_statements import fixed
from symtheory.theory import predict

ROLES = [Role.X, Role.Y, Role.READOUT, Role.SHARED]


def geometry(n: int, role: Role = Role.X, expression: str = "x + y") -> OperandGeometry:
    return predict(modular_task(expression, n)).geometries[role]


def template(
    one: OperandGeometry, active: tuple[int, ...], radii: tuple[float, ...]
) -> NDArray[np.float64]:
    """Points with the given radius in the plane of each active block."""
    parts = []
    for index, radius in zip(active, radii, strict=True):
        basis = one.blocks[index].basis
        parts.append(radius * basis / np.linalg.norm(basis[0]))
    return np.hstack(parts)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("expression", ["x + y", "x - y", "2*x + 3*y + 1", "(x + y)^3"])
@pytest.mark.parametrize("n", [5, 11])
def test_any_weights_give_an_invariant_gram_matrix(role: Role, expression: str, n: int) -> None:
    one = geometry(n, role, expression)
    active = tuple(range(len(one.blocks)))
    points = template(one, active, tuple(1.0 + index for index in active))
    gram = points @ points.T
    (partition,) = one.orbitals
    for label in range(int(partition.max()) + 1):
        assert np.ptp(gram[partition == label]) < 1e-9
    # Fixed: equal norms, centered. And the classes are those of one difference, up to sign.
    assert np.ptp(np.diag(gram)) < 1e-9
    assert np.allclose(points.sum(axis=0), 0)
    assert partition.max() + 1 == n // 2 + 1 == one.n_parameters


def test_an_ellipse_is_not_invariant() -> None:
    one = geometry(13)
    ellipse = one.blocks[0].basis * [1.0, 0.5]
    gram = ellipse @ ellipse.T
    assert max(np.ptp(gram[one.orbitals[0] == k]) for k in range(7)) > 0.01


@pytest.mark.parametrize("n", [5, 6, 12, 97])
def test_blocks_are_an_orthogonal_decomposition(n: int) -> None:
    one = geometry(n, Role.READOUT, "(x + y)*1 + 2")
    basis = np.hstack([np.full((n, 1), n**-0.5), *(block.basis for block in one.blocks)])
    assert np.allclose(basis.T @ basis, np.eye(n))
    projections = [block.basis @ block.basis.T for block in one.blocks]
    for first, second in itertools.combinations(projections, 2):
        assert np.abs(first @ second).max() < 1e-12
    for projection in projections:
        assert np.allclose(projection @ projection, projection)
    dimensions = Counter(block.dimension for block in one.blocks)
    assert dimensions == ({2: (n - 1) // 2} if n % 2 else {2: n // 2 - 1, 1: 1})


def test_sharpness_counts_free_entries() -> None:
    assert geometry(13).n_parameters == 7
    assert geometry(13).sharpness == pytest.approx(1 - 7 / 91)
    # A table without symmetry would have all 1770 of 59 tokens, sharpness 0.
    assert geometry(59).sharpness == pytest.approx(1 - 30 / 1770)


def test_distances_follow_the_formula() -> None:
    n, frequencies, radii = 97, (3, 17), (0.6, 0.8)
    points = template(geometry(n), tuple(k - 1 for k in frequencies), radii)
    for s in (1, 5, 48):
        expected = sum(
            4 * a**2 * math.sin(math.pi * k * s / n) ** 2
            for k, a in zip(frequencies, radii, strict=True)
        )
        differences = points - np.roll(points, s, axis=0)
        assert np.allclose((differences**2).sum(axis=1), expected)


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        (97, {48: 1}),
        (112, {24: 1, 12: 1, 6: 1, 4: 1, 3: 2, 2: 1, 1: 2}),
        (12, {2: 1, 1: 4}),
    ],
)
def test_equivalent_frequencies_have_one_gcd(n: int, sizes: dict[int, int]) -> None:
    orbits = geometry(n).equivalent_blocks
    assert Counter(map(len, orbits)) == sizes
    assert sorted(itertools.chain(*orbits)) == list(range(n // 2))
    for orbit in orbits:
        assert len({math.gcd(index + 1, n) for index in orbit}) == 1


@settings(deadline=None, max_examples=40)
@given(n=st.integers(5, 30), data=st.data())
def test_faithful_exactly_if_the_gcd_is_one(n: int, data: st.DataObject) -> None:
    frequencies = data.draw(st.sets(st.integers(1, n // 2), min_size=1, max_size=3))
    active = tuple(k - 1 for k in frequencies)
    one = geometry(n)
    points = np.round(template(one, active, (1.0,) * len(active)), 9) + 0.0
    is_injective = len(np.unique(points, axis=0)) == n
    assert one.is_faithful(active) == is_injective == (math.gcd(n, *frequencies) == 1)


def test_shared_table_of_unrelated_operands_is_not_predicted() -> None:
    """The same tokens, but the right operand reads them in an order of its own."""
    n = 7
    order = np.array([0, 2, 1, 3, 4, 5, 6])
    residues = np.arange(n)
    labels = tuple("abcdefg")
    table = (residues[:, None] + order) % n
    theory = predict(Task("t", table, labels, labels, labels, formula="t", shared_tokens=True))
    assert set(theory.geometries) == {Role.X, Role.Y, Role.READOUT}
    assert "do not commute" in theory.caveats[0]
    assert "caveat" in theory.text()
    with pytest.raises(PredictionError, match="shared embedding"):
        theory.predictions([Role.SHARED])


def test_shared_table_needs_the_same_irreps_too() -> None:
    """Mod 6, exchanging 3 and 5 leaves projections that commute, but other frequency planes."""
    order = np.array([0, 1, 2, 5, 4, 3])
    labels = tuple("abcdef")
    table = (np.arange(6)[:, None] + order) % 6
    theory = predict(Task("t", table, labels, labels, labels, formula="t", shared_tokens=True))
    assert Role.SHARED not in theory.geometries
    assert "different irreps" in theory.caveats[0]


def test_shared_table_of_a_common_relabeling_is_predicted_in_its_own_order() -> None:
    n = 11
    order = np.random.default_rng(0).permutation(n)
    labels = tuple(map(str, range(n)))
    table = np.argsort(order)[(order[:, None] + order) % n]
    theory = predict(Task("t", table, labels, labels, labels, formula="t", shared_tokens=True))
    shared = theory.geometries[Role.SHARED]
    difference = np.subtract.outer(order, order) % n
    difference = np.minimum(difference, n - difference)
    assert len(set(zip(shared.orbitals[0].flat, difference.flat, strict=True))) == n // 2 + 1
    assert not np.array_equal(shared.orbitals[0], geometry(n).orbitals[0])


def test_characters_are_exact_homomorphisms() -> None:
    group = cyclic(12)
    characters = linear_characters(group)
    phases, m = characters.phases, characters.modulus
    assert m == group.exponent
    product = (phases[:, :, None] + phases[:, None, :]) % m
    assert np.array_equal(phases[:, group.table], product)
    assert len(np.unique(phases, axis=0)) == 12


def test_statements_name_the_one_dimensional_frequency_of_an_even_group() -> None:
    assert fixed(geometry(97))[0] == "dimension 2 per frequency, so even"
    assert "1 for frequency 48" in fixed(geometry(96))[0]
