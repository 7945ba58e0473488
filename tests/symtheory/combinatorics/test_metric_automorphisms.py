"""The quick way to automorphisms of a table of distances agrees with the search on the table."""

import itertools

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path
from sympy.combinatorics import Permutation, PermutationGroup

from symtheory.combinatorics import table_automorphisms as automorphisms
from symtheory.combinatorics.metric_automorphisms import metric_automorphisms
from symtheory.combinatorics.table_automorphisms import TableAutomorphisms, table_automorphisms
from symtheory.graphs.notation import read_graph
from symtheory.tasks.graphs import graph_task
from symtheory.theory import predict

GRAPHS = (
    *("path(2)", "path(7)", "cycle(5)", "cycle(8)", "cycle(9)", "cycle(12)", "complete(5)"),
    *("petersen", "cube", "octahedron", "icosahedron", "desargues", "heawood", "frucht"),
    *("hypercube(4)", "torus(4,5)", "cycle(5) x path(2)", "lattice(3,3)", "lattice(2,4)"),
    *("cayley(Z13; 1, 5)", "cayley(Z16; 1, 7)", "cayley(Z8; 1, 4)", "bipartite(3,3)", "tree(2,2)"),
)
QUESTIONS = (
    {},
    {"fix_answers": True},
    {"shared_table": True},
    {"fix_x": True},
    {"fix_y": True},
    {"shared_table": True, "fix_answers": True},
    {"fix_x": True, "fix_answers": True},
)


def generated_order(found: TableAutomorphisms) -> int:
    triples = zip(found.alphas, found.betas, found.gammas, strict=True)
    n = found.alphas.shape[1]
    moves = [Permutation(np.concatenate([a, n + b, 2 * n + g]).tolist()) for a, b, g in triples]
    return int(PermutationGroup(moves).order()) if moves else 1


@pytest.mark.parametrize("text", GRAPHS)
def test_order_and_generators_agree_with_bliss(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = read_graph(text).distances
    n_answers = int(table.max()) + 1
    quick = [table_automorphisms(table, n_answers, **question) for question in QUESTIONS]
    assert metric_automorphisms(table) is not None
    monkeypatch.setattr(automorphisms, "metric_automorphisms", lambda *_, **__: None)
    for found, question in zip(quick, QUESTIONS, strict=True):
        expected = table_automorphisms(table, n_answers, **question)
        assert found.order == expected.order, question
        assert generated_order(found) == found.order, question
        for alpha, beta, gamma in zip(found.alphas, found.betas, found.gammas, strict=True):
            np.testing.assert_array_equal(table[np.ix_(alpha, beta)], gamma[table])


def test_other_tables_are_left_to_the_search() -> None:
    x = np.arange(7)
    assert metric_automorphisms(np.maximum(x[:, None], x)) is None
    assert metric_automorphisms((x[:, None] + x) % 7) is None
    assert metric_automorphisms(np.abs(x[:, None] - 2 * x)) is None
    assert metric_automorphisms(2 * np.abs(x[:, None] - x)) is None
    assert metric_automorphisms(np.abs(x[:, None] - x)[:, :5]) is None


def test_the_theory_of_a_cycle_and_of_a_lattice() -> None:
    cycle = predict(graph_task(read_graph("cycle(12)")))
    assert cycle.group is not None
    assert (cycle.group.name, cycle.symmetries.n_invariances) == ("Z12", 24)
    # Units 1, 5, 7, 11 and the antipode on one side: |Sym_f| 24 times 2 classes times 2.
    assert cycle.symmetries.n_autotopisms == 96
    lattice = predict(graph_task(read_graph("lattice(4,4)")))
    assert (lattice.group, lattice.symmetries.n_invariances) == (None, 8)


def test_all_small_tables_are_told_apart_from_metrics_of_graphs() -> None:
    """Every symmetric table of four points with entries 1 to 3 off the diagonal."""
    n_metrics = 0
    for entries in itertools.product((1, 2, 3), repeat=6):
        table = np.zeros((4, 4), dtype=np.int64)
        table[np.triu_indices(4, 1)] = entries
        table += table.T
        steps = shortest_path((table == 1).astype(float), unweighted=True)
        is_metric = np.array_equal(steps, table)
        assert (metric_automorphisms(table, fix_answers=True) is not None) == is_metric, entries
        n_metrics += is_metric
    assert n_metrics == 38  # connected graphs on four named vertices
