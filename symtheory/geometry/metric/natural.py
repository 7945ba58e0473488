"""Natural coordinates of a graph: the block that all principles of metric embedding hold.

A graph is a Cartesian product of prime factors, in one way [1]_, and its metric is the sum of the
metrics of the factors. Each factor has a piece:

- a path: its vertices on a line, at the distances that they have;
- K_2: a bit, which is a path of two vertices;
- a cycle: the circle of frequency 1;
- anything else: the eigenspace of the largest eigenvalue of B = -1/2 J d J.

Pieces stand side by side, orthogonal, and as large as in the embedding whose squared distances are
d: the power of a piece of a factor with n_i vertices is its dimension times N / n_i times the
largest eigenvalue of the factor's B. Classical scaling of d has this block, or one within a few per
cent of it, as its leading components, but where a factor is much longer than another (a 20 x 3
lattice): then the second harmonic of the long one precedes the short one. Other principles hold the
block, too, but may order otherwise: in the inverse Laplacian of a cylinder C_7 x P_7 frequency 2 of
the path ties with the circle, and in that of P_2 x P_5 it precedes the bit.

References
----------
.. [1] G. Sabidussi, Graph multiplication, 1959, https://doi.org/10.1007/BF01162967
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from symtheory.graphs.graph import Graph
from symtheory.graphs.products import Factorization, GraphShape, arrangement
from symtheory.records import Json

from .torgerson import (
    centered_spectrum,
    complete_spectrum,
    cycle_spectrum,
    double_centered,
    path_spectrum,
    product_spectrum,
)

__all__ = ["NaturalBlock", "Piece", "natural_block"]

_SAME = 1e-8  # eigenvalues closer than this share of the larger are one
_MOST_REST = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The natural coordinates of one factor.

    Parameters
    ----------
    name : str
        Such as ``"line of 7"``, ``"circle of 64"``, ``"bit"`` or ``"3 leading components of
        petersen"``.
    kind : {"line", "circle", "bit", "eigenspace"}
    columns : tuple of int
        Where its coordinates stand in the block.
    power : float
        Sum of squares of each of its columns.
    """

    name: str
    kind: str
    columns: tuple[int, ...]
    power: float


@dataclass(frozen=True, slots=True, eq=False)
class NaturalBlock:
    """A centered template and what it is made of.

    Parameters
    ----------
    points : (n, m) float64
        Mutually orthogonal columns of sum zero.
    pieces : tuple of Piece
    spectrum : (n - 1,) float64
        Of B = -1/2 J d J for the whole graph, falling.
    """

    points: NDArray[np.float64]
    pieces: tuple[Piece, ...]
    spectrum: NDArray[np.float64]

    def __repr__(self) -> str:
        return f"NaturalBlock({self.name}; {self.dimension} dimensions)"

    @property
    def dimension(self) -> int:
        """Number of coordinates m."""
        return int(self.points.shape[1])

    @property
    def name(self) -> str:
        """Names of the pieces, equal ones counted: ``"circle of 7 + line of 7"``."""
        names = [piece.name for piece in self.pieces]
        distinct = list(dict.fromkeys(names))
        counts = [(name, names.count(name)) for name in distinct]
        return " + ".join(name if k == 1 else f"{k} x {name}" for name, k in counts)

    @property
    def share(self) -> float:
        """Share of the positive inertia of B that the block stands for."""
        positive = float(self.spectrum[self.spectrum > 0].sum())
        return round(sum(p.power * len(p.columns) for p in self.pieces) / positive, 9)

    @property
    def is_leading(self) -> bool:
        """Whether whatever else there is in B stays below three quarters of the weakest piece.

        Otherwise a little noise exchanges the two, and leading components of embeddings need not
        be these coordinates: lattices with one side thrice another, or a graph without symmetry
        whose largest eigenvalues are as good as equal.
        """
        least = min(piece.power for piece in self.pieces)
        rest = self.spectrum[self.dimension :]
        return not len(rest) or bool(rest[0] <= _MOST_REST * least)

    def to_dict(self) -> dict[str, Json]:
        """Return the block as plain JSON values; its points follow from the graph."""
        return {
            "name": self.name,
            "dimension": self.dimension,
            "share": self.share,
            "is_leading": self.is_leading,
            "pieces": [
                {
                    "name": piece.name,
                    "kind": piece.kind,
                    "columns": list(piece.columns),
                    "power": piece.power,
                }
                for piece in self.pieces
            ],
        }


