"""Closure: what a relation settles, against brute force and against known figures."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.relations.closure import Closure, closure
from symtheory.relations.derive.derive import derive_relations
from symtheory.relations.relation import Relation
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import find_symmetries
from symtheory.tasks.modular import modular_task


def relations_of(expression: str, n: int) -> tuple[NDArray[np.int64], dict[str, Relation]]:
    task = modular_task(expression, n)
    structure = find_structure(task)
    relations = derive_relations(structure, find_symmetries(structure))
    return task.table, {r.name: r for r in relations}


def one_round_by_hand(relation: Relation, known: NDArray[np.int64]) -> NDArray[np.int64]:
    sampler = relation.bind(known)
    pairs = sampler.pairs(np.arange(sampler.n_instances))
    after = known.copy()
    for i, (left, right) in enumerate(zip(pairs.left, pairs.right, strict=True)):
        to_right = (
            pairs.answer_map[i] if pairs.answer_map is not None else np.arange(relation.n_answers)
        )
        if known[tuple(left)] >= 0:
            after[tuple(right)] = to_right[known[tuple(left)]]
        if known[tuple(right)] >= 0:
            after[tuple(left)] = np.argsort(to_right)[known[tuple(right)]]
    return after


@pytest.mark.parametrize(
    "expression",
    ["x + y", "2*x - 3*y", "(x + y)^3", "x*y", "(x+y)^2", "x^2+y^2", "x^2+x*y+y^2", "x^2*y^2"],
)
def test_a_round_is_one_instance_from_a_known_cell(expression: str) -> None:
    table, relations = relations_of(expression, 11)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        known = np.where(rng.random(table.shape) < [0.02, 0.1, 0.3, 0.9][seed], table, -1)
        if known.max() < 0:
            continue
        for relation in relations.values():
            spread = relation.spread(known)
            assert np.array_equal(spread, one_round_by_hand(relation, known)), relation
            assert np.array_equal(spread[spread >= 0], table[spread >= 0])


def test_the_fixpoint_is_reached_by_rounds() -> None:
    table, relations = relations_of("x + y", 23)
    known = np.where(np.random.default_rng(0).random(table.shape) < 0.15, table, -1)
    found = relations["composition"].closure(known)
    after, rounds = known, 0
    while not np.array_equal(
        following := one_round_by_hand(relations["composition"], after), after
    ):
        after, rounds = following, rounds + 1
    unknown = known < 0
    assert found.rounds == rounds > 1
    assert found.fraction == (after[unknown] >= 0).mean()
    assert 0 < found.fraction_one_round < found.fraction


def test_known_figures_at_113() -> None:
    """30 % train: swap settles 29.3 %, composition 99.7 % then all, shift all."""
    table, relations = relations_of("x + y", 113)
    order = np.random.default_rng(0).permutation(table.size)
    known = np.full(table.size, -1)
    train = order[: round(0.3 * table.size)]
    known[train] = table.ravel()[train]
    known = known.reshape(table.shape)
    swap = relations["swap"].closure(known)
    assert swap.fraction == pytest.approx(0.293, abs=0.012)
    # Exactly: the share of held-out cells whose mirror image is known.
    assert swap.fraction == (known.T[known < 0] >= 0).mean()
    assert swap.rounds == 1
    composition = relations["composition"].closure(known)
    assert composition.fraction_one_round == pytest.approx(0.997, abs=0.001)
    assert (composition.fraction, composition.rounds) == (1.0, 2)
    assert relations["shift"].closure(known) == Closure(1.0, 1.0, 1)
    assert relations["equivariance"].closure(known) == Closure(1.0, 1.0, 1)


def test_nothing_known_settles_nothing() -> None:
    _, relations = relations_of("x + y", 7)
    for relation in relations.values():
        assert relation.closure(np.full((7, 7), -1)) == Closure(0.0, 0.0, 0)


def test_nothing_held_out_is_closed() -> None:
    table, relations = relations_of("x + y", 7)
    for relation in relations.values():
        assert relation.closure(table) == Closure(1.0, 1.0, 0)


def test_shift_settles_antidiagonals_and_no_more() -> None:
    _, relations = relations_of("x + y", 7)
    known = np.full((7, 7), -1)
    known[0, 3] = 3
    assert relations["shift"].closure(known) == Closure(6 / 48, 6 / 48, 1)


def test_relations_together_settle_what_neither_does_alone() -> None:
    table, relations = relations_of("x - y", 11)
    known = np.where(np.random.default_rng(1).random(table.shape) < 0.12, table, -1)
    swap, composition = relations["swap"], relations["composition"]
    both = closure([swap, composition], known).fraction_one_round
    assert both > max(
        swap.closure(known).fraction_one_round, composition.closure(known).fraction_one_round
    )


def test_held_out_answers_are_never_seen() -> None:
    """Closure is a function of the training answers: it cannot tell what it was hidden from."""
    table, relations = relations_of("x + y", 11)
    hidden = np.random.default_rng(0).random(table.shape) < 0.8
    flipped = np.where(hidden, (table + 1) % 11, table)
    for relation in relations.values():
        first, second = (np.where(hidden, -1, t) for t in (table, flipped))
        assert np.array_equal(relation.spread(first), relation.spread(second))


def test_a_conflict_goes_to_the_first_instance() -> None:
    """A false relation may join a cell to two answers; the result must not depend on luck."""
    _, relations = relations_of("x + y", 5)
    known = np.full((5, 5), -1)
    known[0, 2], known[2, 0] = 1, 3  # f(0, 2) = f(1, 1) = f(2, 0) by shift, yet they differ
    spread = relations["shift"].spread(known)
    assert (spread[1, 1], spread[0, 2], spread[2, 0]) == (1, 1, 3)


def test_what_is_closed_by_theorem_is_closed_after_a_round() -> None:
    kinds: set[str] = set()
    for expression in ("x + y", "2*x - 3*y", "(x + y)^3", "x^2+y^2", "x^2*y^2", "x^2+x*y+y^2"):
        table, relations = relations_of(expression, 13)
        known = np.where(np.random.default_rng(3).random(table.shape) < 0.1, table, -1)
        for relation in relations.values():
            if relation.is_idempotent:
                kinds.add(relation.kind)
                once = relation.spread(known)
                assert not np.array_equal(once, known)
                assert np.array_equal(relation.spread(once), once)
    assert kinds == {"swap", "shift", "fibre", "invariance", "equivariance"}


def test_relations_together_are_spread_until_nothing_follows() -> None:
    """Each joins cells in twos and is closed after a round; in turn they go along the chain."""
    table, relations = relations_of("x + y", 5)
    cells = np.arange(25).reshape(5, 5)
    first, second = (replace(relations["shift"], classes=(cells + shift) // 2) for shift in (0, 1))
    known = np.full_like(table, -1)
    known[0, 0] = 0
    assert first.is_idempotent
    assert second.is_idempotent
    assert closure((first,), known) == Closure(1 / 24, 1 / 24, 1)
    assert closure((first, second), known) == Closure(2 / 24, 1.0, 12)
