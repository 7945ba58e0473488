"""Tasks made from a factorization, with their symmetries by brute force, for geometry tests."""

from types import SimpleNamespace

import numpy as np
from numpy.typing import ArrayLike

from symtheory.geometry.geometries import geometries
from symtheory.geometry.operand import OperandGeometry
from symtheory.groups.automorphisms import automorphism_group
from symtheory.groups.families import cyclic
from symtheory.groups.group import Group
from symtheory.records import Role
from symtheory.structure.factorization import Factorization
from symtheory.structure.reduction import find_reduction
from symtheory.tasks.task import Task

Found = tuple[dict[Role, OperandGeometry], tuple[str, ...]]


def none_moves(task: Task) -> SimpleNamespace:
    """No symmetry but the identity."""
    nx, ny = task.table.shape
    return SimpleNamespace(
        alphas=np.arange(nx)[None],
        betas=np.arange(ny)[None],
        gammas=np.arange(len(task.z_labels))[None],
    )


def group_task(group: Group, *, shared: bool = True) -> Task:
    labels = group.labels
    return Task("t", group.table, labels, labels, labels, formula="x*y", shared_tokens=shared)


def described(
    task: Task, group: Group, phi: ArrayLike, psi: ArrayLike, h: ArrayLike, moves: object = None
) -> Found:
    """Geometries of a task with this factorization."""
    structure = SimpleNamespace(
        task=task,
        reduction=find_reduction(task),
        factorization=Factorization(group, np.array(phi), np.array(psi), np.array(h)),
    )
    known = structure.factorization.table()
    assert ((known < 0) | (task.table < 0) | (known == task.table)).all()
    generators = moves if moves is not None else none_moves(task)
    return geometries(structure, SimpleNamespace(generators=generators))  # type: ignore[arg-type]


def of_group(group: Group, *, shared: bool = True) -> Found:
    """Geometries of the multiplication of a group, with Aut(G) among the symmetries."""
    everyone = np.arange(group.order)
    theta = automorphism_group(group).generators.reshape(-1, group.order)
    moves = SimpleNamespace(alphas=theta, betas=theta, gammas=theta)
    return described(group_task(group, shared=shared), group, everyone, everyone, everyone, moves)


def residues_task(table: ArrayLike, n: int, *, n_answers: int | None = None) -> Task:
    labels = tuple(map(str, range(n)))
    answers = tuple(map(str, range(n_answers or n)))
    return Task("t", table, labels, labels, answers, formula="t", shared_tokens=True)


def unit_logarithms(p: int, root: int) -> np.ndarray:
    """ind_root of 0..p-1, -1 at 0."""
    logarithm = np.full(p, -1)
    logarithm[[pow(root, k, p) for k in range(p - 1)]] = np.arange(p - 1)
    return logarithm


def multiplication(p: int, root: int) -> Found:
    """x*y mod p."""
    residues = np.arange(p)
    task = residues_task(residues[:, None] * residues % p, p)
    logarithm = unit_logarithms(p, root)
    return described(task, cyclic(p - 1), logarithm, logarithm, np.argsort(logarithm)[1:])


def squares(p: int) -> Found:
    """x^2 + y^2 mod p."""
    residues = np.arange(p)
    task = residues_task((residues[:, None] ** 2 + residues**2) % p, p)
    return described(task, cyclic(p), residues**2 % p, residues**2 % p, residues)
