"""Whether the power of an embedding rises with the eigenvalue of the answer kernel.

In an eigenspace of several dimensions no basis is distinguished. The power of single dimensions is
taken in random frames of it, which a fixed stream of random numbers draws once for a kernel: they
depend on the eigenspace and not on the basis that a library returns. The effect is the mean over
frames of the Gini correlation [1]_

    sum_k p_k x_k / sum_k p_(k) x_(k),

with p the power of dimension k, x the rank of its eigenvalue among all n - 1 less the mean, equal
ones sharing the mean of theirs, and both ascending in the denominator. It is 1 exactly where every
dimension of an eigenspace has at least the power of all those of lower eigenvalue, and about 0 for
relabeled clouds. Spearman's correlation, told beside it, counts ranks of power, and so the order of
what is but noise: two axes and white noise of .3 of their power, in a comparison of 7 x 7, have
.23, and a Gini correlation of .98.

Duplicate tokens stay apart: their difference is a function of eigenvalue 0, so the kernel says that
it has the least power. The null permutes all tokens.

References
----------
.. [1] E. Schechtman, S. Yitzhaki, A Measure of Association Based on Gini's Mean Difference, 1987,
   https://doi.org/10.1080/03610928708829359
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.kernel import KERNEL
from symtheory.errors import SpecError
from symtheory.records import Json, Outcome, Role
from symtheory.structure.answer_kernel import AnswerKernel

from ..statistics.clouds import principal_coordinates
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["KERNEL_TEST", "KernelTest", "check_kernel", "learned_shares"]

_CHUNK = 64  # relabelings at a time
_FRAME_DIMENSIONS = 512  # as many frames as give so many dimensions, one at least
_LEADING = 8


@dataclass(frozen=True, slots=True, eq=False)
class KernelTest:
    """Test of the order of the power.

    Parameters
    ----------
    null : NullTest
        The effect against relabeled clouds.
    kernel : AnswerKernel
    rank_correlation : float
        Spearman's, beside the effect.
    shares : (n_eigenspaces,) float64
        Learned share of the power of each eigenspace, beside ``kernel.shares``.
    """

    null: NullTest
    kernel: AnswerKernel
    rank_correlation: float
    shares: NDArray[np.float64]


def check_kernel(
    cloud: NDArray[np.float64], kernel: AnswerKernel, *, permutations: NDArray[np.int64]
) -> KernelTest:
    """Test that the power of a cloud rises with the eigenvalue.

    Parameters
    ----------
    cloud : (n, d) float64
        One row for each token, duplicates included.
    kernel : AnswerKernel
        Of the same tokens, not flat.
    permutations : (n_draws, n) int64
        From `label_permutations`.

    Raises
    ------
    SpecError
        If there is not one row for each token, or all rows coincide.

    Examples
    --------
    >>> from symtheory.structure.answer_kernel import answer_kernel
    >>> from symtheory.tasks.catalogue import named_task
    >>> kernel = answer_kernel(named_task("graph", graph="hypercube(4)"), Role.X)
    >>> cloud = np.hstack([space.basis * space.eigenvalue for space in kernel.eigenspaces])
    >>> found = check_kernel(cloud, kernel, permutations=np.arange(16)[None, ::-1])
    >>> round(found.null.observed, 12), found.shares.round(3).tolist()
    (1.0, [0.828, 0.135, 0.037])
    """
    n = len(kernel.matrix)
    if len(cloud) != n:
        raise SpecError(f"the kernel is of {n} {kernel.role} tokens, got points {cloud.shape}")
    points = principal_coordinates(cloud)
    everyone = np.vstack([np.arange(len(points)), permutations])
    frames, ranks = _frames(kernel), _centered_ranks(kernel.eigenvalues)
    effects = np.concatenate(
        [
            _effects(points[everyone[start : start + _CHUNK]], frames, ranks)
            for start in range(0, len(everyone), _CHUNK)
        ]
    )
    return KernelTest(
        null=NullTest(float(effects[0]), effects[1:]),
        kernel=kernel,
        rank_correlation=_rank_correlation(points, frames, ranks),
        shares=learned_shares(points, kernel),
    )


def learned_shares(cloud: NDArray[np.float64], kernel: AnswerKernel) -> NDArray[np.float64]:
    """Return the share of the power of a cloud in each eigenspace, (n_eigenspaces,) float64."""
    power = [float(((space.basis.T @ cloud) ** 2).sum()) for space in kernel.eigenspaces]
    return np.asarray(power) / sum(power)


@lru_cache(maxsize=8)
def _frames(kernel: AnswerKernel) -> NDArray[np.float64]:
    """Return orthonormal frames of all eigenspaces side by side, (n_frames, n - 1, n) float64."""
    n = len(kernel.matrix)
    rng = np.random.default_rng(0)
    frames = []
    for _ in range(max(1, _FRAME_DIMENSIONS // n)):
        turned = [
            np.linalg.qr(space.basis @ (space.basis.T @ rng.standard_normal((n, space.dimension))))
            for space in kernel.eigenspaces
        ]
        frames.append(np.concatenate([frame for frame, _ in turned], axis=1).T)
    return np.stack(frames)


def _powers(clouds: NDArray[np.float64], frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power of each dimension, (n_clouds, n, d) to (n - 1, n_clouds)."""
    n_clouds, n, d = clouds.shape
    columns = clouds.transpose(1, 0, 2).reshape(n, n_clouds * d)
    return np.asarray(((frame @ columns) ** 2).reshape(n - 1, n_clouds, d).sum(axis=2))


