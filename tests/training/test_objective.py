"""The objective is cross-entropy plus mean symmetric divergence, computed on each cell once."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy, kl_div

from symtheory.experiments.config import TransformerConfig
from symtheory.experiments.data import split_of
from symtheory.experiments.models.transformer import Transformer
from symtheory.experiments.objectives.objective import Objective
from symtheory.experiments.objectives.relations import symmetric_divergence
from symtheory.experiments.seeds import generator

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


def test_equals_the_direct_sum(theory, config):
    split = split_of(theory, config)
    network = tied(13)
    used = [theory.relation("swap"), theory.relation("composition")]
    loss = Objective(used, split, config, CPU)(network, 5)

    cells = torch.as_tensor(split.train_cells)
    answers = torch.tensor(theory.task.table)[cells[:, 0], cells[:, 1]]
    expected = cross_entropy(network(cells), answers)
    for relation in used:
        pairs = relation.bind(split.known).sample(
            config.tuples, rng=generator(config.seed, f"tuples {relation.name}", 5)
        )
        left, right = (
            network(torch.as_tensor(side)).log_softmax(dim=1) for side in (pairs.left, pairs.right)
        )
        expected = expected + symmetric_divergence(left, right).mean()
    torch.testing.assert_close(loss.total, expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(loss.total.detach(), loss.cross_entropy + loss.relation)


def test_steps_draw_different_tuples_and_repeat_their_own(theory, config):
    split = split_of(theory, config)
    network = tied(13)
    objective = Objective([theory.relation("composition")], split, config, CPU)
    first, again, other = (objective(network, step).relation for step in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_without_relations_only_training_cells_are_seen(theory, config):
    split = split_of(theory, config)
    seen = []

    class Spy(torch.nn.Module):
        def forward(self, cells):
            seen.append(cells)
            return torch.zeros(len(cells), 13, requires_grad=True)

    loss = Objective([], split, config, CPU)(Spy(), 0)
    assert np.array_equal(seen[0].numpy(), split.train_cells)
    assert float(loss.relation) == 0
