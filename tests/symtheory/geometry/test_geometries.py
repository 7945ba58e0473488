"""The geometry of every kind of factorized task: orbit, cone, restricted and folded orbit."""

import numpy as np
import pytest
from factorized_tasks import (
    described,
    group_task,
    multiplication,
    of_group,
    residues_task,
    squares,
    unit_logarithms,
)

from symtheory.combinatorics.orbitals import Side, is_closed_under_centering
from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.groups.families import cyclic
from symtheory.groups.notation import parse_group
from symtheory.records import Level, Role
from symtheory.representations.character_table import character_table
from symtheory.representations.irreps import real_irreps
from symtheory.tasks.task import Task

ALL = (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)
NAMES = ["S3", "Q8", "D7", "A4", "F(7,3)", "Z2 x Z4", "SL(2,3)"]


def is_closed(geometry: OperandGeometry) -> bool:
    """Whether centering leaves the Gram matrix constant on the classes."""
    return all(is_closed_under_centering(partition) for partition in geometry.orbitals)


def constant_on_classes(matrix: np.ndarray, one: OperandGeometry) -> bool:
    """Whether a matrix is constant on the classes, or a sum of two such ones."""
    columns = [
        (partition == label).ravel().astype(float)
        for partition in one.orbitals
        for label in range(int(partition.max()) + 1)
    ]
    basis, values, _ = np.linalg.svd(np.array(columns).T, full_matrices=False)
    basis = basis[:, values > 1e-9]
    assert basis.shape[1] == one.n_parameters
    flat = matrix.ravel()
    return bool(np.linalg.norm(flat - basis @ (basis.T @ flat)) < 1e-8 * np.linalg.norm(flat))


def assert_orthogonal_blocks(one: OperandGeometry) -> None:
    basis = np.hstack([block.basis for block in one.blocks])
    assert np.allclose(basis.T @ basis, np.eye(basis.shape[1]))
    assert np.allclose(basis.sum(axis=0), 0)


@pytest.mark.parametrize("name", NAMES)
def test_orbits_of_irreps_obey_the_laws_of_their_side(name: str) -> None:
    """vec(rho(g) A) is left-invariant, vec(A rho(g)) right-invariant, vec rho(g) both."""
    group = parse_group(name)
    found, _ = of_group(group)
    rng = np.random.default_rng(0)
    for rho in real_irreps(character_table(group))[1:]:
        A = rng.standard_normal((rho.dimension, rho.dimension))
        n = group.order
        left, right = (rho.matrices @ A).reshape(n, -1), (A @ rho.matrices).reshape(n, -1)
        plain = rho.matrices.reshape(n, -1)
        assert constant_on_classes(left @ left.T, found[Role.X])
        assert constant_on_classes(right @ right.T, found[Role.Y])
        assert constant_on_classes(plain @ plain.T, found[Role.READOUT])
        both = np.hstack([left, right])
        assert constant_on_classes(both @ both.T, found[Role.SHARED])
        # An operand's law does not hold for the other side where the weights are a true matrix.
        many = rho.degree > 1 and not (rho.indicator == -1 and rho.degree == 2)
        if many:
            assert not constant_on_classes(right @ right.T, found[Role.X])
            assert not constant_on_classes(left @ left.T, found[Role.READOUT])
        block = next(b for b in found[Role.X].blocks if b.name == rho.name)
        projection = block.basis @ block.basis.T
        assert np.allclose(projection @ left, left)


@pytest.mark.parametrize("name", NAMES)
def test_blocks_and_levels_of_a_group(name: str) -> None:
    group = parse_group(name)
    found, _ = of_group(group)
    for role in (Role.X, Role.Y, Role.READOUT):
        one = found[role]
        assert one.family is Family.GROUP_ORBIT
        assert one.is_protected
        assert is_closed(one)
        assert_orthogonal_blocks(one)
        assert sum(block.dimension for block in one.blocks) == group.order - 1
        assert one.levels == ALL
    one_weight = group.is_abelian or name == "Q8"
    assert found[Role.X].has_matrices is not one_weight
    assert not found[Role.READOUT].has_matrices
    assert found[Role.X].side is Side.LEFT
    # Multiplicities are the numbers of copies under what acts: they give the dimension back.
    counts = zip(found[Role.X].blocks, found[Role.X].multiplicities, strict=True)
    for block, multiplicity in counts:
        dimension = block.degree if block.indicator == 1 else 2 * block.degree
        assert block.dimension == dimension * multiplicity


def test_a_shared_table_of_a_non_abelian_group_is_a_sum_and_a_conjecture() -> None:
    found, caveats = of_group(parse_group("S3"))
    shared = found[Role.SHARED]
    assert len(shared.orbitals) == 2
    assert shared.n_parameters == 7  # 5 + 5 less the 3 of both sides
    assert not shared.is_protected
    assert any("shared" in text and "conjecture" in text for text in caveats)
    assert of_group(cyclic(7))[1] == ()


