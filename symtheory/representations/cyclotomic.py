"""Exact numbers of cyclotomic fields: rational combinations of roots of unity.

Convention: zeta_n = exp(2 pi i / n). A value is kept in its smallest cyclotomic field Q(zeta_n)
(its conductor n, never 2 mod 4) as a polynomial in zeta_n reduced modulo the cyclotomic
polynomial Phi_n. That form is unique, so equality and hashing decide equality of numbers, and
no float takes part.
"""

import cmath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import gcd, lcm

from symtheory.errors import SpecError
from symtheory.groups.primes import prime_divisors

__all__ = ["Cyclotomic", "root_of_unity"]


@dataclass(frozen=True, slots=True)
class Cyclotomic:
    """A number sum_j (numerators[j] / denominator) zeta_conductor^j, in its unique form.

    Build values with `root_of_unity`, `from_powers` or `from_rational` and arithmetic; the bare
    constructor trusts that its arguments are already reduced.

    Parameters
    ----------
    conductor : int
        Least n with the value in Q(zeta_n).
    numerators : tuple of int
        phi(conductor) coefficients of 1, zeta, zeta^2, ...
    denominator : int
        Positive, coprime to the numerators; 1 for every character value.

    Examples
    --------
    >>> z = root_of_unity(5)
    >>> golden = -(z**2 + z**3)
    >>> golden * golden == golden + 1
    True
    >>> root_of_unity(6) == -root_of_unity(3) ** 2
    True
    """

    conductor: int
    numerators: tuple[int, ...]
    denominator: int = 1

    @classmethod
    def from_powers(cls, n: int, powers: Mapping[int, int], denominator: int = 1) -> "Cyclotomic":
        """Return sum_j powers[j] zeta_n^j / denominator; exponents are read mod n."""
        if n < 1 or denominator < 1:
            raise SpecError(f"roots of unity need n >= 1 and a positive denominator, got n = {n}")
        dense = [0] * n
        for exponent, coefficient in powers.items():
            dense[exponent % n] += coefficient
        return cls._from_dense(n, dense, denominator)

    @classmethod
    def from_rational(cls, value: int | Fraction) -> "Cyclotomic":
        """Return a rational number as a cyclotomic one."""
        fraction = Fraction(value)
        return cls(1, (fraction.numerator,), fraction.denominator)

    @classmethod
    def _from_dense(cls, n: int, dense: list[int], denominator: int) -> "Cyclotomic":
        conductor, numerators = _smallest_field(n, _reduce(n, dense))
        common = gcd(denominator, *numerators)
        return cls(conductor, tuple(c // common for c in numerators), denominator // common)

    def powers_in(self, n: int) -> dict[int, int]:
        """Numerators as coefficients of powers of zeta_n, for a multiple n of the conductor."""
        step, rest = divmod(n, self.conductor)
        if rest:
            raise SpecError(f"Q(zeta_{self.conductor}) does not lie in Q(zeta_{n})")
        return {j * step: c for j, c in enumerate(self.numerators) if c}

    def __add__(self, other: "Cyclotomic | int | Fraction") -> "Cyclotomic":
        second = _as_cyclotomic(other)
        n = lcm(self.conductor, second.conductor)
        denominator = lcm(self.denominator, second.denominator)
        dense = [0] * n
        for value in (self, second):
            scale = denominator // value.denominator
            for exponent, coefficient in value.powers_in(n).items():
                dense[exponent] += coefficient * scale
        return self._from_dense(n, dense, denominator)

    __radd__ = __add__

    def __neg__(self) -> "Cyclotomic":
        return Cyclotomic(self.conductor, tuple(-c for c in self.numerators), self.denominator)

    def __sub__(self, other: "Cyclotomic | int | Fraction") -> "Cyclotomic":
        return self + (-_as_cyclotomic(other))

    def __rsub__(self, other: "int | Fraction") -> "Cyclotomic":
        return _as_cyclotomic(other) - self

    def __mul__(self, other: "Cyclotomic | int | Fraction") -> "Cyclotomic":
        second = _as_cyclotomic(other)
        n = lcm(self.conductor, second.conductor)
        dense = [0] * n
        right = second.powers_in(n).items()
        for i, a in self.powers_in(n).items():
            for j, b in right:
                dense[(i + j) % n] += a * b
        return self._from_dense(n, dense, self.denominator * second.denominator)

    __rmul__ = __mul__

    def __truediv__(self, other: "int | Fraction") -> "Cyclotomic":
        """Divide by a rational number."""
        return self * (1 / Fraction(other))

    def __pow__(self, exponent: int) -> "Cyclotomic":
        if exponent < 0:
            raise SpecError(f"negative powers are not offered, got {exponent}")
        result, square = Cyclotomic.from_rational(1), self
        while exponent:
            if exponent & 1:
                result = result * square
            exponent >>= 1
            square = square * square if exponent else square
        return result

    def galois(self, k: int) -> "Cyclotomic":
        """Apply the automorphism zeta -> zeta^k, for k coprime to the conductor."""
        if gcd(k, self.conductor) != 1:
            raise SpecError(f"zeta -> zeta^{k} is no automorphism of Q(zeta_{self.conductor})")
        powers = {j * k: c for j, c in enumerate(self.numerators) if c}
        return self.from_powers(self.conductor, powers, self.denominator)

    def conjugate(self) -> "Cyclotomic":
        """Complex conjugate."""
        return self.galois(-1)

    @property
    def is_rational(self) -> bool:
        """Whether the value lies in Q."""
        return self.conductor == 1

    @property
    def is_real(self) -> bool:
        """Whether the value equals its complex conjugate."""
        return self == self.conjugate()

    def to_fraction(self) -> Fraction:
        """Return the rational value exactly.

        Raises
        ------
        SpecError
            If the value is irrational.
        """
        if not self.is_rational:
            raise SpecError(f"{self} is irrational")
        return Fraction(self.numerators[0], self.denominator)

    def __complex__(self) -> complex:
        turn = 2j * cmath.pi / self.conductor
        total = sum((c * cmath.exp(turn * j) for j, c in enumerate(self.numerators) if c), start=0j)
        return total / self.denominator

    def __str__(self) -> str:
        from symtheory.representations.cyclotomic_text import to_text

        return to_text(self)

    def to_dict(self) -> dict[str, int | list[int]]:
        """Return conductor, coefficients of the powers of zeta, and denominator."""
        return {
            "conductor": self.conductor,
            "numerators": list(self.numerators),
            "denominator": self.denominator,
        }


def root_of_unity(n: int, k: int = 1) -> Cyclotomic:
    """Return zeta_n^k exactly.

    Examples
    --------
    >>> print(root_of_unity(3), root_of_unity(4), root_of_unity(2))
    ζ3 i -1
    """
    if n < 1:
        raise SpecError(f"roots of unity need n >= 1, got n = {n}")
    common = gcd(k, n)
    n, k, sign = n // common, k // common, 1
    if n % 4 == 2:  # the field of zeta_m with m odd holds zeta_2m^k = -zeta_m^((k + m) / 2), k odd
        n, k, sign = n // 2, (k + n // 2) // 2, -1
    # Now zeta_n^k is primitive and n is the conductor.
    dense = [0] * n
    dense[k % n] = sign
    return Cyclotomic(n, _reduce(n, dense))


def _as_cyclotomic(value: "Cyclotomic | int | Fraction") -> Cyclotomic:
    return value if isinstance(value, Cyclotomic) else Cyclotomic.from_rational(value)


@cache
def _cyclotomic_polynomial(n: int) -> tuple[int, ...]:
    """Coefficients of Phi_n, constant term first.

    Phi_pm(x) is Phi_m(x^p), divided by Phi_m(x) if the prime p does not divide m.
    """
    polynomial, m = [-1, 1], 1
    for p in prime_divisors(n):
        rest, m = _spaced(polynomial, p), m * p
        # Long division; it leaves no remainder.
        quotient = [0] * (len(rest) - len(polynomial) + 1)
        for i in range(len(quotient) - 1, -1, -1):
            quotient[i] = rest[i + len(polynomial) - 1]
            for j, c in enumerate(polynomial):
                rest[i + j] -= quotient[i] * c
        polynomial = quotient
    return tuple(_spaced(polynomial, n // m))


def _spaced(polynomial: list[int], step: int) -> list[int]:
    """Coefficients of the polynomial in x^step."""
    spaced = [0] * (step * (len(polynomial) - 1) + 1)
    spaced[::step] = polynomial
    return spaced


def _reduce(n: int, dense: Iterable[int]) -> tuple[int, ...]:
    """Reduce a polynomial in zeta_n modulo Phi_n."""
    phi = _cyclotomic_polynomial(n)
    degree = len(phi) - 1
    # Phi_n is monic, so zeta^degree is minus the lower terms.
    tail = [(j, c) for j, c in enumerate(phi[:-1]) if c]
    coefficients = list(dense)
    for i in range(len(coefficients) - 1, degree - 1, -1):
        lead = coefficients[i]
        if lead:
            for j, c in tail:
                coefficients[i - degree + j] -= lead * c
    return tuple(coefficients[:degree])


def _smallest_field(n: int, reduced: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Descend to Q(zeta_(n/p)) as long as the value lies there."""
    for p in prime_divisors(n):
        m = n // p
        if m % p == 0:
            # Phi_n(x) = Phi_m(x^p): the subfield is spanned by the powers of zeta_n^p.
            if all(c == 0 for j, c in enumerate(reduced) if j % p):
                return _smallest_field(m, tuple(reduced[::p]))
            continue
        # zeta_n = zeta_p^a zeta_m^b with a m + b p = 1 mod n. Over Q(zeta_m) the powers
        # zeta_p, ..., zeta_p^(p-1) are a basis and their sum is -1, so the value lies in the
        # subfield exactly when its coefficients at those powers agree.
        a, b = pow(m, -1, p), pow(p, -1, m) if m > 1 else 0
        parts = [[0] * m for _ in range(p)]
        for j, c in enumerate(reduced):
            parts[j * a % p][j * b % m] += c
        first, *others = (_reduce(m, part) for part in parts)
        if all(other == others[0] for other in others):
            return _smallest_field(m, tuple(x - y for x, y in zip(first, others[0], strict=True)))
    return n, reduced
