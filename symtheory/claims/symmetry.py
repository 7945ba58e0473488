"""Claims that follow from symmetry, with the floor of each and the reason for it.

A claim is held if its statistic is extreme against its null and its effect reaches the floor. The
floors stand here and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symtheory.claims.network import network_claims
from symtheory.errors import PredictionError
from symtheory.geometry.operand import FACTORS, Family, OperandGeometry
from symtheory.records import Claim, Level, Prediction, Role

__all__ = [
    "FACTOR_AGREEMENT",
    "FACTOR_COSINE_FLOOR",
    "FACTOR_FLOOR",
    "FEW_BLOCKS",
    "GRAM",
    "GRAM_FLOOR",
    "HOMOLOGY",
    "IN_USE",
    "IRREP_AGREEMENT",
    "IRREP_OVERLAP_FLOOR",
    "ISOTROPIC",
    "LEAST_SEAM_CONTRAST",
    "LEAST_TOKENS",
    "LEAST_TOKENS_SPECTRUM",
    "MOST_BULK",
    "MOST_CROSS_SHARE",
    "MOST_SEAM_GAP",
    "PROCRUSTES",
    "PROCRUSTES_FLOOR",
    "SPECTRUM",
    "SPECTRUM_FLOOR",
    "SPECTRUM_SATURATION",
    "STRUCTURED_FLOOR",
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

FACTOR_FLOOR = 0.75
"""Least R^2 for L1 where the tokens are the elements of a group. What must be excluded is a cloud
of the right irreps without the product structure: a random subspace of rank 6 of each block of
degree 3 of A5 reaches .73. The 28 embeddings of the networks of seed 1 of one release
(arXiv:2302.03025) that generalize give .90 to 1.00, relabeled copies at most .14."""

MOST_CROSS_SHARE = 0.12
"""Most of the Gram matrix that may join irreps which no broken translation excuses. What must be
excluded are slow functions of another group, a helix of Z60, four frequencies in a row, read as D30
in the order of its elements (.123; with other numbers of frequencies .09 to .18), and circles in
planes at 60 degrees (.15). The networks of seed 1 that generalize give at most .025."""

MOST_SEAM_GAP = 0.2
"""Most by which the order of the labels of a cyclic group may be open at its seam, in units of the
mean power of a token (`symtheory.analysis.symmetry.label_order`). What must be excluded are curves
that do not close: a ramp of the range of a diameter beside three circles has .5, helices of half a
turn too many 1.4, smooth random curves .4 and more. The twelve embeddings of the cyclic networks of
seed 1 give at most .13."""

LEAST_SEAM_CONTRAST = 3.0
"""Least times that what the law leaves at the seam must be of what it leaves at three quarters of
all other places. Curves that do not close have 3 or more in 95 % of draws, most of them 20 to 400.
A readout of ours on D59 that joins irreps, and breaks the law everywhere, has 2.6."""

PROCRUSTES_FLOOR = 0.8
"""Least R^2 for L2: most of the cloud. The same eight networks give .93 to 1.00, relabeled copies
at most .25, and white noise, whose template takes half of all blocks, about .5, in clouds of few
points or of more dimensions than points up to .6."""

ISOTROPIC = 0.75
"""A cloud whose participation ratio is at least this share of that of white noise of its size is
isotropic: second moments cannot tell it from noise, nor from an exact solution that uses all irreps
alike. Such solutions of 128 and 1,024 units have .97 or more, those with three quarters of the
irreps .77 to .90, with half of them .52 to .66; the networks of seed 1 named above at most .6."""

STRUCTURED_FLOOR = 0.7
"""Least concentration for L0 of what is left of a cloud without its isotropic bulk, the noise of an
initialization that never decayed. Relabeled clouds reach .65 (95 %)."""

MOST_BULK = 2 / 3
"""Most of the power that may be taken for such a bulk. Beyond it the bulk is rather what a network
computes with: irreps of large degree at their white share."""

IN_USE = 0.1
"""Irreps with at least this share of the power of the largest, in all or per function, are in use:
what L4 takes out, and what must be faithful together. An irrep may have less than its white share
and be computed with."""

IRREP_OVERLAP_FLOOR = 0.5
"""Least overlap of the irreps of two embeddings. The networks of seed 1 give .94 to 1.00, disjoint
sets 0; half of the irreps in common, used alike, .5."""

FACTOR_COSINE_FLOOR = 0.9
"""Least cosine of a broken factor with itself, read from another embedding. The MLPs of seed 1 give
.996 to 1.000, 95 % of randomly turned copies at most .73."""

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
    is_law=False,
)

GRAM = Claim(
    level=Level.GRAM,
    label="Gram law: R²",
    statistic=(
        "R^2: share of the off-diagonal centered Gram matrix that the nearest matrix of the law "
        "explains"
    ),
    null="permutation of the token labels",
    floor=GRAM_FLOOR,
    primary=True,
    least_tokens=LEAST_TOKENS,
    weakness="centering alone makes most of the Gram matrix invariant",
    finding="the Gram law",
    of_one_layer=True,
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
    of_one_layer=True,
)

IRREP_AGREEMENT = Claim(
    level="irreps",
    label="same irreps: overlap",
    statistic=(
        "least Bhattacharyya coefficient, of all pairs of embeddings, of the excess power per "
        "irrep over white noise; the irreps in common must be faithful"
    ),
    null="exchange of irreps of equal dimension, in each embedding by itself",
    floor=IRREP_OVERLAP_FLOOR,
    primary=True,
    is_law=False,
)

FACTOR_AGREEMENT = Claim(
    level="factors",
    label="same factors: cosine",
    statistic=(
        "mean cosine of the broken factors A, B, C of the Gram matrices, each read from two "
        "embeddings, weighted by the power of the irrep"
    ),
    null="one of the two turned by a random change of basis (Haar)",
    floor=FACTOR_COSINE_FLOOR,
    primary=True,
    of_one_layer=True,
)

HOMOLOGY = Claim(
    level=Level.HOMOLOGY,
    label="shape: distance (small)",
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
    served = tuple(roles)
    for role in served:
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
    predictions += _agreement_claims(geometries, served)
    return (*predictions, *network_claims(can_ablate=can_ablate, has_relations=has_relations))


def _agreement_claims(
    geometries: Mapping[Role, OperandGeometry], roles: Iterable[Role]
) -> list[Prediction]:
    """Return what several embeddings of one group must have in common."""
    served = [role for role in roles if geometries[role].is_group and geometries[role].levels]
    groups = {id(geometries[role].group): geometries[role].group for role in served}
    if len(served) < 2 or len(groups) > 1:
        return []
    (group,) = groups.values()
    found = [
        IRREP_AGREEMENT.about(
            Role.NETWORK, "all embeddings use the same irreps, which are faithful together"
        )
    ]
    if group is not None and not group.is_abelian and Role.SHARED not in served:
        found.append(
            FACTOR_AGREEMENT.about(
                Role.NETWORK, "the factors A, B, C are the same wherever they are read"
            )
        )
    return found


def _embedding_claims(geometry: OperandGeometry) -> list[Prediction]:
    role = geometry.role
    basis = "" if geometry.is_protected else " (conjecture)"
    return [
        SPECTRUM.about(role, f"the power lies in few of the {_pieces(geometry)}{basis}"),
        replace(
            GRAM.about(role, f"the Gram matrix {_law(geometry)}{basis}"),
            floor=FACTOR_FLOOR if geometry.is_group else GRAM_FLOOR,
        ),
        PROCRUSTES.about(role, f"the points are {_template(geometry)}{basis}"),
        HOMOLOGY.about(role, f"the shape is that of the fitted template{basis}"),
    ]


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
    if not geometry.is_group:
        return "the orbit of the active irreps: round, orthogonal blocks"
    if geometry.group is not None and geometry.group.is_abelian:
        return "the orbit of the active irreps: circles in orthogonal planes, lines where broken"
    return "the orbit of the active irreps: orthogonal blocks, each with fitted factors"


def _law(geometry: OperandGeometry) -> str:
    group = geometry.group
    free = f"({geometry.n_parameters} free entries, sharpness {geometry.sharpness:.3f})"
    if geometry.family is Family.RESTRICTED and group is not None:
        return f"is a function of the quotient of two tokens' elements of {group.name} {free}"
    if geometry.family is Family.PERMUTATION_ORBITS:
        return f"is invariant under the symmetries of the task {free}"
    if group is None or not geometry.is_group:
        return f"is invariant under the translations of the group {free}"
    if group.is_abelian:
        has_order = group.order in group.element_orders
        return (
            f"joins no two irreps of {group.name}: each is a circle, an ellipse or a line where a "
            f"translation is broken{'; it has no seam where the labels end' * has_order}"
        )
    is_tied = geometry.role is Role.SHARED
    product = "a sum of two products" if is_tied else " ⊗ ".join(FACTORS[geometry.role])
    return f"is {product} on each irrep of {group.name}, rows ⊗ columns, and joins no two"
