"""The objective is cross-entropy plus mean symmetric divergence, computed on each cell once."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, kl_div

from symtheory.errors import SpecError
from symtheory.experiments.config.training import Auxiliary, TransformerConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.models.transformer import Transformer
from symtheory.experiments.objectives.objective import Objective, step_loss
from symtheory.experiments.objectives.priors import PRIORS
from symtheory.experiments.objectives.relations import symmetric_divergence
from symtheory.experiments.objectives.selection import (
    augmented_answers,
    auxiliary_terms,
    closure_fraction,
)
from symtheory.experiments.seeds import generator
from symtheory.prompting import Prompting
from symtheory.relations.placebos import is_violated

CPU = torch.device("cpu")


def tied(n: int) -> Transformer:
    generator = torch.Generator().manual_seed(0)
    return Transformer(n, n, n, TransformerConfig(), is_tied=True, generator=generator)


def test_divergence_is_the_mean_of_both_directions():
    draw = torch.Generator().manual_seed(0)
    p, q = (torch.randn(6, 5, generator=draw).log_softmax(dim=1) for _ in range(2))
    expected = 0.5 * (
        kl_div(q, p, log_target=True, reduction="none").sum(dim=1)
        + kl_div(p, q, log_target=True, reduction="none").sum(dim=1)
    )
    torch.testing.assert_close(symmetric_divergence(p, q), expected)
    assert (symmetric_divergence(p, q) > 0).all()
    assert (symmetric_divergence(p, p) == 0).all()


def test_answer_map_is_applied_to_the_right_side():
    p = torch.randn(4, 5, generator=torch.Generator().manual_seed(1)).log_softmax(dim=1)
    shift = (torch.arange(5) + 2) % 5
    moved = torch.empty_like(p)
    moved[:, shift] = p  # the score of answer z + 2 on the right is that of z on the left
    answer_map = shift.expand(4, 5)
    assert symmetric_divergence(p, moved, answer_map).abs().max() < 1e-6
    assert symmetric_divergence(p, moved).min() > 1e-3


def objective_of(theory, config, split, labels=None) -> Objective:
    terms = auxiliary_terms(theory, config, split.known)
    return Objective(terms, split, split.known if labels is None else labels, config, CPU)


def loss_at(objective, network, step):
    draw = objective.draw(step)
    return step_loss(network(draw.cells), network.embeddings, draw)


def test_equals_the_direct_sum(theory, config):
    config = replace(config, auxiliaries=(Auxiliary("swap", 0.5), Auxiliary("composition", 2.0)))
    split = split_task(theory, config)
    network = tied(13)
    loss = loss_at(objective_of(theory, config, split), network, 5)

    cells = torch.as_tensor(split.train_cells)
    answers = torch.tensor(theory.task.table)[cells[:, 0], cells[:, 1]]
    expected = cross_entropy(network(cells), answers)
    torch.testing.assert_close(loss.cross_entropy, expected, rtol=1e-5, atol=1e-6)
    for auxiliary in config.auxiliaries:
        relation = theory.relation(auxiliary.name)
        pairs = relation.bind(split.known).sample(
            config.tuples, rng=generator(config.seed, f"tuples {relation.name}", 5)
        )
        left, right = (
            network(torch.as_tensor(side)).log_softmax(dim=1) for side in (pairs.left, pairs.right)
        )
        expected = expected + auxiliary.weight * symmetric_divergence(left, right).mean()
    torch.testing.assert_close(loss.total, expected, rtol=1e-5, atol=1e-6)


def test_priors_are_of_the_operands_alone(theory, config):
    config = replace(config, auxiliaries=(Auxiliary("lipschitz", 3.0),))
    network = tied(13)
    loss = loss_at(objective_of(theory, config, split_task(theory, config)), network, 0)
    prior = PRIORS["lipschitz"](network.shared)
    torch.testing.assert_close(loss.total - loss.cross_entropy, 3.0 * prior)


def test_a_schedule_switches_terms_on_and_off(theory, config):
    config = replace(config, auxiliaries=(Auxiliary("swap", start=2, stop=4),))
    objective = objective_of(theory, config, split_task(theory, config))
    assert [len(objective.draw(step).instances) for step in range(5)] == [0, 0, 1, 1, 0]


def test_steps_draw_different_tuples_and_repeat_their_own(theory, config):
    config = replace(config, auxiliaries=(Auxiliary("composition"),))
    objective = objective_of(theory, config, split_task(theory, config))
    network = tied(13)
    first, again, other = (loss_at(objective, network, step).total for step in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_without_relations_only_training_cells_are_seen(theory, config):
    config = replace(config, auxiliaries=())
    split = split_task(theory, config)
    draw = objective_of(theory, config, split).draw(0)
    assert np.array_equal(draw.cells.numpy(), split.train_cells)


def test_augmentation_learns_the_closure_and_nothing_else(theory, config):
    config = replace(config, auxiliaries=(), augmentation=("swap",))
    split = split_task(theory, config)
    labels = augmented_answers(theory, config, split.known)
    mirrored = np.where(split.known >= 0, split.known, split.known.T)
    np.testing.assert_array_equal(labels, mirrored)
    draw = objective_of(theory, config, split, labels).draw(0)
    assert len(draw.answers) == (mirrored >= 0).sum() > (split.known >= 0).sum()
    answers = theory.task.table[draw.cells[:, 0].numpy(), draw.cells[:, 1].numpy()]
    np.testing.assert_array_equal(draw.answers.numpy(), answers)
    whole = replace(config, augmentation=("consistency",))
    assert (augmented_answers(theory, whole, split.known) == theory.task.table).all()
    assert closure_fraction(theory, whole, split.known) == 1
    assert 0 < closure_fraction(theory, config, split.known) < 1
    none = replace(config, augmentation=())
    assert augmented_answers(theory, none, split.known) is split.known
    assert closure_fraction(theory, none, split.known) == 0


def test_a_placebo_is_false_on_training_answers_and_of_the_same_kinds(theory, config):
    config = replace(config, auxiliaries=(Auxiliary("placebo"), Auxiliary("consistency")))
    known = split_task(theory, config).known
    placebo, true = auxiliary_terms(theory, config, known)
    kinds = [[relation.kind for relation in term.relations] for term in (placebo, true)]
    assert kinds[0] == kinds[1] == ["swap", "composition"]
    assert all(relation.is_placebo for relation in placebo.relations)
    rng = np.random.default_rng(0)
    assert all(is_violated(relation, known, rng=rng) for relation in placebo.relations)
    assert not any(is_violated(relation, known, rng=rng) for relation in true.relations)
    assert closure_fraction(theory, config, known) is None


def test_an_auxiliary_that_the_task_lacks_is_refused(theory, config):
    known = split_task(theory, config).known
    wrong = replace(config, auxiliaries=(Auxiliary("transitivity"),))
    with pytest.raises(SpecError, match=r"no auxiliary 'transitivity' on this split; it has swap"):
        auxiliary_terms(theory, wrong, known)


def test_a_placebo_that_lacks_a_relation_is_refused(theory, config, monkeypatch):
    known = split_task(theory, config).known
    placebo = replace(config, auxiliaries=(Auxiliary("placebo"),))
    swap_alone = theory.placebos(rng=np.random.default_rng(0), known=known)[:1]
    monkeypatch.setattr(Prompting, "placebos", lambda *_, **__: swap_alone)
    with pytest.raises(SpecError, match=r"no placebo of composition on this split; take a larger"):
        auxiliary_terms(theory, placebo, known)
    nothing = replace(placebo, relations=())
    with pytest.raises(SpecError, match=r"no placebo of relation on this split"):
        auxiliary_terms(theory, nothing, known)
