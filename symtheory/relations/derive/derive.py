"""Relations of a task, derived from its structure and written in its own labels."""

from typing import TYPE_CHECKING

from symtheory.relations.derive.composition import composition_identity, composition_refusal
from symtheory.relations.derive.context import DerivationContext
from symtheory.relations.derive.equivariance import equivariance_identity
from symtheory.relations.derive.invariance import fibre_identity, invariance_identity
from symtheory.relations.derive.shift import coordinate_maps, shift_identity
from symtheory.relations.derive.swap import swap_identity
from symtheory.relations.relation import Relation
from symtheory.structure.factorization import FactorizationKind

if TYPE_CHECKING:
    from symtheory.structure.structure import Structure
    from symtheory.structure.symmetries import Symmetries

__all__ = ["composition_refusal", "coordinate_maps", "derive_relations"]


def derive_relations(structure: "Structure", symmetries: "Symmetries") -> tuple[Relation, ...]:
    """Return the relations that follow from a task's structure.

    In this order, each where it exists: swap or reversal, composition, shift, fibre, invariance,
    equivariance. All hold on every cell of the table.

    Parameters
    ----------
    structure : Structure
    symmetries : Symmetries
        Used where the structure alone does not give the invariances and autotopisms.

    Examples
    --------
    >>> from symtheory.structure.structure import find_structure
    >>> from symtheory.structure.symmetries import find_symmetries
    >>> from symtheory.tasks.modular import modular_task
    >>> structure = find_structure(modular_task("x*y", 7))
    >>> for relation in derive_relations(structure, find_symmetries(structure)):
    ...     print(f"{relation.name}: {relation.formula}")
    swap: f(x, y) = f(y, x)
    composition: f(f(x, y), w) = f(x, f(y, w))
    shift: f(u*x, y) = f(x, u*y)
    equivariance: f(u*x, v*y) = u*v*f(x, y)
    """
    context = DerivationContext(structure, symmetries)
    shift, fibre = shift_identity(context), fibre_identity(context)
    invariance = None
    factorization = structure.factorization
    # The invariances of an isotope are the shifts, by theorem.
    if factorization is None or factorization.kind is not FactorizationKind.ISOTOPE:
        joined = tuple(one for one in (shift, fibre) if one is not None)
        invariance = invariance_identity(context, joined)
    found = (
        swap_identity(context),
        composition_identity(context),
        shift,
        fibre,
        invariance,
        equivariance_identity(context),
    )
    return tuple(relation for relation in found if relation is not None)
