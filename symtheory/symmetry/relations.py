"""Relations: two ways to reach the same answer, as objects for training and for diagnosis.

A relation says of pairs of cells (x, y), (x', y') that their answers are equal, or equal up to a
permutation of the answers. Which pairs it can name may depend on answers that it reads; it reads
them from ``known`` alone, the table of training answers with -1 where a cell is held out, so no
relation can ever see a held-out label.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.errors import PredictionError, SpecError
from symtheory.records import Json
from symtheory.symmetry.closure import Closure, closure, spread_by_edges

__all__ = ["CellPairs", "Relation", "RelationSampler"]

_CHUNK = 1 << 18  # instances turned into edges at a time: 8 MB of cells


@dataclass(frozen=True, slots=True, eq=False)
class CellPairs:
    """Pairs of cells whose answers the relation equates.

    Parameters
    ----------
    left, right : (size, 2) int64
        The cells (x, y).
    answer_map : (size, nz) int64 or None
        A permutation of the answers for each pair: the score of answer ``answer_map[i, z]`` at
        ``right[i]`` equals the score of answer z at ``left[i]``. None is the identity.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    answer_map: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RelationSampler:
    """The instances of a relation on one split, numbered, to draw from.

    Parameters
    ----------
    relation : Relation
    n_instances : int
        How many instances there are, without the trivial ones, whose two cells coincide.
    pairs : callable
        Turns instance numbers, (size,) int64 in 0..n_instances-1, into `CellPairs`.
    """

    relation: "Relation"
    n_instances: int
    pairs: Callable[[NDArray[np.int64]], CellPairs]

    def sample(self, size: int, *, rng: np.random.Generator) -> CellPairs:
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


@dataclass(frozen=True, eq=False)
class Relation(ABC):
    """One identity that the task obeys.

    Parameters
    ----------
    formula, latex : str
        The identity, such as ``"f(x, y) = f(y, x)"``.
    where : tuple of str
        Tables of the maps in the formula that have no closed form.
    reads : tuple of str
        The answers that must be known to name an instance; empty if none.
    n_left, n_right, n_answers : int
        Size of the task's table, and the number of answers.

    Attributes
    ----------
    name : str
        ``"swap"``, ``"composition"``, ``"shift"`` or ``"equivariance"``.
    """

    name: ClassVar[str]

    formula: str
    latex: str
    where: tuple[str, ...]
    reads: tuple[str, ...]
    n_left: int
    n_right: int
    n_answers: int

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.formula})"

    @abstractmethod
    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        """Return the number of instances and the function from numbers to pairs."""

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

    def sample(self, known: ArrayLike, size: int, *, rng: np.random.Generator) -> CellPairs:
        """Draw instances uniformly; in a loop, `bind` once and draw from that."""
        return self.bind(known).sample(size, rng=rng)

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round of the relation determines.

        A cell is determined if one instance joins it to a known cell; the instances are those that
        can be named from ``known``. A false relation may join a cell to several answers: then it
        gets that of the first instance.
        """
        table = self.check_known(known)
        return spread_by_edges(table, self._edges(table))

    def closure(self, known: ArrayLike) -> Closure:
        """Return how much of the held-out table the relation alone determines."""
        return closure((self,), self.check_known(known))

    def to_dict(self) -> dict[str, Json]:
        """Return name, formula and labels read as plain JSON values."""
        return {
            "name": self.name,
            "formula": self.formula,
            "latex": self.latex,
            "where": list(self.where),
            "reads": list(self.reads),
        }

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

    def _edges(
        self, known: NDArray[np.int64]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield the instances as edges between flat cells, a chunk at a time."""
        n_instances, pairs = self._instances(known)
        for start in range(0, n_instances, _CHUNK):
            chunk = pairs(np.arange(start, min(start + _CHUNK, n_instances)))
            yield self._flat(chunk.left), self._flat(chunk.right)

    def _flat(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        return cells[:, 0] * self.n_right + cells[:, 1]
