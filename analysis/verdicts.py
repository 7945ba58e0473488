"""From evidence to verdicts, by rules that draw nothing.

*Primary* claims (spectrum, Gram law, template, ablation): held iff p <= alpha and the effect
reaches the floor declared with the claim; otherwise refuted, whether the effect is small or not
significant. Inconclusive where the size of the task leaves the test no power. The network's verdict
needs all of them, so they need no correction for their number.

*Secondary* claims (shape, order of stages) are corrected for their number by Holm's rule and never
decide the network's verdict.

A network that did not generalize can refute a claim but not confirm one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symtheory.claims.symmetry import (
    ALPHA,
    FEW_BLOCKS,
    GRAM_FLOOR,
    LEAST_TOKENS,
    LEAST_TOKENS_SPECTRUM,
    MOST_CROSS_SHARE,
    MOST_OTHER_SIDE,
    SPECTRUM_SATURATION,
)
from symtheory.errors import PredictionError
from symtheory.records import Json, Level, Outcome, Prediction, Role, Verdict

from .evidence import Evidence
from .meaning import MeaningEvidence, judge_meaning
from .shape_verdict import judge_shape
from .stages import Stages
from .statistics.decision import decide, left_open
from .statistics.multiplicity import holm
from .statistics.nulls import NullTest
from .symmetry.ablation import AblationTest
from .symmetry.spectrum import SpectrumTest
from .use_verdict import judge_ablation

__all__ = [
    "exit_code",
    "judge",
    "overall_outcome",
]


def judge(
    predictions: Sequence[Prediction],
    evidence: Mapping[Role, Evidence],
    *,
    generalized: bool,
    ablation: AblationTest | None = None,
    stages: Stages | None = None,
    meaning: MeaningEvidence | None = None,
    alpha: float = ALPHA,
) -> tuple[Verdict, ...]:
    """Return the verdict on each prediction, in the order given.

    Parameters
    ----------
    predictions : sequence of Prediction
        Declared before training.
    evidence : mapping of Role to Evidence
        From `collect_evidence`.
    generalized : bool
        Whether the network answers held-out cells; if not, nothing can be held.
    ablation : AblationTest, optional
        From `check_ablation`; without it the claim of use is inconclusive.
    stages : Stages, optional
        From `find_stages`; without it the claim of order is inconclusive.
    meaning : MeaningEvidence, optional
        From `collect_meaning`, for the claims about distances and orders.
    alpha : float

    Raises
    ------
    PredictionError
        If a prediction is about an embedding without evidence.
    """
    of_meaning = {} if meaning is None else judge_meaning(predictions, meaning, alpha)
    for prediction in predictions:
        if prediction.key in of_meaning:
            continue
        if prediction.role != Role.NETWORK and prediction.role not in evidence:
            raise PredictionError(
                f"{prediction.key} is about the {prediction.role} embedding, of which there is no "
                "evidence"
            )
    shapes = {
        role: found.shape
        for role, found in evidence.items()
        if found.shape is not None
        and any(p.level == Level.HOMOLOGY and p.role == role for p in predictions)
    }
    corrected = dict(
        zip(shapes, holm([shape.null.p_value for shape in shapes.values()]), strict=True)
    )
    verdicts = []
    for prediction in predictions:
        if prediction.key in of_meaning:
            verdict = of_meaning[prediction.key]
        elif prediction.level == Level.ABLATION:
            verdict = judge_ablation(prediction, ablation, alpha)
        elif prediction.level == Level.STAGES:
            verdict = _judge_stages(prediction, stages)
        elif prediction.level == Level.HOMOLOGY:
            found = evidence[prediction.role]
            verdict = judge_shape(prediction, found, corrected, alpha)
        else:
            verdict = _judge_geometry(prediction, evidence[prediction.role], alpha)
        if verdict.outcome is Outcome.HELD and not generalized:
            note = "; ".join(filter(None, ["did not generalize", verdict.note]))
            verdict = replace(verdict, outcome=Outcome.INCONCLUSIVE, note=note)
        verdicts.append(verdict)
    return tuple(verdicts)


def overall_outcome(verdicts: Sequence[Verdict], *, generalized: bool) -> Outcome:
    """Return what the primary verdicts say together.

    Inconclusive if the network did not generalize; else refuted if a primary claim is, held if
    all are, and inconclusive otherwise.
    """
    primary = [verdict.outcome for verdict in verdicts if verdict.prediction.primary]
    if not generalized or not primary:
        return Outcome.INCONCLUSIVE
    if Outcome.REFUTED in primary:
        return Outcome.REFUTED
    return Outcome.INCONCLUSIVE if Outcome.INCONCLUSIVE in primary else Outcome.HELD


def exit_code(outcome: Outcome) -> int:
    """Return the process exit code: 0 held, 1 refuted, 3 inconclusive.

    Examples
    --------
    >>> [exit_code(outcome) for outcome in Outcome]
    [0, 1, 3]
    """
    return {Outcome.HELD: 0, Outcome.REFUTED: 1, Outcome.INCONCLUSIVE: 3}[outcome]


def _judge_geometry(prediction: Prediction, found: Evidence, alpha: float) -> Verdict:
    """Judge L0, L1 or L2."""
    details: dict[str, Json]
    if prediction.level is Level.SPECTRUM and found.spectrum is not None:
        null, details = found.spectrum.null, _spectrum_details(found, found.spectrum)
    elif prediction.level is Level.GRAM and found.gram is not None:
        null = found.gram.null
        details = {"free_share": found.gram.free_share, "cross_share": found.cross_share}
    elif prediction.level is Level.PROCRUSTES and found.spectrum is not None:
        fit = found.procrustes
        if fit is None:
            return left_open(
                prediction, "every irrep has its white share of the power: nothing to fit"
            )
        null = fit.null
        details = {
            "adjusted_share": fit.adjusted_share,
            "active": [found.block_names[b] for b in fit.template.active],
            "radii": fit.radii.tolist(),
        }
    else:
        return left_open(prediction, "not tested: the geometry of this task has no such level")
    verdict = _against_floor(prediction, null, alpha, details)
    least, why = _NO_POWER[prediction.level]
    if found.n_tokens < least:
        note = f"fewer than {least} tokens: {why}"
        return replace(verdict, outcome=Outcome.INCONCLUSIVE, note=note)
    if prediction.level is Level.SPECTRUM and found.spectrum is not None:
        verdict = _within_reach(verdict, found.spectrum, alpha)
    elif prediction.level is Level.GRAM:
        verdict = _of_its_group(_beyond_chance(verdict), found)
    return _without_offsets(verdict, found)


def _within_reach(verdict: Verdict, spectrum: SpectrumTest, alpha: float) -> Verdict:
    """Lower the floor of the concentration to nine tenths of the most possible, for few irreps.

    All the power in the active blocks gives 1 - sum r_b/(n-1). Where a group has many irreps a
    network that holds most of them is not concentrated, and the floor stays.
    """
    floor, effect, p_value = verdict.prediction.floor, verdict.effect, verdict.p_value
    if verdict.outcome is not Outcome.REFUTED or len(spectrum.white) >= FEW_BLOCKS:
        return verdict
    if floor is None or effect is None or p_value is None or p_value > alpha:
        return verdict
    most = 1 - float(spectrum.white[list(spectrum.active)].sum())
    lowered = SPECTRUM_SATURATION * most
    if lowered >= floor:
        return verdict
    is_held = effect >= lowered
    note = (
        f"with few irreps to choose from the floor is {lowered:.2f}, nine tenths of the "
        f"{most:.2f} that the active ones allow"
    )
    return replace(verdict, outcome=Outcome.HELD if is_held else Outcome.REFUTED, note=note)


def _beyond_chance(verdict: Verdict) -> Verdict:
    """Refute a Gram law whose floor is reached only with what relabeled copies have as well.

    Of a cloud that is nearly a simplex the centered Gram matrix is nearly constant off the
    diagonal, which any labeling leaves.
    """
    effect, mean, floor = verdict.effect, verdict.null_mean, verdict.prediction.floor
    if verdict.outcome is not Outcome.HELD or effect is None or mean is None or floor is None:
        return verdict
    beyond = (effect - mean) / (1 - mean) if mean < 1 else 0.0
    if beyond >= floor:
        return verdict
    note = f"relabeled copies have {mean:.2f} of it; {beyond:.2f} of the rest is below the floor"
    return replace(verdict, outcome=Outcome.REFUTED, note=note)


def _of_its_group(verdict: Verdict, found: Evidence) -> Verdict:
    """Refute a Gram law with the lower floor that another group, or the other side, explains."""
    floor, crossing = verdict.prediction.floor, found.cross_share
    if verdict.outcome is not Outcome.HELD or floor is None or floor >= GRAM_FLOOR:
        return verdict
    if crossing is not None and crossing > MOST_CROSS_SHARE:
        note = f"{crossing:.2f} of it joins different irreps, more than {MOST_CROSS_SHARE:g}"
        return replace(verdict, outcome=Outcome.REFUTED, note=note)
    other = found.opposite_share
    if (
        verdict.effect is not None
        and other is not None
        and other > verdict.effect + MOST_OTHER_SIDE
    ):
        note = f"the law of the other side is obeyed better, to {other:.3f}"
        return replace(verdict, outcome=Outcome.REFUTED, note=note)
    return verdict


def _without_offsets(verdict: Verdict, found: Evidence) -> Verdict:
    """Refute what only the offsets between orbits carry over the floor."""
    level, floor = verdict.prediction.level, verdict.prediction.floor
    within = found.within_orbits.get(level)
    if verdict.outcome is not Outcome.HELD or floor is None or within is None:
        return verdict
    has_own_floor = level is Level.SPECTRUM and len(found.block_names) < FEW_BLOCKS
    if within >= floor or has_own_floor:
        return verdict
    note = f"without the offsets of the orbits {within:.2f}, below the floor of {floor:g}"
    return replace(verdict, outcome=Outcome.REFUTED, note=note)


_NO_POWER = {
    Level.SPECTRUM: (LEAST_TOKENS_SPECTRUM, "few irreps are most of them"),
    Level.GRAM: (LEAST_TOKENS, "centering alone makes most of the Gram matrix invariant"),
    Level.PROCRUSTES: (LEAST_TOKENS, "a good fit is no evidence"),
}


def _spectrum_details(found: Evidence, spectrum: SpectrumTest) -> dict[str, Json]:
    return {
        "active": list(found.active_names),
        "power": dict(zip(found.block_names, spectrum.power.tolist(), strict=True)),
        "null_quantiles": dict(
            zip(found.block_names, spectrum.null_quantiles.tolist(), strict=True)
        ),
        "effective_dimension": found.effective_dimension,
        "participation_ratio": found.participation_ratio,
    }


def _against_floor(
    prediction: Prediction, null: NullTest, alpha: float, details: Mapping[str, Json]
) -> Verdict:
    effect, floor = null.observed, prediction.floor
    if null.least_p_value > alpha:
        outcome = Outcome.INCONCLUSIVE
        note = f"no power: no p-value below {null.least_p_value:.2g} was possible"
    else:
        outcome, note = decide(effect, floor, null.p_value, alpha)
    return Verdict(
        prediction=prediction,
        outcome=outcome,
        effect=effect,
        null_mean=null.mean,
        null_quantile=null.critical_value,
        p_value=null.p_value,
        n_null=null.n_draws,
        note=note,
        details=details,
    )


def _judge_stages(prediction: Prediction, stages: Stages | None) -> Verdict:
    if stages is None:
        return left_open(prediction, "no training log")
    return Verdict(
        prediction, stages.outcome, effect=None, note=stages.note, details=stages.to_dict()
    )