@pytest.mark.parametrize("n", [7, 12])
def test_frequencies_of_one_gcd_are_equivalent(n: int) -> None:
    one = of_group(cyclic(n))[0][Role.X]
    for orbit in one.equivalent_blocks:
        assert len({np.gcd(index + 1, n) for index in orbit}) == 1


def test_frequencies_of_the_units_mod_113() -> None:
    found, _ = of_group(cyclic(112))
    one = found[Role.X]
    sizes = {int(np.gcd(orbit[0] + 1, 112)): len(orbit) for orbit in one.equivalent_blocks}
    assert sizes == {1: 24, 2: 12, 4: 6, 7: 4, 8: 3, 14: 2, 16: 3, 28: 1, 56: 1}
    quadratic = one.blocks[55]
    assert (quadratic.name, quadratic.dimension) == ("frequency 56", 1)
    assert np.allclose(np.abs(quadratic.basis), 112**-0.5)


def test_multiplication_is_a_cone() -> None:
    found, caveats = multiplication(13, 2)
    assert caveats == ()
    for one in found.values():
        assert one.family is Family.ORBIT_WITH_FIXED_POINTS
        assert one.levels == ALL
        assert one.is_protected
        assert is_closed(one)
        assert one.block_dimensions["apex"] == 1
        assert one.block_dimensions["frequency 6"] == 1
        assert_orthogonal_blocks(one)
        # 6 differences up to sign, the diagonal, pairs with the apex, and the apex itself.
        assert one.n_parameters == 9
    points = np.hstack(
        [block.basis for block in found[Role.X].blocks[:2]] + [found[Role.X].blocks[-1].basis]
    )
    assert constant_on_classes(points @ points.T, found[Role.X])
    # All units are equally far from 0, at a right angle to their own plane.
    distances = np.linalg.norm(points[1:] - points[0], axis=1)
    assert np.allclose(distances, distances[0])
    assert found[Role.X].is_faithful((0, len(found[Role.X].blocks) - 1))
    assert not found[Role.X].is_faithful((1,))


def test_sums_of_squares_lie_on_part_of_an_orbit() -> None:
    found, caveats = squares(13)
    for role in (Role.X, Role.Y, Role.SHARED):
        one = found[role]
        assert one.family is Family.RESTRICTED
        assert one.levels == (Level.GRAM,)
        assert one.blocks == ()
        assert one.n_points == 7
        assert not one.is_protected
        assert not is_closed(one)
        assert set(one.block_dimensions.values()) == {2}
        # Squared distances of the template are constant on the classes, whatever the center.
        angle = 2 * np.pi * np.arange(13) ** 2 / 13
        points = np.stack([np.cos(angle), np.sin(angle)], axis=1) - 3.5
        distances = ((points[:, None] - points) ** 2).sum(axis=2)
        assert constant_on_classes(distances, one)
    assert found[Role.READOUT].family is Family.GROUP_ORBIT
    assert not found[Role.READOUT].is_protected
    assert sum("conjecture" in text for text in caveats) == 4


def test_a_square_on_one_side_leaves_the_other_an_orbit() -> None:
    residues = np.arange(11)
    task = residues_task((residues[:, None] ** 2 + residues) % 11, 11)
    found, caveats = described(task, cyclic(11), residues**2 % 11, residues, residues)
    assert found[Role.X].family is Family.RESTRICTED
    assert found[Role.Y].family is Family.GROUP_ORBIT
    assert found[Role.Y].is_protected
    assert Role.SHARED not in found
    assert "of the kind restricted" in caveats[0]


def test_a_coset_of_a_subgroup_is_an_orbit_of_its_own() -> None:
    """x + y mod 12 with x among the odd numbers only."""
    x, y = np.arange(1, 12, 2), np.arange(12)
    table = (x[:, None] + y) % 12
    labels = tuple(map(str, range(12)))
    task = Task("t", table, tuple(map(str, x)), labels, labels, formula="t")
    found, _ = described(task, cyclic(12), x, y, y)
    one = found[Role.X]
    assert (one.family, one.group.name if one.group else "") == (Family.GROUP_ORBIT, "Z6")
    assert one.is_protected
    assert one.levels == ALL
    assert sorted(one.coordinate.tolist()) == list(range(6))


@pytest.mark.parametrize(("p", "power", "dimension"), [(13, 2, 1), (11, 2, 1), (13, 3, 2)])
def test_powers_of_a_sum_fold_the_answers(p: int, power: int, dimension: int) -> None:
    residues = np.arange(p)
    h = residues**power % p
    task = residues_task(h[(residues[:, None] + residues) % p], p)
    found, caveats = described(task, cyclic(p), residues, residues, h)
    readout = found[Role.READOUT]
    assert readout.family is Family.COSET_SUMS
    assert readout.levels == ()
    assert readout.blocks == () == readout.orbitals
    assert readout.rows.tolist() == sorted(set(h.tolist()))
    assert set(readout.block_dimensions.values()) == {dimension}
    # u with u^power = 1 permutes frequencies that share their sums.
    units = [u for u in range(1, p) if pow(u, power, p) == 1]
    for names in readout.coinciding:
        frequencies = {int(name.removeprefix("frequency ")) for name in names}
        k = min(frequencies)
        assert frequencies == {min(k * u % p, -k * u % p) for u in units}
    # The operands keep their orbit: x + c, y - c changes nothing.
    assert found[Role.X].family is Family.GROUP_ORBIT
    assert found[Role.X].is_protected
    # One table for both cannot follow that.
    assert not found[Role.SHARED].is_protected
    assert any("nothing is claimed of it" in text for text in caveats)


