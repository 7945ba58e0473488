"""Triangle equality of a task whose answers are distances in a graph."""

import numpy as np

from symtheory.errors import PredictionError
from symtheory.graphs.graph import Graph
from symtheory.relations.triangle import Triangle
from symtheory.tasks.task import Task

__all__ = ["triangle_identity"]


def triangle_identity(task: Task) -> Triangle:
    """Return the triangle equality of a task whose answers are distances in a graph.

    Raises
    ------
    PredictionError
        If they are not.
    """
    if not isinstance(task.answer_structure, Graph):
        raise PredictionError(f"the answers of {task.formula} are no distances in a graph")
    vertices = np.arange(len(task.x_labels))
    return Triangle(
        formula="d(a, c) = d(a, b) + d(b, c)",
        latex="d(a,c) = d(a,b) + d(b,c)",
        where=("b on a geodesic from a to c, by the training distances alone",),
        reads=("d(a, b)", "d(b, c)", "bounds on d(a, c)"),
        evaluation=(
            "training distances bound all distances; b is between a and c where the lower bound of "
            "d(a, c) is the sum of the upper bounds; the prediction at (a, c) is compared with the "
            "distribution of the sum of those at (a, b) and (b, c)"
        ),
        n_left=len(task.x_labels),
        n_right=len(task.y_labels),
        n_answers=len(task.z_labels),
        values=task.answer_structure.lengths,
        left=vertices,
        right=vertices,
        placed=vertices,
    )
