"""Context of a derivation: a task's structure and symmetries, and what several relations use."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.associativity import is_associative
from symtheory.relations.derive.coordinates import Coordinates, find_coordinates
from symtheory.relations.wording.label_maps import LabelMap
from symtheory.relations.wording.residues import common_modulus
from symtheory.structure.factorization import Factorization
from symtheory.tasks.task import Task

if TYPE_CHECKING:
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["NO_ANSWER_READ", "DerivationContext"]

NO_ANSWER_READ = (
    "any cells, held out or not: predictions at the two cells are compared and no answer is read"
)


class Sizes(TypedDict):
    """Size of the task's table, and the number of answers."""

    n_left: int
    n_right: int
    n_answers: int


@dataclass(frozen=True, eq=False, repr=False)
class DerivationContext:
    """A task with its structure and symmetries, and what several relations derive from them.

    Parameters
    ----------
    structure : Structure
    symmetries : Symmetries
    """

    structure: "Structure"
    symmetries: "Symmetries"

    @property
    def task(self) -> Task:
        """The task."""
        return self.structure.task

    @property
    def factorization(self) -> Factorization | None:
        """The group behind the table, if there is one."""
        return self.structure.factorization

    @cached_property
    def coordinates(self) -> Coordinates | None:
        """Elements of tokens and answers, if there is a factorization."""
        if self.factorization is None:
            return None
        return find_coordinates(self.task, self.structure.reduction, self.factorization)

    @cached_property
    def modulus(self) -> int | None:
        """The modulus, if operands and answers are residues."""
        return common_modulus(self.task)

    @cached_property
    def answer_as_operand(self) -> NDArray[np.int64] | None:
        """Operand with the name of each answer, (nz,) int64, -1 where there is none.

        None if the operands have different names, or an answer that occurs is no operand.
        """
        task = self.task
        if task.x_labels != task.y_labels or (task.table < 0).any():
            return None
        position = {label: token for token, label in enumerate(task.x_labels)}
        operands = np.array([position.get(label, -1) for label in task.z_labels], dtype=np.int64)
        return operands if (operands[task.table] >= 0).all() else None

    @cached_property
    def is_associative(self) -> bool:
        """Whether f(f(x, y), w) = f(x, f(y, w)) holds as it stands."""
        operands = self.answer_as_operand
        return operands is not None and is_associative(operands[self.task.table])

    @property
    def sizes(self) -> Sizes:
        """Keyword arguments that every relation takes."""
        n_left, n_right = self.task.table.shape
        return {"n_left": n_left, "n_right": n_right, "n_answers": len(self.task.z_labels)}

    def x_to_y(self, symbol: str, latex: str, images: NDArray[np.int64]) -> LabelMap:
        """Return a map from left to right operands."""
        task = self.task
        return LabelMap(symbol, latex, images, task.x_labels, task.y_labels, self.modulus)

    def y_to_x(self, symbol: str, latex: str, images: NDArray[np.int64]) -> LabelMap:
        """Return a map from right to left operands."""
        task = self.task
        return LabelMap(symbol, latex, images, task.y_labels, task.x_labels, self.modulus)

    def on(self, axis: str, symbol: str, latex: str, images: NDArray[np.int64]) -> LabelMap:
        """Return a map of left operands, right operands or answers to themselves."""
        labels = {"x": self.task.x_labels, "y": self.task.y_labels, "z": self.task.z_labels}[axis]
        return LabelMap(symbol, latex, images, labels, labels, self.modulus)
