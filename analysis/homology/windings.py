"""How the loop of a learned cloud winds, beside the lattice of its fitted template.

A template of circles is a rank-one lattice on a torus: its shortest step s* of length lambda_1
joins the points to a closed curve 0, s*, 2 s*, ..., and a second step of length lambda_2 joins the
windings of that curve. The loop stands out alone between these scales only; their ratio says how
far.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.lattice import LatticePicture, lattice_picture
from symtheory.geometry.operand import OperandGeometry

from ..statistics.clouds import principal_coordinates, unit_cloud
from ..symmetry.template import Template
from .cocycles import Loop, OrderMatch, longest_loops, match_order
from .diagrams import distance_matrix

__all__ = ["Windings", "windings"]


@dataclass(frozen=True, slots=True, eq=False)
class Windings:
    """The lattice of a template and the longest loop of a cloud.

    Parameters
    ----------
    lattice : LatticePicture
        s*, lambda_1 and lambda_2 of the template at root-mean-square radius 1.
    loop : Loop or None
        The longest of the cloud, projected and scaled alike; None where it has no loop.
    match : OrderMatch or None
        The loop beside the curve of the lattice that it follows best.
    """

    lattice: LatticePicture
    loop: Loop | None
    match: OrderMatch | None

    @property
    def ratio(self) -> float | None:
        """lambda_2 / lambda_1; None where there is no second step."""
        second = self.lattice.second
        return None if second is None else second / self.lattice.shortest


def windings(cloud: NDArray[np.float64], template: Template, geometry: OperandGeometry) -> Windings:
    """Compare the order of the longest loop of a cloud with the lattice of its template.

    Parameters
    ----------
    cloud : (n, d) float64
        One row for each token of the geometry.
    template : Template
        Fitted to the cloud, all blocks of degree 1.
    geometry : OperandGeometry

    Raises
    ------
    PredictionError
        If a block is not of degree 1, or the tokens are no orbit of a group.

    Examples
    --------
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import predict
    >>> from symtheory.records import Role
    >>> from symtheory.analysis.symmetry.template import fit_template
    >>> x = predict(modular_task("x + y", 97)).geometries[Role.X]
    >>> cloud = np.concatenate([x.blocks[4].basis, x.blocks[22].basis], axis=1)
    >>> found = windings(cloud, fit_template(cloud, x.blocks, active=[4, 22]), x)
    >>> found.lattice.step, round(found.lattice.shortest, 3), round(found.ratio, 2)
    (38, 0.188, 5.23)
    >>> found.match.is_same_order
    True
    """
    dimensions = np.array(template.dimensions)
    power = template.radii**2 * dimensions
    radii = np.sqrt(power / power.sum())
    lattice = lattice_picture(geometry, template.active, radii.tolist())
    projected = principal_coordinates(cloud, n_components=int(dimensions.sum()))
    loops = longest_loops(distance_matrix(unit_cloud(projected)))
    if not loops:
        return Windings(lattice, None, None)
    matches = [match_order(loops[0], curve) for curve in lattice.curves]
    return Windings(
        lattice, loops[0], max(matches, key=lambda match: match.coverage * match.agreement)
    )
