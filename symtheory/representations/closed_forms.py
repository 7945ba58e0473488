"""Closed forms of the real irreps of families where a formula is known.

Abelian groups, dihedral groups, dicyclic groups, Frobenius groups F(p, q) with q odd and
Heisenberg groups of odd prime order p^3. A group is recognized first, so any table of such a group
will do; the formulas then refer to the standard group, through the isomorphism found.
"""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symtheory.groups.automorphisms import find_isomorphism
from symtheory.groups.families import dihedral
from symtheory.groups.recognition import Recognition, recognize
from symtheory.representations.character_table import CharacterTable
from symtheory.representations.isotypic import block_names

__all__ = ["closed_form_texts", "closed_forms"]

Form = tuple[str, NDArray[np.float64]]  # formula, matrices of the standard group
Formulas = list[Form]


def closed_form_texts(table: CharacterTable) -> tuple[str, ...] | None:
    """Return the formulas of all real irreps ("" for none), as `closed_forms` does."""
    forms = closed_forms(table)
    if forms is None:
        return None
    return tuple("" if form is None else form[0] for form in forms)


def closed_forms(table: CharacterTable) -> "list[Form | None] | None":
    """Return formula and matrices of all real irreps, or None where no family with formulas fits.

    The order is that of `symtheory.representations.irreps.real_irreps`. An irrep is None where its
    character, of degree 1 in a non-abelian group, is given by the table itself. In an abelian group
    the matrices of `real_irreps` are the formulas, and none are given.

    Examples
    --------
    >>> from symtheory.representations.character_table import character_table
    >>> formula, matrices = closed_forms(character_table(dihedral(5)))[2]
    >>> formula, matrices.shape
    ('r -> rotation by 2π·1/5, s -> diag(1, -1)', (10, 2, 2))
    """
    if table.group.is_abelian:
        return _abelian(table)
    known = _in_formula_coordinates(recognize(table.group))
    for pattern, family in _FAMILIES.items():
        match = re.fullmatch(pattern, known.group.name)
        if match:
            formulas = family(*(int(x) for x in match.groups()))
            return _matched(table, known, formulas)
    return None


def _in_formula_coordinates(known: Recognition) -> Recognition:
    """S3 is written by permutations; its formula is that of D3."""
    if known.group.name != "S3":
        return known
    triangle = dihedral(3)
    renamed = find_isomorphism(known.group, triangle)
    if renamed is None:
        return known
    return Recognition(triangle, renamed[known.isomorphism])


def _abelian(table: CharacterTable) -> "list[Form | None]":
    forms: list[Form | None] = []
    nothing = np.zeros((0, 0, 0))  # the matrices of real_irreps are already these turns
    for name in block_names(table):
        if name == "trivial":
            formula = "g -> 1"
        elif name.startswith("frequency"):
            k = name.removeprefix("frequency ")
            formula = f"g^j -> turn by 2π·{k}j/{table.group.order}"
        else:
            formula = f"b^x -> turn by 2π Σ k_i x_i / d_i, k = {name.removeprefix('character ')}"
        forms.append((formula, nothing))
    return forms


def _matched(
    table: CharacterTable, known: Recognition, formulas: "list[Form]"
) -> "list[Form | None]":
    """Find for every real irrep the formula with the same trace."""
    places = known.isomorphism[table.classes.representatives]
    by_trace: dict[tuple[int, bytes], Form] = {}
    for formula, standard in formulas:
        trace = np.trace(standard[places], axis1=1, axis2=2)
        by_trace.setdefault((standard.shape[1], _rounded(trace)), (formula, standard))
    forms: list[Form | None] = []
    for rows in table.real_classes:
        first = rows[0]
        doubled = 1 if table.indicators[first] == 1 else 2
        key = (
            doubled * int(table.degrees[first]),
            _rounded(doubled * table.numeric_row(first).real),
        )
        found = by_trace.get(key)
        forms.append(None if found is None else (found[0], found[1][known.isomorphism]))
    return forms


def _rounded(trace: NDArray[np.float64]) -> bytes:
    # Traces of different irreps differ by far more than this somewhere.
    return np.rint(1e6 * trace).astype(np.int64).tobytes()


