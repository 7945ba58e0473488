"""Maps between the labels of operands and answers, printed as people would write them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.primes import is_prime
from symtheory.relations.wording.residues import residues, signed_residue

__all__ = ["LabelMap", "are_residues", "definitions", "explained"]

_SHOWN = 8  # entries of a table
_LARGEST_EXPONENT = 9


def are_residues(*labels: tuple[str, ...]) -> bool:
    """Whether every tuple of labels reads ``"0", "1", ..., "n-1"``, with one n for all."""
    return all(names == tuple(map(str, range(len(labels[0])))) for names in labels)


@dataclass(frozen=True, eq=False)
class LabelMap:
    r"""A map from one set of labels to another, perhaps not defined everywhere.

    Parameters
    ----------
    symbol, latex_symbol : str
        What to call it where it has no formula, such as ``"τ"`` and ``"\tau"``.
    images : (n,) int64
        Label i goes to label ``images[i]``, -1 where the map is undefined.
    source, target : tuple of str
        The labels.
    modulus : int, optional
        Read labels as residues mod this; by default their number, if both sets are ``"0", "1",
        ..., "n-1"``.

    Examples
    --------
    >>> import numpy as np
    >>> five = tuple("01234")
    >>> LabelMap("τ", r"\tau", np.array([1, 4, 2, 0, 3]), five, five).text("y")
    '-2*y + 1'
    >>> LabelMap("τ", r"\tau", np.array([0, 1, 3, 2, 4]), five, five).text("y")
    'y^3'
    >>> LabelMap("τ", r"\tau", np.array([1, 0, 2, 3, 4]), five, five).text("y")
    'τ(y)'
    """

    symbol: str
    latex_symbol: str
    images: NDArray[np.int64]
    source: tuple[str, ...]
    target: tuple[str, ...]
    modulus: int | None = None

    @cached_property
    def affine(self) -> tuple[int, int] | None:
        """The pair (a, b) with i -> a i + b mod n on residue labels where defined, or None."""
        pairs = self._residue_pairs
        if pairs is None:
            return None
        n, source, target = pairs
        steps = np.flatnonzero(np.diff(source) == 1)
        if not len(steps):
            return None
        at = int(steps[0])
        a = int(target[at + 1] - target[at]) % n
        b = int(target[at] - a * source[at]) % n
        if not np.array_equal(target, (a * source + b) % n):
            return None
        return signed_residue(a, n), signed_residue(b, n)

    @cached_property
    def power(self) -> tuple[int, int, int] | None:
        """Three numbers (c, k, r), with i -> c i^(k/r) mod n on residue labels, or None.

        k or r is 1, r > 0, and both are at most 9; c = 1 for roots. Affine maps are not meant.
        """
        pairs = self._residue_pairs
        if pairs is None or self.is_identity or self.affine is not None:
            return None
        n, source, target = pairs
        at_one = target[source == 1]
        c = int(at_one[0]) if len(at_one) else 1
        for size in range(1, _LARGEST_EXPONENT + 1):
            if _is_power(source, target, c, size, n):
                return signed_residue(c, n), size, 1
            # A root may pick one of several tokens, so it is recognized by taking the power.
            if c == 1 and _is_power(target, source, 1, size, n):
                return 1, 1, size
            if _is_power(source, target, c, -size, n):
                if not (source == 0).any():
                    return signed_residue(c, n), -size, 1
                if is_prime(n):  # 0 has no inverse, but the power that is one elsewhere
                    return signed_residue(c, n), n - 1 - size, 1
        return None

    @property
    def has_formula(self) -> bool:
        """Whether the map is written without its symbol."""
        return self.is_identity or self.affine is not None or self.power is not None

    @cached_property
    def is_identity(self) -> bool:
        """Whether every label goes to itself, where the map is defined."""
        defined = np.flatnonzero(self.images >= 0)
        return bool(len(defined)) and all(
            self.source[i] == self.target[self.images[i]] for i in defined
        )

    def text(self, argument: str) -> str:
        """Write the map at an argument, such as ``"-y"`` or ``"3*y + 1"``, else ``"τ(y)"``."""
        if self.power is not None:
            c, k, root = self.power
            exponent = f"^(1/{root})" if root > 1 else "" if k == 1 else f"^{k}"
            return _times(c, argument + exponent, "*")
        return self._write(argument, f"{self.symbol}({argument})", "*")

    def latex(self, argument: str) -> str:
        """Write the map at an argument in LaTeX."""
        if self.power is not None:
            c, k, root = self.power
            exponent = f"^{{1/{root}}}" if root > 1 else "" if k == 1 else f"^{{{k}}}"
            return _times(c, argument + exponent, "")
        return self._write(argument, rf"{self.latex_symbol}({argument})", "")

    @property
    def table(self) -> str:
        """The first images, such as ``"0→1, 1→0, 2→2, …"``, without labels that have none."""
        defined = np.flatnonzero(self.images >= 0)
        shown = [f"{self.source[i]}→{self.target[self.images[i]]}" for i in defined[:_SHOWN]]
        return ", ".join(shown + (["…"] if len(defined) > _SHOWN else []))

    def root_text(self) -> str:
        """Say what a root stands for, or ``""``: ``"z^(1/3) = z^7 mod 11"``."""
        pairs = self._residue_pairs
        if pairs is None or self.power is None or self.power[2] == 1:
            return ""
        n, root = pairs[0], self.power[2]
        if is_prime(n) and np.gcd(root, n - 1) == 1:
            return f"z^(1/{root}) = z^{pow(root, -1, n - 1)} mod {n}"
        return f"z^(1/{root}) is the least root mod {n}, where there is one"

    @cached_property
    def _residue_pairs(self) -> tuple[int, NDArray[np.int64], NDArray[np.int64]] | None:
        """The modulus, and residues with their images where the map is defined, or None."""
        n = self.modulus
        if n is None and are_residues(self.source, self.target):
            n = len(self.source)
        if n is None or n < 2:
            return None
        source, target = residues(self.source, n), residues(self.target, n)
        if source is None or target is None:
            return None
        defined = np.flatnonzero(self.images >= 0)
        return n, source.values[defined], target.values[self.images[defined]]

    def _write(self, argument: str, otherwise: str, times: str) -> str:
        if self.is_identity:
            return argument
        if self.affine is None:
            return otherwise
        a, b = self.affine
        product = _times(a, argument, times)
        return product if b == 0 else f"{product} {'+' if b > 0 else '-'} {abs(b)}"


def explained(maps: Iterable[tuple[LabelMap, str]]) -> tuple[str, ...]:
    """Return what maps are that a formula calls by their symbols, each with a letter to use.

    Examples
    --------
    >>> import numpy as np
    >>> seven = tuple("0123456")
    >>> explained([(LabelMap("h", "h", np.arange(7) ** 5 % 7, seven, seven), "g")])
    ('h(g) = g^5',)
    """
    pairs = [(one, letter) for one, letter in maps]
    formulas = tuple(
        f"{one.symbol}({letter}) = {one.text(letter)}" for one, letter in pairs if one.has_formula
    )
    return (*formulas, *definitions(one for one, _ in pairs))


def definitions(maps: Iterable[LabelMap]) -> tuple[str, ...]:
    """Return what a formula with these maps leaves open: tables, with equal ones on one line.

    Examples
    --------
    >>> import numpy as np
    >>> cycle = LabelMap("λ", "", np.array([1, 2, 0]), tuple("abc"), tuple("abc"))
    >>> definitions([cycle, LabelMap("μ", "", cycle.images, cycle.source, cycle.target)])
    ('λ = μ: a→b, b→c, c→a',)
    """
    lines: list[str] = []
    alike: dict[bytes, list[LabelMap]] = {}
    for one in maps:
        if not one.has_formula:
            alike.setdefault(one.images.tobytes(), []).append(one)
        elif one.root_text():
            lines.append(one.root_text())
    lines += [
        f"{' = '.join(dict.fromkeys(one.symbol for one in group))}: {group[0].table}"
        for group in alike.values()
    ]
    return tuple(dict.fromkeys(lines))


def _is_power(source: NDArray[np.int64], target: NDArray[np.int64], c: int, k: int, n: int) -> bool:
    """Whether target = c * source^k mod n; for k < 0 on units, with 0 to 0."""
    if k > 0:
        power = np.full_like(source, c % n)
        for _ in range(k):
            power = power * source % n
        return np.array_equal(power, target)
    # target = c / s^|k|: check it as target * s^|k| = c, which makes s a unit if c is one.
    product = target.copy()
    for _ in range(-k):
        product = product * source % n
    is_zero = source == 0
    is_right = np.where(is_zero, target == 0, product == c % n)
    return bool(is_right.all()) and bool(np.gcd(c, n) == 1)


def _times(a: int, factor: str, times: str) -> str:
    return {1: factor, -1: f"-{factor}"}.get(a, f"{a}{times}{factor}")
