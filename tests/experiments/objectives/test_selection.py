"""Which relations are used where a task has not those that the configuration names."""

from dataclasses import dataclass

import numpy as np
import pytest
from made_tables import with_table

from symtheory.experiments.config.training import TrainingConfig
from symtheory.experiments.data import split_task
from symtheory.experiments.objectives.selection import (
    augmented_answers,
    closure_fraction,
    select_relations,
)
from symtheory.relations.cells import CellPairs
from symtheory.relations.relation import Relation
from symtheory.tasks.modular import modular_task
from symtheory.theory import predict

KNOWN = np.zeros((2, 2), dtype=np.int64)


def relation(name: str, n_instances: int = 4) -> Relation:
    @dataclass(frozen=True, eq=False, repr=False)
    class Named(Relation):
        def _instances(self, known):  # noqa: ARG002
            return n_instances, lambda numbers: CellPairs(KNOWN[numbers], KNOWN[numbers])

        def spread(self, known):
            return known

        def renamed(self, x, y, z):  # noqa: ARG002
            return self

    Named.kind = name
    return Named(
        formula="", latex="", where=(), reads=(), evaluation="", n_left=2, n_right=2, n_answers=1
    )


def chosen(*available: str, config: TrainingConfig | None = None) -> list[str]:
    relations = [relation(name) for name in available]
    found = select_relations(relations, config or TrainingConfig(), KNOWN)
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        (("swap", "composition", "shift", "equivariance"), ["swap", "composition"]),
        (("composition", "shift", "equivariance"), ["composition"]),  # not abelian
        (("swap", "shift", "fibre", "equivariance"), ["swap", "shift"]),  # (x + y)^2
        (("fibre", "equivariance"), ["fibre"]),
        (("equivariance", "invariance"), ["invariance"]),
        (("swap",), ["swap"]),
        ((), []),
    ],
)
def test_the_rule(available, expected):
    assert chosen(*available) == expected


def test_names_that_were_asked_for_are_not_added_to():
    only_swap = TrainingConfig(relations=("swap",))
    assert chosen("swap", "shift", config=only_swap) == ["swap"]
    assert chosen("shift", config=only_swap) == []
    assert chosen("swap", "shift", config=TrainingConfig(relations=())) == []
    both = TrainingConfig(relations=("composition", "shift"))
    assert chosen("swap", "shift", config=both) == ["shift"]


def test_a_relation_without_instance_on_the_split_is_missing():
    relations = [relation("composition", n_instances=0), relation("shift")]
    found = select_relations(relations, TrainingConfig(), KNOWN)
    assert [one.name for one in found] == ["shift"]


def test_closure_is_a_share_of_held_out_cells_also_of_a_partial_table():
    """Cells without an answer are not held out, whatever a relation says of them."""
    rng = np.random.default_rng(1)
    whole = predict(modular_task("x + y", 7))
    table = np.where(rng.uniform(size=(7, 7)) < 0.8, whole.task.table, -1)
    theory = predict(with_table(whole.task, table))
    config = TrainingConfig(auxiliaries=(), augmentation=("swap",), train_fraction=0.5)
    split = split_task(theory, config)
    told = (augmented_answers(theory, config, split.known) >= 0) & split.held_out
    found = closure_fraction(theory, config, split.known)
    assert 0 < found == told.sum() / split.held_out.sum()
