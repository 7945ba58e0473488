"""``symtheory verify TASK``: predict, train, test, report; the exit code is the verdict."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import (
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    add_training_arguments,
    read_config,
    read_task,
)

if TYPE_CHECKING:
    from symtheory.experiments.config import TrainingConfig
    from symtheory.experiments.runs import Run
    from symtheory.records import Json
    from symtheory.theory import Theory

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("verify", help="predict, train, test and report")
    add_task_arguments(parser)
    add_split_arguments(parser)
    add_training_arguments(parser)
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the whole chain for one task and return the exit code of its verdict."""
    from symtheory.cli.training import open_run, train_run
    from symtheory.experiments.data import split_of
    from symtheory.theory import derive

    began = time.perf_counter()
    theory = derive(read_task(arguments))
    config = read_config(arguments)
    known = split_of(theory, config).known
    folder = open_run(theory, config, arguments)
    text = theory.text(known)
    folder.write_json("theory.json", theory.to_dict(known))
    if not arguments.json:
        print(text, end="\n\n", flush=True)
    train_run(theory, config, folder)
    result = _report(theory, config, folder, text=text, quiet=arguments.json)
    result["seconds"] = round(time.perf_counter() - began, 1)
    folder.write_json("result.json", result)
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    code = result["exit_code"]
    return code if isinstance(code, int) else 3


def _report(
    theory: "Theory", config: "TrainingConfig", run: "Run", *, text: str, quiet: bool
) -> dict[str, "Json"]:
    """Test the trained network, write figures and page, print the table, return the result."""
    from symtheory.analysis.figures.run import RunFigures
    from symtheory.analysis.report import write_report
    from symtheory.analysis.verdicts import exit_code
    from symtheory.analysis.verification import verify_network
    from symtheory.cli.verdict_table import HEADER, verdict_lines, verdict_rows
    from symtheory.experiments.data import split_of
    from symtheory.experiments.environment import describe_environment
    from symtheory.experiments.seeds import generator
    from symtheory.experiments.trainer import load_network
    from symtheory.records import SCHEMA

    print("testing the predictions", file=sys.stderr)
    network, rows, finished = load_network(theory, config, run), run.metrics, run.finished or {}
    embeddings = run.embeddings()
    found = verify_network(
        theory,
        embeddings,
        logits=network.logits,
        held_out=split_of(theory, config).held_out,
        rows=rows,
        rng=generator(config.seed, "nulls"),
    )
    print("drawing the figures", file=sys.stderr)
    figures = RunFigures(
        rows=rows,
        stages=found.stages,
        embeddings=embeddings,
        evidence=found.evidence,
        geometries=theory.geometries,
    ).write(run.folder / "figures")
    summary = _summary(theory, config, run, found.sentence)
    write_report(
        run.folder / "report.html",
        title=f"{theory.task.formula}: {found.outcome}",
        summary=summary,
        header=HEADER,
        rows=verdict_rows(found.verdicts),
        notes=[verdict.note for verdict in found.verdicts],
        figures=[run.folder / "figures" / f"{name}.svg" for name in figures],
        theory=text,
    )
    if not quiet:
        print("\n".join([*verdict_lines(found.verdicts), "", *summary]))
        print(f"report   {Path(run.folder, 'report.html')}")
    return {
        "schema": SCHEMA,
        "task": theory.task.name,
        "formula": theory.task.formula,
        "group": theory.isotopism.group.name,
        "outcome": str(found.outcome),
        "exit_code": exit_code(found.outcome),
        "generalized": found.generalized,
        "verdicts": [verdict.to_dict() for verdict in found.verdicts],
        "training": {**finished, "last": rows[-1]},
        "config": config.to_dict(),
        "environment": describe_environment(config),
        "folder": str(run.folder),
        "figures": list(figures),
    }


def _summary(theory: "Theory", config: "TrainingConfig", run: "Run", sentence: str) -> list[str]:
    """Return the closing lines: what was trained, what helped it, what came out."""
    finished, last = run.finished or {}, run.metrics[-1]
    lines = [
        f"trained  {finished.get('step')} steps on {config.train_fraction:.0%} of the cells, seed "
        f"{config.seed}; {finished.get('reason')}; held-out accuracy {last['test_accuracy']:.4f}"
    ]
    if config.loss == "symmetry":
        from symtheory.experiments.data import split_of

        known = split_of(theory, config).known
        used = [r.name for r in theory.relations if r.name in config.relations]
        share = theory.closure(used, known).fraction
        lines.append(
            f"prompted by {' and '.join(used)}, which with the training answers determine "
            f"{share:.1%} of the held-out cells"
        )
    return [*lines, f"verdict  {sentence}"]
