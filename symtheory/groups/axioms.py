"""The group axioms on an integer table, and what a table says at once: identity and generators.

An axiom that fails is reported with the elements that show it, by the names that the user gave
them. The checks are written for the usual case, that nothing fails; where something does, it is
looked for a second time.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import GroupAxiomError

__all__ = ["check_axioms", "find_identity", "greedy_generators"]


def check_axioms(table: NDArray[np.int64], labels: tuple[str, ...]) -> tuple[int, ...]:
    """Check the axioms on a square table and return the generators that Light's test used.

    Raises
    ------
    GroupAxiomError
        Names the axiom that fails and the elements that show it.

    Examples
    --------
    >>> check_axioms(np.array([[0, 1], [1, 0]]), ("e", "s"))
    (1,)
    >>> check_axioms(np.array([[1, 0], [0, 0]]), ("e", "s"))
    Traceback (most recent call last):
    symtheory.errors.GroupAxiomError: cancellation fails: row s holds the value e more than once
    """
    _check_latin(table, labels)
    generators = greedy_generators(table, find_identity(table))
    _check_associative(table, generators, labels)
    return generators


def find_identity(table: NDArray[np.int64]) -> int:
    """Return the neutral element of a Latin square.

    Raises
    ------
    GroupAxiomError
        If there is none.

    Examples
    --------
    >>> find_identity(np.array([[1, 0], [0, 1]]))
    1
    """
    everyone = np.arange(len(table))
    e = int(np.argmax(table[:, 0] == 0))  # the only element with e*0 = 0
    if not (np.array_equal(table[e], everyone) and np.array_equal(table[:, e], everyone)):
        raise GroupAxiomError("identity fails: no element e has e*a = a = a*e for every a")
    return e


def greedy_generators(table: NDArray[np.int64], identity: int) -> tuple[int, ...]:
    """Return the elements, in table order, that lie outside what those before them generate.

    The table is a Latin square, not necessarily associative.

    Examples
    --------
    >>> greedy_generators(np.array([[0, 1, 2], [1, 2, 0], [2, 0, 1]]), 0)
    (1,)
    """
    n = len(table)
    reached = np.zeros(n, dtype=bool)
    reached[identity] = True
    generators: list[int] = []
    while not reached.all():
        generators.append(int(np.argmin(reached)))
        reached[generators[-1]] = True
        while True:
            members = np.flatnonzero(reached)
            if 2 * len(members) > n:
                # A Latin square within a larger one takes up at most half of its lines.
                reached[:] = True
                break
            reached[table[np.ix_(members, members)]] = True
            if reached.sum() == len(members):
                break
    return tuple(generators)


def _check_latin(table: NDArray[np.int64], labels: tuple[str, ...]) -> None:
    n = len(table)
    if table.min() < 0 or table.max() >= n:
        a, b = np.argwhere((table < 0) | (table >= n))[0]
        raise GroupAxiomError(
            f"closure fails: {labels[a]}*{labels[b]} is entry {table[a, b]}, but the elements are "
            f"numbered 0..{n - 1}"
        )
    everyone = np.arange(n)
    for what, lines in (("row", table), ("column", table.T)):
        occurs = np.zeros(n * n, dtype=bool)
        occurs[lines + n * everyone[:, None]] = True
        if occurs.all():
            continue
        bad = int(np.argmin(occurs.reshape(n, n).all(axis=1)))
        values, counts = np.unique(lines[bad], return_counts=True)
        raise GroupAxiomError(
            f"cancellation fails: {what} {labels[bad]} holds the value "
            f"{labels[values[counts > 1][0]]} more than once"
        )


def _check_associative(
    table: NDArray[np.int64], generators: tuple[int, ...], labels: tuple[str, ...]
) -> None:
    for g in generators:
        left = table[table[:, g], :]  # (u g) v
        right = table[:, table[g, :]]  # u (g v)
        if not np.array_equal(left, right):
            u, v = np.argwhere(left != right)[0]
            a, b, c = labels[u], labels[g], labels[v]
            raise GroupAxiomError(
                f"associativity fails: ({a}*{b})*{c} = {labels[left[u, v]]} but {a}*({b}*{c}) = "
                f"{labels[right[u, v]]}"
            )
