"""Relations of triples: triangle equality, transitivity, and the converse of a question."""

from itertools import product

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from symtheory.errors import PredictionError
from symtheory.graphs.graph import Graph
from symtheory.relations.cells import TRUE
from symtheory.relations.derive.orders import order_identities
from symtheory.relations.derive.triangle import triangle_identity
from symtheory.relations.triangle import Triangle, distance_bounds
from symtheory.tasks.modular import modular_task
from symtheory.tasks.orders import comparison_task
from symtheory.tasks.task import Task
from symtheory.theory import predict


def graph(n, edges, weights=None):
    return Graph("graph", [str(v) for v in range(n)], edges, weights)


def random_graph(n, rng, *, is_weighted=False):
    """Return a random tree with a few more edges."""
    edges = {(int(rng.integers(v)), v) for v in range(1, n)}
    edges |= {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(n // 2)}
    return graph(n, sorted(edges), rng.integers(1, 5, size=len(edges)) if is_weighted else None)


def metric_task(one):
    values, table = np.unique(one.distances, return_inverse=True)
    return Task(
        "metric",
        table.reshape(one.distances.shape),
        one.vertices,
        one.vertices,
        [str(value) for value in values],
        formula="d(x, y)",
        shared_tokens=True,
        answer_structure=one,
    )


def part_of(table, fraction, rng):
    return np.where(rng.random(table.shape) < fraction, table, -1)


def every(relation, known):
    sampler = relation.bind(known)
    return sampler.pairs(np.arange(sampler.n_instances))


CYCLE = graph(9, [(v, (v + 1) % 9) for v in range(9)])
GRID = graph(12, [(v, v + 1) for v in range(12) if v % 4 < 3] + [(v, v + 4) for v in range(8)])


@pytest.mark.parametrize("seed", range(8))
def test_bounds_are_the_best_that_known_distances_give(seed):
    rng = np.random.default_rng(seed)
    one = random_graph(9, rng, is_weighted=seed % 2 == 1)
    known = part_of(one.distances, 0.3, rng)
    lower, upper = distance_bounds(known)
    assert (lower <= one.distances).all()
    assert (one.distances <= upper).all()
    # By brute force: shortest paths, and every known distance less the detours to its ends.
    both = np.maximum(known, known.T)
    np.fill_diagonal(both, 0)
    paths = shortest_path(np.where(both >= 0, both, np.inf), directed=False)
    for a, c in product(range(9), repeat=2):
        assert min(upper[a, c], 2**40) == min(paths[a, c], 2**40)
        pairs = [(x, y) for x, y in product(range(9), repeat=2) if both[x, y] >= 0]
        best = max(both[x, y] - paths[a, x] - paths[y, c] for x, y in pairs)
        assert lower[a, c] == max(best, 0)
    # Nothing more follows when what follows is known.
    again = np.where(lower == upper, lower, known)
    for new, old in zip(distance_bounds(again), (lower, upper), strict=True):
        assert np.array_equal(new, old)


@pytest.mark.parametrize("fraction", [0.3, 0.8, 1.0])
@pytest.mark.parametrize("one", [CYCLE, GRID, random_graph(10, np.random.default_rng(1))])
def test_the_triangle_equality_is_certified_by_known_distances_alone(one, fraction):
    task = metric_task(one)
    known = part_of(task.table, fraction, np.random.default_rng(2))
    relation = triangle_identity(task)
    lower, upper = distance_bounds(np.where(known >= 0, relation.values[known], -1))
    triples = every(relation, known)
    found = set()
    for (a, b), (b_again, c), outer in zip(*(s.tolist() for s in triples.cells), strict=True):
        assert b == b_again
        assert outer == [a, c]
        found.add((a, b, c))
    n = len(one)
    expected = {
        (a, b, c)
        for a, b, c in product(range(n), repeat=3)
        if b not in (a, c) and lower[a, c] == upper[a, b] + upper[b, c]
    }
    assert found == expected
    d = one.distances
    assert all(d[a, b] + d[b, c] == d[a, c] for a, b, c in found)
    if fraction == 1:
        between = [t for t in product(range(n), repeat=3) if d[t[0], t[1]] + d[t[1:]] == d[t[::2]]]
        assert found == {t for t in between if t[1] not in (t[0], t[2])}
    assert not triples.is_false(task.table).any()


def test_distances_that_follow_are_true_and_follow_at_once():
    task = metric_task(GRID)
    known = part_of(task.table, 0.5, np.random.default_rng(0))
    relation = triangle_identity(task)
    told = relation.spread(known)
    is_told = (told >= 0) & (known < 0)
    assert is_told.any()
    assert np.array_equal(told[is_told], task.table[is_told])
    assert np.array_equal(told[known >= 0], known[known >= 0])
    assert np.array_equal(relation.spread(told), told)
    assert relation.is_idempotent
    assert relation.closure(known).rounds == 1


def test_instances_follow_the_names():
    task, rng = metric_task(CYCLE), np.random.default_rng(0)
    relation = triangle_identity(task)
    x, y = rng.permutation(9), rng.permutation(9)
    z = rng.permutation(len(task.z_labels))
    table = np.empty_like(task.table)
    table[np.ix_(x, y)] = z[task.table]
    known = part_of(table, 0.7, rng)
    renamed = relation.renamed(x, y, z)
    triples = every(renamed, known)
    assert len(triples.first) > 0
    assert not triples.is_false(table).any()
    told = renamed.spread(known)
    assert np.array_equal(told[told >= 0], table[told >= 0])
    assert (every(relation, known).is_false(table)).any()


def test_placebos_have_as_many_instances_and_are_false():
    rng = np.random.default_rng(0)
    for theory in (predict(metric_task(CYCLE)), predict(comparison_task((4, 3)))):
        known = part_of(theory.task.table, 0.6, rng)
        true = {relation.kind: relation for relation in theory.relations}
        placebos = theory.placebos(rng=rng, known=known)
        kinds = {placebo.kind for placebo in placebos}
        assert kinds >= {"triangle"} or kinds >= {"converse", "transitivity", "bradley-terry"}
        for placebo in placebos:
            if placebo.kind == "triangle":
                assert not placebo.is_idempotent  # wrong distances change the bounds
            if placebo.kind in ("triangle", "transitivity", "bradley-terry"):
                count = placebo.n_instances(known)
                assert count == true[placebo.kind].n_instances(known)
                sample = placebo.sample(known, 2000, rng=rng)
                assert sample.is_false(theory.task.table).mean() > 0.2


@pytest.mark.parametrize("levels", [(7,), (3, 2)])
def test_transitivity_speaks_of_the_triples_whose_premises_are_known_to_be_true(levels):
    task = comparison_task(levels)
    order, n = task.answer_structure, len(task.x_labels)
    known = part_of(task.table, 0.5, np.random.default_rng(0))
    _, transitivity, bradley_terry = order_identities(task)
    expected = {
        ((a, q * n + b), (b, q * n + c), (a, q * n + c))
        for q in range(len(order.questions))
        for a, b, c in product(range(n), repeat=3)
        if a != b and b != c and known[a, q * n + b] == known[b, q * n + c] == TRUE
    }
    # Log odds add for < and >; nothing of the kind is said of equal ranks.
    scores = {triple for triple in expected if triple[0][1] // n % 3 != 1}
    assert scores < expected if len(levels) > 1 else scores == expected
    for relation, wanted in ((transitivity, expected), (bradley_terry, scores)):
        triples = every(relation, known)
        found = {
            tuple(map(tuple, cells))
            for cells in zip(*(s.tolist() for s in triples.cells), strict=True)
        }
        assert found == wanted
        assert not triples.is_false(task.table).any()


def test_a_chain_follows_from_its_neighbors():
    task = comparison_task((9,))
    relation = order_identities(task)[1]
    ranks = np.arange(9)
    is_near = np.tile(np.abs(ranks[:, None] - ranks[None, :]) <= 1, 3)
    known = np.where(is_near, task.table, -1)
    closure = relation.closure(known)
    told = known
    for _ in range(closure.rounds):
        told = relation.spread(told)
    # What is true follows, in as many rounds as 8 steps double from one; what is false does not.
    assert closure.rounds == 3
    assert np.array_equal(told == TRUE, task.table == TRUE)
    assert ((told < 0) == ((task.table != TRUE) & ~is_near)).all()


def test_a_converse_is_asked_of_exchanged_entities():
    task = comparison_task((3, 3))
    relation = order_identities(task)[0]
    pairs = every(relation, task.table)
    assert not pairs.is_false(task.table).any()
    labels = [
        (task.x_labels[x], task.y_labels[y])
        for x, y in zip(pairs.left[:, 0], pairs.left[:, 1], strict=True)
    ]
    others = [
        (task.x_labels[x], task.y_labels[y])
        for x, y in zip(pairs.right[:, 0], pairs.right[:, 1], strict=True)
    ]
    converse = {"<": ">", "=": "=", ">": "<"}
    for (a, question), (b, answer) in zip(labels, others, strict=True):
        attribute, sign, right = question.split(" ", 2)
        assert answer == f"{attribute} {converse[sign]} {a}"
        assert right == b
    # A cell that is its own converse, "a = a", is in no instance; all others are in one.
    n_own = 2 * 9
    assert 2 * len(pairs.left) == task.table.size - n_own
    known = part_of(task.table, 0.4, np.random.default_rng(0))
    told = relation.spread(known)
    assert np.array_equal(told[told >= 0], task.table[told >= 0])
    assert (told >= 0).sum() > (known >= 0).sum()


def test_other_tasks_have_none_of_them():
    task = modular_task("x + y", 7)
    with pytest.raises(PredictionError, match="no distances"):
        triangle_identity(task)
    with pytest.raises(PredictionError, match="nothing of an order"):
        order_identities(task)
    assert not any(isinstance(relation, Triangle) for relation in predict(task).relations)
