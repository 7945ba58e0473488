"""Symmetries of a group isotope in closed form: counts and generators.

An autotopism of f is a triple of bijections with f(alpha x, beta y) = gamma f(x, y); an invariance
is one with gamma = 1. In the coordinates of the group, f is the product x * y.

Theorem. |Sym_f| = |G| and |Atp(f)| = |G|^2 |Aut G|.

Proof. Invariances: alpha(x) beta(y) = x y. Put y = 1 and c = beta(1): alpha(x) = x c^-1, hence
beta(y) = c y; every c in G gives one. Autotopisms: for a, b in G the triple
(x -> a x, y -> y b, z -> a z b) is one, and these reach every value of (alpha(1), beta(1))
exactly once; so |Atp| is |G|^2 times the number of autotopisms with alpha(1) = beta(1) = 1. Of
such a triple, y = 1 gives gamma = alpha and x = 1 gives gamma = beta, so alpha is an automorphism;
and every automorphism theta gives (theta, theta, theta). QED.

Theorem. If the operands may be exchanged, f(tau y, sigma x) = gamma f(x, y), the autotopisms are
twice as many; the invariances are twice as many if G is abelian and no more if it is not.

Proof. Inversion exchanges them, y^-1 x^-1 = (x y)^-1, and the exchanging ones are a coset of the
others. With gamma = 1: tau(y) sigma(x) = x y. Put x = 1: tau(y) = y c^-1 with c = sigma(1); then
y = 1 gives sigma(x) = c x, so tau(y) sigma(x) = y x. This is x y for all x and y exactly if G is
abelian. QED.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.group import Group

__all__ = ["autotopism_generators", "count_autotopisms"]


def count_autotopisms(group: Group) -> int:
    """Return |Atp(f)|, the number of triples with f(alpha x, beta y) = gamma f(x, y).

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> [count_autotopisms(cyclic(n)) for n in (12, 13, 113)]
    [576, 2028, 1430128]
    """
    return group.order**2 * automorphism_group(group).order


def autotopism_generators(group: Group) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return generators of the invariances and of the autotopisms of the product of a group.

    Returns
    -------
    invariances : (k, 3, n) int64
        For generators c of the group: x -> x c^-1, y -> c y, z -> z.
    autotopisms : (m, 3, n) int64
        The invariances; x -> a x and z -> a z; y -> y b and z -> z b; automorphisms.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> invariances, _ = autotopism_generators(cyclic(5))
    >>> invariances.tolist()
    [[[4, 0, 1, 2, 3], [1, 2, 3, 4, 0], [0, 1, 2, 3, 4]]]
    """
    same = np.arange(group.order)
    left = [group.table[g] for g in group.generators]
    right = [group.table[:, g] for g in group.generators]
    back = [group.table[:, group.inverses[g]] for g in group.generators]
    middle = [[b, a, same] for a, b in zip(left, back, strict=True)]
    outer = [[a, same, a] for a in left] + [[same, b, b] for b in right]
    thetas = [[theta] * 3 for theta in automorphism_group(group).generators]
    shape = (-1, 3, group.order)
    return (
        np.array(middle, dtype=np.int64).reshape(shape),
        np.array(middle + outer + thetas, dtype=np.int64).reshape(shape),
    )
