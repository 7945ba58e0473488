"""The largest graphs that are read: the metric takes 8 n^2 bytes, the edges' relation n m steps."""

from symtheory.errors import BudgetError

__all__ = ["MAX_EDGES", "MAX_VERTICES", "check_graph_size"]

MAX_VERTICES = 2048
"""Twice as many as other operands may have tokens: isometries are found on the graph."""

MAX_EDGES = 100_000


def check_graph_size(what: str, *, n_vertices: int, n_edges: int = 0) -> None:
    """Refuse a graph above the limits, before it is built.

    Raises
    ------
    BudgetError
        Names the limit.
    """
    for count, limit, kind in (
        (n_vertices, MAX_VERTICES, "vertices"),
        (n_edges, MAX_EDGES, "edges"),
    ):
        if count > limit:
            digits = len(str(count)) if count < 10**300 else 301
            shown = str(count) if digits < 13 else f"about 10^{digits - 1}"
            raise BudgetError(
                f"{what} has {shown} {kind}; the limit is {limit}, choose a smaller graph"
            )
