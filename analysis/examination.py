"""Examination of one network: every test that can be made of it, whoever trained it.

What theory claims of a network it claims of one that generalizes. Where the accuracy is not
known, the verdict is conditional on it and says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.claims.network import GENERALIZATION_FLOOR
from symtheory.errors import SpecError
from symtheory.records import Embedding, HiddenUnits, Json, Outcome, Role, Verdict
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from .claims.evidence import Evidence
from .claims.judge import judge, overall_outcome
from .claims.network import Network
from .claims.registry import TESTS, collect_evidence
from .claims.summary import summary
from .files.embedding_checks import check_embeddings
from .homology.diagrams import Homology
from .statistics.stages import Stages, find_stages
from .symmetry.description import Description
from .symmetry.scores import Logits, score_logits
from .symmetry.token_cloud import TokenCloud

__all__ = [
    "LEAST_PERMUTATIONS",
    "Examination",
    "examine",
]

LEAST_PERMUTATIONS = 19
"""The fewest relabelings with which p can be at most 0.05."""

_MOST_PERMUTATIONS = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """Results of all tests of one network.

    Parameters
    ----------
    theory : Theory
    verdicts : tuple of Verdict
        One for each claim, in the order of the claims.
    evidence : mapping of Role to Evidence
        Of every embedding that could be tested, also of those of which nothing is claimed, and of
        the network.
    accuracy : float or None
        On held-out cells; None where it is not known.
    stages : Stages or None
        Of its training; None where no log was given.
    """

    theory: Theory
    verdicts: tuple[Verdict, ...]
    evidence: Mapping[Role, Evidence]
    accuracy: float | None
    stages: Stages | None = None

    def __repr__(self) -> str:
        return f"Examination({self.theory.task.formula}: {self.sentence})"

    @property
    def embeddings(self) -> dict[Role, tuple[TokenCloud, Description]]:
        """Token cloud and description of each embedding that has both."""
        return {
            role: (found.cloud, found.description)
            for role, found in self.evidence.items()
            if found.cloud is not None and found.description is not None
        }

    @property
    def generalized(self) -> bool:
        """Whether the accuracy reaches `GENERALIZATION_FLOOR`; taken for granted if unknown."""
        return self.accuracy is None or self.accuracy >= GENERALIZATION_FLOOR

    @property
    def outcome(self) -> Outcome:
        """Joint outcome of the primary verdicts."""
        return overall_outcome(self.verdicts, generalized=self.generalized)

    @property
    def measures(self) -> dict[str, Json]:
        """Measures of the embeddings beside the claims, as plain JSON values."""
        return {str(r): told for r, found in self.evidence.items() if (told := found.summary)}

    @property
    def reached(self) -> dict[Role, str | None]:
        """For each embedding the highest rung such that all claims up to it held; None if none."""
        highest: dict[Role, str | None] = dict.fromkeys(self.embeddings)
        for role in highest:
            for verdict in self.verdicts:
                prediction = verdict.prediction
                if prediction.role is role and prediction.claim.finding:
                    if verdict.outcome is not Outcome.HELD:
                        break
                    highest[role] = prediction.level
        return highest

    @property
    def sentence(self) -> str:
        """The outcome in words: what holds, what fails and why, what is open."""
        if not any(verdict.prediction.primary for verdict in self.verdicts):
            if not self.verdicts:
                return f"{self.outcome}: no geometry is claimed for this task, nothing to verify"
            unless = (
                " without the triangle equality in the loss (--relation triangle, if it was)"
                if self.theory.metric is not None
                else ""
            )
            return f"{self.outcome}: no primary claim is made of this task{unless}"
        said = summary(self.outcome, self.verdicts, self.evidence, accuracy=self.accuracy)
        can_train = not self.generalized and self.stages is not None
        return f"{said}; more --steps may help" if can_train else said


def examine(
    theory: Theory,
    embeddings: Mapping[Role, Embedding],
    *,
    rng: np.random.Generator,
    accuracy: float | None = None,
    logits: Logits | None = None,
    units: HiddenUnits | None = None,
    held_out: NDArray[np.bool_] | None = None,
    rows: Sequence[Mapping[str, Json]] = (),
    n_permutations: int = 999,
    prompted: Collection[str] = (),
    homology: Homology = "ripser",
    layers: int = 1,
) -> Examination:
    """Test the embeddings of a network, whoever trained it, against what theory claims of them.

    Claims about what is not there are not made: none of use, of confidence or of the logits without
    ``logits``, none of hidden units without ``units``, none of the order of the stages without
    ``rows``.

    Parameters
    ----------
    theory : Theory
    embeddings : mapping of Role to Embedding
        One or more of one network; row i is the vector of token (of the readout: answer) i.
    rng : numpy.random.Generator
        For all null distributions.
    accuracy : float, optional
        Held-out accuracy of the network. By default the last one in ``rows``. Without either, and
        without ``logits`` and ``held_out`` to measure it, the verdict is conditional: "if the
        network generalizes".
    logits : callable, optional
        Logits (nx, ny, nz) of the network with the given points (n, d), by role, put in place of
        its own; roles that are not given stay as they are. Only with it can L4 and the logit law be
        tested.
    units : HiddenUnits, optional
        The hidden units of a network of one hidden layer, tokens in the order of the task.
    held_out : (nx, ny) bool, optional
        Cells that were no training data, for ``logits``. Default: all known cells.
    rows : sequence of mappings, optional
        The training log. Without it, embeddings with too few points to test are refused.
    n_permutations : int
    prompted : collection of str
        Relations that were in the network's loss, see `symtheory.theory.Theory.predictions`.
    homology : {"ripser", "exact"}
        Program for the persistence diagrams that are shown; no verdict depends on it.
    layers : int
        Hidden layers of the network: claims that are derived for one cannot refute more of them.

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
    >>> found.reached[Role.X], found.evidence[Role.X].active_names
    ('L3', ('frequency 1', 'frequency 4', 'frequency 11'))
    """
    _check_numbers(accuracy, n_permutations)
    if not rows:  # a run brings all its embeddings, also a readout of too few answers to test
        check_embeddings(theory, embeddings)
    _check_cells(held_out, theory.task)
    stages, call = None, None
    if logits is not None:
        shape = (*theory.task.table.shape, len(theory.task.z_labels))
        call = logits if rows else _checked(logits, shape)
    if rows:
        stages, last = find_stages(rows), rows[-1]["test_accuracy"]
        if accuracy is None:
            accuracy = float(last) if isinstance(last, int | float) else 0.0
    elif call is not None and held_out is not None and accuracy is None:
        points = {role: embedding.points for role, embedding in embeddings.items()}
        accuracy = score_logits(call(points), theory.task.table, cells=held_out).accuracy
    network = Network(
        embeddings,
        rng,
        geometries=theory.geometries,
        metric=theory.metric,
        order=theory.order,
        composition=theory.composition,
        units=units,
        kernels={role: k for role, k in theory.kernels.items() if not k.is_flat},
        answers=theory.task.table,
        logits=call,
        held_out=held_out,
        stages=stages,
        n_permutations=n_permutations,
        homology=homology,
    )
    evidence = collect_evidence(network)
    missing = {"logits"} if call is None else set()
    missing |= {"stages"} if stages is None else set()
    missing |= {"units"} if units is None else set()
    verdicts = judge(
        [
            prediction
            for prediction in theory.predictions(embeddings, prompted=prompted)
            if TESTS[prediction.level].needs not in missing
        ],
        evidence,
        generalized=accuracy is None or accuracy >= GENERALIZATION_FLOOR,
        layers=layers,
    )
    return Examination(theory, verdicts, evidence, accuracy, stages)


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


def _check_cells(held_out: NDArray[np.bool_] | None, task: Task) -> None:
    known = task.is_known
    if held_out is None:
        return
    if held_out.shape != known.shape or held_out.dtype != np.bool_ or (held_out & ~known).any():
        raise SpecError(
            f"held_out marks known cells of the {known.shape} table, got {held_out.dtype} of shape "
            f"{held_out.shape}"
        )


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
