"""Tables in markdown from the records of a sweep: times, stages and criteria."""

from collections.abc import Mapping, Sequence

import numpy as np

from symtheory.errors import SpecError

from ..statistics.multiplicity import holm
from ..statistics.stages import find_stages
from .criterion import SCORES, find_criterion
from .speedup import Speedup, speedup
from .survival import LogRank, log_rank
from .table_text import (
    NONE,
    closure_text,
    criterion_columns,
    number,
    outcome_columns,
    p_text,
    speedup_text,
    time_columns,
)
from .time_to_generalization import Record, log_rows, read_times

__all__ = [
    "Key",
    "by_variant",
    "criteria_table",
    "failures",
    "markdown",
    "stages_table",
    "times_table",
]

Key = tuple[str, str]
"""Task and variant."""


def by_variant(records: Sequence[Record], *, baseline: str = "baseline") -> dict[Key, list[Record]]:
    """Group records by task and variant, in order of appearance with the baseline first.

    Raises
    ------
    SpecError
        If a record names no task or no variant.
    """
    groups: dict[Key, list[Record]] = {}
    for record in records:
        task, variant = record.get("task"), record.get("variant")
        if not isinstance(task, str) or not isinstance(variant, str):
            raise SpecError(f"a sweep record names its task and variant, got {task!r}, {variant!r}")
        groups.setdefault((task, variant), []).append(record)
    tasks = list(dict.fromkeys(task for task, _ in groups))
    order = sorted(groups, key=lambda key: (tasks.index(key[0]), key[1] != baseline))
    return {key: groups[key] for key in order}


def times_table(
    records: Sequence[Record], *, rng: np.random.Generator, baseline: str = "baseline"
) -> str:
    """Return times to generalization, a row for each task and variant.

    Parameters
    ----------
    records : sequence of mappings
        Of a sweep.
    rng : numpy.random.Generator
        Draws relabelings where there are too many to go through.
    baseline : str
        Variant that the others of its task are compared with, at equal budgets.

    Notes
    -----
    Medians are those of Kaplan and Meier. Columns of p-values: the log-rank test, the same after
    Holm's correction for all comparisons in the table, and the sign-flip test over seeds.
    """
    groups = by_variant(records, baseline=baseline)
    times = {key: read_times(runs) for key, runs in groups.items()}
    compared: dict[Key, tuple[LogRank, Speedup | None]] = {}
    for key, own in times.items():
        base = times.get((key[0], baseline))
        if key[1] == baseline or base is None or not base.n_runs or not own.n_runs:
            continue
        horizon = float(min(base.budgets.min(), own.budgets.min()))
        paired = speedup(base, own, rng=rng) if set(base.seeds) & set(own.seeds) else None
        compared[key] = log_rank(own.cut(horizon), base.cut(horizon), rng=rng), paired
    corrected = dict(
        zip(compared, holm([test.p_value for test, _ in compared.values()]), strict=True)
    )
    header = (
        "task",
        "variant",
        "solved",
        "median step",
        "95 %",
        "range",
        "s to solve",
        "speed-up",
        "log-rank p",
        "Holm",
        "sign-flip p",
        "closure",
        "s/run",
    )
    rows = []
    for key, own in times.items():
        test, paired = compared.get(key, (None, None))
        rows.append(
            (
                *key,
                f"{own.n_solved} of {own.n_runs}",
                *time_columns(own),
                speedup_text(paired),
                p_text(test),
                NONE if key not in corrected else f"{corrected[key]:.2g}",
                p_text(paired),
                closure_text(groups[key]),
                number(float(own.costs.mean())) if own.n_runs else NONE,
            )
        )
    notes = [
        f"{' / '.join(key)}: {told}"
        for key, (_, paired) in compared.items()
        if paired is not None and (paired.n_silent or paired.n_unpaired)
        for told in [paired.note]
    ]
    notes += [
        f"{' / '.join(key)}: {own.n_early} runs ended before their budget without generalizing"
        for key, own in times.items()
        if own.n_early
    ]
    legend = (
        "A p-value in brackets is one that so few runs could not have brought to .05 whatever "
        "they did: nothing is claimed to be significant there."
    )
    listed = "\n".join(f"- {note}" for note in notes)
    return _join(markdown(header, rows), legend, listed, failures(records))


def stages_table(records: Sequence[Record]) -> str:
    """Return the stages of every run, and how many runs of each variant show their order."""
    header = ("task", "variant", "seed", *_STAGES, "order")
    rows, counts = [], []
    for key, runs in by_variant(records).items():
        done = [record for record in runs if record.get("status") != "failed"]
        outcomes = []
        for record in done:
            log = log_rows(record)
            stages = find_stages(log)
            outcomes.append(stages.outcome)
            last = log[-1]["step"]
            steps = (getattr(stages, name).step for name in _STAGES.values())
            shown = (f">{last}" if step is None else str(step) for step in steps)
            rows.append((*key, str(record.get("seed")), *shown, str(stages.outcome)))
        if done:
            counts.append((*key, *outcome_columns(outcomes)))
    count_header = ("task", "variant", "held", "refuted", "inconclusive", "share held, 95 %")
    return _join(markdown(header, rows), markdown(count_header, counts), failures(records))


def criteria_table(
    records: Sequence[Record], *, rng: np.random.Generator, after_memorization: bool = True
) -> str:
    """Return how well the violation marks what is solved, a row for each score and its rivals.

    Parameters
    ----------
    records : sequence of mappings
        Of a sweep.
    rng : numpy.random.Generator
        Draws orders of seeds where there are too many to go through.
    after_memorization : bool
        Judge each run from its memorization on.
    """
    header = (
        "task",
        "variant",
        "score",
        "seeds",
        "rows",
        "AUC",
        "AUC, other seeds' curves",
        "p",
        "threshold",
        "error",
        "left-out error",
        "majority error",
        "lead",
        "acquisition lead",
    )
    rows, notes = [], []
    for key, runs in by_variant(records).items():
        if all(record.get("status") == "failed" for record in runs):
            continue
        for score in SCORES:
            found = find_criterion(
                runs, score=score, after_memorization=after_memorization, rng=rng
            )
            shown = [found.measured, *(found.rivals if score == SCORES[-1] else ())]
            rows += [(*key, *criterion_columns(found, separation)) for separation in shown]
            notes.append(f"- {' / '.join(key)}, {score}: {found.note}")
    return _join(markdown(header, rows), "\n".join(notes), failures(records))


def failures(records: Sequence[Record]) -> str:
    """Return a list of the runs that failed, with their errors; empty where none did."""
    lines = [
        f"- {record.get('task')} / {record.get('variant')} / seed {record.get('seed')}: "
        f"{record.get('error') or 'no reason recorded'}"
        for record in records
        if record.get("status") == "failed"
    ]
    return "\n".join([f"Failed runs ({len(lines)}), left out above:", "", *lines]) if lines else ""


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return a table in markdown; bars within a text are escaped.

    Examples
    --------
    >>> print(markdown(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(header) + " |", "|---" * len(header) + "|", *lines])


_STAGES: Mapping[str, str] = {
    "memorization": "memorization",
    "symmetry acquisition": "acquisition",
    "geometric organization": "organization",
    "generalization": "generalization",
}


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
