"""Prime numbers, and the primes that divide an integer."""

from functools import cache
from math import isqrt

__all__ = ["is_prime", "prime_divisors", "prime_powers"]


def is_prime(n: int) -> bool:
    """Whether n is a prime number.

    Examples
    --------
    >>> [n for n in range(12) if is_prime(n)]
    [2, 3, 5, 7, 11]
    """
    return n > 1 and all(n % d for d in range(2, isqrt(n) + 1))


@cache
def prime_powers(n: int) -> tuple[tuple[int, int], ...]:
    """Return the primes p that divide n, ascending, each with the largest power of p that does.

    Examples
    --------
    >>> prime_powers(168)
    ((2, 8), (3, 3), (7, 7))
    """
    powers, p = [], 2
    while n > 1:
        if p * p > n:
            p = n  # what is left has no divisor up to its root
        power = 1
        while n % p == 0:
            power, n = power * p, n // p
        if power > 1:
            powers.append((p, power))
        p += 1
    return tuple(powers)


@cache
def prime_divisors(n: int) -> tuple[int, ...]:
    """Return the primes that divide n, ascending.

    Examples
    --------
    >>> prime_divisors(60)
    (2, 3, 5)
    """
    return tuple(p for p, _ in prime_powers(n))
