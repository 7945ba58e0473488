"""Geometry of tasks without a group: which autotopisms act on the operands."""

import numpy as np
import pytest

from symtheory.geometry.geometries import geometries
from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.groups.notation import parse_group
from symtheory.records import Level, Role
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import find_symmetries
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def found_of(task: Task) -> tuple[dict[Role, OperandGeometry], tuple[str, ...]]:
    structure = find_structure(task)
    return geometries(structure, find_symmetries(structure))


@pytest.mark.parametrize("n", [12, 15, 35])
def test_multiplication_mod_a_composite_number_moves_by_units(n: int) -> None:
    found, caveats = found_of(modular_task("x*y", n))
    gcds = np.gcd(np.arange(n), n)
    for one in found.values():
        assert one.family is Family.PERMUTATION_ORBITS
        assert one.is_protected
        assert one.levels == (Level.SPECTRUM, Level.GRAM)
        pairs = set(zip(one.orbitals[0].diagonal().tolist(), gcds.tolist(), strict=True))
        assert len(pairs) == len(set(gcds.tolist()))
    assert caveats == ()


def test_a_norm_form_is_a_conjecture() -> None:
    """Its scalings move both operands at once."""
    found, caveats = found_of(modular_task("x^2 + x*y + y^2", 13))
    assert len(found[Role.X].blocks) == 7
    assert found[Role.X].n_parameters == 9
    assert not any(one.is_protected for one in found.values())
    assert all("conjecture" in text for text in caveats)
    assert len(caveats) == 4


def test_conjugation_moves_x_by_translations_and_y_by_conjugation() -> None:
    group = parse_group("S3")
    x, y = np.indices((6, 6))
    table = group.table[group.table[x, y], group.inverses[x]]
    labels = group.labels
    task = Task("c", table, labels, labels, labels, formula="x*y*x^-1", shared_tokens=True)
    found, _ = found_of(task)
    assert found[Role.X].n_parameters == 5  # left translations of S3
    assert found[Role.X].multiplicities == (1, 2)
    assert found[Role.X].is_protected
    orbit = found[Role.Y].orbitals[0].diagonal()
    assert sorted(np.bincount(np.unique(orbit, return_inverse=True)[1]).tolist()) == [1, 2, 3]


def test_a_random_table_claims_nothing() -> None:
    labels = tuple(map(str, range(12)))
    table = np.random.default_rng(0).integers(12, size=(12, 12))
    found, caveats = found_of(Task("r", table, labels, labels, labels, formula="random"))
    for one in found.values():
        assert one.family is Family.NONE
        assert one.levels == ()
        assert one.sharpness == 0
    assert all("nothing is claimed" in text for text in caveats)


@pytest.mark.parametrize("expression", ["x*y", "x^2 + x*y + y^2"])
def test_relabeling_moves_the_classes_along(expression: str) -> None:
    task = modular_task(expression, 15)
    order = np.random.default_rng(1).permutation(15)
    labels = tuple(task.x_labels[i] for i in order)
    moved = Task(
        "m",
        task.table[np.ix_(order, order)],
        labels,
        labels,
        task.z_labels,
        formula="m",
        shared_tokens=True,
    )
    before, after = found_of(task)[0][Role.X], found_of(moved)[0][Role.X]
    pairs = zip(before.orbitals[0][np.ix_(order, order)].flat, after.orbitals[0].flat, strict=True)
    assert len(set(pairs)) == before.n_parameters == after.n_parameters
    assert before.levels == after.levels
