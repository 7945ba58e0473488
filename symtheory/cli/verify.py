"""``symtheory verify TASK``: predict, train, test, report; the exit code is the verdict."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symtheory.cli.arguments import (
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    read_task,
)
from symtheory.cli.training_arguments import add_training_arguments, read_configs

if TYPE_CHECKING:
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.training.runs import Run
    from symtheory.records import Outcome
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
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the whole chain for one task and return the exit code of its verdict."""
    from symtheory.analysis.verdicts import exit_code
    from symtheory.cli.training import open_runs, train_runs
    from symtheory.experiments.architecture import embedding_roles
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.records import SCHEMA
    from symtheory.theory import predict

    theory = predict(read_task(arguments))
    configs = read_configs(arguments, theory.task)
    if not theory.predictions(embedding_roles(theory, configs[0])):
        return _nothing_to_verify(theory, arguments)
    # A split that leaves nothing to train on is refused before any folder is made.
    splits = [split_task(theory, config) for config in configs]
    folders = open_runs(theory, configs, arguments)
    for config, folder, split in zip(configs, folders, splits, strict=True):
        prompted = prompting_relations(theory, config, split.known)
        folder.write_json("theory.json", theory.to_dict(split.known, prompted=prompted))
    if not arguments.json:
        print(theory.text(splits[0].known), end="\n\n", flush=True)
    train_runs(theory, configs, folders)
    outcomes = [
        _examine(theory, config, folder, arguments)
        for config, folder in zip(configs, folders, strict=True)
    ]
    outcome = _over_seeds(outcomes)
    if arguments.json:
        records = [folder.read_json("result.json") for folder in folders]
        several = {"schema": SCHEMA, "outcome": str(outcome), "runs": records}
        print(json.dumps(records[0] if len(records) == 1 else several, allow_nan=False))
    elif len(outcomes) > 1:
        counts = Counter(map(str, outcomes))
        print(f"seeds    {', '.join(f'{n} {name}' for name, n in counts.items())}: {outcome}")
    return exit_code(outcome)


def _examine(
    theory: "Theory", config: "TrainingConfig", folder: "Run", arguments: argparse.Namespace
) -> "Outcome":
    """Test one trained network, write its result and its page, and print them."""
    from symtheory.analysis.verification import verify_network
    from symtheory.cli.reporting import closing_lines, result_record, write_page
    from symtheory.cli.verdict_table import verdict_lines
    from symtheory.experiments.data import split_task
    from symtheory.experiments.objectives.selection import prompting_relations
    from symtheory.experiments.seeds import generator
    from symtheory.experiments.training.trainer import load_network

    split = split_task(theory, config)
    prompted = prompting_relations(theory, config, split.known)
    print(f"testing the predictions on {folder.folder}", file=sys.stderr)
    network = load_network(theory, config, folder)
    found = verify_network(
        theory,
        network.embeddings,
        logits=network.logits,
        held_out=split.held_out,
        rows=folder.metrics,
        rng=generator(config.seed, "nulls"),
        prompted=prompted,
    )
    # The result is on disk before anything is drawn or printed: a closed pipe loses nothing.
    folder.write_json("result.json", result_record(theory, config, folder, found))
    print("drawing the figures", file=sys.stderr)
    closing = closing_lines(theory, config, folder, found)
    page = write_page(
        found,
        folder.folder,
        closing=[*closing, ("folder", str(folder.folder))],
        text=theory.text(split.known),
        rows=folder.metrics,
        stages=found.stages,
    )
    if not arguments.json:
        print("\n".join([*verdict_lines(found.verdicts), ""]))
        for label, line in [*closing, ("report", str(page))]:
            print(f"{label:<9}{line}", flush=True)
    return found.outcome


def _over_seeds(outcomes: "Sequence[Outcome]") -> "Outcome":
    """Return held where all seeds held, refuted where one is refuted, else inconclusive."""
    from symtheory.records import Outcome

    if Outcome.REFUTED in outcomes:
        return Outcome.REFUTED
    return Outcome.HELD if set(outcomes) == {Outcome.HELD} else Outcome.INCONCLUSIVE


def _nothing_to_verify(theory: "Theory", arguments: argparse.Namespace) -> int:
    """Say that the theory claims nothing; no network is trained for that."""
    from symtheory.analysis.verdicts import exit_code
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
