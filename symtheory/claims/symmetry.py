"""Claims that follow from symmetry, with the floor of each and the reason for it.

A claim is held if its statistic is extreme against its null and its effect reaches the floor. The
floors stand here and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symtheory.claims.network import network_claims
from symtheory.errors import PredictionError
from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.records import Claim, Level, Prediction, Role

__all__ = [
    "FEW_BLOCKS",
    "GRAM",
    "GRAM_FLOOR",
    "HOMOLOGY",
    "LEAST_TOKENS",
    "LEAST_TOKENS_SPECTRUM",
    "MOST_CROSS_SHARE",
    "MOST_OTHER_SIDE",
    "NON_ABELIAN_GRAM_FLOOR",
    "PROCRUSTES",
    "PROCRUSTES_FLOOR",
    "SPECTRUM",
    "SPECTRUM_FLOOR",
    "SPECTRUM_SATURATION",
    "claims",
]

LEAST_TOKENS = 12
"""Below so many tokens a Gram matrix is invariant, and a template fits, too easily."""

LEAST_TOKENS_SPECTRUM = 25
"""Below so many tokens "few irreps" cannot be told from most of them: networks hold five or six
frequencies whatever the group, twelve dimensions, which is then more than half of all."""

SPECTRUM_FLOOR = 0.5
"""Least concentration for L0: half of the power moved from where noise would put it. The eight
cyclic networks released with arXiv:2302.03025 that were measured give .79 to .94 in all their
embeddings, relabeled copies of them at most .19."""

FEW_BLOCKS = 12
"""Of a group with fewer irreps a network may need most of them, A5 three of four, and then half of
the power cannot move: the floor of L0 is nine tenths of what its active irreps allow, where that is
less. The networks on A5 and S5 of the same release give .96 to 1.00 of it."""

SPECTRUM_SATURATION = 0.9
"""Those nine tenths: the share of the most possible concentration that the lowered floor asks."""

GRAM_FLOOR = 0.9
"""Least R^2 for L1. The same eight networks give .96 to 1.00, relabeled copies at most .02, and
wrong shapes of the right frequencies less than the floor: .73 for ellipses of axes 1 : 0.5, .80 for
circles in planes at 60 degrees."""

NON_ABELIAN_GRAM_FLOOR = 0.6
"""The same for the translations of a non-abelian group from one side or from both. There the law is
reached only slowly with width: 128 neurons of equal power, each a random matrix coefficient of one
irrep, obey the two-sided law to .84 on D61 with seven irreps, to .75 with twelve, and to .70 on S5
with four. What must be excluded is the wrong side. The sixteen untied embeddings of operands
released for A5, D59, D61 and S5 give .67 to 1.00 on their own side, .15 to .48 on the other, and
the eight readouts .65 to 1.00."""

MOST_CROSS_SHARE = 0.05
"""Where the floor of L1 is the lower one: most of the Gram matrix that may join different irreps.
Width excuses none of it. The same embeddings give .000 to .022; a helix of Z60, four frequencies in
a row, held against D30 reaches L1 of .77 to .81 but joins irreps with .14 of its Gram matrix."""

MOST_OTHER_SIDE = 0.05
"""Where one side is claimed: most by which the law of the other may be obeyed better. A block of
degree 4 on S5 whose weights are as 1 : 2 : 3 : 4 obeys the law of the wrong side to .81."""

PROCRUSTES_FLOOR = 0.8
"""Least R^2 for L2: most of the cloud. The same eight networks give .93 to 1.00, relabeled copies
at most .25, and white noise, whose template takes half of all blocks, about .5, in clouds of few
points or of more dimensions than points up to .6."""

SPECTRUM = Claim(
    level=Level.SPECTRUM,
    label="spectrum: concentration",
    statistic=(
        "concentration: total variation distance between the power shares q_b of the blocks and "
        "white noise, sum_b max(0, q_b - r_b/(n-1)); it is the largest excess of any set of blocks"
    ),
    null="permutation of the token labels",
    floor=SPECTRUM_FLOOR,
    primary=True,
    least_tokens=LEAST_TOKENS_SPECTRUM,
    weakness="few irreps are most of them",
    finding="few irreps",
)

GRAM = Claim(
    level=Level.GRAM,
    label="Gram law: R²",
    statistic=(
        "R^2: share of the off-diagonal centered Gram matrix that lies in the invariant space"
    ),
    null="permutation of the token labels",
    floor=GRAM_FLOOR,
    primary=True,
    least_tokens=LEAST_TOKENS,
    weakness="centering alone makes most of the Gram matrix invariant",
    finding="the Gram law",
)

PROCRUSTES = Claim(
    level=Level.PROCRUSTES,
    label="template: Procrustes R²",
    statistic=(
        "Procrustes R^2 to the template of the active blocks with fitted radii, the blocks "
        "selected by power"
    ),
    null="permutation of the token labels, blocks and radii selected anew in each draw",
    floor=PROCRUSTES_FLOOR,
    primary=True,
    least_tokens=LEAST_TOKENS,
    weakness="a good fit is no evidence",
    finding="the template",
)

HOMOLOGY = Claim(
    level=Level.HOMOLOGY,
    label="topology: distance (small)",
    statistic=(
        "bottleneck distance between the persistence diagrams of the points, projected to the "
        "template's dimension, and of the template"
    ),
    null=(
        "Haar-random left singular vectors must be farther; the template plus its residual turned "
        "at random must not be nearer"
    ),
    floor=None,
    finding="the shape",
)


def claims(
    geometries: Mapping[Role, OperandGeometry], roles: Iterable[Role], *, has_relations: bool = True
) -> tuple[Prediction, ...]:
    """Return the claims for a network that has these embeddings.

    For each embedding those of L0 to L3 that its geometry supports, then L4 where the irreps of an
    operand can be taken out, and the order of the stages. L3 and the stages are secondary. Where
    no embedding supports a claim there is none at all: a task without structure predicts nothing.

    Parameters
    ----------
    geometries : mapping of Role to OperandGeometry
    roles : iterable of Role
        The embeddings of the network.
    has_relations : bool
        Whether the task has relations, whose violation the stages are about.

    Raises
    ------
    PredictionError
        If there is no prediction for one of the roles.
    """
    predictions: list[Prediction] = []
    can_ablate = False
    for role in roles:
        if role not in geometries:
            known = ", ".join(geometries)
            raise PredictionError(
                f"no geometry is predicted for the {role} embedding, only {known}"
            )
        geometry = geometries[role]
        predictions += [p for p in _embedding_claims(geometry) if geometry.allows(p.level)]
        can_ablate |= role is not Role.READOUT and Level.SPECTRUM in geometry.levels
    if not predictions:
        return ()
    return (*predictions, *network_claims(can_ablate=can_ablate, has_relations=has_relations))


def _embedding_claims(geometry: OperandGeometry) -> list[Prediction]:
    role = geometry.role
    basis = "" if geometry.is_protected else " (conjecture)"
    free = f"({geometry.n_parameters} free entries, sharpness {geometry.sharpness:.3f})"
    return [
        SPECTRUM.about(role, f"the power lies in few of the {_pieces(geometry)}{basis}"),
        replace(
            GRAM.about(role, f"the Gram matrix is {_law(geometry)} {free}{basis}"),
            floor=_gram_floor(geometry),
        ),
        PROCRUSTES.about(role, f"the points are {_template(geometry)}{basis}"),
        HOMOLOGY.about(role, f"the shape is that of the fitted template{basis}"),
    ]


def _gram_floor(geometry: OperandGeometry) -> float:
    """One law of a non-abelian group has its own floor; a sum of two is met as well as for Z_n."""
    group = geometry.group
    is_abelian = group is None or group.is_abelian or geometry.family is Family.PERMUTATION_ORBITS
    return GRAM_FLOOR if is_abelian or len(geometry.orbitals) > 1 else NON_ABELIAN_GRAM_FLOOR


def _pieces(geometry: OperandGeometry) -> str:
    if geometry.group is None:
        return f"{len(geometry.blocks)} isotypic components of the tokens"
    n_offsets = len(geometry.blocks) - len(geometry.irrep_blocks)
    whose = "absorbing tokens" if geometry.family is Family.ORBIT_WITH_FIXED_POINTS else "orbits"
    offsets = f" and the offset of the {whose}" if n_offsets else ""
    return f"{len(geometry.irrep_blocks)} irreps of {geometry.group.name}{offsets}"


def _template(geometry: OperandGeometry) -> str:
    if geometry.family is Family.PERMUTATION_ORBITS:
        return "made of the active components: each round, mutually orthogonal"
    if geometry.has_matrices:
        return "the orbit of the active irreps: orthogonal blocks, each with fitted weights"
    return "the orbit of the active irreps: round, orthogonal blocks"


def _law(geometry: OperandGeometry) -> str:
    group = geometry.group
    if geometry.family is Family.RESTRICTED and group is not None:
        return f"a function of the quotient of two tokens' elements of {group.name}"
    if geometry.family is Family.PERMUTATION_ORBITS:
        return "invariant under the symmetries of the task"
    sides = "a sum of two invariant matrices" if len(geometry.orbitals) == 2 else "invariant"
    return f"{sides} under the translations of {group.name if group else 'the group'}"
