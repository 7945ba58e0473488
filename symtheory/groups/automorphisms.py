"""The automorphism group of a finite group, by generators and exact order.

Method: with generators g_1..g_k of G an automorphism is known by the images of the g_i, so
1 < ... < Aut_i < ... < Aut(G), with Aut_i the automorphisms that fix g_1..g_{i-1}, is a chain of
stabilisers and |Aut(G)| is the product of the orbit lengths |Aut_i . g_i|. Each orbit is found by
backtracking: an image has the order of its generator, and the images of g_1..g_i must define an
isomorphism of the subgroups that they generate. Elements already in an orbit of automorphisms in
hand need no search, so few searches run; none enumerates Aut(G).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.group import Group

__all__ = ["AutomorphismGroup", "automorphism_group"]


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
    >>> from symtheory.groups.families import cyclic
    >>> [automorphism_group(cyclic(n)).order for n in (5, 8, 12, 97)]
    [4, 4, 4, 96]
    """
    base = group.generators
    found: list[NDArray[np.int64]] = []
    order = 1
    for i in reversed(range(len(base))):
        # ``found`` generates the automorphisms that fix base[0..i].
        orbit = _orbit(found, base[i], group.order)
        tried = orbit.copy()
        for image in np.flatnonzero(group.element_orders == group.element_orders[base[i]]):
            if tried[image]:
                continue
            automorphism = _extend(group, base, [*base[:i], int(image)])
            if automorphism is None:
                # An orbit mate of the image would have led to the same refusal.
                tried |= _orbit(found, int(image), group.order)
            else:
                found.append(automorphism)
                orbit = _orbit(found, base[i], group.order)
                tried |= orbit
        order *= int(orbit.sum())
    generators = np.array(found, dtype=np.int64).reshape(len(found), group.order)
    generators.setflags(write=False)
    return AutomorphismGroup(order, generators)


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


def _extend(group: Group, base: tuple[int, ...], images: list[int]) -> NDArray[np.int64] | None:
    """Return an automorphism with base[i] -> images[i] for the images given, or None."""
    partial = _homomorphism(group, base[: len(images)], images)
    if partial is None:
        return None
    if len(images) == len(base):
        return partial
    following = base[len(images)]
    for image in np.flatnonzero(group.element_orders == group.element_orders[following]):
        automorphism = _extend(group, base, [*images, int(image)])
        if automorphism is not None:
            return automorphism
    return None


def _homomorphism(
    group: Group, sources: tuple[int, ...], images: list[int]
) -> NDArray[np.int64] | None:
    """Extend sources -> images to an isomorphism of the subgroups they generate, or return None.

    Elements outside the subgroup are sent to -1.
    """
    table = group.table
    mapped = np.full(group.order, -1, dtype=np.int64)
    mapped[group.identity] = group.identity
    pending = [group.identity]
    while pending:
        element = pending.pop()
        image = mapped[element]
        for source, target in zip(sources, images, strict=True):
            product, expected = table[element, source], table[image, target]
            if mapped[product] < 0:
                mapped[product] = expected
                pending.append(int(product))
            elif mapped[product] != expected:
                return None
    # Defined and consistent on every (element, generator) pair, so it is a homomorphism.
    inside = mapped[mapped >= 0]
    return mapped if len(np.unique(inside)) == len(inside) else None
