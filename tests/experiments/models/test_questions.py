"""Networks that are asked questions about entities: three tokens a cell, one table for both."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from made_tables import about, with_table
from model_laws import (
    assert_drawn_from_generator,
    assert_embeddings_are_parameters,
    assert_every_parameter_matters,
    assert_runs_are_apart,
    assert_same,
    assert_scales_act,
    perturbed,
    some_cells,
)
from plain_transformer import ACTIVATIONS, plain_logits
from torch.nn.functional import one_hot

from symtheory.errors import SpecError
from symtheory.experiments.architecture import embedding_roles, new_network
from symtheory.experiments.config.training import (
    MLPConfig,
    TrainingConfig,
    TransformerConfig,
)
from symtheory.experiments.data import split_task
from symtheory.experiments.models.build import build_model
from symtheory.experiments.objectives.objective import Objective, step_loss
from symtheory.experiments.training import budget
from symtheory.experiments.training.ensemble import Ensemble, Workers
from symtheory.experiments.training.trainer import load_network, train
from symtheory.orders.order import Order
from symtheory.records import Role
from symtheory.tasks.task import Task
from symtheory.theory import predict

N, N_QUESTIONS = 7, 6
MODELS = {
    "transformer": TransformerConfig(d_model=24, n_heads=3, d_mlp=40),
    "two layers": TransformerConfig(d_model=24, n_heads=3, d_mlp=40, n_layers=2, layer_norm=True),
    "mlp": MLPConfig(d_model=24, d_hidden=40),
    "one-hot": MLPConfig(d_hidden=40, one_hot=True),
}
CELLS = some_cells(N, N_QUESTIONS * N)
EVERY_CELL = torch.cartesian_prod(torch.arange(N), torch.arange(N_QUESTIONS * N))
every_model = pytest.mark.parametrize("name", MODELS)
tied_or_not = pytest.mark.parametrize("is_tied", [True, False])


def make(name, seed=7, *, is_tied=True, n_right=N, n_questions=N_QUESTIONS, **settings):
    return build_model(
        N,
        n_right,
        5,
        replace(MODELS[name], **settings),
        is_tied=is_tied,
        generator=torch.Generator().manual_seed(seed),
        n_questions=n_questions,
    )


def plain_perceptron(model, cells):
    """One matrix on the concatenated vectors of three tokens, or on their one-hot vectors."""
    left, right = model.operands
    tables = [left, model.question, right]
    y = cells[:, 1]
    tokens = [cells[:, 0], torch.div(y, len(right), rounding_mode="floor"), y % len(right)]
    if model.config.one_hot:
        matrix = torch.cat(tables)
        tables = [torch.eye(len(table)) for table in tables]
        vectors = [one_hot(t, len(e)).float() for t, e in zip(tokens, tables, strict=True)]
    else:
        matrix = torch.cat([model.left_in, model.question_in, model.right_in])
        vectors = [table[token] for table, token in zip(tables, tokens, strict=True)]
    hidden = ACTIVATIONS[model.config.activation](
        torch.cat(vectors, dim=1) @ matrix + model.hidden_bias
    )
    return model.config.output_scale * hidden @ model.readout.T


def plain(name):
    return plain_perceptron if isinstance(MODELS[name], MLPConfig) else plain_logits


# The laws that every network has.


@every_model
@tied_or_not
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_same_function_and_gradients(name, is_tied, activation):
    n_right = N if is_tied else 11
    network = make(
        name, is_tied=is_tied, n_right=n_right, activation=activation, init_scale=2, output_scale=3
    )
    assert_same(perturbed(network), plain(name), some_cells(N, N_QUESTIONS * n_right))


@tied_or_not
def test_the_general_way_is_the_same_function(is_tied):
    network = perturbed(make("transformer", is_tied=is_tied))
    network.is_vectorized = True
    assert_same(network, plain_logits, CELLS)
    assert_runs_are_apart(lambda seed: make("transformer", seed, is_tied=is_tied), CELLS[:40])


@pytest.mark.parametrize("settings", [{"n_layers": 4}, {"n_layers": 3, "layer_norm": False}])
def test_same_function_in_deep_networks(settings):
    assert_same(perturbed(make("two layers", **settings)), plain_logits, CELLS)


@every_model
def test_runs_are_apart(name):
    assert_runs_are_apart(lambda seed: make(name, seed), CELLS[:40])


@every_model
@tied_or_not
def test_every_parameter_matters(name, is_tied):
    assert_every_parameter_matters(perturbed(make(name, is_tied=is_tied)), CELLS)


@every_model
def test_scales_act_as_said(name):
    assert_scales_act(lambda **settings: make(name, **settings), CELLS)


@every_model
@tied_or_not
def test_embeddings_are_of_entities_and_answers(name, is_tied):
    network = make(name, is_tied=is_tied)
    assert_embeddings_are_parameters(network, CELLS)
    sizes = {role: len(table) for role, table in network.embeddings.items()}
    entities = {Role.SHARED: N} if is_tied else {Role.X: N, Role.Y: N}
    assert sizes == {**entities, Role.READOUT: 5}
    named = dict(network.named_parameters())
    width = network.operands[0].shape[1]
    assert named["question"].shape == (N_QUESTIONS, width)
    assert not any(table is network.question for table in network.embeddings.values())


@every_model
@tied_or_not
def test_drawn_from_the_generator(name, is_tied):
    assert_drawn_from_generator(lambda seed: make(name, seed, is_tied=is_tied))


@every_model
@tied_or_not
def test_no_questions_leave_the_network_as_it_was(name, is_tied):
    """Two tokens a cell, no further parameter, and the same draws in the same order."""
    config, sizes = MODELS[name], (N, N, 5)
    generators = [torch.Generator().manual_seed(1) for _ in range(3)]
    without, default = (
        build_model(*sizes, config, is_tied=is_tied, generator=generator, **given)
        for generator, given in zip(generators, ({"n_questions": 0}, {}), strict=False)
    )
    named = dict(default.named_parameters())
    assert [key for key in named if "question" in key] == []
    for key, value in without.named_parameters():
        assert torch.equal(value, named[key]), key
    width = default.operands[0].shape[1]
    for table in {id(table): table for table in default.operands}.values():
        assert torch.equal(table, torch.randn(N, width, generator=generators[2]) * width**-0.5)
    if hasattr(default, "position"):
        drawn = (
            torch.randn(width, generator=generators[2]),
            torch.randn(3, width, generator=generators[2]),
        )
        assert torch.equal(default.equals, drawn[0] * (1 / width) ** 0.5)
        assert torch.equal(default.position, drawn[1] * (1 / width) ** 0.5)
    assert torch.equal(default(EVERY_CELL[:N]), without(EVERY_CELL[:N]))


# What a cell means.


def logits_by_token(network):
    return network(EVERY_CELL).detach().reshape(N, N_QUESTIONS, N, -1)


@every_model
@pytest.mark.parametrize("table", ["shared", "left", "right", "question"])
def test_permuting_a_table_permutes_its_tokens(name, table):
    network = perturbed(make(name, is_tied=table in {"shared", "question"}))
    before = logits_by_token(network)
    parameter = dict(network.named_parameters())[table]
    order = torch.randperm(len(parameter), generator=torch.Generator().manual_seed(0))
    parameter.data = parameter.data[order]
    after = logits_by_token(network)
    expected = before
    for axis, tables in enumerate(({"left", "shared"}, {"question"}, {"right", "shared"})):
        expected = expected.index_select(axis, order) if table in tables else expected
    torch.testing.assert_close(after, expected, rtol=1e-4, atol=1e-5)
    assert (after - before).abs().max() > 1e-3


@every_model
def test_equal_questions_have_equal_answers(name):
    network = perturbed(make(name))
    before = logits_by_token(network)
    assert (before[:, 2] - before[:, 4]).abs().max() > 1e-3
    network.question.data[2] = network.question.data[4]
    after = logits_by_token(network)
    torch.testing.assert_close(after[:, 2], after[:, 4])
    torch.testing.assert_close(after[:, 2], before[:, 4], rtol=1e-4, atol=1e-5)


@every_model
@tied_or_not
def test_only_the_tied_one_hot_network_cannot_tell_who_is_asked_about(name, is_tied):
    logits = logits_by_token(perturbed(make(name, is_tied=is_tied)))
    asymmetry = (logits - logits.transpose(0, 2)).abs().max()
    assert asymmetry <= 1e-5 if (name, is_tied) == ("one-hot", True) else asymmetry > 1e-3


@every_model
def test_entities_of_different_numbers_cannot_be_tied(name):
    with pytest.raises(SpecError, match="7 left and 9 right operands cannot share"):
        make(name, n_right=9)


# From a task to a network, and to a run.


def comparison(*levels):
    """Entities by all combinations of levels, asked for < = > of each attribute."""
    ranks = np.indices(levels).reshape(len(levels), -1).T
    names = ["".join(map(str, row)) for row in ranks]
    order = Order("x".join(map(str, levels)), names, ranks)
    difference = [column[:, None] - column for column in ranks.T]
    table = np.hstack([truth for d in difference for truth in (d < 0, d == 0, d > 0)])
    labels = [f"{question} {name}" for question in order.questions for name in names]
    return Task(
        "comparison",
        table.astype(int),
        names,
        labels,
        ("false", "true"),
        formula="comparison of x",
        answer_structure=order,
    )


@pytest.fixture(scope="module")
def chain():
    return predict(comparison(N))


def settings(model="transformer", *, tied=True, **others):
    wanted = {"steps": 3, "train_fraction": 0.5, "tuples": 16, "log_every": 1, "relations": ()}
    config = TrainingConfig(auxiliaries=(), **(wanted | others))
    return replace(config, model=replace(MODELS[model], tied=tied))


SHARED, OWN = (Role.SHARED, Role.READOUT), (Role.X, Role.Y, Role.READOUT)


@every_model
def test_the_task_decides_on_the_tokens(chain, name):
    for tied, roles in ((True, SHARED), (False, OWN)):
        config = settings(name, tied=tied)
        assert embedding_roles(chain, config) == roles
        network = new_network(chain, config)
        assert tuple(network.embeddings) == roles
        assert [len(table) for table in network.tables] == [N, 3, N]
        assert network(torch.tensor([[N - 1, 3 * N - 1]])).shape == (1, 2)
    expected = OWN if name == "one-hot" else chain.roles
    assert embedding_roles(chain, settings(name, tied=None)) == expected


def test_operands_without_questions_are_not_entities(theory):
    apart = replace(theory, geometries={Role.X: theory.geometries[Role.X]})
    with pytest.raises(SpecError, match="have different tokens and cannot share a table"):
        embedding_roles(apart, settings())
    assert len(new_network(theory, settings()).tables) == 2


@every_model
def test_vectorized_runs_have_gradients_of_their_own(chain, name):
    configs = [settings(name, seed=seed) for seed in (3, 0)]
    draws = []
    for config in configs:
        split = split_task(chain, config)
        draws.append(Objective((), split, split.known, config, torch.device("cpu")).draw(0))
    networks = [new_network(chain, config) for config in configs]
    ensemble = Ensemble(networks, is_vectorized=True)
    ensemble.backward(draws, with_workers=Workers(lambda f, ns: [f(n) for n in ns], 1))
    for run, (config, draw) in enumerate(zip(configs, draws, strict=True)):
        network = new_network(chain, config)
        step_loss(network(draw.cells), network.embeddings, draw).total.backward()
        for key, parameter in network.named_parameters():
            found = ensemble.parameters[key].grad[run]
            torch.testing.assert_close(found, parameter.grad, rtol=1e-4, atol=1e-6)


def same_state(a, b):
    (_, first), (_, second) = a.last_state(), b.last_state()
    return all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize(("name", "tied"), [("transformer", True), ("mlp", False)])
def test_a_run_keeps_entities_and_resumes_to_the_bit(chain, new_run, name, tied):
    config = settings(name, tied=tied, checkpoint_every=1)
    whole, parts = (new_run(folder, config, chain.task) for folder in ("whole", "parts"))
    train(chain, config, whole)
    calls = iter(range(10))
    with pytest.raises(KeyboardInterrupt):
        train(chain, config, parts, interrupted=lambda: next(calls) >= 1)
    train(chain, config, parts)
    assert same_state(whole, parts)
    assert "question" in whole.last_state()[1]
    learned = whole.embeddings()
    assert list(learned) == list(SHARED if tied else OWN)
    network = load_network(chain, config, whole)
    logits = network.logits().reshape(N, 3, N, 2)
    moved = {r: np.roll(e.points, 1, axis=0) for r, e in learned.items() if r is not Role.READOUT}
    rolled = network.logits(moved).reshape(N, 3, N, 2)
    np.testing.assert_allclose(rolled, np.roll(logits, (1, 1), axis=(0, 2)), rtol=1e-4, atol=1e-4)


def test_held_out_truths_are_never_read(chain, new_run):
    config = settings()
    table, held_out = chain.task.table.copy(), split_task(chain, config).held_out
    table[held_out] = 1 - table[held_out]
    wrong = about(chain, with_table(chain.task, table))
    runs = [new_run("a", config, chain.task), new_run("b", config, wrong.task)]
    for theory, run in zip((chain, wrong), runs, strict=True):
        train(theory, config, run)
    assert same_state(*runs)
    assert runs[0].metrics[-1]["test_loss"] != runs[1].metrics[-1]["test_loss"]


@pytest.mark.parametrize("name", ["mlp", "one-hot"])
def test_comparison_is_learned_where_it_can_be(new_run, name):
    """Shared, a one-hot table adds up both entities: it fits no truth of the kind x < y."""
    theory = predict(comparison(5, 5))
    config = replace(settings(name, steps=300, log_every=100), precision="float64")
    run = new_run("a", config, theory.task)
    train(theory, config, run)
    known, table = split_task(theory, config).known, theory.task.table
    row = run.metrics[-1]
    if name == "mlp":
        assert row["train_accuracy"] > 0.99
        # A fifth of the error that answering "false" everywhere would make.
        assert 1 - row["test_accuracy"] < table[known < 0].mean() / 5
        return
    truths = table.reshape(25, 6, 25)
    undecided = (known >= 0).reshape(25, 6, 25) & (truths != truths.transpose(2, 1, 0))
    both = undecided & undecided.transpose(2, 1, 0)
    assert 1 - row["train_accuracy"] >= both.sum() / 2 / (known >= 0).sum()
    config = replace(config, model=replace(config.model, tied=None))
    assert embedding_roles(theory, config) == OWN


def test_memory_counts_entities_and_not_questions_about_them(chain):
    tied, apart = (budget.estimate_memory(chain, settings(tied=tied)) for tied in (True, False))
    assert tied < apart
    # What an entity's row costs: four copies of 24 numbers of 4 bytes.
    assert apart - tied == N * 24 * 6 * 4


# Transitive inference.


@pytest.mark.parametrize("levels", [(N,), (3, 4)])
def test_neighbors_are_training_cells(levels):
    theory = predict(comparison(*levels))
    split = split_task(theory, settings(split="adjacent"))
    ranks = theory.task.answer_structure.ranks
    near = [abs(column[:, None] - column) <= 1 for column in ranks.T for _ in "<=>"]
    assert np.array_equal(split.known >= 0, np.hstack(near))
    assert np.array_equal(split.held_out, ~np.hstack(near))
    assert np.array_equal(split.known[split.known >= 0], theory.task.table[split.known >= 0])
    # Neither seed nor fraction matters, and the fraction's split is another.
    other = split_task(theory, settings(split="adjacent", seed=5, train_fraction=0.1))
    assert np.array_equal(split.known, other.known)
    assert not np.array_equal(split.known, split_task(theory, settings()).known)


def test_neighbors_need_an_order_with_others_in_it(theory):
    with pytest.raises(SpecError, match="is about no order, in which tokens would be neighbors"):
        split_task(theory, settings(split="adjacent"))
    with pytest.raises(SpecError, match="no cell would be held out; take an order with more"):
        split_task(predict(comparison(2, 2)), settings(split="adjacent"))
    with pytest.raises(SpecError, match="split is one of uniform, stratified, mask, adjacent"):
        settings(split="neighbors")
    with pytest.raises(SpecError, match="a mask goes with split"):
        settings(split="adjacent", mask=("1",))
