"""Named families of finite groups.

Conventions: D_n has order 2n and Dic_n order 4n (so Dic2 is the quaternion group Q8); elements
of both read r^i s^j in the order 1, r, ..., r^(n-1), s, rs, ...; permutations multiply from
right to left.
"""

from math import factorial, gcd

import numpy as np

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.groups.limits import check_order
from symtheory.groups.permutations import permutation_group

__all__ = ["alternating", "cyclic", "dicyclic", "dihedral", "quaternion", "symmetric", "units"]


def cyclic(n: int) -> Group:
    """Return the cyclic group Z_n, residues under addition mod n.

    Examples
    --------
    >>> cyclic(12)
    Group(Z12, order 12, abelian)
    """
    if n < 1:
        raise SpecError(f"a cyclic group has at least one element, n = {n} was asked for")
    check_order(n, f"Z{n}")
    residues = np.arange(n)
    return Group.by_construction((residues[:, None] + residues) % n, name=f"Z{n}")


def dihedral(n: int) -> Group:
    """Return the dihedral group D_n of order 2n, the symmetries of the n-gon.

    r is the rotation by 2 pi / n, s a reflection, s r s = r^-1.

    Examples
    --------
    >>> dihedral(4).labels
    ('1', 'r', 'r^2', 'r^3', 's', 'rs', 'r^2s', 'r^3s')
    """
    if n < 1:
        raise SpecError(f"D_n needs n >= 1, got {n}")
    check_order(2 * n, f"D{n}")
    return _reversing(n, square_of_s=0, letters=("r", "s"), name=f"D{n}")


def dicyclic(n: int) -> Group:
    """Return the dicyclic group Dic_n of order 4n: a^2n = 1, b^2 = a^n, b^-1 a b = a^-1.

    Examples
    --------
    >>> dicyclic(5)
    Group(Dic5, order 20, non-abelian)
    """
    if n < 1:
        raise SpecError(f"Dic_n needs n >= 1, got {n}")
    check_order(4 * n, f"Dic{n}")
    return _reversing(2 * n, square_of_s=n, letters=("a", "b"), name=f"Dic{n}")


def quaternion(order: int = 8) -> Group:
    """Return the generalized quaternion group of order 8, 16, 32, ...; Q8 has 1, i, j, k.

    Examples
    --------
    >>> q = quaternion()
    >>> q.labels[q.element("i*j")], q.labels[q.element("j*i")]
    ('k', '-k')
    """
    if order < 8 or order & (order - 1):
        raise SpecError(f"Qn needs n = 8, 16, 32, ...; for other orders write Dic, got {order}")
    check_order(order, f"Q{order}")
    group = dicyclic(order // 4)
    labels = group.labels
    if order == 8:  # a = i, b = j
        labels = ("1", "i", "-1", "-i", "j", "k", "-j", "-k")
    return Group.by_construction(group.table, labels, f"Q{order}")


def symmetric(n: int) -> Group:
    """Return the group S_n of all permutations of 1..n, sorted as tuples of images.

    Examples
    --------
    >>> symmetric(3).labels
    ('()', '(2 3)', '(1 2)', '(1 2 3)', '(1 3 2)', '(1 3)')
    """
    if n < 1:
        raise SpecError(f"S_n needs n >= 1, got {n}")
    check_order(factorial(min(n, 200)), f"S{n}")
    swap = (1, 0, *range(2, n))
    turn = (*range(1, n), 0)
    return permutation_group([swap, turn] if n > 1 else [], name=f"S{n}", natural_order=True)


def alternating(n: int) -> Group:
    """Return the group A_n of all even permutations of 1..n, sorted as tuples of images.

    Examples
    --------
    >>> alternating(4)
    Group(A4, order 12, non-abelian)
    """
    if n < 1:
        raise SpecError(f"A_n needs n >= 1, got {n}")
    check_order(factorial(min(n, 200)) // 2, f"A{n}")
    generators = []
    for k in range(2, n):
        images = list(range(n))
        images[0], images[1], images[k] = 1, k, 0
        generators.append(tuple(images))
    return permutation_group(generators, name=f"A{n}", natural_order=True)


def units(n: int) -> Group:
    """Return the group U(n) of residues coprime to n under multiplication mod n.

    Examples
    --------
    >>> units(15).labels
    ('1', '2', '4', '7', '8', '11', '13', '14')
    """
    if not 1 <= n <= 10**6:
        raise SpecError(f"U(n) needs n from 1 to 10^6, got {n}")
    members = np.array([x for x in range(1, n + 1) if gcd(x, n) == 1], dtype=np.int64)
    check_order(len(members), f"U({n})")
    products = members[:, None] * members % n
    if n == 1:
        products = members[:, None] * 1
    table = np.searchsorted(members, products)
    return Group.by_construction(table, tuple(str(x) for x in members), f"U({n})")


def _reversing(n: int, *, square_of_s: int, letters: tuple[str, str], name: str) -> Group:
    """<r, s | r^n, s^2 = r^square_of_s, s r s^-1 = r^-1>; element r^i s^j is i + n j."""
    i, j = np.divmod(np.arange(2 * n), n)[::-1]
    signs = 1 - 2 * j
    rotation = i[:, None] + signs[:, None] * i + square_of_s * (j[:, None] & j)
    table = rotation % n + n * (j[:, None] ^ j)
    r, s = letters
    powers = ["", r, *(f"{r}^{k}" for k in range(2, n))][:n]
    labels = tuple([p or "1" for p in powers] + [p + s for p in powers])
    return Group.by_construction(table, labels, name)
