"""Linear, affine, Frobenius and Heisenberg groups over the field of p elements.

Conventions: matrices act on columns; the affine map x -> a x + b is labeled "ax+b" and maps
compose from right to left; (a, b, c) of the Heisenberg group is the upper unitriangular matrix
[1 a c; 0 1 b; 0 0 1].
"""

from itertools import product
from math import gcd

import numpy as np

from symtheory.errors import SpecError
from symtheory.groups.group import Group
from symtheory.groups.limits import check_order
from symtheory.groups.matrices import Matrix, matrix_group, projective_group
from symtheory.groups.primes import is_prime

__all__ = [
    "affine",
    "frobenius",
    "general_linear",
    "heisenberg",
    "projective_special_linear",
    "special_linear",
]


def general_linear(n: int, p: int) -> Group:
    """Return GL(n, p), the invertible n x n matrices mod a prime p.

    Examples
    --------
    >>> general_linear(2, 3).order
    48
    """
    name = f"GL({n},{p})"
    _check(n, p, name, order_of_gl(n, p))
    scaling = _elementary(n, {(0, 0): _primitive_root(p)})
    return matrix_group([scaling, *_transvections(n)], modulus=p, name=name)


def special_linear(n: int, p: int) -> Group:
    """Return SL(n, p), the n x n matrices of determinant 1 mod a prime p.

    Examples
    --------
    >>> special_linear(2, 5).order
    120
    """
    name = f"SL({n},{p})"
    _check(n, p, name, order_of_gl(n, p) // max(p - 1, 1))
    return matrix_group(_transvections(n) or [((1,),)], modulus=p, name=name)


def projective_special_linear(n: int, p: int) -> Group:
    """Return PSL(n, p), the quotient of SL(n, p) by its scalar matrices.

    Examples
    --------
    >>> projective_special_linear(2, 7).order
    168
    """
    name = f"PSL({n},{p})"
    scalars = gcd(n, p - 1)  # the solutions of a^n = 1
    _check(n, p, name, order_of_gl(n, p) // max(p - 1, 1) // max(scalars, 1))
    return projective_group(_transvections(n) or [((1,),)], modulus=p, name=name)


def affine(n: int, p: int) -> Group:
    """Return AGL(1, p), the maps x -> a x + b mod a prime p with a nonzero.

    Examples
    --------
    >>> affine(1, 7)
    Group(AGL(1,7), order 42, non-abelian)
    """
    name = f"AGL({n},{p})"
    if n != 1:
        raise SpecError(f"only AGL(1,p) is offered, got {name}")
    _check(1, p, name, p * (p - 1))
    return _affine_maps(p, list(range(1, p)), name)


def frobenius(p: int, q: int) -> Group:
    """Return F(p, q), the maps x -> a x + b mod a prime p with a^q = 1, for q dividing p - 1.

    Examples
    --------
    >>> frobenius(7, 3)
    Group(F(7,3), order 21, non-abelian)
    """
    name = f"F({p},{q})"
    _check(1, p, name, p * max(q, 1))
    if q < 1 or (p - 1) % q:
        raise SpecError(f"{name} needs q to divide p - 1 = {p - 1}, got q = {q}")
    return _affine_maps(p, [a for a in range(1, p) if pow(a, q, p) == 1], name)


def heisenberg(p: int) -> Group:
    """Return Heis(p), the upper unitriangular 3 x 3 matrices mod p (any p >= 2), order p^3.

    Examples
    --------
    >>> heisenberg(3).exponent
    3
    """
    if p < 2:
        raise SpecError(f"Heis(p) needs p >= 2, got {p}")
    check_order(p**3, f"Heis({p})")
    a, b, c = np.indices((p, p, p)).reshape(3, -1)
    first = (a[:, None] + a) % p
    second = (b[:, None] + b) % p
    third = (c[:, None] + c + a[:, None] * b) % p
    labels = tuple(f"({x},{y},{z})" for x, y, z in product(range(p), repeat=3))
    return Group.by_construction((first * p + second) * p + third, labels, f"Heis({p})")


def order_of_gl(n: int, p: int) -> int:
    """Return the order (p^n - 1)(p^n - p) ... (p^n - p^(n-1)) of GL(n, p), for n <= 10 exactly.

    For larger n it is a lower bound, far above every limit of this package.
    """
    order = 1
    for i in range(min(n, 10)):
        order *= p ** min(n, 10) - p**i
    return order


def _check(n: int, p: int, name: str, order: int) -> None:
    if n < 1 or not is_prime(p):
        raise SpecError(f"{name} needs a dimension of at least 1 and a prime modulus, got {n}, {p}")
    check_order(order, name)


def _elementary(n: int, entries: dict[tuple[int, int], int]) -> Matrix:
    return tuple(tuple(entries.get((i, j), int(i == j)) for j in range(n)) for i in range(n))


def _transvections(n: int) -> list[Matrix]:
    """Neighboring elementary matrices 1 + E_ij; their products are all of SL(n, p)."""
    steps = [(i, i + 1) for i in range(n - 1)] + [(i + 1, i) for i in range(n - 1)]
    return [_elementary(n, {step: 1}) for step in steps]


def _primitive_root(p: int) -> int:
    return next(g for g in range(1, p) if len({pow(g, k, p) for k in range(p - 1)}) == p - 1)


def _affine_maps(p: int, slopes: list[int], name: str) -> Group:
    a, b = (x.ravel() for x in np.meshgrid(slopes, range(p), indexing="ij"))
    position = np.zeros((p, p), dtype=np.int64)
    position[a, b] = np.arange(len(a))
    table = position[a[:, None] * a % p, (a[:, None] * b + b[:, None]) % p]
    labels = []
    for slope, shift in zip(a.tolist(), b.tolist(), strict=True):
        linear = "x" if slope == 1 else f"{slope}x"
        labels.append(f"{linear}+{shift}" if shift else linear)
    return Group.by_construction(table, tuple(labels), name)
