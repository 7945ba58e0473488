"""Every relation of every kind of table holds on all its cells; every placebo fails on some."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symtheory.combinatorics.associativity import is_associative
from symtheory.groups.families import alternating, cyclic, dicyclic, dihedral, quaternion, symmetric
from symtheory.groups.group import Group
from symtheory.relations.cells import CellPairs
from symtheory.relations.closure import Closure
from symtheory.relations.derive.derive import composition_refusal, derive_relations
from symtheory.relations.equivariances import Moves, Translations
from symtheory.relations.instances import number_instances
from symtheory.relations.invariances import Reversal, Shift
from symtheory.relations.placebos import is_violated, placebo_relations
from symtheory.relations.relation import Relation
from symtheory.structure.structure import Structure, find_structure
from symtheory.structure.symmetries import Symmetries, find_symmetries
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task


def theory(task: Task) -> tuple[Structure, Symmetries]:
    structure = find_structure(task)
    return structure, find_symmetries(structure)


def placebos_of(
    found: tuple[Structure, Symmetries], *, rng: np.random.Generator
) -> tuple[Relation, ...]:
    return placebo_relations(derive_relations(*found), found[0], rng=rng)


def derived(task: Task) -> dict[str, Relation]:
    return {r.name: r for r in derive_relations(*theory(task))}


def modular(expression: str, n: int) -> Callable[[], Task]:
    return lambda: modular_task(expression, n)


def compose(group: Group, *, seed: int | None = None) -> Task:
    """The group's own table, or with all three sets renamed at random."""
    names = [f"g{i}" for i in range(group.order)]
    if seed is None:
        return Task("g", group.table, names, names, names, formula="x·y", shared_tokens=True)
    rng = np.random.default_rng(seed)
    x, y, z = (rng.permutation(group.order) for _ in range(3))
    return Task("g", z[group.table[np.ix_(x, y)]], names, names, names, formula="x·y renamed")


def conjugate(group: Group) -> Task:
    table = group.multiply(group.table, group.inverses[:, None])
    return Task("c", table, group.labels, group.labels, group.labels, formula="x·y·x⁻¹")


def quotient(p: int) -> Task:
    """x/y mod p with y restricted to the units."""
    x, y = np.arange(p), np.arange(1, p)
    inverse = np.array([pow(int(v), -1, p) for v in y])
    names = [str(v) for v in x]
    return Task("d", x[:, None] * inverse % p, names, names[1:], names, formula="x/y")


def with_holes(expression: str, n: int, share: float) -> Task:
    task = modular_task(expression, n)
    holes = np.random.default_rng(0).random(task.table.shape) < share
    table = np.where(holes, -1, task.table)
    return Task("h", table, task.x_labels, task.y_labels, task.z_labels, formula="holes")


def random_table(n: int, n_answers: int) -> Task:
    table = np.random.default_rng(5).integers(n_answers, size=(n, n))
    names = [str(i) for i in range(max(n, n_answers))]
    return Task("r", table, names[:n], names[:n], names[:n_answers], formula="random")


def ambiguous() -> Task:
    """Addition mod 5 with a further row that is constant 1."""
    table = np.vstack([np.ones(5, dtype=int), np.add.outer(np.arange(5), np.arange(5)) % 5])
    names = [f"t{i}" for i in range(6)]
    return Task("t", table, names, names[:5], names[:5], formula="t")


def maximum(n: int) -> Task:
    x = np.arange(n)
    names = [str(i) for i in x]
    return Task("m", np.maximum.outer(x, x), names, names, names, formula="max")


