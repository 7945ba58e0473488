"""The lattice picture: why closed helices look like tori, and in which order to draw them.

The points of frequencies k_1..k_D with radii a_1..a_D form a rank-one lattice on a D-torus. Two
tokens that differ by s lie at the chord distance d(s), d(s)^2 = sum_j 4 a_j^2 sin^2(pi k_j s / n).
The shortest step s*, of length lambda_1, joins the points to one or more closed curves; a second,
independent step of length lambda_2 joins neighbouring windings. A single loop is visible only at
scales between the two; where they are close, the cloud is a sample of a torus and not of a curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.geometry.operand import OperandGeometry
from symtheory.groups.group import Group

__all__ = ["LatticePicture", "lattice_picture"]

_SAME = 1e-9  # distances of exact points below this, in units of the largest radius, are zero


@dataclass(frozen=True, slots=True, eq=False)
class LatticePicture:
    """How the points of a template hang together.

    Parameters
    ----------
    step : int
        The group element s* of the shortest non-zero step.
    shortest : float
        lambda_1, its chord length, in the units of the radii.
    second : float or None
        lambda_2, the chord length of the shortest step that leads to another curve, or elsewhere
        than s* repeated does on the curve; None where there is none, as for a single frequency.
    curves : (n_curves, length) int64
        Tokens in drawing order: each row is a closed curve g, g s*, g s*^2, ...; more than one
        row where s* does not generate the group.
    """

    step: int
    shortest: float
    second: float | None
    curves: NDArray[np.int64]


def lattice_picture(
    geometry: OperandGeometry, active: Sequence[int], radii: Sequence[float]
) -> LatticePicture:
    """Return the steps and the drawing order of the template with these blocks and radii.

    Parameters
    ----------
    geometry : OperandGeometry
    active : sequence of int
        Indices into ``geometry.blocks``; every block of degree 1 (a circle, or a pair of points).
    radii : sequence of float
        Radius of each active circle.

    Raises
    ------
    PredictionError
        If no block is active, one is not of degree 1, all points coincide, or the tokens are not
        all elements of a group.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import predict
    >>> from symtheory.records import Role
    >>> x = predict(modular_task("x + y", 97)).geometries[Role.X]
    >>> helix = lattice_picture(x, [2, 16], [0.5**0.5, 0.5**0.5])  # frequencies 3 and 17
    >>> helix.step, round(helix.shortest, 3), round(helix.second, 3)
    (34, 0.292, 0.682)
    """
    if not active or len(active) != len(radii):
        raise PredictionError(
            f"a template needs a radius for each of its blocks: {len(active)} blocks, "
            f"{len(radii)} radii"
        )
    group, token_of = _tokens_of_elements(geometry)
    n = group.order
    squares = np.zeros(n)
    circles = []  # angle of each element, in [-pi, pi], on each circle
    for index, radius in zip(active, radii, strict=True):
        block = geometry.blocks[index]
        if block.degree != 1:
            raise PredictionError(f"{block.name} has degree {block.degree}, its orbit is no circle")
        points = block.basis[token_of]
        points = points / np.linalg.norm(points[0])
        start = points[group.identity]
        squares += radius**2 * np.sum((points - start) ** 2, axis=1)
        if block.dimension == 2:  # one dimension is a pair of points, around which nothing winds
            circles.append(np.arctan2(points @ [-start[1], start[0]], points @ start))
    chords = np.sqrt(squares)
    moving = chords > _SAME * max(radii)
    if not moving.any():
        raise PredictionError("all points of the template coincide")
    # Of a step and its inverse, equal up to rounding, the first.
    rounded = np.round(chords / max(radii), 12)
    step = int(np.argmin(np.where(moving, rounded, np.inf)))
    is_on_curve = np.zeros(n, dtype=bool)
    is_on_curve[_powers(group, step)] = True
    off = ~is_on_curve | _leaves_the_curve(np.array(circles).reshape(-1, n), step)
    independent = moving & off
    return LatticePicture(
        step=step,
        shortest=float(chords[step]),
        second=float(chords[independent].min()) if independent.any() else None,
        curves=token_of[_cosets(group, geometry.coordinate, step)],
    )


def _tokens_of_elements(geometry: OperandGeometry) -> tuple[Group, NDArray[np.int64]]:
    """Return the group and the first token at each of its elements."""
    group = geometry.group
    if group is not None:
        elements, first = np.unique(geometry.coordinate, return_index=True)
        token_of = first[elements >= 0]
        if len(token_of) == group.order:
            return group, token_of
    raise PredictionError(
        f"the {geometry.role} embedding is no orbit of a group, it has no lattice picture"
    )


def _leaves_the_curve(angles: NDArray[np.float64], step: int) -> NDArray[np.bool_]:
    """Mark the elements whose lift to the universal cover is no multiple of the step's.

    Angles are (n_circles, n). Half a turn may be taken either way.
    """
    direction = angles[:, step]
    is_half_turn = np.abs(angles) > np.pi - _SAME
    leaves = np.ones(angles.shape[1], dtype=bool)
    for sign in (1, -1):
        lifted = np.where(is_half_turn, sign * np.pi * np.sign(direction)[:, None], angles)
        # Parallel vectors: all 2 x 2 determinants vanish.
        wedge = lifted[:, None] * direction[None, :, None] - lifted * direction[:, None, None]
        leaves &= (np.abs(wedge) > _SAME).any(axis=(0, 1))
    return leaves


def _powers(group: Group, element: int) -> list[int]:
    """1, g, g^2, ... up to the order of g."""
    powers = [group.identity]
    while (following := int(group.table[powers[-1], element])) != group.identity:
        powers.append(following)
    return powers


def _cosets(group: Group, coordinate: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Left cosets of the cyclic group of one element, each in the order of its powers."""
    powers = _powers(group, step)
    is_new = np.ones(group.order, dtype=bool)
    rows = []
    # Begin with the first token, so that the drawing does.
    for element in coordinate[coordinate >= 0]:
        if is_new[element]:
            rows.append(group.table[element, powers])
            is_new[rows[-1]] = False
    return np.array(rows, dtype=np.int64)
