"""Cyclotomic numbers as people write them: -ζ3, (1+√5)/2, 2cos(2π/7), ζ8+ζ8^3.

A value is printed as a rational number, a multiple of one root of unity, a number a+b√D of a
quadratic field, a doubled cosine, or else as a short sum of roots of unity.
"""

from fractions import Fraction
from functools import cache
from math import acos, gcd, isqrt, pi

from symtheory.groups.primes import prime_divisors
from symtheory.representations.cyclotomic import Cyclotomic

__all__ = ["to_latex", "to_text"]


def to_text(value: Cyclotomic) -> str:
    """Return the value in Unicode.

    Examples
    --------
    >>> from symtheory.representations.cyclotomic import root_of_unity
    >>> z = root_of_unity(5)
    >>> to_text(-(z**2 + z**3)), to_text(2 * root_of_unity(3) ** 2)
    ('(1+√5)/2', '2ζ3^2')
    """
    return _written(value, latex=False)


def to_latex(value: Cyclotomic) -> str:
    r"""Return the value in LaTeX (math mode).

    Examples
    --------
    >>> from symtheory.representations.cyclotomic import root_of_unity
    >>> z = root_of_unity(5)
    >>> to_latex(-(z**2 + z**3)), to_latex(-root_of_unity(3))
    ('\\frac{1+\\sqrt{5}}{2}', '-\\zeta_{3}')
    """
    return _written(value, latex=True)


def _written(value: Cyclotomic, *, latex: bool) -> str:
    if value.is_rational:
        return _over(str(value.numerators[0]), value.denominator, latex=latex)
    terms = short_sum(value)
    plain = _sum_of_roots(value, terms, latex=latex)
    if len(terms) < 2:
        return plain
    quadratic = _quadratic(value, latex=latex)
    if quadratic and (value.is_real or len(quadratic) <= len(plain)):
        return quadratic
    return _cosine(value, latex=latex) or plain


def _sum_of_roots(value: Cyclotomic, terms: tuple[tuple[int, int], ...], *, latex: bool) -> str:
    text = ""
    for exponent, coefficient in terms:
        sign = "-" if coefficient < 0 else "+" if text else ""
        root = _root(value.conductor, exponent, latex=latex)
        size = str(abs(coefficient)) if abs(coefficient) > 1 or not root else ""
        text += sign + size + root
    return _over(text, value.denominator, latex=latex)


def _over(text: str, denominator: int, *, latex: bool) -> str:
    if denominator == 1:
        return text
    if latex:
        return rf"\frac{{{text}}}{{{denominator}}}"
    is_sum = any(sign in text[1:] for sign in "+-")
    return f"({text})/{denominator}" if is_sum else f"{text}/{denominator}"


def _root(n: int, exponent: int, *, latex: bool) -> str:
    common = gcd(n, exponent)
    n, exponent = n // common, exponent // common
    if n == 1:
        return ""
    if n == 4 and exponent == 1:
        return "i"
    name = rf"\zeta_{{{n}}}" if latex else f"ζ{n}"
    if exponent == 1:
        return name
    return f"{name}^{{{exponent}}}" if latex else f"{name}^{exponent}"


@cache
def short_sum(value: Cyclotomic) -> tuple[tuple[int, int], ...]:
    """Return few pairs (exponent, coefficient) whose sum over zeta^exponent is the numerator.

    The p roots zeta^(j + i n/p), i = 0..p-1, sum to zero for each prime p dividing the
    conductor n; adding such relations shortens the reduced form (greedily, until it stays).
    """
    n = value.conductor
    dense = [0] * n
    for exponent, coefficient in value.powers_in(n).items():
        dense[exponent] = coefficient
    changed = True
    while changed:
        changed = False
        for p in prime_divisors(n):
            step = n // p
            for j in range(step):
                coset = dense[j::step]
                best = min(set(coset), key=lambda c: (sum(abs(x - c) for x in coset), abs(c)))
                if best and sum(abs(x - best) for x in coset) < sum(map(abs, coset)):
                    dense[j::step] = [x - best for x in coset]
                    changed = True
    if n % 2 == 0:  # zeta^(j + n/2) = -zeta^j
        dense = [a - b for a, b in zip(dense[: n // 2], dense[n // 2 :], strict=True)]
    return tuple((j, c) for j, c in enumerate(dense) if c)


def _quadratic(value: Cyclotomic, *, latex: bool) -> str | None:
    """Write a + b√D, when the value has exactly one other Galois conjugate."""
    n = value.conductor
    conjugates = {value}
    for k in range(2, n):
        if gcd(k, n) == 1:
            conjugates.add(value.galois(k))
            if len(conjugates) > 2:
                return None
    (other,) = conjugates - {value}
    trace = (value + other).to_fraction()
    discriminant = trace * trace - 4 * (value * other).to_fraction()  # = (value - other)^2
    square, radicand = _square_part(discriminant.numerator * discriminant.denominator)
    a, b = trace / 2, Fraction(square, 2 * discriminant.denominator)
    difference = complex(value) - complex(other)
    if (difference.real if radicand > 0 else difference.imag) < 0:
        b = -b
    common = a.denominator * b.denominator // gcd(a.denominator, b.denominator)
    rational, factor = int(a * common), int(b * common)
    symbol = rf"\sqrt{{{abs(radicand)}}}" if latex else f"√{abs(radicand)}"
    unit = ("i" if radicand < 0 else "") + (symbol if abs(radicand) > 1 else "")
    size = "" if abs(factor) == 1 else str(abs(factor))
    sign = "-" if factor < 0 else "+" if rational else ""
    return _over(f"{rational or ''}{sign}{size}{unit}", common, latex=latex)


def _square_part(value: int) -> tuple[int, int]:
    """Write value = s^2 * r with r free of squares; return (s, r)."""
    sign, rest, square = (1 if value > 0 else -1), abs(value), 1
    for p in range(2, isqrt(rest) + 1):
        while rest % (p * p) == 0:
            rest //= p * p
            square *= p
    return square, sign * rest


def _cosine(value: Cyclotomic, *, latex: bool) -> str | None:
    """C * 2cos(2πk/n), when the value is c (zeta^k + zeta^-k) with an integer c."""
    content = gcd(*value.numerators)
    if value.denominator != 1 or not value.is_real:
        return None
    size = complex(value).real / (2 * content)
    n = 2 * value.conductor  # -zeta_n^k is a power of zeta_2n when n is odd
    if abs(size) > 1:
        return None
    k = round(acos(size) * n / (2 * pi))
    if Cyclotomic.from_powers(n, {k: content, -k: content}) != value:
        return None
    argument = Fraction(2 * k, n)
    top = "" if argument.numerator == 1 else str(argument.numerator)
    if latex:
        return rf"{2 * content}\cos\frac{{{top}\pi}}{{{argument.denominator}}}"
    return f"{2 * content}cos({top}π/{argument.denominator})"
