"""``symtheory predict TASK``: the theory, before any training."""

import argparse
import json
from typing import Any

from symtheory.cli.arguments import (
    add_output_arguments,
    add_split_arguments,
    add_task_arguments,
    read_task,
    split_settings,
)

__all__ = ["add_parser", "run"]


def add_parser(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "predict",
        help="print what theory says of a task",
        description="Print what follows from a task's table alone: structure, symmetries, "
        "relations, irreps, geometry, and the claims that verify would test.",
    )
    parser.add_argument(
        "--latex", action="store_true", help="print a paragraph and tables for a paper instead"
    )
    add_task_arguments(parser)
    add_split_arguments(parser)
    add_output_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the theory of the task, with closures for the split of this seed."""
    from symtheory.errors import SpecError
    from symtheory.experiments.config.training import TrainingConfig
    from symtheory.experiments.data import split_task
    from symtheory.experiments.seeds import generator
    from symtheory.relations.triangle import Triangle
    from symtheory.theory import predict

    if arguments.latex and arguments.json:
        raise SpecError("--latex and --json exclude each other; choose one")
    theory = predict(read_task(arguments))
    config = TrainingConfig(**split_settings(arguments, theory.task))
    split = split_task(theory, config)
    # Claims about a metric assume the loss that `verify` has by default.
    prompted = () if theory.metric is None else (Triangle.kind,)
    if arguments.json:
        placebos = theory.placebos(rng=generator(arguments.seed, "placebos"), known=split.known)
        record = {
            **theory.to_dict(split.known, prompted=prompted),
            "placebos": [placebo.to_dict() for placebo in placebos],
        }
        print(json.dumps(record, allow_nan=False))
    elif arguments.latex:
        print(theory.latex(split.known, prompted=prompted))
    else:
        print(theory.text(split.known))
    return 0
