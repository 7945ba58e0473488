"""The geometry half of a theory's printout: irreps, orbitals, points of every embedding."""

from collections.abc import Iterator

from symtheory.geometry.operand import Family, OperandGeometry
from symtheory.layout import LISTED, aligned, wrapped
from symtheory.records import Role
from symtheory.representations.isotypic import IsotypicBlock
from symtheory.text.diagram_recipes import diagram_recipe
from symtheory.text.geometry_formulas import embedding_formula
from symtheory.text.geometry_statements import fixed, free
from symtheory.theory import Theory

__all__ = ["caveats_by_text", "geometry_lines", "irreps_lines"]

# What acts on the tokens of an embedding, and what tells the orbitals of pairs (t, t') apart.
_ACTIONS = {
    Role.X: ("left translations", "φ(t)⁻¹·φ(t')"),
    Role.Y: ("right translations", "ψ(t)·ψ(t')⁻¹"),
    Role.READOUT: ("both translations", "class of h⁻¹(t)⁻¹·h⁻¹(t')"),
    Role.SHARED: ("left + right", "φ(t)⁻¹·φ(t')"),
}


def irreps_lines(theory: Theory) -> Iterator[str]:
    """Yield the lines about the characters or irreps of the group; none without a group."""
    group = theory.group
    geometry = next((g for g in theory.geometries.values() if g.irrep_blocks), None)
    if group is None or geometry is None:
        return
    n = group.order
    blocks = geometry.irrep_blocks
    if n in group.element_orders:
        yield f"characters   χ_k(g) = exp(2πi·k·g/{n}), k = 0..{n - 1}"
        n_planes = sum(block.dimension == 2 for block in blocks)
        line = f"             {n_planes} real frequencies {{k, -k}} of dimension 2"
        is_real = n_planes < len(blocks)
        yield line + (f" and frequency {n // 2}, χ = ±1, of dimension 1" if is_real else "")
    else:
        yield f"irreps       {len(blocks)} non-trivial real classes of irreps of {group.name}"
        shown = [_irrep(block) for block in blocks[:LISTED]]
        more = ["…"] if len(blocks) > LISTED else []
        yield from wrapped(" " * 13, "; ".join(shown + more), indent=13)
    yield from _orbits(geometry)


def _irrep(block: IsotypicBlock) -> str:
    kind = {1: "real", 0: "complex", -1: "quaternionic"}[block.indicator]
    return f"{block.name} (degree {block.degree}, {kind}, block of dimension {block.dimension})"


def _orbits(geometry: OperandGeometry) -> Iterator[str]:
    is_irrep = [bool(block.characters) for block in geometry.blocks]
    orbits = [orbit for orbit in geometry.equivalent_blocks if is_irrep[orbit[0]]]
    if len(orbits) == 1:
        yield "             all of them equivalent under the symmetries of the task"
        return
    shown = [_orbit(geometry, orbit) for orbit in orbits[:LISTED]]
    yield from wrapped(
        f"             {len(orbits)} classes under the symmetries: ",
        "; ".join(shown + (["…"] if len(orbits) > LISTED else [])),
        indent=15,
    )


def _orbit(geometry: OperandGeometry, orbit: tuple[int, ...]) -> str:
    names = [geometry.blocks[index].name.removeprefix("frequency ") for index in orbit]
    if len(names) <= 4:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, … ({len(names)})"


def geometry_lines(theory: Theory) -> Iterator[str]:
    """Yield the lines about the embeddings: families, orbitals, what is fixed and what is free."""
    yield "geometry     the centered Gram matrix K(t, t') of an embedding is constant on orbitals"
    if any(geometry.is_group for geometry in theory.geometries.values()):
        yield "             of the translations that a network keeps; it may break any of them"
    rows = [("embedding", "family", "constant where equal", "free entries", "sharpness")]
    for role, geometry in theory.geometries.items():
        n = len(geometry.tokens)
        rows.append(
            (
                role,
                geometry.family,
                _invariant(role, geometry),
                f"{geometry.n_parameters} of {n * (n + 1) // 2}",
                f"{geometry.sharpness:.3f}",
            )
        )
    yield from ("  " + line for line in aligned(rows))
    for text, about in caveats_by_text(theory).items():
        start = f"{', '.join(about)}: " if about else ""
        yield from wrapped("  caveat ", start + text, indent=9)
    for roles, geometry in _by_statements(theory):
        points = embedding_formula(geometry)[0] or f"{geometry.family}, no formula"
        yield from wrapped(f"  {', '.join(roles)}: ", points, indent=4)
        for heading, sentences in (("fixed", fixed(geometry)), ("free", free(geometry))):
            for i, sentence in enumerate(sentences):
                yield from wrapped(f"    {heading if i == 0 else '':5}  ", sentence, indent=13)
        yield from wrapped("    shape  ", diagram_recipe(geometry), indent=13)
    if any(geometry.levels for geometry in theory.geometries.values()):
        yield "  that networks come near exact orbits is the hypothesis"


def caveats_by_text(theory: Theory) -> dict[str, list[str]]:
    """Return the roles that each caveat is about, so that it is said once."""
    together: dict[str, list[str]] = {}
    for caveat in theory.caveats:
        role, colon, rest = caveat.partition(": ")
        known = colon and role in theory.geometries
        together.setdefault(rest if known else caveat, []).extend([role] if known else [])
    return together


def _invariant(role: Role, geometry: OperandGeometry) -> str:
    if geometry.family in {Family.NONE, Family.COSET_SUMS}:
        return "nothing is claimed"
    if geometry.family is Family.PERMUTATION_ORBITS:
        return "orbital of the task's symmetries"
    if len(geometry.orbitals) == 2:
        return "a sum: one of x, one of y"
    return _ACTIONS[role][1]


def _by_statements(theory: Theory) -> Iterator[tuple[list[str], OperandGeometry]]:
    """Embeddings of which the same is said, together."""
    together: dict[tuple[str, ...], tuple[list[str], OperandGeometry]] = {}
    for role, geometry in theory.geometries.items():
        said = (*fixed(geometry), *free(geometry), diagram_recipe(geometry))
        together.setdefault(said, ([], geometry))[0].append(str(role))
    yield from together.values()
