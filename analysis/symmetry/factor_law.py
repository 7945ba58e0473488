"""Factor law: on each irrep the Gram matrix of a cloud is a Kronecker product, rows (x) columns.

Three translations fix z = x y in a group: (x, y, z) -> (a x c^-1, c y b^-1, a z b^-1). Training
keeps them in law over seeds; one network may break each. Where units of a network are products
alpha^T rho(x) beta, beta^T rho(y) gamma and alpha^T rho(z) gamma with alpha, beta, gamma
uncorrelated in second moments, A, B and C, the Gram matrices on the block of rho are

    K_x = A (x) B,   K_y = B (x) C,   K_z = A (x) C,

and different irreps are not joined. A = 1 says that the translation a is unbroken, and so on; on an
irrep of degree 1 the law leaves the block free, and an ellipse or a line is a translation broken
there. The statistic is the share of the off-diagonal centered Gram matrix K that the nearest such
matrix F explains,

    R^2 = 1 - ||K - F||^2 / ||K||^2,  both without their diagonal,

F the orthogonal sum of the nearest products on all blocks, see
`symtheory.analysis.symmetry.block_laws`. The diagonal holds the noise of every single token and is
left out. Each relabeled cloud gets its own F.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import (
    FACTOR_FLOOR,
    GRAM,
    ISOTROPIC,
    LEAST_SEAM_CONTRAST,
    MOST_CROSS_SHARE,
    MOST_SEAM_GAP,
)
from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.statistics import block_power, block_starts, centered_gram
from symtheory.records import Level, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import centered, principal_coordinates
from ..statistics.dimension import isotropy
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .block_laws import BlockLaw, alike
from .coefficients import relabeled_coefficients
from .cross_irreps import cross_share
from .factors import fit_factors
from .gram import GramTest, check_gram
from .label_order import check_label_order
from .offsets import offsets_condition, without_offsets
from .spectrum import no_power_if_isotropic, white_power
from .token_cloud import TokenCloud

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = ["GRAM_TEST", "check_factor_law", "check_law", "factor_share", "solutions_of_the_law"]


def check_factor_law(
    cloud: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    laws: Sequence[BlockLaw],
    *,
    permutations: NDArray[np.int64],
) -> GramTest:
    """Test the factor law of a cloud against relabeled clouds.

    Parameters
    ----------
    cloud : (n, d) float64
    blocks : sequence of IsotypicBlock
    laws : sequence of BlockLaw
        One for each block, from `symtheory.analysis.symmetry.block_laws.product_laws`.
    permutations : (n_draws, n) int64
        From `label_permutations`.

    Examples
    --------
    >>> from symtheory.groups.families import symmetric
    >>> from symtheory.representations.isotypic import isotypic_blocks
    >>> from symtheory.analysis.statistics.nulls import label_permutations
    >>> from symtheory.analysis.symmetry.block_laws import product_laws
    >>> from symtheory.representations.matrix_coefficients import matrix_coefficients
    >>> group = symmetric(4)
    >>> blocks = isotypic_blocks(group)[1:]
    >>> matrices = matrix_coefficients(group)[3].irrep.matrices
    >>> cloud = (matrices * [3.0, 1.0, 0.1]).reshape(24, 9)  # A = 1, B = diag(9, 1, .01)
    >>> laws = product_laws(group, blocks, np.arange(24))
    >>> draws = label_permutations(24, 99, rng=np.random.default_rng(0))
    >>> found = check_factor_law(cloud, blocks, laws, permutations=draws)
    >>> round(found.null.observed, 6), found.null.p_value
    (1.0, 0.01)
    """
    coordinates = principal_coordinates(cloud)
    gram = coordinates @ coordinates.T
    own = np.arange(len(gram))[None]
    explained = np.zeros_like(gram)
    for members in alike(laws):
        for b in members:
            basis = blocks[b].basis
            explained += basis @ laws[b].nearest(basis.T @ gram @ basis) @ basis.T
    null = NullTest(
        float(_shares(coordinates, blocks, laws, own)[0]),
        _shares(coordinates, blocks, laws, permutations),
    )
    np.fill_diagonal(gram, 0)
    np.fill_diagonal(explained, 0)
    n_pairs = len(gram) * (len(gram) - 1) // 2
    free = sum(law.n_parameters for law in laws) / n_pairs
    return GramTest(gram, explained, null, min(free, 1.0))


def factor_share(
    cloud: NDArray[np.float64], blocks: Sequence[IsotypicBlock], laws: Sequence[BlockLaw]
) -> float:
    """Return R^2 of the factor law; see the head of this file."""
    own = np.arange(len(cloud))[None]
    return float(_shares(centered(cloud), blocks, laws, own)[0])


def _shares(
    coordinates: NDArray[np.float64],
    blocks: Sequence[IsotypicBlock],
    laws: Sequence[BlockLaw],
    permutations: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return R^2 of every relabeled cloud, each with its own nearest products."""
    gram = coordinates @ coordinates.T
    diagonal, total = gram.diagonal(), float((gram**2).sum())
    off = total - float((diagonal**2).sum())
    starts, groups = block_starts(blocks), alike(laws)
    bases = [np.stack([blocks[b].basis for b in members]) for members in groups]
    found = []
    first = 0
    for chunk in relabeled_coefficients(coordinates, blocks, permutations=permutations):
        drawn = permutations[first : first + chunk.shape[1]]
        first += len(drawn)
        residual, explained = np.full(len(drawn), total), np.zeros(drawn.shape)
        for members, basis in zip(groups, bases, strict=True):
            rows = starts[members][:, None] + np.arange(basis.shape[2])
            stack = chunk[rows].transpose(2, 0, 1, 3)  # (n_chunk, blocks, r, k)
            grams = stack @ stack.transpose(0, 1, 3, 2)
            nearest = laws[members[0]].nearest(grams)
            residual += ((nearest - 2 * grams) * nearest).sum(axis=(1, 2, 3))
            explained += ((basis @ nearest) * basis).sum(axis=(1, 3))
        residual -= ((diagonal[drawn] - explained) ** 2).sum(axis=1)
        found.append(1 - residual / off)
    return np.concatenate(found)


