"""Relations hold on every cell, name every instance once, and see training answers only."""

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symtheory.errors import PredictionError, SpecError
from symtheory.relations.cells import CellPairs
from symtheory.relations.composition import Composition
from symtheory.relations.derive.derive import derive_relations
from symtheory.relations.invariances import Swap
from symtheory.relations.relation import Relation
from symtheory.structure.structure import find_structure
from symtheory.structure.symmetries import find_symmetries
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task

EXPRESSIONS = ["x + y", "x - y", "2*x + 3*y + 4", "(x + y)^3"]


def split(task: Task, fraction: float, seed: int) -> NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    return np.where(rng.random(task.table.shape) < fraction, task.table, -1)


def derived(task: Task) -> dict[str, Relation]:
    structure = find_structure(task)
    return {r.name: r for r in derive_relations(structure, find_symmetries(structure))}


def relations_of(expression: str, n: int) -> tuple[Task, dict[str, Relation]]:
    task = modular_task(expression, n)
    return task, derived(task)


def all_pairs(relation: Relation, known: NDArray[np.int64]) -> CellPairs:
    sampler = relation.bind(known)
    return sampler.pairs(np.arange(sampler.n_instances))


def is_obeyed(pairs: CellPairs, table: NDArray[np.int64]) -> bool:
    left = table[pairs.left[:, 0], pairs.left[:, 1]]
    right = table[pairs.right[:, 0], pairs.right[:, 1]]
    if pairs.answer_map is not None:
        left = pairs.answer_map[np.arange(len(left)), left]
    return bool(np.array_equal(left, right))


def as_counter(pairs: CellPairs) -> Counter[tuple[int, ...]]:
    return Counter(map(tuple, np.hstack([pairs.left, pairs.right]).tolist()))


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("n", [5, 11])
def test_every_instance_holds_on_the_table(expression: str, n: int) -> None:
    task, relations = relations_of(expression, n)
    assert list(relations) == ["swap", "composition", "shift", "equivariance"]
    for relation in relations.values():
        pairs = all_pairs(relation, split(task, 0.5, seed=n))
        assert len(pairs.left) > 0
        assert is_obeyed(pairs, task.table)
        assert (pairs.left != pairs.right).any(axis=1).all()
        if pairs.answer_map is not None:
            assert np.array_equal(
                np.sort(pairs.answer_map, axis=1), np.tile(np.arange(n), (len(pairs.left), 1))
            )