def _turn(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([c, -s], axis=-1), np.stack([s, c], axis=-1)], axis=-2)


def _realified(matrices: NDArray[np.complex128]) -> NDArray[np.float64]:
    """Matrices on R^2d instead of C^d: [[Re, -Im], [Im, Re]]."""
    a, b = matrices.real, matrices.imag
    return np.concatenate([np.concatenate([a, -b], axis=2), np.concatenate([b, a], axis=2)], axis=1)


def _dihedral(n: int) -> Formulas:
    s, i = np.divmod(np.arange(2 * n), n)
    mirror = np.diag([1.0, -1.0])
    return [
        (
            f"r -> rotation by 2π·{k}/{n}, s -> diag(1, -1)",
            _turn(2 * np.pi * (k * i % n) / n) @ np.where(s[:, None, None] == 1, mirror, np.eye(2)),
        )
        for k in range(1, (n + 1) // 2)
    ]


def _dicyclic(n: int) -> Formulas:
    b, i = np.divmod(np.arange(4 * n), 2 * n)
    formulas: Formulas = []
    for k in range(1, n):
        angle = np.pi * (k * i % (2 * n)) / n
        if k % 2 == 0:
            mirror = np.where(b[:, None, None] == 1, np.diag([1.0, -1.0]), np.eye(2))
            formulas.append(
                (f"a -> rotation by π·{k}/{n}, b -> diag(1, -1)", _turn(angle) @ mirror)
            )
            continue
        # Left multiplication by unit quaternions: a -> exp(iθ), b -> j.
        diagonal = np.zeros((4 * n, 2, 2), dtype=np.complex128)
        diagonal[:, 0, 0], diagonal[:, 1, 1] = np.exp(1j * angle), np.exp(-1j * angle)
        j = np.array([[0, -1], [1, 0]])
        complex_form = diagonal @ np.where(b[:, None, None] == 1, j, np.eye(2))
        formulas.append(
            (f"a -> exp(iπ·{k}/{n}), b -> j, unit quaternions on R^4", _realified(complex_form))
        )
    return formulas


def _quaternion(order: int) -> Formulas:
    return _dicyclic(order // 4)


def _frobenius(p: int, q: int) -> Formulas:
    if q % 2 == 0:
        return []  # of real type; the induced complex form is not real as it stands
    slopes = [a for a in range(1, p) if pow(a, q, p) == 1]
    formulas: Formulas = []
    for k in range(1, p):
        matrices = np.zeros((q * p, q, q), dtype=np.complex128)
        for g in range(q * p):
            a, shift = slopes[g // p], g % p
            for column, t in enumerate(slopes):
                row = slopes.index(a * t % p)
                # f_t(x) = exp(2 pi i k t^-1 x) is carried along the orbit of slopes.
                matrices[g, row, column] = np.exp(
                    2j * np.pi * (k * shift * pow(slopes[row], -1, p) % p) / p
                )
        formulas.append(
            (
                f"x+b -> diag(exp(2πi·{k}b/t)), ax -> permutes t, over t with t^{q} = 1 mod {p}",
                _realified(matrices),
            )
        )
    return formulas


def _heisenberg(p: int) -> Formulas:
    if p == 2:
        return []
    a, b, c = np.indices((p, p, p)).reshape(3, -1)
    formulas: Formulas = []
    points = np.arange(p)
    for k in range(1, p):
        matrices = np.zeros((p**3, p, p), dtype=np.complex128)
        # (rho(a,b,c) f)(x) = exp(2 pi i k (c + b x) / p) f(x + a)
        for x in points:
            phase = k * (c + b * x) % p
            matrices[np.arange(p**3), x, (x + a) % p] = np.exp(2j * np.pi * phase / p)
        formulas.append((f"(a,b,c) f(x) = exp(2πi·{k}(c+bx)/{p}) f(x+a)", _realified(matrices)))
    return formulas


_FAMILIES: dict[str, Callable[..., Formulas]] = {
    r"D(\d+)": _dihedral,
    r"Dic(\d+)": _dicyclic,
    r"Q(\d+)": _quaternion,
    r"F\((\d+),(\d+)\)": _frobenius,
    r"Heis\((\d+)\)": _heisenberg,
}
