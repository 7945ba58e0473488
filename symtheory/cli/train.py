"""``symtheory train TASK``: a run folder, without a verdict."""

import argparse
import json
from typing import Any

from symtheory.cli.arguments import (
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    add_training_arguments,
    read_config,
    read_task,
)

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "train",
        help="train a network into a run folder",
        description="Train a network on a task into a run folder, without testing anything.",
    )
    add_task_arguments(parser)
    add_split_arguments(parser)
    add_training_arguments(parser)
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train and say where the run lies."""
    from symtheory.cli.training import open_run, train_run
    from symtheory.errors import RunError
    from symtheory.records import SCHEMA
    from symtheory.theory import predict

    theory = predict(read_task(arguments))
    config = read_config(arguments)
    folder = open_run(theory, config, arguments)
    train_run(theory, config, folder)
    finished, rows = folder.finished or {}, folder.metrics
    if not rows:
        raise RunError(f"{folder.folder} is finished but has no log; choose another --out")
    last = rows[-1]
    if arguments.json:
        print(
            json.dumps({"schema": SCHEMA, "folder": str(folder.folder), **finished, "last": last})
        )
    else:
        print(
            f"trained to step {finished['step']} ({finished['reason']}), test accuracy "
            f"{last['test_accuracy']:.4f}: {folder.folder}"
        )
    return 0
