"""Checks of an embedding: what the tests require, and what is legal but rarely meant."""

from collections.abc import Mapping

import numpy as np

from symtheory.errors import PredictionError, SpecError
from symtheory.geometry.operand import OperandGeometry
from symtheory.layout import listed
from symtheory.records import Embedding, Role
from symtheory.tasks.task import Task
from symtheory.theory import Theory

from ..statistics.clouds import check_scale, principal_coordinates

__all__ = ["LEAST_ROWS", "check_embedding", "check_embeddings", "oddities"]

LEAST_ROWS = 5
"""With fewer points nothing can be told."""

_LINE = 1e-6  # a second singular value below this share of the first is rounding


def check_embedding(embedding: Embedding, geometry: OperandGeometry) -> None:
    """Refuse points that have no geometry to test.

    Raises
    ------
    SpecError
        If there are fewer than `LEAST_ROWS` points, all coincide, all lie on one line, or their
        squares are out of range.
    """
    role, rows = embedding.role, geometry.rows
    if len(rows) < LEAST_ROWS:
        raise SpecError(
            f"the {role} embedding has {len(rows)} points; at least {LEAST_ROWS} are needed, leave "
            "it out"
        )
    if geometry.role is not Role.READOUT and len(embedding.points) != len(rows):
        raise SpecError(
            f"the {role} operand has {len(rows)} tokens, but its embedding has "
            f"{len(embedding.points)} rows"
        )
    if rows.max() >= len(embedding.points):
        raise SpecError(
            f"answer {rows.max()} occurs, but the {role} embedding has {len(embedding.points)} rows"
        )
    points = embedding.points[rows]
    check_scale(points)
    if np.ptp(points, axis=0).max(initial=0) <= 1e-12 * np.abs(points).max(initial=0):
        raise SpecError(f"all {len(rows)} points of the {role} embedding coincide; is it trained?")
    spread = np.linalg.svd(principal_coordinates(points), compute_uv=False)
    if len(spread) < 2 or spread[1] <= _LINE * spread[0]:
        raise SpecError(
            f"all {len(rows)} points of the {role} embedding lie on one line (rank 1), on which no "
            "irrep but a sign has a place; is it the right array?"
        )


def oddities(
    embeddings: Mapping[Role, Embedding], geometries: Mapping[Role, OperandGeometry]
) -> tuple[str, ...]:
    """Return a sentence for all that is legal and yet rarely meant.

    That is: tokens with the very same vector though the task tells them apart, and the same array
    for both operands.
    """
    found = []
    for role, embedding in embeddings.items():
        if role not in geometries:
            continue
        geometry = geometries[role]
        _, vector = np.unique(embedding.points[geometry.rows], axis=0, return_inverse=True)
        vector = vector.ravel()
        pairs = np.unique(np.stack([vector, geometry.twins]), axis=1)[0]
        numbers, counts = np.unique(pairs, return_counts=True)
        repeated = np.isin(vector, numbers[counts > 1])
        if repeated.any():
            names = [geometry.tokens[i] for i in np.flatnonzero(repeated)]
            found.append(
                f"{role}: {len(names)} tokens share their vector with another that the task tells "
                f"apart from them: {listed(names)}"
            )
    x, y = embeddings.get(Role.X), embeddings.get(Role.Y)
    if x is not None and y is not None and np.array_equal(x.points, y.points):
        found.append(
            "x and y are the same array; if one table serves both operands, give it as shared"
        )
    return tuple(found)


def check_embeddings(theory: Theory, embeddings: Mapping[Role, Embedding]) -> None:
    """Refuse what `examine` cannot test, before anything is computed.

    Raises
    ------
    SpecError
        If there is no embedding, roles exclude each other, or one has no geometry to test.
    PredictionError
        If nothing is predicted for a role.
    """
    if not embeddings:
        raise SpecError("there is no embedding to examine; give one by its role")
    if Role.SHARED in embeddings and {Role.X, Role.Y} & set(embeddings):
        raise SpecError(
            "one table shared by both operands leaves none of their own; give shared, or x and y"
        )
    for role, embedding in embeddings.items():
        with_meaning = _has_meaning(theory, role)
        if with_meaning:
            _check_points(embedding, theory.task)
        elif role not in theory.geometries:
            raise PredictionError(
                f"no geometry is predicted for the {role} embedding, only "
                f"{', '.join(theory.geometries) or 'for those of operands'}{_reason(theory, role)}"
            )
        # Distances may make a line of points, on which no symmetry has anything to say.
        if role in theory.geometries and (theory.geometries[role].levels or not with_meaning):
            check_embedding(embedding, theory.geometries[role])


def _has_meaning(theory: Theory, role: Role) -> bool:
    """Whether an embedding is tested for what answers mean."""
    return role is not Role.READOUT and theory.task.answer_structure is not None


def _check_points(embedding: Embedding, task: Task) -> None:
    """Refuse an embedding of operands that has not one point for each vertex or entity.

    Raises
    ------
    SpecError
        If it has another number of rows, or all its points coincide.
    """
    n = len(task.x_labels)
    if len(embedding.points) != n:
        raise SpecError(
            f"{task.formula} is about {n} tokens, but the {embedding.role} embedding has "
            f"{len(embedding.points)} rows"
        )
    if np.ptp(embedding.points, axis=0).max() == 0:
        raise SpecError(f"all points of the {embedding.role} embedding coincide")


def _reason(theory: Theory, role: Role) -> str:
    """Say why theory predicts nothing for a shared table, if it knows."""
    if role is not Role.SHARED:
        return ""
    known = [text for text in theory.caveats if text.startswith("one embedding shared")]
    return f" ({known[0]})" if known else ""
