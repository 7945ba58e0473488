"""Tasks that addition with one set of tokens does not cover."""

import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symtheory.tasks.catalogue import named_task
from symtheory.tasks.task import Task
from symtheory.theory import Theory, predict


def with_table(task: Task, table: NDArray[np.int64]) -> Task:
    """The same task with other answers, -1 where there is none, of any shape."""
    changed = copy.copy(task)
    object.__setattr__(changed, "table", table)
    return changed


def about(theory: Theory, task: Task) -> Theory:
    """The same theory, right or wrong, about another task."""
    return replace(theory, structure=replace(theory.structure, task=task))


def untied_theory(n: int = 13) -> Theory:
    """x - y mod n with different names for the operands, so that each has its own table."""
    letters = tuple(f"y{i}" for i in range(n))
    table = named_task("modsub", p=n).table
    labels = tuple(str(i) for i in range(n))
    return predict(Task("apart", table, labels, letters, labels, formula="x - y, apart"))


def random_theory(nx: int = 9, ny: int = 14, nz: int = 5, *, known: float = 0.8) -> Theory:
    """A partial rectangular table without any structure: no relation, no geometry."""
    rng = np.random.default_rng(0)
    sizes = {"x": nx, "y": ny, "z": nz}
    x, y, z = (tuple(f"{name}{i}" for i in range(n)) for name, n in sizes.items())
    table = np.where(rng.uniform(size=(nx, ny)) < known, rng.integers(nz, size=(nx, ny)), -1)
    theory = predict(Task("random", table, x, y, z, formula="random"))
    assert theory.relations == ()
    return theory
