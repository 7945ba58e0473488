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
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import (
    FEW_BLOCKS,
    IN_USE,
    ISOTROPIC,
    MOST_BULK,
    SPECTRUM,
    SPECTRUM_SATURATION,
    STRUCTURED_FLOOR,
)
from symtheory.geometry.dimension import effective_dimension
from symtheory.geometry.statistics import block_power, block_starts
from symtheory.records import Level, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import principal_coordinates
from ..statistics.dimension import isotropy, participation_ratio
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .coefficients import relabeled_coefficients
from .offsets import offsets_condition, without_offsets

if TYPE_CHECKING:
    from ..claims.network import Network

T = TypeVar("T")

__all__ = [
    "SPECTRUM_TEST",
    "SpectrumTest",
    "active_blocks",
    "bulk_share",
    "check_spectrum",
    "concentration",
    "is_active",
    "no_power_if_isotropic",
    "structured_concentration",
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
    def in_use(self) -> tuple[int, ...]:
        """Indices of the blocks with a tenth of the largest power, in all or per function.

        Per function, or the sign, one function, would never count beside an irrep of many; in all,
        or an irrep would not of which broken translations leave few functions.
        """
        density = self.power / self.white
        is_used = (self.power >= IN_USE * self.power.max()) | (density >= IN_USE * density.max())
        return tuple(np.flatnonzero(is_used).tolist())

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


def bulk_share(power: NDArray[np.float64], white: NDArray[np.float64]) -> float:
    """Return the share of the power in an isotropic bulk under the blocks, 0 to 1."""
    return 1 - float(_structured(power, white).sum())


def structured_concentration(
    power: NDArray[np.float64], white: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the concentration of what is left of a spectrum without its isotropic bulk.

    The bulk has in every dimension the median power, weighted by dimension: more than half of the
    dimensions are taken to hold nothing else.

    Examples
    --------
    >>> white = np.full(10, 0.1)
    >>> round(float(structured_concentration(np.array([0.55] + [0.05] * 9), white)), 6)
    0.9
    """
    left = _structured(power, white)
    total = left.sum(axis=-1, keepdims=True)
    return concentration(np.where(total > 0, left / np.where(total > 0, total, 1), white), white)


def _structured(power: NDArray[np.float64], white: NDArray[np.float64]) -> NDArray[np.float64]:
    density = power / white
    order = np.argsort(density, axis=-1)
    below = np.cumsum(white[order], axis=-1)
    middle = (below >= below[..., -1:] / 2).argmax(axis=-1)[..., None]
    median = np.take_along_axis(density, np.take_along_axis(order, middle, -1), -1)
    return np.asarray(np.maximum(power - median * white, 0))


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
        conditions={
            "p of the law": network.grams[role].null.p_value,
            "isotropy": isotropy(cloud.points),
            **offsets_condition(network, role, Level.SPECTRUM),
        },
        details={
            "active": [names[b] for b in test.active],
            "power": dict(zip(names, test.power.tolist(), strict=True)),
            "null_quantiles": dict(zip(names, test.null_quantiles.tolist(), strict=True)),
            "bulk": bulk_share(test.power, test.white),
            "effective_dimension": effective_dimension(network.embeddings[role].points),
            "participation_ratio": participation_ratio(network.embeddings[role].points),
        },
    )


def _decide(found: Measurement[SpectrumTest], case: Case) -> Decision:
    outcome, note = against_floor(found, case)
    if outcome is Outcome.REFUTED:
        if case.p_value > case.alpha and found.conditions["p of the law"] <= case.alpha:
            return (
                Outcome.INCONCLUSIVE,
                "all irreps are used alike: that they are few is no law, and the Gram law shows",
            )
        if case.p_value > case.alpha:
            return no_power_if_isotropic(found, outcome, note)
        lowered = _within_reach(found, case) or _without_bulk(found, case)
        outcome, note = lowered or (
            Outcome.INCONCLUSIVE,
            f"{len(found.test.active)} of {len(found.test.white)} irreps are active: that they "
            "are few is no law",
        )
    outcome, note = without_offsets(found, case, outcome, note)
    # What the offsets carry says nothing of the irreps, and that these are few is no law.
    return (Outcome.INCONCLUSIVE if outcome is Outcome.REFUTED else outcome), note


def no_power_if_isotropic(found: Measurement[T], outcome: Outcome, note: str) -> Decision:
    """Return "inconclusive" for a cloud that second moments cannot tell from white noise."""
    ratio = found.conditions["isotropy"]
    if outcome is not Outcome.REFUTED or ratio < ISOTROPIC:
        return outcome, note
    return (
        Outcome.INCONCLUSIVE,
        f"no power: the cloud is isotropic ({ratio:.2f} of the dimension of white noise), as that "
        "of an exact solution that uses all irreps alike",
    )


def _without_bulk(found: Measurement[SpectrumTest], case: Case) -> Decision | None:
    """Look at what is left without the isotropic bulk, against relabeled clouds without theirs."""
    test = found.test
    effect = float(structured_concentration(test.power, test.white))
    draws = structured_concentration(test.null_power, test.white)
    if bulk_share(test.power, test.white) > MOST_BULK or effect < STRUCTURED_FLOOR:
        return None
    if NullTest(effect, draws).p_value > case.alpha:
        return None
    bulk = bulk_share(test.power, test.white)
    return (
        Outcome.HELD,
        f"of the structured part, without an isotropic bulk of {bulk:.2f}, {effect:.2f}",
    )


def _within_reach(found: Measurement[SpectrumTest], case: Case) -> Decision | None:
    """Lower the floor to nine tenths of the most concentration that is possible.

    All the power in the active blocks gives 1 - sum r_b/(n-1). Where a group has many irreps a
    network that holds most of them is not concentrated, and the floor stays.
    """
    most = 1 - float(found.test.white[list(found.test.active)].sum())
    lowered = SPECTRUM_SATURATION * most
    if len(found.test.white) >= FEW_BLOCKS or case.floor is None or lowered >= case.floor:
        return None
    if found.effect < lowered:
        return None
    return (
        Outcome.HELD,
        f"with few irreps to choose from the floor is {lowered:.2f}, nine tenths of the "
        f"{most:.2f} that the active ones allow",
    )


SPECTRUM_TEST = ClaimTest(SPECTRUM, _measure, _decide)
