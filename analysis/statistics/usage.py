"""Test of equal use: seeds use irreps that the task cannot tell apart equally often.

If rows of tokens are initialized exchangeably and every seed draws its own training cells, the law
of trained networks is invariant under the autotopisms of the task. They carry the isotypic blocks
of an embedding into each other, and so the set A of a seed's active blocks is as likely as g A for
every g of that group. In particular all blocks of one orbit are equally likely to be active.

The statistic is Pearson's

    chi^2 = sum over orbits of at least two blocks, sum over blocks b of  (c_b - e)^2 / e

with c_b the number of seeds that use block b and e its mean over the orbit.

*The null is exact and needs no more than that law.* One seed's active blocks are neither
independent of each other nor, given their number, uniform among all sets of this number: a group
that moves every block to every other need not move every pair to every other. So each draw moves
the set of each seed by its own uniform random g. Given the orbit of A under the group, g A has the
law of A itself, seed by seed, and (1 + #{draws at least as large}) / (1 + #draws) is a p-value.

Equal use can be refuted in this way but not confirmed: a large p-value says only that no preference
was found, and `UsageTest.detectable` says how strong one would have to be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.combinatorics.random_elements import random_permutations
from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.block_matching import block_orbits
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Json, Role, finite

from .nulls import NullTest

__all__ = ["LARGE_PREFERENCE", "UsageTest", "irrep_usage"]

LARGE_PREFERENCE = 1.0
"""Cohen's w [1]_ where half of the equivalent blocks are never used and the others twice as often
as expected. Where even this would be missed, the test has no power and gives no p-value.

.. [1] J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition, 1988, chapter
   7, https://doi.org/10.4324/9780203771587
