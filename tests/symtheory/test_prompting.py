"""Relations derived from training cells: true of the group, blind to all else, none by chance."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.groups.notation import parse_group
from symtheory.prompting import (
    Prompting,
    Symmetry,
    derived_prompting,
    known_prompting,
    usual_symmetry,
)
from symtheory.records import Role
from symtheory.structure.completion import complete_table
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.group_words import group_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.tables import table_task
from symtheory.tasks.task import Task
from symtheory.theory import predict


def renamed(table: NDArray[np.int64], rng: np.random.Generator) -> Task:
    """A table with operands and answers renamed at random."""
    nx, ny = table.shape
    z = rng.permutation(int(table.max()) + 1)
    return table_task(z[table[np.ix_(rng.permutation(nx), rng.permutation(ny))]])


def part(task: Task, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.where(rng.uniform(size=task.table.shape) < share, task.table, -1)


def names(told: Prompting) -> list[str]:
    return [relation.name for relation in told.relations]


CASES = {
    "Z31": (parse_group("Z31").table, 0.3),
    "Z12": (parse_group("Z12").table, 0.4),
    "D7": (parse_group("D7").table, 0.45),
    "S4": (parse_group("S4").table, 0.3),
    "0 absorbs": (modular_task("x*y", 17).table, 0.5),
    "part of a group": (modular_task("x^2 + y^2", 17).table, 0.5),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_derived_is_true_of_the_whole_table(case: str) -> None:
    table, share = CASES[case]
    rng = np.random.default_rng(0)
    task = renamed(table, rng)
    known = part(task, share, rng)
    told = derived_prompting(task, known)
    whole = predict(task)
    assert set(names(told)) == set(names(known_prompting(whole)))
    assert told.roles == whole.roles
    for relation in told.relations:
        sampler = relation.bind(task.table)
        assert sampler.n_instances
        assert not sampler.pairs(np.arange(sampler.n_instances)[:20000]).is_false(task.table).any()
    assert f"derived from {(known >= 0).sum()} training cells, no held-out answer was read" in (
        told.reads
    )


def test_it_is_true_also_where_cells_do_not_follow() -> None:
    """Operands without a training cell: no symmetry of the known cells is taken for one of all."""
    n_open = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        task = renamed(parse_group("Z12").table, rng)
        known = part(task, 0.35, rng)
        known[:, :2] = -1
        told = derived_prompting(task, known)
        n_open += "cells do not follow" in told.reads and bool(told.relations)
        for relation in told.relations:
            sampler = relation.bind(task.table)
            assert not sampler.pairs(np.arange(sampler.n_instances)).is_false(task.table).any()
    assert n_open > 10


@pytest.mark.parametrize("case", CASES)
def test_only_training_cells_have_a_say(case: str) -> None:
    """The same from a task whose held-out answers are others: flipped before the derivation."""
    table, share = CASES[case]
    rng = np.random.default_rng(0)
    task = renamed(table, rng)
    known = part(task, share, rng)
    n = len(task.z_labels)
    moved = (task.table + rng.integers(1, n, size=known.shape)) % n
    flipped = replace(task, table=np.where(known >= 0, task.table, moved))
    one, other = derived_prompting(task, known), derived_prompting(flipped, known)
    assert one.to_dict() == other.to_dict()
    draws = [
        [relation.sample(known, 50, rng=np.random.default_rng(1)) for relation in each.relations]
        for each in (one, other)
    ]
    for a, b in zip(*draws, strict=True):
        assert all(
            np.array_equal(left, right) for left, right in zip(a.cells, b.cells, strict=True)
        )
    # The counterpart: what is read off the whole table does change.
    before, after = known_prompting(predict(task)), known_prompting(predict(flipped))
    assert before.to_dict() != after.to_dict()


def test_training_cells_have_a_say() -> None:
    rng = np.random.default_rng(0)
    task = renamed(CASES["Z31"][0], rng)
    known = part(task, 0.3, rng)
    x, y = np.argwhere(known >= 0)[0]
    known[x, y] = (known[x, y] + 1) % 31
    told = derived_prompting(task, known)
    assert told.relations == ()
    assert "no table of a group" in told.reads


@pytest.mark.parametrize("n", [6, 12, 31])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_nothing_is_derived_of_random_tables(n: int, share: float) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        task = table_task(rng.integers(n, size=(n, n)))
        told = derived_prompting(task, part(task, share, rng))
        assert told.relations == ()
        assert told.roles == (Role.X, Role.Y, Role.READOUT)
        assert "no relation prompts" in told.reads
        assert told.placebos(rng=rng, known=task.table) == ()


def test_too_few_cells_are_said_to_be_too_few() -> None:
    rng = np.random.default_rng(0)
    task = renamed(CASES["Z31"][0], rng)
    told = derived_prompting(task, part(task, 0.04, rng))
    assert told.relations == ()
    assert "do not follow" in told.reads
    one_cell = np.full((31, 31), -1)
    one_cell[0, 0] = 0
    assert derived_prompting(task, one_cell).relations == ()


def test_commuting_is_asserted_on_evidence() -> None:
    x = np.arange(19)
    task = table_task(np.maximum(x[:, None], x))
    rng = np.random.default_rng(0)
    known = part(task, 0.3, rng)
    told = derived_prompting(task, known)
    n_pairs = int(np.triu((known >= 0) & (known.T >= 0), 1).sum())
    assert names(told) == ["swap"]
    assert told.roles == (Role.SHARED, Role.READOUT)
    assert f"on all {n_pairs} pairs" in told.reads
    below = np.where(np.tri(19, dtype=bool), known, -1)  # no cell has its mirror image
    assert derived_prompting(task, below).relations == ()
    i, j = np.argwhere(np.triu((known >= 0) & (known.T >= 0), 1))[0]
    known[i, j] = (known[i, j] + 1) % 19  # one pair against it
    assert derived_prompting(task, known).relations == ()


def test_of_a_damaged_group_what_holds_of_the_training_cells_is_told() -> None:
    """A wrong answer that is held out is not seen: training knows the group of the others."""
    rng = np.random.default_rng(4)
    whole = renamed(CASES["Z31"][0], rng)
    known = part(whole, 0.3, rng)
    x, y = np.argwhere(known < 0)[0]
    table = whole.table.copy()
    table[x, y] = (table[x, y] + 1) % 31
    found = complete_table(replace(whole, table=table), known)
    assert np.array_equal(found.table, whole.table)
    true = names(known_prompting(predict(replace(whole, table=table))))
    assert not {"composition", "shift", "equivariance"} & set(true)


def test_definitions_are_prior_knowledge_and_tables_are_not() -> None:
    definitions = [
        named_task("modadd", p=7), modular_task("x + y", 7), named_task("graph", graph="cycle(5)"),
        group_task("x*y", parse_group("S3")), named_task("comparison", levels="3,3"),
    ]  # fmt: skip
    assert {usual_symmetry(task) for task in definitions} == {Symmetry.KNOWN}
    table = definitions[0].table
    labels = tuple("0123456")
    bare = Task("bare", table, labels, labels, labels, formula="x + y", shared_tokens=True)
    assert {usual_symmetry(task) for task in (table_task(table), bare)} == {Symmetry.DERIVED}


def test_what_answers_mean_is_not_derived() -> None:
    task = named_task("graph", graph="cycle(7)")
    with pytest.raises(SpecError, match="leave out --symmetry derived"):
        derived_prompting(task, task.table)
