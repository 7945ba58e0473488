"""False-positive rates of L0 and L1 on cones, restricted orbits and orbits of other groups."""

import numpy as np
import pytest
from binomial import binomial_bounds
from synthetic import gaussian

from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.analysis.symmetry.factor_law import check_law
from symtheory.analysis.symmetry.spectrum import check_spectrum
from symtheory.analysis.symmetry.token_cloud import make_token_cloud
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Role
from symtheory.tasks.read import read_task
from symtheory.theory import predict

CASES = {
    "modmul 97, shared": ("modmul", {"p": 97}, Role.SHARED),
    "x^2 + y^2 mod 31, shared": ("modsquares", {"p": 31}, Role.SHARED),
    "D30, left operand": ("compose", {"group": "D30"}, Role.X),
    "D30, readout": ("compose", {"group": "D30"}, Role.READOUT),
    "x*y mod 35, shared": ("x*y", {"mod": 35}, Role.SHARED),
}


def rejections(geometry: OperandGeometry, *, n_clouds: int, seed: int) -> dict[str, int]:
    """Rejections at 5 % for Gaussian clouds of 8 to 128 dimensions, spectra flat and 1/i."""
    rng = np.random.default_rng(seed)
    counts: dict[str, int] = {}
    for i in range(n_clouds):
        scales = np.arange(1.0, 1 + (8, 32, 128)[i % 3]) ** -(i % 2)
        cloud = gaussian(len(geometry.rows), scales, rng=rng)
        found = make_token_cloud(Embedding(cloud, geometry.role), geometry)
        permutations = label_permutations(
            len(found.points), 99, rng=rng, exchangeable=found.exchangeable
        )
        gram = check_law(found, permutations=permutations)
        counts["L1"] = counts.get("L1", 0) + int(gram.null.p_value <= 0.05)
        if found.blocks:
            power = check_spectrum(found.points, found.blocks, permutations=permutations)
            counts["L0"] = counts.get("L0", 0) + int(power.null.p_value <= 0.05)
    return counts


@pytest.mark.parametrize(
    "n_clouds", [60, pytest.param(1000, marks=pytest.mark.slow)], ids=["few", "thousand"]
)
@pytest.mark.parametrize("case", CASES)
def test_false_positive_rates_at_five_percent(case: str, n_clouds: int) -> None:
    name, parameters, role = CASES[case]
    geometry = predict(read_task(name, **parameters)).geometries[role]
    counts = rejections(geometry, n_clouds=n_clouds, seed=11)
    low, high = binomial_bounds(n_clouds, 0.05, confidence=1 - 1e-4)
    print(case, counts)
    assert all(low <= count <= high for count in counts.values()), counts
