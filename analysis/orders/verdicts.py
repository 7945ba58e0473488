"""From what was measured on an order to verdicts, by rules that draw nothing.

A claim is held iff p <= alpha and its effect reaches the floor declared with it. Secondary claims
are corrected for their number by Holm's rule.
"""

from dataclasses import replace

import numpy as np

from symtheory.claims.symmetry import ALPHA
from symtheory.errors import PredictionError
from symtheory.records import Json, Level, Outcome, Prediction, Verdict, finite

from ..statistics.decision import decide, left_open
from ..statistics.multiplicity import holm
from ..statistics.nulls import NullTest
from .evidence import OrderEvidence

__all__ = ["judge_order"]


def judge_order(prediction: Prediction, found: OrderEvidence, alpha: float = ALPHA) -> Verdict:
    """Return the verdict on one claim about an order.

    Parameters
    ----------
    prediction : Prediction
        From `symtheory.claims.orders.order_claims`.
    found : OrderEvidence
    alpha : float

    Raises
    ------
    PredictionError
        If the claim is not about an order.
    """
    if prediction.level not in _MISSING:
        raise PredictionError(f"{prediction.key} is no claim about an order")
    nulls = _nulls(found)
    null = nulls.get(prediction.level)
    if null is None:
        return left_open(prediction, _MISSING[prediction.level])
    p_values = {level: test.p_value for level, test in nulls.items()}
    leasts = {level: test.least_p_value for level, test in nulls.items()}
    p_values[Level.AXES] = found.axes_p_value
    # Shares of 0 tie, which says nothing of the power.
    leasts[Level.AXES] = max(axis.least_p_value for axis in found.axes)
    if not prediction.primary:
        # Holm's rule is monotone: of the least p-values it makes the least that were possible.
        p_values, leasts = _corrected(p_values, found), _corrected(leasts, found)
    p_value, least = p_values[prediction.level], leasts[prediction.level]
    outcome, note = decide(null.observed, prediction.floor, p_value, alpha)
    if least > alpha:
        outcome = Outcome.INCONCLUSIVE
        note = f"no power: no p-value below {least:.2g} was possible"
    verdict = Verdict(
        prediction=prediction,
        outcome=outcome,
        effect=null.observed,
        null_mean=null.mean,
        null_quantile=null.critical_value,
        p_value=p_value,
        n_null=null.n_draws,
        note=note,
        details=_details(prediction.level, found),
    )
    more = _remark(prediction.level, found)
    return replace(verdict, note="; ".join(filter(None, [note, more])))


_MISSING = {
    Level.AXES: "not tested",
    Level.ADDITIVE: "not tested: the entities are no product of several chains",
    Level.GRID: "not tested",
    Level.LINE: "not tested: the order is no chain",
    Level.DISTANCE_EFFECT: "not tested: no logits of held-out true cells at several distances",
}


def _nulls(found: OrderEvidence) -> dict[Level, NullTest]:
    """Return the test of every level that was measured."""
    tests: dict[Level, NullTest | None] = {
        Level.AXES: found.weakest_axis.null,
        Level.ADDITIVE: found.additive,
        Level.GRID: found.grid.null,
        Level.LINE: found.line.null if found.line else None,
        Level.DISTANCE_EFFECT: found.distance_effect.null if found.distance_effect else None,
    }
    return {level: test for level, test in tests.items() if test is not None}


def _corrected(p_values: dict[Level, float], found: OrderEvidence) -> dict[Level, float]:
    """Return Holm's p-values of the secondary claims; axes are one where they are left open."""
    levels = [level for level in p_values if level is not Level.AXES or not found.geometry.is_rigid]
    return dict(zip(levels, holm([p_values[level] for level in levels]), strict=True))


def _remark(level: Level, found: OrderEvidence) -> str:
    """Return what a reader must know beyond the numbers."""
    if level is Level.AXES:
        axis = found.weakest_axis
        weakest = f"weakest: {axis.attribute}" if len(found.axes) > 1 else ""
        by_entity = "" if axis.leaves_out_levels else "two levels: entities were left out"
        return "; ".join(filter(None, [weakest, by_entity]))
    if level is Level.LINE and found.line is not None and found.line.nearest != "line":
        return f"a {found.line.nearest} fits better than a line with equal steps"
    if level is Level.DISTANCE_EFFECT and not found.is_held_out:
        return "on all cells, trained ones too"
    if level is Level.DISTANCE_EFFECT and found.distance_effect is not None:
        nearest = [margins[0] for margins in found.distance_effect.margins.values()]
        if not np.isfinite(nearest).any():
            return "no neighbors are held out: p is somewhat too small, see docs/orders.md"
    return ""


def _details(level: Level, found: OrderEvidence) -> dict[str, Json]:
    if level is Level.AXES:
        return {
            "attributes": {
                axis.attribute: {
                    "isotonic_share": axis.share,
                    "rank_correlation": axis.rank_correlation,
                    "rank_correlation_null_quantile": axis.rank_correlation_quantile,
                    "p_value": axis.null.p_value,
                    "leaves_out_levels": axis.leaves_out_levels,
                    "penalty": axis.penalty,
                }
                for axis in found.axes
            },
            "cosines_between_axes": found.angles.tolist(),
        }
    if level is Level.GRID:
        return {
            "leading_share": found.grid.leading_share,
            "whole_cloud": found.grid.whole_share,
            "cosines_between_axes": found.angles.tolist(),
        }
    if level is Level.LINE and found.line is not None:
        return {
            "leading_share": found.line.leading_share,
            "monotone_share": found.line.monotone_share,
            "procrustes": dict(found.line.rivals),
        }
    if level is Level.DISTANCE_EFFECT and found.distance_effect is not None:
        effect = found.distance_effect
        return {
            "interior": finite(effect.interior),
            "n_cells": effect.n_cells,
            "margins": {
                name: [finite(value) for value in np.asarray(values).tolist()]
                for name, values in effect.margins.items()
            },
        }
    return {}
