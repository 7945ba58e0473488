"""Isotypic blocks of a group as functions on tokens."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.representations.isotypic import IsotypicBlock

__all__ = [
    "APEX",
    "apex_block",
    "blocks_on_tokens",
    "ranks_on_tokens",
]

APEX = "apex"

_ZERO = 1e-9


def blocks_on_tokens(
    blocks: Sequence[IsotypicBlock], coordinate: NDArray[np.int64]
) -> tuple[IsotypicBlock, ...]:
    """Return blocks of R[G] as functions on the tokens, zero where a token has no element.

    Where as many tokens lie at every element the blocks stay orthogonal. Otherwise they do not in
    general; then nothing is returned.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        Without the trivial one; bases in the order of the elements.
    coordinate : (n,) int64
        Element of each token, -1 where it has none.

    Examples
    --------
    >>> import numpy as np
    >>> from symtheory.groups.families import cyclic
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> blocks = isotypic_blocks(cyclic(3))[1:]
    >>> blocks_on_tokens(blocks, np.array([0, 1, 2, 2, 1, 0]))
    (IsotypicBlock(frequency 1, dimension 2),)
    >>> blocks_on_tokens(blocks, np.array([0, 1, 2, 2, 1]))
    ()
    """
    if not blocks:
        return ()
    inside = coordinate >= 0
    counts = np.bincount(coordinate[inside], minlength=len(blocks[0].basis))
    if np.ptp(counts) or not counts[0]:
        return ()
    carried = []
    for block in blocks:
        basis = np.zeros((len(coordinate), block.dimension))
        basis[inside] = block.basis[coordinate[inside]] / counts[0] ** 0.5
        carried.append(
            IsotypicBlock(block.name, block.degree, block.indicator, basis, block.characters)
        )
    return tuple(carried)


def apex_block(orbit: NDArray[np.int64], name: str = APEX) -> IsotypicBlock | None:
    """Return the functions that are constant on orbits, with mean zero; None for one orbit.

    Parameters
    ----------
    orbit : (n,) int64
        Number of each token's orbit, from 0.

    Examples
    --------
    >>> import numpy as np
    >>> apex_block(np.array([0, 1, 1, 1])).basis.ravel().round(3).tolist()
    [0.866, -0.289, -0.289, -0.289]
    """
    sizes = np.bincount(orbit)
    if len(sizes) == 1:
        return None
    weights = np.sqrt(sizes)
    # Orthonormal coordinates on the orbits, orthogonal to the constants, which are ``weights``.
    frame = np.linalg.qr(np.column_stack([weights, np.eye(len(sizes))[:, :-1]]))[0][:, 1:]
    frame *= np.where(frame[np.abs(frame).argmax(axis=0), np.arange(frame.shape[1])] < 0, -1, 1)
    return IsotypicBlock(name, 1, 1, (frame / weights[:, None])[orbit])


def ranks_on_tokens(
    blocks: Sequence[IsotypicBlock], images: NDArray[np.float64]
) -> tuple[dict[str, int], list[NDArray[np.float64]]]:
    """Return the real dimension of each block of a cloud, and an orthonormal basis of its span.

    Parameters
    ----------
    blocks : sequence of IsotypicBlock
        Bases in the order of the elements.
    images : (n, order) float64
        Every token as a combination of elements; the cloud is centered here.
    """
    dimensions, spans = {}, []
    centered = images - images.mean(axis=0)
    clouds = centered @ np.concatenate([block.basis for block in blocks], axis=1)
    ends = np.cumsum([block.dimension for block in blocks])[:-1]
    for block, cloud in zip(blocks, np.split(clouds, ends, axis=1), strict=True):
        left, values, _ = np.linalg.svd(cloud, full_matrices=False)
        rank = int((values > _ZERO * len(images)).sum())
        dimensions[block.name] = rank
        spans.append(left[:, :rank])
    return dimensions, spans
