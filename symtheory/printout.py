"""The theory of a task as text, to be read from top to bottom before any training."""

import math
import textwrap
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from symtheory.geometry.operand import OperandGeometry
from symtheory.geometry.statements import fixed, free
from symtheory.records import Prediction, Role
from symtheory.symmetry.identities import coordinate_maps
from symtheory.symmetry.relations import Relation
from symtheory.theory import Theory

__all__ = ["percent", "theory_text"]

_LISTED = 6  # items shown of a long list
_WIDTH = 100

# What acts on the tokens of an embedding, and what tells the orbitals of pairs (t, t') apart.
_ACTIONS = {
    Role.X: ("left translations", "φ(t)⁻¹·φ(t')"),
    Role.Y: ("right translations", "ψ(t)·ψ(t')⁻¹"),
    Role.READOUT: ("both translations", "class of h⁻¹(t)⁻¹·h⁻¹(t')"),
    Role.SHARED: ("left + right", "φ(t)⁻¹·φ(t')"),
}


def theory_text(theory: Theory, known: NDArray[np.int64] | None = None) -> str:
    """Return the printout of a theory.

    Parameters
    ----------
    theory : Theory
    known : (nx, ny) int64, optional
        Training answers, -1 where held out; with them the closure of each relation is given.
    """
    sections = (
        _task(theory, known),
        _group(theory),
        _relations(theory, known),
        _characters(theory),
        _geometry(theory),
        _claims(theory),
    )
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _task(theory: Theory, known: NDArray[np.int64] | None) -> Iterator[str]:
    task = theory.task
    nx, ny = task.table.shape
    tokens = "one set of tokens for both operands" if task.shared_tokens else "two sets of tokens"
    yield f"task         {task.formula}"
    yield f"             {nx} x {ny} cells, {len(task.z_labels)} answers, {tokens}"
    if known is not None:
        n_train = int((known >= 0).sum())
        share = f"{100 * n_train / known.size:.1f} %"
        yield f"             {n_train} training cells ({share}), the rest held out"


def _group(theory: Theory) -> Iterator[str]:
    group = theory.isotopism.group
    kind = "abelian" if group.is_abelian else "non-abelian"
    n_automorphisms = theory.n_autotopisms // group.order**2
    maps = zip(coordinate_maps(theory.task, theory.isotopism), ("x", "y", "g"), strict=True)
    shown = [
        f"{one.symbol}: {one.table}"
        if one.affine is None
        else f"{one.symbol}({argument}) = {one.text(argument)}"
        for one, argument in maps
    ]
    yield f"group        {group.name}, order {group.order}, {kind}, recognized from the table"
    yield from _wrapped("isotopism    f(x, y) = h(φ(x)·ψ(y)) with ", "; ".join(shown), indent=13)
    yield f"invariances  |Sym_f| = |G| = {theory.n_invariances}"
    yield (
        f"autotopisms  |Atp| = |G|²·|Aut G| = {group.order}²·{n_automorphisms} = "
        f"{theory.n_autotopisms}"
    )


def _relations(theory: Theory, known: NDArray[np.int64] | None) -> Iterator[str]:
    rows = [("relation", "identity", "reads", "" if known is None else "settles held-out cells")]
    for relation in theory.relations:
        reads = " and ".join(relation.reads) or "no answer"
        rows.append((relation.name, relation.formula, reads, _closure(relation, known)))
    yield from _table(rows)
    for line in dict.fromkeys(line for relation in theory.relations for line in relation.where):
        yield f"  with {line}"


def _closure(relation: Relation, known: NDArray[np.int64] | None) -> str:
    if known is None:
        return ""
    found = relation.closure(known)
    later = f", {percent(found.fraction)} in {found.rounds} rounds" if found.rounds > 1 else ""
    return percent(found.fraction_one_round) + later


def percent(share: float) -> str:
    """Return a share as a percentage, rounded down, so that 100 % is said only where it is exact.

    Examples
    --------
    >>> percent(1), percent(0.99999), percent(0.302)
    ('100 %', '99.9 %', '30.2 %')
    """
    return "100 %" if share == 1 else f"{math.floor(1000 * share) / 10:.1f} %"


