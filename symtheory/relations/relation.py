"""Relations: two ways to reach the same answer, as objects for training and for diagnosis.

A relation says of pairs of cells (x, y), (x', y') that their answers are equal, or equal up to a
permutation of the answers; of a metric or an order it says of triples how two answers lead to a
third. Which cells it can name may depend on answers that it reads; it reads them from ``known``
alone, the table of training answers with -1 where a cell is held out, so no relation can ever see a
held-out label.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import PredictionError, SpecError
from symtheory.records import Json
from symtheory.relations.cells import Instances
from symtheory.relations.closure import Closure, closure

__all__ = [
    "Relation",
    "RelationSampler",
    "rename_map",
]


@dataclass(frozen=True, slots=True, eq=False)
class RelationSampler:
    """The instances of a relation on one split, numbered, to draw from.

    Parameters
    ----------
    relation : Relation
    n_instances : int
        How many instances there are, without the trivial ones, whose two cells coincide.
    pairs : callable
        Turns instance numbers, (size,) int64 in 0..n_instances-1, into `CellPairs`, or into
        `CellTriples`.
    """

    relation: "Relation"
    n_instances: int
    pairs: Callable[[NDArray[np.int64]], Instances]

    def sample(self, size: int, *, rng: np.random.Generator) -> Instances:
        """Draw instances uniformly, with replacement.

        Raises
        ------
        PredictionError
            If there is none on this split.
        """
        if self.n_instances == 0:
            raise PredictionError(
                f"the relation {self.relation.name} has no instance on this split: it reads "
                f"{' and '.join(self.relation.reads)}, and no training cells fit together"
            )
        return self.pairs(rng.integers(self.n_instances, size=size))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Relation(ABC):
    """One identity that the task obeys, or a false copy of it.

    Parameters
    ----------
    formula, latex : str
        The identity, such as ``"f(x, y) = f(y, x)"``.
    where : tuple of str
        What the formula leaves open: ranges of its letters, tables of maps without closed form.
    reads : tuple of str
        The answers that must be known to name an instance; empty if none.
    evaluation : str
        How the relation is evaluated without any held-out answer.
    n_left, n_right, n_answers : int
        Size of the task's table, and the number of answers.
    is_placebo : bool
        Whether this is the same relation of a wrong structure, which the task does not obey.

    Attributes
    ----------
    kind : str
        ``"swap"``, ``"reversal"``, ``"composition"``, ``"shift"``, ``"fibre"``, ``"invariance"`` or
        ``"equivariance"``; of a metric ``"triangle"``; of an order ``"converse"``,
        ``"transitivity"`` or ``"bradley-terry"``.
    field_name : str
        The property of the operation as textbooks call it, such as ``"commutativity"`` for a swap;
        the kind itself where that is its name.
    """

    kind: ClassVar[str]
    field_name: ClassVar[str]

    formula: str
    latex: str
    where: tuple[str, ...]
    reads: tuple[str, ...]
    evaluation: str
    n_left: int
    n_right: int
    n_answers: int
    is_placebo: bool = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.formula}{', placebo' if self.is_placebo else ''})"

    @property
    def name(self) -> str:
        """The kind, with ``" (placebo)"`` after it where that is so; unique within a task."""
        return f"{self.kind} (placebo)" if self.is_placebo else self.kind

    @property
    def title(self) -> str:
        """The name, with that of the field where it is another: ``"swap (commutativity)"``."""
        is_told = self.kind in self.field_name.lower()
        return self.name if is_told else f"{self.name} ({self.field_name})"

    @abstractmethod
    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], Instances]]:
        """Return the number of instances and the function from numbers to pairs or triples."""

    @abstractmethod
    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round of the relation determines.

        A cell is determined if one instance joins it to a known cell; the instances are those that
        can be named from ``known``. A false relation may join a cell to several answers: then it
        gets one of them, always the same.
        """

    @property
    def is_idempotent(self) -> bool:
        """Whether `spread` of what was spread from true answers tells nothing new, by theorem."""
        return False

    def bind(self, known: ArrayLike) -> RelationSampler:
        """Return the numbered instances of the relation on a split.

        Parameters
        ----------
        known : (nx, ny) integers
            Training answers, -1 where the cell is held out.

        Raises
        ------
        SpecError
            If ``known`` does not have the shape of the task, or holds other numbers.
        """
        n_instances, pairs = self._instances(self.check_known(known))
        return RelationSampler(self, n_instances, pairs)

    def n_instances(self, known: ArrayLike) -> int:
        """Return the number of non-trivial instances on a split."""
        return self.bind(known).n_instances

    def sample(self, known: ArrayLike, size: int, *, rng: np.random.Generator) -> Instances:
        """Draw instances uniformly; in a loop, `bind` once and draw from that."""
        return self.bind(known).sample(size, rng=rng)

    def closure(self, known: ArrayLike) -> Closure:
        """Return how much of the held-out table the relation alone determines."""
        return closure((self,), self.check_known(known))

    def to_dict(self) -> dict[str, Json]:
        """Return names, formula, answers read and evaluation as plain JSON values."""
        return {
            "name": self.name,
            "field_name": self.field_name,
            "formula": self.formula,
            "latex": self.latex,
            "where": list(self.where),
            "reads": list(self.reads),
            "evaluation": self.evaluation,
            "is_placebo": self.is_placebo,
        }

    @abstractmethod
    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table, in which x[a], y[b] stand for a and b.

        Parameters
        ----------
        x, y, z : (nx,), (ny,), (nz,) int64
            New number of every left operand, right operand and answer.
        """

    def false_copy(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return a copy that speaks of renamed operands and answers, as a control.

        By default that of the renamed table. What has no coordinates, as the triangle equality, is
        true of every renamed table, and says otherwise what is false.
        """
        return self.renamed(x, y, z)

    def check_known(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return the table of training answers as int64, checked."""
        table = np.asarray(known)
        shape = (self.n_left, self.n_right)
        if table.shape != shape or not np.issubdtype(table.dtype, np.integer):
            raise SpecError(
                f"the training answers are a {shape} table of integers, got {table.shape} of "
                f"{table.dtype}"
            )
        if table.min() < -1 or table.max() >= self.n_answers:
            raise SpecError(
                f"training answers are 0..{self.n_answers - 1}, or -1 where held out; got values "
                f"from {table.min()} to {table.max()}"
            )
        return table.astype(np.int64, copy=False)


def rename_map(
    images: NDArray[np.int64], source: NDArray[np.int64], target: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a map between renamed sets: it sends source[i] to target[images[i]].

    Parameters
    ----------
    images : (..., n) int64
        The map, or several, with -1 where undefined.
    source, target : (n,), (m,) int64
        New numbers.

    Examples
    --------
    >>> rename_map(np.array([1, -1, 0]), np.array([2, 0, 1]), np.array([1, 0])).tolist()
    [-1, 1, 0]
    """
    renamed = np.empty_like(images)
    renamed[..., source] = np.append(target, -1)[images]
    return renamed
