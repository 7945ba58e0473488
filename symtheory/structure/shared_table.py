"""Answer symmetries that survive when both operands share one embedding table.

Translations act on the operands by (s, t): phi(x) -> s*phi(x), psi(y) -> t*psi(y), and then on the
answers by s*t (the group is abelian here). A network with a table for each operand may use them
all. With one table for both operands a token can move in one way only, so s and t must be the same
permutation of the tokens. For x + y that leaves s = t and the answers move by 2s: by everything
where n is odd, by even residues where n is even. For x - y it leaves t = -s: no translation of the
answers at all, and nothing protects the shape of their embedding.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.structure.factorization import Factorization

__all__ = ["protected_answer_translations"]


def protected_answer_translations(factorization: Factorization) -> NDArray[np.int64]:
    """Return the group elements by which the answers may move when the operands share a table.

    A token stands at the point (phi, psi) of G x G. Permutations of the tokens that translate it by
    (s, t) exist exactly if as many tokens stand at each point as at its translate; tokens that
    carry no element, like 0 in x*y, stay where they are.

    Parameters
    ----------
    factorization : Factorization
        Of a task with shared tokens, with an abelian group.

    Returns
    -------
    (k,) int64
        A subgroup, ascending; k = 1 means that only the identity is left.

    Raises
    ------
    PredictionError
        If the group is not abelian.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> def count(n, sign):
    ...     x = np.arange(n)
    ...     return len(protected_answer_translations(Factorization(cyclic(n), x, sign * x % n, x)))
    >>> count(7, 1), count(8, 1), count(7, -1)
    (7, 4, 1)
    """
    group, phi, psi = factorization.group, factorization.phi, factorization.psi
    if not group.is_abelian:
        raise PredictionError(f"{group.name} is not abelian: its two translations do not commute")
    n = group.order
    only_identity = np.array([group.identity])
    if not np.array_equal(phi >= 0, psi >= 0):
        return only_identity  # a token outside on one side only can move in no way
    inside = phi >= 0
    points, counts = np.unique(phi[inside] * n + psi[inside], return_counts=True)
    if not len(points):
        return only_identity
    left, right = points // n, points % n
    # Where the first point goes decides s and t; they serve if every other point goes to one too,
    # at which as many tokens stand.
    s = group.table[left, group.inverses[left[0]]]
    t = group.table[right, group.inverses[right[0]]]
    moved = group.table[s[:, None], left] * n + group.table[t[:, None], right]
    order = np.argsort(moved, axis=1)
    is_translation = (np.take_along_axis(moved, order, axis=1) == points).all(axis=1)
    is_translation &= (counts[order] == counts).all(axis=1)
    return np.unique(group.table[s, t][is_translation])
