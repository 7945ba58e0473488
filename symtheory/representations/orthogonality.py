r"""Decide the orthogonality relations of a character table exactly.

A relation says that some cyclotomic integer alpha in Z[zeta_e] is zero, and every complex
conjugate of alpha has absolute value at most B (here B = 2n). Let q = 1 mod e be a prime above B.
If alpha is zero modulo q under each of the phi(e) substitutions of an e-th root of unity of F_q for
zeta, it lies in q Z[zeta_e]; a nonzero alpha would then have a norm of at least q^phi(e), but the
norm is the product of phi(e) conjugates of size at most B < q. So residues decide.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from symtheory.representations.character_table import CharacterTable
from symtheory.representations.finite_field import (
    matmul_mod,
    next_prime_in_progression,
    primitive_root_of_unity,
)

__all__ = ["satisfies_column_orthogonality", "satisfies_row_orthogonality"]


def satisfies_row_orthogonality(table: CharacterTable) -> bool:
    """Whether sum_k |C_k| chi(k) conj(psi(k)) = n delta(chi, psi), exactly.

    Examples
    --------
    >>> from symtheory.groups.families import alternating
    >>> from symtheory.representations.character_table import character_table
    >>> satisfies_row_orthogonality(character_table(alternating(5)))
    True
    """
    n, sizes = table.group.order, table.classes.sizes
    expected = n * np.eye(table.count, dtype=np.int64)
    return all(
        np.array_equal(matmul_mod(values * sizes % q, conjugates.T, q), expected % q)
        for q, values, conjugates in _residues(table)
    )


def satisfies_column_orthogonality(table: CharacterTable) -> bool:
    """Whether sum_chi chi(k) conj(chi(l)) = (n / |C_k|) delta(k, l), exactly."""
    expected = np.diag(table.group.order // table.classes.sizes)
    return all(
        np.array_equal(matmul_mod(values.T.copy(), conjugates, q), expected % q)
        for q, values, conjugates in _residues(table)
    )


def _residues(
    table: CharacterTable,
) -> "list[tuple[int, NDArray[np.int64], NDArray[np.int64]]]":
    """Table and complex conjugate table modulo q, under every substitution for zeta_e."""
    e = table.group.exponent
    q = next_prime_in_progression(e, 2 * table.group.order + 1)
    root = primitive_root_of_unity(e, q)
    terms = [value.powers_in(e) for value in table.palette]
    residues = []
    for k in range(1, e + 1):
        if gcd(k, e) > 1:
            continue
        powers = [pow(root, k * j, q) for j in range(e)]
        values, conjugates = (
            np.array([sum(c * powers[sign * j % e] for j, c in t.items()) % q for t in terms])
            for sign in (1, -1)
        )
        residues.append((q, values[table.entries], conjugates[table.entries]))
    return residues
