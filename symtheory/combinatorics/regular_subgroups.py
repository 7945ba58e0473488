"""Regular subgroups of a permutation group with two orbits: those that act as translations.

A subgroup is regular on a set if exactly one of its elements sends a given point to any other.
Let S act transitively on X and on Y, both with n points, and let x0 be the first point of X. A
subgroup that is regular on X has one element that sends x0 to x, and there are |S|/n candidates
for it. So the subgroups are found by choosing the element for the first point that is not reached
yet, closing, and going on; each is found once, and a closure that holds an element with a fixed
point is given up.

Only such subgroups are sought as are normal in S or have one other conjugate; of many conjugates
none is singled out by the task. (One other: the class of x * y in a group has left and right
translations among its invariances, and x -> x^-1, y -> y^-1 exchanges them where classes hold
inverses.) These are normal in a subgroup of index 2 at most, so squares and commutators leave them
alone, and closing under conjugation by those too leaves few choices.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError

__all__ = ["RegularSubgroups", "regular_subgroups"]

MAX_ORDER = 1_000_000
"""Largest group that is searched; 8 bytes for each element and twice as many for the search."""

_MAX_CLOSURES = 2000
_MAX_CONJUGATES = 2


@dataclass(frozen=True, slots=True, eq=False)
class RegularSubgroups:
    """Subgroups that are regular on X and on Y.

    Parameters
    ----------
    subgroups : tuple of (n, 2n) int64
        Row x of each is its element that sends the first point to x, as a permutation of the
        points of X and then of those of Y. Normal ones come first.
    n_conjugates : tuple of int
        1 for a normal subgroup, 2 for one with another conjugate.
    is_complete : bool
        Whether the search ended by itself, so that there are no more of the kind.
    """

    subgroups: tuple[NDArray[np.int64], ...]
    n_conjugates: tuple[int, ...]
    is_complete: bool

    def __repr__(self) -> str:
        return (
            f"RegularSubgroups({len(self.subgroups)}, conjugates {self.n_conjugates}, complete: "
            f"{self.is_complete})"
        )


def regular_subgroups(generators: NDArray[np.int64], order: int, n: int) -> RegularSubgroups:
    """Return subgroups that are regular on the first n and on the last n of 2n points.

    Parameters
    ----------
    generators : (k, 2n) int64
        Permutations, each of X = 0..n-1 and of Y = n..2n-1, that generate S.
    order : int
        |S|.
    n : int

    Raises
    ------
    PredictionError
        If S is not transitive on X and on Y, or too large to search; says which.

    Examples
    --------
    >>> import numpy as np
    >>> rotation, reflection = [1, 2, 3, 4, 0], [0, 4, 3, 2, 1]
    >>> both = [np.array(g + [5 + i for i in g]) for g in (rotation, reflection)]
    >>> regular_subgroups(np.array(both), 10, 5)
    RegularSubgroups(1, conjugates (1,), complete: True)
    """
    transversal = _transversal(generators, 0, n)
    if transversal is None or _transversal(generators, n, n) is None:
        raise PredictionError("they do not carry every operand to every other")
    if order > MAX_ORDER:
        raise PredictionError(
            f"there are {_shown(order)} of them, too many to look for translations among them (the "
            f"limit is {MAX_ORDER})"
        )
    # Squares and commutators of the generators: they lie in every subgroup of index 2.
    inverses = np.argsort(generators, axis=1)
    products = [g[h] for g in generators for h in generators]
    conjugators = [g[g] for g in generators]
    conjugators += [
        p[inverses[i]][inverses[j]]
        for p, (i, j) in zip(products, np.ndindex(len(generators), len(generators)), strict=True)
        if i < j
    ]
    search = _Search(transversal, _stabilizer(generators, transversal), conjugators)
    found = list(search.subgroups())
    counts = [_count_conjugates(elements, generators) for elements in found]
    kept = sorted((count, i) for i, count in enumerate(counts) if count <= _MAX_CONJUGATES)
    return RegularSubgroups(
        tuple(found[i] for _, i in kept), tuple(count for count, _ in kept), not search.was_cut
    )


class _Search:
    """Backtracking over the choices of an element for every point."""

    def __init__(
        self,
        transversal: NDArray[np.int64],
        stabilizer: NDArray[np.int64],
        conjugators: list[NDArray[np.int64]],
    ) -> None:
        self.n = len(transversal)
        self.transversal, self.stabilizer = transversal, stabilizer
        self.conjugators = [(s, np.argsort(s)) for s in conjugators]
        self.n_closures = 0

    @property
    def was_cut(self) -> bool:
        return self.n_closures >= _MAX_CLOSURES

    def subgroups(self) -> Iterator[NDArray[np.int64]]:
        """Yield the regular subgroups that the conjugators leave alone."""
        trivial = np.full((self.n, 2 * self.n), -1)
        trivial[0] = np.arange(2 * self.n)
        return self._extended(trivial)

    def _extended(self, elements: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Yield the regular subgroups that hold the elements known so far."""
        missing = np.flatnonzero(elements[:, 0] < 0)
        if not len(missing):
            # Order n and regular on X; on Y it is if it is transitive.
            if len(np.unique(elements[:, self.n])) == self.n:
                yield elements
            return
        # The coset t Stab(x0): all elements that send the first point to the first one missing. Of
        # a regular subgroup none but the identity fixes a point.
        choices = self.transversal[missing[0]][self.stabilizer]
        moves_all = (choices != np.arange(2 * self.n)).all(axis=1)
        for choice in choices[moves_all]:
            if self.was_cut:
                return
            self.n_closures += 1
            closed = self._closure(elements, choice)
            if closed is not None:
                yield from self._extended(closed)

    def _closure(
        self, elements: NDArray[np.int64], choice: NDArray[np.int64]
    ) -> NDArray[np.int64] | None:
        """Return the subgroup generated, by images of the first point, or None if not regular."""
        known = elements[elements[:, 0] >= 0]
        closed = np.full_like(elements, -1)
        closed[0] = np.arange(2 * self.n)
        pending = [*known[1:], choice]
        letters: list[NDArray[np.int64]] = []
        while pending:
            letter = pending.pop()
            # Two elements that send the first point to one place: the subgroup is not regular.
            if closed[letter[0], 0] >= 0:
                if not np.array_equal(closed[letter[0]], letter):
                    return None
                continue
            letters.append(letter)
            # Conjugates s letter s^-1 must be in it too.
            pending += [s[letter[back]] for s, back in self.conjugators]
            if not _close(closed, letters):
                return None
        members = closed[closed[:, 0] >= 0]
        # By Lagrange its order divides that of the regular subgroup that it is to grow to.
        if self.n % len(members) or (members[1:] == np.arange(2 * self.n)).any():
            return None
        return closed


