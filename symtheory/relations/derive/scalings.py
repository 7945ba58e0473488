"""Scalings of residues that a table obeys: f(u^j*x, u^k*y) = u^m*f(x, y)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.relations.derive.context import DerivationContext
from symtheory.relations.wording.move_families import MoveFamily
from symtheory.relations.wording.residues import Residues, residues, unit_generators, units

__all__ = ["Scaling", "find_scalings"]

# Weights (j, k) of x and y; one weight for both makes a homogeneous polynomial.
_WEIGHTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, -1), (1, -2), (2, -1))
_LARGEST_DEGREE = 12


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """A family of autotopisms (u^j x, u^k y, u^m z), u all units but 1.

    Parameters
    ----------
    alphas, betas, gammas : (k, nx), (k, ny), (k, nz) int64
        The moves of left operands, right operands and answers.
    generator_gammas : tuple of (nz,) int64
        Moves of the answers by generators of the units.
    text : str
        Such as ``"f(u*x, u*y) = u^2*f(x, y)"``.
    where : tuple of str
        What has to be said of u.
    """

    alphas: NDArray[np.int64]
    betas: NDArray[np.int64]
    gammas: NDArray[np.int64]
    generator_gammas: tuple[NDArray[np.int64], ...]
    text: str
    where: tuple[str, ...]


def find_scalings(context: DerivationContext) -> tuple[Scaling, ...]:
    """Return the scalings of a task on residues that move answers.

    That of x alone and that of y alone, if they exist; otherwise the first that moves both.
    """
    task, n = context.task, context.modulus
    if n is None or (task.table < 0).any():
        return ()
    x, y, z = (residues(labels, n) for labels in (task.x_labels, task.y_labels, task.z_labels))
    if x is None or y is None or z is None or (z.token_of < 0).any():
        return ()
    answers = z.values[task.table]
    tokens = (x, y, z)
    if not (np.gcd(answers, n) == 1).any():
        return ()
    alone = [_scaling(tokens, answers, weights) for weights in ((1, 0), (0, 1))]
    found = tuple(one for one in alone if one is not None)
    if found:
        return found
    for weights in _WEIGHTS:
        scaling = _scaling(tokens, answers, weights)
        if scaling is not None:
            return (scaling,)
    return ()


def _scaling(
    tokens: tuple[Residues, Residues, Residues],
    answers: NDArray[np.int64],
    weights: tuple[int, int],
) -> Scaling | None:
    n = tokens[0].modulus
    generators = unit_generators(n)
    degree = _degree(tokens, answers, weights, generators)
    if degree is None:
        return None

    def moves(which: int, exponent: int, every: tuple[int, ...]) -> NDArray[np.int64]:
        return np.array([tokens[which].affine(pow(u, exponent, n), 0) for u in every])

    family = MoveFamily(n, 0)
    x, y, z = (
        name if exponent == 0 else family.text(name, ("u", exponent))
        for name, exponent in (("x", weights[0]), ("y", weights[1]), ("f(x, y)", degree))
    )
    others = units(n)[1:]
    return Scaling(
        alphas=moves(0, weights[0], others),
        betas=moves(1, weights[1], others),
        gammas=moves(2, degree, others),
        generator_gammas=tuple(moves(2, degree, generators)),
        text=f"f({x}, {y}) = {z}",
        where=tuple(line.format("u") for line in family.condition),
    )


def _degree(
    tokens: tuple[Residues, Residues, Residues],
    answers: NDArray[np.int64],
    weights: tuple[int, int],
    generators: tuple[int, ...],
) -> int | None:
    """Return the m that fits the table for all units, or None; 0 is refused."""
    n = tokens[0].modulus
    degrees = [*range(1, _LARGEST_DEGREE + 1), *range(-1, -_LARGEST_DEGREE, -1)]
    if not generators:
        return None
    # Some answer is a unit, or nothing is asked here; the first rows mostly have one.
    x = next(i for i, row in enumerate(answers) if (np.gcd(row, n) == 1).any())
    y = int(np.argmax(np.gcd(answers[x], n) == 1))
    for u in generators:
        alpha, beta = (tokens[i].affine(pow(u, weights[i], n), 0) for i in (0, 1))
        if (alpha < 0).any() or (beta < 0).any():
            return None
        # One cell with a unit for its answer gives the factor u^m that all must have.
        factor = int(answers[alpha[x], beta[y]]) * pow(int(answers[x, y]), -1, n) % n
        for rows in (slice(x, x + 1), slice(None)):  # one row refutes most
            moved = answers[alpha[rows]].take(beta, axis=1)
            if not np.array_equal(moved, factor * answers[rows] % n):
                return None
        degrees = [m for m in degrees if pow(u, m, n) == factor]
    identity = all(pow(u, degrees[0], n) == 1 for u in generators) if degrees else True
    return None if identity else degrees[0]
