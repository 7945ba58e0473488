r"""Irreducible characters modulo a prime, by the method of Dixon and Schneider.

For a class C_k with representative z_k and an irreducible character chi, the central character
omega_k = |C_k| chi(z_k) / chi(1) satisfies omega_i omega_j = sum_k a_ijk omega_k with the class
constants a_ijk. So the vectors omega are the common eigenvectors of the integer matrices
M_i = (a_ijk)_jk. Over F_q with q = 1 mod exponent and q > 2 sqrt(n) all of this takes place in
the field, and degrees are determined by their squares [1]_. Linear characters are read off the
abelianisation, which leaves a small space to split [2]_. One random element of the centre of the
group algebra acts on it with distinct eigenvalues almost always, and a Krylov sequence of one
vector then gives the minimal polynomial, its roots and every eigenvector.

References
----------
.. [1] J. D. Dixon, Numer. Math. 10 (1967) 446-450, doi:10.1007/BF02162877
.. [2] G. J. A. Schneider, J. Symb. Comput. 9 (1990) 601-606, doi:10.1016/S0747-7171(08)80077-6
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import BudgetError
from symtheory.groups.classes import ConjugacyClasses
from symtheory.representations.finite_field import (
    matmul_mod,
    next_prime_in_progression,
    primitive_root_of_unity,
    roots_mod,
    solve_mod,
)

__all__ = ["ModularCharacters", "nonlinear_characters"]

_ATTEMPTS = 100


@dataclass(frozen=True, eq=False)
class ModularCharacters:
    """Irreducible characters of degree > 1 with values reduced modulo a prime.

    Parameters
    ----------
    prime : int
        The prime q.
    root : int
        Element of order exponent(G) of F_q; it stands for exp(2 pi i / exponent).
    degrees : (s,) int64
    values : (s, r) int64
        Values mod q on the classes.
    """

    prime: int
    root: int
    degrees: NDArray[np.int64]
    values: NDArray[np.int64]


def nonlinear_characters(
    classes: ConjugacyClasses, linear_phases: NDArray[np.int64], order_of_phases: int
) -> ModularCharacters:
    """Return the irreducible characters of degree > 1 modulo a suitable prime.

    Parameters
    ----------
    classes : ConjugacyClasses
    linear_phases : (m, r) int64
        Character i of degree 1 takes exp(2 pi i phases[i, k] / order_of_phases) on class k.
    order_of_phases : int
        Divides the exponent.
    """
    group, r = classes.group, classes.count
    n, missing = group.order, r - len(linear_phases)
    # q > 4 missing^2 makes the eigenvalues of a random central element distinct with
    # probability about exp(-1/8); the loop below draws again otherwise.
    q = next_prime_in_progression(group.exponent, max(2 * isqrt(n) + 2, 4 * missing**2, 50))
    root = primitive_root_of_unity(group.exponent, q)
    if not missing:
        nothing = np.zeros((0, r), dtype=np.int64)
        return ModularCharacters(q, root, np.zeros(0, dtype=np.int64), nothing)
    powers = np.array([pow(root, j, q) for j in range(group.exponent)], dtype=np.int64)
    linear = powers[linear_phases * (group.exponent // order_of_phases)]
    rng = np.random.default_rng(n)  # any draw gives the same characters
    for _ in range(_ATTEMPTS):
        omegas = _eigenvectors(classes, linear, missing, q, rng)
        if omegas is not None:
            degrees, values = _normalized(classes, omegas, q)
            return ModularCharacters(q, root, degrees, values)
    raise BudgetError(f"no separating element found for {group.name} in {_ATTEMPTS} draws")


def _eigenvectors(
    classes: ConjugacyClasses,
    linear: NDArray[np.int64],
    missing: int,
    q: int,
    rng: np.random.Generator,
) -> NDArray[np.int64] | None:
    """Central characters mod q, (missing, r), or None for an unlucky draw."""
    n, r, sizes = classes.group.order, classes.count, classes.sizes
    matrix = _random_central_element(classes, rng.integers(0, q, size=r), q)
    vector = rng.integers(0, q, size=r)
    # Remove the parts along the linear characters lambda, whose omega is |C_k| lambda(z_k).
    shares = matmul_mod(linear[:, classes.inverse], vector[:, None], q)[:, 0] * pow(n, -1, q) % q
    vector = (vector - matmul_mod(shares[None], linear * sizes % q, q)[0]) % q
    # Independent if the matrix separates the characters and the vector has a part along each; the
    # relation of the last vector to them then holds the coefficients of the minimal polynomial.
    krylov = np.empty((missing + 1, r), dtype=np.int64)
    krylov[0] = vector
    for i in range(missing):
        krylov[i + 1] = matmul_mod(matrix, krylov[i][:, None], q)[:, 0]
    relation = solve_mod(krylov[:-1], krylov[-1], q)
    if relation is None:
        return None
    minimal = np.append(-relation % q, 1)
    # All roots lie in F_q, which holds the values of all characters.
    roots = roots_mod(minimal, q)
    # minimal(x) / (x - root), evaluated at the matrix, maps the vector to an eigenvector.
    quotient = np.ones((len(roots), missing), dtype=np.int64)
    for i in range(missing - 1, 0, -1):
        quotient[:, i - 1] = (minimal[i] + roots * quotient[:, i]) % q
    return matmul_mod(quotient, krylov[:-1], q)


def _random_central_element(
    classes: ConjugacyClasses, weights: NDArray[np.int64], q: int
) -> NDArray[np.int64]:
    """Return sum_i weights[i] M_i mod q, in O(n r) steps.

    Row j, column k sums the weights of the classes of x over y in C_j with x y = z_k.
    """
    group = classes.group
    by_class = np.argsort(classes.class_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(classes.sizes)[:-1]])
    quotients = group.table[np.ix_(classes.representatives, group.inverses[by_class])]
    drawn = weights[classes.class_of[quotients]]
    return np.asarray(np.add.reduceat(drawn, starts, axis=1).T % q)


def _normalized(
    classes: ConjugacyClasses, omegas: NDArray[np.int64], q: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Degrees and character values from eigenvectors of any scale."""
    n = classes.group.order
    # omega is 1 on the class of 1, which fixes the scale of an eigenvector.
    scale = np.array([pow(int(x), -1, q) for x in omegas[:, 0]], dtype=np.int64)
    omegas = omegas * scale[:, None] % q
    inverse_sizes = np.array([pow(int(h), -1, q) for h in classes.sizes], dtype=np.int64)
    ratios = omegas * inverse_sizes % q  # chi(z_k) / chi(1)
    norms = (omegas * ratios[:, classes.inverse] % q).sum(axis=1) % q  # n / chi(1)^2
    # q > 2 sqrt(n): two degrees never have the same square modulo q.
    squares = {d * d % q: d for d in range(1, isqrt(n) + 1) if n % d == 0}
    degrees = np.array([squares[n * pow(int(x), -1, q) % q] for x in norms], dtype=np.int64)
    return degrees, ratios * degrees[:, None] % q
