"""The task of a graph: the distance of two vertices."""

import numpy as np

from symtheory.errors import BudgetError
from symtheory.graphs.graph import Graph
from symtheory.graphs.limits import MAX_VERTICES
from symtheory.tasks.task import Task, check_size, file_name

__all__ = ["graph_task"]


def graph_task(graph: Graph) -> Task:
    """Return the task f(x, y) = d(x, y), the length of a shortest path between two vertices.

    Operands are the vertices and share their tokens; answers are the distances that occur, in
    ascending order.

    Raises
    ------
    BudgetError
        If the graph has too many vertices.

    Examples
    --------
    >>> from symtheory.graphs.notation import read_graph
    >>> graph_task(read_graph("cycle(64)"))
    Task(graph-cycle-64: d(x, y) in cycle(64), 64 x 64 -> 33, shared tokens)
    """
    check_size(len(graph), what=f"the graph {graph.name}", limit=MAX_VERTICES)
    lengths = graph.lengths
    if len(lengths) > MAX_VERTICES:
        raise BudgetError(
            f"{graph.name} has {len(lengths)} different distances, each an answer of its own; the "
            f"limit is {MAX_VERTICES}, take shorter lengths"
        )
    is_dense = len(lengths) == lengths[-1] + 1
    table = graph.distances if is_dense else np.searchsorted(lengths, graph.distances)
    return Task(
        f"graph-{file_name(graph.name)}",
        table,
        graph.vertices,
        graph.vertices,
        tuple(map(str, lengths.tolist())),
        formula=f"d(x, y) in {graph.name}",
        shared_tokens=True,
        latex="d(x, y)",
        answer_structure=graph,
    )
