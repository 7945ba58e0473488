"""Agreement of the embeddings of one network: the same irreps, and the same broken translations.

No embedding alone says that a network can compute: x, y and the answers must use the same irreps,
and these together must tell all elements apart.

*Irreps.* With e_b = max(0, q_b - white_b), normalized, the excess power of block b, the overlap of
two embeddings is their Bhattacharyya coefficient sum_b sqrt(e_b e'_b): 1 for equal spectra, 0 for
disjoint ones, whatever the weights. The statistic is the least of all pairs of embeddings. The null
exchanges blocks of equal dimension, in each embedding by itself. The irreps that have a tenth of
the largest power, in all or per function, in all embeddings must be *faithful*: only the identity
acts trivially in all of them. One table for both operands of an abelian group often has frequencies
that the answers lack, and all that were seen are twice one of the answers'. That is not derived;
such a frequency is left out of the overlap, of null copies as well.

*Factors.* On each irrep the Gram matrices are A (x) B for x, B (x) C for y and A (x) C for the
answers (`symtheory.analysis.symmetry.factor_law`), so each factor is read in two places. The
statistic is the mean cosine tr(M M') / (||M|| ||M'||) over the factors that are broken, weighted by
the power of their irrep. The null turns one of the two by a random change of basis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import FACTOR_AGREEMENT, IRREP_AGREEMENT
from symtheory.geometry.operand import FACTORS
from symtheory.groups.group import Group
from symtheory.layout import listed
from symtheory.records import Json, Outcome, Role
from symtheory.representations.character_table import character_table
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest
from .block_laws import BlockLaw, ProductLaw
from .factors import BROKEN, Factors, fit_factors
from .spectrum import SpectrumTest

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "FACTOR_AGREEMENT_TEST",
    "IRREP_AGREEMENT_TEST",
    "AgreedFactor",
    "double_blocks",
    "doubled",
    "factor_agreement",
    "irrep_agreement",
    "joint_kernel",
]

_ALPHA = 0.05
_RESOLUTION = 1e6  # values of characters that differ by less are equal


@dataclass(frozen=True, slots=True, eq=False)
class AgreedFactor:
    """One broken factor, read from two embeddings.

    Parameters
    ----------
    name : str
        A, B or C.
    irrep : str
    roles : pair of Role
    first, second : (D, D) float64
        Of unit Frobenius norm.
    weight : float
        The lesser share of the power that the two embeddings have in the irrep.
    """

    name: str
    irrep: str
    roles: tuple[Role, Role]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    weight: float

    @property
    def cosine(self) -> float:
        """Cosine between the two readings."""
        return float((self.first * self.second).sum())


def irrep_agreement(
    spectra: Sequence[SpectrumTest],
    *,
    doubles: Mapping[int, int] | None = None,
    rng: np.random.Generator,
    n_draws: int,
) -> NullTest:
    """Compare the spectra of several embeddings, with the same blocks in the same order.

    Parameters
    ----------
    spectra : sequence of SpectrumTest
        Two or more; where ``doubles`` is given the table of both operands, then the answers.
    doubles : mapping of int to int, optional
        Block of twice the frequency of a block, which the table may have beyond the answers.
    rng : numpy.random.Generator
    n_draws : int
    """

    def overlap(shares: list[NDArray[np.float64]]) -> float:
        if doubles:
            extra = doubled(shares[0], shares[1], doubles)
            shares = [np.where(np.isin(np.arange(len(white)), extra), 0, shares[0]), *shares[1:]]
            shares[0] /= shares[0].sum() or 1
        return _least_overlap(shares)

    excess = [_excess(spectrum) for spectrum in spectra]
    white = spectra[0].white
    classes = [np.flatnonzero(white == size) for size in np.unique(white)]
    draws = np.empty(n_draws)
    for i in range(n_draws):
        moved = []
        for shares in excess:
            order = np.arange(len(white))
            for members in classes:
                order[members] = rng.permutation(members)
            moved.append(shares[order])
        draws[i] = overlap(moved)
    return NullTest(overlap(excess), draws)


def doubled(
    table: NDArray[np.float64], answers: NDArray[np.float64], doubles: Mapping[int, int]
) -> tuple[int, ...]:
    """Return the blocks of a table that the answers lack, and of which they have the half.

    Examples
    --------
    >>> doubled(np.array([0.5, 0.5, 0, 0]), np.array([1, 0, 0, 0]), {0: 1, 1: 3, 2: 2, 3: 0})
    (1,)
    """
    return tuple(
        sorted(
            {twice for k, twice in doubles.items() if answers[k] and table[twice]}
            - set(np.flatnonzero(answers).tolist())
        )
    )


def double_blocks(group: Group, blocks: Sequence[IsotypicBlock]) -> dict[int, int]:
    """Return the block of the squares of the characters of each block, for an abelian group."""
    table = character_table(group)

    def key(values: NDArray[np.complex128]) -> bytes:
        parts = np.stack([values.real, values.imag])
        return np.rint(parts * _RESOLUTION).astype(np.int64).tobytes()

    known = {key(table.numeric_row(row)): b for b, x in enumerate(blocks) for row in x.characters}
    squares = {
        b: key(table.numeric_row(x.characters[0]) ** 2)
        for b, x in enumerate(blocks)
        if x.characters
    }
    return {b: known[square] for b, square in squares.items() if square in known}


def _excess(spectrum: SpectrumTest) -> NDArray[np.float64]:
    above = np.maximum(spectrum.power - spectrum.white, 0)
    total = above.sum()
    return np.asarray(above / total if total > 0 else above)


def _least_overlap(spectra: Sequence[NDArray[np.float64]]) -> float:
    return min(float(np.sqrt(a * b).sum()) for a, b in combinations(spectra, 2))


def joint_kernel(network: "Network", roles: Sequence[Role]) -> int | None:
    """Return how many elements act trivially in all irreps that all embeddings use.

    1 says that these irreps are faithful together. None where no group is behind the tokens.
    """
    group = network.geometries[roles[0]].group
    if group is None:
        return None
    table = character_table(group)
    trivial = np.ones(group.order, dtype=bool)
    for name in sorted(set.intersection(*(_in_use(network, role) for role in roles))):
        block = next(b for b in network.clouds[roles[0]].blocks if b.name == name)
        for row in block.characters:
            values = table.numeric_row(row)[table.classes.class_of]
            trivial &= np.abs(values - table.degrees[row]) < 0.5 / group.order
    return int(trivial.sum())


def _in_use(network: "Network", role: Role) -> set[str]:
    blocks = network.clouds[role].blocks
    return {blocks[b].name for b in network.spectra[role].in_use}


def factor_agreement(
    factors: Mapping[Role, Mapping[str, Factors]],
) -> tuple[AgreedFactor, ...]:
    """Return every broken factor that can be read from two embeddings."""
    found = []
    for first, second in combinations([role for role in FACTORS if role in factors], 2):
        (name,) = set(FACTORS[first]) & set(FACTORS[second])
        sides = FACTORS[first].index(name), FACTORS[second].index(name)
        for irrep in factors[first].keys() & factors[second].keys():
            one, other = factors[first][irrep], factors[second][irrep]
            if min(one.ranks[sides[0]], other.ranks[sides[1]]) < BROKEN * one.degree:
                found.append(
                    AgreedFactor(
                        name,
                        irrep,
                        (first, second),
                        (one.rows, one.columns)[sides[0]],
                        (other.rows, other.columns)[sides[1]],
                        min(one.share, other.share),
                    )
                )
    return tuple(sorted(found, key=lambda factor: (factor.irrep, factor.name)))


def _spectral_roles(network: "Network") -> list[Role]:
    roles = [role for role in network.spectra if network.clouds[role].obeys_products]
    names = {role: [block.name for block in network.clouds[role].blocks] for role in roles}
    return [role for role in roles if names[role] == names[roles[0]]]


def _measure_irreps(network: "Network", role: Role) -> Measurement[NullTest] | str:  # noqa: ARG001
    roles = _spectral_roles(network)
    if len(roles) < 2:
        return "one embedding: nothing to compare"
    spectra = [network.spectra[r] for r in roles]
    if any(spectrum.null.p_value > _ALPHA for spectrum in spectra):
        return "no power: an embedding uses all irreps alike"
    blocks, group = network.clouds[roles[0]].blocks, network.geometries[roles[0]].group
    is_tied = roles == [Role.SHARED, Role.READOUT] and group is not None and group.is_abelian
    doubles = double_blocks(group, blocks) if is_tied and group is not None else {}
    null = irrep_agreement(
        spectra, doubles=doubles, rng=network.rng, n_draws=network.n_permutations
    )
    kernel = joint_kernel(network, roles)
    extra = doubled(_excess(spectra[0]), _excess(spectra[1]), doubles) if doubles else ()
    names = [blocks[b].name for b in extra]
    return Measurement(
        null,
        null,
        conditions={} if kernel is None else {"kernel": float(kernel)},
        details={
            "embeddings": [str(r) for r in roles],
            "joint_kernel": kernel,
            "doubled": list(names),
        },
        note=f"twice a frequency of the answers, not counted: {listed(names)}" if names else "",
    )


def _decide_irreps(found: Measurement[NullTest], case: Case) -> Decision:
    if case.floor is not None and found.effect < case.floor:
        return Outcome.REFUTED, f"below the floor of {case.floor:g}"
    kernel = found.conditions.get("kernel", 1.0)
    if kernel > 1:
        return (
            Outcome.REFUTED,
            f"{kernel:.0f} elements act alike in all irreps that the embeddings share",
        )
    return against_floor(found, case)


def _measure_factors(network: "Network", role: Role) -> Measurement[NullTest] | str:  # noqa: ARG001
    factors: dict[Role, dict[str, Factors]] = {}
    laws: dict[str, BlockLaw] = {}
    for r in FACTORS:
        cloud = network.clouds.get(r)
        if cloud is None:
            continue
        factors[r] = {f.name: f for f in fit_factors(cloud) if isinstance(f, Factors)}
        laws |= {b.name: law for b, law in zip(cloud.blocks, cloud.laws, strict=True)}
    agreed = factor_agreement(factors)
    if not agreed:
        return "no broken factor is seen in two embeddings: nothing to compare"
    weights = np.array([factor.weight for factor in agreed])
    weights /= weights.sum()
    draws = np.zeros(network.n_permutations)
    for factor, weight in zip(agreed, weights, strict=True):
        law = laws[factor.irrep]
        if isinstance(law, ProductLaw):
            turns = law.coefficients.turns(len(draws), rng=network.rng)
            turned = turns @ factor.first @ np.swapaxes(turns, -1, -2)
            draws += weight * (turned * factor.second).sum(axis=(1, 2))
    null = NullTest(float(weights @ [factor.cosine for factor in agreed]), draws)
    told: list[Json] = [
        {
            "factor": factor.name,
            "irrep": factor.irrep,
            "embeddings": [str(r) for r in factor.roles],
            "cosine": factor.cosine,
        }
        for factor in agreed
    ]
    return Measurement(null, null, details={"factors": told})


def _decide_factors(found: Measurement[NullTest], case: Case) -> Decision:
    turned = found.test.critical_value
    if case.floor is not None and found.effect >= case.floor and turned >= case.floor:
        return (
            Outcome.INCONCLUSIVE,
            f"no power: hardly anything is broken, and turned copies have {turned:.2f} as well",
        )
    return against_floor(found, case)


IRREP_AGREEMENT_TEST = ClaimTest(IRREP_AGREEMENT, _measure_irreps, _decide_irreps)
FACTOR_AGREEMENT_TEST = ClaimTest(FACTOR_AGREEMENT, _measure_factors, _decide_factors)
