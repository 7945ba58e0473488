import numpy as np
import pytest

from symtheory.analysis.files.hidden_units import units_of_columns
from symtheory.errors import SpecError
from symtheory.records import Embedding, HiddenUnits, Role

RNG = np.random.default_rng(0)


def arrays(**widths):
    return {
        Role(name): Embedding(RNG.standard_normal((5, m)), Role(name)) for name, m in widths.items()
    }


def test_columns_are_units():
    own = arrays(x=3, y=3, readout=3)
    units = units_of_columns(own)
    for name, role in (("x", Role.X), ("y", Role.Y), ("readout", Role.READOUT)):
        assert (getattr(units, name) == own[role].points.T).all()
    tied = arrays(shared=3, readout=3)
    assert (units_of_columns(tied).y == tied[Role.SHARED].points.T).all()


@pytest.mark.parametrize("widths", [{"x": 3, "y": 3}, {"x": 3, "readout": 3}, {"readout": 3}])
def test_three_sides_are_needed(widths):
    with pytest.raises(SpecError, match="columns of the arrays of both operands"):
        units_of_columns(arrays(**widths))


def test_token_vectors_are_no_units():
    with pytest.raises(SpecError, match="multiply token vectors"):
        units_of_columns(arrays(x=8, y=8, readout=3))


def test_sides_must_be_matrices_of_finite_numbers():
    one = np.ones((2, 5))
    with pytest.raises(SpecError, match="readout of shape"):
        HiddenUnits(one, one, np.ones((3, 5)))
    with pytest.raises(SpecError, match="x of shape"):
        HiddenUnits(np.ones(5), one, one)
    with pytest.raises(SpecError, match="not finite"):
        HiddenUnits(one, one * np.nan, one)
