"""From evidence on the metric of a graph to verdicts, by rules that draw nothing.

A claim is held iff p <= alpha and the effect reaches its floor, as everywhere. Two claims have
rules beside. The tail must also point the way that is predicted, by its cosine. The diagram must
be as near as the residual explains and the principles differ, and its template must explain half of
the components.
"""

from collections.abc import Sequence
from dataclasses import replace

from symtheory.claims.metric import TAIL_COSINE
from symtheory.claims.symmetry import ALPHA, LEAST_TOKENS
from symtheory.errors import PredictionError
from symtheory.geometry.metric.principles import Principle
from symtheory.records import Json, Level, Outcome, Prediction, Verdict

from ..homology.comparison import N_BARS
from ..homology.shape import LEAST_SHARE
from ..statistics.decision import decide, left_open
from ..statistics.multiplicity import holm
from ..statistics.nulls import NullTest
from .diagram import DiagramTest
from .evidence import MetricEvidence
from .tail import TailTest

__all__ = ["judge_metric", "judge_metric_claims"]


def judge_metric_claims(
    predictions: Sequence[Prediction], found: MetricEvidence, *, alpha: float = ALPHA
) -> tuple[Verdict, ...]:
    """Return the verdict on each claim; those on secondary ones are corrected by Holm's rule.

    Parameters
    ----------
    predictions : sequence of Prediction
        From `metric_claims`, about one embedding.
    found : MetricEvidence
    alpha : float
    """
    nulls = [_null_of(prediction.level, found) for prediction in predictions]
    counted = [
        i
        for i, (prediction, null) in enumerate(zip(predictions, nulls, strict=True))
        if null is not None and not prediction.primary
    ]
    tests = [(predictions[i].level, null) for i in counted if (null := nulls[i]) is not None]
    corrected = dict(zip(counted, holm([null.p_value for _, null in tests]), strict=True))
    # Holm's rule is monotone: of the least p-values it makes the least that were possible.
    leasts = dict(zip(counted, holm([_least(*test) for test in tests]), strict=True))
    return tuple(
        judge_metric(prediction, found, alpha, corrected=corrected.get(i), least=leasts.get(i))
        for i, prediction in enumerate(predictions)
    )


def judge_metric(
    prediction: Prediction,
    found: MetricEvidence,
    alpha: float = ALPHA,
    *,
    corrected: float | None = None,
    least: float | None = None,
) -> Verdict:
    """Judge one claim about the metric of a graph.

    Parameters
    ----------
    prediction : Prediction
        From `metric_claims`.
    found : MetricEvidence
    alpha : float
    corrected : float, optional
        p-value corrected for the number of claims; by default that of the test itself.
    least : float, optional
        Least corrected p-value that was possible; by default that of the test itself.

    Raises
    ------
    PredictionError
        If the claim is not about a metric.
    """
    null = _null_of(prediction.level, found)
    if null is None:
        return left_open(prediction, found.notes.get(prediction.level, "not tested"))
    p_value = null.p_value if corrected is None else corrected
    verdict = Verdict(
        prediction=prediction,
        outcome=Outcome.INCONCLUSIVE,
        effect=null.observed,
        null_mean=null.mean,
        null_quantile=null.critical_value,
        p_value=p_value,
        n_null=null.n_draws,
        details=_details(prediction.level, found, null),
    )
    if found.n_tokens < LEAST_TOKENS:
        note = f"fewer than {LEAST_TOKENS} tokens: a good fit is no evidence"
        return replace(verdict, note=note)
    least = _least(prediction.level, null) if least is None else least
    if least > alpha:
        return replace(verdict, note=f"no power: no p-value below {least:.2g} was possible")
    if prediction.level is Level.DIAGRAM and found.diagram is not None:
        outcome, note = _decide_diagram(found.diagram, p_value, alpha)
    else:
        outcome, note = decide(null.observed, prediction.floor, p_value, alpha)
    if prediction.level is Level.TAIL and found.tail is not None:
        outcome, note = _decide_tail(found.tail, outcome, note)
    how = "p corrected by Holm" if corrected is not None and corrected != null.p_value else ""
    return replace(verdict, outcome=outcome, note="; ".join(filter(None, [note, how])))


