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
    label="hidden units: one irrep",
    statistic=(
        "share of a unit's power in its best irrep, one for all three sides, averaged over units "
        "and sides; and the alignment tr(U V W^T) of the sides' coefficients in it"
    ),
    null="permutation of each side's tokens, irreps selected anew",
    floor=UNITS_FLOOR,
    primary=True,
    least_tokens=12,
    weakness="few irreps are most of them",
)

LOGITS = Claim(
    level="logits",
    label="logits: translation kept",
    statistic=(
        "share of the three-way part (all means over one token removed) that is, in each irrep, a "
        "function of (xy, z), of (z^-1 x, y) or of (x, y z^-1), the best of them"
    ),
    null="permutation of the answers, functions selected anew",
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
            f"a hidden unit has one irrep of {group.name} on its three sides, aligned (conjecture)",
        ),
        LOGITS.about(
            Role.NETWORK,
            f"in each irrep of {group.name} the logits keep one of the three translations "
            "(conjecture)",
        ),
    )
