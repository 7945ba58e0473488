"""Named families of finite groups."""

import numpy as np

from symtheory.errors import SpecError
from symtheory.groups.group import Group

__all__ = ["cyclic"]


def cyclic(n: int) -> Group:
    """Return the cyclic group Z_n, residues under addition mod n.

    Examples
    --------
    >>> cyclic(12)
    Group(Z12, order 12, abelian)
    """
    if n < 1:
        raise SpecError(f"a cyclic group has at least one element, n = {n} was asked for")
    residues = np.arange(n)
    return Group((residues[:, None] + residues) % n, name=f"Z{n}")
