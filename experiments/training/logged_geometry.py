"""Geometry of one embedding in the training log: Gram-law share, power per isotypic component.

The effects that L1 and L0 test at the end, without their nulls. They read no label.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.statistics import (
    block_power,
    centered_gram,
    merge_duplicates,
    restrict_blocks,
)
from symtheory.records import Level

__all__ = ["LoggedGeometry"]

_SHOWN = 0.01  # blocks with less of the power are left out


class LoggedGeometry:
    """The measures that the log has of an embedding of which theory claims a geometry.

    Parameters
    ----------
    geometry : OperandGeometry

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> logged = LoggedGeometry(predict(named_task("modadd", p=7)).geometries[Role.SHARED])
    >>> angle = 2 * np.pi * 3 * np.arange(7) / 7
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    >>> round(logged.gram_share(circle), 6), logged.block_power(circle)
    (1.0, {'frequency 3': 1.0})
    """

    def __init__(self, geometry: OperandGeometry) -> None:
        self._rows = geometry.rows
        _, first, self._classes = np.unique(geometry.twins, return_index=True, return_inverse=True)
        self._space: InvariantSpace | None = None
        if Level.GRAM in geometry.levels:
            self._space = InvariantSpace([each[np.ix_(first, first)] for each in geometry.orbitals])
        has_blocks = Level.SPECTRUM in geometry.levels
        self._blocks = restrict_blocks(geometry.blocks, first) if has_blocks else ()

    def gram_share(self, points: NDArray[np.floating]) -> float | None:
        """Return the share of the Gram matrix that obeys the law; None where none is claimed.

        Parameters
        ----------
        points : (n_rows, d) float
            The whole embedding.
        """
        if self._space is None:
            return None
        return self._space.share(centered_gram(self._cloud(points)))

    def block_power(self, points: NDArray[np.floating]) -> dict[str, float]:
        """Return the share of power of each block that has more than 1 %, by name."""
        if not self._blocks:
            return {}
        power = block_power(self._cloud(points), self._blocks).tolist()
        named = zip(self._blocks, power, strict=True)
        return {block.name: round(share, 4) for block, share in named if share > _SHOWN}

    def _cloud(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        return merge_duplicates(points[self._rows].astype(np.float64), self._classes)