def check_law(cloud: TokenCloud, *, permutations: NDArray[np.int64]) -> GramTest:
    """Test the law of a cloud: of products of irreps, or invariance where there are none."""
    if cloud.obeys_products:
        return check_factor_law(cloud.points, cloud.blocks, cloud.laws, permutations=permutations)
    return check_gram(cloud.points, cloud.orbitals, permutations=permutations)


def _unexcused(cloud: TokenCloud) -> float:
    """Return how much of the Gram matrix joins irreps that broken translations do not excuse.

    Under an unbroken translation Schur's lemma keeps irreps apart. Where none is left, rank one and
    a line at the extreme, a direction of the embedding may be any function of the token: such
    irreps may be joined with one another, and with what little there is of those that hold less
    than their white share.
    """
    if not cloud.obeys_products:
        return 0.0
    broken = {found.name for found in fit_factors(cloud) if found.is_broken}
    power = block_power(cloud.points, cloud.blocks)
    white = white_power(cloud.blocks, n=len(cloud.points))
    excused = [
        b for b, block in enumerate(cloud.blocks) if block.name in broken or power[b] < white[b]
    ]
    return cross_share(cloud.points, cloud.blocks, excused=excused)


def _measure(network: "Network", role: Role) -> Measurement[GramTest]:
    cloud, test = network.clouds[role], network.grams[role]
    crossing = cross_share(cloud.points, cloud.blocks) if cloud.blocks else None
    unbroken = InvariantSpace(cloud.orbitals).share(centered_gram(cloud.points))
    group = network.geometries[role].group
    order = check_label_order(cloud, group) if cloud.obeys_products else None
    return Measurement(
        test,
        test.null,
        n_tokens=len(cloud.points),
        conditions={
            "isotropy": isotropy(cloud.points),
            **_of_an_exact_solution(cloud, test, network.rng),
            "crossing": _unexcused(cloud),
            **({} if order is None else order.conditions()),
            **offsets_condition(network, role, Level.GRAM),
        },
        details={
            "free_share": test.free_share,
            "cross_share": crossing,
            "unbroken": unbroken,
            "factors": {found.name: found.to_dict() for found in fit_factors(cloud)},
            **({} if order is None else {"label_order": order.to_dict()}),
        },
        note="" if order is None else order.note,
    )


