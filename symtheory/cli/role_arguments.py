"""Arguments of arrays: which one serves which operand, ``--array``, ``--rows``, ``--labels``.

Each of the last two is for one role, as in ``--rows x=0:113``, or for all of them.
"""

import argparse
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symtheory.records import Role
    from symtheory.tasks.task import Task

__all__ = [
    "add_role_arguments",
    "check_roles_of_options",
    "chosen_arrays",
    "chosen_labels",
    "chosen_rows",
]


def add_role_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says how arrays serve the operands of the task."""
    parser.add_argument(
        "--array",
        action="append",
        default=[],
        metavar="ROLE[=NAME]",
        help="the array of a role (x, y, shared or readout), such as x=W_x, or x alone where there "
        "is one array; may be repeated (default: arrays named x, y, shared, readout)",
    )
    parser.add_argument(
        "--rows",
        action="append",
        default=[],
        metavar="[ROLE=]A:B",
        help="use rows A to B-1 of the arrays only, where others belong to no token of the task",
    )
    parser.add_argument(
        "--labels",
        action="append",
        default=[],
        metavar="[ROLE=]FILE",
        help="text file with the label of each of these rows on a line (default: the order of the "
        "task, or the labels in a CSV file)",
    )


def chosen_arrays(arguments: argparse.Namespace, task: "Task") -> "dict[Role, str | None] | None":
    """Return the array of each role; None where their names are to tell.

    Raises
    ------
    SpecError
        If a word is no role that the task has, or roles are given twice.
    """
    from symtheory.errors import SpecError
    from symtheory.records import Role

    found: dict[Role, str | None] = {}
    for text in arguments.array:
        word, sign, name = text.partition("=")
        if not sign and word.strip().lower() not in list(Role):
            raise SpecError(
                f"--array {text!r:.60} names no role; say --array x={text:.60}, with the role that "
                "it has"
            )
        role = _role(word, task)
        if role in found:
            raise SpecError(f"--array gives two arrays for {role}")
        found[role] = name if sign else None
    if len(found) > 1 and None in found.values():
        raise SpecError("of several arrays each needs its name: --array ROLE=NAME for each")
    return found or None


def chosen_rows(arguments: argparse.Namespace, task: "Task") -> "dict[Role, slice]":
    """Return the rows of the arrays that are tokens of the task, by role."""
    from symtheory.errors import SpecError

    found = {}
    for role, text in _by_role(arguments.rows, task, "--rows").items():
        match = re.fullmatch("([0-9]{0,9}):([0-9]{0,9})", text)
        if match is None:
            raise SpecError(
                f"--rows is A:B with numbers counted from 0, such as 0:97, got {text!r:.60}"
            )
        first, last = match.groups()
        found[role] = slice(int(first or 0), int(last) if last else None)
    return found


def chosen_labels(arguments: argparse.Namespace, task: "Task") -> "dict[Role, Sequence[str]]":
    """Return the labels of the rows, by role."""
    from symtheory.analysis.files.embedding_files import read_labels

    return {
        role: read_labels(text)
        for role, text in _by_role(arguments.labels, task, "--labels").items()
    }


def check_roles_of_options(arguments: argparse.Namespace, tested: "Sequence[Role]") -> None:
    """Refuse rows or labels of an embedding that is not tested: its name would be a slip."""
    from symtheory.errors import SpecError
    from symtheory.records import Role

    for option, texts in (("--rows", arguments.rows), ("--labels", arguments.labels)):
        for text in texts:
            word, sign, _ = text.partition("=")
            if sign and word.strip() in set(Role) - set(tested):
                raise SpecError(
                    f"{option} {text:.60} is for {word.strip()}, but the embeddings tested are "
                    f"{', '.join(tested)}"
                )


def _by_role(texts: Sequence[str], task: "Task", option: str) -> "dict[Role, str]":
    from symtheory.analysis.files.embedding_files import file_roles
    from symtheory.errors import SpecError

    found: dict[Role, str] = {}
    for text in texts:
        word, sign, value = text.partition("=")
        is_for_one = sign and word.strip() in list(file_roles(task))
        roles = [_role(word, task)] if is_for_one else file_roles(task)
        for role in roles:
            if role in found:
                raise SpecError(f"{option} is given twice for {role}")
            found[role] = value if is_for_one else text
    return found


def _role(word: str, task: "Task") -> "Role":
    """Return the role of that name, if an embedding of the task can have it."""
    from symtheory.analysis.files.embedding_files import file_roles
    from symtheory.errors import SpecError
    from symtheory.records import Role

    word = word.strip().lower()
    known = file_roles(task)
    if word not in list(known):
        why = "; its operands have different tokens" if word == Role.SHARED else ""
        raise SpecError(
            f"{word!r:.40} is no role of an embedding of {task.formula}; it has "
            f"{', '.join(known)}{why}"
        )
    return Role(word)