TASKS: dict[str, Callable[[], Task]] = {
    **{
        f"{text} mod {n}": modular(text, n)
        for text, n in [
            ("x+y", 7),
            ("x-y", 8),
            ("x*y", 11),
            ("x*y", 12),
            ("x*y+3", 7),
            ("2*x+3*y+1", 7),
            ("(x+y)^2", 9),
            ("(x+y)^2", 11),
            ("(x+y)^3", 7),
            ("(x+y)^3", 11),
            ("(x+y)^2+x+y", 7),
            ("x+x*y+y", 11),
            ("x^2+y^2", 11),
            ("x^2-y^2", 13),
            ("x^2+y", 7),
            ("x^2*y^2", 13),
            ("x^2*y", 7),
            ("x^3*y", 11),
            ("x^3+y^3", 11),
            ("x^2+x*y+y^2", 11),
            ("x^3+x*y^2+y", 13),
            ("x^3+x*y", 13),
            ("x^2", 7),
            ("x", 5),
        ]
    },
    "x/y mod 11": lambda: quotient(11),
    "S3": lambda: compose(symmetric(3)),
    "S3 renamed": lambda: compose(symmetric(3), seed=1),
    "D5 renamed": lambda: compose(dihedral(5), seed=2),
    "Q8 renamed": lambda: compose(quaternion(8), seed=3),
    "Z2 x Z2 style D2": lambda: compose(dihedral(2), seed=4),
    "conjugation in S3": lambda: conjugate(symmetric(3)),
    "conjugation in Q8": lambda: conjugate(dicyclic(2)),
    "x-y mod 11 with holes": lambda: with_holes("x-y", 11, 0.3),
    "x^2+x*y mod 7 with holes": lambda: with_holes("x^2+x*y", 7, 0.2),
    "random": lambda: random_table(8, 5),
    "a constant row among a group": ambiguous,
    "max": lambda: maximum(7),
}


def all_pairs(relation: Relation, known: NDArray[np.int64]) -> CellPairs:
    sampler = relation.bind(known)
    return sampler.pairs(np.arange(sampler.n_instances))


@pytest.fixture(params=TASKS, scope="module")
def task(request: pytest.FixtureRequest) -> Task:
    return TASKS[request.param]()


@pytest.fixture(scope="module")
def found(task: Task) -> tuple[Structure, Symmetries]:
    return theory(task)


def test_every_relation_holds_on_every_cell(
    task: Task, found: tuple[Structure, Symmetries]
) -> None:
    relations = derive_relations(*found)
    names = [relation.name for relation in relations]
    assert len(set(names)) == len(names)
    n_answers = len(task.z_labels)
    for relation in relations:
        pairs = all_pairs(relation, task.table)
        assert len(pairs.left) == relation.n_instances(task.table) > 0
        assert (pairs.left != pairs.right).any(axis=1).all()
        left, right = (task.table[cells[:, 0], cells[:, 1]] for cells in (pairs.left, pairs.right))
        if pairs.answer_map is not None:
            assert (np.sort(pairs.answer_map, axis=1) == np.arange(n_answers)).all()
            left = np.where(left < 0, -1, pairs.answer_map[np.arange(len(left)), left])
        both = (left >= 0) & (right >= 0)
        assert np.array_equal(left[both], right[both]), relation.formula
        assert not is_violated(relation, task.table, rng=np.random.default_rng(0))


def test_every_relation_says_what_it_needs(found: tuple[Structure, Symmetries]) -> None:
    for relation in derive_relations(*found):
        data = relation.to_dict()
        assert data["evaluation"]
        assert not data["is_placebo"]
        assert ("training cells" in relation.evaluation) == bool(relation.reads)
        assert not set("φψλμτ⁻¹·*≠") & set(relation.latex)
        assert (relation.name == "composition") == bool(relation.reads)


def test_every_placebo_fails_on_some_cell(task: Task, found: tuple[Structure, Symmetries]) -> None:
    true = {relation.kind: relation for relation in derive_relations(*found)}
    placebos = placebos_of(found, rng=np.random.default_rng(1))
    assert len({placebo.name for placebo in placebos}) == len(placebos)
    for placebo in placebos:
        assert placebo.is_placebo
        assert placebo.name == f"{placebo.kind} (placebo)"
        assert is_violated(placebo, task.table, rng=np.random.default_rng(2))
        assert "placebo" in repr(placebo)
        original = true[placebo.kind]
        if not placebo.reads:
            assert placebo.n_instances(task.table) == original.n_instances(task.table)


def test_what_is_determined_is_true(task: Task, found: tuple[Structure, Symmetries]) -> None:
    rng = np.random.default_rng(3)
    known = np.where(rng.random(task.table.shape) < 0.3, task.table, -1)
    for relation in derive_relations(*found):
        after = relation.spread(known)
        compared = (after >= 0) & (task.table >= 0)
        assert np.array_equal(after[compared], task.table[compared]), relation.formula
        assert np.array_equal(after[known >= 0], known[known >= 0])