def _close(closed: NDArray[np.int64], letters: list[NDArray[np.int64]]) -> bool:
    """Fill in all products of the letters; False if two send the first point to one point."""
    fresh = closed[closed[:, 0] >= 0]
    while len(fresh):
        added = []
        for letter in letters:
            products = letter[fresh]
            images = products[:, 0]
            is_old = closed[images, 0] >= 0
            if not np.array_equal(closed[images[is_old]], products[is_old]):
                return False
            # Different elements have different images, and the letter keeps them apart.
            closed[images[~is_old]] = products[~is_old]
            added.append(products[~is_old])
        fresh = np.concatenate(added)
    return True


def _count_conjugates(elements: NDArray[np.int64], generators: NDArray[np.int64]) -> int:
    """Count the conjugates of a subgroup, but not beyond what is asked for."""
    queue = [(elements, _letters(elements))]
    for current, letters in queue:
        for s in generators:
            back = np.argsort(s)
            conjugates = s[letters[:, back]]
            # A regular subgroup has one element for each image of the first point.
            if any(np.array_equal(own[conjugates[:, 0]], conjugates) for own, _ in queue):
                continue
            whole = s[current[:, back]]
            queue.append((whole[np.argsort(whole[:, 0])], conjugates))
        if len(queue) > _MAX_CONJUGATES:
            break
    return len(queue)


def _letters(elements: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a few elements that generate a regular subgroup; number p sends 0 to p."""
    letters = elements[:0]
    is_reached = np.zeros(len(elements), dtype=np.bool_)
    is_reached[0] = True
    while not is_reached.all():
        letters = np.concatenate([letters, elements[[int(np.argmin(is_reached))]]])
        fresh = np.flatnonzero(is_reached)
        while len(fresh):
            images = np.unique(letters[:, fresh])
            fresh = images[~is_reached[images]]
            is_reached[fresh] = True
    return letters


def _shown(order: int) -> str:
    text = str(order)
    return text if len(text) <= 15 else f"about 10^{len(text) - 1}"


def _transversal(generators: NDArray[np.int64], start: int, n: int) -> NDArray[np.int64] | None:
    """Elements that send ``start`` to each of n points, or None if one is out of reach."""
    size = generators.shape[1]
    found = np.full((n, size), -1)
    found[0] = np.arange(size)
    queue = [0]
    for point in queue:
        for generator in generators:
            image = int(generator[start + point]) - start
            if found[image, 0] < 0:
                found[image] = generator[found[point]]
                queue.append(image)
    return found if len(queue) == n else None


def _stabilizer(generators: NDArray[np.int64], transversal: NDArray[np.int64]) -> NDArray[np.int64]:
    """All elements that fix the first point, the identity first, by Schreier's lemma."""
    size = generators.shape[1]
    back = np.empty_like(transversal)
    np.put_along_axis(back, transversal, np.arange(size)[None], axis=1)
    kept: dict[bytes, NDArray[np.int64]] = {}
    for generator in generators:
        # Schreier's generators: x0 -> x -> generator(x) -> x0.
        products = generator[transversal]
        stabilizing = np.take_along_axis(back[products[:, 0]], products, axis=1)
        # Most are equal; sorting them all by rows would take longer than all else.
        distinct = {element.tobytes(): element for element in stabilizing}
        for element in np.unique(np.array(list(distinct.values())), axis=0):
            kept[element.tobytes()] = element
    identity = np.arange(size)
    elements, seen = [identity], {identity.tobytes()}
    letters: list[NDArray[np.int64]] = []
    for letter in kept.values():
        if letter.tobytes() in seen:
            continue
        letters.append(letter)
        fresh = elements
        while fresh:
            found = []
            for one in letters:
                for product in one[np.array(fresh)]:
                    if product.tobytes() not in seen:
                        seen.add(product.tobytes())
                        found.append(product)
            elements = elements + found
            fresh = found
    return np.array(elements)
