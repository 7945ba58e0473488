"""Permutations in cycle notation, and the groups that they generate.

Convention: permutations act on points 1..m and are multiplied from right to left as functions:
(x*y)(i) = x(y(i)), so (1 2)*(2 3) = (1 2 3).
"""

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np

from symtheory.errors import SpecError
from symtheory.groups.generation import generate
from symtheory.groups.group import Group

__all__ = ["cycles_text", "parse_cycles", "permutation_group"]

Permutation = tuple[int, ...]  # images of 0..m-1, counted from 0

_MAX_DEGREE = 5000
_CYCLE = re.compile(r"\(([\d\s,]*)\)\s*")


def parse_cycles(text: str) -> Permutation:
    """Read a product of cycles, such as ``(1 2 3)(4 5)`` or ``(1,2,3)``; ``()`` is the identity.

    Cycles need not be disjoint. The result has the least degree that holds all points.

    Raises
    ------
    SpecError
        Says at which column the text stops being cycles.

    Examples
    --------
    >>> parse_cycles("(1 2 3)(4 5)")
    (1, 2, 0, 4, 3)
    """
    cycles, position = [], len(text) - len(text.lstrip())
    while position < len(text):
        match = _CYCLE.match(text, position)
        if match is None:
            raise SpecError(
                f"cannot read the permutation {text!r} at column {position + 1}: expected a "
                'cycle such as "(1 2 3)"'
            )
        points = [_point(word, text) for word in re.split(r"[\s,]+", match[1].strip()) if word]
        if len(set(points)) < len(points):
            raise SpecError(
                f"cannot read the permutation {text!r} at column {position + 1}: a point "
                "occurs twice in one cycle"
            )
        cycles.append(points)
        position = match.end()
    if not cycles:
        raise SpecError('an empty text is no permutation; the identity is written "()"')
    degree = max((max(points, default=0) for points in cycles), default=0)
    return reduce(_compose, (_cycle(points, degree) for points in cycles))


def cycles_text(permutation: Permutation) -> str:
    """Write a permutation as disjoint cycles of points from 1.

    Examples
    --------
    >>> cycles_text((1, 2, 0, 4, 3)), cycles_text((0, 1))
    ('(1 2 3)(4 5)', '()')
    """
    seen: set[int] = set()
    text = ""
    for start in range(len(permutation)):
        if start in seen or permutation[start] == start:
            continue
        cycle = [start]
        while permutation[cycle[-1]] != start:
            cycle.append(permutation[cycle[-1]])
        seen.update(cycle)
        text += f"({' '.join(str(i + 1) for i in cycle)})"
    return text or "()"


def permutation_group(
    generators: Sequence[Permutation], *, name: str = "", natural_order: bool = False
) -> Group:
    """Return the group that permutations generate; labels are disjoint cycles.

    Parameters
    ----------
    generators : sequence of tuples
        Images of 0..m-1; shorter ones fix the further points.
    natural_order : bool
        Sort the elements as tuples of images; otherwise they come in order of word length.

    Examples
    --------
    >>> permutation_group([parse_cycles("(1 2)"), parse_cycles("(2 3)")]).labels
    ('()', '(1 2)', '(2 3)', '(1 2 3)', '(1 3 2)', '(1 3)')
    """
    degree = max((len(g) for g in generators), default=0)
    padded = []
    for g in generators:
        if sorted(g) != list(range(len(g))):
            raise SpecError(f"{g} is no permutation: it must hold each of 0..{len(g) - 1} once")
        padded.append(tuple(g) + tuple(range(len(g), degree)))
    name = name or f"<{', '.join(cycles_text(g) for g in padded)}>"
    elements, table = generate(padded, tuple(range(degree)), multiply=_compose, what=name)
    if natural_order:
        order = sorted(range(len(elements)), key=elements.__getitem__)
        rank = np.argsort(order)
        table = rank[table[np.ix_(order, order)]]
        elements = [elements[g] for g in order]
    return Group.by_construction(table, tuple(cycles_text(g) for g in elements), name)


def _compose(left: Permutation, right: Permutation) -> Permutation:
    return tuple(left[i] for i in right)


def _cycle(points: Sequence[int], degree: int) -> Permutation:
    images = list(range(degree))
    for here, there in zip(points, [*points[1:], *points[:1]], strict=True):
        images[here - 1] = there - 1
    return tuple(images)


def _point(word: str, text: str) -> int:
    if len(word) > 6 or not 1 <= int(word) <= _MAX_DEGREE:
        raise SpecError(f"points of {text[:60]!r} must lie in 1..{_MAX_DEGREE}, got {word[:12]}")
    return int(word)