def natural_block(factorization: Factorization) -> NaturalBlock:
    """Return the natural coordinates of a graph.

    Parameters
    ----------
    factorization : Factorization
        From `symtheory.graphs.products.cartesian_factors`.

    Examples
    --------
    >>> from symtheory.graphs.graph import Graph
    >>> from symtheory.graphs.products import cartesian_factors
    >>> path = Graph("path(3)", "012", [[0, 1], [1, 2]])
    >>> block = natural_block(cartesian_factors(path))
    >>> block, abs(block.points[:, 0]).round(3).tolist(), block.is_leading
    (NaturalBlock(line of 3; 1 dimensions), [0.707, 0.0, 0.707], True)
    """
    n = len(factorization.graph)
    columns: list[NDArray[np.float64]] = []
    pieces, spectra = [], []
    for factor, coordinate in zip(factorization.factors, factorization.coordinates.T, strict=True):
        kind, name, shape, spectrum = _piece(factor)
        # Unit columns on the factor have norm N / n_i on the product.
        power = float(spectrum[0]) * n / len(factor)
        start = sum(piece.shape[1] for piece in columns)
        columns.append(shape[coordinate] * np.sqrt(spectrum[0]))
        pieces.append(Piece(name, kind, tuple(range(start, start + shape.shape[1])), power))
        spectra.append(spectrum)
    points = np.concatenate(columns, axis=1)
    points.setflags(write=False)
    return NaturalBlock(points, tuple(pieces), product_spectrum(spectra))


def _piece(factor: Graph) -> tuple[str, str, NDArray[np.float64], NDArray[np.float64]]:
    """Return kind, name, orthonormal coordinates (n_i, m_i) and the spectrum of a factor."""
    n, gram = len(factor), double_centered(factor.distances)
    line = _line(factor)
    if line is not None:
        kind, name = ("bit", "bit") if n == 2 else ("line", f"line of {n}")
        spectrum = path_spectrum(n) if factor.is_unweighted else centered_spectrum(gram)
        return kind, name, line[:, None], spectrum
    if 2 * len(factor.edges) == n * (n - 1) and factor.is_unweighted:
        # The simplex: any orthonormal basis of the functions of mean zero.
        basis = np.linalg.qr(np.eye(n) - 1 / n)[0][:, : n - 1]
        return "eigenspace", f"simplex of {n}", basis, complete_spectrum(n)
    placed = arrangement(factor)
    if placed.kind == GraphShape.CYCLE:
        angle = 2 * np.pi * placed.order / n
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(2 / n)
        return "circle", f"circle of {n}", circle, cycle_spectrum(n)
    spectrum = centered_spectrum(gram)
    m = int((spectrum > spectrum[0] * (1 - _SAME)).sum())
    _, vectors = eigh(gram, subset_by_index=[n - m, n - 1])
    plural = "s" if m > 1 else ""
    return "eigenspace", f"{m} leading component{plural} of {factor.name}", vectors, spectrum


def _line(factor: Graph) -> NDArray[np.float64] | None:
    """Return unit coordinates on a line at the distances of the graph, if there are such."""
    distances = factor.distances
    end = int(distances[0].argmax())
    place = distances[end]
    if not np.array_equal(abs(place[:, None] - place), distances):
        return None
    line = place - place.mean()
    return np.asarray(line / np.linalg.norm(line))
