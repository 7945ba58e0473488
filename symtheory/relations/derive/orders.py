"""Relations of a task about an order, written for its table of questions."""

import numpy as np

from symtheory.errors import PredictionError
from symtheory.orders.order import SIGNS, Order
from symtheory.relations.derive.context import Sizes
from symtheory.relations.order_relations import BradleyTerry, Converse, Transitivity
from symtheory.relations.relation import Relation
from symtheory.tasks.task import Task

__all__ = ["order_identities"]


def order_identities(task: Task) -> tuple[Relation, ...]:
    """Return the relations of a task about an order: converse, transitivity, Bradley-Terry.

    Raises
    ------
    PredictionError
        If the task is about no order.
    """
    order = task.answer_structure
    if not isinstance(order, Order):
        raise PredictionError(f"{task.formula} asks nothing of an order")
    n, questions = len(order), np.arange(len(order.questions))
    a, b = np.arange(n)[None, :, None], np.arange(n)[None, None, :]
    cells = a * len(task.y_labels) + questions[:, None, None] * n + b
    attribute, sign = np.divmod(questions, len(SIGNS))
    sizes: Sizes = {
        "n_left": n,
        "n_right": len(task.y_labels),
        "n_answers": len(task.z_labels),
    }
    own = np.arange(n)
    attribute_said = "" if order.is_joint else " for one attribute"
    which = (f"? one of <, =, >{attribute_said}",)
    premises = ("a ? b", "b ? c")
    certified = "a ? b and b ? c are true training answers;"
    return (
        Converse(
            formula="a ? b iff b ?⁻¹ a",
            latex=r"a \mathbin{?} b \iff b \mathbin{?^{-1}} a",
            where=(f"{which[0]}, ?⁻¹ its converse",),
            reads=(),
            evaluation="any cells, held out or not: predictions at the two cells are compared",
            **sizes,
            cells=cells,
            converse=attribute * len(SIGNS) + len(SIGNS) - 1 - sign,
            placed=own,
        ),
        Transitivity(
            formula="a ? b and b ? c imply a ? c",
            latex=r"a \mathbin{?} b \wedge b \mathbin{?} c \implies a \mathbin{?} c",
            where=which,
            reads=premises,
            evaluation=f"{certified} a ? c is to be at least as likely as both together",
            **sizes,
            cells=cells,
            placed=own,
        ),
        BradleyTerry(
            formula="log odds of a ? c = those of a ? b + those of b ? c",
            latex=r"\ell(a,c) = \ell(a,b) + \ell(b,c)",
            where=(f"? one of < and >{attribute_said}",),
            reads=premises,
            evaluation=f"{certified} the log odds of true are compared",
            **sizes,
            cells=cells[SIGNS.index("=") != sign],
            placed=own,
        ),
    )
