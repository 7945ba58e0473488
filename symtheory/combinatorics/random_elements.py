"""Uniform random elements of a group of permutations, however large the group."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["random_permutations"]


def random_permutations(
    generators: NDArray[np.int64], n_draws: int, *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw independent uniform elements of the group that permutations generate.

    With a chain of stabilizers G = G_0 > G_1 > ... > 1 and representatives U_i of the cosets of
    G_i in G_(i-1), every element is one product of representatives, one of each U_i; so a product
    of uniform ones is uniform (Schreier and Sims [1]_).

    Parameters
    ----------
    generators : (k, n) int64
        Permutations of n points; none generate the trivial group.
    n_draws : int

    Returns
    -------
    (n_draws, n) int64

    Examples
    --------
    >>> draws = random_permutations(np.array([[1, 2, 0]]), 300, rng=np.random.default_rng(0))
    >>> sorted({tuple(row) for row in draws.tolist()})
    [(0, 1, 2), (1, 2, 0), (2, 0, 1)]

    References
    ----------
    .. [1] C. C. Sims, Computational methods in the study of permutation groups, in J. Leech (ed.),
       Computational Problems in Abstract Algebra, 1970, pages 169-183.
    """
    n = generators.shape[1]
    drawn = np.tile(np.arange(n), (n_draws, 1))
    is_moving = (generators != np.arange(n)).any(axis=1)
    if not is_moving.any():
        return drawn
    from sympy.combinatorics import Permutation, PermutationGroup

    group = PermutationGroup([Permutation(row) for row in generators[is_moving].tolist()])
    # The deepest stabilizer moves first: g = u_1 u_2 ... u_k as functions, u_k applied first.
    for transversal in reversed(group.basic_transversals):
        elements = np.array([element.array_form for element in transversal.values()])
        chosen = elements[rng.integers(len(elements), size=n_draws)]
        drawn = np.take_along_axis(chosen, drawn, axis=1)
    return np.asarray(drawn, dtype=np.int64)
