"""All tests of one network of which only the embeddings are known: no training, no log.

What theory claims of a network it claims of one that generalizes. Where the accuracy is not
known, the verdict is conditional on it and says so.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.symmetry import GENERALIZATION_FLOOR
from symtheory.errors import PredictionError, SpecError
from symtheory.records import Embedding, Level, Outcome, Role, Verdict
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .evidence import Evidence, collect_evidence
from .files.embedding_checks import check_embedding
from .meaning import MeaningEvidence, check_points, collect_meaning, has_meaning
from .stages import Stages
from .symmetry.ablation import AblationTest, Logits, Operand, check_ablation, score_logits
from .verdicts import judge, overall_outcome

__all__ = [
    "LEAST_PERMUTATIONS",
    "Examination",
    "check_embeddings",
    "examine",
    "run_tests",
]

LEAST_PERMUTATIONS = 19
"""The fewest relabelings with which p can be at most 0.05."""

LADDER = (Level.SPECTRUM, Level.GRAM, Level.PROCRUSTES, Level.HOMOLOGY)
"""Levels that build on one another."""

_MOST_PERMUTATIONS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What the tests of one network found.

    Parameters
    ----------
    theory : Theory
    verdicts : tuple of Verdict
        One for each claim, in the order of the claims.
    evidence : mapping of Role to Evidence
        Of every embedding with a geometry, also of those of which nothing is claimed.
    ablation : AblationTest or None
        None where the network cannot be called, or no block of an operand is active.
    accuracy : float or None
        On held-out cells; None where it is not known.
    meaning : MeaningEvidence
        Of the operands' embeddings, where answers are distances or truths about an order.
    """

    theory: Theory
    verdicts: tuple[Verdict, ...]
    evidence: Mapping[Role, Evidence]
    ablation: AblationTest | None
    accuracy: float | None
    meaning: MeaningEvidence

    def __repr__(self) -> str:
        return f"Examination({self.theory.task.formula}: {self.sentence})"

    @property
    def generalized(self) -> bool:
        """Whether the accuracy reaches `GENERALIZATION_FLOOR`; taken for granted if unknown."""
        return self.accuracy is None or self.accuracy >= GENERALIZATION_FLOOR

    @property
    def outcome(self) -> Outcome:
        """What the primary verdicts say together."""
        return overall_outcome(self.verdicts, generalized=self.generalized)

    @property
    def reached(self) -> dict[Role, Level | None]:
        """For each embedding the highest level such that all claims up to it held; None if none."""
        highest: dict[Role, Level | None] = dict.fromkeys(self.evidence)
        for role in highest:
            for verdict in self.verdicts:
                if verdict.prediction.role is role and verdict.prediction.level in LADDER:
                    if verdict.outcome is not Outcome.HELD:
                        break
                    highest[role] = verdict.prediction.level
        return highest

    @property
    def sentence(self) -> str:
        """The outcome in words, with the reason where it is not "held"."""
        if not any(verdict.prediction.primary for verdict in self.verdicts):
            if not self.verdicts:
                return f"{self.outcome}: no geometry is claimed for this task, nothing to verify"
            unless = (
                " without the triangle equality in the loss (--prompted triangle, if it was)"
                if self.theory.metric is not None
                else ""
            )
            return f"{self.outcome}: no primary claim is made of this task{unless}"
        if self.accuracy is not None and not self.generalized:
            shown = math.floor(1e4 * self.accuracy) / 1e4  # .98996 must not read as .99
            return (
                f"{self.outcome}: did not generalize (held-out accuracy {shown:.4g}, the claims "
                f"are about networks at {GENERALIZATION_FLOOR} or above){self._advice}"
            )
        primary = [v for v in self.verdicts if v.prediction.primary]
        open_or_refuted = [
            f"{v.prediction.key} {v.outcome}" for v in primary if v.outcome is not Outcome.HELD
        ]
        unless = (
            f", if the network generalizes (held-out accuracy {GENERALIZATION_FLOOR} or above)"
            if self.accuracy is None
            else ""
        )
        if open_or_refuted:
            return f"{self.outcome}{unless}: {', '.join(open_or_refuted)}"
        return f"held{unless}: all {len(primary)} primary claims"

    @property
    def _advice(self) -> str:
        """What may help a network that did not generalize."""
        return ""