@settings(max_examples=25)
@given(n=st.integers(5, 13), seed=st.integers(0, 2**32 - 1))
def test_every_instance_holds_under_any_relabeling(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    residues = np.add.outer(np.arange(n), np.arange(n)) % n
    table = rng.permutation(n)[residues[rng.permutation(n)][:, rng.permutation(n)]]
    names = [[f"{axis}{i}" for i in range(n)] for axis in "abc"]
    task = Task("t", table, *names, formula="t")
    known = np.where(rng.random((n, n)) < 0.4, table, -1)
    for relation in derived(task).values():
        assert is_obeyed(all_pairs(relation, known), table)
        determined = relation.spread(known)
        assert np.array_equal(determined[determined >= 0], table[determined >= 0])
        assert np.array_equal(determined[known >= 0], table[known >= 0])


def test_a_false_relation_is_caught() -> None:
    """The checks above can fail: swapping the operands of x - y without signs is no law."""
    task, relations = relations_of("x - y", 11)
    swap = relations["swap"]
    assert isinstance(swap, Swap)
    false = replace(swap, tau=np.arange(11), sigma=np.arange(11))
    assert is_obeyed(all_pairs(swap, task.table), task.table)
    assert not is_obeyed(all_pairs(false, task.table), task.table)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_instances_are_the_definition(expression: str) -> None:
    """Each list by loops over the definition, through the group's own coordinates."""
    n = 5
    task, relations = relations_of(expression, n)
    f, iso = task.table, find_structure(task).factorization
    assert iso is not None
    known = split(task, 0.6, seed=1)
    g = range(n)
    x_of, y_of = np.argsort(iso.phi), np.argsort(iso.psi)
    tau, element = x_of[iso.psi], np.argsort(iso.h)
    expected: dict[str, list[tuple[int, ...]]] = {
        "swap": [(x, y, tau[y], y_of[iso.phi[x]]) for x in g for y in g],
        "shift": [
            (x_of[(iso.phi[x] + c) % n], y, x, y_of[(c + iso.psi[y]) % n])
            for x, y, c in itertools.product(g, repeat=3)
        ],
        "composition": [
            (x_of[element[f[x, y]]], w, x, y_of[element[f[tau[y], w]]])
            for x, y, w in itertools.product(g, repeat=3)
            if known[x, y] >= 0 and known[tau[y], w] >= 0
        ],
        "equivariance": list(itertools.product(g, repeat=4)),
    }
    for name, instances in expected.items():
        proper = Counter(tuple(map(int, cells)) for cells in instances if cells[:2] != cells[2:])
        relation = relations[name]
        assert as_counter(all_pairs(relation, known)) == proper
        assert relation.n_instances(known) == proper.total()


@pytest.mark.parametrize("name", ["swap", "composition", "shift", "equivariance"])
def test_draws_are_uniform(name: str) -> None:
    task, relations = relations_of("2*x + 3*y", 5)
    relation, known = relations[name], split(task, 0.5, seed=3)
    size = 200_000
    counts = as_counter(relation.sample(known, size, rng=np.random.default_rng(0)))
    n_instances = relation.n_instances(known)
    multiplicity = as_counter(all_pairs(relation, known))
    assert set(counts) == set(multiplicity)
    chi_square = sum(
        (counts[cells] - size * m / n_instances) ** 2 / (size * m / n_instances)
        for cells, m in multiplicity.items()
    )
    freedom = len(multiplicity) - 1
    assert abs(chi_square - freedom) < 4 * (2 * freedom) ** 0.5


def test_draws_depend_on_the_generator_alone() -> None:
    task, relations = relations_of("x + y", 11)
    known = split(task, 0.3, seed=0)
    for relation in relations.values():
        first, second = (relation.sample(known, 50, rng=np.random.default_rng(7)) for _ in range(2))
        assert np.array_equal(first.left, second.left)
        assert np.array_equal(first.right, second.right)


def test_composition_reads_training_cells_only() -> None:
    """An instance is there exactly when both answers that it reads are known."""
    _, relations = relations_of("x + y", 7)
    known = np.full((7, 7), -1)
    assert relations["composition"].n_instances(known) == 0
    known[2, 3] = 5
    assert relations["composition"].n_instances(known) == 0
    known[3, 4] = 0
    pairs = all_pairs(relations["composition"], known)  # f(f(2, 3), 4) = f(2, f(3, 4))
    assert (pairs.left.tolist(), pairs.right.tolist()) == ([[5, 4]], [[2, 0]])


def test_a_relation_without_instances_says_so() -> None:
    _, relations = relations_of("x + y", 7)
    with pytest.raises(PredictionError, match=r"composition has no instance.*reads f\(x, y\)"):
        relations["composition"].sample(np.full((7, 7), -1), 5, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (np.zeros((7, 6), dtype=int), r"\(7, 7\) table"),
        (np.zeros((7, 7)), "float64"),
        (np.full((7, 7), 7), "from 7 to 7"),
        (np.full((7, 7), -2), "from -2 to -2"),
    ],
)
def test_a_wrong_table_of_training_answers_is_refused(known: NDArray[np.int64], words: str) -> None:
    _, relations = relations_of("x + y", 7)
    for relation in relations.values():
        for use in (relation.bind, relation.spread, relation.closure):
            with pytest.raises(SpecError, match=words):
                use(known)


