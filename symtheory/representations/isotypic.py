"""Isotypic decomposition of the real functions on a group.

R[G], the real functions on G, is the orthogonal sum of one block per real class of irreps
{rho, conj(rho)}. Its real dimension is d^2 where rho is of real or quaternionic type and 2 d^2
where it is of complex type (d the complex degree); its projection is convolution with
d/n * chi (plus the conjugate). Both left and right translation preserve every block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.abelian import abelian_basis
from symtheory.groups.group import Group
from symtheory.representations.character_table import CharacterTable, character_table

__all__ = ["IsotypicBlock", "block_basis", "block_names", "isotypic_blocks"]


@dataclass(frozen=True, slots=True, eq=False)
class IsotypicBlock:
    """One block of R[G].

    Parameters
    ----------
    name : str
        The field's name of the irrep, such as ``"frequency 3"`` or ``"trivial"``.
    degree : int
        Complex degree d of the irrep.
    indicator : int
        Frobenius-Schur indicator: 1 real, 0 complex (then the block holds rho and its conjugate),
        -1 quaternionic.
    basis : (n, dimension) float64
        Orthonormal columns that span the block as functions on the elements, in table order.
    characters : tuple of int
        Rows of the character table of the group: one, or two complex conjugates.
    """

    name: str
    degree: int
    indicator: int
    basis: NDArray[np.float64]
    characters: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"IsotypicBlock({self.name}, dimension {self.dimension})"

    @property
    def dimension(self) -> int:
        """Real dimension of the block, and so the number of principal components it predicts."""
        return int(self.basis.shape[1])


def isotypic_blocks(
    group: Group, *, table: CharacterTable | None = None
) -> tuple[IsotypicBlock, ...]:
    """Return the isotypic blocks of R[G], the trivial one first.

    For a cyclic group with generator g the blocks are the constant functions, the planes of
    cos(2 pi k j / n) and sin(2 pi k j / n) on g^j ("frequency k", 0 < k < n/2), and for even n
    the alternating function ("frequency n/2", one real dimension). Blocks of other abelian
    groups are named by the coordinates of their character in the dual of Z_d1 x ... x Z_dk
    (invariant factors), those of non-abelian groups by the rows of the character table.

    Parameters
    ----------
    group : Group
    table : CharacterTable, optional
        The group's character table, when it is at hand.

    Examples
    --------
    >>> from symtheory.groups.families import cyclic, dihedral
    >>> isotypic_blocks(cyclic(4))
    (IsotypicBlock(trivial, dimension 1), IsotypicBlock(frequency 1, dimension 2), \
IsotypicBlock(frequency 2, dimension 1))
    >>> isotypic_blocks(dihedral(5))[2:]
    (IsotypicBlock(χ3, dimension 4), IsotypicBlock(χ4, dimension 4))
    """
    if table is None:
        table = character_table(group)
    return tuple(
        IsotypicBlock(
            name,
            int(table.degrees[rows[0]]),
            int(table.indicators[rows[0]]),
            block_basis(table, rows),
            rows,
        )
        for rows, name in zip(table.real_classes, block_names(table), strict=True)
    )


def block_names(table: CharacterTable) -> tuple[str, ...]:
    """Names of the blocks of all real classes of characters."""
    orders = abelian_basis(table.group).orders if table.group.is_abelian else ()
    names = ["trivial"]
    for rows in table.real_classes[1:]:
        if not table.group.is_abelian:
            names.append("+".join(table.names[row] for row in rows))
        elif len(orders) == 1:
            names.append(f"frequency {rows[0]}")
        else:
            coordinates = (str(int(x)) for x in np.unravel_index(rows[0], orders))
            names.append(f"character ({','.join(coordinates)})")
    return tuple(names)


def block_basis(table: CharacterTable, rows: tuple[int, ...]) -> NDArray[np.float64]:
    """Orthonormal basis of the block of one real class of characters, (n, dimension) float64."""
    group, degree = table.group, int(table.degrees[rows[0]])
    values = table.numeric_row(rows[0])[table.classes.class_of]
    n = group.order
    if degree == 1:
        parts = [values.real] if len(rows) == 1 else [values.real, values.imag]
        return np.asarray(np.stack(parts, axis=1) * (len(rows) / n) ** 0.5)
    dimension = len(rows) * degree**2
    kernel = len(rows) * degree / n * values.real
    projection = np.take(kernel, group.table[group.inverses])  # by x^-1 y
    start = np.random.default_rng(n).standard_normal((n, dimension))
    basis, _ = np.linalg.qr(projection @ start)
    # A second pass removes what the conditioning of the random start let in.
    basis, _ = np.linalg.qr(projection @ basis)
    return np.asarray(basis)
