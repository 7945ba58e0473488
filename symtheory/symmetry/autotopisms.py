"""Count the symmetries of a group isotope exactly.

An autotopism of f is a triple of bijections with f(alpha x, beta y) = gamma f(x, y); an invariance
is one with gamma = 1. In the coordinates of the group, f is the product x * y.

Theorem. |Sym_f| = |G| and |Atp(f)| = |G|^2 |Aut G|.

Proof. Invariances: alpha(x) beta(y) = x y. Put y = 1 and c = beta(1): alpha(x) = x c^-1, hence
beta(y) = c y; every c in G gives one. Autotopisms: for a, b in G the triple
(x -> a x, y -> y b, z -> a z b) is one, and these reach every value of (alpha(1), beta(1))
exactly once; so |Atp| is |G|^2 times the number of autotopisms with alpha(1) = beta(1) = 1. Of
such a triple, y = 1 gives gamma = alpha and x = 1 gives gamma = beta, so alpha is an automorphism;
and every automorphism theta gives (theta, theta, theta). QED.
"""

from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.group import Group

__all__ = ["count_autotopisms", "count_invariances"]


def count_invariances(group: Group) -> int:
    """Return |Sym_f|, the number of pairs (alpha, beta) with f(alpha x, beta y) = f(x, y).

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> count_invariances(cyclic(113))
    113
    """
    return group.order


def count_autotopisms(group: Group) -> int:
    """Return |Atp(f)|, the number of triples with f(alpha x, beta y) = gamma f(x, y).

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> [count_autotopisms(cyclic(n)) for n in (12, 13, 113)]
    [576, 2028, 1430128]
    """
    return group.order**2 * automorphism_group(group).order
