"""Exact cyclotomic numbers: a field, one form per number, and the forms that people write."""

import cmath
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Poly, cyclotomic_poly

from symtheory.errors import SpecError
from symtheory.representations.cyclotomic import Cyclotomic, root_of_unity
from symtheory.representations.cyclotomic_text import to_latex, to_text

ORDERS = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 21, 24, 30, 36, 45, 60])


@st.composite
def numbers(draw: st.DrawFn) -> Cyclotomic:
    n = draw(ORDERS)
    powers = draw(st.dictionaries(st.integers(-50, 50), st.integers(-5, 5), max_size=4))
    return Cyclotomic.from_powers(n, powers, draw(st.integers(1, 4)))


@given(numbers(), numbers(), numbers())
def test_ring_laws_hold_exactly(a: Cyclotomic, b: Cyclotomic, c: Cyclotomic) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) * c == a * c + b * c
    assert (a * b) * c == a * (b * c)
    assert a - a == Cyclotomic.from_rational(0)
    assert hash(a + b - b) == hash(a)


@given(numbers(), numbers())
def test_arithmetic_agrees_with_complex_numbers(a: Cyclotomic, b: Cyclotomic) -> None:
    assert cmath.isclose(complex(a * b), complex(a) * complex(b), abs_tol=1e-9)
    assert cmath.isclose(complex(a + b), complex(a) + complex(b), abs_tol=1e-9)
    assert cmath.isclose(complex(a.conjugate()), complex(a).conjugate(), abs_tol=1e-9)


@given(numbers(), numbers())
def test_unequal_forms_are_unequal_numbers(a: Cyclotomic, b: Cyclotomic) -> None:
    # All conjugates of a - b are tried: a nonzero number has one that is not small.
    difference = a - b
    n = difference.conductor
    sizes = [abs(complex(difference.galois(k))) for k in range(1, n + 1) if gcd(k, n) == 1]
    assert (a == b) == (max(sizes) < 1e-6)


@given(numbers(), st.integers(-40, 40))
def test_galois_is_a_ring_map(a: Cyclotomic, k: int) -> None:
    if gcd(k, a.conductor) == 1:
        assert (a * a).galois(k) == a.galois(k) * a.galois(k)
    else:
        with pytest.raises(SpecError, match="no automorphism"):
            a.galois(k)


@pytest.mark.parametrize(("n", "k", "conductor"), [(6, 1, 3), (12, 4, 3), (10, 5, 1), (8, 2, 4)])
def test_conductor_is_the_smallest(n: int, k: int, conductor: int) -> None:
    assert root_of_unity(n, k).conductor == conductor
    assert Cyclotomic.from_powers(5, dict.fromkeys(range(5), 1)) == Cyclotomic.from_rational(0)


def test_powers_and_rational_values() -> None:
    z = root_of_unity(9)
    assert z**9 == Cyclotomic.from_rational(1)
    assert (z**3 + z**6).to_fraction() == -1
    assert (z / 2 * 2) == z
    assert (3 - z) + z == Cyclotomic.from_rational(3)
    assert Cyclotomic.from_rational(Fraction(1, 3)).to_fraction() == Fraction(1, 3)
    with pytest.raises(SpecError, match="irrational"):
        z.to_fraction()
    with pytest.raises(SpecError, match="negative powers"):
        z**-1
    with pytest.raises(SpecError, match="does not lie"):
        z.powers_in(6)
    with pytest.raises(SpecError, match="n >= 1"):
        Cyclotomic.from_powers(0, {})


FORMS = [
    (Cyclotomic.from_rational(Fraction(-3, 2)), "-3/2", r"\frac{-3}{2}"),
    (-root_of_unity(3), "-ζ3", r"-\zeta_{3}"),
    (2 * root_of_unity(7, 3), "2ζ7^3", r"2\zeta_{7}^{3}"),
    (root_of_unity(4, 3), "-i", "-i"),
    (1 + 2 * root_of_unity(4), "1+2i", "1+2i"),
    (-(root_of_unity(5, 2) + root_of_unity(5, 3)), "(1+√5)/2", r"\frac{1+\sqrt{5}}{2}"),
    (root_of_unity(8) + root_of_unity(8, 7), "√2", r"\sqrt{2}"),
    (root_of_unity(8) + root_of_unity(8, 3), "i√2", r"i\sqrt{2}"),
    (
        root_of_unity(7) + root_of_unity(7, 2) + root_of_unity(7, 4),
        "(-1+i√7)/2",
        r"\frac{-1+i\sqrt{7}}{2}",
    ),
    (root_of_unity(7, 3) + root_of_unity(7, 4), "2cos(6π/7)", r"2\cos\frac{6\pi}{7}"),
    (root_of_unity(20) + root_of_unity(20, 19), "2cos(π/10)", r"2\cos\frac{\pi}{10}"),
    (root_of_unity(9) + root_of_unity(9, 2), "ζ9+ζ9^2", r"\zeta_{9}+\zeta_{9}^{2}"),
]


@pytest.mark.parametrize(("value", "text", "latex"), FORMS)
def test_written_forms(value: Cyclotomic, text: str, latex: str) -> None:
    assert to_text(value) == text == str(value)
    assert to_latex(value) == latex


_WORDS = {"π": "*cmath.pi", "√": "*cmath.sqrt", "i": "*1j"}


@given(numbers())
def test_the_printed_form_is_the_number(value: Cyclotomic) -> None:
    assert cmath.isclose(_read(to_text(value)), complex(value), rel_tol=1e-9, abs_tol=1e-9)


def _read(text: str) -> complex:
    """Evaluate a printed form with a reader of our own."""
    import re

    if match := re.fullmatch(r"\((.*)\)/(\d+)", text):
        return _read(match[1]) / int(match[2])
    if match := re.fullmatch(r"(-?\d*)cos\((\d*)π/(\d+)\)", text):
        return int(match[1]) * cmath.cos(int(match[2] or 1) * cmath.pi / int(match[3]))
    if match := re.fullmatch(r"([^()]*)/(\d+)", text):
        return _read(match[1]) / int(match[2])
    total = 0j
    term = re.compile(r"([+-]?)(\d*)(i?)(?:√(\d+))?(?:ζ(\d+)(?:\^(\d+))?)?")
    position = 0
    while position < len(text):
        match = term.match(text, position)
        assert match is not None
        assert match.end() > position, text
        position = match.end()
        sign, size, unit, radicand, n, k = match.groups()
        value = complex(int(size or 1)) * (1j if unit else 1)
        if radicand:
            value *= int(radicand) ** 0.5
        if n:
            value *= cmath.exp(2j * cmath.pi * int(k or 1) / int(n))
        total += -value if sign == "-" else value
    return total


@pytest.mark.parametrize("n", [1, 2, 9, 12, 97, 105, 330, 385, 1980])
def test_cyclotomic_polynomials_vanish_at_their_roots(n: int) -> None:
    coefficients = Poly(cyclotomic_poly(n)).all_coeffs()[::-1]
    total = Cyclotomic.from_powers(n, {j: int(c) for j, c in enumerate(coefficients)})
    assert total == Cyclotomic.from_rational(0)