def _decide(found: Measurement[GramTest], case: Case) -> Decision:
    outcome, note = _by_share(found, case)
    seam = _open_seam(found, case)
    if seam is None or outcome is Outcome.REFUTED or found.conditions["isotropy"] >= ISOTROPIC:
        return outcome, note
    # Smoothness leaves open what would be held; an open seam refutes also what is open.
    return seam if outcome is Outcome.HELD or seam[0] is Outcome.REFUTED else (outcome, note)


def _by_share(found: Measurement[GramTest], case: Case) -> Decision:
    """Decide by the share of the whole Gram matrix that the law explains."""
    outcome, note = against_floor(found, case)
    if outcome is Outcome.HELD and case.floor is not None:
        if excuse := _beyond_chance(found, case.floor):
            return Outcome.INCONCLUSIVE, f"no power: {excuse}"
        if (crossing := found.conditions["crossing"]) > MOST_CROSS_SHARE:
            return (
                Outcome.REFUTED,
                f"{crossing:.2f} of it joins different irreps, more than {MOST_CROSS_SHARE:g}",
            )
    if outcome is Outcome.REFUTED and found.effect >= found.conditions.get("exact", 1.0):
        return (
            Outcome.INCONCLUSIVE,
            f"no power: of exact solutions of this width one in twenty has at most "
            f"{found.conditions['exact']:.2f}",
        )
    return without_offsets(found, case, *no_power_if_isotropic(found, outcome, note))


def _open_seam(found: Measurement[GramTest], case: Case) -> Decision | None:
    """Refute a curve that does not close; decide nothing of a smooth one that may not."""
    gap = found.conditions.get("gap", 0.0)
    is_seen = found.conditions.get("p of the seam", 1.0) <= case.alpha
    stands_out = found.conditions.get("contrast", 0.0) >= LEAST_SEAM_CONTRAST
    if is_seen and stands_out and gap > MOST_SEAM_GAP:
        return (
            Outcome.REFUTED,
            f"the order of the labels does not close: where it ends the gap is {gap:.2f}, more "
            f"than {MOST_SEAM_GAP:g}",
        )
    is_clear = not is_seen and gap <= MOST_SEAM_GAP
    if not is_clear and found.conditions.get("p of smoothness", 1.0) <= case.alpha:
        return (
            Outcome.INCONCLUSIVE,
            f"smooth in the order of its labels, and it may not close (gap {gap:.2f})",
        )
    return None


def solutions_of_the_law(
    cloud: TokenCloud, *, rng: np.random.Generator, n_draws: int = 39
) -> Iterator[NDArray[np.float64]]:
    """Yield clouds of as many columns that obey the fitted law, up to what their width allows.

    The Gram matrix of each has the nearest matrix of the law for its mean: columns are normal.
    """
    points = centered(cloud.points)
    width = points.shape[1]
    roots = []
    for block, law in zip(cloud.blocks, cloud.laws, strict=True):
        coefficients = block.basis.T @ points
        values, axes = np.linalg.eigh(law.nearest(coefficients @ coefficients.T))
        roots.append(block.basis @ (axes * np.sqrt(values.clip(min=0) / width)))
    root = np.hstack(roots)
    for _ in range(n_draws):
        yield root @ rng.standard_normal((root.shape[1], width))


def _of_an_exact_solution(
    cloud: TokenCloud, test: GramTest, rng: np.random.Generator
) -> dict[str, float]:
    """Return what 95 % of exact solutions of this width reach; only where the cloud does not."""
    if not cloud.obeys_products or test.null.observed >= FACTOR_FLOOR:
        return {}
    draws = solutions_of_the_law(cloud, rng=rng)
    shares = [factor_share(points, cloud.blocks, cloud.laws) for points in draws]
    return {"exact": float(np.quantile(shares, 0.05))}


def _beyond_chance(found: Measurement[GramTest], floor: float) -> str:
    """Say so where the floor is reached only with what relabeled copies have as well.

    Of a cloud that is nearly a simplex the centered Gram matrix is nearly constant off the
    diagonal, which any labeling leaves.
    """
    mean = found.test.null.mean
    beyond = (found.effect - mean) / (1 - mean) if mean < 1 else 0.0
    if beyond >= floor:
        return ""
    return f"relabeled copies have {mean:.2f} of it; {beyond:.2f} of the rest is below the floor"


GRAM_TEST = ClaimTest(GRAM, _measure, _decide)
