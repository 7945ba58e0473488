"""What must not hold: networks that are untrained, that only memorized, or that learned something
else, tables without structure, and templates of the same size of another group."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from symtheory.analysis.examination import Examination, examine
from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.models.transformer import Transformer
from symtheory.experiments.training.network import TrainedNetwork
from symtheory.experiments.training.runs import Run
from symtheory.experiments.training.trainer import load_network, train
from symtheory.groups.notation import parse_group
from symtheory.records import Embedding, Outcome, Role
from symtheory.representations.isotypic import isotypic_blocks
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.group_words import group_task
from symtheory.tasks.tables import table_task
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict

P = 59
GEOMETRY = ("L0", "L1", "L2", "logits")


@pytest.fixture(scope="module")
def addition() -> Theory:
    return predict(named_task("modadd", p=P))


@pytest.fixture(scope="module")
def relabeling() -> np.ndarray:
    return np.random.default_rng(59).permutation(P)


@pytest.fixture(scope="module")
def relabeled(relabeling) -> Theory:
    """The theory of addition mod 59 with its tokens renamed at random."""
    labels = tuple(f"t{i}" for i in range(P))
    old = np.argsort(relabeling)
    table = relabeling[(old[:, None] + old) % P]
    task = Task("renamed", table, labels, labels, labels, formula="renamed", shared_tokens=True)
    return predict(task)


@pytest.fixture(scope="module")
def relabeled_run(relabeled, tmp_path_factory) -> Run:
    config = TrainingConfig()
    run = Run.create(tmp_path_factory.mktemp("control") / "run", relabeled.task, config)
    train(relabeled, config, run)
    return run


def verify(theory: Theory, run: Run, embeddings: dict[Role, Embedding]) -> Examination:
    config = TrainingConfig()
    return examine(
        theory,
        embeddings,
        logits=load_network(theory, config, run).logits,
        held_out=split_task(theory, config).held_out,
        rows=run.metrics,
        rng=np.random.default_rng(1),
    )


def outcomes(found: Examination) -> dict[str, Outcome]:
    return {v.prediction.key: v.outcome for v in found.verdicts if v.prediction.level in GEOMETRY}


def refuted(found: Examination, level: str) -> set[Role]:
    return {
        v.prediction.role
        for v in found.verdicts
        if v.prediction.level == level and v.outcome is Outcome.REFUTED
    }


def test_a_relabeled_network_holds_in_its_own_coordinates(relabeled, relabeled_run):
    assert relabeled.group is not None
    assert relabeled.group.name == f"Z{P}"
    found = verify(relabeled, relabeled_run, relabeled_run.embeddings())
    assert found.outcome is Outcome.HELD, found.sentence


def test_and_in_no_others(relabeled, addition, relabeled_run):
    """The same network, held against addition of the tokens' indices."""
    wrong = replace(relabeled, geometries=addition.geometries)
    found = verify(wrong, relabeled_run, relabeled_run.embeddings())
    assert found.outcome is Outcome.REFUTED
    assert refuted(found, "L1") == {Role.SHARED, Role.READOUT}
    assert Outcome.HELD not in outcomes(found).values()


def test_permuted_token_labels_are_refuted(relabeled, relabeled_run):
    shuffle = np.random.default_rng(3).permutation(P)
    shuffled = {
        role: Embedding(embedding.points[shuffle], role)
        for role, embedding in relabeled_run.embeddings().items()
    }
    found = verify(relabeled, relabeled_run, shuffled)
    assert found.outcome is Outcome.REFUTED
    assert refuted(found, "L1") == {Role.SHARED, Role.READOUT}
    assert Outcome.HELD not in outcomes(found).values()
    assert outcomes(found)["network/logits"] is Outcome.REFUTED


@pytest.mark.parametrize("seed", range(3))
def test_of_an_untrained_network_nothing_is_held(addition, seed):
    """White noise is what an exact solution with all irreps alike looks like: the embeddings alone
    say nothing of it, the logits do."""
    config = TrainingConfig()
    generator = torch.Generator().manual_seed(seed)
    network = Transformer(P, P, P, config.model, is_tied=True, generator=generator)
    embeddings = {
        role: Embedding(tensor.detach().double().numpy(), role)
        for role, tensor in network.embeddings.items()
    }
    row = {"step": 0, "train_accuracy": 0.0, "violation": 0.1, "effective_dimension": 40}
    found = examine(
        addition,
        embeddings,
        logits=TrainedNetwork(network, (P, P)).logits,
        held_out=split_task(addition, config).held_out,
        rows=[{**row, "test_accuracy": 0.0}],
        rng=np.random.default_rng(seed),
    )
    assert Outcome.HELD not in {v.outcome for v in found.verdicts}
    assert outcomes(found)["network/logits"] is Outcome.REFUTED
    assert found.outcome is Outcome.INCONCLUSIVE  # it never learned the task


def test_a_network_that_memorized_is_refuted(addition, tmp_path):
    config = TrainingConfig(auxiliaries=(), steps=200)
    run = Run.create(tmp_path / "run", addition.task, config)
    train(addition, config, run)
    last = run.metrics[-1]
    assert last["train_accuracy"] == 1
    assert last["test_accuracy"] < 0.5
    found = examine(addition, run.embeddings(), rng=np.random.default_rng(4))
    assert found.outcome is Outcome.REFUTED
    assert Role.SHARED in refuted(found, "L1")
    assert Outcome.HELD not in outcomes(found).values()


def test_of_a_shuffled_table_nothing_is_claimed(relabeled, relabeled_run):
    """The answers of the same table in another order of its cells: no group, no claim."""
    cells = np.random.default_rng(5).permutation(P * P)
    table = relabeled.task.table.ravel()[cells].reshape(P, P)
    theory = predict(table_task(table))
    found = examine(theory, relabeled_run.embeddings(), rng=np.random.default_rng(6))
    assert not found.verdicts
    assert found.outcome is Outcome.INCONCLUSIVE
    assert set(found.reached.values()) == {None}


@pytest.mark.parametrize(("true", "wrong"), [("Z60", "A5"), ("A5", "Z60"), ("Z60", "D30")])
def test_the_template_of_another_group_of_the_same_order_is_refuted(true, wrong):
    """Eight or nine dimensions of either group, elements in the order of its own table."""
    rng = np.random.default_rng(7)
    blocks = [b for b in isotypic_blocks(parse_group(true))[1:] if b.dimension > 1]
    columns = np.concatenate([b.basis for b in blocks[: max(1, 8 // blocks[0].dimension)]], axis=1)
    frame = np.linalg.qr(rng.standard_normal((64, columns.shape[1])))[0].T
    cloud = columns @ frame + 0.01 * rng.standard_normal((60, 64))
    network = {Role.READOUT: Embedding(cloud, Role.READOUT)}
    right, refuted = (
        examine(predict(group_task("x*y", parse_group(name))), network, rng=rng)
        for name in (true, wrong)
    )
    assert right.outcome is Outcome.HELD
    assert refuted.outcome is Outcome.REFUTED
    # L0 alone can hold: slow functions of one group are slow ones of another.
    assert refuted.reached[Role.READOUT] in {None, "L0"}
