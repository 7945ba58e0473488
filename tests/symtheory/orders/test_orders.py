"""Comparison tasks: truths about orders, neighbors, symmetries and refusals."""

from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest

from symtheory.claims.orders import order_claims
from symtheory.errors import BudgetError, SpecError
from symtheory.geometry.orders import order_geometry
from symtheory.orders.order import SIGNS, Order
from symtheory.orders.relabelings import exchange_classes, least_axis_p_value
from symtheory.records import Level, Role
from symtheory.tasks.orders import (
    adjacent_cells,
    comparison_table,
    comparison_task,
    order_task,
)
from symtheory.tasks.task import Task
from symtheory.theory import predict

ALL_LEVELS = [(7, 7), (3, 3, 3), (64,), (2, 5), (2, 2, 2, 2)]


def chain_order(levels: tuple[int, ...]) -> Order:
    order = comparison_task(levels).answer_structure
    assert isinstance(order, Order)
    return order


@pytest.mark.parametrize("levels", ALL_LEVELS)
def test_every_question_of_two_entities_has_the_answer_of_its_attribute(levels) -> None:
    task = comparison_task(levels)
    entities = list(product(*map(range, levels)))
    n = len(entities)
    assert task.table.shape == (n, 3 * len(levels) * n)
    rng = np.random.default_rng(0)
    for a, b, q in rng.integers([n, n, 3 * len(levels)], size=(200, 3)).tolist():
        left, right = entities[a][q // 3], entities[b][q // 3]
        expected = {"<": left < right, "=": left == right, ">": left > right}[SIGNS[q % 3]]
        assert task.table[a, q * n + b] == expected
    assert task.z_labels == ("false", "true")
    assert task.questions == task.answer_structure.questions


def test_exactly_one_sign_of_an_attribute_is_true() -> None:
    table = comparison_task((4, 3)).table.reshape(12, 2, 3, 12)
    assert (table.sum(axis=2) == 1).all()
    assert np.array_equal(table[:, :, 0], table[:, :, 2].transpose(2, 1, 0))  # converse


def test_transitivity_and_its_failure_elsewhere() -> None:
    below = comparison_task((7, 7)).table[:, :49] == 1
    assert not (below.astype(int) @ below > 0)[~below].any()
    neighbors = adjacent_cells(chain_order((7, 7)))[:, :49] & below
    assert (neighbors.astype(int) @ neighbors > 0)[~neighbors].any()


def test_names_of_entities_and_questions() -> None:
    task = comparison_task((7, 7))
    assert (task.name, task.shared_tokens) == ("comparison-7-7", False)
    assert task.x_labels[2 * 7 + 5] == "(2,5)"
    assert task.y_labels[2 * 7 + 5] == "a < (2,5)"
    assert task.y_labels[5 * 49] == "b > (0,0)"
    chain = comparison_task([64])
    assert chain.name == "comparison-64"
    assert chain.x_labels == tuple(map(str, range(64)))


def test_a_task_survives_json() -> None:
    for task in (comparison_task((3, 2)), order_task(vee())):
        again = Task.from_dict(task.to_dict())
        assert np.array_equal(again.table, task.table)
        assert again.questions == task.questions


def vee() -> Order:
    return Order("vee", "xyz", [[0, 0], [1, 2], [2, 1]], ("L", "M"), is_joint=True)


def test_a_joint_order_asks_about_all_attributes_at_once() -> None:
    task = order_task(vee())
    assert task.questions == SIGNS
    assert task.table.reshape(3, 3, 3)[1].tolist() == [[0, 0, 0], [0, 1, 0], [1, 0, 0]]


# Neighbors


def test_neighbors_of_a_chain_differ_by_at_most_one() -> None:
    cells = adjacent_cells(chain_order((9,))).reshape(9, 3, 9)
    steps = abs(np.subtract.outer(np.arange(9), np.arange(9)))
    assert all(np.array_equal(cells[:, q], steps <= 1) for q in range(3))


def test_neighbors_of_a_product_are_counted_in_the_asked_attribute() -> None:
    order = chain_order((7, 4))
    cells = adjacent_cells(order).reshape(28, 6, 28)
    for q in range(6):
        column = order.ranks[:, q // 3]
        assert np.array_equal(cells[:, q], abs(column[:, None] - column) <= 1)


def test_neighbors_of_a_joint_order_have_nothing_between_them() -> None:
    grid = np.array(list(product(range(3), range(3))))
    order = Order("grid", [f"{i}{j}" for i, j in grid], grid, is_joint=True)
    cells = adjacent_cells(order).reshape(9, 3, 9)
    below = order.signs(0) == 0
    for a, b in product(range(9), range(9)):
        between = any(
            (below[a, c] and below[c, b]) or (below[b, c] and below[c, a]) for c in range(9)
        )
        assert cells[a, :, b].tolist() == [not between] * 3


@pytest.mark.parametrize("levels", ALL_LEVELS)
def test_the_order_follows_from_its_neighbors(levels) -> None:
    order = chain_order(levels)
    n = len(order)
    table, cells = comparison_table(order), adjacent_cells(order)
    for i in range(len(levels)):
        columns = slice(3 * i * n, (3 * i + 1) * n)
        below = (table[:, columns] == 1) & cells[:, columns]
        closed = below
        for _ in range(max(levels)):
            closed = closed | (closed.astype(int) @ below > 0)
        assert np.array_equal(closed, table[:, columns] == 1)


# Symmetries


@pytest.mark.parametrize("levels", [(4,), (5,), (2, 2), (3, 2), (2, 3)])
def test_symmetries_are_reversals_and_permutations_of_attributes(levels) -> None:
    order = chain_order(levels)
    n = len(order)
    columns = comparison_table(order).T
    asked = sorted(map(tuple, columns.tolist()))
    found = [
        p for p in permutations(range(n)) if sorted(map(tuple, columns[:, p].tolist())) == asked
    ]
    assert len(found) == order_geometry(order).n_symmetries


def test_what_an_order_claims() -> None:
    def levels(order: Order) -> list[tuple[Level, bool]]:
        return [(c.level, c.primary) for c in order_claims(order_geometry(order), Role.SHARED)]

    assert levels(chain_order((7, 7))) == [
        ("axes", True),
        ("additive", False),
        ("grid", False),
        ("distance-effect", False),
    ]
    assert levels(chain_order((3, 3, 3)))[0] == ("axes", False)
    assert ("line", False) in levels(chain_order((64,)))
    assert "line" not in [level for level, _ in levels(chain_order((7, 7)))]
    assert levels(chain_order((2, 2, 2)))[-1][0] == "grid"  # one distance only
    assert levels(vee()) == [("axes", True), ("grid", False)]
    free = Order("3 alike", "vwxyz", [[0, 0], [1, 3], [2, 2], [3, 1], [4, 4]], is_joint=True)
    assert levels(free)[0] == ("axes", False)


def test_main_effects_are_sums_over_attributes() -> None:
    geometry = order_geometry(chain_order((4, 3)))
    effects = geometry.main_effects_numeric
    assert effects.shape == (12, 3 + 2)
    assert np.allclose(effects.T @ effects, np.eye(5))
    assert np.allclose(effects.sum(axis=0), 0)
    square = effects.reshape(4, 3, 5)
    mixed = square[1:, 1:] - square[:-1, 1:] - square[1:, :-1] + square[:-1, :-1]
    assert np.allclose(mixed, 0)


def test_the_printout_says_what_is_forced() -> None:
    text = "\n".join(order_geometry(chain_order((7, 7))).text_lines())
    assert "forced       for each attribute a score" in text
    assert "not forced   the spacing of levels" in text
    assert "symmetries   8" in text
    assert "one choice of several" not in text
    data = order_geometry(chain_order((7, 7))).to_dict()
    assert (data["dimension"], data["n_symmetries"]) == (2, 8)


def test_entities_trade_places_only_if_they_agree_otherwise() -> None:
    order = chain_order((3, 2, 2))
    for i in range(3):
        classes = exchange_classes(order, i)
        assert (np.bincount(classes) == order.levels[i]).all()
        others = np.delete(order.ranks, i, axis=1)
        assert all(len(np.unique(others[classes == c], axis=0)) == 1 for c in classes)
    assert not exchange_classes(chain_order((9,)), 0).any()


@pytest.mark.parametrize(
    "order",
    [
        *map(chain_order, [(2,), (3,), (4,), (2, 2), (3, 2)]),
        Order("rows", "abcde", [[0, 0], [1, 0], [1, 0], [0, 1], [2, 1]], ("a", "b")),
        Order("joint", "wxyz", [[0, 1], [1, 0], [2, 3], [3, 2]], is_joint=True),
    ],
    ids=lambda order: order.name,
)
def test_least_p_values_are_those_of_all_relabelings(order: Order) -> None:
    for i in range(len(order.attributes)):
        ranks, classes = order.ranks[:, i], exchange_classes(order, i)
        allowed = [
            ranks[list(images)]
            for images in permutations(range(len(order)))
            if np.array_equal(classes[list(images)], classes)
        ]
        same = [
            np.array_equal(one, ranks) or np.array_equal(one, ranks.max() - ranks)
            for one in allowed
        ]
        assert least_axis_p_value(order, i) == Fraction(sum(same), len(same))


@pytest.mark.parametrize(
    ("levels", "has_power"),
    [((2,), 0), ((3,), 0), ((4,), 0), ((5,), 1), ((2, 2), 0), ((2, 2, 2), 0), ((3, 3), 1)],
)
def test_the_theory_says_where_axes_cannot_be_tested(levels, has_power: int) -> None:
    text = predict(comparison_task(levels)).text()
    assert ("no power: axes are inconclusive" in text) != bool(has_power)


# Refusals


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ((1,), "2 levels or more, an integer; got 1"),
        ((7, 0), "got 0"),
        ((-3,), "got -3"),
        ((2.5, 3), "got 2.5"),
        ((True, 3), "got True"),
        (("7",), "got '7'"),
        ((), "levels are a list"),
        ("77", "levels are a list"),
        ((2,) * 9, "9 attributes are given; the most are 8"),
    ],
)
def test_bad_levels_are_refused(levels, message: str) -> None:
    with pytest.raises(SpecError, match=message.replace("(", r"\(")):
        comparison_task(levels)


@pytest.mark.parametrize("levels", [(100, 100), (1000,), (10**9, 10**9), (7, 7, 7, 7)])
def test_sizes_over_budget_are_refused_at_once(levels) -> None:
    with pytest.raises(BudgetError, match="choose fewer levels"):
        comparison_task(levels)


def test_all_small_orders_have_questions_that_tell_their_entities_apart() -> None:
    for a, b in combinations(range(2, 5), 2):
        table = comparison_task((a, b)).table
        assert len(np.unique(table, axis=0)) == a * b
