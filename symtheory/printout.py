"""The theory of a task as text, to be read from top to bottom before any training."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.operand import OperandGeometry
from symtheory.records import Prediction, Role
from symtheory.symmetry.identities import coordinate_maps
from symtheory.symmetry.relations import Relation
from symtheory.theory import Theory

__all__ = ["theory_text"]

_LISTED = 6  # items shown of a long list


def theory_text(theory: Theory, known: NDArray[np.int64] | None = None) -> str:
    """Return the printout of a theory.

    Parameters
    ----------
    theory : Theory
    known : (nx, ny) int64, optional
        Training answers, -1 where held out; with them the closure of each relation is given.
    """
    sections = (
        _task(theory),
        _group(theory),
        _relations(theory, known),
        _characters(theory),
        _geometry(theory),
        _claims(theory),
    )
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _task(theory: Theory) -> Iterator[str]:
    task = theory.task
    nx, ny = task.table.shape
    tokens = "one set of tokens for both operands" if task.shared_tokens else "two sets of tokens"
    yield f"task         {task.formula}"
    yield f"             {nx} x {ny} cells, {len(task.z_labels)} answers, {tokens}"


def _group(theory: Theory) -> Iterator[str]:
    group = theory.isotopism.group
    kind = "abelian" if group.is_abelian else "non-abelian"
    maps = coordinate_maps(theory.task, theory.isotopism)
    n_automorphisms = theory.n_autotopisms // group.order**2
    shown = ", ".join(
        f"{one.symbol}({argument}) = {one.text(argument)}" if one.affine else one.definition
        for one, argument in zip(maps, ("x", "y", "g"), strict=True)
    )
    yield f"group        {group.name}, order {group.order}, {kind}, recognized from the table"
    yield f"isotopism    f(x, y) = h(φ(x)·ψ(y)) with {shown}"
    yield f"invariances  |Sym_f| = |G| = {theory.n_invariances}"
    yield (
        f"autotopisms  |Atp| = |G|²·|Aut G| = {group.order}²·{n_automorphisms} = "
        f"{theory.n_autotopisms}"
    )


def _relations(theory: Theory, known: NDArray[np.int64] | None) -> Iterator[str]:
    rows = [("relation", "identity", "reads", "")]
    if known is not None:
        share = (known >= 0).mean()
        rows = [("relation", "identity", "reads", f"determines (train {share:.0%})")]
    for relation in theory.relations:
        reads = " and ".join(relation.reads) or "no answer"
        rows.append((relation.name, relation.formula, reads, _closure(relation, known)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*cells, row[3]]).rstrip()
    for line in dict.fromkeys(line for relation in theory.relations for line in relation.where):
        yield f"  with {line}"


def _closure(relation: Relation, known: NDArray[np.int64] | None) -> str:
    if known is None:
        return ""
    found = relation.closure(known)
    text = f"{_percent(found.fraction_one_round)} of the held-out cells"
    if found.rounds > 1:
        text += f", {_percent(found.fraction)} in {found.rounds} rounds"
    return text


def _percent(share: float) -> str:
    # 100.0 % is said only where it is exact.
    return "100 %" if share == 1 else f"{math.floor(1000 * share) / 10:.1f} %"


def _characters(theory: Theory) -> Iterator[str]:
    group = theory.isotopism.group
    n = group.order
    geometry = theory.geometries[Role.X]
    planes = sum(block.dimension == 2 for block in geometry.blocks)
    yield f"characters   χ_k(g) = exp(2πi·k·g/{n}), k = 0..{n - 1}, exact phases k·g mod {n}"
    line = f"             {planes} frequency planes {{k, -k}} of 2 real dimensions"
    if len(geometry.blocks) > planes:
        line += f"; frequency {n // 2} has χ = ±1 and 1 dimension"
    yield line
    orbits = geometry.equivalent_blocks
    if len(orbits) == 1:
        yield "             all frequencies are equivalent under Aut G: equally frequent over seeds"
        return
    yield f"             {len(orbits)} classes of frequencies equivalent under Aut G:"
    shown = [_orbit(geometry, orbit) for orbit in orbits[:_LISTED]]
    yield "               " + "; ".join(shown + (["…"] if len(orbits) > _LISTED else []))


def _orbit(geometry: OperandGeometry, orbit: tuple[int, ...]) -> str:
    names = [geometry.blocks[index].name.removeprefix("frequency ") for index in orbit]
    if len(names) <= 4:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, … ({len(names)})"


_ACTIONS = {
    Role.X: ("left translations", "φ(x)⁻¹φ(x')"),
    Role.Y: ("right translations", "ψ(y)ψ(y')⁻¹"),
    Role.READOUT: ("both translations", "h⁻¹(z)⁻¹h⁻¹(z')"),
    Role.SHARED: ("left + right", "φ(x)⁻¹φ(x')"),
}


def _geometry(theory: Theory) -> Iterator[str]:
    rows = [("embedding", "invariant under", "classes of pairs by", "free entries", "sharpness")]
    for role, geometry in theory.geometries.items():
        n = len(geometry.tokens)
        action, invariant = _ACTIONS[role]
        if len(geometry.orbitals) == 2:
            invariant = "sum of both partitions"
        rows.append(
            (
                role,
                action,
                f"{invariant}, up to inversion" if len(geometry.orbitals) == 1 else invariant,
                f"{geometry.n_parameters} of {n * (n + 1) // 2}",
                f"{geometry.sharpness:.3f}",
            )
        )
    yield "geometry of the Gram matrix K of each embedding"
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        yield "  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
    for caveat in theory.caveats:
        yield f"  not predicted: {caveat}"
    yield from _template(theory)


def _template(theory: Theory) -> Iterator[str]:
    n = theory.isotopism.group.order
    parity = "even" if n % 2 else f"even, or odd with frequency {n // 2}"
    single = f", 1 for frequency {n // 2}" if n % 2 == 0 else ""
    yield "  fixed  for an active set of frequencies k_1..k_D with radii a_1..a_D:"
    yield f"         dimension 2 per frequency{single} ({parity}); all norms are √(Σ a_j²)"
    yield "         each frequency is a round circle; the planes of different ones are orthogonal"
    yield f"         squared distance of tokens that differ by s: Σ 4·a_j²·sin²(π·k_j·s/{n})"
    yield f"         distinct tokens have distinct points exactly if gcd(k_1, …, k_D, {n}) = 1"
    yield "         x, y and readout use the same active set"
    yield "  free   the active set, the radii (each embedding its own), one rotation of the cloud"
    yield "  That a trained network obeys this is the hypothesis under test, not a theorem."


def _claims(theory: Theory) -> Iterator[str]:
    tied = (Role.SHARED, Role.READOUT)
    roles = tied if Role.SHARED in theory.geometries else (Role.X, Role.Y, Role.READOUT)
    yield f"claims for a network with the embeddings {', '.join(roles)}"
    by_level: dict[str, list[Prediction]] = {}
    for prediction in theory.predictions(roles):
        by_level.setdefault(prediction.level, []).append(prediction)
    for level, group in by_level.items():
        first = group[0]
        kind = "primary" if first.primary else "secondary"
        floor = "" if first.floor is None else f", effect at least {first.floor:g}"
        served = ", ".join(p.role for p in group)
        yield f"  {level:6} {served}: {first.statement}"
        yield f"         {kind}{floor}; null: {first.null}"
