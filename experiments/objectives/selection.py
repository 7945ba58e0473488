"""Which relations of a task are used, as losses and as the measured violation.

A configuration names relations that a group isotope has. Not every task has them, so there is one
rule, and it stands here: of the names in ``config.relations``

- a relation that the task has, with an instance on the split, is used;
- "composition", where it is missing (the readout forgets what composing would need, or there is no
  group, or no two training cells fit together), is replaced by the first of `STAND_INS` that is
  there;
- any other missing name is passed over.

So by default addition is prompted by swap and composition, (x + y)^2 by swap and shift, the product
of a non-abelian group by composition alone, and a table without symmetry by nothing: then training
is plain cross-entropy and no violation is measured. The outcome follows from task, configuration
and split, which a run records.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.symmetry.relations import Relation

from ..config import TrainingConfig

__all__ = ["STAND_INS", "select_relations"]

STAND_INS = ("shift", "fibre", "invariance", "equivariance")
"""What takes the place of composition, in order of preference: relations between cells with one
answer come before those that need a permutation of the answers."""


def select_relations(
    relations: Sequence[Relation], config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[Relation, ...]:
    """Return the relations in use, in the order of the theory.

    Parameters
    ----------
    relations : sequence of Relation
        All that the task has.
    config : TrainingConfig
    known : (nx, ny) int64
        Training answers, -1 elsewhere.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import predict
    >>> theory = predict(modular_task("x + y", 7))
    >>> config, known = TrainingConfig(), theory.task.table
    >>> [relation.name for relation in select_relations(theory.relations, config, known)]
    ['swap', 'composition']
    >>> without = [relation for relation in theory.relations if relation.name != "composition"]
    >>> [relation.name for relation in select_relations(without, config, known)]
    ['swap', 'shift']
    """
    usable = [relation for relation in relations if relation.n_instances(known)]
    available = {relation.name for relation in usable}
    chosen = set(config.relations) & available
    if "composition" in config.relations and "composition" not in chosen:
        chosen.update([name for name in STAND_INS if name in available][:1])
    return tuple(relation for relation in usable if relation.name in chosen)
