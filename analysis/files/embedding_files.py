"""Embeddings of a network from a file: which array serves which operand, and in which order.

A table of vectors has one row for each token of an operand, a readout one for each answer, in the
order of the task. Nothing is guessed: arrays are named by the caller, or have the names of roles;
rows that are no tokens of the task (such as that of "=") are left out only where it is asked for;
and another order of the rows needs labels.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.layout import listed
from symtheory.records import Embedding, Role
from symtheory.tasks.task import Task

from .array_files import ArrayFile, ArrayHead, open_arrays

__all__ = [
    "NetworkFile",
    "file_roles",
    "list_arrays",
    "read_array",
    "read_embeddings",
    "read_labels",
    "read_network",
    "token_labels",
]

_MAX_LABEL_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFile:
    """The embeddings that one file holds, and where they stood in it.

    Parameters
    ----------
    path : Path
    embeddings : mapping of Role to Embedding
        Rows in the order of the task.
    arrays : mapping of Role to (str, ArrayHead)
        Name and head of the array of each embedding, as in the file.
    reordered : tuple of Role
        Embeddings whose rows came with labels.
    layers : int
        Blocks that the names of its arrays count, such as ``blocks.1.mlp.W_in``; 1 without any.
    """

    path: Path
    embeddings: Mapping[Role, Embedding]
    arrays: Mapping[Role, tuple[str, ArrayHead]]
    reordered: tuple[Role, ...] = ()
    layers: int = 1


def list_arrays(path: Path | str) -> dict[str, tuple[tuple[int, ...], str]]:
    """Return shape and dtype of every array in a file, without reading their numbers.

    The one array of a .npy or .csv file has the name of the file.

    Raises
    ------
    SpecError
        If the file cannot be read.
    """
    heads = open_arrays(Path(path)).heads
    return {name: (head.shape, head.dtype) for name, head in heads.items()}


def read_array(path: Path | str, key: str | None = None) -> NDArray[np.float64]:
    """Return one matrix of a .npy, .npz, .safetensors or .csv file, (n, d) float64.

    Parameters
    ----------
    path : Path or str
    key : str, optional
        Name of the array; not needed where there is only one.

    Raises
    ------
    SpecError
        If the file or the array cannot be read as a matrix of real numbers.
    BudgetError
        If it is too large.
    """
    file = open_arrays(Path(path))
    return file.read(_only_name(file, "") if key is None else key)


def file_roles(task: Task) -> tuple[Role, ...]:
    """Return the roles that an embedding of a network on the task may have.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> [str(role) for role in file_roles(named_task("modadd", p=7))]
    ['shared', 'x', 'y', 'readout']
    """
    own = (Role.X, Role.Y, Role.READOUT)
    return (Role.SHARED, *own) if task.shared_tokens or task.questions else own


def token_labels(task: Task, role: Role) -> tuple[str, ...]:
    """Return the labels of the rows of an embedding, in the order of the task.

    Raises
    ------
    SpecError
        If no embedding of the task has this role.
    """
    if role not in file_roles(task):
        reason = "; its operands have different tokens" * (role is Role.SHARED)
        known = ", ".join(file_roles(task))
        raise SpecError(f"{task.formula} has no embedding {role!s:.40}, only {known}{reason}")
    if role is Role.READOUT:
        return task.z_labels
    # Right operands of an order are questions about the entities that left operands are.
    return task.y_labels if role is Role.Y and not task.questions else task.x_labels


def read_embeddings(
    path: Path | str,
    *,
    roles: Mapping[Role, str | None] | None = None,
    task: Task | None = None,
    rows: Mapping[Role, slice] | None = None,
    labels: Mapping[Role, Sequence[str]] | None = None,
) -> dict[Role, Embedding]:
    """Return the embeddings of one network, by role.

    Parameters
    ----------
    path : Path or str
        A .npy, .npz, .safetensors or .csv file.
    roles : mapping of Role to str or None, optional
        The array of each role; None stands for the only one in the file. Default: the arrays that
        have the name of a role.
    task : Task, optional
        Without it neither the number of rows nor labels are checked, and rows stay in their order.
    rows : mapping of Role to slice, optional
        The rows of the array that are tokens of the task. Default: all.
    labels : mapping of Role to sequence of str, optional
        Label of each of these rows. Default: those in a CSV file, else the order of the task.

    Raises
    ------
    SpecError
        If an array is missing or unfit; says what was expected and lists what is there.
    BudgetError
        If an array is too large.
    """
    return dict(read_network(path, roles=roles, task=task, rows=rows, labels=labels).embeddings)


def read_network(
    path: Path | str,
    *,
    roles: Mapping[Role, str | None] | None = None,
    task: Task | None = None,
    rows: Mapping[Role, slice] | None = None,
    labels: Mapping[Role, Sequence[str]] | None = None,
) -> NetworkFile:
    """Return the embeddings of one network and their arrays; see `read_embeddings`."""
    file = open_arrays(Path(path))
    known = tuple(Role)[:4] if task is None else file_roles(task)
    names = _names_of_roles(file, known) if roles is None else roles
    embeddings, arrays, reordered = {}, {}, []
    for role, name in names.items():
        if task is not None:
            token_labels(task, role)  # refuses a role that the task has not
        found = _only_name(file, f" for {role}") if name is None else name
        chosen = (rows or {}).get(role, slice(None))
        points = _chosen_rows(file, found, role, rows=chosen, task=task)
        given = (labels or {}).get(role)
        if given is not None and file.labels is not None:
            raise SpecError(f"{file.path} has labels of its own; give no others")
        if given is None and file.labels is not None:
            given = file.labels[chosen]
        if given is not None and task is not None:
            points = points[_order(given, token_labels(task, role), role, file.path)]
            reordered.append(role)
        embeddings[role] = Embedding(points, role)
        arrays[role] = (found, file.heads[found])
    return NetworkFile(file.path, embeddings, arrays, tuple(reordered), _layers(file))


def _layers(file: ArrayFile) -> int:
    """Count the blocks that names such as ``blocks.1.mlp.W_in`` or ``h.1.attn`` tell."""
    found = (re.search(r"(?:^|\.)(?:blocks|layers|h)\.([0-9]{1,3})\.", name) for name in file.heads)
    return max((int(match[1]) + 1 for match in found if match), default=1)


def read_labels(path: Path | str) -> tuple[str, ...]:
    """Return the labels that a text file holds, one on each line.

    Raises
    ------
    SpecError
        If the file cannot be read as text, or a line is empty.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise SpecError(f"cannot read the labels {path}: it is no ordinary file")
        if path.stat().st_size > _MAX_LABEL_BYTES:
            raise SpecError(f"{path} has more than {_MAX_LABEL_BYTES} bytes; labels are one a line")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"cannot read the labels {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SpecError(f"the labels {path} are no text in UTF-8: {error.reason}") from None
    labels = tuple(line.strip() for line in text.rstrip().split("\n"))
    if "" in labels:
        raise SpecError(f"{path}, line {labels.index('') + 1} is empty; each holds one label")
    return labels


