"""Rates of the test of the answer kernel, with fixed seeds and binomial bounds.

The table with 1,000 clouds a cell is in docs/answer_kernel.md; `tests/benchmarks/kernel_rates.py`
measures it again.
"""

import numpy as np
import pytest
from binomial import binomial_bounds
from kernel_clouds import NULLS, TASKS, kernel_of, null_cloud, obedient

from symtheory.analysis.kernel.power_order import check_kernel
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.claims.kernel import KERNEL_FLOOR

N_CLOUDS, N_DRAWS = 120, 19


@pytest.mark.parametrize("kind", NULLS)
@pytest.mark.parametrize("name", ["hypercube(5)", "x^2+y^2 mod 31"])
def test_the_level_is_kept(name: str, kind: str) -> None:
    kernel, rng = kernel_of(name), np.random.default_rng(0)
    n_rejected = 0
    for _ in range(N_CLOUDS):
        cloud = null_cloud(kernel, kind, rng=rng)
        draws = label_permutations(len(cloud), N_DRAWS, rng=rng)
        n_rejected += check_kernel(cloud, kernel, permutations=draws).null.p_value <= 0.05
    low, high = binomial_bounds(N_CLOUDS, 0.05)
    assert low <= n_rejected <= high


@pytest.mark.parametrize("exponent", [0.5, 1.0])
@pytest.mark.parametrize("name", TASKS)
def test_noisy_solutions_are_held(name: str, exponent: float) -> None:
    """With noise of .3 of the power, 40 clouds each."""
    kernel, rng = kernel_of(name), np.random.default_rng(0)
    for _ in range(40):
        cloud = obedient(kernel, exponent, 0.3, rng=rng)
        draws = label_permutations(len(cloud), 19, rng=rng)
        null = check_kernel(cloud, kernel, permutations=draws).null
        assert null.p_value <= 0.05
        assert null.observed >= KERNEL_FLOOR
