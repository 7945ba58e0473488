"""Geometry of the answers where both operands share one embedding table."""

from collections.abc import Mapping

import numpy as np

from symtheory.combinatorics.orbitals import orbitals
from symtheory.combinatorics.table_automorphisms import table_automorphisms
from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Role
from symtheory.structure.factorization import FactorizationKind
from symtheory.structure.shared_table import protected_answer_translations
from symtheory.structure.structure import Structure
from symtheory.tasks.task import Task

__all__ = ["tied_readout"]


def tied_readout(
    structure: Structure, found: Mapping[Role, OperandGeometry]
) -> tuple[int | None, tuple[str, ...]]:
    """Count the translations of the answers that one shared table leaves, with a caveat.

    None where the translations of the answers are no symmetry to begin with.

    Parameters
    ----------
    structure : Structure
    found : mapping of Role to OperandGeometry
        The geometries of all embeddings.
    """
    group = structure.factorization
    if Role.SHARED not in found:
        return None, ()
    if group is None:
        return _tied_answers(structure.task, found[Role.READOUT])
    if group.kind is not FactorizationKind.ISOTOPE:
        return None, ()
    if not group.group.is_abelian:
        return 1, (
            "with one table shared by both operands symmetry protects only central translations of "
            "the answers; what is claimed of the readout is a conjecture",
        )
    n, n_protected = group.group.order, len(protected_answer_translations(group))
    if n_protected == n:
        return n_protected, ()
    what = "no translation" if n_protected == 1 else f"only {n_protected} of {n} translations"
    then = "nothing is claimed of the readout" if n_protected == 1 else "the rest is conjecture"
    return n_protected, (
        f"with one table shared by both operands symmetry protects {what} of the answers; {then}",
    )


def _tied_answers(task: Task, readout: OperandGeometry) -> tuple[int | None, tuple[str, ...]]:
    """Compare the readout's orbitals with those of the symmetries that move both operands alike."""
    if not readout.levels or not readout.is_protected:
        return None, ()
    tied = table_automorphisms(task.table, len(task.z_labels), shared_table=True, is_counted=False)
    place = np.full(len(task.z_labels), -1)
    place[readout.rows] = np.arange(len(readout.rows))
    moves = place[tied.gammas[:, readout.rows]]
    is_moving = (moves != np.arange(len(readout.rows))).any(axis=1)
    if not is_moving.any():
        return 1, (
            "with one table shared by both operands no symmetry moves the answers; nothing is "
            "claimed of the readout",
        )
    implied = orbitals(moves[is_moving])
    if int(implied.max()) + 1 == readout.n_parameters:
        return None, ()
    return None, (
        "with one table shared by both operands symmetry protects only "
        f"{int(implied.max()) + 1} classes of pairs of answers, not the {readout.n_parameters} of "
        "the readout's geometry; the rest is conjecture",
    )
