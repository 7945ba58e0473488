"""L4: the verdict on the use that a network makes of its embeddings."""

from symtheory.records import Json, Outcome, Prediction, Verdict

from .statistics.decision import decide, left_open
from .statistics.nulls import NullTest
from .symmetry.ablation import AblationTest

__all__ = ["MOST_ABLATED_SHARE", "judge_ablation"]

MOST_ABLATED_SHARE = 0.25
"""Where the predicted functions fill more of all functions than this, a random space of the same
dimension takes too much of them to be a control."""


def judge_ablation(prediction: Prediction, ablation: AblationTest | None, alpha: float) -> Verdict:
    """Judge whether the network computes with the active irreps; open without an ablation."""
    if ablation is None:
        return left_open(
            prediction, "nothing was ablated: no irrep is active, or the network cannot be called"
        )
    null = NullTest(ablation.effect, ablation.null_effects)
    outcome, note = decide(ablation.effect, prediction.floor, ablation.p_value, alpha)
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
