import numpy as np
import pytest

from symtheory.records import Role
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.tables import table_task
from symtheory.theory import predict


@pytest.mark.parametrize(
    "task",
    [
        named_task("modadd", p=11),
        named_task("modsub", p=11),
        named_task("compose", group="D5"),
        named_task("compose", group="Q8 x Z3"),
    ],
    ids=lambda task: task.name,
)
def test_the_table_is_the_product_in_its_coordinates(task):
    found = predict(task).composition
    assert found is not None
    assert str(found) == f"Composition({found.group.name})"
    for tokens in (found.x, found.y, found.z):
        assert (np.sort(tokens) == np.arange(found.group.order)).all()
    assert (task.table[np.ix_(found.x, found.y)] == found.z[found.group.table]).all()


def test_a_table_under_other_names_is_the_product_too():
    rng = np.random.default_rng(0)
    group = predict(named_task("compose", group="D5")).group
    assert group is not None
    rows, columns, answers = (rng.permutation(10) for _ in range(3))
    table = answers[group.table[np.ix_(rows, columns)]]
    found = predict(table_task(table)).composition
    assert found is not None
    assert (table[np.ix_(found.x, found.y)] == found.z[found.group.table]).all()


@pytest.mark.parametrize("name", ["modmul", "hypercube", "comparison"])
def test_other_tasks_are_not_composition(name):
    words = {
        "modmul": named_task("modmul", p=11),  # zero absorbs
        "hypercube": table_task(
            np.array([[bin(a ^ b).count("1") for a in range(8)] for b in range(8)])
        ),
        "comparison": table_task(np.less.outer(np.arange(8), np.arange(8)).astype(int)),
    }
    theory = predict(words[name])
    assert theory.composition is None
    roles = [role for role in (Role.X, Role.Y, Role.READOUT) if role in theory.geometries]
    levels = {claim.level for claim in theory.predictions(roles)}
    assert not levels & {"units", "logits"}
