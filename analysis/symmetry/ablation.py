"""L4, ablation: the network computes with the predicted functions of its tokens.

Two interventions on an embedding E (n, d), P_R the (n, n) projection on the functions of the
active blocks R:

- *removal* puts E - P_R E in its place; the network must lose its accuracy;
- *keeping* puts mean + P_R E in its place; the network must keep it.

The null for either is a Haar-random space of functions of mean zero and of the same dimension.
Where each operand has its own embedding, both are changed at once, each by its own active blocks
(under the null by independent random spaces): a network that lost the functions of one operand may
still read off the other what both hold. An operand of which nothing is predicted stays as it is.

Accuracy and cross-entropy are read on held-out cells: the claim is about what generalizes. Two
ratios say how much the network needs the predicted functions, and how far they alone carry it:

    necessity   = 1 - (accuracy after removal) / (median accuracy after random removal)
    sufficiency = (accuracy with them alone) / (accuracy of the intact network)

Both must show, so the effect is the smaller one and the p-value the larger of the two. Necessity is
relative because a random removal does damage of its own, by taking r/(n-1) of every function: how
much of it a network survives is a fact about its margins, not about what it computes with.

The control matches the dimension, not the energy: the predicted functions hold most of the
embedding's power, a random space does not. Removal alone would therefore prove little; keeping is
the half that a merely powerful but useless subspace fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.network import ABLATION
from symtheory.errors import SpecError
from symtheory.geometry.statistics import stacked_basis
from symtheory.records import Json, Outcome, Role
from symtheory.representations.isotypic import IsotypicBlock

from ..statistics.clouds import centered
from ..statistics.measurement import Case, ClaimTest, Decision, Measurement, against_floor
from ..statistics.nulls import NullTest, Tail, haar_frame
from .scores import Logits, Score, score_logits

if TYPE_CHECKING:
    from ..claims.network import Network

__all__ = [
    "ABLATION_TEST",
    "MOST_ABLATED_SHARE",
    "AblationTest",
    "Operand",
    "ablation_measurement",
    "check_ablation",
    "functions_in_use",
]


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """One embedding to change.

    Parameters
    ----------
    points : (n, d) float64
        As learned.
    blocks : sequence of IsotypicBlock
    active : sequence of int
        Indices of the blocks to remove or keep.
    """

    points: NDArray[np.float64]
    blocks: Sequence[IsotypicBlock]
    active: Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class AblationTest:
    """Scores of a network without the predicted functions, and with these alone.

    Parameters
    ----------
    intact, removed, kept : Score
        The network as it is, without the predicted functions, and with nothing else.
    random_removed, random_kept : tuple of Score
        The same with random functions.
    roles : tuple of Role
        The embeddings that were changed, all at once.
    dimension : int
        Number of functions removed or kept, of all these embeddings together.
    dimension_share : float
        Their share of the n - 1 functions of mean zero, the largest of these embeddings.
    """

    intact: Score
    removed: Score
    kept: Score
    random_removed: tuple[Score, ...]
    random_kept: tuple[Score, ...]
    roles: tuple[Role, ...]
    dimension: int
    dimension_share: float

    @property
    def removal(self) -> NullTest:
        """Accuracy after removal; small speaks for the claim."""
        draws = np.array([score.accuracy for score in self.random_removed])
        return NullTest(self.removed.accuracy, draws, Tail.LOWER)

    @property
    def keeping(self) -> NullTest:
        """Accuracy with the predicted functions alone; large speaks for the claim."""
        draws = np.array([score.accuracy for score in self.random_kept])
        return NullTest(self.kept.accuracy, draws, Tail.UPPER)

    @property
    def necessity(self) -> float:
        """Share of the accuracy left by a random removal that removal destroys."""
        return float(self._necessity(np.array([self.removed.accuracy]))[0])

    @property
    def sufficiency(self) -> float:
        """Share of the intact accuracy that the predicted functions alone give."""
        return self.kept.accuracy / self.intact.accuracy if self.intact.accuracy else 0.0

    @property
    def effect(self) -> float:
        """The smaller of necessity and sufficiency."""
        return min(self.necessity, self.sufficiency)

    @property
    def null_effects(self) -> NDArray[np.float64]:
        """The effect of each pair of random subspaces, (n_draws,) float64."""
        intact = self.intact.accuracy
        sufficiency = self.keeping.draws / intact if intact else 0 * self.keeping.draws
        return np.minimum(self._necessity(self.removal.draws), sufficiency)

    def _necessity(self, accuracy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1 - accuracy / control, and 0 where the control itself answers nothing."""
        control = float(np.median(self.removal.draws))
        return np.asarray(1 - accuracy / control if control > 0 else 0 * accuracy)

    @property
    def summary(self) -> str:
        """The four accuracies in words."""
        random_removed = float(np.median(self.removal.draws))
        random_kept = float(np.median(self.keeping.draws))
        return (
            f"held-out accuracy {self.removed.accuracy:.1%} without the irreps in use (random "
            f"{random_removed:.1%}), {self.kept.accuracy:.1%} with them alone (random "
            f"{random_kept:.1%})"
        )

    @property
    def p_value(self) -> float:
        """The larger of the two p-values: both halves must show."""
        return max(self.removal.p_value, self.keeping.p_value)


