"""Translations that a shared token table leaves, against a search through permutations."""

import itertools

import numpy as np
import pytest

from symtheory.errors import PredictionError
from symtheory.groups.families import cyclic, symmetric
from symtheory.structure.factorization import Factorization
from symtheory.structure.shared_table import protected_answer_translations


def by_search(found: Factorization) -> list[int]:
    """Try every permutation of the tokens."""
    group, phi, psi = found.group, found.phi, found.psi
    inside = np.flatnonzero(phi >= 0)
    reached = set()
    for images in itertools.permutations(range(len(phi))):
        moved = np.array(images)
        if ((phi[moved] < 0) != (phi < 0)).any() or ((psi[moved] < 0) != (psi < 0)).any():
            continue
        s = group.table[phi[moved[inside]], group.inverses[phi[inside]]]
        t = group.table[psi[moved[inside]], group.inverses[psi[inside]]]
        if (s == s[0]).all() and (t == t[0]).all():
            reached.add(int(group.table[s[0], t[0]]))
    return sorted(reached)


X = np.arange(6)
CASES = {
    "x + y": (6, X, X),
    "x - y": (6, X, -X % 6),
    "2x + y mod 5, with a token outside": (5, [-1, 0, 2, 4, 1, 3], [-1, 0, 1, 2, 3, 4]),
    "x*y mod 7": (6, [0, 2, 1, 4, 5, 3], [0, 2, 1, 4, 5, 3]),
    "twins": (3, X % 3, X % 3),
    "twins of x only": (3, X % 3, [0, 0, 1, 1, 2, 2]),
    "twins of unequal number": (3, [0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 1, 2]),
    "renamed": (6, [3, 1, 0, 5, 2, 4], X),
}


@pytest.mark.parametrize("name", CASES)
def test_protected_translations_are_those_of_some_permutation(name: str) -> None:
    n, phi, psi = CASES[name]
    found = Factorization(cyclic(n), np.array(phi), np.array(psi), np.arange(n))
    assert protected_answer_translations(found).tolist() == by_search(found)


def test_tokens_outside_on_one_side_protect_nothing() -> None:
    found = Factorization(cyclic(3), np.array([0, 1, 2, -1]), np.array([-1, 0, 1, 2]), np.arange(3))
    assert protected_answer_translations(found).tolist() == [0]


def test_groups_that_are_not_abelian_are_refused() -> None:
    everyone = np.arange(6)
    with pytest.raises(PredictionError, match="not abelian"):
        protected_answer_translations(Factorization(symmetric(3), everyone, everyone, everyone))