def test_twins_share_a_point() -> None:
    """x mod 5 + y mod 5 for x, y in 0..9."""
    tokens = np.arange(10)
    task = residues_task((tokens[:, None] + tokens) % 5, 10, n_answers=5)
    found, _ = described(task, cyclic(5), tokens % 5, tokens % 5, np.arange(5))
    for role in (Role.X, Role.Y, Role.SHARED):
        one = found[role]
        assert one.n_points == 5
        assert one.levels == ALL
        assert one.is_protected
        assert is_closed(one)
        assert_orthogonal_blocks(one)
        assert one.n_parameters == 4  # diagonal, twins, two differences
        assert (one.orbitals[0][0, 0], one.orbitals[0][0, 5]) == (0, one.orbitals[0][3, 8])
        assert one.is_faithful((0,))


def test_twins_in_unequal_numbers_leave_distances_only() -> None:
    tokens = np.arange(11)  # 0, 5 and 10 coincide, the others in pairs
    task = residues_task((tokens[:, None] + tokens) % 5, 11, n_answers=5)
    found, caveats = described(task, cyclic(5), tokens % 5, tokens % 5, np.arange(5))
    assert found[Role.X].levels == (Level.GRAM,)
    assert not found[Role.X].is_protected
    assert not is_closed(found[Role.X])
    assert any("different numbers of tokens" in text for text in caveats)


def test_absorbing_tokens_on_different_places_do_not_share_a_table() -> None:
    p = 11
    residues = np.arange(p)
    logarithm = unit_logarithms(p, 2)
    task = residues_task(residues[:, None] * (residues + 1) % p, p)
    shifted = logarithm[(residues + 1) % p]
    found, caveats = described(task, cyclic(p - 1), logarithm, shifted, np.argsort(logarithm)[1:])
    assert Role.SHARED not in found
    assert "shared" in caveats[0]
    assert found[Role.Y].family is Family.ORBIT_WITH_FIXED_POINTS


def test_absorbing_answers_that_would_move_protect_nothing() -> None:
    """A row of zeros where zero is an answer of the group too."""
    residues = np.arange(7)
    table = np.vstack([(residues[:, None] + residues) % 7, np.zeros((1, 7), dtype=np.int64)])
    labels = tuple(map(str, range(7)))
    task = Task("t", table, (*labels, "*"), labels, labels, formula="t")
    found, caveats = described(task, cyclic(7), [*range(7), -1], residues, residues)
    assert found[Role.X].family is Family.ORBIT_WITH_FIXED_POINTS
    # The inner translation (x + c, y - c) leaves the answers alone and is still one.
    assert found[Role.X].is_protected
    assert not found[Role.READOUT].is_protected
    assert any(text.startswith("readout: not every translation") for text in caveats)


def test_plain_values() -> None:
    data = of_group(parse_group("S3"))[0][Role.X].to_dict()
    assert data["family"] == "orbit"
    assert data["levels"] == ["L0", "L1", "L2", "L3"]
    assert data["side"] == "left"
    assert [block["multiplicity"] for block in data["blocks"]] == [1, 2]  # type: ignore[index,call-overload,union-attr]


def test_untied_tasks_have_no_shared_geometry() -> None:
    group = cyclic(5)
    task = group_task(group, shared=False)
    everyone = np.arange(5)
    assert Role.SHARED not in described(task, group, everyone, everyone, everyone)[0]


def test_unknown_cells_change_nothing() -> None:
    """Of a partial table the factorization says what the unknown answers are."""
    whole = residues_task(np.add.outer(np.arange(10), np.arange(10)) % 5, 10, n_answers=5)
    holes = np.random.default_rng(0).random((10, 10)) < 0.3
    part = Task.__new__(Task)
    for name in ("name", "x_labels", "y_labels", "z_labels", "formula", "shared_tokens"):
        object.__setattr__(part, name, getattr(whole, name))
    object.__setattr__(part, "table", np.where(holes, -1, whole.table))
    tokens = np.arange(10)
    maps = (cyclic(5), tokens % 5, tokens % 5, np.arange(5))
    before, after = described(whole, *maps)[0], described(part, *maps)[0]
    for role, one in after.items():
        assert one.n_points == 5
        assert one.is_protected
        assert np.array_equal(one.orbitals[0], before[role].orbitals[0])
