"""Claims about networks that compose in a group: what hidden units are, and what logits are.

They are made where the tokens of either operand and the answers are the elements of one group
(`symtheory.geometry.composition`). The mathematics is in docs/unit_law.md and docs/logit_law.md.
"""

from symtheory.groups.group import Group
from symtheory.records import Claim, Prediction, Role

__all__ = [
    "ALIGNMENT_FLOOR",
    "LOGITS",
    "LOGITS_FLOOR",
    "UNITS",
    "UNITS_FLOOR",
    "composition_claims",
]

UNITS_FLOOR = 0.75
"""Least share of a unit in one irrep. It must exclude units of which one side lies in another irrep
than the other two: they have two thirds. The MLPs of seed 1 released with arXiv:2302.03025 give
.957 to .982, relabeled copies at most .48."""

ALIGNMENT_FLOOR = 0.75
"""Least alignment for the unit law. It must exclude units of one irrep with independent phases,
which have 0; the same MLPs give .986 to 1.000."""

LOGITS_FLOOR = 0.5
"""Least share for the logit law. One unit for each frequency of Z_n, which obeys the unit law but
no law of averages, keeps a translation in half of the power: more than that is asked. The same MLPs
give .930 to .980, copies with other answers at most .15."""

UNITS = Claim(
    level="units",
    label="hidden units: share in one irrep",
    statistic=(
        "share of a unit's power in its best irrep, one for all three sides (left operand, right "
        "operand, answers; each side of power 1), averaged over units with the geometric mean of "
        "their sides' powers as weights; and the alignment tr(U V W^T) of the sides' coefficients"
    ),
    null="permutations of the tokens, another for each side, the irreps selected anew in each draw",
    floor=UNITS_FLOOR,
    primary=True,
    least_tokens=12,
    weakness="few irreps are most of them",
)

LOGITS = Claim(
    level="logits",
    label="logits: share that keeps a translation",
    statistic=(
        "share of the three-way part of the logits (all means over one token removed) that lies in "
        "one irrep for all three tokens and keeps, in each irrep, one of the three translations "
        "of x·y: the largest of the shares that are functions of (xy, z), of (z^-1 x, y) and of "
        "(x, y z^-1)"
    ),
    null="permutation of the answers, the translations selected anew in each draw",
    floor=LOGITS_FLOOR,
    primary=True,
    least_tokens=12,
    weakness="few irreps are most of them",
)


def composition_claims(group: Group) -> tuple[Prediction, ...]:
    """Return the claims about hidden units and logits of a network that composes in a group.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic
    >>> [claim.key for claim in composition_claims(cyclic(13))]
    ['network/units', 'network/logits']
    """
    return (
        UNITS.about(
            Role.NETWORK,
            f"every unit of its one hidden layer lives in one irrep of {group.name}, the same for "
            "both operands and the answers, its phases aligned (conjecture)",
        ),
        LOGITS.about(
            Role.NETWORK,
            f"in each irrep of {group.name} the logits keep one of the translations "
            "(x, y, z) → (ax, y, az), (xb, b⁻¹y, z), (x, yc, zc) (conjecture)",
        ),
    )
