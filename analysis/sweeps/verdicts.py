"""Table of the verdicts of a sweep: networks of one variant, joined over their seeds."""

from collections.abc import Sequence

from symtheory.claims.network import GENERALIZATION_FLOOR
from symtheory.records import Outcome, Verdict

from ..statistics.seeds import joint_outcome, summarize_seeds
from .table_text import NONE, outcome_columns
from .tables import by_variant, markdown
from .time_to_generalization import Record, log_rows

__all__ = ["verdicts_table"]


def verdicts_table(records: Sequence[Record]) -> str:
    """Return what the tested networks of each task and variant say; nothing if none was tested.

    The column *together* is the rule for several seeds, `symtheory.analysis.statistics.seeds`, of
    the networks that generalized.

    Parameters
    ----------
    records : sequence of mappings
        Of a sweep; tested networks have ``verdicts`` and ``outcome``.
    """
    rows = []
    for key, runs in by_variant(records).items():
        tested = [run for run in runs if isinstance(run.get("verdicts"), list)]
        outcomes = [Outcome(str(run["outcome"])) for run in tested]
        if not any(_verdicts(run) for run in tested):
            continue
        able = [_verdicts(run) for run in tested if _accuracy(run) >= GENERALIZATION_FLOOR]
        summaries = summarize_seeds(able) if len(able) > 1 else ()
        refuted = [
            summary.prediction.key
            for summary in summaries
            if summary.prediction.primary and summary.outcome is Outcome.REFUTED
        ]
        together = str(joint_outcome(outcomes, summaries))
        rows.append((*key, *outcome_columns(outcomes), together, ", ".join(refuted) or NONE))
    header = ("task", "variant", "held", "refuted", "inconclusive", "share held, 95 %")
    return markdown((*header, "together", "primary claims refuted"), rows) if rows else ""


def _verdicts(run: Record) -> list[Verdict]:
    found = run.get("verdicts")
    plain = found if isinstance(found, list) else []
    return [Verdict.from_dict(verdict) for verdict in plain if isinstance(verdict, dict)]


def _accuracy(run: Record) -> float:
    rows = log_rows(run)
    last = rows[-1].get("test_accuracy") if rows else None
    return float(last) if isinstance(last, int | float) else 0.0
