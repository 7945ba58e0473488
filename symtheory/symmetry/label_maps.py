"""Maps between the labels of two operands, printed as people would write them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LabelMap", "are_residues", "signed_residue"]

_SHOWN = 8  # entries of a table


def are_residues(*labels: tuple[str, ...]) -> bool:
    """Whether every tuple of labels reads ``"0", "1", ..., "n-1"``, with one n for all."""
    return all(names == tuple(map(str, range(len(labels[0])))) for names in labels)


def signed_residue(value: int, modulus: int) -> int:
    """Return the representative of least absolute value, positive in a tie.

    Examples
    --------
    >>> [signed_residue(v, 6) for v in range(6)]
    [0, 1, 2, 3, -2, -1]
    """
    value %= modulus
    return value - modulus if 2 * value > modulus else value


@dataclass(frozen=True, slots=True, eq=False)
class LabelMap:
    r"""A bijection between two sets of labels.

    Parameters
    ----------
    symbol, latex_symbol : str
        What to call it where it has no formula, such as ``"τ"`` and ``"\tau"``.
    images : (n,) int64
        Label i goes to label ``images[i]``.
    source, target : tuple of str
        The labels.

    Examples
    --------
    >>> import numpy as np
    >>> five = tuple("01234")
    >>> LabelMap("τ", r"\tau", np.array([1, 4, 2, 0, 3]), five, five).text("y")
    '-2*y + 1'
    >>> LabelMap("τ", r"\tau", np.array([1, 0, 2, 3, 4]), five, five).text("y")
    'τ(y)'
    """

    symbol: str
    latex_symbol: str
    images: NDArray[np.int64]
    source: tuple[str, ...]
    target: tuple[str, ...]

    @property
    def affine(self) -> tuple[int, int] | None:
        """The pair (a, b) with i -> a i + b mod n on residue labels, or None."""
        if not are_residues(self.source, self.target) or len(self.source) < 2:
            return None
        n = len(self.source)
        a, b = int(self.images[1] - self.images[0]) % n, int(self.images[0])
        if not np.array_equal(self.images, (a * np.arange(n) + b) % n):
            return None
        return signed_residue(a, n), signed_residue(b, n)

    def text(self, argument: str) -> str:
        """Write the map at an argument, such as ``"-y"`` or ``"3*y + 1"``, else ``"τ(y)"``."""
        return self._write(argument, f"{self.symbol}({argument})", "*")

    def latex(self, argument: str) -> str:
        """Write the map at an argument in LaTeX."""
        return self._write(argument, rf"{self.latex_symbol}({argument})", "")

    @property
    def table(self) -> str:
        """The first images, such as ``"0→1, 1→0, 2→2, …"``."""
        shown = [
            f"{label}→{self.target[image]}"
            for label, image in zip(self.source[:_SHOWN], self.images, strict=False)
        ]
        return ", ".join(shown + (["…"] if len(self.source) > _SHOWN else []))

    def _write(self, argument: str, otherwise: str, times: str) -> str:
        if self.affine is None:
            return otherwise
        a, b = self.affine
        product = {1: argument, -1: f"-{argument}"}.get(a, f"{a}{times}{argument}")
        return product if b == 0 else f"{product} {'+' if b > 0 else '-'} {abs(b)}"
