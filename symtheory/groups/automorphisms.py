"""The automorphism group of a finite group, by generators and exact order; isomorphism.

Method: with generators g_1..g_k of G an automorphism is known by the images of the g_i, so
1 < ... < Aut_i < ... < Aut(G), with Aut_i the automorphisms that fix g_1..g_{i-1}, is a chain of
stabilizers and |Aut(G)| is the product of the orbit lengths |Aut_i . g_i|. Each orbit is found by
backtracking: an image agrees with its generator in every invariant of single elements that we
know, and the images of g_1..g_i must define an isomorphism of the subgroups that they generate.
Elements already in an orbit of automorphisms in hand need no search, so few searches run; none
enumerates Aut(G).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.classes import ConjugacyClasses, conjugacy_classes
from symtheory.groups.constructions import closure
from symtheory.groups.group import Group

__all__ = ["AutomorphismGroup", "automorphism_group", "element_invariants", "find_isomorphism"]


@dataclass(frozen=True, slots=True, eq=False)
class AutomorphismGroup:
    """The automorphisms of a group.

    Parameters
    ----------
    order : int
        |Aut(G)|.
    generators : (k, n) int64
        Automorphisms that generate Aut(G): row i sends element g to ``generators[i, g]``.
    """

    order: int
    generators: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"AutomorphismGroup(order {self.order}, {len(self.generators)} generators)"


def automorphism_group(group: Group) -> AutomorphismGroup:
    """Return the automorphism group, exactly.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic, dicyclic
    >>> [automorphism_group(cyclic(n)).order for n in (5, 8, 12, 97)]
    [4, 4, 4, 96]
    >>> automorphism_group(dicyclic(2)).order
    24
    """
    kinds = element_invariants(group)
    base = _base(group, kinds)
    search = _Search(group, group, base, kinds, kinds)
    found: list[NDArray[np.int64]] = []
    order = 1
    for i in reversed(range(len(base))):
        # ``found`` generates the automorphisms that fix base[0..i].
        orbit = _orbit(found, base[i], group.order)
        tried = orbit.copy()
        for image in np.flatnonzero(kinds == kinds[base[i]]).tolist():
            if tried[image]:
                continue
            automorphism = search.extend([*base[:i], image])
            if automorphism is None:
                # An orbit mate of the image would have led to the same refusal.
                tried |= _orbit(found, image, group.order)
            else:
                found.append(automorphism)
                orbit = _orbit(found, base[i], group.order)
                tried |= orbit
        order *= int(orbit.sum())
    generators = np.array(found, dtype=np.int64).reshape(len(found), group.order)
    generators.setflags(write=False)
    return AutomorphismGroup(order, generators)


def find_isomorphism(source: Group, target: Group) -> NDArray[np.int64] | None:
    """Return an isomorphism as an array of images, or None if the groups are not isomorphic.

    Examples
    --------
    >>> from symtheory.groups.families import dihedral, symmetric, cyclic
    >>> find_isomorphism(dihedral(3), symmetric(3)) is not None
    True
    >>> find_isomorphism(dihedral(3), cyclic(6)) is None
    True
    """
    if source.order != target.order:
        return None
    kinds, others = _joint_invariants(source, target)
    if not np.array_equal(np.sort(kinds), np.sort(others)):
        return None
    base = _base(source, kinds)
    return _Search(source, target, base, kinds, others).extend([])


def element_invariants(group: Group) -> NDArray[np.int64]:
    """Return one number per element, equal for the elements of one orbit of Aut(G).

    Starts from element order and class size and refines by the numbers of the powers and by how
    many elements of each number have the element as a square and as a commutator partner.
    """
    first, _ = _joint_invariants(group, group)
    return first


def _joint_invariants(source: Group, target: Group) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Invariants of both groups on one scale, so that they can be compared.

    Conjugate elements lie in one orbit of Aut(G), so one element of every class is looked at.
    """
    classes = [conjugacy_classes(g) for g in ([source] if target is source else [source, target])]
    first = classes[0].count
    numbers = _numbered(np.concatenate([_features(c) for c in classes]))
    while True:
        halves = [
            part[c.class_of]
            for c, part in zip(classes, (numbers[:first], numbers[first:]), strict=False)
        ]
        refined = [_refinement(c, half) for c, half in zip(classes, halves, strict=True)]
        following = _numbered(np.column_stack([numbers, np.concatenate(refined)]))
        if following.max() == numbers.max():
            return halves[0], halves[-1]
        numbers = following


