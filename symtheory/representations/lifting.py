"""Lifting of character values modulo a prime to exact cyclotomic integers.

chi(g) is the sum of the d eigenvalues of rho(g), which are o-th roots of unity for g of order o.
The multiplicity of zeta^j is m_j = (1/o) sum_l chi(g^l) zeta^(-jl), an integer between 0 and d,
so its residue modulo q > d determines it. g^k with k coprime to o has the same eigenvalues to
the k-th power: one transform serves all generators of a cyclic subgroup.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.classes import ConjugacyClasses
from symtheory.representations.cyclotomic import Cyclotomic, root_of_unity
from symtheory.representations.dixon import ModularCharacters
from symtheory.representations.finite_field import matmul_mod

__all__ = ["Palette", "lift_linear", "lift_modular"]


class Palette:
    """Grows the list of distinct exact values; equal numbers get equal positions."""

    def __init__(self) -> None:
        self._by_value: dict[Cyclotomic, int] = {}
        self._by_multiplicities: dict[tuple[int, bytes], int] = {}

    @property
    def values(self) -> tuple[Cyclotomic, ...]:
        """The values in order of their positions."""
        return tuple(self._by_value)

    def position(self, order: int, multiplicities: NDArray[np.int64]) -> int:
        """Position of sum_j multiplicities[j] zeta_order^j."""
        key = (order, multiplicities.tobytes())
        known = self._by_multiplicities.get(key)
        if known is None:
            powers = {int(j): int(multiplicities[j]) for j in np.flatnonzero(multiplicities)}
            known = self.position_of(Cyclotomic.from_powers(order, powers))
            self._by_multiplicities[key] = known
        return known

    def position_of(self, value: Cyclotomic) -> int:
        """Position of a value."""
        return self._by_value.setdefault(value, len(self._by_value))


def lift_linear(
    palette: Palette, phases: NDArray[np.int64], order_of_phases: int
) -> NDArray[np.int64]:
    """Return palette positions of the values exp(2 pi i phases / order_of_phases)."""
    used = np.flatnonzero(np.bincount(phases.ravel(), minlength=order_of_phases))
    positions = np.zeros(order_of_phases, dtype=np.int64)
    for phase in used.tolist():
        positions[phase] = palette.position_of(root_of_unity(order_of_phases, phase))
    return np.asarray(positions[phases])


def lift_modular(
    palette: Palette, classes: ConjugacyClasses, modular: ModularCharacters
) -> NDArray[np.int64]:
    """Return palette positions of characters known modulo a prime, (s, r) int64."""
    q = modular.prime
    entries = np.full(modular.values.shape, -1, dtype=np.int64)
    if not len(entries):
        return entries
    for k in range(classes.count):
        if entries[0, k] >= 0:
            continue
        order = int(classes.element_orders[k])
        exponents = np.arange(order)
        root = pow(modular.root, classes.group.exponent // order, q)
        powers = np.array([pow(root, -j, q) for j in range(order)], dtype=np.int64)
        transform = powers[np.outer(exponents, exponents) % order]
        values = modular.values[:, classes.power_table[:order, k]]
        multiplicities = matmul_mod(values, transform, q) * pow(order, -1, q) % q
        for generator in range(1, order + 1):
            target = classes.power_table[generator % order, k]
            if gcd(generator, order) > 1 or entries[0, target] >= 0:
                continue
            turned = np.empty_like(multiplicities)
            turned[:, exponents * generator % order] = multiplicities
            entries[:, target] = [palette.position(order, row) for row in turned]
    return entries