def check_ablation(
    logits: Logits,
    operands: Mapping[Role, Operand],
    *,
    answers: NDArray[np.int64],
    held_out: NDArray[np.bool_],
    rng: np.random.Generator,
    n_draws: int = 39,
) -> AblationTest:
    """Remove, and keep, the predicted functions of the operands' embeddings.

    Parameters
    ----------
    logits : callable
        Points by role to (nx, ny, nz) logits; called 3 + 2 ``n_draws`` times.
    operands : mapping of Role to Operand
        The embeddings to change: the one that both operands share, or one or two of their own.
    answers : (nx, ny) int64
    held_out : (nx, ny) bool
    n_draws : int
        Random subspaces for either intervention. The default gives a least p-value of 1/40, and
        takes two seconds where a call takes 25 ms.

    Raises
    ------
    SpecError
        If no block is active, or the active ones fill all functions of mean zero: then nothing
        can be compared.
    """
    if not operands or not all(len(operand.active) for operand in operands.values()):
        raise SpecError("no block is active: there is nothing to ablate")
    bases = {
        role: stacked_basis([operand.blocks[b] for b in operand.active], n=len(operand.points))
        for role, operand in operands.items()
    }
    clouds = {role: centered(operand.points) for role, operand in operands.items()}
    for basis in bases.values():
        n, dimension = basis.shape
        if dimension >= n - 1:
            raise SpecError(
                f"the active blocks fill all {n - 1} functions of mean zero: no control is possible"
            )

    def score(embeddings: Mapping[Role, NDArray[np.float64]]) -> Score:
        return score_logits(logits(embeddings), answers, cells=held_out)

    def both(frames: Mapping[Role, NDArray[np.float64]]) -> tuple[Score, Score]:
        removed, kept = {}, {}
        for role, frame in frames.items():
            points, cloud = operands[role].points, clouds[role]
            part = frame @ (frame.T @ cloud)
            removed[role], kept[role] = points - part, points - cloud + part
        return score(removed), score(kept)

    def random_frames() -> dict[Role, NDArray[np.float64]]:
        return {role: haar_frame(*basis.shape, rng=rng) for role, basis in bases.items()}

    removed, kept = both(bases)
    random = [both(random_frames()) for _ in range(n_draws)]
    return AblationTest(
        intact=score({role: operand.points for role, operand in operands.items()}),
        removed=removed,
        kept=kept,
        random_removed=tuple(pair[0] for pair in random),
        random_kept=tuple(pair[1] for pair in random),
        roles=tuple(operands),
        dimension=sum(basis.shape[1] for basis in bases.values()),
        dimension_share=max(basis.shape[1] / (len(basis) - 1) for basis in bases.values()),
    )


