"""Verifying a network as a whole: tasks with claims on some embeddings, on all, and on none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from claimed import claim
from numpy.typing import NDArray
from synthetic import Geometry, group_geometry, orbit_cloud

from symtheory.analysis.claims.judge import exit_code
from symtheory.analysis.examination import Examination, examine
from symtheory.analysis.symmetry.ablation import ABLATION_TEST, AblationTest
from symtheory.analysis.symmetry.factor_law import GRAM_TEST
from symtheory.claims.network import ABLATION_FLOOR
from symtheory.claims.symmetry import GRAM_FLOOR
from symtheory.groups.families import cyclic
from symtheory.records import Embedding, Json, Level, Outcome, Prediction, Role
from symtheory.structure.answer_kernel import AnswerKernel
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.task import Task

N = 31
FREQUENCIES = (2, 7, 12)
RADII = {f"frequency {k}": 1.0 for k in FREQUENCIES}
PHASES = np.kron(np.eye(3), [[1], [1j]])  # a plane's two coordinates as one complex number
HELD_OUT = np.random.default_rng(0).uniform(size=(N, N)) < 0.5


@dataclass(frozen=True)
class Claims:
    """The part of a Theory that verification reads."""

    geometries: Mapping[Role, Geometry]
    claimed: tuple[Prediction, ...] = ()
    task: Task = field(default_factory=lambda: named_task("modadd", p=N))
    metric: None = None
    order: None = None
    composition: None = None
    kernels: Mapping[Role, AnswerKernel] = field(default_factory=dict)

    def predictions(
        self,
        roles: object,  # noqa: ARG002
        *,
        prompted: object,  # noqa: ARG002
    ) -> tuple[Prediction, ...]:
        return self.claimed


def row(accuracy: float) -> dict[str, Json]:
    return {"step": 0, "train_accuracy": 1.0, "test_accuracy": accuracy, "violation": None}


def verify(claims: Claims, *, accuracy: float = 1.0) -> tuple[Examination, list[set[Role]]]:
    """Verify a network that adds by reading phases off the planes of its two operands."""
    rng = np.random.default_rng(1)
    orbit = group_geometry(Role.X, cyclic(N))
    columns = np.concatenate([orbit.blocks[k - 1].basis for k in FREQUENCIES], axis=1)
    frame = np.linalg.qr(rng.standard_normal((24, 6)))[0].T
    clouds = dict.fromkeys((Role.X, Role.Y), columns @ frame)
    clouds = {
        role: cloud + 0.003 * rng.standard_normal(cloud.shape) for role, cloud in clouds.items()
    }
    calls: list[set[Role]] = []

    def logits(replaced: Mapping[Role, NDArray[np.float64]]) -> NDArray[np.float64]:
        calls.append(set(replaced))
        points = {**clouds, **replaced}
        x, y = (points[role] @ frame.T @ PHASES for role in clouds)
        products = x[:, None] * y[None]  # phases add where points multiply
        return 1e3 * (products @ (columns @ PHASES).conj().T).real

    readout = orbit_cloud(orbit, RADII, noise=0.05, d=24, rng=rng)
    found = examine(
        claims,  # type: ignore[arg-type]
        {r: Embedding(c, r) for r, c in {**clouds, Role.READOUT: readout}.items()},
        logits=logits,
        held_out=HELD_OUT,
        rows=[row(accuracy)],
        rng=np.random.default_rng(2),
    )
    return found, calls


USE = claim("L4", Role.NETWORK, ABLATION_FLOOR)


def ablation(found: Examination) -> AblationTest | None:
    return found.evidence[Role.NETWORK].get(ABLATION_TEST)


@pytest.fixture(scope="module")
def orbit() -> Geometry:
    return group_geometry(Role.X, cyclic(N))


def nothing(geometry: Geometry, role: Role) -> Geometry:
    return replace(geometry, role=role, levels=(), blocks=(), coordinate=np.full(N, -1))


def test_both_operands_are_changed_together(orbit: Geometry) -> None:
    geometries = {Role.X: orbit, Role.Y: replace(orbit, role=Role.Y)}
    gram = claim(Level.GRAM, Role.X, GRAM_FLOOR)
    found, calls = verify(Claims(geometries, (USE, gram)))
    ablated = ablation(found)
    assert ablated is not None
    assert ablated.roles == (Role.X, Role.Y)
    assert all(call == {Role.X, Role.Y} for call in calls)
    assert found.verdicts[0].details["embeddings"] == ["x", "y"]
    assert ablated.intact.accuracy > 0.9
    assert found.outcome is Outcome.HELD, found.verdicts[0].note


def test_an_operand_of_which_nothing_is_predicted_is_left_alone(orbit: Geometry) -> None:
    geometries = {Role.X: orbit, Role.Y: nothing(orbit, Role.Y)}
    gram = claim(Level.GRAM, Role.X, GRAM_FLOOR)
    found, calls = verify(Claims(geometries, (gram, USE)))
    ablated = ablation(found)
    assert ablated is not None
    assert ablated.roles == (Role.X,)
    assert all(call == {Role.X} for call in calls)
    assert found.evidence[Role.Y].get(GRAM_TEST) is None
    assert found.outcome is Outcome.HELD


@pytest.mark.parametrize("known", [True, False])
def test_a_task_without_claims_is_inconclusive(orbit: Geometry, known: bool) -> None:
    roles = (Role.X, Role.Y, Role.READOUT) if known else ()
    found, calls = verify(Claims({role: nothing(orbit, role) for role in roles}))
    assert found.verdicts == ()
    assert set(found.embeddings) == set(roles)
    assert ablation(found) is None
    assert not calls
    assert found.generalized
    assert found.outcome is Outcome.INCONCLUSIVE
    assert exit_code(found.outcome) == 3
    assert found.sentence == (
        "inconclusive: no geometry is claimed for this task, nothing to verify"
    )


def test_a_claim_that_its_geometry_does_not_allow_stays_open(orbit: Geometry) -> None:
    geometries = {Role.X: replace(orbit, levels=(Level.GRAM,), blocks=())}
    spectrum = claim(Level.SPECTRUM, Role.X, 0.5)
    found, _ = verify(Claims(geometries, (spectrum, USE)))
    assert [v.outcome for v in found.verdicts] == [Outcome.INCONCLUSIVE] * 2
    assert "not tested" in found.verdicts[0].note
    assert "nothing was ablated" in found.verdicts[1].note