"""

_LEVEL, _POWER = 0.05, 0.8


@dataclass(frozen=True, slots=True, eq=False)
class UsageTest:
    """Test of how often the seeds use each block.

    Parameters
    ----------
    role : Role
    n_seeds : int
    block_names : tuple of str
    counts : (n_blocks,) int64
        Number of seeds in which the block is active.
    expected : (n_blocks,) float64
        Mean count over the block's orbit.
    orbits : tuple of tuple of int
        Blocks that symmetries carry into each other, those alone in their orbit left out.
    null : NullTest or None
        Chi^2 against seeds moved at random; None where there is nothing to compare.
    detectable : float or None
        Least preference, as Cohen's w = sqrt(sum (p - p0)^2 / p0) over the shares p of the blocks,
        that 80 % of such experiments would find at 5 %; from the noncentral chi^2 distribution, so
        approximate. None where there is nothing to compare.
    """

    role: Role
    n_seeds: int
    block_names: tuple[str, ...]
    counts: NDArray[np.int64]
    expected: NDArray[np.float64]
    orbits: tuple[tuple[int, ...], ...]
    null: NullTest | None
    detectable: float | None

    def __repr__(self) -> str:
        return f"UsageTest({self.role}, {self.n_seeds} seeds: {self.note})"

    @property
    def has_power(self) -> bool:
        """Whether the test would find that half of the equivalent blocks are never used."""
        return self.detectable is not None and self.detectable <= LARGE_PREFERENCE

    @property
    def p_value(self) -> float | None:
        """The p-value of equal use; None where the test has no power."""
        return self.null.p_value if self.null is not None and self.has_power else None

    @property
    def note(self) -> str:
        """The finding in words."""
        if not self.orbits:
            return "no two blocks are equivalent: nothing to compare"
        compared = [b for orbit in self.orbits for b in orbit]
        uses = int(self.counts[compared].sum())
        told = f"{uses} uses of {len(compared)} blocks in {len(self.orbits)} orbits"
        if self.detectable is None:
            return f"{told}: every seed uses all or none of an orbit, nothing to compare"
        least = f"{self.expected[compared].min():.2g}"
        if self.p_value is None:
            return (
                f"no power: {told}, expected {least} in the rarest; only a preference of "
                f"w ≥ {self.detectable:.2f} would be found"
            )
        return f"{told}, p = {self.p_value:.3g} of equal use"

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {
            "role": str(self.role),
            "n_seeds": self.n_seeds,
            "counts": dict(zip(self.block_names, self.counts.tolist(), strict=True)),
            "expected": dict(zip(self.block_names, self.expected.tolist(), strict=True)),
            "orbits": [[self.block_names[b] for b in orbit] for orbit in self.orbits],
            "chi_square": self.null.observed if self.null is not None and self.has_power else None,
            "p_value": self.p_value,
            "n_null": self.null.n_draws if self.null is not None else 0,
            "detectable": finite(self.detectable),
            "note": self.note,
        }


def irrep_usage(
    active_per_seed: Sequence[Mapping[Role, Sequence[int]]],
    geometry: OperandGeometry,
    *,
    moves: NDArray[np.int64],
    rng: np.random.Generator,
    n_draws: int = 999,
) -> UsageTest:
    """Test that equivalent blocks are used equally often over seeds.

    Parameters
    ----------
    active_per_seed : sequence of mapping of Role to sequence of int
        For each seed the active blocks of its embeddings, as indices into ``geometry.blocks``. Only
        seeds that differ in initialization *and* in training cells obey the law, and only
        networks that generalized say anything.
    geometry : OperandGeometry
        Of the embedding to be compared; its role picks the entry of each seed.
    moves : (k, n_blocks) int64
        Generators of the group that moves the blocks, from
        `symtheory.geometry.block_moves.block_moves`.
    n_draws : int

    Raises
    ------
    SpecError
        If there are no seeds, or a seed lacks the role or names a block that does not exist.
    PredictionError
        If the orbits of ``moves`` are not the equivalent blocks of the geometry.

    Examples
    --------
    >>> from symtheory.geometry.block_moves import block_moves
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> theory = predict(named_task("modadd", p=13))
    >>> rng = np.random.default_rng(1)
    >>> fair = [{Role.X: rng.choice(6, size=2, replace=False)} for _ in range(60)]
    >>> found = irrep_usage(
    ...     fair, theory.geometries[Role.X], moves=block_moves(theory, Role.X), rng=rng)
    >>> found.n_seeds, found.p_value > 0.05
    (60, True)
    """
    role, n_blocks = geometry.role, len(geometry.blocks)
    if not len(active_per_seed):
        raise SpecError("usage over seeds needs at least one seed, none was given")
    used = np.zeros((len(active_per_seed), n_blocks), dtype=bool)
    for seed, active in enumerate(active_per_seed):
        if role not in active:
            known = ", ".join(active) or "nothing"
            raise SpecError(f"seed {seed} has no {role} embedding, only {known}")
        chosen = np.asarray(active[role], dtype=np.int64)
        if len(chosen) and not 0 <= chosen.min() <= chosen.max() < n_blocks:
            raise SpecError(
                f"seed {seed} uses block {chosen.max()}, the {role} embedding has blocks 0 to "
                f"{n_blocks - 1}"
            )
        used[seed, chosen] = True
    moves = np.asarray(moves, dtype=np.int64)
    if moves.ndim != 2 or block_orbits(moves) != geometry.equivalent_blocks:
        raise PredictionError(
            f"the moves given do not have the equivalent blocks of the {role} embedding as orbits; "
            "take them from block_moves"
        )
    orbits = tuple(orbit for orbit in geometry.equivalent_blocks if len(orbit) > 1)
    counts = used.sum(axis=0)
    expected = counts.astype(np.float64)
    for orbit in orbits:
        expected[list(orbit)] = counts[list(orbit)].mean()
    detectable = _detectable(used, orbits)
    null = None
    if detectable is not None:
        elements = random_permutations(moves, n_draws * len(used), rng=rng)
        moved = np.zeros((n_draws, n_blocks))
        seeds, blocks = np.nonzero(used)
        images = elements.reshape(n_draws, len(used), n_blocks)[:, seeds, blocks]
        np.add.at(moved, (np.arange(n_draws)[:, None], images), 1)
        null = NullTest(
            float(_chi_square(counts, expected, orbits)), _chi_square(moved, expected, orbits)
        )
    return UsageTest(
        role=role,
        n_seeds=len(used),
        block_names=tuple(block.name for block in geometry.blocks),
        counts=counts,
        expected=expected,
        orbits=orbits,
        null=null,
        detectable=detectable,
    )


def _chi_square(
    counts: NDArray[np.int64] | NDArray[np.float64],
    expected: NDArray[np.float64],
    orbits: Sequence[Sequence[int]],
) -> NDArray[np.float64]:
    """Sum over the blocks of all orbits, along the last axis; unused orbits add nothing."""
    compared = [b for orbit in orbits for b in orbit if expected[b] > 0]
    return np.asarray(
        ((counts[..., compared] - expected[compared]) ** 2 / expected[compared]).sum(axis=-1)
    )


def _detectable(used: NDArray[np.bool_], orbits: Sequence[Sequence[int]]) -> float | None:
    """Return the least Cohen's w that is found with 80 % power, None where nothing can vary.

    A seed that uses k of the m blocks of an orbit is worth k (m - k) / (m - 1) independent choices:
    that is the variance of its counts relative to those of one choice.
    """
    from scipy.special import chdtri, chndtrinc

    choices, degrees = 0.0, 0
    for orbit in orbits:
        m = len(orbit)
        k = used[:, list(orbit)].sum(axis=1)
        worth = float((k * (m - k)).sum()) / (m - 1)
        if worth > 0:
            choices, degrees = choices + worth, degrees + m - 1
    if not degrees:
        return None
    noncentrality = chndtrinc(chdtri(degrees, _LEVEL), degrees, 1 - _POWER)
    return float(np.sqrt(noncentrality / choices))
