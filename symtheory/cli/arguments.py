"""Arguments that several verbs share, and the objects that they stand for."""

import argparse
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symtheory.experiments.config import TrainingConfig
    from symtheory.tasks.task import Task

__all__ = [
    "add_output_arguments",
    "add_split_arguments",
    "add_task_arguments",
    "add_training_arguments",
    "integer",
    "read_config",
    "read_task",
]


_TASK_HELP = (
    "a name that `symtheory tasks` lists; an expression in x and y mod N, such as "
    '"x^2 + 3*y", "x/y" or "if y odd then x/y else x - y"; a word in a group, such as "x*y*x^-1"; '
    "or a file: .csv, .npy, or .toml, as in mine.toml:name. Division is by units: an operand with "
    "which the expression has no value at all is left out (in x/y, y runs over the units mod N), "
    "and any other cell without value is an error."
)
_LEADING_SIGN = " An expression that begins with - goes last, behind a lone --."


def add_task_arguments(parser: argparse.ArgumentParser, *, as_option: bool = False) -> None:
    """Add the task and its parameters; the task as ``--task`` where other words stand free."""
    if as_option:
        parser.add_argument("--task", required=True, metavar="TASK", help=_TASK_HELP)
    else:
        parser.add_argument("task", metavar="TASK", help=_TASK_HELP + _LEADING_SIGN)
    parser.add_argument("--p", metavar="N", help="modulus of a named task")
    parser.add_argument("--mod", metavar="N", help="modulus of an expression")
    parser.add_argument(
        "--group", metavar="G", help='group of a word or a named task, such as S5 or "Z4 x Z6"'
    )


def add_split_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what determines the split into training and held-out cells."""
    parser.add_argument("--seed", type=integer, default=0, help="root of all random streams (0)")
    parser.add_argument(
        "--train-fraction",
        type=float,
        default=0.3,
        metavar="F",
        help="share of the cells used for training (0.3)",
    )


def integer(text: str) -> int:
    """Read a non-negative integer of at most 18 digits; argparse complains with this name."""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise ValueError
    return int(text)


integer.__name__ = "non-negative integer"


def add_training_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what determines a training besides the split."""
    parser.add_argument(
        "--loss",
        choices=("symmetry", "none"),
        default="symmetry",
        help="add relations of the task to the loss, or not (symmetry)",
    )
    parser.add_argument("--steps", type=integer, default=3000, help="most optimizer steps (3000)")
    parser.add_argument(
        "--device", default="auto", metavar="D", help="auto, cpu, cuda or cuda:N (auto)"
    )
    parser.add_argument("--out", metavar="DIR", help="run folder (runs/TASK-MODEL-sSEED-HASH)")
    parser.add_argument("--resume", action="store_true", help="continue an unfinished run")


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how results are printed."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.add_argument("--debug", action="store_true", help="show tracebacks of errors")


def read_task(arguments: argparse.Namespace) -> "Task":
    """Return the task that the arguments name."""
    from symtheory.tasks import sources

    return sources.read_task(
        arguments.task, p=arguments.p, mod=arguments.mod, group=arguments.group
    )


def read_config(arguments: argparse.Namespace) -> "TrainingConfig":
    """Return the training configuration that the arguments give, with the device resolved."""
    from symtheory.experiments.config import TrainingConfig
    from symtheory.experiments.device import resolve_device

    return TrainingConfig(
        loss=arguments.loss,
        steps=arguments.steps,
        seed=arguments.seed,
        train_fraction=arguments.train_fraction,
        device=resolve_device(arguments.device),
    )
