"""Lattices of integer vectors, exactly: a triangular basis that grows, and the quotient group.

Everything is a Python integer, so nothing overflows. The lattices here have few dimensions, the
generators of an abelian group, and many vectors, its relations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["IntegerLattice", "Quotient", "distinct_rows"]

_BATCH = 32  # vectors inserted before the rest is reduced again
_LARGE = 1 << 62
_SEED = 20262


@dataclass(frozen=True, slots=True, eq=False)
class Quotient:
    """The quotient of Z^k by a lattice: Z_d1 x ... x Z_dm x Z^r with d_1 | ... | d_m.

    Parameters
    ----------
    torsion : tuple of int
        The d_i > 1.
    rank : int
        The r.
    transform : (k, m) object
        A vector v has the coordinates ``v @ transform`` mod d in the finite part.
    """

    torsion: tuple[int, ...]
    rank: int
    transform: NDArray[np.object_]

    def coordinates(self, vectors: NDArray[np.generic]) -> NDArray[np.int64]:
        """Return the coordinates of vectors, (n, k), in the finite part, (n, m) int64."""
        images = vectors.astype(object) @ self.transform
        return np.asarray(images % np.array(self.torsion, dtype=object), dtype=np.int64)


class IntegerLattice:
    """A lattice in Z^k that grows by further vectors.

    Examples
    --------
    >>> import numpy as np
    >>> lattice = IntegerLattice(2)
    >>> lattice.extend(np.array([[4, 6], [2, 0], [0, 12]]))
    >>> lattice.quotient().torsion
    (2, 6)
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._rows: dict[int, NDArray[np.object_]] = {}  # by the column of the leading entry

    @property
    def is_everything(self) -> bool:
        """Whether the lattice is all of Z^k."""
        pivots = [row[column] for column, row in self._rows.items()]
        return len(pivots) == self.dimension and all(pivot == 1 for pivot in pivots)

    def extend(self, vectors: NDArray[np.generic]) -> None:
        """Add the vectors in the rows of an (n, k) array of integers."""
        rest = self._reduced(vectors)
        while len(rest):
            # Every useful insertion raises the rank or divides the index, so there are few.
            for vector in rest[:_BATCH].astype(object):
                self._insert(vector)
            rest = self._reduced(rest[_BATCH:])

    def quotient(self) -> Quotient:
        """Return Z^k by the lattice, by Smith's normal form."""
        if self.is_everything:
            return Quotient((), 0, np.zeros((self.dimension, 0), dtype=object))
        rows = [self._rows[column] for column in sorted(self._rows)]
        matrix = np.array(rows, dtype=object).reshape(len(rows), self.dimension)
        diagonal, transform = _smith(matrix)
        columns = [i for i, d in enumerate(diagonal) if d > 1]
        return Quotient(
            torsion=tuple(diagonal[i] for i in columns),
            rank=self.dimension - len(diagonal),
            transform=transform[:, columns],
        )

    def _reduced(self, vectors: NDArray[np.generic]) -> NDArray[np.generic]:
        """Remainders of the vectors, without those that are zero and without repeats."""
        rest = vectors
        for column in sorted(self._rows):
            row = self._rows[column]
            quotients = rest[:, column] // row[column]
            if not quotients.any():
                continue
            if rest.dtype != object:
                # Machine integers as long as no product can overflow.
                largest = int(abs(rest).max()) * (1 + int(abs(row).max()))
                rest = rest.astype(object if largest > _LARGE else np.int64)
                quotients = quotients.astype(rest.dtype)
            rest = rest - quotients[:, None] * row.astype(rest.dtype)
        rest = rest[(rest != 0).any(axis=1)]
        return rest if rest.dtype == object else distinct_rows(rest)

    def _insert(self, vector: NDArray[np.object_]) -> None:
        changed = []
        for column in range(self.dimension):
            if vector[column] == 0:
                continue
            row = self._rows.get(column)
            if row is None:
                self._rows[column] = vector if vector[column] > 0 else -vector
                changed.append(column)
                break
            if vector[column] % row[column] == 0:
                vector = vector - (vector[column] // row[column]) * row
                continue
            # A step of determinant 1, so both rows span what they spanned; one has the gcd now and
            # the other 0 in this column.
            g, s, t = _extended_gcd(row[column], vector[column])
            changed.append(column)
            self._rows[column], vector = (
                s * row + t * vector,
                (row[column] // g) * vector - (vector[column] // g) * row,
            )
        # Keep the entries above leading ones small: in the rows that changed, and above those.
        columns = sorted(self._rows)
        for column in changed:
            for later in columns:
                if later > column:
                    self._shrink(column, later)
            for earlier in columns:
                if earlier < column:
                    self._shrink(earlier, column)

    def _shrink(self, upper: int, lower: int) -> None:
        quotient = self._rows[upper][lower] // self._rows[lower][lower]
        if quotient:
            self._rows[upper] = self._rows[upper] - quotient * self._rows[lower]


def distinct_rows(rows: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return the distinct rows of an (n, k) array of machine integers, in lexicographic order.

    Rows are told apart by one number each first: sorting whole rows takes many times as long, and
    of the relations of a table there are mostly few.

    Examples
    --------
    >>> distinct_rows(np.array([[1, 2], [0, 5], [1, 2]])).tolist()
    [[0, 5], [1, 2]]
    """
    if not rows.shape[1]:
        return rows[:1]
    # Odd weights, so that rows which differ in one column alone never have one number.
    weights = np.random.default_rng(_SEED).integers(1 << 62, size=rows.shape[1]) * 2 + 1
    sums = rows.astype(np.int64, copy=False) @ weights  # modulo 2^64
    _, first, number = np.unique(sums, return_index=True, return_inverse=True)
    # Different rows might have one number; then all are sorted.
    is_faithful = np.array_equal(rows[first][number], rows)
    return np.asarray(np.unique(rows[first] if is_faithful else rows, axis=0))


def _extended_gcd(a: int, b: int) -> tuple[int, int, int]:
    """Return (g, s, t) with g = s a + t b > 0."""
    s, next_s, t, next_t = 1, 0, 0, 1
    while b:
        quotient = a // b
        a, b = b, a - quotient * b
        s, next_s = next_s, s - quotient * next_s
        t, next_t = next_t, t - quotient * next_t
    return (a, s, t) if a > 0 else (-a, -s, -t)


def _smith(matrix: NDArray[np.object_]) -> tuple[list[int], NDArray[np.object_]]:
    """Return the non-zero invariant factors and the column operations that bring them about."""
    matrix = matrix.copy()
    transform = np.array(
        [[int(i == j) for j in range(matrix.shape[1])] for i in range(matrix.shape[1])],
        dtype=object,
    ).reshape(matrix.shape[1], matrix.shape[1])
    diagonal: list[int] = []
    for corner in range(min(matrix.shape)):
        while True:
            part = matrix[corner:, corner:]
            entries = np.argwhere(part != 0)
            if not len(entries):
                return diagonal, transform
            # The least entry as pivot: what the subtractions leave is smaller still, so it ends.
            least = min(entries.tolist(), key=lambda at: abs(part[at[0], at[1]]))
            i, j = least[0] + corner, least[1] + corner
            matrix[[corner, i]] = matrix[[i, corner]]
            matrix[:, [corner, j]] = matrix[:, [j, corner]]
            transform[:, [corner, j]] = transform[:, [j, corner]]
            pivot = matrix[corner, corner]
            for i in range(corner + 1, matrix.shape[0]):
                matrix[i] = matrix[i] - (matrix[i, corner] // pivot) * matrix[corner]
            for j in range(corner + 1, matrix.shape[1]):
                quotient = matrix[corner, j] // pivot
                matrix[:, j] = matrix[:, j] - quotient * matrix[:, corner]
                transform[:, j] = transform[:, j] - quotient * transform[:, corner]
            if matrix[corner + 1 :, corner].any() or matrix[corner, corner + 1 :].any():
                continue
            indivisible = np.argwhere(matrix[corner + 1 :, corner + 1 :] % pivot != 0)
            if not len(indivisible):
                diagonal.append(abs(pivot))
                break
            # Added to the pivot's row it leaves a smaller remainder there, the next pivot.
            row = int(indivisible[0, 0]) + corner + 1
            matrix[corner] = matrix[corner] + matrix[row]
    return diagonal, transform
