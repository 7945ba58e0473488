"""Claims about a network as a whole, and when a network counts as one that they are about."""

from symtheory.records import Claim, Prediction, Role

__all__ = [
    "ABLATION",
    "ABLATION_FLOOR",
    "ALPHA",
    "GENERALIZATION_FLOOR",
    "STAGES",
    "network_claims",
    "stages_claim",
]

ALPHA = 0.05
"""Level of every test."""

GENERALIZATION_FLOOR = 0.99
"""Least held-out accuracy of a network that generalized: the claims are about such networks. Of the
24 networks with one shared table released with arXiv:2302.03025, the two below it also have the two
weakest Gram laws."""

ABLATION_FLOOR = 0.5
"""Least effect for L4: half of the accuracy, the middle of the scale. The twelve MLPs of the same
release, called on the whole table, give .82 to .99."""

ABLATION = Claim(
    level="L4",
    label="ablation: share of accuracy",
    statistic=(
        "the smaller of necessity, the share of the held-out accuracy left by a random removal "
        "that removing the blocks in use from the embedding destroys, and sufficiency, the share "
        "of the intact accuracy that they alone give"
    ),
    null="Haar-random subspaces of the same dimension, removed and kept",
    floor=ABLATION_FLOOR,
    primary=True,
    is_law=False,
)

STAGES = Claim(
    level="stages",
    label="order of the stages",
    statistic=(
        "steps from which, for good, the train accuracy is 1, the violation of the relations is "
        "under a tenth of its peak, and the effective dimension is at most the geometric mean of "
        "its largest and last value"
    ),
    null="none: the order of the three steps in the log decides",
    floor=None,
)


def stages_claim() -> Prediction:
    """Return the claim about the order of the stages of a training."""
    return STAGES.about(
        Role.NETWORK, "memorization < symmetry acquisition ≤ geometric organization"
    )


def network_claims(*, can_ablate: bool, has_relations: bool) -> list[Prediction]:
    """Return the claims about the network as a whole.

    Parameters
    ----------
    can_ablate : bool
        Whether irreps of an operand can be taken out.
    has_relations : bool
        Whether the task has relations, whose violation the stages are about.
    """
    ablation = ABLATION.about(
        Role.NETWORK, "the network computes with the irreps that its operands' embedding uses"
    )
    return [ablation] * can_ablate + [stages_claim()] * has_relations
