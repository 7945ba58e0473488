"""Groups of square matrices modulo a prime, and their quotients by scalar matrices.

Convention: a matrix is a tuple of rows of residues 0..p-1; labels read "[1 0; 0 1]".
"""

import re
from collections.abc import Sequence
from itertools import product
from operator import mul

from symtheory.errors import SpecError
from symtheory.groups.generation import generate
from symtheory.groups.group import Group
from symtheory.groups.primes import is_prime

__all__ = ["Matrix", "matrix_group", "matrix_text", "parse_matrix", "projective_group"]

Matrix = tuple[tuple[int, ...], ...]

_NUMBER = re.compile(r"-?\d{1,9}")


def parse_matrix(text: str) -> Matrix:
    """Read a square integer matrix such as ``[1 1; 0 1]``; commas between entries may stand too.

    Examples
    --------
    >>> parse_matrix("[1 1; 0 -1]")
    ((1, 1), (0, -1))
    """
    inside = text.strip().removeprefix("[").removesuffix("]")
    rows: list[tuple[int, ...]] = []
    for row in inside.split(";"):
        words = [word for word in re.split(r"[\s,]+", row.strip()) if word]
        for word in words:
            if not _NUMBER.fullmatch(word):
                raise SpecError(f"cannot read the matrix {text.strip()}: {word!r} is no integer")
        rows.append(tuple(map(int, words)))
    if not rows[0] or any(len(row) != len(rows) for row in rows):
        lengths = ", ".join(str(len(row)) for row in rows)
        raise SpecError(
            f"the matrix {text.strip()} is not square: {len(rows)} rows of lengths {lengths}; "
            'write rows apart with ";", as in "[1 1; 0 1]"'
        )
    return tuple(rows)


def matrix_text(matrix: Matrix) -> str:
    """Write a matrix as ``[1 1; 0 1]``."""
    return f"[{'; '.join(' '.join(map(str, row)) for row in matrix)}]"


def matrix_group(generators: Sequence[Matrix], *, modulus: int, name: str = "") -> Group:
    """Return the group that invertible matrices generate modulo a prime.

    Raises
    ------
    SpecError
        If the modulus is no prime, sizes differ, or a generator is singular.

    Examples
    --------
    >>> matrix_group([((1, 1), (0, 1)), ((0, 1), (1, 0))], modulus=2)
    Group(<[1 1; 0 1], [0 1; 1 0]> mod 2, order 6, non-abelian)
    """
    reduced, identity = _checked(generators, modulus)
    name = name or f"<{', '.join(matrix_text(m) for m in reduced)}> mod {modulus}"
    elements, table = generate(
        reduced, identity, multiply=lambda a, b: multiply_mod(a, b, modulus), what=name
    )
    return Group.by_construction(table, tuple(map(matrix_text, elements)), name)


def projective_group(generators: Sequence[Matrix], *, modulus: int, name: str) -> Group:
    """Return the group that matrices generate modulo a prime and up to scalar factors.

    An element is written by the representative whose first nonzero entry is 1.

    Examples
    --------
    >>> projective_group([((1, 1), (0, 1)), ((1, 0), (1, 1))], modulus=3, name="PSL(2,3)")
    Group(PSL(2,3), order 12, non-abelian)
    """
    reduced, identity = _checked(generators, modulus)

    def normalized(matrix: Matrix) -> Matrix:
        first = next(x for row in matrix for x in row if x)
        if first == 1:
            return matrix
        scale = pow(first, -1, modulus)
        return tuple(tuple(x * scale % modulus for x in row) for row in matrix)

    elements, table = generate(
        [normalized(m) for m in reduced],
        identity,
        multiply=lambda a, b: normalized(multiply_mod(a, b, modulus)),
        what=name,
    )
    sign = "±" if modulus > 2 else ""
    return Group.by_construction(table, tuple(sign + matrix_text(m) for m in elements), name)


def multiply_mod(a: Matrix, b: Matrix, modulus: int) -> Matrix:
    """Return the product of two matrices modulo an integer."""
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(sum(map(mul, row, column)) % modulus for column in columns) for row in a)


def _checked(generators: Sequence[Matrix], modulus: int) -> tuple[list[Matrix], Matrix]:
    if not 2 <= modulus < 10**6 or not is_prime(modulus):
        raise SpecError(f"matrices are read modulo a prime below 10^6, got {modulus}")
    if not generators:
        raise SpecError("a matrix group needs at least one generator")
    size = len(generators[0])
    reduced = []
    for matrix in generators:
        if len(matrix) != size or any(len(row) != size for row in matrix):
            raise SpecError(
                f"the generators must be square of one size, {size} x {size}; "
                f"{matrix_text(matrix)} is not"
            )
        reduced.append(tuple(tuple(x % modulus for x in row) for row in matrix))
        if determinant_mod(reduced[-1], modulus) == 0:
            raise SpecError(
                f"{matrix_text(matrix)} has no inverse modulo {modulus}: its determinant is 0"
            )
    identity = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
    return reduced, identity


def determinant_mod(matrix: Matrix, p: int) -> int:
    """Return the determinant modulo a prime, by elimination."""
    rows = [list(row) for row in matrix]
    determinant = 1
    for i, j in product(range(len(rows)), repeat=2):
        if j < i:
            continue
        if j == i:
            pivot = next((k for k in range(i, len(rows)) if rows[k][i]), None)
            if pivot is None:
                return 0
            if pivot != i:
                rows[i], rows[pivot], determinant = rows[pivot], rows[i], -determinant
            determinant = determinant * rows[i][i] % p
            continue
        factor = rows[j][i] * pow(rows[i][i], -1, p) % p
        rows[j] = [(x - factor * y) % p for x, y in zip(rows[j], rows[i], strict=True)]
    return determinant % p
