"""Default training settings, by kind of task: operation, metric or order.

Tables of operations are trained on 30 % of their cells, distances on 80 % and comparisons on 20 %,
as in Y. Hwang, Y. Park, arXiv:2603.01968. Learning rate and weight decay are our own: see
docs/reproduction.md for what theirs (weight decay 3 on graphs) do.
"""

from dataclasses import dataclass

from symtheory.graphs.graph import Graph
from symtheory.orders.order import Order
from symtheory.tasks.task import Task

__all__ = ["Defaults", "default_settings"]

_LARGE = 10_000
"""Tables with more cells are given more steps: S5 memorizes its 4,320 after 2,000."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """Settings of a training that depend on the kind of task.

    Parameters
    ----------
    train_fraction : float
    steps : int
        Most optimizer steps.
    learning_rate, weight_decay : float
    settled_window : int
        As in `symtheory.experiments.config.training.TrainingConfig`. Distances and comparisons are
        answered on most training cells long before their geometry stands still.
    cooldown : float
        As in `symtheory.experiments.config.training.OptimizerConfig`: without it a run that does
        not settle is tested wherever the last step finds it, now and then in a spike of its loss.
    """

    train_fraction: float = 0.3
    steps: int = 2500
    learning_rate: float = 0.005
    weight_decay: float = 1.0
    settled_window: int = 50
    cooldown: float = 0.2


def default_settings(task: Task) -> Defaults:
    """Return the settings that a task is trained with by default.

    Examples
    --------
    >>> from symtheory.tasks.catalogue import named_task
    >>> default_settings(named_task("modadd", p=7)) == Defaults()
    True
    """
    if isinstance(task.answer_structure, Graph):
        return Defaults(train_fraction=0.8, learning_rate=0.002, settled_window=300)
    if isinstance(task.answer_structure, Order):
        return Defaults(train_fraction=0.2, learning_rate=0.002, settled_window=300)
    return Defaults(steps=3500) if task.table.size > _LARGE else Defaults()
