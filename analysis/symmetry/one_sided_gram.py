"""One-sided Gram shares: how far a cloud obeys the left- and the right-invariant law.

A group acts on itself from two sides, g x and x g. If it is not abelian, the Gram matrix of the
left operand is expected to be invariant under the left action only, that of the right operand under
the right one, that of the readout under both, and that of one table for both operands to be a sum
of the two kinds. The shares say which of these a network chose; the test of the law that is claimed
is `symtheory.analysis.symmetry.gram.check_gram`.
"""

from collections.abc import Mapping

import numpy as np

from symtheory.combinatorics.orbitals import Side, token_pairs, translation_orbitals
from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.geometry.statistics import centered_gram

from .token_cloud import TokenCloud

__all__ = ["opposite_share", "shares_by_side"]


def shares_by_side(subject: TokenCloud, geometry: OperandGeometry) -> Mapping[str, float]:
    """Return the off-diagonal share of the centered Gram matrix in each space of the law.

    Parameters
    ----------
    subject : TokenCloud
        Of an embedding of this geometry.
    geometry : OperandGeometry

    Returns
    -------
    mapping of str to float
        ``left``, ``right``, ``both`` and ``sum``; empty where they are one and the same (the group
        is abelian) or the tokens are not the elements of a group.

    Examples
    --------
    >>> from symtheory.analysis.symmetry.token_cloud import make_token_cloud
    >>> from symtheory.groups.families import dihedral
    >>> from symtheory.records import Embedding, Role
    >>> from symtheory.tasks.group_words import group_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(group_task("x*y", dihedral(7))).geometries[Role.X]
    >>> coset = np.arange(14)[:, None] % 7 == np.arange(7)  # which coset x*{1, s}
    >>> cloud = Embedding(coset.astype(float), Role.X)
    >>> shares = shares_by_side(make_token_cloud(cloud, geometry), geometry)
    >>> {side: round(share, 3) for side, share in shares.items()}
    {'left': 1.0, 'right': 0.125, 'both': 0.125, 'sum': 1.0}
    """
    group = geometry.group
    if (
        group is None
        or group.is_abelian
        or geometry.family not in {Family.GROUP_ORBIT, Family.ORBIT_WITH_FIXED_POINTS}
    ):
        return {}
    tokens = np.arange(len(subject.points))
    partitions = {
        side: token_pairs(translation_orbitals(group, side), subject.coordinate, tokens)
        for side in Side
    }
    spaces = {str(side): InvariantSpace([partition]) for side, partition in partitions.items()}
    spaces["sum"] = InvariantSpace([partitions[Side.LEFT], partitions[Side.RIGHT]])
    gram = centered_gram(subject.points)
    return {name: space.share(gram) for name, space in spaces.items()}


def opposite_share(shares: Mapping[str, float], geometry: OperandGeometry) -> float | None:
    """Return the share of the law of the other side; None where no one side is claimed.

    Parameters
    ----------
    shares : mapping of str to float
        From `shares_by_side`.
    geometry : OperandGeometry

    Examples
    --------
    >>> from symtheory.groups.families import dihedral
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.group_words import group_task
    >>> from symtheory.theory import predict
    >>> geometries = predict(group_task("x*y", dihedral(7))).geometries
    >>> shares = {"left": 0.9, "right": 0.4, "both": 0.4, "sum": 0.9}
    >>> [opposite_share(shares, geometries[role]) for role in (Role.X, Role.Y, Role.READOUT)]
    [0.4, 0.9, None]
    """
    if not shares or len(geometry.orbitals) > 1 or geometry.side is Side.BOTH:
        return None
    return shares[Side.RIGHT if geometry.side is Side.LEFT else Side.LEFT]