def examine(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    rng: np.random.Generator,
    accuracy: float | None = None,
    logits: Logits | None = None,
    held_out: NDArray[np.bool_] | None = None,
    n_permutations: int = 999,
    prompted: Collection[str] = (),
) -> Examination:
    """Test the embeddings of a network, whoever trained it, against what theory claims of them.

    Parameters
    ----------
    theory : Theory
    embeddings : mapping of Role to Embedding
        One or more of one network; row i is the vector of token (of the readout: answer) i.
    rng : numpy.random.Generator
        For all null distributions.
    accuracy : float, optional
        Held-out accuracy of the network. Without it, and without ``logits`` and ``held_out`` to
        measure it, the verdict is conditional: "if the network generalizes".
    logits : callable, optional
        Logits (nx, ny, nz) of the network with the given points (n, d), by role, put in place of
        its own; roles that are not given stay as they are. Only with it can L4 be tested.
    held_out : (nx, ny) bool, optional
        Cells that were no training data, for ``logits``. Default: all known cells.
    n_permutations : int
    prompted : collection of str
        Relations that were in the network's loss, see `symtheory.theory.Theory.predictions`.

    Raises
    ------
    SpecError
        If an embedding does not fit the task or has no geometry to test; see `check_embedding`.
    PredictionError
        If nothing is predicted for a role.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> angle = 2 * np.pi * np.outer(np.arange(31), [1, 4, 11]) / 31
    >>> points = np.hstack([np.cos(angle), np.sin(angle)])
    >>> found = examine(
    ...     predict(named_task("modadd", p=31)),
    ...     {Role.X: Embedding(points, Role.X)},
    ...     rng=np.random.default_rng(0),
    ...     n_permutations=99,
    ... )
    >>> found.sentence
    'held, if the network generalizes (held-out accuracy 0.99 or above): all 3 primary claims'
    >>> str(found.reached[Role.X]), found.evidence[Role.X].active_names
    ('L3', ('frequency 1', 'frequency 4', 'frequency 11'))
    """
    _check_numbers(accuracy, n_permutations)
    check_embeddings(theory, embeddings)
    call, cells = None, None
    if logits is not None:
        cells = _checked_cells(held_out, theory.task)
        call = _checked(logits, (*cells.shape, len(theory.task.z_labels)))
        if accuracy is None and held_out is not None:
            points = {role: embedding.points for role, embedding in embeddings.items()}
            accuracy = score_logits(call(points), theory.task.table, cells=cells).accuracy
    verdicts, evidence, ablation, meaning = run_tests(
        theory,
        embeddings,
        rng=rng,
        generalized=accuracy is None or accuracy >= GENERALIZATION_FLOOR,
        logits=call,
        held_out=cells,
        n_permutations=n_permutations,
        prompted=prompted,
    )
    if held_out is None:
        note = "read on all cells, training cells included"
        verdicts = tuple(
            replace(v, note=f"{v.note}; {note}") if v.prediction.level is Level.ABLATION else v
            for v in verdicts
        )
    return Examination(theory, verdicts, evidence, ablation, accuracy, meaning)


