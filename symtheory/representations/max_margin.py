"""The condition under which maximal margin puts every irrep of a group to use.

A theorem on networks with one hidden layer of quadratic units that learn x * y in a group [1]_
needs that

    sum over rho != 1 of  d_rho^1.5 chi_rho(C)  <  0    for every conjugacy class C != 1.

It holds for every abelian group, where the sum is -1, and fails for some others.

References
----------
.. [1] D. Morwani, B. L. Edelman, C.-A. Oncescu, R. Zhao, S. Kakade, Feature emergence via margin
   maximization, arXiv:2311.07568.
"""

from typing import NamedTuple

from symtheory.representations.character_table import CharacterTable

__all__ = ["MaxMarginCondition", "max_margin_condition"]

_ROUNDING = 1e-9


class MaxMarginCondition(NamedTuple):
    """Whether the condition holds.

    Parameters
    ----------
    holds : bool
    worst : float
        The largest of the sums; the condition asks that it be negative.
    """

    holds: bool
    worst: float


def max_margin_condition(table: CharacterTable) -> MaxMarginCondition:
    """Evaluate the condition.

    Examples
    --------
    >>> from symtheory.groups.families import alternating, symmetric
    >>> from symtheory.representations.character_table import character_table
    >>> max_margin_condition(character_table(symmetric(4))).holds
    True
    >>> holds, worst = max_margin_condition(character_table(alternating(5)))
    >>> holds, round(worst, 2)
    (False, 0.79)
    """
    weights = table.degrees[1:] ** 1.5
    sums = weights @ table.to_numeric()[1:, 1:].real
    # The trivial group has no class to check; it is abelian.
    worst = float(sums.max()) if sums.size else -1.0
    return MaxMarginCondition(worst < -_ROUNDING, worst)
