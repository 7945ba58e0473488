"""Tables for tests of structure: group tables in disguise, and Latin squares that are none."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from symtheory.tasks.task import Task

Table = NDArray[np.int64]

FORTY_GROUPS = (
    "Z5", "Z7", "Z12", "Z31", "Z97", "Z113", "Z168", "Z2^3", "Z2^5", "Z3^2", "Z4 x Z6", "Z5^2",
    "Z2 x Z2 x Z21", "Z12 x Z14", "S3", "D4", "D7", "D8", "D30", "D84", "Q8", "Dic3", "Dic5",
    "Dic42", "A4", "S4", "A5", "S5", "SL(2,3)", "Heis(3)", "Heis(5)", "F(5,4)", "F(7,3)",
    "F(13,4)", "PSL(2,7)", "S3 x Z2", "S3 x S3", "A4 x Z14", "Q8 x Z3", "S4 x Z7",
)  # fmt: skip


def as_task(table: Table, n_answers: int = 0) -> Task:
    nx, ny = table.shape
    labels = [tuple(f"{axis}{i}" for i in range(n)) for axis, n in (("a", nx), ("b", ny))]
    answers = tuple(f"c{i}" for i in range(n_answers or int(table.max()) + 1))
    return Task("table", table, *labels, answers, formula="the table")


def addition(n: int) -> Table:
    return np.add.outer(np.arange(n), np.arange(n)) % n


def disguised(table: Table, rng: np.random.Generator) -> Table:
    """Permute rows, columns and answers."""
    nx, ny = table.shape
    names = rng.permutation(int(table.max()) + 1)
    return names[table[np.ix_(rng.permutation(nx), rng.permutation(ny))]]


def with_intercalate(n: int) -> Table:
    """Addition mod an even n with the 2 x 2 subsquare at rows 0, n/2, columns 1, 1 + n/2 turned."""
    table = addition(n)
    cells = np.ix_([0, n // 2], [1, 1 + n // 2])
    table[cells] = table[cells][:, ::-1]
    return table


def random_latin_square(n: int, rng: np.random.Generator) -> Table:
    """Fill row by row; by Hall's theorem every Latin rectangle can be continued."""
    square = np.empty((n, n), dtype=np.int64)
    is_used = np.zeros((n, n), dtype=bool)  # (column, symbol)
    for row in range(n):
        columns, symbols = linear_sum_assignment(rng.random((n, n)) + n * is_used)
        square[row, columns] = symbols
        is_used[columns, symbols] = True
    return square


def fano_steiner() -> Table:
    """The Steiner quasigroup of the Fano plane: x x = x, and x y is the third point of the line."""
    square = np.diag(np.arange(7))
    for line in ((0, 1, 3), (1, 2, 4), (2, 3, 5), (3, 4, 6), (4, 5, 0), (5, 6, 1), (6, 0, 2)):
        for i in range(3):
            a, b, c = line[i], line[(i + 1) % 3], line[(i + 2) % 3]
            square[a, b] = square[b, a] = c
    return square


def moufang_loop() -> Table:
    """Chein's loop M(S3, 2), order 12: the smallest Moufang loop that is no group."""
    group = [(1 if i < 3 else -1, i % 3) for i in range(6)]  # S3 as reflections and rotations

    def times(g: tuple[int, int], h: tuple[int, int]) -> tuple[int, int]:
        return g[0] * h[0], (g[1] + g[0] * h[1]) % 3

    def inverse(g: tuple[int, int]) -> tuple[int, int]:
        return g[0], -g[0] * g[1] % 3

    square = np.empty((12, 12), dtype=np.int64)
    for i, g in enumerate(group):
        for j, h in enumerate(group):
            square[i, j] = group.index(times(g, h))
            square[i, 6 + j] = 6 + group.index(times(h, g))
            square[6 + i, j] = 6 + group.index(times(g, inverse(h)))
            square[6 + i, 6 + j] = group.index(times(inverse(h), g))
    return square


def octonion_loop() -> Table:
    """The 16 units +-e_0..+-e_7 of the octonions under multiplication."""
    products = {(i, i): (-1, 0) for i in range(1, 8)}
    for i in range(7):
        a, b, c = 1 + i, 1 + (i + 1) % 7, 1 + (i + 3) % 7
        for u, v, w in ((a, b, c), (b, c, a), (c, a, b)):
            products[u, v], products[v, u] = (1, w), (-1, w)
    square = np.empty((16, 16), dtype=np.int64)
    for x in range(16):
        for y in range(16):
            i, j = x % 8, y % 8
            sign, k = (1, i + j) if 0 in {i, j} else products[i, j]
            square[x, y] = k + 8 * ((x // 8 + y // 8 + (sign < 0)) % 2)
    return square


def not_groups() -> dict[str, Table]:
    """Ten Latin squares that are no isotopes of groups."""
    rng = np.random.default_rng(7)
    x = np.arange(11)
    squares = np.unique(x * x % 11)
    difference = (x - x[:, None]) % 11
    # Quadratic orthomorphism: x + u (y - x) with u depending on whether y - x is a square.
    quadratic = (x[:, None] + np.where(np.isin(difference, squares), 3, 9) * difference) % 11
    return {
        "Z12 with an intercalate turned": with_intercalate(12),
        "Z30 with an intercalate turned": with_intercalate(30),
        "Z6 with an intercalate turned": with_intercalate(6),
        "Steiner quasigroup of order 7": fano_steiner(),
        "Moufang loop of order 12": moufang_loop(),
        "octonion loop": octonion_loop(),
        "quadratic quasigroup mod 11": quadratic,
        **{f"random of order {n}": random_latin_square(n, rng) for n in (7, 9, 24)},
    }
