"""The point cloud that all tests use: one row per distinct token (duplicate tokens averaged).

Rows that theory says nothing about are left out. *Twins* are duplicate tokens, which the task
cannot tell apart: training treats them alike, and whether they coincide has nothing to do with the
group. So each class of twins is one point, the mean of its vectors.

Where the symmetry group is not transitive, tokens fall into several orbits. An absorbing token, for
one, is unlike all others whatever the network has learned of the group. So labels are permuted, and
random functions drawn, within orbits only; offsets between orbits are the same under the null.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.statistics import merge_duplicates, restrict_blocks
from symtheory.records import Embedding, Role
from symtheory.representations.isotypic import IsotypicBlock

from .block_laws import BlockLaw, invariant_laws, product_laws

__all__ = ["TokenCloud", "make_token_cloud"]


@dataclass(frozen=True, slots=True, eq=False)
class TokenCloud:
    """A token cloud: the points of one embedding, with what theory says of them.

    Parameters
    ----------
    points : (n, d) float64
        One row for each class of twins.
    tokens : tuple of str
        Labels; those of twins are joined by a slash.
    coordinate : (n,) int64
        Element of the group, -1 where a token carries none.
    orbits : (n,) int64
        Number of the orbit of each token.
    exchangeable : (n,) int64
        Classes within which labels may be permuted: of one orbit, with equally many twins.
    orbitals : tuple of (n, n) int64
    blocks : tuple of IsotypicBlock
        Bases are (n, dimension), orthonormal and of mean zero.
    laws : tuple of BlockLaw
        What symmetry leaves each block.
    obeys_products : bool
        Whether these are the laws of products of irreps: the tokens are the elements of a group.
    """

    points: NDArray[np.float64]
    tokens: tuple[str, ...]
    coordinate: NDArray[np.int64]
    orbits: NDArray[np.int64]
    exchangeable: NDArray[np.int64]
    orbitals: tuple[NDArray[np.int64], ...]
    blocks: tuple[IsotypicBlock, ...]
    laws: tuple[BlockLaw, ...]
    obeys_products: bool

    def __repr__(self) -> str:
        return f"TokenCloud({len(self.tokens)} points, {len(self.blocks)} blocks)"


def make_token_cloud(embedding: Embedding, geometry: OperandGeometry) -> TokenCloud:
    """Return the token cloud of an embedding.

    Raises
    ------
    SpecError
        If the geometry speaks of rows that the embedding does not have.
    """
    n_rows = len(embedding.points)
    # An operand's table has a row for each token; a readout may have some that are never answered.
    is_whole = geometry.role is Role.READOUT or len(geometry.rows) == n_rows
    if not is_whole or geometry.rows.max(initial=-1) >= n_rows:
        raise SpecError(
            f"the {geometry.role} operand has {len(geometry.tokens)} tokens, but its embedding has "
            f"{n_rows} rows"
        )
    points = embedding.points[geometry.rows]
    _, first, twins = np.unique(geometry.twins, return_index=True, return_inverse=True)
    sizes = np.bincount(twins)
    tokens, blocks = geometry.tokens, restrict_blocks(geometry.blocks, first)
    if len(first) < len(points):
        points = merge_duplicates(points, twins)
        tokens = tuple(
            "/".join(tokens[i] for i in np.flatnonzero(twins == c)) for c in range(len(first))
        )
    group, coordinate = geometry.group, geometry.coordinate[first]
    is_product = geometry.is_group and len(blocks) > 0
    orbitals = tuple(partition[np.ix_(first, first)] for partition in geometry.orbitals)
    diagonals = [np.diag(partition) for partition in orbitals] or [np.zeros(len(first), np.int64)]
    return TokenCloud(
        points=points,
        tokens=tokens,
        coordinate=coordinate,
        orbits=_numbered(*diagonals),
        exchangeable=_numbered(*diagonals, sizes),
        orbitals=orbitals,
        blocks=blocks,
        laws=product_laws(group, blocks, coordinate, terms=len(orbitals))
        if is_product and group is not None
        else invariant_laws(blocks, orbitals, geometry.multiplicities),
        obeys_products=is_product,
    )


def _numbered(*labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each combination of labels."""
    return np.unique(np.stack(labels), axis=1, return_inverse=True)[1].ravel().astype(np.int64)
