"""The Gram law of a non-abelian group: nothing of another group, whatever is broken."""

import numpy as np
import pytest
from claimed import evidence_of
from numpy.typing import NDArray

from symtheory.analysis.claims.judge import judge
from symtheory.combinatorics.orbitals import Side, translation_orbitals
from symtheory.groups.notation import parse_group
from symtheory.records import Outcome, Role
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.tasks.group_words import group_task
from symtheory.theory import predict


def verdict_of_the_law(group: str, role: Role, cloud: NDArray[np.float64]) -> tuple[Outcome, str]:
    theory = predict(group_task("x*y", parse_group(group)))
    found = evidence_of(
        {role: cloud},
        geometries=theory.geometries,
        rng=np.random.default_rng(0),
        n_permutations=99,
        n_haar=1,
        n_bootstrap=1,
        observations=False,
    )
    (claim,) = (p for p in theory.predictions([role]) if p.key == f"{role}/L1")
    (law,) = judge([claim], found, generalized=True)
    assert law.effect is not None
    assert law.effect >= law.prediction.floor  # type: ignore[operator]
    return law.outcome, law.note


def weighted(group: str, side: Side, weights: list[float]) -> NDArray[np.float64]:
    """An irrep of as large a degree as there are weights, each weight on one copy."""
    found = parse_group(group)
    block = next(b for b in isotypic_blocks(found) if b.degree == len(weights))
    mover = found.table if side is Side.LEFT else found.table.T
    # A generic invariant matrix splits the block into its copies.
    classes = np.unique(translation_orbitals(found, side), return_inverse=True)[1]
    generic = np.random.default_rng(1).standard_normal(int(classes.max()) + 1)
    invariant = block.basis.T @ generic[classes].reshape(mover.shape) @ block.basis
    vectors = np.linalg.eigh(invariant)[1]
    return np.asarray(block.basis @ vectors * np.repeat(np.sqrt(weights), block.degree))


def test_slow_functions_of_a_cycle_are_not_those_of_a_dihedral_group() -> None:
    rng = np.random.default_rng(7)
    planes = [block.basis for block in isotypic_blocks(parse_group("Z60"))[1:5]]
    cloud = np.hstack(planes) + 0.002 * rng.standard_normal((60, 8))
    outcome, note = verdict_of_the_law("D30", Role.READOUT, cloud)
    assert outcome is Outcome.REFUTED
    assert "joins different irreps" in note


@pytest.mark.parametrize("weights", [[1, 1, 1, 1], [1, 2, 3, 4], [1, 0, 0, 0]], ids=str)
@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
def test_a_translation_may_be_broken_on_either_side(side: Side, weights: list[float]) -> None:
    for role in (Role.X, Role.Y, Role.READOUT):
        assert verdict_of_the_law("S5", role, weighted("S5", side, weights))[0] is Outcome.HELD


def test_what_any_labeling_obeys_does_not_count() -> None:
    """Nearly a simplex: centering alone makes the Gram matrix constant off the diagonal."""
    noise, frame = (
        np.random.default_rng(k).standard_normal((n, 5000)) for k, n in ((2, 60), (3, 9))
    )
    cloud = noise + 0.7 * isotypic_blocks(parse_group("A5"))[1].basis @ frame
    outcome, note = verdict_of_the_law("A5", Role.READOUT, cloud)
    assert outcome is Outcome.INCONCLUSIVE
    assert "relabeled copies" in note
