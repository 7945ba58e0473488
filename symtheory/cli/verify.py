"""``symtheory verify TASK``: predict, train, test, report; the exit code is the verdict."""

import argparse
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
    parser = verbs.add_parser("verify", help="predict, train, test and report")
    add_task_arguments(parser)
    add_split_arguments(parser)
    add_training_arguments(parser)
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    return 3