def _characters(theory: Theory) -> Iterator[str]:
    n = theory.isotopism.group.order
    geometry = theory.geometries[Role.X]
    n_planes = sum(block.dimension == 2 for block in geometry.blocks)
    n_lines = len(geometry.blocks) - n_planes
    yield f"characters   χ_k(g) = exp(2πi·k·g/{n}), k = 0..{n - 1}"
    line = f"             {n_planes} real frequencies {{k, -k}} of dimension 2"
    yield line + (f" and frequency {n // 2}, χ = ±1, of dimension 1" if n_lines else "")
    orbits = geometry.equivalent_blocks
    if len(orbits) == 1:
        yield "             all of them equivalent under Aut G"
        return
    shown = [_orbit(geometry, orbit) for orbit in orbits[:_LISTED]]
    yield from _wrapped(
        f"             {len(orbits)} classes under Aut G: ",
        "; ".join(shown + (["…"] if len(orbits) > _LISTED else [])),
        indent=15,
    )


def _orbit(geometry: OperandGeometry, orbit: tuple[int, ...]) -> str:
    names = [geometry.blocks[index].name.removeprefix("frequency ") for index in orbit]
    if len(names) <= 4:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, … ({len(names)})"


def _geometry(theory: Theory) -> Iterator[str]:
    yield "geometry     the centered Gram matrix K(t, t') of an embedding is constant on orbitals"
    rows = [
        (
            "embedding",
            "invariant under",
            "orbital of (t, t') up to inversion",
            "free entries",
            "sharpness",
        )
    ]
    for role, geometry in theory.geometries.items():
        n = len(geometry.tokens)
        action, invariant = _ACTIONS[role]
        is_sum = len(geometry.orbitals) == 2
        rows.append(
            (
                role,
                action,
                "a sum: one of x, one of y" if is_sum else invariant,
                f"{geometry.n_parameters} of {n * (n + 1) // 2}",
                f"{geometry.sharpness:.3f}",
            )
        )
    yield from ("  " + line for line in _table(rows))
    for caveat in theory.caveats:
        yield from _wrapped("  caveat ", caveat, indent=9)
    geometry = theory.geometries[Role.X]
    yield "  of an exact orbit with active frequencies k_1..k_D and radii a_1..a_D"
    for heading, sentences in (("fixed", fixed(geometry)), ("free", free(geometry))):
        for i, sentence in enumerate(sentences):
            yield from _wrapped(f"  {heading if i == 0 else '':5}  ", sentence, indent=11)
    yield "  expected of one network, shown with its result and not tested: the same active set in"
    yield "  every embedding. That networks come near exact orbits is the hypothesis under test."


def _claims(theory: Theory) -> Iterator[str]:
    by_level: dict[str, list[Prediction]] = {}
    predicted = theory.predictions(theory.roles)
    roles = dict.fromkeys(p.role for p in predicted if p.role is not Role.NETWORK)
    for prediction in predicted:
        by_level.setdefault(prediction.level, []).append(prediction)
    plural = "s" if len(roles) > 1 else ""
    yield f"claims       for a network with the embedding{plural} {' and '.join(roles)}"
    for level, predictions in by_level.items():
        first = predictions[0]
        served = ", ".join(prediction.role for prediction in predictions)
        kind = "primary" if first.primary else "secondary"
        floor = "" if first.floor is None else f", effect at least {first.floor:g}"
        yield from _wrapped(f"  {level:6} ", f"{first.statement} ({served})", indent=9)
        yield from _wrapped(" " * 9, f"{kind}{floor}; null: {first.null}", indent=9)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Align the columns of the rows; the last one is left ragged."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _wrapped(start: str, text: str, *, indent: int) -> Iterator[str]:
    """Break a long line; what follows the first is indented."""
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent=start, subsequent_indent=" " * indent, break_long_words=False
    )