def test_held_out_answers_are_never_seen(task: Task, found: tuple[Structure, Symmetries]) -> None:
    rng = np.random.default_rng(4)
    known = np.where(rng.random(task.table.shape) < 0.4, task.table, -1)
    relations = derive_relations(*found)
    for relation in relations:
        first = all_pairs(relation, known)
        second = all_pairs(relation, known.copy())
        assert np.array_equal(first.left, second.left)
        if not relation.reads:  # then instances do not depend on answers at all
            nothing = all_pairs(relation, np.full_like(known, -1))
            assert np.array_equal(first.left, nothing.left)
            assert np.array_equal(first.right, nothing.right)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("x*y mod 11", ["swap", "composition", "shift", "equivariance"]),
        ("(x+y)^2 mod 11", ["swap", "shift", "fibre", "equivariance"]),
        ("x^2+y^2 mod 11", ["swap", "composition", "shift", "equivariance"]),
        ("x^2+x*y+y^2 mod 11", ["swap", "invariance", "equivariance"]),
        ("S3 renamed", ["reversal", "composition", "shift", "equivariance"]),
        ("D5 renamed", ["reversal", "composition", "shift", "equivariance"]),
        ("x*y mod 12", ["swap", "composition", "invariance", "equivariance"]),
        ("max", ["swap", "composition"]),
        ("random", []),
    ],
)
def test_which_relations_there_are(key: str, names: list[str]) -> None:
    assert list(derived(TASKS[key]())) == names


def test_a_random_table_has_no_placebo_either() -> None:
    assert placebos_of(theory(random_table(8, 5)), rng=np.random.default_rng(0)) == ()


def test_a_placebo_settles_as_much_as_the_relation() -> None:
    """What differs is whether it is true; its supervision is the same in law."""
    task = modular_task("x + y", 31)
    rng = np.random.default_rng(0)
    known = np.where(rng.random(task.table.shape) < 0.3, task.table, -1)
    true = derived(task)
    for placebo in placebos_of(theory(task), rng=rng):
        settled = placebo.closure(known).fraction_one_round
        assert settled == pytest.approx(
            true[placebo.kind].closure(known).fraction_one_round, abs=0.06
        )


def test_placebos_keep_absorbing_operands() -> None:
    task = modular_task("x*y", 11)
    for placebo in placebos_of(theory(task), rng=np.random.default_rng(0)):
        if isinstance(placebo, Shift):
            assert (placebo.classes[0, 1:] == placebo.classes[0, 1]).all()
            assert placebo.classes[0, 0] == -1


def test_multiplication_composes_with_its_zero() -> None:
    """All n^3 triples but those whose two sides are one cell: y = 1, or y any and x = w = 0."""
    n = 11
    composition = derived(modular_task("x*y", n))["composition"]
    known = modular_task("x*y", n).table
    x, y, w = np.indices((n, n, n))
    is_trivial = (x * y % n == x) & (y * w % n == w)
    assert composition.n_instances(known) == int((~is_trivial).sum())


def test_an_ambiguous_zero_is_not_composed() -> None:
    """Row 0 is constant 1, which is a product as well: f(1, w) would have to be two things."""
    task = ambiguous()
    relations = derived(task)
    pairs = all_pairs(relations["composition"], task.table)
    assert 0 not in pairs.left[:, 0]
    assert 0 not in pairs.right[:, 0]
    assert relations["composition"].where[-1] == "x ≠ t0"
    assert (all_pairs(relations["shift"], task.table).left[:, 0] == 0).any()
    assert not (all_pairs(relations["equivariance"], task.table).left[:, 0] == 0).any()


def test_the_fibre_of_a_cube_is_the_cube_roots_of_unity() -> None:
    task = modular_task("(x+y)^3", 13)
    fibre = derived(task)["fibre"]
    x, y = np.indices((13, 13))
    for u in (3, 9):
        pairs = all_pairs(fibre, task.table)
        named = set(map(tuple, np.hstack([pairs.left, pairs.right]).tolist()))
        image = np.stack([x, y, u * x % 13, u * y % 13], axis=-1).reshape(-1, 4)
        assert all(tuple(cells) in named for cells in image.tolist() if any(cells))
    once = fibre.spread(np.where(x == 1, task.table, -1))
    assert np.array_equal(fibre.spread(once), once)


def test_reversal_exchanges_answers() -> None:
    task = compose(symmetric(3))
    reversal = derived(task)["reversal"]
    assert isinstance(reversal, Reversal)
    group = symmetric(3)
    assert reversal.gamma is not None
    assert np.array_equal(reversal.gamma, group.inverses)
    known = np.full((6, 6), -1)
    known[1, 2] = task.table[1, 2]
    after = reversal.spread(known)
    assert after[group.inverses[2], group.inverses[1]] == group.inverses[task.table[1, 2]]


