"""Relations selected for a training: as losses, as further labels, as the measured violation.

A configuration names relations of group isotopes, metrics and orders. No task has all, so there is
one rule, and it stands here: of the names in ``config.relations``

- a relation that the task has, with an instance on the split, is used;
- "composition", where it is missing (the readout forgets what composing would need, or there is no
  group, or no two training cells fit together), is replaced by the first of `STAND_INS` that is
  there; not so of a metric or an order, which have the relations of triples in its place;
- any other missing name is passed over.

So by default addition is prompted by swap and composition, (x + y)^2 by swap and shift, the product
of a non-abelian group by composition alone, distances by swap and triangle, and a table without
symmetry by nothing: then training is plain cross-entropy and no violation is measured. Which
relations there are `symtheory.experiments.prompting` says: of a table those that its training
cells show. The outcome follows from task, configuration and split, which a run records. A relation
that an auxiliary names by itself must be there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.errors import SpecError
from symtheory.prompting import Symmetry
from symtheory.relations.relation import Relation
from symtheory.theory import Theory

from ..config.training import Auxiliary, TrainingConfig
from ..prompting import prompting
from ..seeds import generator
from .priors import PRIORS

__all__ = [
    "CONSISTENCY",
    "OF_TRIPLES",
    "PLACEBO",
    "STAND_INS",
    "Term",
    "augmented_answers",
    "auxiliary_terms",
    "closure_fraction",
    "prompting_relations",
    "select_relations",
]

CONSISTENCY, PLACEBO = "consistency", "placebo"

OF_TRIPLES = ("triangle", "transitivity", "bradley-terry")
"""What a metric or an order has in the place of composition."""

STAND_INS = ("shift", "fibre", "invariance", "equivariance")
"""What takes the place of composition, in order of preference: relations between cells with one
answer come before those that need a permutation of the answers."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """An auxiliary of the loss with what it stands for on a task.

    Parameters
    ----------
    auxiliary : Auxiliary
    relations : tuple of Relation
        Their violations are added; none for a prior on the embeddings.
    """

    auxiliary: Auxiliary
    relations: tuple[Relation, ...]


def select_relations(
    relations: Sequence[Relation], config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[Relation, ...]:
    """Return the relations that consistency stands for, in the order of the theory.

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
    if "composition" in config.relations and not chosen & {"composition", *OF_TRIPLES}:
        chosen.update([name for name in STAND_INS if name in available][:1])
    return tuple(relation for relation in usable if relation.name in chosen)


def auxiliary_terms(
    theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[Term, ...]:
    """Return what each auxiliary of a configuration stands for.

    A placebo stands for the false copies of the relations that consistency stands for.

    Raises
    ------
    SpecError
        If an auxiliary is neither a relation with an instance on the split nor a prior, or a
        relation has no false copy there.
    """
    return tuple(
        Term(each, () if each.name in PRIORS else _named(each.name, theory, config, known))
        for each in config.auxiliaries
    )


def prompting_relations(
    theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[str, ...]:
    """Return the names of the true relations that are losses: what a theory may expect of them."""
    terms = auxiliary_terms(theory, config, known)
    return tuple(each.name for term in terms for each in term.relations if not each.is_placebo)


def augmented_answers(
    theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the training answers with all that the augmenting relations make of them.

    Every relation spreads in turn until nothing more follows, so this is the closure whose size
    is published with a run. Held-out answers are not read.
    """
    return _closed(_all_named(config.augmentation, theory, config, known), known)


def _closed(relations: Sequence[Relation], known: NDArray[np.int64]) -> NDArray[np.int64]:
    table: NDArray[np.int64] = known
    before: NDArray[np.int64] | None = None
    while relations and (before is None or not np.array_equal(table, before)):
        before = table
        for relation in relations:
            table = relation.spread(table)
    return table


def closure_fraction(
    theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> float | None:
    """Return the share of held-out cells that relations in use determine; None with a placebo."""
    names = [*(auxiliary.name for auxiliary in config.auxiliaries), *config.augmentation]
    if PLACEBO in names:
        return None
    relations = _all_named([n for n in names if n not in PRIORS], theory, config, known)
    # Cells of a partial table that have no answer are not held out.
    held_out = (theory.task.table >= 0) & (known < 0)
    return float((_closed(relations, known) >= 0)[held_out].mean())


def _all_named(
    names: Sequence[str], theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[Relation, ...]:
    found = [each for name in names for each in _named(name, theory, config, known)]
    return tuple({relation.name: relation for relation in found}.values())


def _named(
    name: str, theory: Theory, config: TrainingConfig, known: NDArray[np.int64]
) -> tuple[Relation, ...]:
    told = prompting(theory, config, known)
    usual = select_relations(told.relations, config, known)
    if name == CONSISTENCY:
        return usual
    if name == PLACEBO:
        kinds = {relation.kind for relation in usual}
        copies = told.placebos(rng=generator(config.seed, "placebos"), known=known)
        found = tuple(each for each in copies if each.kind in kinds and each.n_instances(known))
        # A control with a part left out would be another experiment under the same name.
        missing = sorted(kinds - {each.kind for each in found}) or ([] if kinds else ["relation"])
        if missing:
            raise SpecError(
                f"{theory.task.formula} has no placebo of {' and '.join(missing)} on this split; "
                "take a larger train fraction, or leave the placebo out"
            )
        return found
    usable = [relation for relation in told.relations if relation.n_instances(known)]
    for relation in usable:
        if relation.name == name:
            return (relation,)
    there = ", ".join([*(relation.name for relation in usable), CONSISTENCY, PLACEBO, *PRIORS])
    what = f"{theory.task.formula} has no auxiliary {name!r} on this split; it has {there}"
    if told.symmetry is Symmetry.DERIVED:
        what += f" (relations are {told.reads}; as prior knowledge: --symmetry known)"
    raise SpecError(what)
