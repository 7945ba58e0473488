"""False-positive rates of L0 to L2 under the laws of groups: products, and sums of two.

The full table is `tests/benchmarks/calibration.py`; here are a few cells of it.
"""

import numpy as np
import pytest
from binomial import binomial_bounds

from symtheory.analysis.symmetry.factor_law import factor_share
from symtheory.analysis.symmetry.procrustes import procrustes_share
from symtheory.analysis.symmetry.template import fit_template
from symtheory.records import Role
from tests.benchmarks.calibration import Cell, outside, stream
from tests.benchmarks.calibration_cases import (
    NULLS,
    chosen_blocks,
    label_p_values,
    null_cloud,
    subject,
    template,
)

ROLES = (Role.X, Role.READOUT, Role.SHARED)


def p_values(group: str, role: Role, *, n_clouds: int, n_permutations: int) -> dict[str, list]:
    """p-values by level; the four kinds of clouds take turns."""
    law = subject(group, role)
    found: dict[str, list[float]] = {}
    for i, seed in enumerate(stream(1, group, role).spawn(n_clouds)):
        rng = np.random.default_rng(seed)
        cloud = null_cloud(law, NULLS[i % len(NULLS)], rng=rng)
        p = label_p_values(law, cloud, rng=rng, n_permutations=n_permutations)
        for level, value in p.items():
            found.setdefault(level, []).append(value)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_clouds_that_obey_the_law_have_share_one(role: Role) -> None:
    """The permuted clouds of the table are orbits under their own law before they are permuted."""
    law, rng = subject("S4", role), np.random.default_rng(0)
    active = [*chosen_blocks(law, rng=rng)]
    cloud = template(law, active, rng=rng)
    assert factor_share(cloud, law.blocks, law.laws) == pytest.approx(1)
    fitted = fit_template(cloud, law.blocks, active=active, laws=law.laws)
    assert procrustes_share(cloud, fitted.points) == pytest.approx(1)


@pytest.mark.parametrize("role", ROLES)
def test_false_positive_rates_at_five_percent(role: Role) -> None:
    n_clouds = 100
    found = p_values("S4", role, n_clouds=n_clouds, n_permutations=19)
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    counts = {level: sum(value <= 0.05 for value in p) for level, p in found.items()}
    assert all(low <= count <= high for count in counts.values()), counts


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("group", ["A4", "D24", "F(7,6)", "S5"])
def test_false_positive_rates_at_five_and_one_percent(group: str, role: Role) -> None:
    n_clouds = 400
    found = p_values(group, role, n_clouds=n_clouds, n_permutations=99)
    for rate in (0.05, 0.01):
        low, high = binomial_bounds(n_clouds, rate, confidence=1 - 1e-4)
        counts = {level: sum(value <= rate for value in p) for level, p in found.items()}
        assert all(low <= count <= high for count in counts.values()), (rate, counts)


def test_the_streams_of_cells_differ_and_do_not_depend_on_each_other() -> None:
    first, again = (stream(0, "S4", "x", "flat").spawn(3) for _ in range(2))
    other = stream(0, "S4", "x", "1/i").spawn(3)
    draws = [[np.random.default_rng(s).random() for s in seeds] for seeds in (first, again, other)]
    assert draws[0] == draws[1]
    assert len({*draws[0], *draws[2]}) == 6


def test_a_rate_beyond_its_bound_is_named() -> None:
    def cell(at_5: int, draws: int) -> Cell:
        return Cell("Z12", 12, "x", "flat", "L0", 1000, draws, at_5, 10, 0)

    assert outside([cell(50, 99), cell(50, 19)]) == ([], 3)
    beyond, n_counts = outside([cell(90, 99)])
    assert n_counts == 2
    assert "90 of 1000 at 5% (29 to 74)" in beyond[0]