def _numbered(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give every row its number among the different rows in lexicographic order."""
    order = np.lexsort(rows.T[::-1])
    is_new = (rows[order[1:]] != rows[order[:-1]]).any(axis=1)
    numbers = np.zeros(len(rows), dtype=np.int64)
    numbers[order[1:]] = np.cumsum(is_new)
    return numbers


def _features(classes: ConjugacyClasses) -> NDArray[np.int64]:
    """Element order, class size, number of square roots, for every class."""
    group = classes.group
    squares = np.bincount(group.power(np.arange(group.order), 2), minlength=group.order)
    roots = squares[classes.representatives]
    return np.column_stack([classes.element_orders, classes.sizes, roots])


def _refinement(classes: ConjugacyClasses, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers of the prime powers, and a hash of the products with every kind of element."""
    group, some = classes.group, classes.representatives
    powers = [numbers[group.power(some, k)] for k in (2, 3, 5, 7)]
    # Wrapping integer hashes: equal multisets give equal sums, whatever else collides.
    weights = (numbers + 1) * 0x9E3779B97F4A7C1 + 12345
    mixed = weights[None, :] * (weights[group.table[some]] | 1)
    mixed ^= mixed >> 29
    return np.column_stack([*powers, mixed.sum(axis=1)])


def _base(group: Group, kinds: NDArray[np.int64]) -> tuple[int, ...]:
    """Few generators with few candidates, rarest kind first.

    Two greedy sets are tried, one led by rare kinds and one by large subgroups; superfluous
    generators (central commutators, say) are dropped again, for they only widen the search.
    """
    counts = np.bincount(kinds)[kinds]
    bases: list[list[int]] = []
    for weight in (1.0, 0.0):
        base = _greedy_base(group, kinds, counts, weight)
        for g in list(base):
            rest = [b for b in base if b != g]
            if len(closure(group, rest)) == group.order:
                base = rest
        bases.append(sorted(base, key=lambda g: (counts[g], g)))
    return tuple(min(bases, key=lambda base: float(np.log(counts[list(base)]).sum())))


def _greedy_base(
    group: Group, kinds: NDArray[np.int64], counts: NDArray[np.int64], weight: float
) -> list[int]:
    base: list[int] = []
    reached = np.array([group.identity])
    while len(reached) < group.order:
        outside = np.ones(group.order, dtype=bool)
        outside[reached] = False
        candidates = np.flatnonzero(outside)
        # One candidate per kind is enough to choose between kinds.
        _, firsts = np.unique(kinds[candidates], return_index=True)
        scores = {}
        for c in candidates[firsts].tolist():
            larger = len(closure(group, [*base, c])) if base else int(group.element_orders[c])
            growth = np.log(larger / len(reached))
            scores[c] = (1 + weight * np.log(counts[c])) / growth
        base.append(min(scores, key=lambda c: (scores[c], c)))
        reached = closure(group, base)
    return base


def _orbit(permutations: list[NDArray[np.int64]], point: int, size: int) -> NDArray[np.bool_]:
    """Mark the orbit of a point among ``size`` points."""
    reached = np.zeros(size, dtype=bool)
    reached[point] = True
    frontier = np.array([point])
    while len(frontier):
        images = np.unique(np.concatenate([p[frontier] for p in permutations] or [frontier]))
        frontier = images[~reached[images]]
        reached[frontier] = True
    return reached


class _Search:
    """Backtracking for isomorphisms that send base[i] to elements of the same kind."""

    def __init__(
        self,
        source: Group,
        target: Group,
        base: tuple[int, ...],
        kinds: NDArray[np.int64],
        target_kinds: NDArray[np.int64],
    ) -> None:
        self.source, self.target, self.base = source, target, base
        self.kinds, self.target_kinds = kinds, target_kinds
        self.candidates = [np.flatnonzero(target_kinds == kinds[b]).tolist() for b in base]
        self.words = [_words(source, base[: i + 1]) for i in range(len(base))]

    def extend(self, images: list[int]) -> NDArray[np.int64] | None:
        """Return an isomorphism with base[i] -> images[i] for the images given, or None."""
        if images and not self._is_consistent(images):
            return None
        if len(images) == len(self.base):
            return self._mapped(images)
        for image in self.candidates[len(images)]:
            found = self.extend([*images, image])
            if found is not None:
                return found
        return None

    def _mapped(self, images: list[int]) -> NDArray[np.int64]:
        """Images of the subgroup generated so far, -1 outside."""
        table = self.target.table
        mapped = np.full(self.source.order, -1, dtype=np.int64)
        mapped[self.source.identity] = self.target.identity
        if images:
            for products, parents, letter in self.words[len(images) - 1]:
                mapped[products] = table[mapped[parents], images[letter]]
        return mapped

    def _is_consistent(self, images: list[int]) -> bool:
        mapped = self._mapped(images)
        inside = np.flatnonzero(mapped >= 0)
        values = mapped[inside]
        if not np.array_equal(self.target_kinds[values], self.kinds[inside]):
            return False
        for b, image in zip(self.base, images, strict=False):
            # Right for every (element, generator), so it is a homomorphism.
            if not np.array_equal(
                mapped[self.source.table[inside, b]], self.target.table[values, image]
            ):
                return False
        return len(np.unique(values)) == len(values)


def _words(
    group: Group, generators: tuple[int, ...]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], int]]:
    """Layers (products, parents, letter) that reach the subgroup from 1: product = parent * g."""
    reached = np.zeros(group.order, dtype=bool)
    reached[group.identity] = True
    layers = []
    frontier = np.array([group.identity])
    while len(frontier):
        fresh = []
        for letter, g in enumerate(generators):
            products = group.table[frontier, g]
            new = ~reached[products]
            if new.any():
                reached[products[new]] = True
                layers.append((products[new], frontier[new], letter))
                fresh.append(products[new])
        frontier = np.concatenate(fresh) if fresh else frontier[:0]
    return layers
