"""Hidden units from the arrays of a perceptron, whose columns they are.

In a perceptron of one hidden layer on one-hot operands, or once the token vectors are multiplied by
the input weights, column h of each operand's array is what its tokens add to unit h, and column h
of the readout what the unit adds to the answers.
"""

from collections.abc import Mapping

from symtheory.errors import SpecError
from symtheory.layout import listed
from symtheory.records import Embedding, HiddenUnits, Role

__all__ = ["units_of_columns"]


def units_of_columns(embeddings: Mapping[Role, Embedding]) -> HiddenUnits:
    """Return the columns of the operands' and the readout's arrays as hidden units.

    Raises
    ------
    SpecError
        If an array is missing, or they differ in their number of columns.

    Examples
    --------
    >>> import numpy as np
    >>> arrays = {role: Embedding(np.zeros((5, 2)), role) for role in (Role.SHARED, Role.READOUT)}
    >>> units_of_columns(arrays)
    HiddenUnits(2 units, 5 x 5 operands, 5 answers)
    """
    shared = embeddings.get(Role.SHARED)
    chosen = [embeddings.get(Role.X, shared), embeddings.get(Role.Y, shared)]
    sides = [found.points.T for found in (*chosen, embeddings.get(Role.READOUT)) if found]
    if len(sides) < 3:
        raise SpecError(
            "hidden units are columns of the arrays of both operands and of the readout, given "
            f"are {listed([str(role) for role in embeddings])}"
        )
    widths = [len(side) for side in sides]
    if len(set(widths)) > 1:
        raise SpecError(
            f"the columns of the arrays are no hidden units: x, y and readout have {widths[0]}, "
            f"{widths[1]} and {widths[2]} of them; multiply token vectors by the input weights"
        )
    return HiddenUnits(*sides)
