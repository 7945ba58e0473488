"""Runs in one program: each gets the gradient of its own loss, however it is computed."""

from dataclasses import replace

import pytest
import torch

from symtheory.experiments.architecture import new_network
from symtheory.experiments.config.training import Auxiliary, MLPConfig, TransformerConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.denormals import fast_arithmetic
from symtheory.experiments.objectives.objective import Objective, step_loss
from symtheory.experiments.objectives.selection import augmented_answers, auxiliary_terms
from symtheory.experiments.training.ensemble import Ensemble, Workers, workers
from symtheory.experiments.training.network import table_logits

CPU = torch.device("cpu")
SEEDS = (3, 0, 8)
MODELS = {
    "transformer": TransformerConfig(d_model=16, d_mlp=24),
    "two layers": TransformerConfig(d_model=16, d_mlp=24, n_layers=2, layer_norm=True),
    "mlp": MLPConfig(d_model=16, d_hidden=24, activation="gelu"),
    "one-hot": MLPConfig(d_hidden=24, one_hot=True, activation="quadratic"),
}
# Equivariance has a permutation of the answers in its pairs; the priors are of the tables.
TERMS = (
    Auxiliary("consistency"),
    Auxiliary("equivariance", 0.5),
    Auxiliary("nuclear norm", 0.1),
    Auxiliary("entropy", 0.1),
    Auxiliary("lipschitz", 0.1),
)


def configs_of(config, model):
    config = replace(config, model=model, auxiliaries=TERMS)
    return [replace(config, seed=seed) for seed in SEEDS]


def draws_of(theory, configs, step=4):
    draws = []
    for config in configs:
        split = split_task(theory, config)
        terms = auxiliary_terms(theory, config, split.known)
        draws.append(Objective(terms, split, split.known, config, CPU).draw(step))
    return draws


ONE = Workers(lambda function, numbers: [function(number) for number in numbers], 1)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("is_vectorized", [False, True])
@pytest.mark.parametrize("labels_only", [False, True])
def test_gradients_are_those_of_single_networks(theory, config, name, is_vectorized, labels_only):
    configs = configs_of(config, MODELS[name])
    draws = draws_of(theory, configs)
    assert len({len(draw.cells) for draw in draws}) > 1  # so that rows are filled up
    ensemble = Ensemble(
        [new_network(theory, each) for each in configs], is_vectorized=is_vectorized
    )
    for _ in range(2):  # the second time replaces the first
        ensemble.backward(draws, with_workers=ONE, labels_only=labels_only)
    for run, (each, draw) in enumerate(zip(configs, draws, strict=True)):
        network = new_network(theory, each)
        loss = step_loss(network(draw.cells), network.embeddings, draw)
        (loss.cross_entropy if labels_only else loss.total).backward()
        for key, parameter in network.named_parameters():
            stack = ensemble.parameters[key]
            torch.testing.assert_close(stack[run], parameter)
            torch.testing.assert_close(stack.grad[run], parameter.grad, rtol=1e-4, atol=1e-6)


def test_threads_compute_what_one_thread_does(theory, config):
    configs = configs_of(config, MODELS["transformer"])
    draws = draws_of(theory, configs)
    alone, together = (Ensemble([new_network(theory, each) for each in configs]) for _ in range(2))
    alone.backward(draws, with_workers=ONE)
    torch.set_num_threads(2)
    with workers(CPU) as two:
        assert two.count == 2
        together.backward(draws, with_workers=two)
        assert two.each(lambda _: torch.get_num_threads(), range(3)) == [1, 1, 1]
    assert torch.get_num_threads() == 2
    for name, stack in alone.parameters.items():
        assert torch.equal(stack.grad, together.parameters[name].grad)


