"""Description of a cloud beside the claims: Gram shares by side, roundness, dimension, odd tokens.

Nothing here decides a verdict by itself; the Gram law takes the shares of irreps and of one-sided
laws, and all of L0 to L2 the effects within orbits, as further conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from symtheory.errors import SpecError
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Embedding, Json, Level

from ..statistics.dimension import participation_ratio, two_nn
from ..statistics.nulls import relabelings
from .cross_irreps import cross_share
from .duplicate_tokens import DuplicateTokenTest, check_duplicate_tokens, has_duplicate_tokens
from .gram import GramTest
from .odd_tokens import OddTokens, odd_tokens
from .one_sided_gram import shares_by_side
from .roundness import BlockRoundness, block_roundness
from .token_cloud import TokenCloud

__all__ = ["Description", "describe"]


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """Description of one embedding beside the claims.

    Parameters
    ----------
    sides : mapping of str to float
        Shares of the Gram law from the left, from the right, from both sides and in the sum, where
        these differ; see `symtheory.analysis.symmetry.one_sided_gram`.
    cross_share : float or None
        Share of the Gram matrix that joins different irreps; None where there are no blocks.
    block_roundness : BlockRoundness or None
        How round and orthogonal the active blocks are; None where no block is active.
    twins : DuplicateTokenTest or None
        None where the task tells all tokens apart.
    effective_dimension : int
        Principal components above 1 % of the variance, of all rows of the embedding.
    participation_ratio : float
    two_nn : float or None
        Dimension from the two nearest neighbors; None where it is not defined, as in exact orbits.
    within_orbits : mapping of Level to float
        Effects of L0 to L2 without the offsets between orbits; empty where there is one orbit.
    active : tuple of int
        Blocks that hold more than their white share; none where no spectrum was tested.
    active_names : tuple of str
    odd : OddTokens
        Tokens that hold most of the power, or break the Gram law.
    n_tokens : int
        Number of points that were tested: duplicate tokens (twins) are one.
    """

    sides: Mapping[str, float]
    cross_share: float | None
    block_roundness: BlockRoundness | None
    twins: DuplicateTokenTest | None
    effective_dimension: int
    participation_ratio: float
    two_nn: float | None
    within_orbits: Mapping[Level, float]
    active: tuple[int, ...]
    active_names: tuple[str, ...]
    odd: OddTokens
    n_tokens: int

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "gram_shares": dict(self.sides),
            "cross_share": self.cross_share,
            "conformality": None
            if self.block_roundness is None
            else self.block_roundness.to_dict(),
            "twins": None if self.twins is None else self.twins.to_dict(),
            "effective_dimension": self.effective_dimension,
            "participation_ratio": self.participation_ratio,
            "two_nn": self.two_nn,
            "odd_tokens": self.odd.to_dict(),
            "within_orbits": {str(level): effect for level, effect in self.within_orbits.items()},
        }


def describe(
    embedding: Embedding,
    cloud: TokenCloud,
    geometry: OperandGeometry,
    *,
    active: tuple[int, ...],
    gram: GramTest | None,
    within_orbits: Mapping[Level, float],
    rng: np.random.Generator,
    n_permutations: int,
) -> Description:
    """Describe an embedding.

    Parameters
    ----------
    embedding : Embedding
    cloud : TokenCloud
        What the tests see of it.
    geometry : OperandGeometry
    active : tuple of int
        Blocks that hold more than their white share.
    gram : GramTest or None
        The test of the Gram law, where there is one.
    within_orbits : mapping of Level to float
        From `symtheory.analysis.symmetry.within_orbits.effects_within_orbits`.
    rng : numpy.random.Generator
        For the relabelings of twins.
    n_permutations : int
    """
    round_blocks = twins = None
    if active:
        round_blocks = block_roundness(
            cloud.points, cloud.blocks, active=active, orbitals=cloud.orbitals
        )
    if has_duplicate_tokens(geometry):
        permutations = relabelings(len(geometry.rows), n_permutations, rng=rng)
        twins = check_duplicate_tokens(embedding, geometry, permutations=permutations)
    return Description(
        sides=shares_by_side(cloud, geometry),
        cross_share=cross_share(cloud.points, cloud.blocks) if cloud.blocks else None,
        block_roundness=round_blocks,
        twins=twins,
        effective_dimension=effective_dimension(embedding.points),
        participation_ratio=participation_ratio(embedding.points),
        two_nn=_two_nn(cloud),
        within_orbits=within_orbits,
        active=active,
        active_names=tuple(cloud.blocks[b].name for b in active),
        odd=odd_tokens(cloud, gram),
        n_tokens=len(cloud.points),
    )


def _two_nn(cloud: TokenCloud) -> float | None:
    try:
        return two_nn(cloud.points)
    except SpecError:  # too few distinct points
        return None