def _null_of(level: Level, found: MetricEvidence) -> NullTest | None:
    if level is Level.NATURAL:
        return found.natural.null
    if level is Level.MONOTONE:
        return found.monotone
    if level is Level.RIGHT_ANGLES:
        return None if found.right_angles is None else found.right_angles.null
    if level is Level.TAIL:
        return None if found.tail is None else found.tail.decisive
    if level is Level.DIAGRAM:
        return None if found.diagram is None else found.diagram.shape.null
    raise PredictionError(f"{level} is no claim about the metric of a graph")


def _least(level: Level, null: NullTest) -> float:
    """Return the least p-value that was possible.

    Relabelings that are isometries tie with the observed value whatever the cloud; where nothing
    is relabeled, ties mean nothing.
    """
    is_relabeled = level not in {Level.TAIL, Level.DIAGRAM}
    return null.least_p_value if is_relabeled else 1 / (1 + null.n_draws)


def _decide_tail(test: TailTest, outcome: Outcome, note: str) -> tuple[Outcome, str]:
    cosine = test.cosines[Principle.SQUARE_ROOT]
    if outcome is Outcome.HELD and cosine < TAIL_COSINE:
        outcome = Outcome.REFUTED
        note = f"likelier than its rivals, but its cosine of {cosine:.2f} is below {TAIL_COSINE:g}"
    return outcome, "; ".join(filter(None, [note, f"likeliest: {test.best}"]))


def _decide_diagram(test: DiagramTest, p_value: float, alpha: float) -> tuple[Outcome, str]:
    shape = test.shape
    if 1 / (1 + shape.fit.n_draws) > alpha:
        return Outcome.INCONCLUSIVE, "no power: too few null draws"
    if p_value > alpha:
        return Outcome.REFUTED, "no nearer to the template than a cloud without structure"
    if shape.share < LEAST_SHARE:
        return Outcome.REFUTED, f"the template explains {shape.share:.2f} of the components"
    if not test.is_near:
        return Outcome.REFUTED, "farther from the template than residual and principles explain"
    return Outcome.HELD, "diagrams do not see labels"


def _details(level: Level, found: MetricEvidence, null: NullTest) -> dict[str, Json]:
    details: dict[str, Json] = {"uncorrected_p_value": null.p_value}
    if level is Level.NATURAL:
        details |= {
            "variance_share": found.natural.variance_share,
            "adjusted_share": (null.observed - null.mean) / (1 - null.mean)
            if null.mean < 1
            else None,
            "pieces": [piece.name for piece in found.geometry.natural.pieces],
        }
    elif level is Level.RIGHT_ANGLES and found.right_angles is not None:
        details |= {
            "mean_cosine": found.right_angles.mean_cosine,
            "n_triples": found.right_angles.n_triples,
        }
    elif level is Level.TAIL and found.tail is not None:
        details |= _tail_details(found.tail)
    elif level is Level.DIAGRAM and found.diagram is not None:
        details |= _diagram_details(found.diagram)
    return details


def _tail_details(test: TailTest) -> dict[str, Json]:
    return {
        "best": str(test.best),
        "share": test.share,
        "log_likelihoods": {str(p): value for p, value in test.log_likelihoods.items()},
        "cosines": {str(p): value for p, value in test.cosines.items()},
        "p_values": {str(p): rival.p_value for p, rival in test.nulls.items()},
    }


def _diagram_details(test: DiagramTest) -> dict[str, Json]:
    shape, comparison = test.shape, test.shape.comparison
    diagrams: dict[str, Json] = {
        name: {f"H{k}": bars[:N_BARS].tolist() for k, bars in enumerate(cloud.bars)}
        for name, cloud in (
            ("learned", shape.reported.learned),
            ("template", shape.reported.template),
        )
    }
    return {
        "distances": {f"H{k}": d for k, d in enumerate(comparison.distances)},
        "fit_p_value": shape.fit.p_value,
        "fit_quantile": shape.fit.critical_value,
        "tolerance": test.tolerance,
        "share": shape.share,
        "covering_radii": list(comparison.covering_radii),
        "longest_bars": diagrams,
        "homology": shape.reported.homology,
        "homology_gap": shape.reported.gap,
    }
