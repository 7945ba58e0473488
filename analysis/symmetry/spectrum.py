"""L0, the spectrum: the power of a cloud is concentrated on few isotypic blocks.

The share of block b is q_b = ||B_b^T E||^2 / ||E||^2 for the centered cloud E. A cloud that
knows nothing of the group has in expectation the white share r_b / (n - 1), r_b the dimension of
the block. The statistic is the

    concentration = sum_b max(0, q_b - r_b / (n - 1)),

and the blocks with a positive term are the *active* ones. Where the blocks fill the functions of
mean zero this is the total variation distance between the spectrum and the white one, and equals
the largest excess sum_{b in R} (q_b - r_b / (n - 1)) over **all** sets R of blocks: the choice of
the active set is inside the statistic, and so inside its null. The null relabels the tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import FEW_BLOCKS, SPECTRUM, SPECTRUM_SATURATION
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.statistics import block_power, block_starts
from symtheory.records import Level, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import principal_coordinates
from ..statistics.dimension import participation_ratio
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .coefficients import relabeled_coefficients
from .offsets import offsets_condition, without_offsets

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "SPECTRUM_TEST",
    "SpectrumTest",
    "active_blocks",
    "check_spectrum",
    "concentration",
    "is_active",
    "white_power",
]


@dataclass(frozen=True, slots=True, eq=False)
class SpectrumTest:
    """Test of the power spectrum of one cloud for concentration.

    Parameters
    ----------
    power : (n_blocks,) float64
        Share q_b of the centered power in each block.
    white : (n_blocks,) float64
        Expected share without structure, r_b / (n - 1).
    active : tuple of int
        Indices of the blocks above their white share.
    null : NullTest
        The concentration against relabeled clouds.
    null_power : (n_draws, n_blocks) float64
        The spectra of the relabeled clouds.
    """

    power: NDArray[np.float64]
    white: NDArray[np.float64]
    active: tuple[int, ...]
    null: NullTest
    null_power: NDArray[np.float64]

    @property
    def null_quantiles(self) -> NDArray[np.float64]:
        """Pointwise 95 % quantile of the relabeled share of each block, (n_blocks,)."""
        return np.quantile(self.null_power, 0.95, axis=0)

    @property
    def null_maximum_quantiles(self) -> NDArray[np.float64]:
        """95 % quantile of the largest share among blocks of equal size, (n_blocks,).

        A block above this stands out although it was picked as the largest of its kind.
        """
        quantiles = np.empty(len(self.white))
        for size in np.unique(self.white):
            alike = self.white == size
            quantiles[alike] = np.quantile(self.null_power[:, alike].max(axis=1), 0.95)
        return quantiles


def white_power(blocks: Sequence[IsotypicBlock], *, n: int) -> NDArray[np.float64]:
    """Return the share of each block in a cloud without structure, r_b / (n - 1)."""
    return np.array([block.dimension for block in blocks]) / (n - 1)


def active_blocks(power: NDArray[np.float64], white: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the indices of the blocks that hold more than their white share.

    More by one part in 10^9 at least: in a simplex, where all labelings look alike, every block
    has exactly its white share, and rounding must not choose between them.
    """
    return tuple(int(b) for b in np.flatnonzero(is_active(power, white)))


def is_active(power: NDArray[np.float64], white: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which blocks hold more than their white share, along the last axis."""
    return np.asarray(power > white * (1 + 1e-9))


def concentration(power: NDArray[np.float64], white: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the positive excesses over the white share, along the last axis.

    Examples
    --------
    >>> round(float(concentration(np.array([0.7, 0.2, 0.1]), np.array([0.25, 0.25, 0.5]))), 9)
    0.45
    """
    return np.asarray(np.maximum(power - white, 0).sum(axis=-1))


def check_spectrum(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    *,
    permutations: NDArray[np.int64],
) -> SpectrumTest:
    """Test the concentration of a cloud on isotypic blocks against relabeled clouds.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    permutations : (n_draws, n) int64
        From `label_permutations`.
    """
    coordinates = principal_coordinates(cloud)
    white = white_power(blocks, n=len(coordinates))
    power = block_power(coordinates, blocks)
    starts = block_starts(blocks)
    chunks = [
        np.add.reduceat(np.einsum("rck,rck->rc", chunk, chunk), starts, axis=0).T
        for chunk in relabeled_coefficients(coordinates, blocks, permutations=permutations)
    ]
    null_power = np.concatenate(chunks) / (coordinates**2).sum()
    null = NullTest(float(concentration(power, white)), concentration(null_power, white))
    return SpectrumTest(power, white, active_blocks(power, white), null, null_power)


def _measure(network: "Network", role: Role) -> Measurement[SpectrumTest]:
    test = network.spectra[role]
    cloud = network.clouds[role]
    names = [block.name for block in cloud.blocks]
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions=offsets_condition(network, role, Level.SPECTRUM),
        details={
            "active": [names[b] for b in test.active],
            "power": dict(zip(names, test.power.tolist(), strict=True)),
            "null_quantiles": dict(zip(names, test.null_quantiles.tolist(), strict=True)),
            "effective_dimension": effective_dimension(network.embeddings[role].points),
            "participation_ratio": participation_ratio(network.embeddings[role].points),
        },
    )


def _decide(found: Measurement[SpectrumTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    if len(found.test.white) >= FEW_BLOCKS:
        return without_offsets(found, case, outcome, note)
    if outcome is Outcome.REFUTED and case.p_value <= case.alpha:
        return _within_reach(found, case, note)
    return outcome, note


def _within_reach(found: Measurement[SpectrumTest], case: Case, note: str) -> Decision:
    """Lower the floor to nine tenths of the most concentration that is possible.

    All the power in the active blocks gives 1 - sum r_b/(n-1). Where a group has many irreps a
    network that holds most of them is not concentrated, and the floor stays.
    """
    most = 1 - float(found.test.white[list(found.test.active)].sum())
    lowered = SPECTRUM_SATURATION * most
    if case.floor is None or lowered >= case.floor:
        return Outcome.REFUTED, note
    return (
        Outcome.HELD if found.effect >= lowered else Outcome.REFUTED,
        f"with few irreps to choose from the floor is {lowered:.2f}, nine tenths of the "
        f"{most:.2f} that the active ones allow",
    )


SPECTRUM_TEST = ClaimTest(SPECTRUM, _measure, _decide)
