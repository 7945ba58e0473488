"""``symtheory train TASK``: a run folder, without a verdict."""

import argparse
import json
from typing import Any

from symtheory.cli.arguments import (
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    read_task,
)
from symtheory.cli.training_arguments import add_training_arguments, read_configs

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
    """Train and say where the runs lie."""
    from symtheory.cli.training import open_runs, train_runs
    from symtheory.errors import RunError
    from symtheory.experiments.data import split_task
    from symtheory.experiments.prompting import prompting
    from symtheory.records import SCHEMA
    from symtheory.theory import predict

    theory = predict(read_task(arguments))
    configs = read_configs(arguments, theory.task)
    runs = open_runs(theory, configs, arguments)
    train_runs(theory, configs, runs)
    records = []
    for run, config in zip(runs, configs, strict=True):
        finished, rows = run.finished or {}, run.metrics
        if not rows:
            raise RunError(f"{run.folder} is finished but has no log; choose another --out")
        told = prompting(theory, config, split_task(theory, config).known)
        record = {
            "seed": config.seed,
            "folder": str(run.folder),
            **finished,
            "symmetry": told.reads,
            "last": rows[-1],
        }
        records.append(record)
        if not arguments.json:
            print(
                f"trained to step {finished['step']} ({finished['reason']}), test accuracy "
                f"{rows[-1]['test_accuracy']:.4f}: {run.folder}"
            )
            print(f"symmetry {told.reads}")
    if arguments.json:
        one = records[0] if len(records) == 1 else {"runs": records}
        print(json.dumps({"schema": SCHEMA, **one}))
    return 0
