"""From evidence to verdicts, by rules that draw nothing.

*Primary* claims (spectrum, Gram law, template, ablation): held iff p <= alpha and the effect
reaches the floor declared with the claim; otherwise refuted, whether the effect is small or not
significant. Inconclusive where the size of the task leaves the test no power. The network's verdict
needs all of them, so they need no correction for their number.

*Secondary* claims (shape, order of stages) are corrected for their number by Holm's rule and never
decide the network's verdict. A shape is held iff Haar clouds are farther from their templates and
noisy templates are not nearer to theirs, and the template explains half of the cloud.

A network that did not generalize can refute a claim but not confirm one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symtheory.claims import LEAST_TOKENS, LEAST_TOKENS_SPECTRUM
from symtheory.errors import PredictionError
from symtheory.records import Json, Level, Outcome, Prediction, Role, Verdict

from .ablation import AblationTest
from .evidence import Evidence
from .homology.shape import LEAST_SHARE, N_BARS, ShapeTest
from .multiplicity import holm
from .nulls import NullTest
from .spectrum import SpectrumTest
from .stages import Stages

__all__ = [
    "MOST_ABLATED_SHARE",
    "exit_code",
    "judge",
    "overall_outcome",
]

MOST_ABLATED_SHARE = 0.25
"""Where the predicted functions fill more of all functions than this, a random space of the same
dimension takes too much of them to be a control."""


def judge(
    predictions: Sequence[Prediction],
    evidence: Mapping[Role, Evidence],
    *,
    generalized: bool,
    ablation: AblationTest | None = None,
    stages: Stages | None = None,
    alpha: float = 0.05,
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
    alpha : float

    Raises
    ------
    PredictionError
        If a prediction is about an embedding without evidence.
    """
    for prediction in predictions:
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
        if prediction.level == Level.ABLATION:
            verdict = _judge_ablation(prediction, ablation, alpha)
        elif prediction.level == Level.STAGES:
            verdict = _judge_stages(prediction, stages)
        elif prediction.level == Level.HOMOLOGY:
            found = evidence[prediction.role]
            verdict = _judge_shape(prediction, found, corrected, alpha)
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
        null, details = found.gram.null, {"free_share": found.gram.free_share}
    elif prediction.level is Level.PROCRUSTES and found.spectrum is not None:
        fit = found.procrustes
        if fit is None:
            return _open(prediction, "every irrep has its white share of the power: nothing to fit")
        null = fit.null
        details = {
            "adjusted_share": fit.adjusted_share,
            "active": [found.block_names[b] for b in fit.template.active],
            "radii": fit.radii.tolist(),
        }
    else:
        return _open(prediction, "not tested: the geometry of this task has no such level")
    verdict = _against_floor(prediction, null, alpha, details)
    least, why = _NO_POWER[prediction.level]
    if found.n_tokens < least:
        note = f"fewer than {least} tokens: {why}"
        return replace(verdict, outcome=Outcome.INCONCLUSIVE, note=note)
    if prediction.level is Level.SPECTRUM and found.spectrum is not None:
        return _within_reach(verdict, found.spectrum, alpha)
    return verdict


def _within_reach(verdict: Verdict, spectrum: SpectrumTest, alpha: float) -> Verdict:
    """Refute no concentration that is significant and could not be larger.

    All the power in the active blocks gives 1 - sum r_b/(n-1); where the group has few irreps, of
    high degree, that may be less than the floor.
    """
    most = 1 - float(spectrum.white[list(spectrum.active)].sum())
    floor, p_value = verdict.prediction.floor, verdict.p_value
    if verdict.outcome is not Outcome.REFUTED or floor is None or p_value is None:
        return verdict
    if p_value > alpha or most >= floor:
        return verdict
    note = f"significant, but the active irreps are so large that {most:.2f} is the most possible"
    return replace(verdict, outcome=Outcome.INCONCLUSIVE, note=note)


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
        outcome, note = _decide(effect, floor, null.p_value, alpha)
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


def _decide(
    effect: float, floor: float | None, p_value: float, alpha: float
) -> tuple[Outcome, str]:
    if p_value > alpha:
        return Outcome.REFUTED, "not significant"
    if floor is not None and effect < floor:
        return Outcome.REFUTED, f"significant, but below the floor of {floor:g}"
    return Outcome.HELD, ""


def _judge_shape(
    prediction: Prediction,
    found: Evidence,
    corrected: Mapping[Role, float],
    alpha: float,
) -> Verdict:
    shape = found.shape
    if shape is None:
        return _open(prediction, found.shape_note)
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
        for name, cloud in (("learned", comparison.learned), ("template", comparison.template))
    }
    return {
        "active": [found.block_names[b] for b in comparison.fitted.active],
        "distances": {f"H{k}": d for k, d in enumerate(comparison.distances)},
        "uncorrected_p_value": shape.null.p_value,
        "fit_p_value": shape.fit.p_value,
        "fit_quantile": shape.fit.critical_value,
        "n_bootstrap": shape.fit.n_draws,
        "share": shape.share,
        "longest_bars": diagrams,
    }


def _judge_ablation(prediction: Prediction, ablation: AblationTest | None, alpha: float) -> Verdict:
    if ablation is None:
        return _open(
            prediction, "nothing was ablated: no irrep is active, or the network cannot be called"
        )
    null = NullTest(ablation.effect, ablation.null_effects)
    outcome, note = _decide(ablation.effect, prediction.floor, ablation.p_value, alpha)
    if 1 / (1 + null.n_draws) > alpha:
        outcome, note = Outcome.INCONCLUSIVE, "no power: too few random subspaces"
    elif ablation.dimension_share > MOST_ABLATED_SHARE:
        outcome = Outcome.INCONCLUSIVE
        note = (
            f"no power: the active irreps are {ablation.dimension_share:.0%} of all functions, so "
            "a random space is no control"
        )
    note = "; ".join(filter(None, [note, ablation.summary]))
    scores: dict[str, Json] = {
        name: {"accuracy": score.accuracy, "loss": score.loss}
        for name, score in (
            ("intact", ablation.intact),
            ("removed", ablation.removed),
            ("kept", ablation.kept),
        )
    }
    return Verdict(
        prediction=prediction,
        outcome=outcome,
        effect=ablation.effect,
        null_mean=null.mean,
        null_quantile=null.critical_value,
        p_value=ablation.p_value,
        n_null=null.n_draws,
        note=note,
        details={
            **scores,
            "necessity": ablation.necessity,
            "sufficiency": ablation.sufficiency,
            "random_removed_accuracy": [s.accuracy for s in ablation.random_removed],
            "random_removed_loss": [s.loss for s in ablation.random_removed],
            "random_kept_accuracy": [s.accuracy for s in ablation.random_kept],
            "random_kept_loss": [s.loss for s in ablation.random_kept],
            "embeddings": [str(role) for role in ablation.roles],
            "dimension": ablation.dimension,
        },
    )


def _judge_stages(prediction: Prediction, stages: Stages | None) -> Verdict:
    if stages is None:
        return _open(prediction, "no training log")
    return Verdict(
        prediction, stages.outcome, effect=None, note=stages.note, details=stages.to_dict()
    )


def _open(prediction: Prediction, note: str) -> Verdict:
    return Verdict(prediction, Outcome.INCONCLUSIVE, effect=None, note=note)