def _effects(
    clouds: NDArray[np.float64], frames: NDArray[np.float64], ranks: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Gini correlation of each cloud, (n_clouds, n, d) to (n_clouds,)."""
    effects, ascending = np.zeros(len(clouds)), np.sort(ranks)
    for frame in frames:
        powers = _powers(clouds, frame)
        most = ascending @ np.sort(powers, axis=0)
        effects += ranks @ powers / np.where(most > 0, most, 1)
    return effects / len(frames)


def _rank_correlation(
    cloud: NDArray[np.float64], frames: NDArray[np.float64], ranks: NDArray[np.float64]
) -> float:
    """Spearman's correlation, in units of the largest that equal eigenvalues allow."""
    found = [ranks @ _ranks(_powers(cloud[None], frame)[:, 0]) for frame in frames]
    return float(np.mean(found) / (ranks @ ranks))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values))


def _centered_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks less their mean, equal values sharing the mean of theirs."""
    ranks = _ranks(values)
    return np.asarray(ranks - ranks.mean())


def _measure(network: "Network", role: Role) -> Measurement[KernelTest]:
    kernel = network.kernels[role]
    test = check_kernel(
        network.embeddings[role].points, kernel, permutations=network.relabelings[role]
    )
    return Measurement(
        test,
        test.null,
        n_tokens=len(kernel.matrix),
        details={
            "rank_correlation": test.rank_correlation,
            "eigenvalues": [space.eigenvalue for space in kernel.eigenspaces],
            "dimensions": kernel.dimensions.tolist(),
            "predicted_shares": kernel.shares.tolist(),
            "learned_shares": test.shares.tolist(),
            "total_variation": float(np.abs(test.shares - kernel.shares).sum() / 2),
        },
        summary={"kernel_order": test.null.observed, **_leading(test)},
    )


def _leading(test: KernelTest) -> dict[str, Json]:
    """Return the predicted and the learned share of the leading dimensions, about eight of them."""
    dimensions = np.cumsum(test.kernel.dimensions)
    n_spaces = max(1, int(np.searchsorted(dimensions, _LEADING, side="right")))
    return {
        "kernel_leading_dimensions": int(dimensions[n_spaces - 1]),
        "kernel_leading_share_predicted": float(test.kernel.shares[:n_spaces].sum()),
        "kernel_leading_share": float(test.shares[:n_spaces].sum()),
    }


def _decide(found: Measurement[KernelTest], case: Case) -> Decision:
    """By p-value and floor, unless the kernel is too nearly flat to have an order."""
    kernel = found.test.kernel
    if not kernel.has_power:
        return Outcome.INCONCLUSIVE, "no power: nearly all eigenvalues of the kernel are equal"
    return against_floor(found, case)


KERNEL_TEST = ClaimTest(KERNEL, _measure, _decide)
