"""Associative law of a group isotope, with the inner answers read from the training set.

For f(x, y) = h(phi(x) * psi(y)) with h one to one, put lam = phi^-1 h^-1, mu = psi^-1 h^-1 and
tau = phi^-1 psi. Then f(lam(f(x, y)), w) = f(x, mu(f(tau(y), w))): both sides are
h(phi(x) psi(y) psi(w)). For x + y all three maps are the identity.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symtheory.relations.cells import CellPairs
from symtheory.relations.instances import number_instances
from symtheory.relations.relation import Relation, rename_map

__all__ = ["Composition"]

_TOLD, _KNOWN, _UNKNOWN = np.array([0, 1, 2], dtype=np.uint8)
"""A cell that this round determines, one that was known before and one that is not known yet."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Composition(Relation):
    """Compose the operation with itself in two ways.

    Both inner cells (x, y) and (tau(y), w) must be training cells; the outer cells are any. There
    is no instance where a map is undefined.

    Parameters
    ----------
    tau : (ny,) int64
        Left operand that acts as the right operand y does, -1 where there is none.
    lam, mu : (nz,) int64
        Left and right operand that act as the answer z does, -1 where there is none.
    is_left, is_right : (nx,), (ny,) bool
        Operands x and w of which the law speaks.
    """

    kind: ClassVar[str] = "composition"
    field_name: ClassVar[str] = "associativity"
    tau: NDArray[np.int64]
    lam: NDArray[np.int64]
    mu: NDArray[np.int64]
    is_left: NDArray[np.bool_]
    is_right: NDArray[np.bool_]

    def _images(self, known: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """For each y, where x goes in f(lam(f(x, y)), w) and w in f(x, mu(f(tau(y), w))).

        Arrays (ny, nx) and (ny, ny); -1 where the inner answer is unknown or a map undefined.
        """
        # An unknown answer, or an undefined map, looks up the -1 at the end.
        lam, mu = np.append(self.lam, -1), np.append(self.mu, -1)
        x_images = np.where(self.is_left, lam[known].T, -1)
        w_images = np.where((self.tau >= 0)[:, None] & self.is_right, mu[known[self.tau]], -1)
        return x_images, w_images

    def _instances(
        self, known: NDArray[np.int64]
    ) -> tuple[int, Callable[[NDArray[np.int64]], CellPairs]]:
        x_images, w_images = self._images(known)
        instances = number_instances(x_images, w_images)

        def pairs(numbers: NDArray[np.int64]) -> CellPairs:
            y, x, w = instances[numbers]
            return CellPairs(
                np.stack([x_images[y, x], w], axis=1), np.stack([x, w_images[y, w]], axis=1)
            )

        return len(instances), pairs

    def renamed(self, x: NDArray[np.int64], y: NDArray[np.int64], z: NDArray[np.int64]) -> Self:
        """Return the same relation of the renamed table."""
        return replace(
            self,
            tau=rename_map(self.tau, y, x),
            lam=rename_map(self.lam, z, x),
            mu=rename_map(self.mu, z, y),
            is_left=self.is_left[np.argsort(x)],
            is_right=self.is_right[np.argsort(y)],
        )

    def spread(self, known: ArrayLike) -> NDArray[np.int64]:
        """Return ``known`` with the answers that one round determines."""
        before = self.check_known(known)
        after = before.copy()
        # One byte for each cell: the two cells of an instance add news to one of them exactly if
        # their states are 1 and 2. A cell that this round determines is neither.
        state = np.where(before >= 0, _KNOWN, _UNKNOWN)
        n_unknown = int((before < 0).sum())
        for x_images, w_images in zip(*self._images(before), strict=True):
            if not n_unknown:
                break
            xs, ws = np.flatnonzero(x_images >= 0), np.flatnonzero(w_images >= 0)
            xs_moved, ws_moved = x_images[xs], w_images[ws]
            of_left = np.take(state[xs_moved], ws, axis=1)
            of_right = np.take(state[xs], ws_moved, axis=1)
            news = np.flatnonzero((of_left ^ of_right) == _KNOWN | _UNKNOWN)
            i, j = np.divmod(news, max(1, len(ws)))
            left, right = (xs_moved[i], ws[j]), (xs[i], ws_moved[j])
            is_rightward = of_left.ravel()[news] == _KNOWN
            for source, target, is_source in (
                (left, right, is_rightward),
                (right, left, ~is_rightward),
            ):
                # The other direction may have determined the cell a moment ago.
                is_told = is_source & (after[target] < 0)
                cells = target[0][is_told], target[1][is_told]
                after[cells] = before[source[0][is_told], source[1][is_told]]
                state[cells] = _TOLD
            n_unknown = int(np.count_nonzero(state == _UNKNOWN))
        return after
