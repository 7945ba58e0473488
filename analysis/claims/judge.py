"""Judgment: from evidence to verdicts, by one loop that draws nothing.

*Primary* claims are held iff p <= alpha and the effect reaches the floor declared with the claim;
otherwise refuted, whether the effect is small or not significant. Inconclusive where the size of
the task, or the cloud, leaves the test no power. The network's verdict needs all that have power,
so they need no correction for their number. *Secondary* claims are corrected for theirs by Holm's
rule and never decide the network's verdict. A claim may ask for more than p and effect: its own
rule says what.

A network that did not generalize can refute a claim but not confirm one.
"""

from collections.abc import Mapping, Sequence

from symtheory.claims.network import ALPHA
from symtheory.errors import PredictionError
from symtheory.records import Outcome, Prediction, Role, Verdict

from ..statistics.measurement import Case, Measurement
from ..statistics.multiplicity import holm
from .evidence import Evidence
from .registry import OF_METRIC, TESTS

__all__ = ["exit_code", "judge", "overall_outcome"]

_UNTESTED = "not tested: the geometry of this task has no such level"


def judge(
    predictions: Sequence[Prediction],
    evidence: Mapping[Role, Evidence],
    *,
    generalized: bool,
    layers: int = 1,
    alpha: float = ALPHA,
) -> tuple[Verdict, ...]:
    """Return the verdict on each prediction, in the order given.

    Parameters
    ----------
    predictions : sequence of Prediction
        Declared before training.
    evidence : mapping of Role to Evidence
        From `symtheory.analysis.claims.registry.collect_evidence`.
    generalized : bool
        Whether the network answers held-out cells; if not, nothing can be held.
    layers : int
        Hidden layers of the network: claims that are derived for one cannot refute more of them.
    alpha : float

    Raises
    ------
    PredictionError
        If a prediction is about an embedding without evidence, or no test of its claim is known.
    """
    found = {p.key: _measurement(p, evidence) for p in predictions}
    corrected = _corrected(predictions, found)
    return tuple(
        _verdict(
            p,
            found[p.key],
            corrected.get(p.key),
            generalized=generalized,
            layers=layers,
            alpha=alpha,
        )
        for p in predictions
    )


def _measurement(
    prediction: Prediction, evidence: Mapping[Role, Evidence]
) -> Measurement[object] | str:
    if prediction.level not in TESTS:
        raise PredictionError(f"there is no test of the claim {prediction.key}")
    if prediction.role not in evidence:
        raise PredictionError(
            f"{prediction.key} is about the {prediction.role} embedding, of which there is no "
            "evidence"
        )
    return evidence[prediction.role].measured.get(prediction.level, _UNTESTED)


def _corrected(
    predictions: Sequence[Prediction], found: Mapping[str, Measurement[object] | str]
) -> dict[str, tuple[float, float]]:
    """Return the p-value, and the least possible one, of secondary claims after Holm's rule.

    Claims of symmetry and of orders are corrected for all of the network. Those of a metric are
    four for each embedding, and corrected within it: diagrams of two embeddings together would need
    more draws than they take seconds.
    """
    of_metric = {test.claim.level for test in OF_METRIC}
    groups: dict[object, list[tuple[str, Measurement[object]]]] = {}
    for prediction in predictions:
        measured = found[prediction.key]
        if prediction.primary or isinstance(measured, str) or measured.null is None:
            continue
        group = prediction.role if prediction.level in of_metric else None
        groups.setdefault(group, []).append((prediction.key, measured))
    corrected = {}
    for members in groups.values():
        p_values = holm([measured.p_value for _, measured in members])
        # Holm's rule is monotone: of the least p-values it makes the least that were possible.
        leasts = holm([measured.least_p_value for _, measured in members])
        for (key, _), p_value, least in zip(members, p_values, leasts, strict=True):
            corrected[key] = p_value, least
    return corrected


def _verdict(
    prediction: Prediction,
    found: Measurement[object] | str,
    corrected: tuple[float, float] | None,
    *,
    generalized: bool,
    layers: int,
    alpha: float,
) -> Verdict:
    if isinstance(found, str):
        return Verdict(prediction, Outcome.INCONCLUSIVE, effect=None, note=found)
    p_value, least = corrected or (found.p_value, found.least_p_value)
    claim, null = prediction.claim, found.null
    if null is not None and found.n_tokens < claim.least_tokens:
        outcome = Outcome.INCONCLUSIVE
        note = f"fewer than {claim.least_tokens} tokens: {claim.weakness}"
    else:
        outcome, note = TESTS[claim.level].decide(
            found, Case(prediction.floor, p_value, least, alpha)
        )
    if outcome is Outcome.REFUTED and claim.of_one_layer and layers > 1:
        outcome = Outcome.INCONCLUSIVE
        note = f"derived for one hidden layer, of {layers} it says less ({note})"
    notes = [note, found.note]
    if p_value != found.p_value:
        notes.append("p corrected by Holm")
    if outcome is Outcome.HELD and not generalized:
        outcome = Outcome.INCONCLUSIVE
        notes.insert(0, "did not generalize")
    said = "; ".join(filter(None, notes))
    if null is None:
        return Verdict(prediction, outcome, effect=None, note=said, details=found.details)
    return Verdict(
        prediction=prediction,
        outcome=outcome,
        effect=null.observed,
        null_mean=null.mean,
        null_quantile=null.critical_value,
        p_value=p_value,
        n_null=null.n_draws,
        note=said,
        details={"uncorrected_p_value": found.p_value, **found.details},
    )


def overall_outcome(verdicts: Sequence[Verdict], *, generalized: bool) -> Outcome:
    """Return what the primary verdicts say together.

    Inconclusive if the network did not generalize; else refuted if a primary claim is. Held if all
    primary claims are that have power, among them a law of the task; inconclusive otherwise.
    """
    primary = [verdict for verdict in verdicts if verdict.prediction.primary]
    if not generalized:
        return Outcome.INCONCLUSIVE
    if any(verdict.outcome is Outcome.REFUTED for verdict in primary):
        return Outcome.REFUTED
    held = [v for v in primary if v.outcome is Outcome.HELD and v.prediction.claim.is_law]
    return Outcome.HELD if held else Outcome.INCONCLUSIVE


def exit_code(outcome: Outcome) -> int:
    """Return the process exit code: 0 held, 1 refuted, 3 inconclusive.

    Examples
    --------
    >>> [exit_code(outcome) for outcome in Outcome]
    [0, 1, 3]
    """
    return {Outcome.HELD: 0, Outcome.REFUTED: 1, Outcome.INCONCLUSIVE: 3}[outcome]
