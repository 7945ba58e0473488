"""Symbolic distance effect: confidence grows with the difference of ranks."""

import numpy as np

from symtheory.claims.orders import DISTANCE_EFFECT, LEAST_LEVELS_DISTANCE
from symtheory.records import Role, finite

from ..orders.distance_effect import DistanceEffect, check_distance_effect
from .measurement import ClaimTest, Measurement
from .network import Network

__all__ = ["DISTANCE_EFFECT_TEST"]

_UNTESTED = "not tested: no logits of held-out true cells at several distances"


def _measure(network: Network, _: Role) -> Measurement[DistanceEffect] | str:
    order = network.order_geometry.order
    has_distances = not order.is_joint and max(order.levels) >= LEAST_LEVELS_DISTANCE
    if network.logits is None or not has_distances:
        return _UNTESTED
    points = {role: network.embeddings[role].points for role in network.operands}
    test = check_distance_effect(
        np.asarray(network.logits(points), dtype=np.float64),
        order,
        rng=network.rng,
        n_draws=network.n_permutations,
        cells=network.held_out,
    )
    if test is None:
        return _UNTESTED
    return Measurement(
        test,
        test.null,
        details={
            "interior": finite(test.interior),
            "n_cells": test.n_cells,
            "margins": {
                name: [finite(value) for value in np.asarray(values).tolist()]
                for name, values in test.margins.items()
            },
        },
        note=_remark(network, test),
    )


def _remark(network: Network, test: DistanceEffect) -> str:
    if network.held_out is None:
        return "on all cells, trained ones too"
    nearest = [margins[0] for margins in test.margins.values()]
    if not np.isfinite(nearest).any():
        return "no neighbors are held out: p is somewhat too small, see docs/orders.md"
    return ""


DISTANCE_EFFECT_TEST = ClaimTest(DISTANCE_EFFECT, _measure, needs="logits")
