"""Multiple testing: Holm's correction over several claims.

Primary claims need no correction: all of them must hold, and a conjunction of tests at level
alpha has level alpha (intersection-union). Secondary claims may hold one by one, so their
p-values are corrected by Holm's step-down rule, which bounds the chance of any false "held" under
any dependence [1]_.

References
----------
.. [1] S. Holm, A Simple Sequentially Rejective Multiple Test Procedure, 1979,
   https://www.jstor.org/stable/4615733
"""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm-adjusted p-values, in the order of the given ones.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = running
    return tuple(adjusted)