def test_composition_is_refused_with_a_reason() -> None:
    def refusal(task: Task) -> str | None:
        return composition_refusal(*theory(task))

    assert refusal(modular_task("x + y", 7)) is None
    assert refusal(modular_task("x*y", 12)) is None
    squares = refusal(modular_task("(x+y)^2", 13))
    assert squares is not None
    assert "1 and 12 of Z13 both give 1" in squares
    polynomial = refusal(modular_task("x^2+x*y+y^2", 13))
    assert polynomial is not None
    assert "no group is behind the table" in polynomial


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), which=st.sampled_from(["S3", "Z6", "A4", "Z5*"]))
def test_renaming_changes_only_names(seed: int, which: str) -> None:
    """The same kinds of relations, with as many instances and the same closure in cells."""
    rng = np.random.default_rng(seed)
    group = {"S3": symmetric(3), "Z6": cyclic(6), "A4": alternating(4)}.get(which)
    task = modular_task("x*y", 5) if group is None else compose(group)
    x, y, z = (rng.permutation(n) for n in (*task.table.shape, len(task.z_labels)))
    table = z[task.table[np.ix_(np.argsort(x), np.argsort(y))]]
    names = [[f"{axis}{i}" for i in range(len(task.z_labels))] for axis in "abc"]
    renamed = Task("t", table, *names, formula="t")
    first, second = derived(task), derived(renamed)
    assert list(first) == list(second)
    for name, relation in first.items():
        assert relation.n_instances(task.table) == second[name].n_instances(table)
        if not relation.reads:
            moved = relation.renamed(x, y, z)
            assert not is_violated(moved, table, rng=rng)


def test_numbered_instances_are_all_and_different() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        x_images, y_images = rng.integers(-1, 4, (3, 4)), rng.integers(-1, 5, (3, 5))
        found = number_instances(x_images, y_images)
        expected = {
            (m, x, y)
            for m in range(3)
            for x in range(4)
            for y in range(5)
            if x_images[m, x] >= 0
            and y_images[m, y] >= 0
            and (x_images[m, x] != x or y_images[m, y] != y)
        }
        triples = list(zip(*(part.tolist() for part in found[np.arange(len(found))]), strict=True))
        assert len(triples) == len(set(triples)) == len(expected)
        assert set(triples) == expected


def test_associativity_is_decided_as_by_brute_force() -> None:
    rng = np.random.default_rng(0)
    n_true = 0
    for _ in range(3000):
        table = rng.integers(2, size=(2, 2)) if rng.random() < 0.5 else rng.integers(3, size=(3, 3))
        everyone = range(len(table))
        expected = all(
            table[table[u, v], w] == table[u, table[v, w]]
            for u in everyone
            for v in everyone
            for w in everyone
        )
        n_true += expected
        assert is_associative(table) == expected
    assert 100 < n_true < 2900


def test_one_wrong_entry_is_not_associative() -> None:
    table = symmetric(4).table.copy()
    assert is_associative(table)
    table[17, 5] = table[17, 6]
    assert not is_associative(table)


@pytest.mark.parametrize("group", [None, 512])
def test_large_groups_need_little_memory(group: int | None) -> None:
    """Order 168 with all pairs (a, b), and n = 512: at most 200 MB to derive, bind and draw."""
    if group is None:
        from symtheory.groups.linear_groups import projective_special_linear

        task = compose(projective_special_linear(2, 7))
    else:
        x = np.arange(group)
        names = [str(v) for v in x]
        task = Task("z", np.add.outer(x, x) % group, names, names, names, formula="x + y")
    structure, symmetries = theory(task)
    rng = np.random.default_rng(0)
    known = np.where(rng.random(task.table.shape) < 0.3, task.table, -1)
    tracemalloc.start()
    relations = derive_relations(structure, symmetries)
    for relation in relations:
        relation.sample(known, 256, rng=rng)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6
    shift, equivariance = relations[-2:]
    assert isinstance(equivariance, Translations)
    assert shift.closure(known) == equivariance.closure(known) == Closure(1.0, 1.0, 1)


def test_generators_without_a_group_move_answers() -> None:
    equivariance = derived(modular_task("x^3+x*y^2+y", 13))["equivariance"]
    assert isinstance(equivariance, Moves)
    table = modular_task("x^3+x*y^2+y", 13).table
    known = np.full_like(table, -1)
    known[1, 2] = table[1, 2]
    settled = equivariance.closure(known)
    assert (settled.fraction, settled.rounds) == (3 / 168, 2)  # an orbit of 4 cells
