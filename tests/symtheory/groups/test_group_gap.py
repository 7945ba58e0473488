"""Every group of order <= 63 except orders 32 and 48, and some up to 720, against GAP.

The data file comes from tests/oracles/groups_from_gap.py. A group is built from GAP's permutation
generators; its classes are matched with GAP's through GAP's representatives, so that every
column must agree exactly and the rows must agree as sets.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symtheory.groups.abelian import primary_decomposition
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.constructions import direct_product, quotient_map
from symtheory.groups.direct_splits import small_normal_subgroups
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.groups.permutations import cycles_text, permutation_group
from symtheory.groups.recognition import recognize
from symtheory.groups.series import (
    center,
    derived_subgroup,
    is_nilpotent,
    is_simple,
    is_solvable,
)
from symtheory.groups.subgroups import subgroup_classes
from symtheory.representations.character_table import CharacterTable, character_table
from symtheory.representations.cyclotomic import Cyclotomic
from symtheory.representations.irreps import real_irreps

DATA = Path(__file__).parents[2] / "oracles" / "groups.json.gz"
RECORDS: list[dict[str, Any]] = json.loads(gzip.decompress(DATA.read_bytes()))["groups"]
SMALL = [r for r in RECORDS if r["id"][0] <= 63]
LARGE = [r for r in RECORDS if r["id"][0] > 63]


def name(record: dict[str, Any]) -> str:
    return f"SmallGroup{tuple(record['id'])}"


def build(record: dict[str, Any]) -> Group:
    # GAP multiplies permutations from left to right: its group is the opposite of ours, with the
    # same elements, classes and characters.
    generators = [tuple(i - 1 for i in images) for images in record["generators"]]
    return permutation_group(generators, name=name(record))


def mismatch(record: dict[str, Any], table: CharacterTable) -> str:
    """Say what differs from GAP, or return an empty text."""
    group, classes = table.group, table.classes
    degree = max((len(g) for g in record["generators"]), default=0)
    elements = [
        group.element(cycles_text(tuple(i - 1 for i in [*r, *range(len(r) + 1, degree + 1)])))
        for r in record["representatives"]
    ]
    columns = classes.class_of[elements]
    if sorted(columns.tolist()) != list(range(classes.count)):
        return "the classes differ"
    if classes.sizes[columns].tolist() != record["sizes"]:
        return "the class sizes differ"
    if classes.element_orders[columns].tolist() != record["orders"]:
        return "the element orders differ"
    for p, images in record["power_maps"].items():
        if columns[images].tolist() != classes.power(int(p))[columns].tolist():
            return f"the power map of {p} differs"
    palette = [
        Cyclotomic.from_powers(n, dict(zip(rest[::2], rest[1::2], strict=True)))
        for n, *rest in record["palette"]
    ]
    theirs = {
        (*(palette[e] for e in row), nu)
        for row, nu in zip(record["characters"], record["indicators"], strict=True)
    }
    ours = {
        (*(table.value(i, k) for k in columns.tolist()), int(table.indicators[i]))
        for i in range(table.count)
    }
    return "" if ours == theirs else "the characters differ"


def structure(record: dict[str, Any], group: Group) -> dict[str, Any]:
    """Recompute the structural entries of a record."""
    abelian, _ = quotient_map(group, derived_subgroup(group))
    found: dict[str, Any] = {
        "center": len(center(group)),
        "derived": len(derived_subgroup(group)),
        "abelian_invariants": sorted(primary_decomposition(abelian)),
        "nilpotent": is_nilpotent(group),
        "solvable": is_solvable(group),
        "simple": is_simple(group),
        "normal_subgroups": len(list(small_normal_subgroups(group, group.order))),
    }
    if "subgroup_classes" in record:
        found["subgroup_classes"] = len(subgroup_classes(group))
    if "automorphisms" in record:
        found["automorphisms"] = automorphism_group(group).order
    return found


def expected_structure(record: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    expected = {key: record[key] for key in found}
    expected["abelian_invariants"] = sorted(expected["abelian_invariants"])
    if record["id"][0] == 1:
        expected["simple"] = False
    return expected


def test_the_file_holds_every_small_group() -> None:
    numbers = {n: [r["id"][1] for r in SMALL if r["id"][0] == n] for n in range(1, 64)}
    assert [n for n, found in numbers.items() if not found] == [32, 48]
    for found in numbers.values():
        assert found == list(range(1, len(found) + 1))
    assert len(numbers[16]) == 14
    assert len(numbers[60]) == 13
    assert len(LARGE) >= 12


@pytest.mark.parametrize("order", [n for n in range(1, 64) if n not in (32, 48)])
def test_small_groups_agree_with_gap(order: int) -> None:
    for record in (r for r in SMALL if r["id"][0] == order):
        group = build(record)
        assert mismatch(record, character_table(group)) == "", name(record)
        found = structure(record, group)
        assert found == expected_structure(record, found), name(record)


@pytest.mark.parametrize("record", LARGE, ids=name)
def test_larger_groups_agree_with_gap(record: dict[str, Any]) -> None:
    group = build(record)
    table = character_table(group)
    assert mismatch(record, table) == ""
    found = structure(record, group)
    assert found == expected_structure(record, found)
    if group.order <= 200:
        irreps = real_irreps(table)
        assert sum(rho.dimension**2 // rho.commutant for rho in irreps) == group.order


def test_a_wrong_value_is_noticed() -> None:
    record = next(r for r in SMALL if r["id"] == [60, 5])
    changed = json.loads(json.dumps(record))
    row = next(r for r in changed["characters"] if len(set(r)) > 4)
    places = [k for k, n in enumerate(changed["orders"]) if n == 5]
    row[places[0]], row[places[1]] = row[places[1]], row[places[0]]
    table = character_table(build(record))
    assert mismatch(record, table) == ""
    assert mismatch(changed, table) == "the characters differ"
    changed = json.loads(json.dumps(record))
    changed["indicators"][0] = -1
    assert mismatch(changed, table) == "the characters differ"


@pytest.mark.parametrize("order", [8, 12, 16, 24, 36, 60])
def test_recognition_tells_the_groups_of_one_order_apart(order: int) -> None:
    named: dict[str, str] = {}
    for record in (r for r in SMALL if r["id"][0] == order):
        group = build(record)
        known = recognize(group)
        images = known.isomorphism
        assert sorted(images.tolist()) == list(range(order))
        assert np.array_equal(images[group.table], known.group.table[np.ix_(images, images)])
        if known.is_named:
            assert known.group.name not in named, (name(record), named[known.group.name])
            named[known.group.name] = name(record)
    assert len(named) >= 5


def test_abelian_groups_by_their_invariants() -> None:
    for record in (r for r in SMALL if r["derived"] == 1):
        invariants = record["abelian_invariants"] or [1]
        model = direct_product(*map(cyclic, invariants))
        assert recognize(build(record)).group.name == recognize(model).group.name
