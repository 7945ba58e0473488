"""Claims about a network that compares entities of an order, with their floors.

The axes are primary but for attributes of three levels, which networks learn as triangles. That
the points are a sum over attributes, an equally spaced grid, a straight line, or that confidence
grows with the difference of ranks does not follow from correct answers: these claims are
conjectures and secondary.
"""

from dataclasses import replace

from symtheory.geometry.orders import OrderGeometry
from symtheory.records import Claim, Prediction, Role

__all__ = [
    "ADDITIVE",
    "ADDITIVE_FLOOR",
    "AXES",
    "AXES_FLOOR",
    "DISTANCE_EFFECT",
    "DISTANCE_EFFECT_FLOOR",
    "GRID",
    "GRID_FLOOR",
    "LEAST_LEVELS_DISTANCE",
    "LINE",
    "LINE_FLOOR",
    "order_claims",
]

AXES_FLOOR = 0.9
"""Least isotonic share for an axis. What has no axis but correlates with rank must stay below: the
best direction of a ring reaches .878, the limit for many entities of its correlation with a
monotone function (Pearson's with equal steps is .780). Above it, noise of a ninth of the variance
along the axis."""

ADDITIVE_FLOOR = 0.8
"""Least share of the variance, beyond chance, in the main effects of the attributes. Chance is the
mean over relabelings, sum (l_i - 1) / (n - 1); 0.8 leaves interactions of all attributes together
a fifth of what they would have in noise."""

GRID_FLOOR = 0.95
"""Least Procrustes R^2 of the leading components with the grid. What must stay below: of two
attributes with equal variance a parallelogram of 60 degrees has .933, orthogonal axes of scales
1 : 0.5 have .900, and in a chain a ring has at most .608. What the claim cannot tell from equal
spacing: the cosine spacing of a horseshoe, .986."""

LINE_FLOOR = 0.8
"""Least share of the variance of a chain that lies along its line. A horseshoe, the path whose
squared distances are rank differences, has 6/pi^2 = .61 there, and a ring .44."""

DISTANCE_EFFECT_FLOOR = 0.7
"""Least rank correlation of confidence and difference of ranks. Confidence that is a difference of
scores has 1 with equal gaps and, with gaps as irregular as independent exponential ones, at least
.7 in 95 % of cases from 4 to 64 levels."""

_TRIANGLE = 3
"""So many levels networks learn as the corners of a triangle, which has no axis to continue."""

LEAST_LEVELS_DISTANCE = 3
"""With two levels there is one difference of ranks."""


_RELABELING = "permutation of entities"

AXES = Claim(
    level="axes",
    label="held-out axes: isotonic R²",
    statistic=(
        "isotonic share: of the variance of ranks predicted by ridge regression, leaving out the "
        "whole level (with two levels the entity), the share that a non-decreasing function of "
        "the rank explains; the least of all attributes"
    ),
    null=(
        "permutation of entities that agree in all other attributes, the penalty selected anew in "
        "each draw; p is the largest of all attributes"
    ),
    floor=AXES_FLOOR,
    primary=True,
)

ADDITIVE = Claim(
    level="additive",
    label="sum over attributes: share",
    statistic=(
        "share of the variance in the main effects, (R^2 - m)/(1 - m) with m the mean over "
        "relabelings"
    ),
    null=_RELABELING,
    floor=ADDITIVE_FLOOR,
)

GRID = Claim(
    level="grid",
    label="equal steps: Procrustes R²",
    statistic="Procrustes R^2 of the leading components, as many as there are axes, with the ranks",
    null=_RELABELING,
    floor=GRID_FLOOR,
)

LINE = Claim(
    level="line",
    label="a line: share",
    statistic=(
        "share of the variance on the first component, times the share of it that a monotone "
        "function of the rank explains"
    ),
    null=_RELABELING,
    floor=LINE_FLOOR,
)

DISTANCE_EFFECT = Claim(
    level="distance-effect",
    label="confidence: rank correlation",
    statistic=(
        "rank correlation of difference and margin, the logit of the right answer less the "
        "other's, averaged over held-out true cells of each pair of levels; the mean of all "
        "attributes"
    ),
    null="permutation of the levels of each attribute (Mantel)",
    floor=DISTANCE_EFFECT_FLOOR,
)


def order_claims(geometry: OrderGeometry, role: Role) -> tuple[Prediction, ...]:
    """Return the claims for a network whose embedding of entities serves a role.

    Axes first, primary unless a joint order leaves them open or an attribute has three levels;
    then, secondary, the sum over attributes (products of chains), the grid, the line (chains), and
    the effect of distance, which is about the network.

    Parameters
    ----------
    geometry : OrderGeometry
    role : Role
        Of the embedding of entities.

    Examples
    --------
    >>> from symtheory.geometry.orders import order_geometry
    >>> from symtheory.orders.order import Order
    >>> chain = order_geometry(Order("chain", "xyz", [[0], [1], [2]]))
    >>> [claim.key for claim in order_claims(chain, Role.SHARED)]
    ['shared/axes', 'shared/grid', 'shared/line', 'network/distance-effect']
    """
    found = [_axes(geometry, role)]
    if geometry.has_main_effects:
        found.append(
            ADDITIVE.about(
                role, "the points are a sum of one vector for each attribute's level (conjecture)"
            )
        )
    found.append(_grid(geometry, role))
    if geometry.is_chain:
        found.append(
            LINE.about(role, "the chain is a line, neither a horseshoe nor a ring (conjecture)")
        )
    order = geometry.order
    if not order.is_joint and max(order.levels) >= LEAST_LEVELS_DISTANCE:
        found.append(
            DISTANCE_EFFECT.about(
                Role.NETWORK,
                "confidence in what is true grows with the difference of ranks (conjecture)",
            )
        )
    return tuple(found)


def _axes(geometry: OrderGeometry, role: Role) -> Prediction:
    what = "of two linear extensions" if geometry.order.is_joint else "of every attribute"
    claim = AXES.about(role, f"the ranks {what} increase along a direction, an axis (conjecture)")
    if geometry.order.is_joint:  # no two entities agree in the other extension
        claim = replace(claim, null=AXES.null.replace(" that agree in all other attributes", ""))
    # Two levels do not say where the third lies, and the answer kernel has triangles.
    has_triangles = not geometry.order.is_joint and _TRIANGLE in geometry.order.levels
    return replace(claim, primary=geometry.is_rigid and not has_triangles)


def _grid(geometry: OrderGeometry, role: Role) -> Prediction:
    shape = "a grid with orthogonal axes and" if geometry.dimension > 1 else "points of a line at"
    claim = GRID.about(role, f"the leading components are {shape} equal steps (conjecture)")
    statistic = f"Procrustes R^2 of the {geometry.dimension} leading components with the ranks"
    return replace(claim, statistic=statistic)
