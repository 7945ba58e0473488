"""Metric geometry of a graph: what its distances predict of an embedding of its vertices.

References
----------
.. [1] I. J. Schoenberg, Metric spaces and positive definite functions, 1938,
   https://doi.org/10.1090/S0002-9947-1938-1501980-0
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.graphs.automorphisms import isometry_group
from symtheory.graphs.edge_classes import metric_edges
from symtheory.graphs.graph import Graph
from symtheory.graphs.products import Factorization, cartesian_factors
from symtheory.layout import listed, percent, wrapped
from symtheory.records import Json

from .natural import NaturalBlock, natural_block
from .torgerson import centered_spectrum, count_above, double_centered, inertia

__all__ = ["MetricGeometry", "metric_geometry"]

_MANY = 512  # above so many vertices the spectrum of d^2 takes longer than all the rest
_SHOWN = 6


@dataclass(frozen=True, eq=False, repr=False)
class MetricGeometry:
    """The metric picture of a graph.

    Parameters
    ----------
    graph : Graph
    factorization : Factorization
        Its prime factors; each has coordinates of its own.
    natural : NaturalBlock
        The template of the leading components.
    """

    graph: Graph
    factorization: Factorization
    natural: NaturalBlock

    def __repr__(self) -> str:
        return f"MetricGeometry({self.graph.name}: {self.natural.name})"

    @property
    def distances(self) -> NDArray[np.int64]:
        """Distances of the graph, (n, n) int64."""
        return self.graph.distances

    @property
    def has_negative_type(self) -> bool:
        """Whether there are points whose squared distances are d."""
        return inertia(self.natural.spectrum)[1] == 0

    @cached_property
    def spectrum_of_squares(self) -> NDArray[np.float64] | None:
        """Spectrum of -1/2 J d^2 J, (n - 1,) float64; None for more than 512 vertices."""
        if len(self.graph) > _MANY:
            return None
        return centered_spectrum(double_centered(self.distances**2))

    @cached_property
    def n_automorphisms(self) -> int:
        """Order of the automorphism group."""
        return isometry_group(self.graph)[1]

    @property
    def can_be_straight(self) -> bool | None:
        """Whether Euclidean distances can add up along all geodesics; None where it is left open.

        They can where no geodesic has two edges. Otherwise a map that keeps edges and makes all
        geodesics straight is an isometry, so that -1/2 J d^2 J must have no negative eigenvalue
        [1]_. Unweighted graphs beside the complete ones: only paths, for a straight line is
        prolonged in one way, and a cycle that is straight at every vertex does not close.
        """
        graph, n = self.graph, len(self.graph)
        if 2 * len(metric_edges(graph).edges) == n * (n - 1):
            return True
        if self.spectrum_of_squares is not None:
            return inertia(self.spectrum_of_squares)[1] == 0
        return int(graph.distances.max()) == n - 1 if graph.is_unweighted else None

    def text_lines(self) -> Iterator[str]:
        """Yield the lines of the printout."""
        graph, natural = self.graph, self.natural
        weighted = "" if graph.is_unweighted else ", weighted"
        yield (
            f"metric       {graph.name}: {len(graph)} vertices, {len(graph.edges)} edges{weighted}"
            f", diameter {int(self.distances.max())}, {self.n_automorphisms} isometries"
        )
        factors = [factor.name for factor in self.factorization.factors]
        if len(factors) > 1:
            yield from wrapped(
                "             ",
                f"the product of {listed(factors)}; its metric is the sum",
                indent=13,
            )
        yield from wrapped(
            "  natural    ",
            f"{natural.name}: {natural.dimension} dimensions, {percent(natural.share)} of the "
            f"inertia of d; {self._leading_sentence()}",
            indent=13,
        )
        yield from wrapped("  spectrum   ", self._spectrum_sentence(), indent=13)
        yield from wrapped("  angles     ", self._angles_sentence(), indent=13)

    def to_dict(self) -> dict[str, Json]:
        """Return the prediction as plain JSON values; matrices follow from the graph."""
        spectrum, squares = self.natural.spectrum, self.spectrum_of_squares
        return {
            "graph": self.graph.name,
            "n_vertices": len(self.graph),
            "n_edges": len(self.graph.edges),
            "diameter": int(self.distances.max()),
            "n_automorphisms": self.n_automorphisms,
            "factors": [factor.name for factor in self.factorization.factors],
            "natural": self.natural.to_dict(),
            "inertia": list(inertia(spectrum)),
            "inertia_of_squares": None if squares is None else list(inertia(squares)),
            "leading_ratios": (spectrum[:_SHOWN] / spectrum[0]).tolist(),
            "components_above_one_percent": count_above(spectrum),
            "has_negative_type": self.has_negative_type,
        }

    def _leading_sentence(self) -> str:
        if self.natural.is_leading:
            return "they lead where squared distances are d; other pictures may order otherwise"
        return (
            "other components are as large or nearly so, so that the leading ones need not be these"
        )

    def _spectrum_sentence(self) -> str:
        spectrum, squares = self.natural.spectrum, self.spectrum_of_squares
        ratios = ", ".join(f"{value:.3g}" for value in spectrum[:_SHOWN] / spectrum[0])
        positive, negative = inertia(spectrum)
        text = f"-1/2 J d J has {positive} positive"
        text += f" and {negative} negative" if negative else ""
        text += f" eigenvalues, as {ratios}{', …' if len(spectrum) > _SHOWN else ''}"
        if squares is None:
            return text
        positive, negative = inertia(squares)
        return f"{text}; -1/2 J d² J has {positive} positive and {negative} negative ones"

    def _angles_sentence(self) -> str:
        first = "Euclidean distances can add up along geodesics"
        if self.can_be_straight is None:
            first = "whether Euclidean distances can add up along geodesics is open"
        elif not self.can_be_straight:
            first = (
                "Euclidean distances cannot add up along geodesics: -1/2 J d² J has negative "
                "eigenvalues"
            )
        if self.has_negative_type:
            return f"{first}; squared ones can: a right angle at every vertex of a geodesic"
        return f"{first}; nor can squared ones exactly: d is not of negative type"


def metric_geometry(graph: Graph) -> MetricGeometry:
    """Return the metric picture of a graph.

    Parameters
    ----------
    graph : Graph

    Examples
    --------
    >>> edges = [[0, 1], [1, 2], [3, 4], [4, 5], [0, 3], [1, 4], [2, 5]]
    >>> ladder = metric_geometry(Graph("ladder", "abcdef", edges))
    >>> ladder
    MetricGeometry(ladder: bit + line of 3)
    >>> ladder.can_be_straight
    False
    """
    factorization = cartesian_factors(graph)
    return MetricGeometry(
        graph=graph,
        factorization=factorization,
        natural=natural_block(factorization),
    )
