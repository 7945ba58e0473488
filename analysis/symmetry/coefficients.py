"""Fourier coefficients of a cloud on isotypic blocks, for one labeling or for many.

With B_b the (n, r_b) orthonormal basis of block b, the coefficients of a cloud E are
M_b = B_b^T E, an (r_b, d) matrix: its squared norm is the power in the block, its singular values
say how round the image of the block is. Relabeled clouds are E[pi]; the bases never change, so
all relabelings of a chunk cost one matrix product.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.statistics import stacked_basis
from symtheory.representations.isotypic import IsotypicBlock

__all__ = ["relabeled_coefficients"]

# Chunks of about this many bytes stay in the cache that a core has to itself.
_CHUNK_BYTES = 8 << 20


def relabeled_coefficients(
    coordinates: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    permutations: NDArray[np.int64],
) -> Iterator[NDArray[np.float64]]:
    """Yield the coefficients of the relabeled clouds, a chunk of relabelings at a time.

    Parameters
    ----------
    coordinates : (n, k) float64
        A centered cloud.
    blocks : sequence of IsotypicBlock
        With R the sum of their dimensions.
    permutations : (n_draws, n) int64

    Yields
    ------
    (R, n_chunk, k) float64
        Entry [:, c] is B^T E[pi_c].
    """
    n, k = coordinates.shape
    transposed = stacked_basis(blocks, n=n).T
    step = max(1, _CHUNK_BYTES // (8 * n * k))
    for first in range(0, len(permutations), step):
        chunk = permutations[first : first + step]
        relabeled = coordinates[chunk.T].reshape(n, -1)
        yield (transposed @ relabeled).reshape(-1, len(chunk), k)
