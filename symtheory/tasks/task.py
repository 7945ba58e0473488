"""A task: the finite table that a network is to learn.

Convention: ``table[x, y]`` is the index of the answer f(x, y); operands and answers are counted
from 0 in the order of their labels, and -1 is an answer that nobody knows. Everything that the
theory says follows from this table.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import BudgetError, SpecError
from symtheory.graphs.graph import Graph
from symtheory.graphs.limits import MAX_VERTICES
from symtheory.layout import duration
from symtheory.orders.order import Order
from symtheory.records import Json

__all__ = ["MAX_TOKENS", "Task", "check_size", "file_name"]

MAX_TOKENS = 1024
"""Most tokens an operand may have.

The theory holds a handful of n x n tables (8 n^2 bytes, 8 MB at the limit), which would allow more;
the network's logits on the whole table are n^2 x n float32, 4 n^3 bytes: 4.3 GB at the limit.
"""

# Deriving and printing the theory, per cell (measured at n = 1024 on one core).
_SECONDS_PER_CELL = 1e-5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Task:
    """A function f : X x Y -> Z on finite sets, given by its table.

    Parameters
    ----------
    name : str
        Short name, safe in a file name, such as ``"modadd-97"``.
    table : (nx, ny) int64
        ``table[x, y]`` is the index of the answer, 0 <= answer < nz, or -1 where it is unknown; at
        least one is known. Kept as a read-only copy.
    x_labels, y_labels, z_labels : tuple of str
        Names of the nx left operands, ny right operands and nz answers, each without repeats.
    formula : str
        The definition in words, such as ``"x + y mod 97"``.
    shared_tokens : bool
        Whether both operands are the same set, so that one embedding table can serve both.
    latex : str
        The formula in LaTeX, or empty. For print only: `to_dict` leaves it out, so that it makes
        no difference between runs.
    answer_structure : Graph or Order or None
        What the answers mean beyond being different: distances in a graph, or truths about an
        order. None where they are names only.
    has_definition : bool
        Whether the task was given by an expression, a group, a graph or an order, whose symmetry is
        prior knowledge, and not by its table alone; so with every ``answer_structure``. Like
        ``latex`` it is left out of `to_dict`.

    Raises
    ------
    SpecError
        If table and labels do not fit each other.
    BudgetError
        If an operand has more than `MAX_TOKENS` tokens, or a graph more than
        `symtheory.graphs.limits.MAX_VERTICES` vertices.

    Examples
    --------
    >>> Task("xor", [[0, 1], [1, 0]], "01", "01", "01", formula="x xor y", shared_tokens=True)
    Task(xor: x xor y, 2 x 2 -> 2, shared tokens)
    >>> Task("half", [[0, 1], [1, -1]], "01", "01", "01", formula="half of x xor y")
    Task(half: half of x xor y, 2 x 2 -> 2, 3 of 4 cells known)
    """

    name: str
    table: NDArray[np.int64]
    x_labels: tuple[str, ...]
    y_labels: tuple[str, ...]
    z_labels: tuple[str, ...]
    formula: str
    shared_tokens: bool
    latex: str
    answer_structure: Graph | Order | None
    has_definition: bool

    def __init__(
        self,
        name: str,
        table: ArrayLike,
        x_labels: Sequence[str],
        y_labels: Sequence[str],
        z_labels: Sequence[str],
        *,
        formula: str,
        shared_tokens: bool = False,
        latex: str = "",
        answer_structure: Graph | Order | None = None,
        has_definition: bool = False,
    ) -> None:
        array = np.array(table)
        if array.ndim != 2 or array.size == 0:
            raise SpecError(f"a task's table is (nx, ny) and not empty, got shape {array.shape}")
        if not np.issubdtype(array.dtype, np.integer):
            raise SpecError(f"a task's table holds integer answers, got {array.dtype}")
        array = array.astype(np.int64)
        labels = {"x": tuple(x_labels), "y": tuple(y_labels), "z": tuple(z_labels)}
        limit = MAX_VERTICES if isinstance(answer_structure, Graph) else MAX_TOKENS
        check_size(max(map(len, labels.values())), what=f"the task {name!r}", limit=limit)
        for axis, count in (("x", array.shape[0]), ("y", array.shape[1])):
            if len(labels[axis]) != count:
                raise SpecError(
                    f"the table of {name!r} has {count} values of {axis} but {len(labels[axis])} "
                    f"labels for them"
                )
        for axis, names in labels.items():
            if len(set(names)) != len(names):
                twice = next(label for label in names if names.count(label) > 1)
                raise SpecError(f"the {axis} label {twice!r} of {name!r} occurs twice")
        outside = np.argwhere((array < -1) | (array >= len(labels["z"])))
        if len(outside):
            x, y = outside[0]
            raise SpecError(
                f"f({labels['x'][x]}, {labels['y'][y]}) = {array[x, y]} in {name!r}, but answers "
                f"are 0..{len(labels['z']) - 1}, and -1 where unknown"
            )
        if not (array >= 0).any():
            raise SpecError(f"every cell of the table of {name!r} is unknown; give some answers")
        if shared_tokens and labels["x"] != labels["y"]:
            raise SpecError(f"{name!r} cannot share tokens: its operands have different labels")
        array.setflags(write=False)
        has_definition = has_definition or answer_structure is not None
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "table", array)
        object.__setattr__(self, "x_labels", labels["x"])
        object.__setattr__(self, "y_labels", labels["y"])
        object.__setattr__(self, "z_labels", labels["z"])
        object.__setattr__(self, "formula", formula)
        object.__setattr__(self, "shared_tokens", bool(shared_tokens))
        object.__setattr__(self, "latex", latex)
        object.__setattr__(self, "answer_structure", answer_structure)
        object.__setattr__(self, "has_definition", has_definition)

    @property
    def meaning(self) -> Graph | Order | None:
        """The name of `answer_structure` in version 0.1."""
        return self.answer_structure

    def __repr__(self) -> str:
        nx, ny = self.table.shape
        notes = f", {self.is_known.sum()} of {nx * ny} cells known" if self.is_partial else ""
        notes += ", shared tokens" if self.shared_tokens else ""
        return f"Task({self.name}: {self.formula}, {nx} x {ny} -> {len(self.z_labels)}{notes})"

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Where the answer is known, (nx, ny) bool."""
        return np.asarray(self.table >= 0)

    @property
    def is_partial(self) -> bool:
        """Whether some answer is unknown."""
        return bool((self.table < 0).any())

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked of two entities of an order; empty for other tasks.

        Right operand ``q * nx + b`` is then question q about entity b, and a network is given
        question and entity as two tokens.
        """
        return self.answer_structure.questions if isinstance(self.answer_structure, Order) else ()

    def to_dict(self) -> dict[str, Json]:
        """Return the task as plain JSON values."""
        plain: dict[str, Json] = {
            "name": self.name,
            "formula": self.formula,
            "shared_tokens": self.shared_tokens,
            "x_labels": list(self.x_labels),
            "y_labels": list(self.y_labels),
            "z_labels": list(self.z_labels),
            "table": self.table.tolist(),
        }
        # Left out where there is none, so that other tasks keep their identity.
        if self.answer_structure is not None:
            kind = "graph" if isinstance(self.answer_structure, Graph) else "order"
            plain["meaning"] = {"kind": kind, **self.answer_structure.to_dict()}
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> "Task":
        """Return the task that `to_dict` described.

        Raises
        ------
        SpecError
            If a key is missing or a value is not what it should be.
        """
        try:
            table = np.array(data["table"])
            return cls(
                str(data["name"]),
                table,
                _labels(data["x_labels"]),
                _labels(data["y_labels"]),
                _labels(data["z_labels"]),
                formula=str(data["formula"]),
                shared_tokens=bool(data["shared_tokens"]),
                answer_structure=_answer_structure(data.get("meaning")),
            )
        except KeyError as error:
            raise SpecError(f"a task needs the key {error}, got {sorted(data)}") from None
        except ValueError as error:
            if isinstance(error, SpecError):
                raise
            raise SpecError(f"the table of a task has rows of equal length: {error}") from None


def check_size(n: int, *, what: str, limit: int = MAX_TOKENS) -> None:
    """Refuse more tokens than the budget allows, before anything is allocated.

    Raises
    ------
    BudgetError
        If ``n`` exceeds the limit; names the memory and time that it would need.
    """
    if n > limit:
        raise BudgetError(
            f"{what} has {n} tokens: its table alone would take {_bytes(8 * n * n)}, the theory "
            f"about {duration(_SECONDS_PER_CELL * n * n)} and the network's answers on all cells "
            f"{_bytes(4 * n**3)}; the limit is {limit} tokens, choose fewer"
        )


def file_name(text: str) -> str:
    """Return a short name for a text that is safe in a file name.

    Examples
    --------
    >>> file_name("Z7 : Z3 by 1 -> {1 -> 2}")
    'Z7-Z3-by-1-1-2'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:40].rstrip("-") or "unnamed"


def _labels(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SpecError(f"labels are a list of strings, got {value!r}")
    return tuple(str(label) for label in value)


def _answer_structure(value: Json) -> Graph | Order | None:
    if value is None:
        return None
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in {"graph", "order"}:
        raise SpecError(f"the meaning of a task is a graph or an order, got {value!r:.60}")
    return Graph.from_dict(value) if kind == "graph" else Order.from_dict(value)


def _bytes(amount: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if amount < 1000:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:.3g} EB"