@pytest.mark.parametrize("lacks", ["labels", "relation"])
def test_runs_with_draws_of_different_shapes_are_computed_all_the_same(theory, config, lacks):
    """Closures differ in size, and a split may lack a relation that another one has."""
    config = replace(config, model=MODELS["mlp"], auxiliaries=(Auxiliary("consistency"),))
    if lacks == "labels":
        config = replace(config, auxiliaries=(), augmentation=("swap",))
    configs = [replace(config, seed=seed) for seed in range(8)]
    draws = []
    for each in configs:
        known = split_task(theory, each).known
        terms = auxiliary_terms(theory, each, known)
        labels = augmented_answers(theory, each, known)
        draws.append(Objective(terms, split_task(theory, each), labels, each, CPU).draw(0))
    if lacks == "relation":
        assert len(draws[3].instances) == 2
        less = {name: getattr(draws[3], name)[1:] for name in ("instances", "rules", "weights")}
        draws[3] = replace(draws[3], **less)
    assert len({(len(draw.answers), len(draw.instances)) for draw in draws}) > 1
    loop, vectorized = (
        Ensemble([new_network(theory, each) for each in configs], is_vectorized=is_vectorized)
        for is_vectorized in (False, True)
    )
    for ensemble in (loop, vectorized):
        ensemble.backward(draws, with_workers=ONE)
    for key, stack in loop.parameters.items():
        torch.testing.assert_close(vectorized.parameters[key].grad, stack.grad)


def test_more_workers_than_cells(theory, config):
    each = replace(configs_of(config, MODELS["transformer"])[0], auxiliaries=())
    (draw,) = draws_of(theory, [each])
    few = replace(draw, cells=draw.cells[:2], answers=draw.answers[:2])
    whole, shared = (
        Ensemble([new_network(theory, each)], is_shared_out=is_shared_out)
        for is_shared_out in (False, True)
    )
    whole.backward([few], with_workers=ONE)
    shared.backward([few], with_workers=replace(ONE, count=3))
    for key, stack in whole.parameters.items():
        torch.testing.assert_close(shared.parameters[key].grad, stack.grad)
    found = table_logits(shared.networks[0], (1, 2), replace(ONE, count=3))
    torch.testing.assert_close(found, table_logits(whole.networks[0], (1, 2)))


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("labels_only", [False, True])
def test_cells_shared_out_give_the_same_gradient(theory, config, name, labels_only):
    configs = configs_of(config, MODELS[name])[:1]
    draws = draws_of(theory, configs)
    whole, shared = (
        Ensemble([new_network(theory, each) for each in configs], is_shared_out=is_shared_out)
        for is_shared_out in (False, True)
    )
    whole.backward(draws, with_workers=ONE, labels_only=labels_only)
    torch.set_num_threads(3)
    with workers(CPU) as three:
        for _ in range(2):  # the second time replaces the first
            shared.backward(draws, with_workers=three, labels_only=labels_only)
        shape = theory.task.table.shape
        found = table_logits(shared.networks[0], shape, three)
    torch.testing.assert_close(found, table_logits(whole.networks[0], shape))
    for key, stack in whole.parameters.items():
        torch.testing.assert_close(shared.parameters[key].grad, stack.grad, rtol=1e-4, atol=1e-6)


def test_networks_are_views_of_the_stack(theory, config):
    ensemble = Ensemble([new_network(theory, each) for each in configs_of(config, MODELS["mlp"])])
    with torch.no_grad():
        for stack in ensemble.parameters.values():
            stack[1] += 1.0
    moved, still = (dict(ensemble.networks[run].named_parameters()) for run in (1, 0))
    before = new_network(theory, configs_of(config, MODELS["mlp"])[1])
    for name, parameter in before.named_parameters():
        torch.testing.assert_close(moved[name], parameter + 1)
        assert not torch.equal(still[name], moved[name])


def test_an_error_in_a_thread_is_raised():
    def fail(run):
        raise ArithmeticError(run)

    torch.set_num_threads(2)
    with workers(CPU) as two, pytest.raises(ArithmeticError):
        two.each(fail, range(2))


def test_tiny_numbers_are_zero_while_training_and_not_after():
    tiny = torch.tensor([1e-39])
    with fast_arithmetic():
        assert float(tiny * 1.0) == 0
    assert float(tiny * 1.0) != 0
