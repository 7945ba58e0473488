"""What neurons that are random coefficients of irreps give, under invariance and as products."""

import pytest
from random_coefficients import mean_shares

from symtheory.claims.symmetry import FACTOR_FLOOR, GRAM_FLOOR
from symtheory.groups.families import alternating, cyclic, dihedral, symmetric
from symtheory.groups.group import Group

# Mean share of the two-sided law for 128 neurons, 100 clouds, by number of active irreps.
FINITE_WIDTH = [
    (dihedral(61), 7, 0.84),
    (dihedral(61), 12, 0.75),
    (alternating(5), 2, 0.74),
    (symmetric(5), 2, 0.79),
    (symmetric(5), 4, 0.70),
]


@pytest.mark.parametrize(("group", "n_active", "share"), FINITE_WIDTH)
def test_a_finite_width_obeys_a_non_abelian_law_only_in_part(
    group: Group, n_active: int, share: float
) -> None:
    found = mean_shares(group, n_active=n_active, n_clouds=100)
    print(group.name, n_active, found)
    assert found["both"] == pytest.approx(share, abs=0.02)
    assert found["both"] < GRAM_FLOOR
    assert found["product"] > max(found["left"], FACTOR_FLOOR)
    assert found["both"] < min(found["left"], found["right"])
    assert found["left"] == pytest.approx(found["right"], abs=0.02)


def test_the_same_width_obeys_an_abelian_law() -> None:
    found = mean_shares(cyclic(113), n_active=5)
    assert found["both"] == found["left"] == found["right"] == pytest.approx(0.956, abs=0.01)
    assert found["both"] > GRAM_FLOOR


def test_the_law_is_reached_with_width() -> None:
    shares = [
        mean_shares(dihedral(61), n_active=7, n_clouds=4, width=width)["both"]
        for width in (32, 128, 512, 2048)
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.7
    assert shares[-1] > 0.98


@pytest.mark.parametrize("group", [alternating(5), dihedral(61), symmetric(5)], ids=str)
def test_the_wrong_side_stays_below_the_floor(group: Group) -> None:
    """Coefficients that share their right vector are left-invariant, as one operand is."""
    n_active = {60: 3, 120: 2, 122: 7}[group.order]
    found = mean_shares(group, n_active=n_active, is_one_sided=True)
    print(group.name, n_active, found)
    assert found["left"] > 0.9
    assert found["right"] < 0.5 < FACTOR_FLOOR < 0.95 < found["product"]
