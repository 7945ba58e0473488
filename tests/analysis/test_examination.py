"""Examining a network of which only embeddings, and perhaps its answers, are known."""

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import group_geometry

from symtheory.analysis.examination import Examination, examine
from symtheory.analysis.symmetry.ablation import ABLATION_TEST
from symtheory.errors import PredictionError, SpecError
from symtheory.groups.families import cyclic
from symtheory.records import Embedding, Outcome, Role
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.read import read_task
from symtheory.theory import Theory, predict

N = 31
FREQUENCIES = (2, 7)
PHASES = np.kron(np.eye(len(FREQUENCIES)), [[1], [1j]])
Points = Mapping[Role, NDArray[np.float64]]


@pytest.fixture(scope="module")
def theory() -> Theory:
    return predict(named_task("modadd", p=N))


@pytest.fixture(scope="module")
def clouds() -> dict[Role, NDArray[np.float64]]:
    orbit, rng = group_geometry(Role.X, cyclic(N)), np.random.default_rng(0)
    columns = np.concatenate([orbit.blocks[k - 1].basis for k in FREQUENCIES], axis=1)
    return {
        role: np.hstack([columns, np.zeros((N, 4))]) + 0.002 * rng.standard_normal((N, 8))
        for role in (Role.X, Role.Y)
    }


def embeddings(clouds: Points) -> dict[Role, Embedding]:
    return {role: Embedding(points, role) for role, points in clouds.items()}


def found_in(theory: Theory, clouds: Points, **options: object) -> Examination:
    rng = np.random.default_rng(1)
    return examine(theory, embeddings(clouds), rng=rng, n_permutations=39, **options)  # type: ignore[arg-type]


def adding(clouds: Points, *, calls: list[set[Role]] | None = None):
    """Logits of a network that adds the phases of its operands."""
    columns = clouds[Role.X][:, : 2 * len(FREQUENCIES)] @ PHASES

    def logits(replaced: Points) -> NDArray[np.float64]:
        if calls is not None:
            calls.append(set(replaced))
        points = {**clouds, **replaced}
        x, y = (points[role][:, : 2 * len(FREQUENCIES)] @ PHASES for role in (Role.X, Role.Y))
        return 1e3 * ((x[:, None] * y[None]) @ columns.conj().T).real

    return logits


def test_without_accuracy_the_verdict_is_conditional(theory: Theory, clouds: Points) -> None:
    found = found_in(theory, clouds)
    assert found.outcome is Outcome.HELD
    assert found.sentence.startswith("held, if the network generalizes")
    assert found.evidence[Role.NETWORK].get(ABLATION_TEST) is None
    assert {v.prediction.role for v in found.verdicts} == {Role.X, Role.Y, Role.NETWORK}
    known = found_in(theory, clouds, accuracy=0.995)
    assert known.sentence == "held: all 7 primary claims"
    poor = found_in(theory, clouds, accuracy=0.98)
    assert poor.outcome is Outcome.INCONCLUSIVE
    log = [{"step": 0, "train_accuracy": 1.0, "test_accuracy": 1.0, "violation": None}]
    assert found_in(theory, clouds, rows=log).accuracy == 1
    assert found_in(theory, clouds, rows=log, accuracy=0.98).accuracy == 0.98
    assert set(poor.reached.values()) == {None}


def test_reached_stops_at_the_first_claim_that_does_not_hold(
    theory: Theory, clouds: Points
) -> None:
    leaning = clouds[Role.X].copy()
    leaning[:, :2] += 1.5 * leaning[:, 2:4]  # one frequency goes along with the other
    found = found_in(theory, {Role.X: leaning})
    assert found.reached == {Role.X: "L0"}
    shuffled = {Role.X: np.random.default_rng(2).permutation(clouds[Role.X])}
    assert found_in(theory, shuffled).reached == {Role.X: None}
    assert found_in(theory, shuffled).outcome is Outcome.REFUTED


def test_a_network_that_can_be_called_is_ablated(theory: Theory, clouds: Points) -> None:
    calls: list[set[Role]] = []
    found = found_in(theory, clouds, logits=adding(clouds, calls=calls))
    use, logits = found.verdicts[-2:]
    assert (use.prediction.level, logits.prediction.level) == ("L4", "logits")
    assert logits.outcome is Outcome.HELD, logits.note
    assert use.outcome is Outcome.HELD, use.note
    assert "training cells included" in use.note
    assert found.accuracy is None
    assert all(call == {Role.X, Role.Y} for call in calls)


def test_accuracy_is_measured_on_held_out_cells(theory: Theory, clouds: Points) -> None:
    held_out = np.random.default_rng(3).uniform(size=(N, N)) < 0.5
    found = found_in(theory, clouds, logits=adding(clouds), held_out=held_out)
    assert found.accuracy is not None
    assert found.accuracy > 0.9
    assert "training cells included" not in found.verdicts[-2].note

    def silent(_: Points) -> NDArray[np.float64]:
        return np.eye(N)[np.zeros((N, N), dtype=int)]

    nothing = found_in(theory, clouds, logits=silent, held_out=held_out)
    assert nothing.accuracy is not None
    assert nothing.accuracy < 0.1
    assert nothing.outcome is Outcome.INCONCLUSIVE


def test_a_memorized_embedding_of_the_same_power_is_refuted(theory: Theory) -> None:
    rng = np.random.default_rng(4)
    cloud = {Role.X: rng.standard_normal((N, 8)) / np.arange(1, 9)}
    assert found_in(theory, cloud).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"accuracy": -0.1}, "between 0 and 1"),
        ({"accuracy": float("nan")}, "between 0 and 1"),
        ({"held_out": np.ones((N, 2), dtype=bool)}, "got bool of shape"),
        ({"held_out": np.ones((N, N))}, "got float64 of shape"),
        ({"logits": lambda _: np.zeros((N, N))}, "logits must be finite"),
        ({"logits": lambda _: np.full((N, N, N), np.nan)}, "logits must be finite"),
    ],
)
def test_misuse(theory: Theory, clouds: Points, options: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        found_in(theory, clouds, **{"logits": adding(clouds), **options})


def test_embeddings_that_cannot_be_tested(theory: Theory, clouds: Points) -> None:
    with pytest.raises(SpecError, match="no embedding"):
        found_in(theory, {})
    with pytest.raises(SpecError, match="give shared, or x and y"):
        found_in(theory, {**clouds, Role.SHARED: clouds[Role.X]})
    with pytest.raises(SpecError, match="31 tokens, but its embedding has 30 rows"):
        found_in(theory, {Role.X: clouds[Role.X][:-1]})
    with pytest.raises(SpecError, match="answer 30 occurs"):
        found_in(theory, {Role.READOUT: clouds[Role.X][:-1]})
    division = predict(read_task("x/y", mod=N))
    with pytest.raises(PredictionError, match="no geometry is predicted for the shared"):
        found_in(division, {Role.SHARED: clouds[Role.X]})