MOST_ABLATED_SHARE = 0.25
"""Where the predicted functions fill more of all functions than this, a random space of the same
dimension takes too much of them to be a control."""


_LEAST_POWER = 0.01


def _measure(network: "Network", _: Role) -> Measurement[AblationTest] | str:
    operands: dict[Role, Operand] = {}
    for role, found in network.spectra.items():
        if role is not Role.READOUT and found.active:
            blocks = functions_in_use(network, role)
            if sum(block.dimension for block in blocks) >= len(network.embeddings[role].points) - 1:
                return "no power: all functions are in use, and no random space is a control"
            operands[role] = Operand(network.embeddings[role].points, blocks, range(len(blocks)))
    if not operands or network.logits is None or network.answers is None:
        return "nothing was ablated: no irrep is active, or the network cannot be called"
    answers, held_out = network.answers, network.held_out
    test = check_ablation(
        network.logits,
        operands,
        answers=answers,
        held_out=answers >= 0 if held_out is None else held_out,
        rng=network.rng,
    )
    return ablation_measurement(
        test, remark="read on all cells, training cells included" if held_out is None else ""
    )


def functions_in_use(network: "Network", role: Role) -> list[IsotypicBlock]:
    """Return the blocks in use, each cut down to the functions that the embedding uses of it.

    An irrep may be computed with that has less than its white share: those with a tenth of the
    power of the largest, in all or per function, count. Where a translation is broken, a network
    uses rank(A) rank(B) functions of an irrep, not all d^2: the principal axes of the nearest Gram
    matrix of the block's law that have a hundredth of the power of the first, or more.
    """
    cloud = network.clouds[role]
    points = centered(cloud.points)
    found = []
    for b in network.spectra[role].in_use:
        coefficients = cloud.blocks[b].basis.T @ points
        powers, axes = np.linalg.eigh(cloud.laws[b].nearest(coefficients @ coefficients.T))
        used = axes[:, powers >= _LEAST_POWER * powers[-1]]
        block = network.geometries[role].blocks[b]
        found.append(replace(block, basis=block.basis @ used))
    return found


def ablation_measurement(test: AblationTest, *, remark: str = "") -> Measurement[AblationTest]:
    """Return what an ablation says of the claim."""
    null = NullTest(test.effect, test.null_effects)
    return Measurement(
        test,
        null,
        p=test.p_value,
        least_p=1 / (1 + null.n_draws),
        details=_details(test),
        note="; ".join(filter(None, [test.summary, remark])),
    )


def _decide(found: Measurement[AblationTest], case: Case) -> Decision:
    share = found.test.dimension_share
    if case.least_p_value > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few random subspaces"
    if share > MOST_ABLATED_SHARE:
        return (
            Outcome.INCONCLUSIVE,
            f"no power: the functions in use are {share:.0%} of all, so a random space is no "
            "control",
        )
    return against_floor(found, case)


def _details(test: AblationTest) -> dict[str, Json]:
    scores: dict[str, Json] = {
        name: {"accuracy": score.accuracy, "loss": score.loss}
        for name, score in (
            ("intact", test.intact),
            ("removed", test.removed),
            ("kept", test.kept),
        )
    }
    return {
        **scores,
        "necessity": test.necessity,
        "sufficiency": test.sufficiency,
        "random_removed_accuracy": [s.accuracy for s in test.random_removed],
        "random_removed_loss": [s.loss for s in test.random_removed],
        "random_kept_accuracy": [s.accuracy for s in test.random_kept],
        "random_kept_loss": [s.loss for s in test.random_kept],
        "embeddings": [str(role) for role in test.roles],
        "dimension": test.dimension,
    }


ABLATION_TEST = ClaimTest(ABLATION, _measure, _decide, needs="logits")
