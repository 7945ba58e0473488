"""Report of an examination: closing lines, figures and the page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.layout import listed, percent
from symtheory.records import Json, Outcome

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run
    from symtheory.theory import Theory

__all__ = ["closing_lines", "write_page"]

Lines = Sequence[tuple[str, str]]


def closing_lines(config: "TrainingConfig", run: "Run", found: "Examination") -> Lines:
    """Return what was trained, what prompted it, what it picked and what came out, labeled."""
    from symtheory.analysis.symmetry.factors import broken_translations
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.experiments.prompting import prompting

    theory, finished, last = found.theory, run.finished or {}, run.metrics[-1]
    split = split_task(theory, config)
    known, n_train = split.known, len(split.train_cells)
    lines = [
        (
            "trained",
            f"{finished.get('step')} steps on {n_train} of "
            f"{n_train + int(split.held_out.sum())} cells, "
            f"seed {config.seed}; {finished.get('reason')}; held-out accuracy "
            f"{last['test_accuracy']:.4f}",
        )
    ]
    lines.append(("symmetry", prompting(theory, config, known).reads))
    lines.extend(_prompts(theory, config, known))
    expectation = theory.expectation(prompting_relations(theory, config, known))
    lines.extend([("expected", expectation)] * bool(expectation))
    for role, (cloud, told) in found.embeddings.items():
        names = [name.removeprefix("frequency ") for name in told.active_names]
        lines.append(
            (
                "active",
                f"{role}: {', '.join(names) or 'none'} (power above the white share); "
                f"{told.effective_dimension} principal components above 1 %",
            )
        )
        if translations := broken_translations(cloud, role):
            lines.append(("broken", f"{role}: {listed(translations)}"))
    return [*lines, ("verdict", found.sentence)]


def _prompts(theory: "Theory", config: "TrainingConfig", known: NDArray[np.int64]) -> Lines:
    """Say what stood beside the training answers, and how many answers it is worth."""
    from symtheory.experiments.objectives.selection import auxiliary_terms, closure_fraction

    names: list[str] = []
    for term in auxiliary_terms(theory, config, known):
        of_it = [relation.name for relation in term.relations] or [term.auxiliary.name]
        weight = term.auxiliary.weight
        names.extend(name if weight == 1 else f"{weight:g} × {name}" for name in of_it)
    if config.augmentation:
        names.append("labels from relations")
    if not names:
        return []
    fraction = closure_fraction(theory, config, known)
    worth = (
        ""
        if fraction is None
        else f", which with the training answers determine {percent(fraction)} of the "
        "held-out cells"
    )
    return [("prompted", f"by {' and '.join(names)}{worth}")]


def write_page(
    found: "Examination",
    folder: Path,
    *,
    closing: Lines,
    text: str,
    rows: Sequence[Mapping[str, Json]] = (),
) -> Path:
    """Draw the figures and write the page that shows them; return the page.

    Parameters
    ----------
    found : Examination
    folder : Path
        For ``report.html`` and ``figures/``.
    closing : sequence of (label, text)
    text : str
        The theory.
    rows : sequence of mappings
        The training log, if there is one.
    """
    from symtheory.analysis.figures.report import write_report
    from symtheory.analysis.figures.run import RunFigures
    from symtheory.cli.verdict_table import HEADER, verdict_rows

    names = RunFigures(found, rows).write(folder / "figures")
    page = folder / "report.html"
    write_report(
        page,
        title=f"{found.theory.task.formula}: {Outcome(found.outcome)}",
        summary=closing,
        header=HEADER,
        rows=verdict_rows(found.verdicts),
        notes=[verdict.note for verdict in found.verdicts],
        figures=[folder / "figures" / f"{name}.svg" for name in names],
        theory=text,
    )
    return page
