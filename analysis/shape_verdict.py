"""L3: the verdict on the shape of one embedding.

Held iff Haar clouds are farther from their templates, noisy templates are not nearer to theirs, and
the template explains half of the cloud. Rivals, voids and torsion are told beside it.
"""

from collections.abc import Mapping

from symtheory.records import Json, Outcome, Prediction, Role, Verdict

from .evidence import Evidence
from .homology.comparison import N_BARS
from .homology.observations import Pair
from .homology.shape import LEAST_SHARE, ShapeTest
from .statistics.decision import left_open

__all__ = ["judge_shape"]


def judge_shape(
    prediction: Prediction,
    found: Evidence,
    corrected: Mapping[Role, float],
    alpha: float,
) -> Verdict:
    """Judge the shape of an embedding.

    Parameters
    ----------
    prediction : Prediction
    found : Evidence
    corrected : mapping of Role to float
        p-values of the shapes of all embeddings, corrected for their number.
    alpha : float
    """
    shape = found.shape
    if shape is None:
        return left_open(prediction, found.shape_note)
    p_value = corrected[prediction.role]
    notes = [found.shape_note, "p corrected by Holm", "diagrams do not see labels"]
    least = len(corrected) / (1 + shape.null.n_draws)
    if max(least, 1 / (1 + shape.fit.n_draws)) > alpha:
        outcome = Outcome.INCONCLUSIVE
        notes.insert(0, "no power: too few null draws")
    elif p_value > alpha:
        outcome = Outcome.REFUTED
        notes.insert(0, "no nearer to its template than a cloud without structure")
    elif shape.share < LEAST_SHARE:
        outcome = Outcome.REFUTED
        notes.insert(0, f"the template explains {shape.share:.2f} of the cloud, less than half")
    elif shape.fit.p_value <= alpha:
        outcome = Outcome.REFUTED
        notes.insert(0, "farther from its template than its residual explains as noise")
    else:
        outcome = Outcome.HELD
    return Verdict(
        prediction=prediction,
        outcome=outcome,
        effect=shape.null.observed,
        null_mean=shape.null.mean,
        null_quantile=shape.null.critical_value,
        p_value=p_value,
        n_null=shape.null.n_draws,
        note="; ".join(notes),
        details=_shape_details(found, shape),
    )


def _shape_details(found: Evidence, shape: ShapeTest) -> dict[str, Json]:
    comparison = shape.comparison
    diagrams: dict[str, Json] = {
        name: {f"H{k}": bars[:N_BARS].tolist() for k, bars in enumerate(cloud.bars)}
        for name, cloud in (
            ("learned", shape.reported.learned),
            ("template", shape.reported.template),
        )
    }
    observed, rivals = shape.observations, shape.rivals
    return {
        "active": [found.block_names[b] for b in comparison.fitted.active],
        "active_chosen_on_this_embedding": shape.is_self_selected,
        "distances": {f"H{k}": d for k, d in enumerate(comparison.distances)},
        "uncorrected_p_value": shape.null.p_value,
        "fit_p_value": shape.fit.p_value,
        "fit_quantile": shape.fit.critical_value,
        "n_bootstrap": shape.fit.n_draws,
        "share": shape.share,
        "identified": shape.identified,
        "rivals": []
        if rivals is None
        else [
            {
                "active": [found.block_names[b] for b in rival.active],
                "distance": rival.distance,
                "lower_limit_of_margin": rival.lower_limit,
            }
            for rival in rivals.rivals
        ],
        "covering_radii": list(comparison.covering_radii),
        "longest_bars": diagrams,
        "homology": shape.reported.homology,
        "homology_gap": shape.reported.gap,
        "voids": _pair(None if observed is None else observed.voids),
        "loops_over_F3": _pair(None if observed is None else observed.torsion),
        "not_computed": [] if observed is None else list(observed.notes),
    }


def _pair(bars: Pair | None) -> Json:
    """Return the longest bars of the learned cloud and of the template."""
    if bars is None:
        return None
    learned, template = bars
    return {"learned": learned[:N_BARS].tolist(), "template": template[:N_BARS].tolist()}
