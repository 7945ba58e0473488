"""Answer kernels of several kinds of tasks, and clouds that obey them or have no structure."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from symtheory.records import Role
from symtheory.structure.answer_kernel import AnswerKernel, answer_kernel
from symtheory.tasks.catalogue import named_task
from symtheory.tasks.modular import modular_task
from symtheory.tasks.task import Task

D = 64
NULLS = ("permuted", "flat", "1/i", "1/i^2")
EXPONENTS = (0.25, 0.5, 1.0, 2.0)
NOISES = (0.0, 0.3, 1.0)


def random_task(n: int, n_answers: int, *, seed: int = 0) -> Task:
    """A table of independent uniform answers."""
    table = np.random.default_rng(seed).integers(0, n_answers, (n, n))
    names, answers = [str(i) for i in range(n)], [str(i) for i in range(n_answers)]
    return Task("random", table, names, names, answers, formula="random", shared_tokens=True)


TASKS = {
    "hypercube(5)": lambda: named_task("graph", graph="hypercube(5)"),
    "lattice(7,7)": lambda: named_task("graph", graph="lattice(7,7)"),
    "tree(2,4)": lambda: named_task("graph", graph="tree(2,4)"),
    "comparison 7,7": lambda: named_task("comparison", levels="7,7"),
    "x*y mod 28": lambda: modular_task("x*y", 28),
    "x^2+y^2 mod 31": lambda: modular_task("x^2+y^2", 31),
    "random, 5 answers": lambda: random_task(31, 5),
}


@cache
def kernel_of(name: str) -> AnswerKernel:
    """Kernel of the table that serves both operands."""
    return answer_kernel(TASKS[name](), Role.SHARED)


def obedient(
    kernel: AnswerKernel, exponent: float, noise: float, *, rng: np.random.Generator
) -> NDArray[np.float64]:
    """A cloud with power lambda^exponent in every dimension, and noise of so much of its power."""
    bases = [space.basis * space.eigenvalue ** (exponent / 2) for space in kernel.eigenspaces]
    signal = np.hstack(bases)
    cloud = np.zeros((len(signal), max(D, signal.shape[1])))
    cloud[:, : signal.shape[1]] = signal
    if noise:
        other = rng.standard_normal((len(signal), D))
        cloud[:, :D] += other * np.sqrt(noise * (signal**2).sum() / (other**2).sum())
    return cloud


def null_cloud(kernel: AnswerKernel, kind: str, *, rng: np.random.Generator) -> NDArray[np.float64]:
    """A cloud whose labels mean nothing."""
    n = len(kernel.matrix)
    if kind == "permuted":
        return obedient(kernel, 0.5, 0.1, rng=rng)[rng.permutation(n)]
    power = {"flat": 0.0, "1/i": 1.0, "1/i^2": 2.0}[kind]
    return rng.standard_normal((n, 16)) / np.arange(1.0, 17.0) ** power
