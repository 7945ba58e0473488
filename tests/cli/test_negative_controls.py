"""What must not hold: untrained, permuted, and wrongly labelled networks are refuted."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from symtheory.analysis.verification import Verification, verify_network
from symtheory.experiments.config import TrainingConfig
from symtheory.experiments.data import split_of
from symtheory.experiments.models.transformer import Transformer
from symtheory.experiments.network import TrainedNetwork
from symtheory.experiments.runs import Run
from symtheory.experiments.trainer import load_network, train
from symtheory.records import Embedding, Outcome, Role
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict

P = 59
GEOMETRY = ("L0", "L1", "L2")


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


def verify(theory: Theory, run: Run, embeddings: dict[Role, Embedding]) -> Verification:
    config = TrainingConfig()
    return verify_network(
        theory,
        embeddings,
        logits=load_network(theory, config, run).logits,
        held_out=split_of(theory, config).held_out,
        rows=run.metrics,
        rng=np.random.default_rng(1),
    )


def outcomes(found: Verification) -> dict[str, Outcome]:
    return {v.prediction.key: v.outcome for v in found.verdicts if v.prediction.level in GEOMETRY}


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
    assert set(outcomes(found).values()) == {Outcome.REFUTED}


def test_permuted_token_labels_are_refuted(relabeled, relabeled_run):
    shuffle = np.random.default_rng(3).permutation(P)
    shuffled = {
        role: Embedding(embedding.points[shuffle], role)
        for role, embedding in relabeled_run.embeddings().items()
    }
    found = verify(relabeled, relabeled_run, shuffled)
    assert set(outcomes(found).values()) == {Outcome.REFUTED}


@pytest.mark.parametrize("seed", range(3))
def test_an_untrained_network_is_refuted(addition, seed):
    config = TrainingConfig()
    generator = torch.Generator().manual_seed(seed)
    network = Transformer(P, P, P, config.model, is_tied=True, generator=generator)
    embeddings = {
        role: Embedding(tensor.detach().double().numpy(), role)
        for role, tensor in network.embeddings.items()
    }
    row = {"step": 0, "train_accuracy": 0.0, "violation": 0.1, "effective_dimension": 40}
    found = verify_network(
        addition,
        embeddings,
        logits=TrainedNetwork(network, (P, P)).logits,
        held_out=split_of(addition, config).held_out,
        rows=[{**row, "test_accuracy": 0.0}],
        rng=np.random.default_rng(seed),
    )
    assert set(outcomes(found).values()) == {Outcome.REFUTED}
    assert found.outcome is Outcome.INCONCLUSIVE  # it never learned the task
