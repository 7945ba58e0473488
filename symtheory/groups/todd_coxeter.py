"""Coset enumeration by the method of Haselgrove, Leech and Trotter, bounded.

Convention: generator i is the letter i + 1 of a word and its inverse the letter -(i + 1); coset 0
is the trivial subgroup, so the cosets of a finished table are the elements of the group and the
generators act on them from the right [1]_.

References
----------
.. [1] D. F. Holt, B. Eick, E. A. O'Brien, Handbook of Computational Group Theory, 2005,
   section 5.2, doi:10.1201/9781420035216
"""

from collections.abc import Sequence
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError

__all__ = ["COSET_LIMIT", "Word", "enumerate_cosets"]

Word = tuple[int, ...]

COSET_LIMIT = 100_000
_LETTERS_PER_COSET = 100  # bounds the time spent on long relators in the same way


def enumerate_cosets(
    n_generators: int, relators: Sequence[Word], *, limit: int = COSET_LIMIT
) -> NDArray[np.int64]:
    """Return the right action of the generators on the elements, (n_generators, order) int64.

    Raises
    ------
    BudgetError
        When more than ``limit`` cosets would have to be defined: the group is infinite, or too
        large for this bound.

    Examples
    --------
    >>> enumerate_cosets(1, [(1, 1, 1)]).tolist()
    [[1, 2, 0]]
    """
    table = _CosetTable(n_generators, limit)
    roots = [_root(relator) for relator in relators]
    closed: list[set[int]] = [set() for _ in relators]
    coset, letters = 0, 0
    while coset < len(table.rows):
        for relator, root, done in zip(relators, roots, closed, strict=True):
            if table.parent[coset] != coset:
                break
            if coset in done:
                continue
            letters += len(relator)
            if letters > _LETTERS_PER_COSET * limit:
                table.give_up()
            table.scan_and_fill(coset, relator)
            # Where u^k closes up at a coset, it does so at all its translates by powers of u.
            current = coset
            while current >= 0 and current not in done and table.parent[current] == current:
                done.add(current)
                current = table.walk(current, root)
        if table.parent[coset] == coset:
            for letter in range(2 * n_generators):
                if table.rows[coset][letter] < 0:
                    table.define(coset, letter)
        coset += 1
    alive = [c for c in range(len(table.rows)) if table.parent[c] == c]
    number = {c: i for i, c in enumerate(alive)}
    action = [[number[table.rows[c][2 * g]] for c in alive] for g in range(n_generators)]
    return np.array(action, dtype=np.int64).reshape(n_generators, len(alive))


def _root(word: Word) -> Word:
    """Shortest u with word = u^k."""
    for length in range(1, len(word)):
        if len(word) % length == 0 and word[:length] * (len(word) // length) == word:
            return word[:length]
    return word


class _CosetTable:
    """Rows of images; column 2 i belongs to generator i, column 2 i + 1 to its inverse.

    So ``letter ^ 1`` is the inverse of a letter.
    """

    def __init__(self, n_generators: int, limit: int) -> None:
        self.limit = limit
        self.width = 2 * n_generators
        self.rows: list[list[int]] = [[-1] * self.width]
        self.parent = [0]
        self.merged: list[int] = []

    def give_up(self) -> NoReturn:
        raise BudgetError(
            "the presentation defines an infinite group, or one too large for the bound of "
            f"{self.limit} cosets; raise it with max_cosets (--max-cosets)"
        )

    def define(self, coset: int, letter: int) -> int:
        new = len(self.rows)
        if new >= self.limit:
            self.give_up()
        self.rows.append([-1] * self.width)
        self.parent.append(new)
        self.rows[coset][letter] = new
        self.rows[new][letter ^ 1] = coset
        return new

    def walk(self, coset: int, word: Word) -> int:
        """Follow a word from a coset along defined images; -1 where one is missing."""
        for x in word:
            if coset >= 0:
                coset = self.rows[coset][2 * x - 2 if x > 0 else -2 * x - 1]
        return coset

    def scan_and_fill(self, coset: int, word: Word) -> None:
        letters = [2 * x - 2 if x > 0 else -2 * x - 1 for x in word]
        front, back, i, j = coset, coset, 0, len(letters) - 1
        rows = self.rows
        while True:
            # Read on from the front and back from the end as far as images are defined.
            while i <= j and rows[front][letters[i]] >= 0:
                front, i = rows[front][letters[i]], i + 1
            if i > j:
                if front != back:
                    self._coincidence(front, back)
                return
            while j >= i and rows[back][letters[j] ^ 1] >= 0:
                back, j = rows[back][letters[j] ^ 1], j - 1
            if j < i:
                self._coincidence(front, back)
                return
            if j == i:  # one image is missing, and the relator says which it is
                rows[front][letters[i]] = back
                rows[back][letters[i] ^ 1] = front
                return
            self.define(front, letters[i])

    def _find(self, coset: int) -> int:
        root = coset
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[coset] != root:
            self.parent[coset], coset = root, self.parent[coset]
        return root

    def _merge(self, a: int, b: int) -> None:
        a, b = self._find(a), self._find(b)
        if a != b:
            keep, drop = min(a, b), max(a, b)
            self.parent[drop] = keep
            self.merged.append(drop)

    def _coincidence(self, a: int, b: int) -> None:
        self._merge(a, b)
        while self.merged:
            # Its images become images of the coset that it was merged into, and may merge more.
            dropped = self.merged.pop()
            for letter in range(self.width):
                image = self.rows[dropped][letter]
                if image < 0:
                    continue
                self.rows[dropped][letter] = -1
                self.rows[image][letter ^ 1] = -1
                self._deduce(self._find(dropped), letter, self._find(image))

    def _deduce(self, a: int, letter: int, b: int) -> None:
        """Record a * letter = b, merging where the table says otherwise."""
        if self.rows[a][letter] >= 0:
            self._merge(b, self.rows[a][letter])
        elif self.rows[b][letter ^ 1] >= 0:
            self._merge(a, self.rows[b][letter ^ 1])
        else:
            self.rows[a][letter] = b
            self.rows[b][letter ^ 1] = a
