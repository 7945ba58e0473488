"""Factors of the Gram matrix on each irrep: which translation a network broke.

On an irrep the Gram matrix is a Kronecker product, rows (x) columns
(`symtheory.analysis.symmetry.factor_law`). The rows of x and of the answers are A, the columns of x
and the rows of y are B, the columns of y and of the answers C. A factor that is the unit matrix
leaves its translation unbroken; its effective rank tr(M)^2 / ||M||^2 says how far it is broken. On
a plane of one frequency the product is any ellipse, with

    m = (largest - least) / (largest + least)

of its two powers: 0 is a circle, 1 a line.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.operand import FACTORS
from symtheory.records import Json, Role

from ..statistics.clouds import centered
from .block_laws import ProductLaw
from .token_cloud import TokenCloud

__all__ = [
    "BROKEN",
    "Ellipse",
    "Factors",
    "broken",
    "broken_translations",
    "fit_factors",
]

BROKEN = 0.9
"""A factor of less than so much of the full effective rank is broken."""

_LEAST_POWER = 1e-12
_MENTIONED = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """The two factors on one irrep of degree above 1.

    Parameters
    ----------
    name : str
        Of the isotypic block.
    share : float
        Share of the centered power in the block.
    degree : int
        Complex degree of the irrep, the full rank.
    rows, columns : (D, D) float64
        The factors, of unit Frobenius norm; one of several for a table of both operands.
    """

    name: str
    share: float
    degree: int
    rows: NDArray[np.float64]
    columns: NDArray[np.float64]

    @property
    def ranks(self) -> tuple[float, float]:
        """Effective ranks of rows and columns, from 1 to the degree."""
        unit = self.degree / len(self.rows)
        return self._rank(self.rows) * unit, self._rank(self.columns) * unit

    @property
    def is_broken(self) -> bool:
        """Whether both translations are broken."""
        return max(self.ranks) < BROKEN * self.degree

    @staticmethod
    def _rank(matrix: NDArray[np.float64]) -> float:
        return float(np.trace(matrix) ** 2 / (matrix**2).sum())

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        rows, columns = self.ranks
        return {"share": self.share, "degree": self.degree, "rows": rows, "columns": columns}


@dataclass(frozen=True, slots=True)
class Ellipse:
    """The image of a plane of one frequency.

    Parameters
    ----------
    name : str
    share : float
        Share of the centered power in the plane.
    line : float
        m, 0 for a circle and 1 for a line.
    """

    name: str
    share: float
    line: float

    @property
    def is_broken(self) -> bool:
        """Whether a translation is broken: by the effective rank 2 / (1 + m^2) of two axes."""
        return 2 / (1 + self.line**2) < BROKEN * 2

    def to_dict(self) -> dict[str, Json]:
        """Return the record as plain JSON values."""
        return {"share": self.share, "line": self.line}


def broken(found: Factors | Ellipse, role: Role) -> tuple[str, ...]:
    """Say which translations an embedding breaks on an irrep, with the rank that is left.

    Examples
    --------
    >>> rank_one = np.diag([1.0, 0.0, 0.0])
    >>> broken(Factors("χ3", 0.5, 3, np.eye(3) / 3**0.5, rank_one), Role.X)
    ('B of χ3 (rank 1.0 of 3)',)
    >>> broken(Ellipse("frequency 7", 0.2, 0.91), Role.READOUT)
    ('frequency 7 (a line to 0.91)',)
    """
    if isinstance(found, Ellipse):
        return (f"{found.name} (a line to {found.line:.2f})",) if found.is_broken else ()
    names = FACTORS.get(role, ("rows", "columns"))
    return tuple(
        f"{name} of {found.name} (rank {rank:.1f} of {found.degree})"
        for name, rank in zip(names, found.ranks, strict=True)
        if rank < BROKEN * found.degree
    )


def broken_translations(cloud: TokenCloud, role: Role) -> tuple[str, ...] | None:
    """Say which translations are broken on the irreps that hold a twentieth of the power.

    None where no irrep that holds so much could break one.
    """
    factors = [f for f in fit_factors(cloud) if f.share >= _MENTIONED]
    factors.sort(key=lambda f: -f.share)
    return tuple(text for f in factors for text in broken(f, role)) if factors else None


def fit_factors(cloud: TokenCloud) -> tuple[Factors | Ellipse, ...]:
    """Return factors and ellipses of the blocks that hold more than their white share.

    Blocks of one dimension have neither. Empty where the tokens are not the elements of a group.
    """
    if not cloud.obeys_products:
        return ()
    points = centered(cloud.points)
    total = float((points**2).sum())
    found: list[Factors | Ellipse] = []
    for block, law in zip(cloud.blocks, cloud.laws, strict=True):
        coefficients = block.basis.T @ points
        gram = coefficients @ coefficients.T
        share = float(np.trace(gram)) / total
        if share < max(block.dimension / (len(points) - 1), _LEAST_POWER):
            continue
        if isinstance(law, ProductLaw):
            rows, columns = law.factors(gram)
            found.append(Factors(block.name, share, block.degree, rows, columns))
        elif block.dimension == 2:
            least, largest = np.linalg.eigvalsh(gram)
            found.append(Ellipse(block.name, share, float((largest - least) / (largest + least))))
    return tuple(found)
