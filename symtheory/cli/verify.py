"""``symtheory verify TASK``: predict, train, test, report; the exit code is the verdict."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import (
    add_homology_argument,
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    read_task,
)
from symtheory.cli.training_arguments import add_training_arguments, read_configs

if TYPE_CHECKING:
    from symtheory.analysis.examination import Examination
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run
    from symtheory.theory import Theory

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "verify",
        help="predict, train, test and report",
        description="Derive what theory says of a task, train a network on it, test every claim, "
        "and write figures and a report into the run folder. The exit code is the verdict.",
    )
    add_task_arguments(parser)
    add_split_arguments(parser)
    add_training_arguments(parser)
    add_homology_argument(parser)
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the whole chain for one task and return the exit code of its verdict."""
    from symtheory import pipeline
    from symtheory.analysis.claims.judge import exit_code
    from symtheory.analysis.several import over_seeds
    from symtheory.cli.seed_text import seed_lines
    from symtheory.cli.training import open_runs, train_runs
    from symtheory.experiments.architecture import embedding_roles
    from symtheory.experiments.data import split_task
    from symtheory.experiments.seeds import generator
    from symtheory.records import SCHEMA
    from symtheory.theory import predict

    theory = predict(read_task(arguments))
    configs = read_configs(arguments, theory.task)
    if not theory.predictions(embedding_roles(theory, configs[0])):
        return _nothing_to_verify(theory, arguments)
    # A split that leaves nothing to train on is refused before any folder is made.
    splits = [split_task(theory, config) for config in configs]
    runs = open_runs(theory, configs, arguments)
    if not arguments.json:
        print(theory.text(splits[0].known), end="\n\n", flush=True)
    train_runs(theory, configs, runs)
    found = []
    for config, folder in zip(configs, runs, strict=True):
        print(f"testing the predictions on {folder.folder}", file=sys.stderr)
        found.append(pipeline.examine(theory, config, folder, homology=arguments.homology))
        _report(found[-1], config, folder, arguments)
    together = over_seeds(found, rng=generator(configs[0].seed, "usage"))
    if arguments.json:
        records = [folder.read_json("result.json") for folder in runs]
        several = {"schema": SCHEMA, **together.to_dict(), "runs": records}
        print(json.dumps(records[0] if len(records) == 1 else several, allow_nan=False))
    elif len(found) > 1:
        print("\n".join([*seed_lines(together), ""]))
        print(f"{'seeds':<9}{together.sentence}")
    return exit_code(together.outcome)


def _report(
    found: "Examination", config: "TrainingConfig", folder: "Run", arguments: argparse.Namespace
) -> None:
    """Write the page and the figures of one network, and print its verdicts."""
    from symtheory.cli.reporting import closing_lines, write_page
    from symtheory.cli.verdict_table import verdict_lines
    from symtheory.experiments.data import split_task

    print("drawing the figures", file=sys.stderr)
    closing = closing_lines(config, folder, found)
    page = write_page(
        found,
        folder.folder,
        closing=[*closing, ("folder", str(folder.folder))],
        text=found.theory.text(split_task(found.theory, config).known),
        rows=folder.metrics,
    )
    if not arguments.json:
        print("\n".join([*verdict_lines(found.verdicts), ""]))
        for label, line in [*closing, ("report", str(page))]:
            print(f"{label:<9}{line}", flush=True)


def _nothing_to_verify(theory: "Theory", arguments: argparse.Namespace) -> int:
    """Say that the theory claims nothing; no network is trained for that."""
    from symtheory.analysis.claims.judge import exit_code
    from symtheory.records import Outcome

    sentence = f"{Outcome.INCONCLUSIVE}: no geometry is claimed for this task, nothing to verify"
    code = exit_code(Outcome.INCONCLUSIVE)
    if arguments.json:
        record = {**theory.to_dict(), "outcome": str(Outcome.INCONCLUSIVE), "exit_code": code}
        print(json.dumps(record, allow_nan=False))
    else:
        print(theory.text())
        print(f"verdict  {sentence}")
    return code
