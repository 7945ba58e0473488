"""What the metric of a graph predicts of an embedding of its vertices, beside its symmetry."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symtheory.graphs.automorphisms import automorphism_group, intersection_array
from symtheory.graphs.cuts import CutEmbedding, NotL1, Undecided, cut_embedding
from symtheory.graphs.edge_classes import metric_edges
from symtheory.graphs.graph import Graph
from symtheory.graphs.products import Factorization, cartesian_factors
from symtheory.records import Json
from symtheory.text.layout import listed, percent, wrapped

from .angles import Obstruction, straight_obstruction
from .natural import NaturalBlock, natural_block
from .principles import Principle, tail_rivals
from .torgerson import count_above, double_centered, inertia, spectrum_of

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
    obstruction : Obstruction or None
        Why geodesics cannot all be straight in a Euclidean space; None where they can.
    """

    graph: Graph
    factorization: Factorization
    natural: NaturalBlock
    obstruction: Obstruction | None

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
    def rivals(self) -> tuple[tuple[Principle, ...], ...]:
        """Principles beyond the natural coordinates, those of one prediction together."""
        return tail_rivals(self.graph, self.natural)

    @cached_property
    def spectrum_of_squares(self) -> NDArray[np.float64] | None:
        """Spectrum of -1/2 J d^2 J, (n - 1,) float64; None for more than 512 vertices."""
        if len(self.graph) > _MANY:
            return None
        return spectrum_of(double_centered(self.distances**2))

    @cached_property
    def cuts(self) -> CutEmbedding | NotL1 | Undecided:
        """The exact embedding into l1, or why there is none, or that none was found."""
        return cut_embedding(self.graph)

    @cached_property
    def n_automorphisms(self) -> int:
        """Order of the automorphism group."""
        return automorphism_group(self.graph)[1]

    @cached_property
    def intersection_array(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Intersection array of a distance-regular graph."""
        return intersection_array(self.graph)

    def text_lines(self) -> Iterator[str]:
        """Yield the lines of the printout."""
        graph, natural = self.graph, self.natural
        weighted = "" if graph.is_unweighted else ", weighted"
        yield (
            f"metric       {graph.name}: {len(graph)} vertices, {len(graph.edges)} edges{weighted}"
            f", diameter {int(self.distances.max())}, {self.n_automorphisms} isometries"
        )
        if self.intersection_array is not None:
            out, back = (listed([str(k) for k in row]) for row in self.intersection_array)
            yield f"             distance-regular, intersection array {{{out}; {back}}}"
        factors = [factor.name for factor in self.factorization.factors]
        if len(factors) > 1:
            yield from wrapped(
                "             ",
                f"the product of {listed(factors)}; its metric is the sum",
                indent=13,
            )
        yield from wrapped("             ", self._cuts_sentence(), indent=13)
        yield from wrapped(
            "  natural    ",
            f"{natural.name}: {natural.dimension} dimensions, {percent(natural.share)} of the "
            f"inertia of d; {self._leading_sentence()}",
            indent=13,
        )
        yield from wrapped("  spectrum   ", self._spectrum_sentence(), indent=13)
        yield from wrapped("  angles     ", self._angles_sentence(), indent=13)
        yield from wrapped("  tail       ", self._tail_sentence(), indent=13)

    def to_dict(self) -> dict[str, Json]:
        """Return the prediction as plain JSON values; matrices follow from the graph."""
        spectrum, squares, cuts = self.natural.spectrum, self.spectrum_of_squares, self.cuts
        array = self.intersection_array
        return {
            "graph": self.graph.name,
            "n_vertices": len(self.graph),
            "n_edges": len(self.graph.edges),
            "diameter": int(self.distances.max()),
            "n_automorphisms": self.n_automorphisms,
            "intersection_array": None if array is None else [list(row) for row in array],
            "factors": [factor.name for factor in self.factorization.factors],
            "natural": self.natural.to_dict(),
            "inertia": list(inertia(spectrum)),
            "inertia_of_squares": None if squares is None else list(inertia(squares)),
            "leading_ratios": (spectrum[:_SHOWN] / spectrum[0]).tolist(),
            "components_above_one_percent": count_above(spectrum),
            "has_negative_type": self.has_negative_type,
            "obstruction": None
            if self.obstruction is None
            else {
                "kind": self.obstruction.kind,
                "vertices": [self.graph.vertices[v] for v in self.obstruction.vertices],
                "sentence": self.obstruction.sentence,
            },
            "principles": [[str(p) for p in group] for group in self.rivals],
            "cuts": {"scale": cuts.scale, "n_cuts": len(cuts.cuts)}
            if isinstance(cuts, CutEmbedding)
            else {"is_open": isinstance(cuts, Undecided), "reason": cuts.reason},
        }

    def _cuts_sentence(self) -> str:
        if isinstance(self.cuts, CutEmbedding):
            scale = "" if self.cuts.scale == 1 else f"{self.cuts.scale} "
            return (
                f"in l1: {scale}d(u, v) counts those of {len(self.cuts.cuts)} cuts that separate "
                "u and v" + ("" if (self.cuts.weights == 1).all() else ", with their weights")
            )
        verdict = "not in l1" if isinstance(self.cuts, NotL1) else "whether it is in l1 is open"
        return f"{verdict}: {self.cuts.reason}"

    def _leading_sentence(self) -> str:
        if self.natural.is_leading:
            return "they lead where squared distances are d; other principles may order otherwise"
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
        if self.obstruction is None and self._is_bent:
            first = (
                "Euclidean distances cannot add up along geodesics: -1/2 J d² J has negative "
                "eigenvalues"
            )
        elif self.obstruction is None:
            first = "Euclidean distances can add up along geodesics"
        else:
            first = (
                f"Euclidean distances cannot add up along geodesics: {self.obstruction.sentence}"
            )
        if self.has_negative_type:
            return f"{first}; squared ones can: a right angle at every vertex of a geodesic"
        return f"{first}; nor can squared ones exactly: d is not of negative type"

    @property
    def _is_bent(self) -> bool:
        """Whether a weighted graph with a geodesic of two edges has a metric that is not Euclidean.

        Obstructions are complete for unweighted graphs only.
        """
        graph, squares = self.graph, self.spectrum_of_squares
        if graph.is_unweighted or squares is None or not inertia(squares)[1]:
            return False
        return 2 * len(metric_edges(graph).edges) < len(graph) * (len(graph) - 1)

    def _tail_sentence(self) -> str:
        groups = " or ".join(" = ".join(group) for group in self.rivals)
        return f"beyond the natural coordinates: {groups} (conjectures, compared by likelihood)"


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
    >>> print(ladder.obstruction.sentence)
    a and e both lie midway between b and d, so their points coincide
    """
    factorization = cartesian_factors(graph)
    return MetricGeometry(
        graph=graph,
        factorization=factorization,
        natural=natural_block(factorization),
        obstruction=straight_obstruction(graph),
    )
