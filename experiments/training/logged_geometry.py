"""What the log says of one embedding's geometry at every row: its Gram-law share, its irreps.

The effects that L1 and L0 test at the end, without their nulls. They read no label.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.twin_points import merge_twins, restricted_block
from symtheory.records import Level

__all__ = ["Gauge"]

_SHOWN = 0.01  # blocks with less of the power are left out


class Gauge:
    """Measures the geometry that theory claims of one embedding.

    Parameters
    ----------
    geometry : OperandGeometry

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> gauge = Gauge(predict(named_task("modadd", p=7)).geometries[Role.SHARED])
    >>> angle = 2 * np.pi * 3 * np.arange(7) / 7
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    >>> round(gauge.gram_share(circle), 6), gauge.irreps(circle)
    (1.0, {'frequency 3': 1.0})
    """

    def __init__(self, geometry: OperandGeometry) -> None:
        self._rows = geometry.rows
        self._twins = np.unique(geometry.twins, return_inverse=True)[1]
        first = np.unique(self._twins, return_index=True)[1]
        self._space: InvariantSpace | None = None
        if Level.GRAM in geometry.levels:
            self._space = InvariantSpace([each[np.ix_(first, first)] for each in geometry.orbitals])
        self._names: list[str] = []
        if Level.SPECTRUM in geometry.levels:
            blocks = geometry.blocks
            if len(first) < len(self._rows):
                blocks = tuple(restricted_block(block, first) for block in blocks)
            self._names = [block.name for block in blocks]
            self._basis = np.concatenate([block.basis for block in blocks], axis=1)
            self._starts = np.cumsum([0, *(block.basis.shape[1] for block in blocks[:-1])])

    def gram_share(self, points: NDArray[np.floating]) -> float | None:
        """Return the share of the Gram matrix that obeys the law; None where none is claimed.

        Parameters
        ----------
        points : (n_rows, d) float
            The whole embedding.
        """
        if self._space is None:
            return None
        cloud = self._cloud(points)
        return self._space.share(cloud @ cloud.T)

    def irreps(self, points: NDArray[np.floating]) -> dict[str, float]:
        """Return the share of power of each block that has more than 1 %, by name."""
        if not self._names:
            return {}
        cloud = self._cloud(points)
        total = float((cloud**2).sum())
        squares = ((self._basis.T @ cloud) ** 2).sum(axis=1)
        power = np.add.reduceat(squares, self._starts) / (total or 1.0)
        shares = zip(self._names, power.tolist(), strict=True)
        return {name: round(share, 4) for name, share in shares if share > _SHOWN}

    def _cloud(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        cloud = merge_twins(points[self._rows].astype(np.float64), self._twins)
        return np.asarray(cloud - cloud.mean(axis=0))
