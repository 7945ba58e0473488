"""Power rises with the eigenvalue: exact clouds have 1, other orders less, flat kernels no test."""

from dataclasses import replace

import numpy as np
import pytest
from kernel_clouds import TASKS, kernel_of, obedient

from symtheory.analysis.examination import examine
from symtheory.analysis.kernel.power_order import check_kernel, learned_shares
from symtheory.analysis.statistics.nulls import label_permutations
from symtheory.claims.kernel import KERNEL_FLOOR, kernel_claims
from symtheory.errors import SpecError
from symtheory.records import Embedding, Outcome, Role, Verdict
from symtheory.structure.answer_kernel import AnswerKernel, answer_kernel
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.task import Task
from symtheory.theory import predict


def effect(cloud: np.ndarray, kernel: AnswerKernel) -> float:
    return check_kernel(cloud, kernel, permutations=np.arange(len(cloud))[None]).null.observed


def verdict(task: Task, cloud: np.ndarray, role: Role = Role.SHARED) -> Verdict:
    found = examine(
        predict(task),
        {role: Embedding(cloud, role)},
        rng=np.random.default_rng(0),
        n_permutations=99,
    )
    (own,) = [one for one in found.verdicts if one.prediction.level == "kernel"]
    return own


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("exponent", [0.25, 2.0])
def test_any_increasing_power_has_the_effect_one(name: str, exponent: float) -> None:
    kernel = kernel_of(name)
    cloud = obedient(kernel, exponent, 0, rng=np.random.default_rng(0))
    assert effect(cloud, kernel) == pytest.approx(1, abs=1e-9)
    assert learned_shares(cloud, kernel).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", TASKS)
def test_the_opposite_order_is_negative(name: str) -> None:
    kernel = kernel_of(name)
    bases = [space.basis / (space.eigenvalue + 1) for space in kernel.eigenspaces]
    assert effect(np.hstack(bases), kernel) < -0.1


def test_what_little_power_does_in_noise_has_little_weight() -> None:
    """Two axes and noise: Spearman's correlation sees mostly the order of the noise."""
    kernel, rng = kernel_of("comparison 7,7"), np.random.default_rng(6)
    axes = kernel.eigenspaces[0].basis
    cloud = np.hstack([axes, np.zeros((49, 14))]) + np.sqrt(0.6 / 49 / 16) * rng.standard_normal(
        (49, 16)
    )
    found = check_kernel(cloud, kernel, permutations=np.arange(49)[None])
    assert found.null.observed > 0.9
    assert found.rank_correlation < 0.5


def test_the_power_of_the_root_has_the_predicted_shares() -> None:
    kernel = kernel_of("hypercube(5)")
    cloud = obedient(kernel, 0.5, 0, rng=np.random.default_rng(0))
    assert learned_shares(cloud, kernel).round(3).tolist() == [0.115, 0.383, 0.502]


def test_the_effect_depends_on_the_eigenspaces_and_not_on_their_bases() -> None:
    kernel = kernel_of("hypercube(5)")
    rng = np.random.default_rng(3)
    spaces = []
    for space in kernel.eigenspaces:
        turn = np.linalg.qr(rng.standard_normal((space.dimension, space.dimension)))[0]
        spaces.append(replace(space, basis=space.basis @ turn))
    turned = AnswerKernel(kernel.role, kernel.matrix)
    turned.__dict__["eigenspaces"] = tuple(spaces)
    cloud = rng.standard_normal((32, 8))
    assert effect(cloud, turned) == pytest.approx(effect(cloud, kernel), abs=1e-12)


def test_the_effect_sees_no_turn_shift_or_scale_of_the_cloud() -> None:
    kernel, rng = kernel_of("tree(2,4)"), np.random.default_rng(4)
    cloud = rng.standard_normal((31, 8))
    turn = np.linalg.qr(rng.standard_normal((8, 8)))[0]
    assert effect(3 * cloud @ turn + 5, kernel) == pytest.approx(effect(cloud, kernel), abs=1e-12)


def test_few_favoured_dimensions_of_low_eigenvalue_are_refuted() -> None:
    task = TASKS["lattice(7,7)"]()
    kernel = answer_kernel(task, Role.SHARED)
    cloud = np.hstack([space.basis for space in kernel.eigenspaces[-6:]])
    found = verdict(task, cloud)
    assert found.outcome is Outcome.REFUTED
    assert found.effect is not None
    assert found.effect < KERNEL_FLOOR


def test_an_obedient_cloud_is_held_and_its_relabeled_copy_refuted() -> None:
    task, rng = TASKS["hypercube(5)"](), np.random.default_rng(5)
    cloud = obedient(answer_kernel(task, Role.SHARED), 0.5, 0.3, rng=rng)
    found = verdict(task, cloud)
    assert found.outcome is Outcome.HELD
    assert found.prediction.primary
    assert found.details["eigenvalues"] == pytest.approx([504, 56, 24])
    assert verdict(task, cloud[rng.permutation(32)]).outcome is Outcome.REFUTED


@pytest.mark.parametrize("graph", ["path(24)", "cycle(24)", "star(12)"])
def test_nearly_flat_kernels_have_no_power_whatever_the_cloud(graph: str) -> None:
    task = named_task("graph", graph=graph)
    kernel = answer_kernel(task, Role.SHARED)
    for cloud in (
        obedient(kernel, 1, 0, rng=np.random.default_rng(0)),
        np.random.default_rng(1).standard_normal((len(kernel.matrix), 16)),
    ):
        found = verdict(task, cloud)
        assert found.outcome is Outcome.INCONCLUSIVE
        assert found.note.startswith("no power: nearly all eigenvalues")
        assert not found.prediction.primary


@pytest.mark.parametrize(("name", "parameter"), [("modadd", 31), ("modmul", 13)])
def test_nothing_is_claimed_of_a_flat_kernel(name: str, parameter: int) -> None:
    theory = predict(named_task(name, p=parameter))
    assert "kernel" not in [claim.level for claim in theory.predictions(theory.roles)]
    assert kernel_claims(theory.kernels[Role.X], Role.X) == ()


def test_where_the_kernel_has_power_it_decides_and_the_natural_coordinates_do_not() -> None:
    for graph, decides in (("lattice(4,5)", True), ("path(24)", False)):
        theory = predict(named_task("graph", graph=graph))
        claims = theory.predictions(theory.roles, prompted=("triangle",))
        primary = {claim.level: claim.primary for claim in claims}
        assert (primary["kernel"], primary["natural"]) == (decides, not decides)
        (natural,) = [claim for claim in claims if claim.level == "natural"]
        assert "conjecture" not in natural.statement


def test_two_tables_have_a_claim_each() -> None:
    theory = predict(TASKS["x*y mod 28"]())
    keys = [claim.key for claim in theory.predictions((Role.X, Role.Y, Role.READOUT))]
    assert {"x/kernel", "y/kernel"} <= set(keys)
    assert "readout/kernel" not in keys


def test_equal_power_everywhere_is_no_order() -> None:
    kernel = kernel_of("tree(2,4)")
    cloud = np.hstack([space.basis for space in kernel.eigenspaces])
    draws = label_permutations(31, 99, rng=np.random.default_rng(0))
    assert check_kernel(cloud, kernel, permutations=draws).null.p_value > 0.05


def test_one_row_for_each_token() -> None:
    with pytest.raises(SpecError, match="31 shared tokens"):
        effect(np.eye(5), kernel_of("tree(2,4)"))
