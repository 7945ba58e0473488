"""Relations of triples as losses: what they measure, and that they never read a held-out label."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from made_tables import about, with_table

from symtheory.experiments.architecture import new_network
from symtheory.experiments.config.training import Auxiliary, MLPConfig, TransformerConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.objectives.objective import Objective
from symtheory.experiments.objectives.relations import sum_distribution, violation
from symtheory.experiments.objectives.selection import (
    augmented_answers,
    auxiliary_terms,
    select_relations,
)
from symtheory.experiments.training.ensemble import Ensemble, workers
from symtheory.experiments.training.trainer import train
from symtheory.graphs.graph import Graph
from symtheory.relations.cells import Rule
from symtheory.relations.derive.triangle import triangle_identity
from symtheory.tasks.orders import comparison_task
from symtheory.tasks.task import Task
from symtheory.theory import predict

CPU = torch.device("cpu")


def metric_task(graph):
    values, table = np.unique(graph.distances, return_inverse=True)
    return Task(
        "metric",
        table.reshape(graph.distances.shape),
        graph.vertices,
        graph.vertices,
        [str(value) for value in values],
        formula="d(x, y)",
        shared_tokens=True,
        answer_structure=graph,
    )


def logs(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).log_softmax(dim=1)


@pytest.fixture(scope="module")
def graph():
    return predict(
        metric_task(Graph("cycle", "abcdefghijk", [(v, (v + 1) % 11) for v in range(11)]))
    )


@pytest.fixture(scope="module")
def order():
    return predict(comparison_task((4, 3)))


def test_the_distribution_of_a_sum_is_the_convolution():
    p, q = logs(6, 5), logs(6, 5, seed=1)
    z = torch.arange(5)
    partners = (z[:, None] - z[None, :]).clamp(min=-1)
    found = sum_distribution(p, q, partners).exp()
    for row in range(6):
        expected = np.convolve(p[row].exp().numpy(), q[row].exp().numpy())[:5]
        np.testing.assert_allclose(found[row].numpy(), expected, rtol=1e-12)


def near_zero(p):
    return torch.where(p < 1e-20, 0, p).tolist()


def test_sums_that_are_no_distance_are_left_out():
    """In a weighted path of steps 3 and 5 the distances are 0, 3, 5 and 8."""
    weighted = metric_task(Graph("path", "abc", [[0, 1], [1, 2]], [3, 5]))
    triples = triangle_identity(weighted).sample(weighted.table, 1, rng=np.random.default_rng(0))
    partners = torch.as_tensor(triples.extra)
    steps = torch.eye(4, dtype=torch.float64).log()
    zero, three, five = (row[None] for row in steps[:3])
    assert near_zero(sum_distribution(three, five, partners).exp()) == [[0, 0, 0, 1]]
    assert near_zero(sum_distribution(zero, five, partners).exp()) == [[0, 0, 1, 0]]
    assert sum_distribution(three, three, partners).exp().sum() < 1e-20


def test_violations_are_zero_where_a_rule_is_obeyed_and_positive_elsewhere():
    p, q = logs(8, 2), logs(8, 2, seed=1)
    obeyed = (p[:, 1] + q[:, 1])[:, None]
    r = torch.cat([torch.log(-torch.expm1(obeyed)), obeyed], dim=1)
    implication = violation(Rule.IMPLICATION, (p, q, r))
    torch.testing.assert_close(implication, torch.zeros(8, dtype=torch.float64))
    doubtful = torch.tensor([[0.0, -9.0]], dtype=torch.float64).log_softmax(dim=1).expand(8, 2)
    assert (violation(Rule.IMPLICATION, (p, q, doubtful)) > 0).all()
    # A conclusion more certain than its premises is no violation.
    sure = torch.tensor([[-9.0, 0.0]], dtype=torch.float64).log_softmax(dim=1).expand(8, 2)
    assert (violation(Rule.IMPLICATION, (p, q, sure)) == 0).all()
    odds = [side[:, 1] - side[:, 0] for side in (p, q)]
    added = torch.stack([torch.zeros(8), odds[0] + odds[1]], dim=1).log_softmax(dim=1)
    assert violation(Rule.LOG_ODDS, (p, q, added)).max() < 1e-12
    torch.testing.assert_close(
        violation(Rule.LOG_ODDS, (p, q, sure)), (odds[0] + odds[1] - 9).abs()
    )
    z = torch.arange(2)
    partners = (z[:, None] - z[None, :]).clamp(min=-1)
    zero = torch.tensor([[0.0, -60.0]], dtype=torch.float64).log_softmax(dim=1).expand(8, 2)
    assert violation(Rule.SUM, (zero, p, p), partners).max() < 1e-12
    assert (violation(Rule.SUM, (p, p, p), partners) > 0).all()


def test_consistency_of_a_metric_and_of_an_order(graph, order, config):
    for theory, names in (
        (graph, {"swap", "triangle"}),
        (order, {"converse", "transitivity"}),
    ):
        known = split_task(theory, config).known
        found = {relation.name for relation in select_relations(theory.relations, config, known)}
        assert found == names


@pytest.mark.parametrize("model", [MLPConfig(), TransformerConfig()], ids=["mlp", "transformer"])
@pytest.mark.parametrize("which", ["graph", "order"])
def test_gradients_of_many_runs_are_those_of_each(graph, order, config, which, model):
    theory = {"graph": graph, "order": order}[which]
    names = {"graph": ("triangle",), "order": ("converse", "transitivity", "bradley-terry")}[which]
    config = replace(config, model=model, auxiliaries=tuple(map(Auxiliary, names)))
    configs = [replace(config, seed=seed) for seed in range(3)]
    draws = []
    for each in configs:
        split = split_task(theory, each)
        terms = auxiliary_terms(theory, each, split.known)
        draws.append(Objective(terms, split, split.known, each, CPU).draw(1))
    loop, vectorized = (
        Ensemble([new_network(theory, each) for each in configs], is_vectorized=is_vectorized)
        for is_vectorized in (False, True)
    )
    with workers(CPU) as some:
        for ensemble in (loop, vectorized):
            ensemble.backward(draws, with_workers=some)
    for key, stack in loop.parameters.items():
        torch.testing.assert_close(vectorized.parameters[key].grad, stack.grad)
        assert torch.isfinite(stack.grad).all()


OBJECTIVES = {
    "graph": ("consistency", "triangle", "placebo", "augmentation"),
    "order": ("consistency", "transitivity", "bradley-terry", "placebo", "augmentation"),
}


@pytest.mark.parametrize(
    ("which", "objective"), [(which, each) for which, some in OBJECTIVES.items() for each in some]
)
def test_held_out_labels_are_never_read(graph, order, config, new_run, which, objective):
    theory = {"graph": graph, "order": order}[which]
    task = theory.task
    small = TransformerConfig(d_model=8, d_mlp=8, n_heads=2)
    config = replace(config, steps=4, model=small)
    if objective == "augmentation":
        config = replace(config, auxiliaries=(), augmentation=("consistency",))
    else:
        config = replace(config, auxiliaries=(Auxiliary(objective),))
    held_out = split_task(theory, config).held_out
    flipped = task.table.copy()
    flipped[held_out] = (flipped[held_out] + 1) % len(task.z_labels)
    a, b = new_run("a", config, task), new_run("b", config, with_table(task, flipped))
    train(theory, config, a)
    train(about(theory, with_table(task, flipped)), config, b)
    both = a.embeddings(), b.embeddings()
    assert all(np.array_equal(both[0][role].points, both[1][role].points) for role in both[0])
    assert a.metrics[-1]["violations"] == b.metrics[-1]["violations"]


def test_what_follows_from_training_answers_is_learned_as_further_labels(graph, order, config):
    for theory in (graph, order):
        config = replace(config, auxiliaries=(), augmentation=("consistency",))
        known = split_task(theory, config).known
        told = augmented_answers(theory, config, known)
        assert (told >= 0).sum() > (known >= 0).sum()
        assert np.array_equal(told[told >= 0], theory.task.table[told >= 0])
