"""``symtheory verify TASK``: predict, train, test, report; the exit code is the verdict."""

import argparse
import json
import sys
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
    from symtheory.analysis.verification import verify_network
    from symtheory.cli.reporting import closing_lines, result_record, write_page
    from symtheory.cli.training import open_run, train_run
    from symtheory.cli.verdict_table import verdict_lines
    from symtheory.experiments.data import split_of
    from symtheory.experiments.seeds import generator
    from symtheory.experiments.trainer import load_network
    from symtheory.theory import predict

    theory = predict(read_task(arguments))
    config = read_config(arguments)
    if not theory.predictions(theory.roles):
        return _nothing_to_verify(theory, arguments)
    split = split_of(theory, config)
    folder = open_run(theory, config, arguments)
    text = theory.text(split.known)
    folder.write_json("theory.json", theory.to_dict(split.known))
    if not arguments.json:
        print(text, end="\n\n", flush=True)
    train_run(theory, config, folder)

    print("testing the predictions", file=sys.stderr)
    network = load_network(theory, config, folder)
    found = verify_network(
        theory,
        network.embeddings,
        logits=network.logits,
        held_out=split.held_out,
        rows=folder.metrics,
        rng=generator(config.seed, "nulls"),
    )
    # The result is on disk before anything is drawn or printed: a closed pipe loses nothing.
    folder.write_json("result.json", result_record(theory, config, folder, found))
    print("drawing the figures", file=sys.stderr)
    closing = closing_lines(theory, config, folder, found)
    page = write_page(
        found,
        folder.folder,
        closing=[*closing, ("folder", str(folder.folder))],
        text=text,
        rows=folder.metrics,
        stages=found.stages,
    )
    if arguments.json:
        print(json.dumps(folder.read_json("result.json"), allow_nan=False))
    else:
        print("\n".join([*verdict_lines(found.verdicts), ""]))
        for label, line in [*closing, ("report", str(page))]:
            print(f"{label:<9}{line}")
    return exit_code(found.outcome)


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
