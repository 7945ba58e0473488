"""Distances, ranks and the max-margin condition of irreps."""

import numpy as np
import pytest

from symtheory.groups.notation import parse_group
from symtheory.representations.character_table import character_table
from symtheory.representations.max_margin import max_margin_condition
from symtheory.representations.orbit_metric import orbit_distances, orbit_spectrum


@pytest.mark.parametrize(
    ("name", "degree", "expected"),
    [
        ("S4", 3, [{2 / 3, 1, 4 / 3}, {2 / 3, 1, 4 / 3}]),
        ("S5", 4, [{1 / 2, 3 / 4, 1, 5 / 4}, {3 / 4, 1, 5 / 4, 3 / 2}]),
        ("S5", 5, [{4 / 5, 1, 6 / 5}, {4 / 5, 1, 6 / 5}]),
        ("A5", 3, [{0.461, 1, 1.206, 4 / 3}, {0.461, 1, 1.206, 4 / 3}]),
        ("Q8", 2, [{1, 2}]),
        ("F(7,3)", 3, [{1, 7 / 6}, {1, 7 / 6}]),
    ],
)
def test_distances(name: str, degree: int, expected: list[set[float]]) -> None:
    table = character_table(parse_group(name))
    rows = np.flatnonzero(table.degrees == degree).tolist()
    found = sorted(
        sorted(set(np.round(orbit_distances(table, row)[1:], 3).tolist())) for row in rows
    )
    assert found == sorted(sorted(round(value, 3) for value in values) for values in expected)


@pytest.mark.parametrize("name", ["S4", "S5", "Q8", "F(7,3)", "A5", "SL(2,3)"])
def test_the_gram_matrix_of_an_irrep_has_one_eigenvalue(name: str) -> None:
    group = parse_group(name)
    table = character_table(group)
    quotients = table.classes.class_of[group.table[group.inverses]]
    for row in range(table.count):
        degree = int(table.degrees[row])
        values = np.linalg.eigvalsh(degree * table.numeric_row(row).real[quotients])
        eigenvalue, multiplicity = orbit_spectrum(table, row)
        assert multiplicity == (2 if table.indicators[row] == 0 else 1) * degree**2
        assert np.allclose(values[-multiplicity:], float(eigenvalue))
        assert np.allclose(values[:-multiplicity], 0, atol=1e-9)


@pytest.mark.parametrize(
    "name",
    ["Z12", "Z4 x Z6", "D7", "D8", "Q8", "Dic5", "A4", "S4", "S5", "Heis(3)", "Heis(5)", "F(7,3)",
     "F(13,4)"],
)  # fmt: skip
def test_max_margin_condition_holds(name: str) -> None:
    found = max_margin_condition(character_table(parse_group(name)))
    assert found.holds
    assert found.worst < 0


@pytest.mark.parametrize(("name", "worst"), [("A5", 0.79), ("SL(2,3)", 0.62), ("PSL(2,7)", 2.73)])
def test_max_margin_condition_fails(name: str, worst: float) -> None:
    found = max_margin_condition(character_table(parse_group(name)))
    assert not found.holds
    assert found.worst == pytest.approx(worst, abs=0.005)


def test_abelian_groups_have_minus_one() -> None:
    for name in ("Z1", "Z7", "Z2 x Z6"):
        assert max_margin_condition(character_table(parse_group(name))).worst == pytest.approx(-1)
