"""Instances of relations: pairs or triples of table cells."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["TRUE", "CellPairs", "CellTriples", "Instances", "Rule"]

TRUE = 1
"""The answer "true" of a task whose answers are false and true."""


class Rule(StrEnum):
    """What the cells of an instance have to do with each other."""

    EQUAL = "equal"  # both are answered alike, up to a permutation of the answers
    SUM = "sum"  # the third answer is the sum of the first two
    IMPLICATION = "implication"  # if the first two are true, so is the third
    LOG_ODDS = "log odds"  # the log odds of the third are the sum of those of the first two


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

    rule: ClassVar[Rule] = Rule.EQUAL

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    answer_map: NDArray[np.int64] | None = None

    @property
    def cells(self) -> tuple[NDArray[np.int64], ...]:
        """The two cells of every instance."""
        return self.left, self.right

    @property
    def extra(self) -> NDArray[np.int64] | None:
        """What else the rule needs."""
        return self.answer_map

    def is_false(self, table: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of every instance whether known answers contradict it, (size,) bool."""
        left, right = (table[cells[:, 0], cells[:, 1]] for cells in self.cells)
        is_known = (left >= 0) & (right >= 0)
        if self.answer_map is not None:
            left = self.answer_map[np.arange(len(left)), left]
        return np.asarray(is_known & (left != right))


@dataclass(frozen=True, slots=True, eq=False)
class CellTriples:
    """Triples of cells of which the first two answers lead to the third.

    Parameters
    ----------
    first, second, third : (size, 2) int64
        The cells (x, y).
    rule : Rule
        Any but `Rule.EQUAL`.
    extra : (nz, nz) int64 or None
        For `Rule.SUM`: ``extra[z, a]`` is the answer that makes the sum z together with answer a,
        -1 where there is none.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    third: NDArray[np.int64]
    rule: Rule
    extra: NDArray[np.int64] | None = None

    @property
    def cells(self) -> tuple[NDArray[np.int64], ...]:
        """The three cells of every instance."""
        return self.first, self.second, self.third

    def is_false(self, table: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of every instance whether known answers contradict it, (size,) bool."""
        first, second, third = (table[cells[:, 0], cells[:, 1]] for cells in self.cells)
        is_known = (first >= 0) & (second >= 0) & (third >= 0)
        if self.extra is not None:
            return np.asarray(is_known & (self.extra[third, first] != second))
        return np.asarray(is_known & (first == TRUE) & (second == TRUE) & (third != TRUE))


Instances: TypeAlias = CellPairs | CellTriples
