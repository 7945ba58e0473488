"""Clouds of a network of finite width: every neuron is a random coefficient of one irrep."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.analysis.symmetry.block_laws import product_laws
from symtheory.analysis.symmetry.factor_law import factor_share
from symtheory.combinatorics.orbitals import Side, translation_orbitals
from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.statistics import centered_gram
from symtheory.groups.group import Group
from symtheory.representations.character_table import character_table
from symtheory.representations.irreps import RealIrrep, real_irreps
from symtheory.representations.isotypic import isotypic_blocks

WIDTH = 128


@cache
def irreps_of(group: Group) -> tuple[RealIrrep, ...]:
    """All but the trivial one, in the order of the isotypic blocks."""
    return real_irreps(character_table(group))[1:]


def coefficient_cloud(
    irreps: Sequence[RealIrrep],
    *,
    rng: np.random.Generator,
    power: NDArray[np.float64] | None = None,
    width: int = WIDTH,
    is_one_sided: bool = False,
) -> NDArray[np.float64]:
    """Columns a^T rho(g) b of equal expected power, a and b uniform on the sphere.

    The irrep of each column is drawn with these probabilities, by default all the same. One-sided:
    all columns of an irrep share b, so that the cloud knows only the coset of its stabilizer.
    """
    common = [rng.standard_normal(rho.dimension) for rho in irreps]
    columns = []
    for chosen in rng.choice(len(irreps), size=width, p=power):
        rho = irreps[chosen].matrices
        a, b = rng.standard_normal((2, rho.shape[1]))
        b = common[chosen] if is_one_sided else b
        scale = rho.shape[1] ** 0.5 / (np.linalg.norm(a) * np.linalg.norm(b))
        columns.append(scale * np.einsum("i,gij,j->g", a, rho, b))
    return np.stack(columns, axis=1)


def mean_shares(
    group: Group,
    *,
    n_active: int | None = None,
    power: NDArray[np.float64] | None = None,
    n_clouds: int = 20,
    width: int = WIDTH,
    is_one_sided: bool = False,
) -> Mapping[str, float]:
    """Mean share of each Gram law, and of the law of products, over clouds.

    Either of so many irreps, drawn anew for each cloud, or of all irreps with these probabilities.
    """
    rng = np.random.default_rng(0)
    irreps = irreps_of(group)
    blocks = isotypic_blocks(group)[1:]
    laws = product_laws(group, blocks, np.arange(group.order))
    spaces = {str(side): InvariantSpace([translation_orbitals(group, side)]) for side in Side}
    shares: dict[str, list[float]] = {name: [] for name in (*spaces, "product")}
    for _ in range(n_clouds):
        active = irreps
        if n_active is not None:
            chosen = rng.choice(len(irreps), size=n_active, replace=False)
            active = tuple(irreps[i] for i in chosen)
        cloud = coefficient_cloud(
            active, rng=rng, power=power, width=width, is_one_sided=is_one_sided
        )
        gram = centered_gram(cloud)
        for name, space in spaces.items():
            shares[name].append(space.share(gram))
        shares["product"].append(factor_share(cloud, blocks, laws))
    return {name: float(np.mean(values)) for name, values in shares.items()}
