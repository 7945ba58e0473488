"""Persistence diagrams to expect of a predicted cloud, and their computation."""

from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.records import Level
from symtheory.text.geometry_statements import is_dihedral

__all__ = ["diagram_recipe"]


def diagram_recipe(geometry: OperandGeometry) -> str:
    """Return in a few sentences how persistent homology of the cloud is to be compared.

    Never "one loop": of several frequencies at n near 100 most sets sample a torus, not a curve.

    Examples
    --------
    >>> from symtheory.records import Role
    >>> from symtheory.tasks.modular import modular_task
    >>> from symtheory.theory import predict
    >>> diagram_recipe(predict(modular_task("x + y", 97)).geometries[Role.X]).split(";")[0]
    "compare with the template's own diagram: its active blocks with fitted radii"
    """
    family = geometry.family
    if family is Family.COSET_SUMS:
        return (
            "none predicted; one frequency folded by s and -s alone is a curve with two ends and "
            "has no long H1 bar"
        )
    if Level.HOMOLOGY not in geometry.levels:
        return "none predicted: the shape within the blocks is free"
    what = "fitted weights" if geometry.has_matrices else "fitted radii"
    steps = [f"compare with the template's own diagram: its active blocks with {what}"]
    if geometry.n_points < len(geometry.tokens) or not _all_faithful(geometry):
        steps.append("merge points that coincide first")
    steps.append("project the points to the template's dimension")
    circles = [b for b in geometry.blocks if b.degree == 1 and b.dimension == 2]
    if circles:
        steps.append(
            "one circle has one H1 bar; several are a lattice on a torus, where each loop is born "
            "at the length of a shortest independent step"
        )
    group = geometry.group
    if group is not None and family is not Family.PERMUTATION_ORBITS and is_dihedral(group):
        steps.append(
            "an irrep of degree 2 is two circles: two equal H1 bars and two components, which join "
            "at √2 times the radius"
        )
    if group is not None and not group.is_abelian:
        steps.append(
            "orbits of irreps may carry torsion (A5 in three dimensions samples the rotation "
            "group): compute H1 over F_2 and over F_3"
        )
    if family is Family.ORBIT_WITH_FIXED_POINTS:
        steps.append("the apex is one H0 bar that ends late, at its distance from the others")
    elif (
        family is Family.PERMUTATION_ORBITS
        and len(set(geometry.orbitals[0].diagonal().tolist())) > 1
    ):
        steps.append(
            "every orbit is a cloud of its own; bars of H0 end late where orbits lie apart"
        )
    return "; ".join(steps)


def _all_faithful(geometry: OperandGeometry) -> bool:
    """Whether every block alone tells all tokens apart."""
    return all(geometry.is_faithful((index,)) for index in range(len(geometry.blocks)))