def run_tests(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    rng: np.random.Generator,
    generalized: bool,
    logits: Logits | None = None,
    held_out: NDArray[np.bool_] | None = None,
    stages: Stages | None = None,
    n_permutations: int = 999,
    prompted: Collection[str] = (),
) -> tuple[tuple[Verdict, ...], dict[Role, Evidence], AblationTest | None, MeaningEvidence]:
    """Collect the evidence, ablate where the network can be called, and judge every claim.

    Claims about what is not there are not made: none of use or of confidence without ``logits``,
    none of the order of the stages without ``stages``.
    """
    predicted = {role: e for role, e in embeddings.items() if role in theory.geometries}
    evidence = collect_evidence(
        predicted, geometries=theory.geometries, rng=rng, n_permutations=n_permutations
    )
    operands: dict[Role, Operand] = {
        role: Operand(embeddings[role].points, theory.geometries[role].blocks, found.active)
        for role, found in evidence.items()
        if role is not Role.READOUT and found.active
    }
    ablation = None
    if operands and logits is not None and held_out is not None:
        ablation = check_ablation(
            logits, operands, answers=theory.task.table, held_out=held_out, rng=rng
        )
    meaning = collect_meaning(
        theory,
        embeddings,
        rng=rng,
        n_permutations=n_permutations,
        logits=logits,
        held_out=held_out,
    )
    absent = {Level.ABLATION, Level.DISTANCE_EFFECT} if logits is None else set()
    absent |= {Level.STAGES} if stages is None else set()
    verdicts = judge(
        [p for p in theory.predictions(embeddings, prompted=prompted) if p.level not in absent],
        evidence,
        generalized=generalized,
        ablation=ablation,
        stages=stages,
        meaning=meaning,
    )
    return verdicts, evidence, ablation, meaning


def _check_numbers(accuracy: float | None, n_permutations: int) -> None:
    if accuracy is not None and not 0 <= accuracy <= 1:
        raise SpecError(f"an accuracy is a share between 0 and 1, got {accuracy:g}")
    if n_permutations < LEAST_PERMUTATIONS:
        raise SpecError(
            f"with {n_permutations} permutations no p-value of 0.05 is possible; take "
            f"{LEAST_PERMUTATIONS} or more"
        )
    if n_permutations > _MOST_PERMUTATIONS:
        raise SpecError(f"{n_permutations} permutations are over the limit {_MOST_PERMUTATIONS}")


def check_embeddings(theory: Theory, embeddings: Mapping[Role, Embedding]) -> None:
    """Refuse what `examine` cannot test, before anything is computed.

    Raises
    ------
    SpecError
        If there is no embedding, roles exclude each other, or one has no geometry to test.
    PredictionError
        If nothing is predicted for a role.
    """
    if not embeddings:
        raise SpecError("there is no embedding to examine; give one by its role")
    if Role.SHARED in embeddings and {Role.X, Role.Y} & set(embeddings):
        raise SpecError(
            "one table shared by both operands leaves none of their own; give shared, or x and y"
        )
    for role, embedding in embeddings.items():
        with_meaning = has_meaning(theory, role)
        if with_meaning:
            check_points(embedding, theory.task)
        elif role not in theory.geometries:
            raise PredictionError(
                f"no geometry is predicted for the {role} embedding, only "
                f"{', '.join(theory.geometries) or 'for those of operands'}{_reason(theory, role)}"
            )
        # Distances may make a line of points, on which no symmetry has anything to say.
        if role in theory.geometries and (theory.geometries[role].levels or not with_meaning):
            check_embedding(embedding, theory.geometries[role])


def _checked_cells(held_out: NDArray[np.bool_] | None, task: Task) -> NDArray[np.bool_]:
    """Return the cells to score: those given, or all that are known."""
    known = task.is_known
    cells = known if held_out is None else np.asarray(held_out)
    if cells.shape != known.shape or cells.dtype != np.bool_ or (cells & ~known).any():
        raise SpecError(
            f"held_out marks known cells of the {known.shape} table, got {cells.dtype} of shape "
            f"{cells.shape}"
        )
    return cells


def _checked(logits: Logits, shape: tuple[int, ...]) -> Logits:
    """Refuse logits of another shape than the task's at the first call."""

    def call(points: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.floating]:
        found = np.asarray(logits(points))
        if found.shape != shape or not np.isfinite(found).all():
            raise SpecError(
                f"logits must be finite and of shape {shape}, (nx, ny, nz), got {found.shape}"
            )
        return found

    return call


def _reason(theory: Theory, role: Role) -> str:
    """Say why theory predicts nothing for a shared table, if it knows."""
    if role is not Role.SHARED:
        return ""
    known = [text for text in theory.caveats if text.startswith("one embedding shared")]
    return f" ({known[0]})" if known else ""
