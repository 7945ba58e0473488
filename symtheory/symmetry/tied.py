"""What one shared token table leaves of the symmetry of the answers.

Translations act on the operands by (s, t): phi(x) -> s*phi(x), psi(y) -> t*psi(y), and then on the
answers by s*t (the group is abelian here). A network with a table for each operand may use them
all. With one table for both operands a token can move in one way only, so s and t must be the same
permutation of the tokens. For x + y that leaves s = t and the answers move by 2s: by everything
where n is odd, by even residues where n is even. For x - y it leaves t = -s: no translation of the
answers at all, and nothing protects the shape of their embedding.
"""

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import PredictionError
from symtheory.symmetry.isotopism import Isotopism

__all__ = ["protected_answer_translations"]


def protected_answer_translations(isotopism: Isotopism) -> NDArray[np.int64]:
    """Return the group elements by which the answers may move when the operands share a table.

    Parameters
    ----------
    isotopism : Isotopism
        Of a task with shared tokens and an abelian group.

    Returns
    -------
    (k,) int64
        A subgroup, ascending; k = 1 means that only the identity is left.

    Examples
    --------
    >>> from symtheory.symmetry.isotopism import find_isotopism
    >>> from symtheory.tasks.modular import modular_task
    >>> def count(text, n):
    ...     return len(protected_answer_translations(find_isotopism(modular_task(text, n))))
    >>> count("x + y", 7), count("x + y", 8), count("x - y", 7)
    (7, 4, 1)
    """
    group, phi, psi = isotopism.group, isotopism.phi, isotopism.psi
    if not group.is_abelian:
        raise PredictionError(f"{group.name} is not abelian: its two translations do not commute")
    tokens = np.argsort(phi)
    # Row s: the token that each token becomes when phi moves by s, then what that does to psi.
    moved = tokens[group.table[:, phi]]
    steps = group.table[psi[moved], group.inverses[psi]]
    is_translation = (steps == steps[:, :1]).all(axis=1)
    s = np.flatnonzero(is_translation)
    return np.unique(group.table[s, steps[s, 0]])