def _names_of_roles(file: ArrayFile, known: Iterable[Role]) -> dict[Role, str | None]:
    """Return the arrays that have the name of a role."""
    roles = tuple(known)
    found: dict[Role, str | None] = {role: str(role) for role in roles if role in file.heads}
    if not found:
        choices = " or ".join(roles)
        how = f"--array {roles[0]}" + ("" if len(file.heads) == 1 else "=NAME")
        raise SpecError(
            f"{file.path}: no array has the name of a role, so say which is {choices}, such as "
            f"{how}; {file.listing}"
        )
    return found


def _only_name(file: ArrayFile, purpose: str) -> str:
    if len(file.heads) != 1:
        raise SpecError(f"{file.path}: name the array{purpose} by its key; {file.listing}")
    return next(iter(file.heads))


def _chosen_rows(
    file: ArrayFile,
    name: str,
    role: Role,
    *,
    rows: slice,
    task: Task | None,
) -> NDArray[np.float64]:
    points = file.read(name)
    first, last, _ = rows.indices(len(points))
    if (rows.stop or 0) > len(points) or (first >= last and rows != slice(None)):
        raise SpecError(
            f"{file.path}: the array {name!r:.60} has {len(points)} rows, so rows {first}:"
            f"{rows.stop if rows.stop is not None else ''} are not all there"
        )
    chosen = points[rows]
    if task is not None and len(chosen) != len(token_labels(task, role)):
        n, what = len(token_labels(task, role)), "answers" if role is Role.READOUT else "tokens"
        these, hint = f"the array {name!r:.60} has", ""
        if rows != slice(None):
            these = f"the chosen part of the array {name!r:.60} has"
        if points.shape[1] == n and rows == slice(None):
            hint = "; transpose it (save array.T)"
        elif len(points) > n:
            hint = f"; if {len(points) - n} of its rows are no {what}, say --rows {role}=0:{n}"
        raise SpecError(
            f"{file.path}: {role} has {n} {what}, but {these} {len(chosen)} rows"
            f"{hint}; {file.listing}"
        )
    bad = np.argwhere(~np.isfinite(chosen))
    if len(bad):
        row, column = bad[0]
        what = f"{len(bad)} values that are" if len(bad) > 1 else "a value that is"
        raise SpecError(
            f"{file.path}: the array {name!r:.60} for {role} has {what} not finite, "
            f"the first at row {first + row}, column {column} (counted from 0)"
        )
    return chosen


def _order(
    labels: Sequence[str], tokens: Sequence[str], role: Role, path: Path
) -> NDArray[np.int64]:
    """Return the row of each token of the task."""
    row: dict[str, int] = {}
    known = set(tokens)
    what = f"{path}: label"
    for i, label in enumerate(labels):
        if label not in known:
            raise SpecError(
                f"{what} {label!r:.40} of row {i} is none of the {role} labels of the task: "
                f"{listed(tokens)}"
            )
        if label in row:
            raise SpecError(f"{what} {label!r:.40} stands on rows {row[label]} and {i}")
        row[label] = i
    missing = [token for token in tokens if token not in row]
    if missing:
        raise SpecError(
            f"{path}: {len(labels)} labels for {len(tokens)} rows of {role}; none is "
            f"{listed([repr(token) for token in missing])}"
        )
    return np.array([row[token] for token in tokens], dtype=np.int64)
