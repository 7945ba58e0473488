"""Predicted geometries of all embeddings that a network on a task may have."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from symtheory.errors import PredictionError
from symtheory.geometry.factorized import FactorizedTask
from symtheory.geometry.operand import LEAST_SHARPNESS, Family, OperandGeometry
from symtheory.geometry.permutation_orbits import PermutedTask
from symtheory.geometry.shared import shared_geometry
from symtheory.records import Role

if TYPE_CHECKING:
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["geometries"]


def geometries(
    structure: "Structure", symmetries: "Symmetries"
) -> tuple[dict[Role, OperandGeometry], tuple[str, ...]]:
    """Return the predicted geometry of each embedding, and what could not be predicted.

    Parameters
    ----------
    structure : Structure
    symmetries : Symmetries

    Returns
    -------
    geometries : dict of Role to OperandGeometry
        Of x, y and the readout; of one table shared by both operands where the task allows it and
        a prediction can be made.
    caveats : tuple of str
        Predictions that could have been expected and are not made, or are conjectures only.
    """
    found: dict[Role, OperandGeometry] = {}
    caveats: list[str] = []
    if structure.factorization is None:
        permuted = PermutedTask(structure, symmetries)
        found = {Role.X: permuted.x, Role.Y: permuted.y, Role.READOUT: permuted.readout}
        if structure.task.shared_tokens:
            found[Role.SHARED] = permuted.shared()
    else:
        factorized = FactorizedTask(structure, symmetries)
        found = {role: factorized.operand(role) for role in (Role.X, Role.Y)}
        found[Role.READOUT] = factorized.readout()
        if structure.task.shared_tokens:
            moves = symmetries.generators.alphas
            try:
                found[Role.SHARED] = shared_geometry(
                    factorized.table, found[Role.X], found[Role.Y], moves
                )
            except PredictionError as error:
                caveats.append(f"one embedding shared by both operands: {error}")
    unknown = _unknown_tokens(structure)
    for role in [*unknown, *([Role.SHARED] if unknown else [])]:
        if role in found:
            found[role] = replace(found[role], is_protected=False)
    caveats += [f"{role}: {text}" for role, text in unknown.items()]
    caveats += [f"{role}: {text}" for role, one in found.items() if (text := _caveat(one))]
    return found, tuple(caveats)


def _unknown_tokens(structure: "Structure") -> dict[Role, str]:
    """Name the tokens outside the group that do not absorb: nothing says where they lie."""
    task, found, reduction = structure.task, structure.factorization, structure.reduction
    if found is None:
        return {}
    caveats = {}
    for role, labels, elements, absorbing in (
        (Role.X, task.x_labels, found.phi, reduction.x_absorbing),
        (Role.Y, task.y_labels, found.psi, reduction.y_absorbing),
    ):
        unknown = [t for t in np.flatnonzero(elements < 0).tolist() if t not in absorbing]
        if unknown:
            names = ", ".join(labels[t] for t in unknown[:6]) + (", …" if len(unknown) > 6 else "")
            caveats[role] = (
                f"the table does not tell where {names} belongs; that it lies apart from the group "
                "is a guess"
            )
    return caveats


def _caveat(geometry: OperandGeometry) -> str:
    """Say why less is claimed of an embedding than of the orbit of a group; empty for one."""
    name = geometry.group.name if geometry.group is not None else "the group"
    if geometry.family is Family.COSET_SUMS:
        return (
            f"several elements of {name} have one answer, whose point is the sum over them; "
            "nothing is claimed of it"
        )
    if geometry.sharpness < LEAST_SHARPNESS:
        return (
            f"the symmetries leave {geometry.n_parameters} of the entries of the Gram matrix free "
            f"(sharpness {geometry.sharpness:.3f}); nothing is claimed"
        )
    if geometry.family is Family.RESTRICTED:
        count = geometry.n_points - len(set(geometry.twins[geometry.coordinate < 0].tolist()))
        return (
            f"the tokens are {count} of the elements of {name}; no translation of it is a symmetry "
            "of the task, that their distances follow it is a conjecture"
        )
    if (
        geometry.family in {Family.GROUP_ORBIT, Family.ORBIT_WITH_FIXED_POINTS}
        and not geometry.blocks
    ):
        return "the points of the group carry different numbers of tokens; only distances are fixed"
    if not geometry.is_protected:
        return f"{_unprotected(geometry)}; its geometry is a conjecture"
    return ""


def _unprotected(geometry: OperandGeometry) -> str:
    """Say what the symmetry argument lacks."""
    if geometry.role is Role.SHARED and geometry.family is not Family.PERMUTATION_ORBITS:
        return "one table for both operands can follow only symmetries that move both alike"
    if geometry.family is Family.PERMUTATION_ORBITS:
        return "its orbits need autotopisms that are no translations, which networks may break"
    name = geometry.group.name if geometry.group is not None else "the group"
    return f"not every translation of {name} is a symmetry of the task"
