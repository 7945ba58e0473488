"""The associative law of a group isotope, with the inner answers read from the training set.

For f(x, y) = h(phi(x) * psi(y)) with h bijective, put lam = phi^-1 h^-1, mu = psi^-1 h^-1 and
tau = phi^-1 psi. Then f(lam(f(x, y)), w) = f(x, mu(f(tau(y), w))): both sides are
h(phi(x) psi(y) psi(w)). For x + y all three maps are the identity.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from symtheory.symmetry.relations import CellPairs, Relation

__all__ = ["Composition"]


@dataclass(frozen=True, eq=False, repr=False)
class Composition(Relation):
    """Compose the operation with itself in two ways.

    Both inner cells (x, y) and (tau(y), w) must be training cells; the outer cells are any.

    Parameters
    ----------
    tau : (ny,) int64
        Left operand that acts as the right operand y does.
    lam, mu : (nz,) int64
        Left and right operand that act as the answer z does.
    neutral : int
        The right operand that acts as the identity; with y neutral the two sides coincide.
    """

    name: ClassVar[str] = "composition"
    tau: NDArray[np.int64]
    lam: NDArray[np.int64]
    mu: NDArray[np.int64]
    neutral: int

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        is_known = known >= 0
        in_column, in_row = is_known.sum(axis=0), is_known.sum(axis=1)
        # For each y: (number of known f(x, y)) times (number of known f(tau(y), w)).
        n_choices = in_column * in_row[self.tau]
        n_choices[self.neutral] = 0
        up_to = np.cumsum(n_choices)
        # The known x of each column one after the other, and the known w of each row.
        xs, ws = np.nonzero(is_known.T)[1], np.nonzero(is_known)[1]
        column_start, row_start = np.cumsum(in_column) - in_column, np.cumsum(in_row) - in_row

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            y = np.searchsorted(up_to, numbers, side="right")
            middle = self.tau[y]
            i, j = np.divmod(numbers - (up_to[y] - n_choices[y]), in_row[middle])
            x, w = xs[column_start[y] + i], ws[row_start[middle] + j]
            return CellPairs(
                np.stack([self.lam[known[x, y]], w], axis=1),
                np.stack([x, self.mu[known[middle, w]]], axis=1),
            )

        return int(up_to[-1]), pairs