@pytest.mark.parametrize(
    ("expression", "formulas"),
    [
        (
            "x + y",
            [
                "f(x, y) = f(y, x)",
                "f(f(x, y), w) = f(x, f(y, w))",
                "f(x + c, y) = f(x, y + c)",
                "f(x + a, y + b) = f(x, y) + a + b",
            ],
        ),
        (
            "x - y",
            [
                "f(x, y) = f(-y, -x)",
                "f(f(x, y), w) = f(x, -f(-y, w))",
                "f(x + c, y) = f(x, y - c)",
                "f(x + a, y + b) = f(x, y) + a - b",
            ],
        ),
        (
            "2*x + 3*y + 1",
            [
                "f(x, y) = f(-4*y, -3*x)",
                "f(-5*f(x, y) + 5, w) = f(x, 4*f(-4*y, w) - 4)",
                "f(x + c, y) = f(x, y - 3*c)",
                "f(x + a, y + b) = f(x, y) + 2*a + 3*b",
            ],
        ),
        (
            "(x + y)^3",
            [
                "f(x, y) = f(y, x)",
                "f(f(x, y)^(1/3), w) = f(x, f(y, w)^(1/3))",
                "f(x + c, y) = f(x, y + c)",
                "f(x + a, y + b) = h(h⁻¹(f(x, y)) + a + b)",
            ],
        ),
    ],
)
def test_formulas_read_as_people_write_them(expression: str, formulas: list[str]) -> None:
    _, relations = relations_of(expression, 11)
    assert [relation.formula for relation in relations.values()] == formulas


def test_printed_formulas_are_what_is_computed() -> None:
    """For 2x + 3y + 1 mod 11, evaluate the printed maps by hand."""
    f = modular_task("2*x + 3*y + 1", 11).table
    x, y, w = np.indices((11, 11, 11))
    assert np.array_equal(f[x, y], f[-4 * y % 11, -3 * x % 11])
    assert np.array_equal(f[(-5 * f[x, y] + 5) % 11, w], f[x, (4 * f[-4 * y % 11, w] - 4) % 11])
    assert np.array_equal(f[(x + w) % 11, y], f[x, (y - 3 * w) % 11])


def test_roots_are_explained() -> None:
    _, relations = relations_of("(x + y)^3", 11)
    composition = relations["composition"]
    assert composition.where == ("z^(1/3) = z^7 mod 11",)  # 3 * 7 = 1 mod 10
    assert composition.reads == ("f(x, y)", "f(y, w)")
    assert composition.latex == "f(f(x,y)^{1/3},w) = f(x,f(y,w)^{1/3})"
    assert relations["equivariance"].where == ("h(g) = g^3",)
    assert relations["swap"].where == ()


def test_maps_without_formula_come_with_a_table() -> None:
    rng = np.random.default_rng(0)
    order = rng.permutation(7)
    table = order[np.add.outer(np.arange(7), np.arange(7)) % 7]
    task = Task("t", table, "abcdefg", "abcdefg", "abcdefg", formula="t")
    composition = derived(task)["composition"]
    assert composition.formula == "f(λ(f(x, y)), w) = f(x, μ(f(y, w)))"
    back = ", ".join(f"{'abcdefg'[z]}→{'abcdefg'[g]}" for z, g in enumerate(np.argsort(order)))
    assert composition.where == (f"λ = μ: {back}",)
    assert composition.latex == r"f(\lambda(f(x,y)),w) = f(x,\mu(f(y,w)))"


def test_composition_keeps_its_maps() -> None:
    _, relations = relations_of("x - y", 7)
    composition = relations["composition"]
    assert isinstance(composition, Composition)
    assert composition.mu.tolist() == [0, 6, 5, 4, 3, 2, 1]
    assert composition.to_dict()["latex"] == "f(f(x,y),w) = f(x,-f(-y,w))"
