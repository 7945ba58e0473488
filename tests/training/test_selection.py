"""Which relations are used where a task has not those that the configuration names."""

from dataclasses import dataclass

import numpy as np
import pytest

from symtheory.experiments.config import TrainingConfig
from symtheory.experiments.objectives.selection import select_relations
from symtheory.symmetry.relations import CellPairs, Relation

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
