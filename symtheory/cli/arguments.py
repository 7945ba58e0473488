"""Arguments of several verbs, and the objects that they stand for."""

import argparse
import re
from typing import TYPE_CHECKING, Any

from symtheory.errors import SpecError

if TYPE_CHECKING:
    from symtheory.tasks.task import Task

__all__ = [
    "add_homology_argument",
    "add_output_arguments",
    "add_split_arguments",
    "add_task_arguments",
    "integer",
    "read_task",
    "split_settings",
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
    parser.add_argument("--mod", metavar="N", help="modulus of a named task or an expression")
    parser.add_argument(
        "--group", metavar="G", help='group of a word or a named task, such as S5 or "Z4 x Z6"'
    )
    parser.add_argument(
        "--graph",
        metavar="G",
        help='graph of the task graph: "cycle(64)", "lattice(7,7)", "cycle(7) x path(7)", '
        'petersen, "cayley(S4)", or a file of edges or GraphML',
    )
    parser.add_argument(
        "--levels", metavar="N,N", help="levels of each attribute of the task comparison"
    )
    parser.add_argument(
        "--order", metavar="FILE", help="order of the task comparison: lines such as a < b"
    )


def add_split_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what determines the split into training and held-out cells."""
    parser.add_argument("--seed", type=integer, default=0, help="root of all random streams (0)")
    parser.add_argument(
        "--train-fraction",
        type=float,
        metavar="F",
        help="share of the cells used for training (0.3; of distances 0.8, of comparisons 0.2)",
    )
    parser.add_argument(
        "--split",
        choices=("uniform", "stratified", "adjacent"),
        help="which cells: drawn from all (uniform), that share of every answer (stratified), or, "
        "where the task is about an order, comparisons of neighbors (adjacent)",
    )
    parser.add_argument(
        "--mask",
        metavar="FILE",
        help="training cells of your own: .npy, or lines of 0,1 in the shape of the table",
    )


def add_homology_argument(parser: argparse.ArgumentParser) -> None:
    """Add the program that computes the persistence diagrams that are shown."""
    parser.add_argument(
        "--homology",
        choices=("ripser", "exact"),
        default="ripser",
        help="program for the persistence diagrams that are printed and drawn (ripser); the "
        "distance that is tested is exact",
    )


def integer(text: str) -> int:
    """Read a non-negative integer of at most 18 digits; argparse complains with this name."""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise ValueError
    return int(text)


integer.__name__ = "non-negative integer"


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add how results are printed."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")
    parser.add_argument("--debug", action="store_true", help="show tracebacks of errors")


def read_task(arguments: argparse.Namespace) -> "Task":
    """Return the task that the arguments name."""
    from symtheory.tasks import read

    return read.read_task(
        arguments.task,
        mod=arguments.mod,
        group=arguments.group,
        graph=arguments.graph,
        levels=arguments.levels,
        order=arguments.order,
    )


def split_settings(arguments: argparse.Namespace, task: "Task") -> dict[str, Any]:
    """Return the settings of a training configuration that fix the split of a task.

    Raises
    ------
    SpecError
        If two splits are asked for at once, or the mask cannot be read.
    """
    from symtheory.cli.mask_file import read_mask
    from symtheory.experiments.config.defaults import default_settings

    usual = default_settings(task).train_fraction
    kind = arguments.split or "uniform"
    all_said = {"adjacent": "--split adjacent"}.get(kind)
    if arguments.mask is not None:
        kind, all_said = "mask", "--mask"
        if arguments.split is not None:
            raise SpecError("--mask says which cells are training data; leave out --split")
    if all_said is not None and arguments.train_fraction is not None:
        raise SpecError(
            f"{all_said} says which cells are training data; leave out --train-fraction"
        )
    mask = None if arguments.mask is None else read_mask(arguments.mask)
    return {
        "seed": arguments.seed,
        "split": kind,
        "train_fraction": usual if arguments.train_fraction is None else arguments.train_fraction,
        "mask": mask,
    }
